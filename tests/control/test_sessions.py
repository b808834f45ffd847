"""The table of a session: every state × event, and what may never happen whatever comes in whatever order. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import get_args

import pytest

from dashboard.control.asterisk.recipes import Spot
from dashboard.control.deeds import Began, Call, Deed, Ended, HangUp, ModeBegan, SwitchTo, WishOver
from dashboard.control.happenings import (
    AgentFound,
    Answered,
    Bridged,
    BrowserCame,
    Cut,
    Event,
    Late,
    LegGone,
    Refused,
    SpyStarted,
    SpyStopped,
    Stop,
    Unanswered,
    Wish,
)
from dashboard.control.sessions import MOST_HANG_UPS, Session, State, opened, step
from dashboard.supervision.reasons import Reason

SPOT = Spot("9.1", "1.1", "sales")
NEW = Session("c" * 16, "fw-" + "c" * 16, "anna", "PJSIP/1001", "pbx/b/1.1/1", SPOT, "listen")
GONE = LegGone(Reason.PHONE_BUSY)
EVENTS: tuple[Event, ...] = (
    Wish("w1", "whisper", 10_000),
    BrowserCame(),
    Answered(),
    Unanswered(),
    Unanswered(Reason.PHONE_UNREACHABLE),
    SpyStarted("9.1", "listen"),
    SpyStarted("9.1", "whisper"),
    SpyStarted("6.6", "listen"),
    SpyStarted("9.1", "listen", is_right=False),
    SpyStopped(),
    Bridged(),
    Bridged(is_right=False),
    GONE,
    LegGone(Reason.PHONE_BUSY, by_itself=True),
    LegGone(Reason.PHONE_BUSY, target_is_there=True),
    Refused(Reason.CALL_OVER),
    Refused(Reason.DIALPLAN_MISSING),
    AgentFound("PJSIP/1002", "pbx/b/7.7/0", Spot("7.7", "1.1", "sales")),
    Stop(Reason.STOPPED),
    Late(),
    Cut(Reason.LINK_LOST),
)


def run(session: Session, *events: Event, now_ms: int = 1_000) -> tuple[Session, list[Deed]]:
    """All deeds of these events, one after the other."""
    done: list[Deed] = []
    for event in events:
        session, more = step(session, event, now_ms)
        done += more
    return session, done


def begun(**changes: object) -> Session:
    """A session that is in its call."""
    session, _ = opened(replace(NEW, **changes), 1_000, 6_000)  # type: ignore[arg-type]
    mode = session.mode
    if session.via == "browser":
        session, _ = run(session, BrowserCame())
    seen: Event = Bridged() if mode == "takeover" else SpyStarted("9.1", mode)
    session, done = run(session, Answered(), seen)
    assert Began() in done
    return session


def test_every_event_of_the_vocabulary_is_tried() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))
    assert set(get_args(Deed)) == {Call, SwitchTo, HangUp, Began, ModeBegan, WishOver, Ended}


@dataclass
class _Walk:
    """One path through the table, with what was done on it."""

    session: Session
    done: list[Deed] = field(default_factory=list)
    was_answered: bool = False


def check(walk: _Walk, before: Session, event: Event, made: tuple[Deed, ...]) -> None:
    """What holds after each step of each path."""
    walk.was_answered = walk.was_answered or isinstance(event, Answered | SpyStarted | Bridged)
    for deed in made:
        assert not before.is_over, "nothing is done about a session that is over"
        if isinstance(deed, SwitchTo):
            assert walk.was_answered, "no Redirect before the phone answered"
    walk.done += made
    after = walk.session
    assert walk.done.count(Began()) <= 1
    ends = [deed for deed in walk.done if isinstance(deed, Ended)]
    assert len(ends) == int(after.is_over)
    if ends:
        assert (ends[0].state == "ended") == after.has_begun
    if after.state in {State.CALLING, State.JOINING, State.SWITCHING, State.BETWEEN, State.LEAVING}:
        assert after.due_ms > 0, f"{after.state} waits for the switch without a deadline"
    if after.state is State.WITH_CALLER:
        assert after.mode == "takeover"


@pytest.mark.parametrize("via", ["phone", "browser"])
@pytest.mark.parametrize("follow", ["none", "caller", "agent"])
@pytest.mark.parametrize("mode", ["listen", "takeover"])
def test_whatever_happens_in_whatever_order_holds(via: str, follow: str, mode: str) -> None:
    rng = random.Random(f"{via}{follow}{mode}")
    reached: set[State] = set()
    tried: set[tuple[State, type[Event]]] = set()
    for _ in range(1_500):
        first = replace(NEW, via=via, follow=follow, mode=mode)  # type: ignore[arg-type]
        walk = _Walk(first)
        now_ms, wishes = 1_000, set[str]()
        walk.session, made = opened(first, now_ms, 6_000)
        walk.done += made
        for n in range(rng.randint(1, 14)):
            event = rng.choice(EVENTS)
            if isinstance(event, Wish):
                event = Wish(f"w{n}", rng.choice(["whisper", "barge", "takeover", "listen"]), now_ms + 5_000)
                if not walk.session.is_over:
                    wishes.add(event.command)
            now_ms += rng.choice([1, 120, 3_100])
            before = walk.session
            tried.add((before.state, type(event)))
            walk.session, made = step(before, event, now_ms)
            check(walk, before, event, made)
            reached.add(walk.session.state)
        for _ in range(2 * MOST_HANG_UPS + 4):
            walk.session, made = step(walk.session, Stop(Reason.STOPPED), now_ms)
            walk.done += made
            walk.session, made = step(walk.session, Late(), now_ms)
            walk.done += made
        assert walk.session.is_over, "a session that is stopped ends, even where the switch never says a word"
        told = [d.command for d in walk.done if isinstance(d, WishOver)]
        told += [d.command for d in walk.done if isinstance(d, ModeBegan) and d.command]
        assert len(set(told)) == len(told), "each wish is answered once"
        assert wishes <= set(told), "each wish is answered"
    assert State.OVER in reached
    assert len(tried) > 60


@pytest.mark.parametrize("state", [one for one in State if one not in {State.RESERVED, State.OVER}])
def test_a_session_that_nobody_can_see_any_more_is_over(state: State) -> None:
    over, done = run(replace(NEW, state=state), Cut(Reason.LINK_LOST))
    assert over.is_over
    assert done == [Ended("failed", Reason.LINK_LOST)]


def test_a_mode_is_never_changed_while_the_phone_rings() -> None:
    calling, _ = opened(NEW, 1_000, 6_000)
    ringing, done = run(calling, Wish("w1", "barge", 5_000))
    assert done == []
    refused, done = run(ringing, Wish("w2", "whisper", 5_000))
    assert done == [WishOver("w2", "refused", Reason.THROTTLED)]
    heard, done = run(refused, Answered(), SpyStarted("9.1", "listen"))
    assert done == [Began(), SwitchTo("barge")]
    assert run(heard, SpyStopped(), SpyStarted("9.1", "barge"))[1] == [ModeBegan("w1", "barge")]


def test_a_wish_that_waited_too_long_is_not_done() -> None:
    calling, _ = opened(NEW, 1_000, 6_000)
    ringing, _ = run(calling, Wish("w1", "barge", 5_000))
    done = run(ringing, Answered(), SpyStarted("9.1", "listen"), now_ms=5_001)[1]
    assert done == [Began(), WishOver("w1", "expired", Reason.TOO_LATE)]


def test_the_last_of_two_wishes_comes_after_the_first() -> None:
    session, done = run(begun(), Wish("w1", "whisper", 9_000), Wish("w2", "barge", 9_000))
    assert done == [SwitchTo("whisper")]
    session, done = run(session, SpyStopped(), SpyStarted("9.1", "whisper"))
    assert done == [ModeBegan("w1", "whisper"), SwitchTo("barge")]
    assert session.mode == "whisper"
    assert session.mode_to_be == "barge"


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (LegGone(Reason.PHONE_BUSY), Reason.PHONE_BUSY),
        (LegGone(Reason.PHONE_DECLINED), Reason.PHONE_DECLINED),
        (Unanswered(Reason.PHONE_UNREACHABLE), Reason.PHONE_UNREACHABLE),
        (Refused(Reason.DIALPLAN_MISSING), Reason.DIALPLAN_MISSING),
    ],
)
def test_a_phone_that_is_not_answered_says_why(event: Event, reason: Reason) -> None:
    calling, _ = opened(NEW, 1_000, 6_000)
    session, done = run(calling, event)
    assert session.is_over
    assert done == [Ended("failed", reason)]


def test_not_answered_waits_for_its_cause() -> None:
    calling, _ = opened(NEW, 1_000, 6_000)
    waiting, done = run(calling, Unanswered())
    assert (waiting.due_ms, done) == (2_000, [])
    assert run(waiting, LegGone(Reason.PHONE_RANG_OUT))[1] == [Ended("failed", Reason.PHONE_RANG_OUT)]


def test_answered_is_not_in_the_call() -> None:
    calling, _ = opened(NEW, 1_000, 6_000)
    joining, done = run(calling, Answered())
    assert done == []
    assert run(joining, LegGone(Reason.PHONE_BUSY))[1] == [Ended("failed", Reason.CALL_OVER)]
    assert run(joining, LegGone(Reason.PHONE_BUSY, target_is_there=True))[1] == [Ended("failed", Reason.GROUP_REFUSED)]
    assert run(joining, Late())[1] == [HangUp()]


@pytest.mark.parametrize(
    "event", [SpyStarted("6.6", "listen"), SpyStarted("9.1", "barge"), SpyStarted("9.1", "listen", is_right=False)]
)
def test_in_another_call_or_mode_than_meant_is_taken_out_at_once(event: Event) -> None:
    calling, _ = opened(NEW, 1_000, 6_000)
    session, done = run(calling, Answered(), event)
    assert (session.state, session.why, done) == (State.LEAVING, Reason.CALL_CHANGED, [HangUp()])


@pytest.mark.parametrize(
    "event",
    [
        SpyStarted("6.6", "listen"),
        SpyStarted("9.1", "barge"),
        SpyStarted("9.1", None),
        SpyStarted("9.1", "listen", is_right=False),
    ],
    ids=str,
)
@pytest.mark.parametrize("before", [(), (SpyStopped(),)], ids=["in", "after it stopped"])
@pytest.mark.parametrize("follow", ["none", "caller"])
def test_a_leg_that_somebody_else_moved_is_taken_out_at_once(
    event: Event, before: tuple[Event, ...], follow: str
) -> None:
    """By a Redirect that is not ours: in another call, or in a mode that nobody allowed."""
    session, done = run(begun(follow=follow), *before, event)
    assert (session.state, done) == (State.LEAVING, [HangUp()])


def test_a_mode_that_begins_in_another_call_is_taken_out() -> None:
    session, _ = run(begun(), Wish("w1", "whisper", 10_000))
    session, done = run(session, SpyStarted("6.6", "whisper"))
    assert (session.state, session.why, done[-1]) == (State.LEAVING, Reason.CALL_CHANGED, HangUp())


def test_who_took_a_call_over_follows_nobody_to_the_next() -> None:
    session, done = run(begun(mode="takeover", follow="agent"), GONE)
    assert session.is_over
    assert any(isinstance(deed, Ended) for deed in done)


def test_a_mode_that_is_told_twice_is_no_other_mode() -> None:
    session = begun()
    assert run(session, SpyStarted("9.1", "listen")) == (session, [])


def test_taking_over_from_a_session() -> None:
    session, done = run(begun(), Wish("w1", "takeover", 9_000), SpyStopped(), Bridged())
    assert done == [SwitchTo("takeover"), ModeBegan("w1", "takeover")]
    assert session.state is State.WITH_CALLER
    assert run(session, GONE)[1] == [Ended("ended", Reason.CALL_ENDED)]
    failed, done = run(begun(), Wish("w1", "takeover", 9_000), SpyStopped(), GONE)
    assert done[-1] == Ended("ended", Reason.CALL_ENDED)
    assert WishOver("w1", "failed", Reason.CALL_ENDED) in done
    assert failed.is_over


def test_a_bridge_made_by_somebody_else_is_told_as_it_is() -> None:
    session, done = run(begun(), Bridged())
    assert (session.state, done) == (State.WITH_CALLER, [ModeBegan("", "takeover")])
    assert run(begun(), Bridged(is_right=False))[1] == [HangUp()]


def test_staying_with_the_caller() -> None:
    session, done = run(begun(follow="caller"), SpyStopped())
    assert (session.state, done) == (State.BETWEEN, [])
    spot = Spot("7.7", "1.1", "sales")
    session, done = run(session, AgentFound("PJSIP/1002", "pbx/b/7.7/0", spot))
    assert done == [SwitchTo("listen", spot)]
    session, done = run(session, SpyStarted("7.7", "listen"))
    assert (session.agent, done) == ("PJSIP/1002", [ModeBegan("", "listen")])


def test_following_the_agent_waits_without_a_leg() -> None:
    waiting, done = run(begun(follow="agent"), SpyStopped(), GONE)
    assert (waiting.state, done) == (State.WAITING, [])
    assert run(waiting, Stop(Reason.TIME_UP))[1] == [Ended("ended", Reason.TIME_UP)]
    by_hand = run(begun(follow="agent"), LegGone(Reason.PHONE_BUSY, by_itself=True))[1]
    assert by_hand == [Ended("ended", Reason.HUNG_UP)]


def test_a_leg_that_does_not_go_is_hung_up_again_and_then_given_up() -> None:
    leaving, done = run(begun(), Stop(Reason.STOPPED))
    assert done == [HangUp()]
    over, done = run(leaving, *[Late()] * MOST_HANG_UPS)
    assert done == [HangUp()] * (MOST_HANG_UPS - 1) + [Ended("ended", Reason.STOPPED)]
    assert over.is_over
