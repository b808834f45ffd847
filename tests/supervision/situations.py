"""A situation in which everything is allowed, and each single thing that can be wrong with it.

The rows of `WRONG` stand in the order in which reasons are told, so that a test can have everything from one row on go wrong at
once and still know the answer. A matrix over roles, modes and scopes is made of the same pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from collectors.events import CommandKind, MonitorMode
from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.supervision.facts import (
    AgentFacts,
    Ask,
    Asker,
    CallFacts,
    Membership,
    Scene,
    SessionFacts,
    SwitchFacts,
)
from dashboard.supervision.policy import Phone, Policy
from dashboard.supervision.reasons import Reason

PARENTS: Final = {"east": "", "east-a": "east", "west": ""}
VISIT: Final = "pbx/1/100.1/1"
PHONE: Final = Phone("sup", "pbx", "PJSIP/2001")
SALES: Final = Scope(frozenset({"sales"}))
OTHER_QUEUE: Final = Scope(frozenset({"support"}))
EAST: Final = Scope(frozenset(), frozenset({"east"}))
SALES_AND_WEST: Final = Scope(frozenset({"sales"}), frozenset({"west"}))


def actor(*grants: tuple[Role, Scope]) -> Actor:
    """A person with these roles there."""
    return Actor("person", "sup", "李娜", tuple(Grant.of(*one) for one in grants), account_id="sup", session="s")


def asker(role: Role = Role.SUPERVISOR, scope: Scope = EVERYTHING, phone: Phone | None = PHONE) -> Asker:
    """Their reach, with a phone."""
    return Asker.of(actor((role, scope)), PARENTS, ("PJSIP/2001",), phone)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is asked, by whom, and how things stand."""

    ask: Ask
    asker: Asker
    scene: Scene


Change = Callable[[Situation], Situation]

_AGENT: Final = AgentFacts(
    "PJSIP/1001",
    "east-a",
    frozenset({"sales", "support"}),
    {"sales": Membership(is_dynamic=True), "support": Membership(is_dynamic=True, penalty=2)},
)
_POLICY: Final = Policy(announced=frozenset({"sales", "support"}))
_OWN: Final = SessionFacts("c1", "sup", "PJSIP/1001", VISIT, "listen")


def fine(kind: CommandKind, mode: MonitorMode | None = None) -> Situation:
    """Everything that this command needs."""
    is_on_session = kind in {"monitor.mode", "monitor.follow", "monitor.stop"}
    is_waiting = kind in {"call.move", "call.pull"}
    scene = Scene(
        policy=_POLICY,
        agent=None if is_waiting else _AGENT,
        call=CallFacts(VISIT, "sales", "waiting" if is_waiting else "talking"),
        opened=_OWN if is_on_session else None,
        sessions=(_OWN,) if is_on_session else (),
        queues=frozenset({"sales", "support", "vip"}),
        pause_reasons=frozenset({"lunch", "training"}),
        switch=SwitchFacts("pbx", phone="free"),
    )
    if kind == "agent.resume":
        paused = {"sales": Membership(is_paused=True, reason="lunch"), "support": Membership()}
        scene = replace(scene, agent=replace(_AGENT, memberships=paused))
    queue = {"call.move": "support", "agent.add": "vip"}.get(kind, "")
    value = {"agent.pause": "lunch", "agent.penalty": "5", "monitor.follow": "caller"}.get(kind, "")
    ask = Ask(
        kind,
        mode or ("whisper" if kind.startswith("monitor.") else None),
        visit=VISIT,
        queue=queue,
        value=value,
        purpose="新人第一天",
        is_sure=True,
        is_on_session=is_on_session,
    )
    return Situation(ask, asker(), scene)


def by(role: Role, scope: Scope = EVERYTHING) -> Change:
    """Somebody else asks."""
    reach = asker(role, scope).reach
    return lambda now: replace(now, asker=replace(now.asker, reach=reach))


def asked(**values: object) -> Change:
    """Something else is asked."""
    return lambda now: replace(now, ask=replace(now.ask, **values))  # type: ignore[arg-type]


def with_(**values: object) -> Change:
    """Things stand otherwise."""
    return lambda now: replace(now, scene=replace(now.scene, **values))  # type: ignore[arg-type]


def policy(**values: object) -> Change:
    """The company's rules are others."""

    def changed(now: Situation) -> Situation:
        rules = now.scene.policy
        if rules is None:
            return now
        return replace(now, scene=replace(now.scene, policy=replace(rules, **values)))  # type: ignore[arg-type]

    return changed


def call(**values: object) -> Change:
    """The call is another."""

    def changed(now: Situation) -> Situation:
        one = now.scene.call
        if one is None:
            return now
        return replace(now, scene=replace(now.scene, call=replace(one, **values)))  # type: ignore[arg-type]

    return changed


def session(**values: object) -> Change:
    """One's session is otherwise."""
    return with_(opened=replace(_OWN, **values))  # type: ignore[arg-type]


