"""Whether something may be done, and if not, why: the one answer for buttons, gateways and the control process. Pure.

Nothing is allowed that is not in `_CHECKS`. Its order is the order in which reasons are told, the same for every command:

1. **who may what where** (`rights.py`): permission, mode, whether the agent or caller is there for them at all, scope, whose session;
2. **the company's rules** (`circumstances.py`, as all below): never oneself, people never monitored, card queues, own calls, announced;
3. **the call and the agent as they are**: on a call, on the same one, taken over by somebody, in one already, member or not;
4. **the way there**: the control process and its switch, then the browser or the phone;
5. **what has to be said with it**: a purpose, the second confirmation.

So nobody learns a fact about what is out of their sight, and a rule is told before a fact that changes by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from collectors.events import CommandKind
from dashboard.supervision import circumstances as now
from dashboard.supervision import rights
from dashboard.supervision.circumstances import barred
from dashboard.supervision.facts import AgentFacts, Ask, Asker, CallFacts, Scene, SessionFacts
from dashboard.supervision.policy import Policy
from dashboard.supervision.reasons import Reason
from dashboard.supervision.rights import Case

__all__ = ["barred", "why_end", "why_not"]


def why_not(ask: Ask, asker: Asker, scene: Scene) -> Reason | None:
    """Why it cannot be done, None if it can. `NOT_PERMITTED` for a kind that is not in the table."""
    case = Case(ask, asker, scene)
    for check in _CHECKS.get(ask.kind, (_no_kind,)):
        reason = check(case)
        if reason is not None:
            return reason
    return None


def why_end(
    session: SessionFacts, asker: Asker | None, policy: Policy | None, agent: AgentFacts | None, call: CallFacts | None
) -> Reason | None:
    """Why an open session must end now that rights or rules are these; None if it may go on. `asker` None: their session at the
    desk is over. `policy` None: unknown, so nothing is known against it. A call that was taken over is the supervisor's own: rules of
    monitoring do not end it, rights do."""
    if asker is None:
        return Reason.SIGNED_OUT
    case = Case(Ask("monitor.mode", session.mode), asker, Scene(policy=policy, agent=agent, call=call))
    if any(check(case) is not None for check in (rights.permitted, rights.agent_there, rights.in_scope)):
        return Reason.RIGHTS_WITHDRAWN
    if session.mode == "takeover" or policy is None:
        return None
    return Reason.RULES_CHANGED if any(check(case) is not None for check in _RULES) else None


def _no_kind(_case: Case) -> Reason | None:
    return Reason.NOT_PERMITTED


_Check = Callable[[Case], Reason | None]

_RULES: Final[tuple[_Check, ...]] = (now.not_oneself, now.rules_known, now.not_listed, now.queue_allows)
_HEARD: Final[tuple[_Check, ...]] = (rights.permitted, rights.agent_there, rights.in_scope, *_RULES)
_AGENT: Final[tuple[_Check, ...]] = (rights.permitted, rights.agent_there, rights.in_scope, rights.queues_in_scope)

_CHECKS: Final[Mapping[CommandKind, tuple[_Check, ...]]] = {
    "monitor.start": (
        rights.mode_chosen, *_HEARD,
        now.on_call, now.same_call, now.nobody_took_it, now.in_no_other, now.switch_ready, now.ear_ready, now.purpose_given,
    ),
    "monitor.mode": (
        rights.mode_chosen, rights.permitted, rights.own_session, rights.agent_there, rights.in_scope, *_RULES,
        now.not_taken_already, now.begun, now.on_call, now.other_mode, now.switch_ready,
    ),
    "monitor.follow": (
        rights.permitted, rights.own_session, rights.agent_there, rights.in_scope, *_RULES,
        now.not_taken_already, now.begun, now.followed, now.switch_ready,
    ),
    "monitor.stop": (rights.own_session, now.switch_ready),
    "call.take_over": (
        rights.permitted, rights.own_session_if_named, rights.agent_there, rights.in_scope, *_RULES,
        now.not_taken_already, now.begun, now.on_call, now.same_call, now.nobody_took_it, now.in_no_other,
        now.switch_ready, now.ear_ready, now.purpose_given,
    ),
    "call.hang_up": (
        rights.permitted, rights.caller_there, rights.in_scope, now.call_goes_on, now.same_call, now.switch_ready,
        now.confirmed_twice,
    ),
    "call.move": (
        rights.permitted, rights.caller_there, rights.in_scope, rights.target_queue, now.waits, now.same_call, now.elsewhere,
        now.switch_ready,
    ),
    "call.pull": (
        rights.permitted, rights.caller_there, rights.in_scope, now.waits, now.same_call, now.in_no_other,
        now.switch_ready, now.phone_ready,
    ),
    "agent.pause": (*_AGENT, now.pause_known, now.member, now.pause_changes, now.switch_ready),
    "agent.resume": (*_AGENT, now.member, now.is_paused, now.switch_ready),
    "agent.sign_out": (*_AGENT, now.member, now.dynamic, now.switch_ready),
    "agent.add": (*_AGENT, rights.target_queue, now.penalty_fits, now.no_member, now.switch_ready),
    "agent.penalty": (*_AGENT, now.penalty_fits, now.member, now.penalty_changes, now.switch_ready),
}  # fmt: skip
