"""What is too old goes, and nothing else: with real rows, on both databases."""

from __future__ import annotations

import asyncio
import logging
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, Table, func, insert, select

from collectors.simulator import SimulatorConfig
from collectors.simulator.past import PastConfig
from dashboard.history.old_rows import ALL, ROWS_AT_ONCE
from dashboard.history.retention import KeptDays, Retention
from dashboard.leaderboards.stored import dumped
from dashboard.past_floor import Naming, make_past
from dashboard.store import open_store
from dashboard.store.engine import reading, writing
from dashboard.store.schema import accounts
from dashboard.store.schema.alerts import alert_channels, alert_deliveries, alert_rules, alerts
from dashboard.store.schema.history import (
    agent_intervals,
    agent_states,
    business_intervals,
    history_undo,
    interval_gaps,
    offers,
    own_calls,
    queue_intervals,
    visits,
)
from dashboard.store.schema.leaderboards import (
    leaderboard_corrections,
    leaderboard_outbox,
    leaderboard_results,
    leaderboards,
)
from dashboard.store.schema.reports import report_runs, report_schedules
from tests.leaderboards.hall import CONTEST, DAY
from tests.redis_server import scenario

DAY_MS = 86_400_000
NOW_MS = 1_792_700_000_000
KEPT = KeptDays(calls=3, states=2, intervals=4, deliveries=2, undo=1)
LAST = date(2026, 10, 22)
"""NOW_MS is in the evening of this day in Shanghai."""

TIMES = {
    visits: visits.c.at_ms, offers: offers.c.ended_ms, own_calls: own_calls.c.ended_ms, agent_states: agent_states.c.end_ms,
    queue_intervals: queue_intervals.c.end_ms, agent_intervals: agent_intervals.c.end_ms,
    business_intervals: business_intervals.c.end_ms,
}  # fmt: skip


def count(engine: Engine, table: Table, *which: Any) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*which)).scalar_one())


def put(engine: Engine, table: Table, **values: Any) -> None:
    with writing(engine) as connection:
        connection.execute(insert(table).values(values))


def fill(engine: Engine) -> None:
    """Five days of two sites, and what hangs on them."""
    config = PastConfig(SimulatorConfig(agents=12, queues=3), LAST, 6)
    make_past([engine], Naming("main", "pbx", "past", lambda _: b"h" * 16), config)
    make_past([engine], Naming("other", "pbx", "past", lambda _: b"h" * 16), PastConfig(config.floor, LAST, 6))
    put(
        engine,
        agent_states,
        site="main",
        agent="Local/1@a",
        start_ms=NOW_MS - 90 * DAY_MS,
        state="signed_out",
        is_internal=False,
    )
    for days in (9, 1):
        for site in ("main", "other"):
            put(
                engine, business_intervals, site=site, start_ms=NOW_MS - days * DAY_MS, end_ms=NOW_MS - days * DAY_MS + 1_800_000,
                agent="a", queue="", team="", measure="sales", amount=1,
            )  # fmt: skip
        at_ms = NOW_MS - days * DAY_MS
        put(engine, interval_gaps, site="main", switch="pbx", from_ms=at_ms - 1, to_ms=at_ms)
    for hours in (30, 1):
        at_ms = NOW_MS - hours * 3_600_000
        put(engine, history_undo, site="main", from_ms=0, from_n=0, to_ms=at_ms, to_n=0, images=b"")
    put(
        engine,
        alert_channels,
        id="c",
        site="main",
        name="c",
        kind="mail",
        address=b"",
        scope="{}",
        lang="en",
        changed_at_ms=0,
    )
    put(engine, alert_rules, id="r", site="main", name="r", document="{}", is_on=True, changed_by="", changed_at_ms=0)
    for name, began, ended in (("old", 9, 8), ("stands", 8, None), ("new", 1, 1)):
        ended_ms = None if ended is None else NOW_MS - ended * DAY_MS
        began_ms = NOW_MS - began * DAY_MS
        put(
            engine, alerts, id=name, site="main", rule_id="r", about=name, metric="m", level="warn", measured="{}",
            began_at_ms=began_ms, ended_at_ms=ended_ms,
        )  # fmt: skip
        for what, sent_ms in (("began", began_ms), ("ended", ended_ms)):
            put(
                engine, alert_deliveries, id=f"{name}-{what}", alert_id=name, channel_id="c", what=what, due_at_ms=began_ms,
                tries=1, sent_at_ms=sent_ms,
            )  # fmt: skip
    account = {"id": "a", "login": "a", "login_key": "a", "name": "a", "kind": "person", "role": "admin", "scope": "{}"}
    known = {name: account[name] for name in account if name in accounts.c}
    rest = {
        column.name: (0 if column.type.python_type in {int, bool} else "")
        for column in accounts.c
        if not column.nullable and column.name not in known and column.server_default is None
    }
    put(engine, accounts, **known, **rest)
    put(
        engine, report_schedules, id="s", site="main", account_id="a", name="s", question="", timing="{}", time_zone="UTC",
        recipients="[]", format="xlsx", lang="en", is_on=True, changed_at_ms=0,
    )  # fmt: skip
    for days in (9, 1):
        at_ms = NOW_MS - days * DAY_MS
        put(engine, report_runs, id=str(days), schedule_id="s", due_at_ms=at_ms, state="sent", ended_at_ms=at_ms)
    fill_leaderboards(engine)