def member(**values: object) -> Change:
    """The agent is a member of both queues in this way."""
    both = {queue: Membership(**values) for queue in ("sales", "support")}  # type: ignore[arg-type]
    return with_(agent=replace(_AGENT, memberships=both))


def switch(**values: object) -> Change:
    """The switch's control process says otherwise."""

    def changed(now: Situation) -> Situation:
        one = now.scene.switch
        if one is None:
            return now
        return replace(now, scene=replace(now.scene, switch=replace(one, **values)))  # type: ignore[arg-type]

    return changed


def phone(one: Phone | None) -> Change:
    """The asking person has another phone, or none."""
    return lambda now: replace(now, asker=replace(now.asker, phone=one))


_R = Reason
_SOMEBODY: Final = SessionFacts("c2", "other", "PJSIP/1001", VISIT, "takeover")
_ELSEWHERE: Final = SessionFacts("c3", "sup", "PJSIP/1009", "pbx/1/900.1/1", "listen")

_RULES: Final[tuple[tuple[Reason, Change], ...]] = (
    (_R.YOURSELF, lambda now: replace(now, asker=replace(now.asker, own_agents=frozenset({"PJSIP/1001"})))),
    (_R.RULES_UNAVAILABLE, with_(policy=None)),
    (_R.NEVER_MONITORED, policy(never=frozenset({"PJSIP/1001"}))),
    (_R.TAKES_CARDS, policy(card_queues=frozenset({"sales"}))),
    (_R.NOT_ANNOUNCED, policy(announced=frozenset())),
)
_OWN_CALL: Final = (_R.OWN_CALL, call(queue=None))
_LINK: Final[tuple[tuple[Reason, Change], ...]] = (
    (_R.CONTROL_DOWN, with_(switch=None)),
    (_R.AUDIT_UNAVAILABLE, switch(why_not=_R.AUDIT_UNAVAILABLE)),
)
_EAR: Final[tuple[tuple[Reason, Change], ...]] = (
    (_R.BROWSER_UNSUPPORTED, lambda now: switch(why_no_browser=_R.BROWSER_UNSUPPORTED)(asked(via="browser")(now))),
    (_R.NO_PHONE, phone(None)),
    (_R.PHONE_ELSEWHERE, phone(replace(PHONE, switch="branch"))),
    (_R.PHONE_UNREGISTERED, switch(phone="unavailable")),
    (_R.PHONE_UNREGISTERED, switch(phone=None)),
    (_R.PHONE_BUSY, switch(phone="in_use")),
)
_RIGHTS: Final[tuple[tuple[Reason, Change], ...]] = (
    (_R.NOT_PERMITTED, by(Role.ADMIN)),
    (_R.NOT_THERE, by(Role.SUPERVISOR, Scope(frozenset({"vip"})))),
    (_R.NOT_THERE, with_(agent=None)),
    (_R.OUT_OF_SCOPE, by(Role.SUPERVISOR, EAST)),  # the agent's team, but not the call's queue
)
_SEES_NOTHING: Final[tuple[tuple[Reason, Change], ...]] = (
    (_R.NOT_PERMITTED, by(Role.ADMIN)),
    (_R.NOT_THERE, by(Role.SUPERVISOR, Scope(frozenset({"vip"})))),
)
_AGENT_RIGHTS: Final[tuple[tuple[Reason, Change], ...]] = (*_SEES_NOTHING, (_R.NOT_THERE, with_(agent=None)))

