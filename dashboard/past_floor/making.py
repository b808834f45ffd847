"""Writing a past: day by day, into one database or several at once, each day one transaction.

The tables' further indexes are taken away meanwhile where the history is empty: ten million calls take minutes, not hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, Table, select

from collectors.simulator.past import PastConfig, days
from collectors.simulator.staff import Staff, plan
from dashboard.past_floor.business import BUSINESS_COLUMNS, BusinessHalfHours
from dashboard.past_floor.customers import Customers
from dashboard.past_floor.frames import DayFrames, Slots, frames_of
from dashboard.past_floor.half_hours import AGENT_COLUMNS, QUEUE_COLUMNS, HalfHours
from dashboard.past_floor.rows import OFFER_COLUMNS, OWN_CALL_COLUMNS, STATE_COLUMNS, VISIT_COLUMNS, Naming, Rows
from dashboard.store.bulk import drop_indexes, make_indexes, put_rows
from dashboard.store.engine import reading, writing
from dashboard.store.schema.history import (
    agent_intervals,
    agent_states,
    business_intervals,
    offers,
    own_calls,
    queue_intervals,
    visits,
)

_DAY_MS: Final = 86_400_000
_TABLES: Final = (visits, offers, own_calls, agent_states, queue_intervals, agent_intervals, business_intervals)
Batch = tuple[Table, Sequence[str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Telling:
    """`states_days`: of so many last days single states are written (None: of all). `day_starts_at_min`, `interval_min`: as the
    site's settings have them. `customers`: what came of calls is written too. `progress` is called with the days done and the calls so
    far."""

    day_starts_at_min: int = 0
    interval_min: int = 30
    states_days: int | None = None
    customers: Customers | None = None
    progress: Callable[[int, int], None] = lambda *_: None


@dataclass(frozen=True)
class Made:
    """Rows written, by table, and calls."""

    contacts: int
    rows: dict[str, int]


def make_past(engines: Sequence[Engine], naming: Naming, config: PastConfig, telling: Telling = Telling()) -> Made:
    """Writes the past of `config` into each of the databases. Raises `StoreError`."""
    counts = dict.fromkeys((str(table.name) for table in _TABLES), 0)
    contacts = 0
    with ExitStack() as stack:
        for engine in engines:
            if _is_empty(engine):
                stack.enter_context(_without_indexes(engine))
        for number, (books, batches) in enumerate(_days(naming, config, telling), 1):
            for engine in engines:
                with writing(engine) as connection:
                    for table, columns, rows in batches:
                        put_rows(connection, table, columns, rows)
            for table, _, rows in batches:
                counts[str(table.name)] += len(rows)
            contacts += books
            telling.progress(number, contacts)
    return Made(contacts, counts)


def _is_empty(engine: Engine) -> bool:
    with reading(engine) as connection:
        return all(connection.execute(select(table).limit(1)).first() is None for table in _TABLES)


@contextmanager
def _without_indexes(engine: Engine) -> Iterator[None]:
    with writing(engine) as connection:
        drop_indexes(connection, _TABLES)
    try:
        yield
    finally:
        with writing(engine) as connection:
            make_indexes(connection, _TABLES)


def _days(naming: Naming, config: PastConfig, telling: Telling) -> Iterator[tuple[int, list[Batch]]]:
    staff = plan(config.floor)
    rows, half_hours = Rows(naming, staff), HalfHours()
    business = BusinessHalfHours(telling.customers, staff) if telling.customers is not None else None
    total = config.days + 1
    from_day = 0 if telling.states_days is None else config.days - telling.states_days
    for number, book in enumerate(days(config), 1):
        frames = frames_of(book)
        slots = _slots(frames, config, telling)
        half_hours.add(frames, slots)
        if business is not None:
            business.add(frames, slots)
        # What ends later began within a day before it: no call takes longer.
        until_ms = book.until_ms + (_DAY_MS if number == total else -_DAY_MS)
        yield _contacts(frames), [
            (visits, VISIT_COLUMNS, list(rows.visits(frames.visits))),
            (offers, OFFER_COLUMNS, list(rows.offers(frames.offers))),
            (own_calls, OWN_CALL_COLUMNS, list(rows.own_calls(frames.own_calls))),
            (agent_states, STATE_COLUMNS, list(rows.states(frames.states)) if number > from_day else []),
            (queue_intervals, ("site", *QUEUE_COLUMNS), list(_queues(half_hours.queue_rows(until_ms, slots), rows))),
            (agent_intervals, ("site", "team", *AGENT_COLUMNS), list(_agents(half_hours.agent_rows(until_ms, slots), rows, staff))),
            (business_intervals, BUSINESS_COLUMNS,
             list(business.rows(naming.site, book.until_ms)) if business is not None and number == total else []),
        ]  # fmt: skip


def _contacts(frames: DayFrames) -> int:
    return int((frames.visits["visit"] == 1).sum())


def _slots(frames: DayFrames, config: PastConfig, telling: Telling) -> Slots:
    """All intervals that the day's rows, and what is kept of the day before, belong to."""
    moments = [frames.until_ms]
    for frame in (frames.visits, frames.offers, frames.own_calls, frames.states):
        for column in {"joined_ms", "started_ms", "start_ms", "ended_ms", "end_ms"} & set(frame.columns):
            moments += [int(frame[column].min()), int(frame[column].max())] if len(frame) else []
    return Slots(
        min(moments) - 2 * _DAY_MS,
        max(moments) + _DAY_MS,
        config.floor.time_zone,
        telling.day_starts_at_min,
        telling.interval_min,
    )


def _queues(found: Iterable[tuple[Any, ...]], rows: Rows) -> Iterator[tuple[Any, ...]]:
    for queue, *rest in found:
        yield (rows.naming.site, rows.queue(queue), *rest)


def _agents(found: Iterable[tuple[Any, ...]], rows: Rows, staff: Staff) -> Iterator[tuple[Any, ...]]:
    for agent, start_ms, queue, *rest in found:
        yield (rows.naming.site, staff.agents[agent].team, rows.agent(agent), start_ms, rows.queue(queue) or "", *rest)
