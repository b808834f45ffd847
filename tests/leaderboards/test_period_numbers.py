"""What an agent did over a period is the same, wherever it comes from: history alone, or the floor's own days and history before them."""

from __future__ import annotations

from sqlalchemy import Engine

from dashboard.floor.counters import AGENT_COUNTERS
from dashboard.floor.metrics import REGISTRY
from dashboard.floor.scoring.points import micro
from dashboard.history.numbers import Numbers as NumbersOf
from dashboard.history.offline import numbered, record
from dashboard.leaderboards.standings.past import AgentSum, PastReading, counters_of
from dashboard.leaderboards.standings.period_numbers import PeriodNumbers
from dashboard.leaderboards.standings.period_query import PeriodQuery
from dashboard.leaderboards.standings.periods import Bounds
from tests.leaderboards.told import DAY_MS, FIGURES, HALF_HOUR_MS, some_days
from tests.live.scene import START_MS

METRICS = frozenset(FIGURES)
OF_A_DAY = frozenset({"longest_call", "last_call_at"})
"""What keeps the highest: of a day in which a period began nobody knows whether it was before."""

MONDAY_MS = START_MS - 4 * DAY_MS


def test_every_period_is_what_history_alone_says(engine: Engine) -> None:
    told = some_days(MONDAY_MS, 4, seed=3)
    floor = record(engine, "main", numbered(told.entries), NumbersOf(b"k" * 32))
    now_ms, past = floor.stream_ms, PastReading(engine, "main")
    plans: set[str] = set()
    something = 0
    some = range(MONDAY_MS // HALF_HOUR_MS * HALF_HOUR_MS, now_ms, 7 * HALF_HOUR_MS)
    for from_ms in (*some, floor.core.today.start_ms, now_ms - HALF_HOUR_MS):
        numbers = PeriodNumbers(floor, Bounds(from_ms, now_ms + DAY_MS), now_ms)
        numbers.needs(METRICS)
        for wanted in list(numbers.wanted()):
            assert numbers.know(wanted, past.read(wanted.bounds, wanted.metrics))
        assert numbers.is_there
        plan = numbers.plan
        plans.add("more" if plan.more else "less" if plan.less else "logs" if plan.from_ms else "days")
        alone = past.read(Bounds(from_ms, now_ms), METRICS).agents
        for agent in floor.agents:
            one = alone.get(agent, AgentSum((0,) * AGENT_COUNTERS))
            whole = PeriodQuery(floor, one.counts, one.amounts, floor.core.business.measures)
            mine = numbers.of(agent).values
            for metric in METRICS - OF_A_DAY if plan.less or plan.from_ms else METRICS:
                expected, found = whole.figure(REGISTRY[metric]), mine[metric]
                assert (found is None) == (expected is None), (agent, metric, plan)
                if found is not None and expected is not None:
                    assert micro(found) == micro(expected), (agent, metric, plan)
                    something += bool(expected)
    assert plans == {"more", "less", "logs", "days"}
    assert something > 2_000


def test_only_what_a_metric_is_made_of_is_read(engine: Engine) -> None:
    """Half of a half-hour's counters are read for nothing else; and what is left out is missed by nobody."""
    told = some_days(MONDAY_MS, 1, seed=5, steps=40)
    floor = record(engine, "main", numbered(told.entries), NumbersOf(b"k" * 32))
    bounds = Bounds(MONDAY_MS - DAY_MS, floor.stream_ms)
    past = PastReading(engine, "main")
    every, measures = past.read(bounds, METRICS), floor.core.business.measures
    for metric in ("calls_handled", "aht", "occupancy", "sales_amount", "complaints_per_10k"):
        some = past.read(bounds, {metric})
        assert len(counters_of({metric})) < AGENT_COUNTERS
        for agent, one in every.agents.items():
            whole = PeriodQuery(floor, one.counts, one.amounts, measures)
            less = PeriodQuery(floor, some.agents[agent].counts, some.agents[agent].amounts, measures)
            for asked in (metric, "signed_in", "calls_served"):
                assert less.figure(REGISTRY[asked]) == whole.figure(REGISTRY[asked])
