"""Leaderboards as they run over a floor: what is kept up to date is what a fresh look finds, on every gateway and after every restart."""

from __future__ import annotations

import random
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import events as e
from collectors.simulator import SimulatorConfig
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards.document import Hours, Title
from dashboard.floor.checkpoint import dump, load
from dashboard.floor.scoring.scheme import GroupBy, Least, Part, Scheme
from dashboard.floor.scoring.standing import Standing
from dashboard.floor.state import Floor
from dashboard.leaderboards.current import Current, Known
from dashboard.leaderboards.document import Goal, Leaderboard, Period, PeriodKind, Who
from dashboard.leaderboards.standings.past import AgentSum, PastSums
from dashboard.leaderboards.standings.scoreboard import TURN_S, Scoreboard
from dashboard.live import api
from dashboard.live.http import Target
from dashboard.live.sight import Sight
from dashboard.live.viewer import Viewer
from tests.leaderboards.told import DAY_MS, FIGURES, Told
from tests.live.scene import AGENTS, START_MS, Scene, Story
from tests.observed import Observed

OF_FACTS: Final = Scheme(
    (
        Part("calls_handled", by="range", low=0, high=9),
        Part("calls_missed", by="range", low=5, high=0),
        Part("talk_total", by="rank"),
        Part("sales_amount", target=50_000),
    )
)
"""Nothing in it grows by itself."""

TODAY: Final = Period()
MONTH: Final = Period("month")
TO_DAY_END_MS: Final = START_MS + 14 * 3_600_000


def board(scheme: Scheme = OF_FACTS, period: Period = TODAY, **more: Any) -> Leaderboard:
    return Leaderboard(Title("榜", "Board"), scheme, period, **more)


def known(**boards: Leaderboard) -> Current:
    return Current(tuple(Known(name, one, EVERYTHING) for name, one in boards.items()))


def standings(scoreboard: Scoreboard, name: str) -> tuple[Standing, ...]:
    running = scoreboard.running(name)
    assert running is not None
    assert running.is_filled
    return running.ranks.all()


def fresh(floor: Floor, current: Current, now_ms: int) -> Scoreboard:
    """One that has seen nothing before."""
    made = Scoreboard(floor)
    made.know(current, now_ms)
    made.settle(now_ms)
    return made


# -- the API's numbers ---------------------------------------------------------------------------------------------------


def test_a_days_numbers_are_those_of_the_api() -> None:
    """A simulated floor, every metric that an agent has: the leaderboard's value is what the API answers at the same position."""
    config = SimulatorConfig(agents=14, calls_per_hour=420.0, seed=5)
    start_s = START_MS / 1000
    seen = Observed(config, start_s)
    current = known(all=board(Scheme(tuple(Part(metric, by="range", low=0, high=100) for metric in FIGURES))))
    scoreboard = Scoreboard(seen.floor)
    scoreboard.know(current, seen.now_ms)
    for minute in range(45):
        seen.live_until(start_s + minute * 60)
        scoreboard.folded(seen.take_changes())
        scoreboard.move(seen.now_ms)
    scoreboard.settle(seen.now_ms)
    running = scoreboard.running("all")
    assert running is not None
    dids = {did.id: did for did in running.dids()}
    assert dids.keys() == seen.floor.agents.keys()
    sight = Sight(seen.floor, Viewer(EVERYTHING), seen.now_ms)
    compared = 0
    for agent, did in dids.items():
        target = Target.of(f"/api/v1/metrics?agent={agent.replace('/', '%2F')}")
        answer = api.metrics(sight, api.question(sight, "metrics", target))["metrics"]
        for metric in FIGURES:
            assert did.values[metric] == answer[metric]["value"], (agent, metric)
            compared += bool(did.values[metric])
    assert compared > 200


