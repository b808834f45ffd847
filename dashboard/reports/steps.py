"""The steps of a period as a table inside a query, so that the database adds up what lies in each.

Bounds come from the calendar, so days of 23 and 25 hours are as long as they are; no arithmetic of the database knows about clocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, column, literal, values

from dashboard.reports.period import Stretch


class Steps:
    """`place`: the column that says which stretch a row belongs to; `grouped`: what to group by for it.
    `places`: numbers of the stretches, if several count as one; else their order."""

    def __init__(self, stretches: Sequence[Stretch], places: Sequence[int] | None = None) -> None:
        self._whole = (stretches[0].start_ms, stretches[-1].end_ms)
        self._table: Any = None
        self.place: ColumnElement[int] = literal(0, literal_execute=True)
        self.grouped: tuple[ColumnElement[int], ...] = ()
        if len(stretches) > 1:
            columns = column("place", Integer), column("from_ms", BigInteger), column("to_ms", BigInteger)
            numbered = zip(places or range(len(stretches)), stretches, strict=True)
            rows = [(place, one.start_ms, one.end_ms) for place, one in numbered]
            self._table = values(*columns, name="steps", literal_binds=True).data(rows).cte("steps")
            self.place = self._table.c.place
            self.grouped = (self.place,)

    def holds(self, at_ms: ColumnElement[int]) -> ColumnElement[bool]:
        """Stretches follow each other, so the whole of them bounds what is looked at."""
        bounds = and_(at_ms >= self._whole[0], at_ms < self._whole[1])
        if self._table is None:
            return bounds
        return and_(at_ms >= self._table.c.from_ms, at_ms < self._table.c.to_ms)
