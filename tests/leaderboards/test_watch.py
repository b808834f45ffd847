"""The historian sees who takes the lead, which goal falls, who won a badge, and freezes what is over: once, whatever is restarted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, insert

from dashboard.boards.document import Hours, Title
from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.celebrations import marks
from dashboard.leaderboards.celebrations.marks import Mark
from dashboard.leaderboards.document import Badge, Celebrations, Goal, Leaderboard, Period
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.store.engine import open_store, writing
from dashboard.store.schema import agents, appearances, leaderboards, people
from tests.floor.world import T0
from tests.leaderboards.arena import AGENTS, MIDNIGHT_MS, Arena
from tests.store.databases import Databases

ONE, TWO, THREE = AGENTS
DAY_MS = 86_400_000
DAY = Leaderboard(
    Title(en="Stars"),
    Scheme((Part("calls_handled", target=10),)),
    goals=(Goal("calls_handled", 4),),
    celebrations=Celebrations(settled_s=3, finish=True),
)
OVER_S = (MIDNIGHT_MS + DAY_MS - T0) / 1000
"""When the day is over."""


@pytest.fixture
def on_both(engine: Engine) -> Arena:
    """On SQLite, and on PostgreSQL: where every statement is gone through once."""
    arena = Arena(engine)
    arena.put(DAY)
    return arena


@pytest.fixture
def arena(tmp_path: Path) -> Iterator[Arena]:
    opened = open_store(Databases("sqlite", tmp_path).migrated())
    arena = Arena(opened)
    arena.put(DAY)
    yield arena
    opened.dispose()


def _lead(arena: Arena, agent: str, calls: int = 1) -> None:
    arena.serve(agent, calls)
    arena.look_until(arena.now_s + 5)


def test_a_new_leader_and_a_goal_are_called_once_through_restarts(on_both: Arena) -> None:
    arena = on_both
    arena.look(1)
    _lead(arena, ONE)
    assert arena.causes == []
    arena.serve(TWO, 2)
    arena.look(arena.now_s + 1)
    arena.restart()  # before the new leader has stayed it long enough
    arena.look_until(arena.now_s + 6)
    assert [(one.kind, one.agent) for one in arena.called] == [("leader", TWO)]
    arena.restart()
    arena.look_until(arena.now_s + 6)
    arena.serve(THREE)
    arena.look_until(arena.now_s + 2)
    assert [(one.kind, one.agent, one.what) for one in arena.called[1:]] == [("goal", None, "calls_handled")]
    _lead(arena, ONE, 2)
    assert arena.causes == [
        f"leader:b1:{MIDNIGHT_MS}::2", f"goal:b1:{MIDNIGHT_MS}:calls_handled:agents::4", f"leader:b1:{MIDNIGHT_MS}::3",
    ]  # fmt: skip
    assert len({one.id for one in arena.called}) == 3


def test_two_historians_for_a_moment_call_a_cause_once(arena: Arena) -> None:
    arena.look(1)
    _lead(arena, ONE)
    other = Arena(arena.engine)
    other.site, other.now_s = arena.site, arena.now_s
    other.restart()
    other.look(arena.now_s)
    arena.serve(TWO, 2)
    for _ in range(6):
        arena.look(arena.now_s + 1)
        other.look(arena.now_s)
    assert arena.causes == [f"leader:b1:{MIDNIGHT_MS}::2"]


def test_who_does_not_want_to_be_shown_leads_nothing(arena: Arena) -> None:
    with writing(arena.engine) as connection:
        connection.execute(insert(people).values(id="p2", display_name="Two", changed_at_ms=1))
        connection.execute(insert(agents).values(site="main", id=TWO, person_id="p2", is_set_aside=False))
        row = {"person_id": "p2", "shown_as": "name", "takes_part": "only_me", "avatar_tint": 0, "changed_at_ms": 1}
        connection.execute(insert(appearances).values(row))
    arena.look(1)
    _lead(arena, ONE)
    _lead(arena, TWO, 3)
    _lead(arena, THREE, 2)
    assert [one.agent for one in arena.called if one.kind == "leader"] == [THREE]


def test_nothing_is_called_in_quiet_hours(arena: Arena) -> None:
    arena.put(replace(DAY, celebrations=Celebrations(settled_s=0, quiet=(Hours("00:00", "23:59"),))))
    arena.look(1)
    _lead(arena, ONE)
    _lead(arena, TWO, 4)
    assert arena.causes == []
    assert arena.marks("leader")[""]["leader"] == TWO  # it is seen, and not called later


def test_another_scheme_in_mid_period_makes_no_leader_to_celebrate(arena: Arena) -> None:
    arena.look(1)
    _lead(arena, ONE, 2)
    _lead(arena, TWO, 1)
    arena.put(replace(DAY, scheme=Scheme((Part("calls_missed", target=1),))))
    arena.look_until(arena.now_s + 6)
    arena.put(replace(DAY, scheme=Scheme((Part("calls_handled", target=5),))))
    arena.look_until(arena.now_s + 6)
    assert arena.causes == []


def test_ranks_of_each_quarter_are_noted_and_old_ones_go(on_both: Arena) -> None:
    arena = on_both
    arena.look(1)
    arena.serve(TWO)
    arena.look_until(arena.now_s + 5)
    quarter_ms = (T0 // 900_000 + 1) * 900_000
    arena.look((quarter_ms - T0) / 1000 + 1)
    (ranks,) = arena.marks("hour").values()
    assert (ranks[TWO], list(arena.marks("hour"))) == (1, [str(quarter_ms)])
    assert arena.marks("leader") != {}
    with writing(arena.engine) as connection:
        removed = {"id": "b0", "site": "main", "name": "x", "scope": "", "document": "", "version": 1, "is_on": False}
        more = {"since_ms": 0, "changed_by": "x", "changed_at_ms": 1, "removed_at_ms": 1}
        connection.execute(insert(leaderboards).values(**removed, **more))
        marks.put(connection, [Mark("b0", "badge", ONE, 0, 1, "{}"), Mark("b1", "goal", "never", 1, 1, "true")])
    arena.look_slowly((quarter_ms - T0) / 1000 + 5 * 3600 + 300)
    assert (arena.marks("badge"), "never" in arena.marks("goal"), arena.marks("leader") != {}) == ({}, False, True)
    assert str(quarter_ms) not in arena.marks("hour")


# -- badges ------------------------------------------------------------------------------------------------------------


def test_a_badge_is_won_in_the_middle_of_the_day_and_lost_after_one_without_it(on_both: Arena) -> None:
    arena = on_both
    badge = Badge("three", Title(en="Three"), "calls_handled", 3)
    arena.put(replace(DAY, goals=(), badges=(badge,), celebrations=Celebrations(leader=False, badges=True)))
    arena.look(1)
    arena.serve(ONE, 3)
    arena.look_until(arena.now_s + 61)
    arena.restart()
    arena.look_until(arena.now_s + 61)
    assert [(one.kind, one.agent, one.what) for one in arena.called] == [("badge", ONE, "three")]
    assert arena.marks("badge")[ONE]["badges"] == ["three"]
    assert arena.told == 1
    arena.history = (Did(ONE, {"calls_handled": 3.0}, 3, 9000), Did(TWO, {"calls_handled": 4.0}, 4, 9000))
    arena.written_up_to(MIDNIGHT_MS + DAY_MS + 400_000)
    arena.look_slowly(OVER_S + 400)
    won = arena.marks("badge")
    assert {agent: (one["badges"], one["streak"]) for agent, one in won.items()} == {
        ONE: (["three"], 1),
        TWO: (["three"], 1),
    }
    assert [one.agent for one in arena.called if one.kind == "badge"] == [ONE, TWO]
    assert arena.counted[-1][1] == Bounds(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)
    assert [part.metric for part in arena.counted[-1][0].document.scheme.parts] == ["calls_handled"]


def test_badges_of_a_day_long_over_are_won_without_a_word(arena: Arena) -> None:
    arena.history = (Did(ONE, {"calls_handled": 3.0}, 3, 9000),)
    badge = Badge("three", Title(en="Three"), "calls_handled", 3)
    arena.put(replace(DAY, badges=(badge,), celebrations=Celebrations(badges=True)))
    arena.written_up_to(T0)
    arena.look(1)  # made at 2:23: yesterday is the first day that is judged
    assert arena.marks("badge")[ONE]["badges"] == ["three"]
    assert arena.causes == []


# -- results -----------------------------------------------------------------------------------------------------------


def _over(arena: Arena) -> None:
    """A day that somebody saw, with what history has of it."""
    arena.look(1)
    _lead(arena, ONE, 2)
    arena.history = (Did(ONE, {"calls_handled": 2.0}, 2, 9000, "red"), Did(TWO, {"calls_handled": 1.0}, 1, 9000, "red"))


def test_a_day_is_frozen_once_when_history_is_past_its_end(on_both: Arena) -> None:
    arena = on_both
    _over(arena)
    arena.written_up_to(MIDNIGHT_MS + DAY_MS + 200_000)
    arena.look_slowly(OVER_S + 400)
    assert arena.results == []  # what is told late is waited for
    arena.written_up_to(MIDNIGHT_MS + DAY_MS + 300_000)
    arena.look_slowly(OVER_S + 420)
    arena.restart()
    arena.look_slowly(OVER_S + 440)
    (row,) = arena.results
    assert (row.from_ms, row.to_ms, row.counted_from_ms) == (MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS, MIDNIGHT_MS)
    assert (row.position, row.published_at_ms) == (f"{MIDNIGHT_MS + DAY_MS + 300_000}-0", row.frozen_at_ms)
    assert msgspec.json.decode(row.evidence, type=tuple[Did, ...]) == arena.history
    assert [(one.kind, one.agent) for one in arena.called] == [("finish", ONE)]
    assert arena.causes == [f"finish:b1:{MIDNIGHT_MS}"]


def test_a_day_without_a_call_has_nobody_to_celebrate(arena: Arena) -> None:
    arena.look(1)
    arena.history = tuple(Did(agent, {"calls_handled": 0.0}, 0, 9000, "red") for agent in AGENTS)
    arena.written_up_to(MIDNIGHT_MS + DAY_MS + 300_000)
    arena.look_slowly(OVER_S + 400)
    (row,) = arena.results
    assert row.to_ms == MIDNIGHT_MS + DAY_MS
    assert arena.called == []


def test_who_is_there_first_leads_nothing_before_the_first_call(arena: Arena) -> None:
    arena.look_until(30)
    _lead(arena, TWO)
    assert arena.called == []  # the first lead of the day overtakes nobody
    _lead(arena, ONE, 2)
    assert [(one.kind, one.agent) for one in arena.called] == [("leader", ONE)]


def test_a_switch_that_cannot_be_heard_is_waited_for_but_not_for_ever(arena: Arena) -> None:
    _over(arena)
    arena.written_up_to(MIDNIGHT_MS + 2 * DAY_MS)
    silent = arena.site.floor.core.links["pbx1"]
    for at_s, frozen in ((OVER_S + 1000, 0), (OVER_S + 7300, 1)):
        arena.now_s = at_s
        silent.alive_ms = MIDNIGHT_MS + DAY_MS - 1000  # heard last before the end
        asyncio.run(arena.watch.look())
        assert len(arena.results) == frozen
    assert arena.causes == []  # so late nobody celebrates


def test_what_nobody_saw_running_is_not_frozen(arena: Arena) -> None:
    arena.now_s = OVER_S - 10
    arena.put(DAY)
    arena.written_up_to(MIDNIGHT_MS + 2 * DAY_MS)
    arena.look_slowly(OVER_S + 400)
    assert arena.results == []


def test_a_historian_that_was_away_over_the_end_freezes_it_later(arena: Arena) -> None:
    _over(arena)
    arena.written_up_to(MIDNIGHT_MS + 3 * DAY_MS)
    arena.restart()
    arena.look_slowly(OVER_S + DAY_MS / 1000 + 100)
    assert [row.from_ms for row in arena.results] == [MIDNIGHT_MS]


def test_a_contest_is_frozen_at_its_end_with_what_counted_from_its_change_on(arena: Arena) -> None:
    contest = Period("contest", from_time="2026-11-22T00:00", to_time="2026-11-22T18:00")
    since_ms = MIDNIGHT_MS + 3 * 3_600_000
    with writing(arena.engine) as connection:
        connection.execute(leaderboards.delete())
    arena.put(replace(DAY, period=contest), since_ms=since_ms)
    _over(arena)
    end_ms = MIDNIGHT_MS + 18 * 3_600_000
    arena.written_up_to(end_ms + 300_000)
    arena.look_slowly((end_ms - T0) / 1000 + 400)
    (row,) = arena.results
    assert (row.from_ms, row.to_ms, row.counted_from_ms, row.published_at_ms) == (MIDNIGHT_MS, end_ms, since_ms, None)
    assert arena.counted[-1][1].from_ms == since_ms