# -- kept up to date -----------------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), groups=st.sampled_from(("none", "team", "queue")))
def test_what_is_kept_up_to_date_is_what_a_fresh_look_finds(seed: int, groups: GroupBy) -> None:
    """However seldom it is looked at, on both of two gateways; and from a checkpoint in the middle."""
    scene, rng = Told(START_MS), random.Random(seed)
    scene.opened()
    story = Story(scene, seed)
    current = known(
        day=board(Scheme(OF_FACTS.parts, groups=groups)), shift=board(period=Period("shift", Hours("09:45", "22:00")))
    )
    often, seldom = Scoreboard(scene.floor), Scoreboard(scene.floor)
    for one in (often, seldom):
        one.know(current, scene.now_ms)
    for step in range(120):
        changes = story.step()
        if rng.random() < 0.2:
            changes.add(scene.business(rng, 3_000_000))
        often.folded(changes)
        seldom.folded(changes)
        often.move(scene.now_ms)
        if step % 40 == 0:
            seldom.move(scene.now_ms)
    scene.wait(2)
    for one in (often, seldom):
        one.move(scene.now_ms)
    restarted = fresh(load(dump(scene.floor)), current, scene.now_ms)
    for name in ("day", "shift"):
        found = standings(often, name)
        assert found == standings(seldom, name) == standings(restarted, name)
        assert any(one.score for one in found)


def test_seconds_that_grow_by_themselves_are_two_minutes_old_at_most() -> None:
    scene = Scene().opened()
    current = known(day=board(Scheme((Part("signed_in", by="range", low=0, high=3600),))))
    scoreboard = Scoreboard(scene.floor)
    scoreboard.know(current, scene.now_ms)
    for _ in range(300):
        scene.wait(1)
        scoreboard.move(scene.now_ms)
    for one in standings(scoreboard, "day"):
        signed_in_s = one.parts[0].value or 0
        assert (300 - TURN_S <= signed_in_s <= 300) == (one.id in AGENTS[:4]), one


# -- periods -------------------------------------------------------------------------------------------------------------


def handled(scene: Scene, agent: str, calls: int) -> None:
    for n in range(calls):
        call = f"{agent}-{scene.now_ms}-{n}"
        scene.tell(e.QueueEntered("sales", call, 1), e.OfferStarted("sales", call, 1, agent))
        scene.tell(e.OfferEnded("sales", call, 1, agent, "answered"), e.Answered("sales", call, 1, agent, 3))
        scene.tell(e.HandlingEnded("sales", call, 1, agent, "caller", 60))


CALLS: Final = Scheme((Part("calls_handled", by="range", low=0, high=100),))


def value(scoreboard: Scoreboard, name: str, agent: str) -> float | None:
    return next(one.parts[0].value for one in standings(scoreboard, name) if one.id == agent)


def test_a_day_begins_with_nothing_and_the_month_goes_on() -> None:
    scene = Scene().opened()
    scoreboard = Scoreboard(scene.floor)
    scoreboard.know(known(day=board(CALLS), month=board(CALLS, MONTH)), scene.now_ms)

    def past(calls: int) -> None:
        """History says that so many calls were handled before the floor's own days."""
        for wanted in scoreboard.wanted():
            counts = (calls, *[0] * 25)
            sums = PastSums(wanted.bounds, {AGENTS[0]: AgentSum(counts)}, (10**15, 0), wanted.bounds.to_ms)
            assert scoreboard.know_past(wanted, sums)

    scoreboard.move(scene.now_ms)
    month = scoreboard.running("month")
    assert month is not None
    assert month.is_loading
    assert len(month.ranks) == 0, "nobody has a place while days are missing"
    past(10)
    handled(scene, AGENTS[0], 3)
    scoreboard.move(scene.now_ms)
    assert (value(scoreboard, "day", AGENTS[0]), value(scoreboard, "month", AGENTS[0])) == (3, 13)

    scene.now_ms = TO_DAY_END_MS + 5_000
    scene.tell(e.SourceAlive())
    scoreboard.folded(scene.changes)
    scoreboard.move(scene.now_ms)
    assert value(scoreboard, "day", AGENTS[0]) == 0
    past(13)
    handled(scene, AGENTS[0], 2)
    scoreboard.move(scene.now_ms)
    assert (value(scoreboard, "day", AGENTS[0]), value(scoreboard, "month", AGENTS[0])) == (2, 15)


