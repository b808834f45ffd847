"""What business systems told, added up by step and by whatever a table is about.

Queues have what names the queue, agents what names the agent: what names neither is in no table, though the floor counts it where
everything is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from collectors.events import FloorSettings
from dashboard.floor.business_amounts import Amounts, add_amounts
from dashboard.floor.directions import CUSTOM
from dashboard.floor.metrics import Value, known
from dashboard.reports.period import Stretch
from dashboard.reports.room import Look
from dashboard.reports.steps import Steps, summed
from dashboard.store.schema import business_intervals

OF_BUSINESS: Final = (
    "sales", "sales_amount", "csat", "first_contact_resolution", "complaints_per_10k", "tickets_done_in_time", "qa_score",
)  # fmt: skip
"""What business systems tell: shown where anybody told in the period."""


def business_metrics(settings: FloorSettings) -> tuple[str, ...]:
    """All that business systems may have told of, the site's own measures last."""
    return *OF_BUSINESS, *(CUSTOM + name for name in sorted(settings.measures))


def are_of_business(metrics: Iterable[str]) -> bool:
    """Whether any of these metrics rests on what business systems tell."""
    return any(map(_is_of_business, metrics))


def told_of(metrics: Sequence[str], total: Mapping[str, Value], *also: str) -> tuple[str, ...]:
    """Without those of business, and `also`, that have no value in the whole: nobody told, and there would be dashes alone."""
    return tuple(one for one in metrics if total[one].value is not None or not (one in also or _is_of_business(one)))


def _is_of_business(metric: str) -> bool:
    meant = known(metric)
    return meant is not None and meant.basis == "business"


def business_amounts(
    look: Look, stretches: Sequence[Stretch], keys: Sequence[ColumnElement[str]], wanted: Sequence[ColumnElement[bool]]
) -> Iterator[tuple[tuple[Any, ...], Amounts]]:
    """Amounts for each place and combination of `keys`, of rows that are `wanted`."""
    table = business_intervals.c
    steps = Steps(look.connection, table.start_ms, stretches)
    query = select(steps.place, *keys, table.measure, summed(table.amount)).where(*wanted, steps.holds)
    query = query.group_by(*steps.grouped, *keys, table.measure)
    found: dict[tuple[Any, ...], Amounts] = {}
    for place, *rest in look.connection.execute(query):
        *key, measure, amount = rest
        found.setdefault((int(place), *key), {})[measure] = amount
    yield from found.items()


@dataclass(slots=True)
class QueueBusiness:
    """Amounts by place and queue. `told`: all measures of which anything was told."""

    sums: dict[tuple[int, str], Amounts] = field(default_factory=dict)
    told: frozenset[str] = frozenset()

    def within(self, place: int | None, queue: str | None) -> Amounts:
        """Of one stretch and queue (None: of all). A measure of which something was told elsewhere is 0."""
        total = dict.fromkeys(self.told, 0)
        for (at, of), amounts in self.sums.items():
            if place in {None, at} and queue in {None, of}:
                add_amounts(total, amounts)
        return total


def queue_business(look: Look, stretches: Sequence[Stretch], queues: Sequence[str]) -> QueueBusiness:
    """`queues` none: all in scope."""
    table = business_intervals.c
    wanted = [table.site == look.site, table.queue != "", look.reach.of_queue(table.queue)]
    if queues:
        wanted.append(table.queue.in_(sorted(set(queues))))
    sums = {
        (place, queue): amounts for (place, queue), amounts in business_amounts(look, stretches, (table.queue,), wanted)
    }
    return QueueBusiness(sums, frozenset().union(*sums.values()))
