"""The demo's past: four weeks of the same floor, written in bulk before it opens, so that a manager finds a yesterday and a usual.

Made by the simulator's model with the demo's own seed: the same queues, agents and teams as the live floor. A large floor has fewer
days: writing them must not take longer than a visitor waits.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Engine, select

from collectors.simulator import SimulatorConfig
from collectors.simulator.past import PastConfig
from collectors.simulator.staff import plan
from dashboard.demo_business import customers_of
from dashboard.directory.settings_of import rows_of, settings_of
from dashboard.history.numbers import Numbers, key_of
from dashboard.past_floor import Naming, Telling, make_past
from dashboard.reports.period import Calendar
from dashboard.settings import Settings
from dashboard.store.engine import reading, snapshot
from dashboard.store.schema.history import queue_intervals

MOST_DAYS: Final = 28
"""The usual is the mean of the same weekday in the last four weeks."""
MOST_AGENT_DAYS: Final = 6_000
_BOOT: Final = "past"


def days_of(agents: int) -> int:
    """How many days a floor of so many agents gets."""
    return max(1, min(MOST_DAYS, MOST_AGENT_DAYS // agents))


def demo_past(
    settings: Settings, engine: Engine, switch: str, world: SimulatorConfig, now_ms: int, days: int | None = None
) -> int:
    """Writes the days before today (`days`; None: as many as the floor gets); none where there is a history already. Returns the
    calls."""
    with reading(engine) as connection:
        if connection.execute(select(queue_intervals.c.site).limit(1)).first() is not None:
            return 0
    with snapshot(engine) as connection:
        known = settings_of(rows_of(connection, settings.site))
    yesterday = Calendar.of(known).today(now_ms) - timedelta(1)
    numbers = Numbers(key_of(settings.history_key_file), keeps=settings.history.keep_numbers)
    naming = Naming(settings.site, switch, _BOOT, lambda number: numbers.hash(number) or b"")
    customers = customers_of(plan(world), world.seed)
    telling = Telling(known.day_starts_at_min, known.interval_min, customers=customers)
    return make_past(
        [engine], naming, PastConfig(world, yesterday, days or days_of(world.agents), is_busy=True), telling
    ).contacts
