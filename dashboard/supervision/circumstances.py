"""What stands in the way beside rights: the company's rules, the call and the agent as they are, the way there, what is missing. Pure."""

from __future__ import annotations

from typing import Final

from dashboard.supervision.policy import Policy
from dashboard.supervision.reasons import Reason
from dashboard.supervision.rights import Case

FOLLOWED: Final = frozenset({"none", "caller", "agent"})
"""What a session may stay with when its call goes on elsewhere."""

MOST_PENALTY: Final = 1000


# -- the company's rules --------------------------------------------------------------------------------------------


def not_oneself(case: Case) -> Reason | None:
    """Nobody monitors themselves."""
    agent = case.scene.agent
    return Reason.YOURSELF if agent is not None and agent.id in case.asker.own_agents else None


def rules_known(case: Case) -> Reason | None:
    """Without rules nothing may be heard."""
    return Reason.RULES_UNAVAILABLE if case.scene.policy is None else None


def not_listed(case: Case) -> Reason | None:
    """Some agents nobody monitors."""
    policy, agent = case.scene.policy, case.scene.agent
    return None if policy is None or agent is None else barred(policy, agent.id, None)


def queue_allows(case: Case) -> Reason | None:
    """The queue of the call: no cards, callers are told; outside queues only where the rules say so."""
    policy, call = case.scene.policy, case.scene.call
    if policy is None or call is None:
        return None
    return barred(policy, None, call.queue, is_own_call=call.queue is None)


def barred(policy: Policy, agent: str | None, queue: str | None, *, is_own_call: bool = False) -> Reason | None:
    """What the company's rules have against hearing this agent, and this call of theirs (no queue and no own call: none), whoever
    asks."""
    if agent is not None and agent in policy.never:
        return Reason.NEVER_MONITORED
    if is_own_call:
        return None if policy.own_calls else Reason.OWN_CALL
    if queue is None:
        return None
    if queue in policy.card_queues:
        return Reason.TAKES_CARDS
    return None if queue in policy.announced else Reason.NOT_ANNOUNCED


# -- the call and the agent as they are -----------------------------------------------------------------------------


def on_call(case: Case) -> Reason | None:
    """There is a call, and somebody has answered it."""
    call = case.scene.call
    return None if call is not None and call.phase == "talking" else Reason.NOT_ON_CALL


def same_call(case: Case) -> Reason | None:
    """It is the one that the person saw."""
    call, visit = case.scene.call, case.ask.visit
    return Reason.CALL_CHANGED if visit is not None and call is not None and call.key != visit else None


def waits(case: Case) -> Reason | None:
    """The caller waits, or rings at agents."""
    call = case.scene.call
    return None if call is not None and call.phase != "talking" else Reason.NOT_WAITING


def call_goes_on(case: Case) -> Reason | None:
    """There is a call to be ended."""
    return Reason.CALL_OVER if case.scene.call is None else None


def nobody_took_it(case: Case) -> Reason | None:
    """No supervisor has taken the call over."""
    call = case.scene.call
    taken = (one for one in case.scene.sessions if one.mode == "takeover" and one.phase != "over")
    return Reason.TAKEN_OVER if call is not None and any(one.visit == call.key for one in taken) else None


def not_taken_already(case: Case) -> Reason | None:
    """A call that one took over is one's own: there is no mode to choose, and nothing more to take."""
    opened = case.scene.opened
    return Reason.TAKEN_OVER if opened is not None and opened.mode == "takeover" else None


def in_no_other(case: Case) -> Reason | None:
    """One supervisor, one session."""
    opened = "" if case.scene.opened is None else case.scene.opened.command
    own = (one for one in case.scene.sessions if one.account == case.asker.account and one.phase != "over")
    return Reason.ALREADY_IN if any(one.command != opened for one in own) else None


def begun(case: Case) -> Reason | None:
    """The switch has confirmed the session: before that, changing it would join a phone that still rings."""
    opened = case.scene.opened
    return Reason.NOT_STARTED_YET if opened is not None and opened.phase == "opening" else None


def other_mode(case: Case) -> Reason | None:
    """It is not in this mode already."""
    opened = case.scene.opened
    return Reason.SAME_MODE if opened is not None and opened.mode == case.ask.mode else None


