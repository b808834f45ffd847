"""A real switch's day, recorded: every figure of the past is the live floor's own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine

from collectors import events as e
from collectors.asterisk.recording import entries
from dashboard.floor.agent_sums import paused_ms_by_reason
from dashboard.floor.calendar import business_day
from dashboard.floor.metrics import REGISTRY, value
from dashboard.floor.windows import span_of
from dashboard.history.numbers import Numbers
from dashboard.history.offline import numbered, record
from dashboard.reports import Archive
from dashboard.reports.period import Calendar
from tests.reports.past import HOUR, SITE, day, manager
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine"]

RECORDINGS = Path(__file__).parent.parent / "recordings"
WINDOW = {"J", "E", "C", "business"}
QUEUE_METRICS = tuple(
    one.id for one in REGISTRY.values() if "queue" in one.scopes and one.basis in WINDOW and one.id != "occupancy"
)
AGENT_METRICS = tuple(
    one.id for one in REGISTRY.values() if "agent" in one.scopes and one.basis in WINDOW and one.id != "last_call_at"
)
"""Without what is asked of another window than the day: the crew of a queue is today's, the last call is of today."""


def business(told: list[e.Entry]) -> Iterator[e.Entry]:
    """What a business system tells of the day's agents and queues, each fact a while after it was so; some of it told otherwise later."""
    rng = random.Random(4)
    served = [(entry.at_ms, entry.event) for entry in told if isinstance(entry.event, e.Answered)]
    kinds: tuple[e.BusinessKind, ...] = ("sale", "satisfaction", "resolution", "complaint", "ticket", "qa")
    known: dict[str, e.BusinessFact] = {}
    for n in range(400):
        at_ms, call = rng.choice(served)
        name = f"{rng.randrange(150)}"
        fact = e.BusinessFact(
            rng.choice(kinds), at_ms, call.agent, call.queue, rng.randrange(90_000), rng.random() < 0.7
        )
        told_ms = told[-1].at_ms + n
        yield e.Entry(
            SITE, e.BUSINESS_WRITER, "", 1, n + 1, told_ms, e.BusinessTold("crm", name, fact, known.get(name))
        )
        known[name] = fact


@pytest.mark.parametrize("name", ["small", "exits"])
def test_every_figure_of_a_recorded_day(engine: Engine, name: str) -> None:
    told = list(entries(RECORDINGS / name))
    last = told[-1]
    told += business(told)
    on = business_day(last.at_ms, "Asia/Shanghai")
    told.append(msgspec.structs.replace(last, n=last.n + 1, at_ms=on.end_ms + HOUR, event=e.SourceAlive()))
    floor = record(engine, SITE, numbered(told), Numbers(b"k" * 32))
    now_ms = floor.stream_ms
    archive = Archive(engine, SITE, lambda: now_ms)
    period = Calendar().period(day(on.date), day(on.date))

    queues = archive.figures.queues(manager(), QUEUE_METRICS, period, "day", each=True)
    assert {one.queue for one in queues.lines} == {
        queue for queue in floor.queues if any(floor.queues[queue].yesterday.counts)
    }
    for figures in queues.lines:
        for metric, past in figures.values.items():
            live = value(floor, metric, queues=(figures.queue or "",), window="yesterday", now_ms=now_ms)
            assert past.value == live.value, (figures.queue, metric)
    for metric, past in queues.total.values.items():
        assert past.value == value(floor, metric, window="yesterday", now_ms=now_ms).value, metric
    assert queues.total.values["offered"].value
    assert queues.total.values["csat"].value

    agents = archive.figures.agents(manager(), AGENT_METRICS, period, "day", with_reasons=True)
    absent = floor.agents.keys() - {one.agent for one in agents.lines}
    for metric in ("signed_in", "call_count", "calls_missed", "calls_dialled"):
        assert not value(floor, metric, agents=absent, window="yesterday", now_ms=now_ms).value
    yesterday = span_of(floor, "yesterday", now_ms)
    for figures in agents.lines:
        for metric, past in figures.values.items():
            live = value(floor, metric, agents=(figures.agent or "",), window="yesterday", now_ms=now_ms)
            assert past.value == live.value, (figures.agent, metric)
        paused = paused_ms_by_reason(floor, floor.agents[figures.agent or ""], yesterday)
        assert figures.paused_s == {reason: ms / 1000 for reason, ms in paused.items() if ms}
    assert agents.total.values["signed_in"].value
