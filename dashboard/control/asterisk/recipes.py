"""What is sent to an Asterisk for each thing that is done: actions with their headers. Pure.

Every recipe was measured on a real switch (docs/switch-accounts.md has the dialplan that they need). Invariants: a supervisor's leg is
named by the id that we chose for it, everything else by the unique id that the switch gave; one variable is one line; a text that
people typed is in no recipe.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from collectors.asterisk.control_actions import CONTROL
from collectors.events import MonitorMode
from dashboard.supervision.policy import Phone

MONITOR: Final = "floorwatch-monitor"
MOVE: Final = "floorwatch-move"
PULL: Final = "floorwatch-pull"
RINGS_MS: Final = 8_000
"""How long a supervisor's phone rings."""

_DIALABLE = CONTROL.values["Redirect", "Exten"]
_UNWANTED = re.compile(r"[,;|\"&<>\x00-\x1f\x7f]")
_ANSWERS_ITSELF: Final = r"PJSIP_HEADER(add,Call-Info)=<sip:localhost>\;answer-after=0"

Headers = tuple[tuple[str, str], ...]


class Action(NamedTuple):
    """One message to the switch."""

    name: str
    headers: Headers


class Spot(NamedTuple):
    """Where a supervisor goes in: unique ids of the agent's own leg and of the caller's (for an own call: the other party's, "" if
    there is none), and the queue to which a caller would return."""

    target: str
    caller: str
    queue: str = ""


def call_phone(leg: str, phone: Phone, mode: MonitorMode, spot: Spot, *, stays: bool) -> Action:
    """Ring the supervisor's phone; when it answers it is in the call. `stays`: it waits a moment for the next agent."""
    extra = (("Variable", _ANSWERS_ITSELF),) if phone.answers_itself and phone.device.startswith("PJSIP/") else ()
    return _originate(leg, phone.device, mode, spot, extra, stays=stays)


def call_browser(leg: str, command: str, client: str, mode: MonitorMode, spot: Spot, *, stays: bool) -> Action:
    """Let the switch connect to our media server. Who only listens is not heard even if our server would send."""
    direction = "d(in)" if mode == "listen" else ""
    return _originate(
        leg, f"WebSocket/{client}/c(slin16)f(json)v(sid={command}){direction}", mode, spot, (), stays=stays
    )


def _originate(leg: str, channel: str, mode: MonitorMode, spot: Spot, extra: Headers, *, stays: bool) -> Action:
    extension = re.sub(r"[^0-9A-Za-z]", "", channel.partition("/")[2]) if channel.startswith("PJSIP/") else "floorwatch"
    return Action(
        "Originate",
        (
            ("Channel", channel),
            ("Context", MONITOR),
            ("Exten", mode),
            ("Priority", "1"),
            ("Async", "true"),
            ("Timeout", str(RINGS_MS)),
            ("CallerID", f'"Floorwatch" <{extension}>'),
            ("ChannelId", leg),
            ("Variable", f"FW_TARGET={spot.target}"),
            ("Variable", f"FW_CALLER={spot.caller or spot.target}"),
            ("Variable", f"FW_SESSION={leg}"),
            ("Variable", f"FW_QUEUE={spot.queue if is_dialable(spot.queue) else ''}"),
            ("Variable", f"FW_FOLLOW={int(stays)}"),
            *extra,
        ),
    )


def switch_mode(leg: str, mode: MonitorMode) -> Action:
    """The same session in another mode. Never before its phone has answered: it would be in the call unheard of."""
    return Action("Redirect", (("Channel", leg), ("Context", MONITOR), ("Exten", mode), ("Priority", "1")))


def retarget(leg: str, spot: Spot) -> tuple[Action, Action]:
    """What the next `switch_mode` joins."""
    return _set(leg, "FW_TARGET", spot.target), _set(leg, "FW_CALLER", spot.caller)


def stay(leg: str, *, stays: bool) -> Action:
    """Whether the session waits for the caller's next agent when this one goes."""
    return _set(leg, "FW_FOLLOW", str(int(stays)))


def hang_up(channel: str) -> Action:
    """End a leg, by its unique id."""
    return Action("Hangup", (("Channel", channel),))


def move(caller: str, queue: str) -> Action:
    """A waiting caller to another queue."""
    return Action("Redirect", (("Channel", caller), ("Context", MOVE), ("Exten", queue), ("Priority", "1")))


def pull(caller: str, device: str, queue: str) -> tuple[Action, ...]:
    """A waiting caller to a supervisor's phone, and back to their queue if nobody answers there."""
    go = Action("Redirect", (("Channel", caller), ("Context", PULL), ("Exten", "phone"), ("Priority", "1")))
    return _set(caller, "FW_PHONE", device), _set(caller, "FW_QUEUE", queue), go


def pause(agent: str, queue: str, reason: str) -> Action:
    """`queue` "": in all of them."""
    return Action("QueuePause", (("Interface", agent), ("Paused", "true"), ("Reason", reason), *_queue(queue)))


def resume(agent: str, queue: str) -> Action:
    """`queue` "": in all of them."""
    return Action("QueuePause", (("Interface", agent), ("Paused", "false"), *_queue(queue)))


def remove(agent: str, queue: str) -> Action:
    """Sign out of one queue."""
    return Action("QueueRemove", (("Queue", queue), ("Interface", agent)))


def add(agent: str, queue: str, *, name: str, phone: str, penalty: str) -> Action:
    """Sign in to one queue. `name`, `phone` (whose state counts) and `penalty` may be ""."""
    more = (("MemberName", _UNWANTED.sub(" ", name)[:79]), ("StateInterface", phone), ("Penalty", penalty))
    return Action("QueueAdd", (("Queue", queue), ("Interface", agent), *((k, v) for k, v in more if v)))


def penalise(agent: str, queue: str, penalty: str) -> Action:
    """Another penalty in one queue."""
    return Action("QueuePenalty", (("Interface", agent), ("Penalty", penalty), ("Queue", queue)))


def is_dialable(queue: str) -> bool:
    """Whether a queue's id can be an extension."""
    return _DIALABLE.fullmatch(queue) is not None


def _set(channel: str, variable: str, value: str) -> Action:
    return Action("Setvar", (("Channel", channel), ("Variable", variable), ("Value", value)))


def _queue(queue: str) -> Headers:
    return (("Queue", queue),) if queue else ()