def followed(case: Case) -> Reason | None:
    """What to stay with is a word of `FOLLOWED`."""
    return None if case.ask.value is None or case.ask.value in FOLLOWED else Reason.WRONG_VALUE


def elsewhere(case: Case) -> Reason | None:
    """The caller is not in that queue already."""
    call = case.scene.call
    return Reason.ALREADY_SO if call is not None and call.queue == case.ask.queue else None


def member(case: Case) -> Reason | None:
    """The agent serves (one of) the queues asked about."""
    return None if case.queues else Reason.NOT_MEMBER


def no_member(case: Case) -> Reason | None:
    """The agent does not serve the queue yet."""
    agent, queue = case.scene.agent, case.ask.queue
    return Reason.ALREADY_MEMBER if agent is not None and queue in agent.memberships else None


def dynamic(case: Case) -> Reason | None:
    """The switch lets these memberships be ended."""
    return None if all(one.is_dynamic for one in case.queues.values()) else Reason.STATIC_MEMBER


def pause_known(case: Case) -> Reason | None:
    """The reason is one of the catalogue; none, where there is no catalogue."""
    value, known = case.ask.value, case.scene.pause_reasons
    return None if value is None or value in known or not (value or known) else Reason.UNKNOWN_PAUSE_REASON


def pause_changes(case: Case) -> Reason | None:
    """The agent is not paused so already."""
    value = case.ask.value
    is_so = value is not None and all(one.is_paused and (one.reason or "") == value for one in case.queues.values())
    return Reason.ALREADY_SO if is_so else None


def is_paused(case: Case) -> Reason | None:
    """There is a pause to be ended."""
    return None if any(one.is_paused for one in case.queues.values()) else Reason.ALREADY_SO


def penalty_fits(case: Case) -> Reason | None:
    """A whole number, 0 to `MOST_PENALTY`; who is added may have none."""
    value = case.ask.value
    if value is None or (value == "" and case.ask.kind == "agent.add"):
        return None
    is_number = value.isascii() and value.isdigit() and len(value) <= len(str(MOST_PENALTY))
    return None if is_number and int(value) <= MOST_PENALTY else Reason.WRONG_VALUE


def penalty_changes(case: Case) -> Reason | None:
    """It is another one than now."""
    value = case.ask.value
    is_so = value is not None and all(one.penalty == int(value) for one in case.queues.values())
    return Reason.ALREADY_SO if is_so else None


# -- the way there --------------------------------------------------------------------------------------------------


def switch_ready(case: Case) -> Reason | None:
    """The control process takes commands for this switch."""
    return Reason.CONTROL_DOWN if case.scene.switch is None else case.scene.switch.why_not


def ear_ready(case: Case) -> Reason | None:
    """By what one will hear and speak; whoever is in a session has it already."""
    if case.ask.is_on_session:
        return None
    if case.ask.via == "browser":
        return None if case.scene.switch is None else case.scene.switch.why_no_browser
    return phone_ready(case)


def phone_ready(case: Case) -> Reason | None:
    """A phone of one's own on the same switch, registered and idle."""
    phone, switch = case.asker.phone, case.scene.switch
    if phone is None:
        return Reason.NO_PHONE
    if switch is None or phone.switch != switch.name:
        return Reason.PHONE_ELSEWHERE
    if switch.phone in {None, "unavailable", "invalid", "unknown"}:
        return Reason.PHONE_UNREGISTERED
    return None if switch.phone == "free" else Reason.PHONE_BUSY


# -- what has to be said with it ------------------------------------------------------------------------------------


def purpose_given(case: Case) -> Reason | None:
    """A reason where the rules ask for one: once, at the beginning."""
    policy, purpose = case.scene.policy, case.ask.purpose
    is_missing = policy is not None and policy.needs_purpose and purpose is not None and not purpose.strip()
    return Reason.REASON_MISSING if is_missing and not case.ask.is_on_session else None


def confirmed_twice(case: Case) -> Reason | None:
    """What cannot be undone was confirmed twice."""
    return Reason.NOT_CONFIRMED_TWICE if case.ask.is_sure is False else None