def test_what_is_told_late_of_before_is_read_again() -> None:
    scene = Told(START_MS)
    scene.opened()
    scoreboard = Scoreboard(scene.floor)
    sold = Scheme((Part("sales", by="range", low=0, high=100),))
    scoreboard.know(known(month=board(sold, MONTH)), scene.now_ms)
    (wanted,) = scoreboard.wanted()
    read = PastSums(wanted.bounds, {}, (len(scene.entries), 0), wanted.bounds.to_ms)
    assert scoreboard.know_past(wanted, read)
    scoreboard.move(scene.now_ms)
    assert scoreboard.wanted() == ()

    fact = e.BusinessFact("sale", START_MS - 5 * DAY_MS, AGENTS[0], value=100)
    scoreboard.folded(scene.tell(e.BusinessTold("crm", "1", fact), switch=e.BUSINESS_WRITER))
    scoreboard.move(scene.now_ms)
    (again,) = scoreboard.wanted()
    assert not scoreboard.know_past(again, read), "history is not there yet: it is as old as what was read before"
    assert scoreboard.wanted() == (again,)
    sums = {AGENTS[0]: AgentSum((0,) * 26, {"sales": 1})}
    assert scoreboard.know_past(again, PastSums(again.bounds, sums, (len(scene.entries), 0), again.bounds.to_ms))
    scoreboard.move(scene.now_ms)
    assert value(scoreboard, "month", AGENTS[0]) == 1
    assert scoreboard.wanted() == ()


def state(scoreboard: Scoreboard) -> str:
    running = scoreboard.running("contest")
    assert running is not None
    return running.state


def standings_so_far(scoreboard: Scoreboard) -> tuple[Standing, ...]:
    running = scoreboard.running("contest")
    assert running is not None
    return running.ranks.all()


def test_a_contest_is_to_come_runs_and_is_over() -> None:
    scene = Scene().opened()
    contest = Period("contest", from_time="2025-11-21T10:30", to_time="2025-11-21T12:00")
    scoreboard = Scoreboard(scene.floor)
    scoreboard.know(known(contest=board(CALLS, contest)), scene.now_ms)
    handled(scene, AGENTS[0], 5)
    scoreboard.move(scene.now_ms)
    assert (state(scoreboard), standings_so_far(scoreboard)) == ("to_come", ())

    scene.wait(1800)
    scene.tell(e.SourceAlive())
    scoreboard.move(scene.now_ms)
    handled(scene, AGENTS[1], 2)
    scoreboard.move(scene.now_ms)
    assert state(scoreboard) == "running"
    assert (value(scoreboard, "contest", AGENTS[0]), value(scoreboard, "contest", AGENTS[1])) == (0, 2)

    scene.wait(5400)
    scene.tell(e.SourceAlive())
    scoreboard.move(scene.now_ms)
    handled(scene, AGENTS[0], 9)
    scoreboard.move(scene.now_ms)
    assert state(scoreboard) == "over"
    assert value(scoreboard, "contest", AGENTS[0]) == 0, "what comes after its end does not count"
    (wanted,) = scoreboard.wanted()
    assert (wanted.bounds.from_ms, wanted.bounds.to_ms) == (START_MS + 1_800_000, START_MS + 7_200_000)


# -- who takes part ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "scope", "places"),
    [
        (Who(), EVERYTHING, (0, 1, 2, 3, 4, 5)),
        (Who(teams=("east",)), EVERYTHING, (0, 2, 4)),
        (Who(teams=("north",), queues=("sales",)), EVERYTHING, (0, 2)),
        (Who(queues=("sales",), without=(AGENTS[1],)), EVERYTHING, (0, 2, 3)),
        (Who(), Scope(frozenset(), frozenset({"south"})), (1, 3, 5)),
        (Who(teams=("north",)), Scope(frozenset(), frozenset({"south"})), ()),
        (Who(), Scope(frozenset({"support"})), (0, 1, 2, 3)),
        (Who(since_months=12), EVERYTHING, (0,)),
        (Who(up_to_months=12), EVERYTHING, (1, 2)),
    ],
)
def test_only_whom_it_is_about_takes_part(who: Who, scope: Scope, places: tuple[int, ...]) -> None:
    scene = Scene().opened()
    for agent in AGENTS[4:]:
        scene.tell(e.MembershipAdded("sales", agent, agent, dynamic=True), e.MembershipRemoved("sales", agent))
    for queue in scene.floor.queues.values():
        queue.former.clear()
    joined = {AGENTS[0]: date(2024, 11, 21), AGENTS[1]: date(2024, 11, 22), AGENTS[2]: date(2025, 11, 1)}
    current = Current((Known("one", board(CALLS, who=who), scope),), joined)
    found = standings(fresh(scene.floor, current, scene.now_ms), "one")
    assert sorted(one.id for one in found) == sorted(AGENTS[place] for place in places)


