"""Half-hours of queues, added up by step and queue: the counters in SQL, the histograms of waits here.

A sum is a `Row` of the floor, so the registry's metrics take it as they take the present.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlalchemy import case, func, select

from dashboard.floor.arrays import Longs, zeros
from dashboard.floor.counters import QUEUE_NAMES
from dashboard.floor.state import Row
from dashboard.reports.period import Stretch, place_of
from dashboard.reports.room import Look
from dashboard.reports.steps import Steps, summed
from dashboard.store.coverage import LIVE
from dashboard.store.schema import queue_intervals

_BINS: Final = msgspec.msgpack.Decoder(dict[int, int])
_NO_WAITS: Final = b"\x80"


@dataclass(slots=True)
class QueueSums:
    """`rows`: by place of the stretch and queue; nothing where nothing was written. `live`: those of them with a half-hour that was made
    from live events. `revised`, `not_live`: half-hours that a late fact changed, that were made from something else."""

    rows: dict[tuple[int, str], Row] = field(default_factory=dict)
    live: set[tuple[int, str]] = field(default_factory=set)
    revised: int = 0
    not_live: int = 0

    def of_place(self, place: int) -> list[tuple[str, tuple[Row, ...]]]:
        """All queues of one stretch."""
        return [(queue, (row,)) for (at, queue), row in self.rows.items() if at == place]

    def of_all(self) -> list[tuple[str, tuple[Row, ...]]]:
        """All queues, each with its rows of the whole period."""
        found: dict[str, list[Row]] = {}
        for (_, queue), row in self.rows.items():
            found.setdefault(queue, []).append(row)
        return [(queue, tuple(rows)) for queue, rows in found.items()]

    def add_empty(self, keys: Iterable[tuple[int, str]]) -> None:
        """Rows for these, where there are none: something else is known of them."""
        for key in keys:
            if key not in self.rows:
                self.rows[key] = Row()
                self.live.add(key)

    def is_lacking(self, place: int | None = None, queue: str | None = None) -> bool:
        """Whether there is something of that stretch and queue (None: any), and nothing of it from live events."""

        def is_meant(key: tuple[int, str]) -> bool:
            return place in {None, key[0]} and queue in {None, key[1]}

        return any(map(is_meant, self.rows)) and not any(map(is_meant, self.live))


def queue_sums(
    look: Look, stretches: Sequence[Stretch], queues: Sequence[str], places: Sequence[int] | None = None
) -> QueueSums:
    """`queues` none: all in scope. Of others there is nothing. `stretches` follow each other without a hole; `places`: their numbers, if
    several count as one."""
    table = queue_intervals.c
    wanted = [table.site == look.site, look.reach.of_queue(table.queue)]
    if queues:
        wanted.append(table.queue.in_(sorted(set(queues))))
    sums = _counted(look, Steps(look.connection, queue_intervals.c.start_ms, stretches, places), wanted)
    _put_waits(look, stretches, places, wanted, sums)
    return sums


def _counted(look: Look, steps: Steps, wanted: list[Any]) -> QueueSums:
    table = queue_intervals.c
    counters = [summed(table[name]) for name in QUEUE_NAMES]
    live = summed(case((table.coverage == LIVE, 1), else_=0))
    query = select(
        steps.place,
        table.queue,
        *counters,
        func.max(table.max_wait_s),
        func.count(table.revised_at_ms),
        live,
        func.count(),
    )
    query = query.where(*wanted, steps.holds).group_by(*steps.grouped, table.queue)
    sums = QueueSums()
    for place, queue, *numbers in look.connection.execute(query).all():
        *counts, max_wait_s, revised, of_live, half_hours = numbers
        sums.rows[int(place), queue] = Row(Longs("q", counts), zeros(0), zeros(0), zeros(0), int(max_wait_s))
        sums.revised += revised
        sums.not_live += half_hours - of_live
        if of_live:
            sums.live.add((int(place), queue))
    return sums


def _put_waits(
    look: Look, stretches: Sequence[Stretch], places: Sequence[int] | None, wanted: list[Any], sums: QueueSums
) -> None:
    table = queue_intervals.c
    starts = [one.start_ms for one in stretches]
    query = select(table.queue, table.start_ms, table.waits_answered, table.waits_abandoned, table.waits_left)
    query = query.where(*wanted, table.start_ms >= starts[0], table.start_ms < stretches[-1].end_ms, table.offered > 0)
    bins: dict[tuple[int, str, int], dict[int, int]] = {}
    for queue, start_ms, *packed in look.connection.execute(query):
        place = place_of(starts, start_ms)
        if places is not None:
            place = places[place]
        for kind, body in enumerate(packed):
            if body == _NO_WAITS:
                continue
            found = bins.setdefault((place, queue, kind), {})
            for index, n in _BINS.decode(body).items():
                found[index] = found.get(index, 0) + n
    for (place, queue, kind), found in bins.items():
        row = sums.rows[place, queue]
        waits = (row.answered, row.abandoned, row.left)[kind]
        waits.extend([0] * (max(found) + 1))
        for index, n in found.items():
            waits[index] = n