def fill_leaderboards(engine: Engine) -> None:
    """A day and a contest of long ago, each corrected, and a day of now; celebrations that were told, and one that nobody has told."""
    put(
        engine, leaderboards, id="b", site="main", name="b", scope="", document="{}", version=1, is_on=True, since_ms=0,
        changed_by="", changed_at_ms=0,
    )  # fmt: skip
    for name, days, document in (
        ("old", 9, dumped(DAY)), ("held", 9, dumped(CONTEST)), ("new", 1, dumped(DAY)),
    ):  # fmt: skip
        at_ms = NOW_MS - days * DAY_MS + len(name)
        put(
            engine, leaderboard_results, id=name, leaderboard_id="b", from_ms=at_ms, to_ms=at_ms, counted_from_ms=at_ms,
            document=document, standings="[]", evidence="[]", position="0-0", frozen_at_ms=at_ms,
        )  # fmt: skip
        put(
            engine, leaderboard_corrections, id=name, result_id=name, reason="r", standings="[]", evidence="[]", made_by="x",
            made_at_ms=at_ms,
        )  # fmt: skip
    for cause, days, told in (("told", 9, True), ("waits", 9, False), ("new", 1, True)):
        at_ms = NOW_MS - days * DAY_MS
        values = {"cause": cause, "made_at_ms": at_ms, "event": b"", "told_at_ms": at_ms if told else None}
        put(engine, leaderboard_outbox, site="main", **values)


@scenario
async def test_each_table_keeps_its_days_and_other_sites_and_what_is_open_stay(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    fill(engine)
    sites = {(table, site): count(engine, table, table.c.site == site) for table in TIMES for site in ("main", "other")}
    terms = {old.table: old.term for old in ALL}
    old = {
        table: count(engine, table, table.c.site == "main", at <= KEPT.before_ms(terms[table], NOW_MS) - 1)
        for table, at in TIMES.items()
    }
    assert all(old.values())
    assert sites[visits, "main"] > sites[offers, "main"] > 2 * ROWS_AT_ONCE
    retention = Retention(engine, "main", KEPT, pause_s=0, now_ms=lambda: NOW_MS)
    with caplog.at_level(logging.INFO, "floorwatch.history"):
        gone = await retention.look()
    for table, at in TIMES.items():
        limit_ms = KEPT.before_ms(terms[table], NOW_MS)
        is_old = (agent_states.c.start_ms if table is agent_states else at) < limit_ms
        left = count(engine, table, table.c.site == "main", is_old, at <= limit_ms - 1)
        assert left == 0, table.name
        assert count(engine, table, table.c.site == "main") == sites[table, "main"] - gone[table.name] > 0
        assert count(engine, table, table.c.site == "other") == sites[table, "other"]
        assert abs(gone[table.name] - old[table]) <= (40 if "intervals" in table.name else 0), table.name
    assert count(engine, agent_states, agent_states.c.end_ms.is_(None)) == 1
    assert gone["interval_gaps"] == gone["history_undo"] == gone["alerts"] == gone["report_runs"] == 1
    with reading(engine) as connection:
        kept = connection.execute(select(alert_deliveries.c.id)).scalars()
        assert set(kept) == {"stands-ended", "new-began", "new-ended"}
        results = set(connection.execute(select(leaderboard_results.c.id)).scalars())
        assert results == set(connection.execute(select(leaderboard_corrections.c.id)).scalars()) == {"held", "new"}
        assert set(connection.execute(select(leaderboard_outbox.c.cause)).scalars()) == {"waits", "new"}
    assert f"{gone['visits']} visits" in caplog.text
    assert await retention.look() == {}


def test_no_step_takes_more_than_its_rows(engine: Engine) -> None:
    make_past(
        [engine],
        Naming("main", "pbx", "past", lambda _: b"h" * 16),
        PastConfig(SimulatorConfig(agents=12, queues=3), LAST, 3),
    )
    by_table = {old.table: list(old.steps(engine, "main", NOW_MS + DAY_MS)) for old in ALL}
    for table in (visits, offers, own_calls, agent_states):
        assert max(by_table[table]) <= ROWS_AT_ONCE
        assert count(engine, table) == 0
    assert len(by_table[agent_states]) > 3
    assert max(by_table[agent_intervals]) <= 12 * 4


@scenario
async def test_a_database_that_is_away_is_noted_and_the_next_look_comes(caplog: pytest.LogCaptureFixture) -> None:
    away = open_store("postgresql://nobody@127.0.0.1:9/none")
    looking = asyncio.create_task(Retention(away, "main", KEPT, every_s=0.01).run())
    while caplog.text.count("not looked at") < 2:
        await asyncio.sleep(0.01)
    looking.cancel()
    away.dispose()
