"""Each thing that can be wrong has its word, and the words come in one order whatever else is wrong too."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from collectors.events import CommandKind, MonitorMode
from dashboard.access.actor import NOBODY, system
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.supervision.facts import Ask, Asker, SessionFacts
from dashboard.supervision.policy import Policy
from dashboard.supervision.reasons import Reason
from dashboard.supervision.rights import MODES
from dashboard.supervision.rules import barred, why_end, why_not
from tests.supervision.situations import (
    EAST,
    OTHER_QUEUE,
    PARENTS,
    PHONE,
    SALES,
    SALES_AND_WEST,
    TOLD_ELSEWHERE,
    VISIT,
    WRONG,
    Change,
    Situation,
    actor,
    asked,
    by,
    call,
    fine,
    member,
    policy,
    session,
    with_,
)

KINDS: tuple[CommandKind, ...] = get_args(CommandKind)


def answer(now: Situation) -> Reason | None:
    return why_not(now.ask, now.asker, now.scene)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_stands_in_the_way_of_what_is_fine(kind: CommandKind) -> None:
    assert answer(fine(kind)) is None


@pytest.mark.parametrize(
    ("kind", "place"), [(kind, place) for kind in KINDS for place in range(len(WRONG[kind]))], ids=str
)
def test_each_wrong_thing_has_its_word(kind: CommandKind, place: int) -> None:
    reason, change = WRONG[kind][place]
    assert answer(change(fine(kind))) == reason


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_wrong_thing_is_told_whatever_comes_later(kind: CommandKind) -> None:
    """Two at a time: any later one does not hide an earlier one, so nobody learns facts of what is out of sight."""
    rows = WRONG[kind]
    told = [reason for reason, _ in rows]
    hidden = []
    for place, (reason, change) in enumerate(rows):
        for later_reason, later in rows[place + 1 :]:
            both = change(later(fine(kind)))
            is_both = change(both) == both and later(both) == both
            is_first = answer(both) in told[: place + 1]
            if is_both and not is_first and not _takes_the_ground(kind, reason, later):
                hidden.append((reason, later_reason, answer(both)))
    assert hidden == []


OF_THE_CALL = {Reason.NOT_THERE, Reason.OUT_OF_SCOPE, Reason.TAKES_CARDS, Reason.NOT_ANNOUNCED, Reason.OWN_CALL}


def _takes_the_ground(kind: CommandKind, reason: Reason, later: Change) -> bool:
    """Without the call, or its queue, nothing is wrong with them any more; neither with "all queues" once one is named."""
    before, now = fine(kind), later(fine(kind))
    is_gone = now.scene.call is None or now.scene.call.queue is None
    return reason in OF_THE_CALL and (is_gone or now.ask.queue != before.ask.queue)


def test_every_word_is_somebodys() -> None:
    told = {reason for rows in WRONG.values() for reason, _ in rows}
    assert told | TOLD_ELSEWHERE == set(Reason)
    assert not told & (TOLD_ELSEWHERE - {Reason.RIGHTS_WITHDRAWN})


MAY: dict[Role, frozenset[str]] = {
    Role.SUPERVISOR: frozenset({"listen", "whisper", "barge", "private", "takeover"}),
    Role.MANAGER: frozenset({"listen", "whisper", "barge", "private", "takeover"}),
    Role.TRAINER: frozenset({"whisper"}),
    Role.QUALITY: frozenset({"listen"}),
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_modes_and_no_other(role: Role) -> None:
    modes: tuple[MonitorMode, ...] = MODES
    allowed = {mode for mode in modes if answer(by(role)(fine("monitor.start", mode))) is None}
    allowed |= {"takeover"} if answer(by(role)(fine("call.take_over"))) is None else set()
    assert allowed == MAY.get(role, frozenset())
    kinds = [kind for kind in KINDS if kind.startswith(("call.", "agent."))]
    others = {kind for kind in kinds if answer(by(role)(fine(kind))) is None}
    assert others == (set(kinds) if role in {Role.SUPERVISOR, Role.MANAGER} else set())


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (EVERYTHING, None),
        (SALES, None),
        (OTHER_QUEUE, Reason.OUT_OF_SCOPE),  # they serve that queue too, but this call is of another
        (EAST, Reason.OUT_OF_SCOPE),  # a team's leader sees "busy elsewhere"
        (Scope(frozenset({"sales"}), frozenset({"east"})), None),
        (SALES_AND_WEST, None),
        (Scope(frozenset({"vip"}), frozenset({"west"})), Reason.NOT_THERE),
        (Scope(frozenset()), Reason.NOT_THERE),
    ],
)
def test_a_call_is_heard_only_where_its_queue_is_in_scope(scope: Scope, said: Reason | None) -> None:
    assert answer(by(Role.SUPERVISOR, scope)(fine("monitor.start"))) == said


def test_what_is_in_the_way_of_rights_in_two_places() -> None:
    """Whispers with support, listens with sales: neither makes a listener of support nor a private whisperer of anybody."""
    grants = actor((Role.TRAINER, OTHER_QUEUE), (Role.QUALITY, SALES))
    two = Asker.of(grants, PARENTS, (), PHONE)
    said = {}
    for mode in MODES:
        now = replace(fine("monitor.start", mode), asker=two)
        said[mode] = (answer(now), answer(call(queue="support")(now)))
    assert said == {
        "listen": (None, Reason.MODE_NOT_PERMITTED),
        "whisper": (Reason.MODE_NOT_PERMITTED, None),
        "barge": (Reason.MODE_NOT_PERMITTED, Reason.MODE_NOT_PERMITTED),
        "private": (Reason.MODE_NOT_PERMITTED, Reason.MODE_NOT_PERMITTED),
    }


def test_a_button_is_not_off_for_what_is_chosen_later() -> None:
    assert why_not(Ask("monitor.start", "listen"), fine("monitor.start").asker, fine("monitor.start").scene) is None
    for kind in ("agent.pause", "agent.add", "agent.penalty", "call.move", "call.hang_up", "agent.sign_out"):
        now = fine(kind)
        assert why_not(Ask(kind), now.asker, now.scene) is None


def test_only_people_step_into_calls() -> None:
    for nobody in (system("x"), NOBODY, replace(actor((Role.MANAGER, EVERYTHING)), kind="token")):
        now = replace(fine("monitor.start"), asker=Asker.of(nobody, PARENTS, (), PHONE))
        assert answer(now) == Reason.NOT_PERMITTED


def test_a_purpose_is_asked_for_once_and_only_where_the_rules_say_so() -> None:
    assert answer(asked(purpose="")(policy(needs_purpose=False)(fine("monitor.start")))) is None
    assert answer(asked(purpose="")(fine("monitor.mode"))) is None
    from_session = asked(purpose="", is_on_session=True)(session()(fine("call.take_over")))
    assert answer(from_session) is None
    assert answer(with_(opened=None)(from_session)) == Reason.SESSION_OVER


def test_calls_outside_queues_are_heard_where_the_rules_say_so() -> None:
    own = call(queue=None)(fine("monitor.start"))
    assert answer(policy(own_calls=True)(own)) is None
    assert answer(policy(own_calls=True)(by(Role.SUPERVISOR, EAST)(own))) is None
    assert answer(policy(own_calls=True)(by(Role.SUPERVISOR, Scope(frozenset({"vip"})))(own))) == Reason.NOT_THERE


def test_queues_of_an_agent_are_the_team_leaders_or_ones_own() -> None:
    sales = by(Role.SUPERVISOR, SALES)
    assert answer(asked(queue="sales")(sales(fine("agent.pause")))) is None
    assert answer(asked(queue="support")(sales(fine("agent.pause")))) == Reason.UNKNOWN_QUEUE
    assert answer(by(Role.SUPERVISOR, EAST)(fine("agent.pause"))) is None
    assert answer(by(Role.SUPERVISOR, EAST)(fine("agent.add"))) == Reason.UNKNOWN_QUEUE
    assert answer(asked(value="")(with_(pause_reasons=frozenset())(fine("agent.pause")))) is None
    assert answer(asked(value="")(fine("agent.pause"))) == Reason.UNKNOWN_PAUSE_REASON
    assert answer(member(is_paused=True, reason="training")(fine("agent.pause"))) is None


@pytest.mark.parametrize(
    ("mode", "change", "said"),
    [
        ("whisper", lambda now: now, None),
        ("whisper", by(Role.QUALITY), Reason.RIGHTS_WITHDRAWN),
        ("whisper", by(Role.SUPERVISOR, OTHER_QUEUE), Reason.RIGHTS_WITHDRAWN),
        ("takeover", by(Role.TRAINER), Reason.RIGHTS_WITHDRAWN),
        ("whisper", policy(announced=frozenset()), Reason.RULES_CHANGED),
        ("whisper", policy(never=frozenset({"PJSIP/1001"})), Reason.RULES_CHANGED),
        ("takeover", policy(announced=frozenset()), None),
        ("whisper", with_(policy=None), None),
    ],
)
def test_a_session_ends_with_its_rights_and_rules(mode: MonitorMode, change: object, said: Reason | None) -> None:
    now = change(fine("monitor.mode"))  # type: ignore[operator]
    one = SessionFacts("c1", "sup", "PJSIP/1001", VISIT, mode)
    assert why_end(one, now.asker, now.scene.policy, now.scene.agent, now.scene.call) == said
    assert why_end(one, None, now.scene.policy, now.scene.agent, now.scene.call) == Reason.SIGNED_OUT


def test_the_default_policy_lets_nothing_be_heard() -> None:
    plain = Policy()
    assert barred(plain, "PJSIP/1001", "sales") == Reason.NOT_ANNOUNCED
    assert barred(plain, "PJSIP/1001", None, is_own_call=True) == Reason.OWN_CALL
    assert barred(plain, "PJSIP/1001", None) is None