WRONG: Final[dict[CommandKind, tuple[tuple[Reason, Change], ...]]] = {
    "monitor.start": (
        (_R.WRONG_VALUE, asked(mode="takeover")),
        *_RIGHTS[:1], (_R.MODE_NOT_PERMITTED, by(Role.QUALITY)), *_RIGHTS[1:], *_RULES, _OWN_CALL,
        (_R.NOT_ON_CALL, with_(call=None)), (_R.NOT_ON_CALL, call(phase="ringing")), (_R.CALL_CHANGED, asked(visit="pbx/1/99.1/1")),
        (_R.TAKEN_OVER, with_(sessions=(_SOMEBODY,))), (_R.ALREADY_IN, with_(sessions=(_ELSEWHERE,))),
        *_LINK, *_EAR, (_R.REASON_MISSING, asked(purpose="  ")),
    ),
    "monitor.mode": (
        (_R.WRONG_VALUE, asked(mode=None)), *_RIGHTS[:1], (_R.MODE_NOT_PERMITTED, by(Role.QUALITY)),
        (_R.SESSION_OVER, with_(opened=None)), (_R.SESSION_OVER, session(phase="over")), (_R.NOT_YOURS, session(account="other")),
        *_RIGHTS[1:], *_RULES, _OWN_CALL,
        (_R.TAKEN_OVER, session(mode="takeover")), (_R.NOT_STARTED_YET, session(phase="opening")), (_R.NOT_ON_CALL, with_(call=None)),
        (_R.SAME_MODE, session(mode="whisper")), *_LINK,
    ),
    "monitor.follow": (
        *_RIGHTS[:1], (_R.SESSION_OVER, with_(opened=None)), (_R.NOT_YOURS, session(account="other")), *_RIGHTS[1:], *_RULES, _OWN_CALL,
        (_R.TAKEN_OVER, session(mode="takeover")), (_R.NOT_STARTED_YET, session(phase="opening")),
        (_R.WRONG_VALUE, asked(value="everybody")), *_LINK,
    ),
    "monitor.stop": ((_R.SESSION_OVER, with_(opened=None)), (_R.NOT_YOURS, session(account="other")), *_LINK),
    "call.take_over": (
        *_RIGHTS[:1], (_R.MODE_NOT_PERMITTED, by(Role.TRAINER)), *_RIGHTS[1:], *_RULES, _OWN_CALL,
        (_R.NOT_ON_CALL, with_(call=None)), (_R.CALL_CHANGED, asked(visit="pbx/1/99.1/1")),
        (_R.TAKEN_OVER, with_(sessions=(_SOMEBODY,))), (_R.ALREADY_IN, with_(sessions=(_ELSEWHERE,))),
        *_LINK, *_EAR, (_R.REASON_MISSING, asked(purpose="")),
    ),
    "call.hang_up": (
        *_SEES_NOTHING, _RIGHTS[3], (_R.CALL_OVER, with_(call=None)), (_R.CALL_CHANGED, asked(visit="pbx/1/99.1/1")), *_LINK,
        (_R.NOT_CONFIRMED_TWICE, asked(is_sure=False)),
    ),
    "call.move": (
        *_SEES_NOTHING, (_R.UNKNOWN_QUEUE, asked(queue="nowhere")), (_R.UNKNOWN_QUEUE, by(Role.SUPERVISOR, SALES)),
        (_R.NOT_WAITING, with_(call=None)), (_R.NOT_WAITING, call(phase="talking")), (_R.CALL_CHANGED, asked(visit="pbx/1/99.1/1")),
        (_R.ALREADY_SO, call(queue="support")), *_LINK,
    ),
    "call.pull": (
        *_SEES_NOTHING, (_R.NOT_WAITING, with_(call=None)), (_R.CALL_CHANGED, asked(visit="pbx/1/99.1/1")),
        (_R.ALREADY_IN, with_(sessions=(_ELSEWHERE,))), *_LINK, *_EAR[1:],
    ),
    "agent.pause": (
        *_AGENT_RIGHTS, (_R.OUT_OF_SCOPE, by(Role.SUPERVISOR, SALES)),  # all queues, of which one is not theirs
        (_R.UNKNOWN_PAUSE_REASON, asked(value="karaoke")), (_R.NOT_MEMBER, asked(queue="vip")),
        (_R.ALREADY_SO, member(is_paused=True, reason="lunch")), *_LINK,
    ),
    "agent.resume": (*_AGENT_RIGHTS, (_R.NOT_MEMBER, asked(queue="vip")), (_R.ALREADY_SO, member()), *_LINK),
    "agent.sign_out": (*_AGENT_RIGHTS, (_R.NOT_MEMBER, asked(queue="vip")), (_R.STATIC_MEMBER, member(is_dynamic=False)), *_LINK),
    "agent.add": (
        *_AGENT_RIGHTS, (_R.UNKNOWN_QUEUE, by(Role.SUPERVISOR, EAST)), (_R.UNKNOWN_QUEUE, asked(queue="nowhere")),
        (_R.WRONG_VALUE, asked(value="-1")), (_R.ALREADY_MEMBER, asked(queue="sales")), *_LINK,
    ),
    "agent.penalty": (
        *_AGENT_RIGHTS, (_R.WRONG_VALUE, asked(value="1001")), (_R.NOT_MEMBER, asked(queue="vip")),
        (_R.ALREADY_SO, member(penalty=5)), *_LINK,
    ),
}  # fmt: skip
"""Reason → what makes it the answer. Within a row's command, later rows never hide earlier ones."""

TOLD_ELSEWHERE: Final = frozenset(
    {
        _R.BROWSER_OFF, _R.BROWSER_NOT_CONNECTED, _R.BROWSER_INSECURE, _R.THROTTLED, _R.CONTROL_OFF, _R.SWITCH_DOWN, _R.TOO_LATE,
        _R.PHONE_UNREACHABLE, _R.PHONE_RANG_OUT, _R.PHONE_DECLINED, _R.GROUP_REFUSED, _R.MEDIA_UNREACHABLE,
        _R.DIALPLAN_MISSING, _R.SWITCH_FORBIDS, _R.SWITCH_REFUSED, _R.NOT_CONFIRMED,
        _R.STOPPED, _R.HUNG_UP, _R.CALL_ENDED, _R.TRANSFERRED, _R.TIME_UP, _R.LINK_LOST, _R.SWITCH_RESTARTED, _R.CONTROL_RESTARTED,
        _R.BROWSER_GONE, _R.BROWSER_SLOW, _R.AGENT_SIGNED_OUT,
        _R.RIGHTS_WITHDRAWN, _R.SIGNED_OUT, _R.RULES_CHANGED,
    }
)  # fmt: skip
"""Words that no question to the rules answers with by itself: the control process, the gateway and `why_end` say them."""
