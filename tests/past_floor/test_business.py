"""What came of a past's calls: half-hours that are the sum of it, the same for the same seed, and people who differ."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import Engine, select

from collectors.simulator import SimulatorConfig
from collectors.simulator.past import PastConfig
from collectors.simulator.staff import plan
from dashboard.demo_business import DemoBusiness, customers_of
from dashboard.floor.business import amounts
from dashboard.past_floor import Naming, Telling, make_past
from dashboard.past_floor.customers import TICKET_MS
from dashboard.store.engine import reading
from dashboard.store.schema.history import business_intervals, visits

CONFIG = PastConfig(SimulatorConfig(agents=12, queues=3), last_day=date(2026, 10, 20), days=2)
NAMING = Naming("main", "pbx", "before", lambda number: number.encode()[-16:].rjust(16, b"0"))


def test_the_half_hours_are_the_sum_of_what_came_of_calls_and_a_crm_tells_the_same_of_them(engine: Engine) -> None:
    customers = customers_of(plan(CONFIG.floor), CONFIG.floor.seed)
    made = make_past([engine], NAMING, CONFIG, Telling(customers=customers))
    with reading(engine) as connection:
        rows = connection.execute(select(business_intervals)).all()
        calls = connection.execute(select(visits).where(visits.c.agent.is_not(None))).all()
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        assert row.end_ms - row.start_ms == 1_800_000
        found[row.agent, row.measure] += row.amount
    assert made.rows["business_intervals"] == len(rows)
    sold = Counter({agent: amount for (agent, measure), amount in found.items() if measure == "sales_amount"})
    assert len(set(sold.values())) == len(sold) > 5
    satisfied = sum(amount for (_, measure), amount in found.items() if measure == "satisfied")
    rated = sum(amount for (_, measure), amount in found.items() if measure == "rated")
    assert 0.75 < satisfied / rated < 0.97
    assert 0.25 < rated / len(calls) < 0.45

    last_ms = max(row.ended_ms for row in calls)
    crm = DemoBusiness(engine, "main", customers, "", "", 0)
    crm._since_ms = 1
    items = crm.due(last_ms)
    assert len({item["id"] for item in items if "done" not in item}) == sum("done" not in item for item in items)
    expected: Counter[str] = Counter()
    for row in calls:
        for fact in customers.after(f"{row.call}.{row.visit}", row.agent, row.queue, row.ended_ms):
            expected += Counter(amounts(fact))
    assert sum(float(item["amount"]) * 100 for item in items if item["kind"] == "sale") == expected["sales_amount"]
    assert sum(item["score"] >= 4 for item in items if item["kind"] == "satisfaction") == expected["satisfied"]
    assert sum(item["score"] for item in items if item["kind"] == "qa") * 100 == expected["review_score"]
    items += crm.due(last_ms + TICKET_MS)
    assert sum("done" in item for item in items) == expected["tickets_in_time"]
    assert crm.due(last_ms + TICKET_MS) == []
