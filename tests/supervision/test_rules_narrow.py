"""Rights that hold in one place and sight in another, and the edges of the rules that roles as they are never reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.supervision.facts import SessionFacts
from dashboard.supervision.reasons import Reason
from dashboard.supervision.rights import reaches
from dashboard.supervision.rules import why_end, why_not
from tests.supervision.situations import (
    OTHER_QUEUE,
    SALES,
    VISIT,
    Change,
    Situation,
    asked,
    by,
    call,
    fine,
    session,
    with_,
)

P, R = Permission, Reason
VIP = Scope(frozenset({"vip"}))
SERVES_NO_SALES = replace(fine("monitor.start").scene.agent, served=frozenset({"support"}), team="")  # type: ignore[type-var]
OWN = SessionFacts("c1", "sup", "PJSIP/1001", VISIT, "listen")


def holds(reach: Mapping[Permission, Scope]) -> Change:
    """Somebody with just these."""
    return lambda now: replace(now, asker=replace(now.asker, reach=reach))


def answer(now: Situation, *changes: Change) -> Reason | None:
    for change in changes:
        now = change(now)
    return why_not(now.ask, now.asker, now.scene)


SEES: dict[Permission, Scope] = {P.FLOOR_VIEW: EVERYTHING}


@pytest.mark.parametrize(
    ("kind", "reach", "change", "said"),
    [
        ("monitor.start", SEES | {P.MONITOR_WHISPER: SALES}, with_(agent=SERVES_NO_SALES), R.OUT_OF_SCOPE),
        ("monitor.start", {P.FLOOR_VIEW: VIP, P.MONITOR_WHISPER: EVERYTHING}, None, R.NOT_THERE),
        ("call.take_over", SEES | {P.CALLS_TAKE_OVER: OTHER_QUEUE}, None, R.OUT_OF_SCOPE),
        ("call.hang_up", SEES | {P.CALLS_HANG_UP: OTHER_QUEUE}, None, R.OUT_OF_SCOPE),
        ("call.move", SEES | {P.CALLS_MOVE: SALES}, None, R.OUT_OF_SCOPE),  # into a queue that is seen and not theirs
        ("call.pull", SEES | {P.CALLS_MOVE: OTHER_QUEUE}, None, R.OUT_OF_SCOPE),
        ("agent.pause", SEES | {P.AGENTS_PAUSE: SALES}, None, R.OUT_OF_SCOPE),  # in all queues
        ("agent.pause", SEES | {P.AGENTS_PAUSE: SALES}, asked(queue="support"), R.OUT_OF_SCOPE),
        ("agent.pause", SEES | {P.AGENTS_PAUSE: SALES}, asked(queue="sales"), None),
        ("agent.add", SEES | {P.AGENTS_QUEUES: SALES}, None, R.OUT_OF_SCOPE),
        # one queue is a matter of queues, all of them is signing out
        ("agent.sign_out", SEES | {P.AGENTS_QUEUES: EVERYTHING}, asked(queue="sales"), None),
        ("agent.sign_out", SEES | {P.AGENTS_QUEUES: EVERYTHING}, None, R.NOT_PERMITTED),
        ("agent.sign_out", SEES | {P.AGENTS_SIGN_OUT: EVERYTHING}, None, None),
        ("agent.sign_out", SEES | {P.AGENTS_SIGN_OUT: EVERYTHING}, asked(queue="sales"), R.NOT_PERMITTED),
    ],
)
def test_sight_here_and_a_right_there_are_no_right_here(
    kind: Any, reach: Mapping[Permission, Scope], change: Change | None, said: Reason | None
) -> None:
    assert answer(fine(kind), holds(reach), *([change] if change else [])) == said


def test_who_follows_is_measured_by_the_mode_that_they_are_in() -> None:
    assert answer(fine("monitor.follow"), session(mode="whisper"), by(Role.TRAINER)) is None
    for mode in ("listen", "barge", "private"):
        assert answer(fine("monitor.follow"), session(mode=mode), by(Role.TRAINER)) == R.MODE_NOT_PERMITTED


def test_a_call_of_nobodys_is_not_there() -> None:
    assert answer(fine("call.hang_up"), with_(agent=None), call(queue=None)) == R.NOT_THERE
    assert answer(fine("call.hang_up"), with_(agent=None), by(Role.SUPERVISOR, VIP)) == R.NOT_THERE


def test_taking_over_from_ones_own_session_is_no_second_one() -> None:
    from_own = (asked(is_on_session=True), with_(opened=OWN, sessions=(OWN,)))
    assert answer(fine("call.take_over"), *from_own) is None
    others = with_(opened=replace(OWN, account="other"))
    assert answer(fine("call.take_over"), *from_own, others) == R.NOT_YOURS
    assert answer(fine("call.take_over"), asked(is_on_session=True)) == R.SESSION_OVER


def test_sessions_that_are_over_or_elsewhere_stand_in_nobodys_way() -> None:
    taken = SessionFacts("c2", "other", "PJSIP/1001", VISIT, "takeover")
    for one in (replace(OWN, phase="over"), replace(taken, phase="over"), replace(taken, visit="pbx/1/900.1/1")):
        assert answer(fine("monitor.start"), with_(sessions=(one,))) is None, one


def test_the_edges_of_a_penalty() -> None:
    for value, said in (
        ("0", None),
        ("1000", None),
        ("1001", R.WRONG_VALUE),
        ("", R.WRONG_VALUE),
        ("٣", R.WRONG_VALUE),
    ):
        assert answer(fine("agent.penalty"), asked(value=value)) == said, value
    assert answer(fine("agent.add"), asked(value="")) is None


def test_a_command_of_no_kind_is_nobodys() -> None:
    assert answer(fine("monitor.start"), asked(kind="monitor.everything")) == R.NOT_PERMITTED


def test_oneself_is_reached_and_nobody_else() -> None:
    agent = fine("monitor.start").scene.agent
    assert agent is not None
    assert reaches(Scope(frozenset(), agents=frozenset({agent.id})), agent)
    assert not reaches(Scope(frozenset(), agents=frozenset({"PJSIP/1002"})), agent)


def test_a_session_ends_when_its_agent_is_out_of_sight() -> None:
    now = fine("monitor.start")
    blind = holds({P.FLOOR_VIEW: VIP, P.MONITOR_LISTEN: EVERYTHING})(now).asker
    seeing = holds({P.FLOOR_VIEW: SALES, P.MONITOR_LISTEN: EVERYTHING})(now).asker
    assert why_end(OWN, blind, now.scene.policy, now.scene.agent, now.scene.call) == R.RIGHTS_WITHDRAWN
    assert why_end(OWN, seeing, now.scene.policy, now.scene.agent, now.scene.call) is None