def test_who_comes_into_a_queue_takes_part_from_then_on() -> None:
    scene = Scene().opened()
    scoreboard = Scoreboard(scene.floor)
    scoreboard.know(known(one=board(CALLS, who=Who(queues=("support",)))), scene.now_ms)
    scoreboard.move(scene.now_ms)
    assert {one.id for one in standings(scoreboard, "one")} == set(AGENTS[:4])
    scene.tell(e.MembershipAdded("support", AGENTS[5], AGENTS[5], dynamic=True))
    scoreboard.move(scene.now_ms)
    assert {one.id for one in standings(scoreboard, "one")} == {*AGENTS[:4], AGENTS[5]}


def test_groups_are_those_of_team_queue_and_months() -> None:
    scene = Scene().opened()
    joined = {AGENTS[0]: date(2025, 11, 1), AGENTS[1]: date(2025, 6, 1), AGENTS[2]: date(2020, 1, 1)}
    by: dict[GroupBy, dict[str, str]] = {}
    for groups in ("team", "queue", "tenure"):
        scheme = Scheme(CALLS.parts, groups=groups, tenure_months=(3, 12))
        current = Current((Known("one", board(scheme), EVERYTHING),), joined)
        by[groups] = {one.id: one.group for one in standings(fresh(scene.floor, current, scene.now_ms), "one")}
    assert by["team"] == {agent: "north" if place % 2 == 0 else "south" for place, agent in enumerate(AGENTS[:4])}
    assert by["queue"][AGENTS[0]] == "sales"
    assert [by["tenure"][agent] for agent in AGENTS[:4]] == ["0", "1", "2", ""]


# -- goals, minimums, progress -------------------------------------------------------------------------------------------


def test_goals_are_one_metric_of_all_who_take_part() -> None:
    scene = Scene().opened()
    goals = (
        Goal("calls_handled", 5),
        Goal("calls_handled", 5, window="last_30_min"),
        Goal("aht", 50),
        Goal("abandoned", 0, of="queues"),
    )
    scoreboard = Scoreboard(scene.floor)
    scoreboard.know(known(one=board(CALLS, goals=goals, who=Who(teams=("north",)))), scene.now_ms)
    scoreboard.move(scene.now_ms)
    for agent in AGENTS[:4]:
        handled(scene, agent, 3)
    scene.wait(2)
    scoreboard.move(scene.now_ms)
    running = scoreboard.running("one")
    assert running is not None
    found = [(goal.value, goal.is_reached) for goal in running.goals]
    assert found == [(6, True), (6, True), (60, False), (0, True)]


def test_minimums_ask_for_calls_that_were_served() -> None:
    scene = Scene().opened()
    handled(scene, AGENTS[0], 3)
    scheme = Scheme(CALLS.parts, least=Least(calls=3))
    found = {one.id: one for one in standings(fresh(scene.floor, known(one=board(scheme)), scene.now_ms), "one")}
    assert (found[AGENTS[0]].rank, found[AGENTS[0]].why_not) == (1, "")
    assert (found[AGENTS[1]].rank, found[AGENTS[1]].why_not) == (0, "too_few_calls")


def test_progress_is_against_the_day_before() -> None:
    scene = Scene(START_MS - DAY_MS).opened()
    scene.floor.core.watched_since_ms = START_MS - 3 * DAY_MS
    handled(scene, AGENTS[0], 4)
    handled(scene, AGENTS[1], 1)
    scene.now_ms = START_MS
    scene.tell(e.SourceAlive())
    handled(scene, AGENTS[0], 5)
    handled(scene, AGENTS[1], 7)
    scheme = Scheme((Part("calls_handled", by="range", low=0, high=10),), compares="progress")
    scoreboard = fresh(scene.floor, known(one=board(scheme)), scene.now_ms)
    assert scoreboard.wanted() == (), "the floor knows yesterday itself"
    found = [(one.id, one.score, one.parts[0].before) for one in standings(scoreboard, "one") if one.rank]
    assert found == [(AGENTS[1], 6000, 1), (AGENTS[0], 1000, 4)]


@pytest.mark.parametrize("kind", ["day", "week", "month"])
def test_a_leaderboard_that_was_changed_counts_from_its_own_moment(kind: PeriodKind) -> None:
    scene = Scene().opened()
    handled(scene, AGENTS[0], 4)
    scene.wait(1800)
    scene.tell(e.SourceAlive())
    since_ms = scene.now_ms
    scene.wait(1)
    handled(scene, AGENTS[0], 2)
    current = Current((Known("one", board(CALLS, Period(kind)), EVERYTHING, since_ms=since_ms),))
    assert value(fresh(scene.floor, current, scene.now_ms), "one", AGENTS[0]) == 2
