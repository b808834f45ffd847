"""Deeds that open no session: what is sent for each, and by which of the switch's own events it is done, or has failed. Pure.

A reply of "Success" only means that the switch took it; done is what its events say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from collectors.asterisk.codec import Message
from dashboard.control.asterisk import recipes
from dashboard.control.asterisk.lines import CallKey, Lines
from dashboard.control.asterisk.recipes import Action
from dashboard.supervision.commands import Request
from dashboard.supervision.policy import Phone
from dashboard.supervision.reasons import Reason

SOON_MS: Final = 3_000
PULL_MS: Final = 26_000
"""The dialplan rings the supervisor's phone for 20 s."""

Sign = tuple[str, str, str]
"""Event, whom it is about (interface or unique id), and its queue ("": any)."""


@dataclass(frozen=True, slots=True)
class Order:
    """`actions`: sent one after the other; the first that is refused ends it. `awaits`: done when all of these were seen.
    `fails`: seen instead."""

    actions: tuple[Action, ...]
    awaits: frozenset[Sign]
    fails: Mapping[Sign, Reason] = field(default_factory=dict)
    wait_ms: int = SOON_MS


def signs_of(message: Message) -> tuple[Sign, Sign]:
    """What an event may be to an order: with its queue and without."""
    whom = message.get("Interface") or message.get("Uniqueid")
    return (message.event, whom, message.get("Queue")), (message.event, whom, "")


def order(request: Request, lines: Lines, *, phone: Phone | None, name: str) -> Order | Reason:
    """What is to be done now; or why it cannot, although the rules allow it: the switch knows otherwise."""
    make = _ORDERS.get(request.kind)
    if make is not None:
        return make(request, lines)
    if request.kind == "call.pull":
        return _pull(request, lines, phone)
    if request.kind == "agent.add":
        return _add(request, lines, name)
    return Reason.NOT_PERMITTED


# -- callers -----------------------------------------------------------------------------------------------------------


def _hang_up(request: Request, lines: Lines) -> Order | Reason:
    key = CallKey.of(request.visit)
    caller = lines.caller(key) if key is not None else None
    if caller is None:
        return Reason.CALL_OVER
    return Order((recipes.hang_up(caller),), frozenset({("Hangup", caller, "")}))


def _move(request: Request, lines: Lines) -> Order | Reason:
    caller = _waiting(request, lines)
    if caller is None:
        return Reason.NOT_WAITING
    if not recipes.is_dialable(request.queue):
        return Reason.UNKNOWN_QUEUE
    return Order(
        (recipes.move(caller, request.queue),),
        frozenset({("QueueCallerJoin", caller, request.queue)}),
        {("Hangup", caller, ""): Reason.CALL_OVER},
    )


def _pull(request: Request, lines: Lines, phone: Phone | None) -> Order | Reason:
    caller = _waiting(request, lines)
    queue = lines.queue_of(caller) if caller is not None else ""
    if caller is None or not queue:
        return Reason.NOT_WAITING
    if phone is None:
        return Reason.NO_PHONE
    return Order(
        recipes.pull(caller, phone.device, queue),
        frozenset({("BridgeEnter", caller, "")}),
        {("QueueCallerJoin", caller, ""): Reason.PHONE_RANG_OUT, ("Hangup", caller, ""): Reason.CALL_OVER},
        PULL_MS,
    )


def _waiting(request: Request, lines: Lines) -> str | None:
    key = CallKey.of(request.visit)
    return lines.waits(key) if key is not None else None


# -- agents ------------------------------------------------------------------------------------------------------------


def _pause(request: Request, lines: Lines) -> Order | Reason:
    queues = _queues(request, lines)
    if not queues:
        return Reason.NOT_MEMBER
    action = recipes.pause(request.agent, request.queue, request.value)
    return Order((action,), _of_all("QueueMemberPause", request.agent, queues))


def _resume(request: Request, lines: Lines) -> Order | Reason:
    memberships = lines.memberships(request.agent)
    queues = [queue for queue in _queues(request, lines) if memberships[queue].is_paused]
    if not queues:
        return Reason.ALREADY_SO
    action = recipes.resume(request.agent, request.queue)
    return Order((action,), _of_all("QueueMemberPause", request.agent, queues))


def _sign_out(request: Request, lines: Lines) -> Order | Reason:
    memberships = lines.memberships(request.agent)
    queues = _queues(request, lines)
    if not queues:
        return Reason.NOT_MEMBER
    if not all(memberships[queue].is_dynamic for queue in queues):
        return Reason.STATIC_MEMBER
    actions = tuple(recipes.remove(request.agent, queue) for queue in queues)
    return Order(actions, _of_all("QueueMemberRemoved", request.agent, queues))


def _add(request: Request, lines: Lines, name: str) -> Order | Reason:
    if request.queue in lines.memberships(request.agent):
        return Reason.ALREADY_MEMBER
    action = recipes.add(
        request.agent, request.queue, name=lines.member_name(request.agent) or name, phone="", penalty=request.value
    )
    return Order((action,), _of_all("QueueMemberAdded", request.agent, [request.queue]))


def _penalise(request: Request, lines: Lines) -> Order | Reason:
    queues = _queues(request, lines)
    if not queues:
        return Reason.NOT_MEMBER
    actions = tuple(recipes.penalise(request.agent, queue, request.value) for queue in queues)
    return Order(actions, _of_all("QueueMemberPenalty", request.agent, queues))


def _queues(request: Request, lines: Lines) -> list[str]:
    """The agent's memberships that are meant."""
    return [queue for queue in lines.memberships(request.agent) if request.queue in {"", queue}]


def _of_all(event: str, agent: str, queues: Iterable[str]) -> frozenset[Sign]:
    return frozenset((event, agent, queue) for queue in queues)


_ORDERS: Final = {
    "call.hang_up": _hang_up,
    "call.move": _move,
    "agent.pause": _pause,
    "agent.resume": _resume,
    "agent.sign_out": _sign_out,
    "agent.penalty": _penalise,
}
