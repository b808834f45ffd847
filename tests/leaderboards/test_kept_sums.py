"""Sums that are kept are what half-hours add up to, whoever changes those and when."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select

from dashboard.history.numbers import Numbers
from dashboard.history.offline import numbered, record
from dashboard.leaderboards.standings.kept_sums import begin, kept_of, put
from dashboard.leaderboards.standings.past import PastReading, PastSums, counters_of, past_sums
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.store.engine import reading, snapshot, writing
from dashboard.store.schema import agent_intervals, agent_sums
from tests.leaderboards.told import DAY_MS, FIGURES, some_days
from tests.live.scene import START_MS

MONDAY_MS = START_MS - 4 * DAY_MS
METRICS = frozenset(FIGURES)
THREE_DAYS = Bounds(MONDAY_MS, MONDAY_MS + 3 * DAY_MS)
FOUR_DAYS = Bounds(MONDAY_MS, MONDAY_MS + 4 * DAY_MS)
HALF = agent_intervals.c


def added_up(engine: Engine, bounds: Bounds, *, with_queues: bool = True) -> PastSums:
    """From half-hours alone."""
    with snapshot(engine) as connection:
        return past_sums(connection, "main", bounds, counters_of(METRICS), with_queues=with_queues)


def how_many_kept(engine: Engine) -> int:
    with reading(engine) as connection:
        query = select(func.count()).select_from(agent_sums).where(agent_sums.c.sums.is_not(None))
        return int(connection.execute(query).scalar_one())


@pytest.fixture
def past(engine: Engine) -> PastReading:
    """Four days, and the beginning of a fifth."""
    record(engine, "main", numbered(some_days(MONDAY_MS, 5, seed=6, steps=40).entries), Numbers(b"k" * 32))
    return PastReading(engine, "main")


def test_what_is_kept_is_what_half_hours_add_up_to(engine: Engine, past: PastReading) -> None:
    plain = added_up(engine, THREE_DAYS)
    assert len(plain.agents) > 3
    assert past.keep(THREE_DAYS, METRICS) == plain
    assert how_many_kept(engine) == 1
    assert past.read(THREE_DAYS, METRICS) == plain
    assert past.read(THREE_DAYS, METRICS, with_queues=False) == added_up(engine, THREE_DAYS, with_queues=False)
    assert past.read(FOUR_DAYS, METRICS) == added_up(engine, FOUR_DAYS), "the rest is added"
    assert past.keep(FOUR_DAYS, METRICS) == added_up(engine, FOUR_DAYS)
    assert how_many_kept(engine) == 1, "the longer one is kept instead"
    assert past.read(THREE_DAYS, METRICS) == plain


def test_counters_that_were_not_kept_are_added_up(engine: Engine, past: PastReading) -> None:
    past.keep(THREE_DAYS, {"calls_handled"}, with_queues=False)
    assert how_many_kept(engine) == 1
    assert past.read(THREE_DAYS, METRICS) == added_up(engine, THREE_DAYS)
    assert past.keep(THREE_DAYS, METRICS) == past.read(THREE_DAYS, METRICS)


def test_a_half_hour_that_is_changed_written_or_removed_takes_its_sums_away(engine: Engine, past: PastReading) -> None:
    with reading(engine) as connection:
        within = HALF.start_ms >= MONDAY_MS, HALF.start_ms < THREE_DAYS.to_ms
        row = connection.execute(agent_intervals.select().where(*within).limit(1)).mappings().one()
    mine = HALF.agent == row["agent"], HALF.start_ms == row["start_ms"], HALF.queue == row["queue"]
    changes = (
        agent_intervals.update().where(*mine).values(handled=HALF.handled + 7),
        agent_intervals.delete().where(*mine),
        agent_intervals.insert().values(**row),
    )
    seen = []
    for change in changes:
        past.keep(THREE_DAYS, METRICS)
        assert how_many_kept(engine) == 1
        with writing(engine) as connection:
            connection.execute(change)
        assert how_many_kept(engine) == 0
        seen.append(past.read(THREE_DAYS, METRICS))
        assert seen[-1] == added_up(engine, THREE_DAYS)
    assert seen[0] != seen[1] != seen[2], "each change was one"


def test_a_half_hour_elsewhere_changes_nothing(engine: Engine, past: PastReading) -> None:
    past.keep(THREE_DAYS, METRICS)
    with writing(engine) as connection:
        connection.execute(agent_intervals.update().where(HALF.start_ms >= THREE_DAYS.to_ms).values(handled=99))
    assert how_many_kept(engine) == 1
    assert past.read(FOUR_DAYS, METRICS) == added_up(engine, FOUR_DAYS)


def test_what_changed_while_it_was_added_up_is_not_kept(engine: Engine, past: PastReading) -> None:
    begin(engine, "main", THREE_DAYS)
    sums = {agent: list(one.counts) for agent, one in added_up(engine, THREE_DAYS).agents.items()}
    with writing(engine) as connection:
        connection.execute(agent_intervals.update().where(HALF.start_ms < THREE_DAYS.to_ms).values(handled=99))
    assert not put(engine, "main", THREE_DAYS, kept_of(sums, {}, counters_of(METRICS), has_queues=True))
    assert how_many_kept(engine) == 0
    assert past.read(THREE_DAYS, METRICS) == added_up(engine, THREE_DAYS)


def test_what_history_does_not_have_yet_or_is_short_is_not_kept(engine: Engine, past: PastReading) -> None:
    past.keep(Bounds(MONDAY_MS, MONDAY_MS + 9 * DAY_MS), METRICS)
    past.keep(Bounds(MONDAY_MS, MONDAY_MS + DAY_MS), METRICS)
    assert how_many_kept(engine) == 0
