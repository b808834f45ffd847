"""The steps of a period inside a query, so that the database adds up what lies in each.

Bounds come from the calendar, so days of 23 and 25 hours are as long as they are; no arithmetic of the database knows about clocks.
PostgreSQL finds the step of a row by halving; SQLite is given a table of steps, and looks up each one's rows by their index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    and_,
    cast,
    column,
    func,
    literal,
    literal_column,
    true,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY

from dashboard.reports.period import Stretch


class Steps:
    """Of rows whose moment is `at_ms`. `place`: the number of the stretch that a row belongs to; `grouped`: what to group by for it;
    `holds`: that it lies in one. `places`: numbers of the stretches, if several count as one; else their order."""

    def __init__(
        self,
        connection: Connection,
        at_ms: ColumnElement[int],
        stretches: Sequence[Stretch],
        places: Sequence[int] | None = None,
    ) -> None:
        self.place: ColumnElement[int] = literal(0, literal_execute=True)
        self.grouped: tuple[ColumnElement[int], ...] = ()
        inside: ColumnElement[bool] = true()
        numbers = places or range(len(stretches))
        if len(stretches) > 1 and connection.dialect.name == "postgresql":
            starts = literal_column(_array("bigint", [one.start_ms for one in stretches]), ARRAY(BigInteger))
            found = literal_column(_array("integer", numbers), ARRAY(Integer))
            self.place = found[func.width_bucket(at_ms, starts)]
        elif len(stretches) > 1:
            columns = column("place", Integer), column("from_ms", BigInteger), column("to_ms", BigInteger)
            rows = [(place, one.start_ms, one.end_ms) for place, one in zip(numbers, stretches, strict=True)]
            table: Any = values(*columns, name="steps", literal_binds=True).data(rows).cte("steps")
            inside = and_(at_ms >= table.c.from_ms, at_ms < table.c.to_ms)
            self.place = table.c.place
        if len(stretches) > 1:
            self.grouped = (self.place,)
        self.holds = and_(at_ms >= stretches[0].start_ms, at_ms < stretches[-1].end_ms, inside)


@contextmanager
def unsorted(connection: Connection) -> Iterator[None]:
    """Sums that are asked for within are added up as the rows come. PostgreSQL takes agents times days times teams for far more groups than
    there are, and would sort a month of half-hours on the disk first, to have one group at a time: most of what the question costs."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
    yield
    if connection.dialect.name == "postgresql":  # not after an error: it ended the transaction, and the setting with it
        connection.exec_driver_sql("SET LOCAL enable_sort TO DEFAULT")


def _array(kind: str, numbers: Sequence[int]) -> str:
    """Whole numbers alone, so nothing in it is anybody's words."""
    return "('{" + ",".join(str(int(number)) for number in numbers) + "}'::" + kind + "[])"


def summed(numbers: ColumnElement[Any]) -> ColumnElement[int]:
    """The sum as a whole number of 64 bits: PostgreSQL's own is a decimal, which takes longer to read than to add up."""
    return cast(func.sum(numbers), BigInteger)
