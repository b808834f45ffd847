"""One sheet as it goes out: heads that know what stands below them, rows of values, and a last row of totals.

A value is of its head's kind, or None for an empty cell: a spreadsheet can sum and sort what it gets. Only text can be made to run,
so only text is quoted (`cell.writable`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from dashboard.sheets.cell import writable

CellKind = Literal["text", "count", "number", "seconds", "share", "moment", "day"]
"""`seconds`: a length of time. `share`: of one, shown in per cent. `moment`: a clock's reading (no zone). `day`: a date."""

Value = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Head:
    """`width`: in characters; 0 for what fits the label."""

    label: str
    kind: CellKind = "text"
    width: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """`name`: on the sheet's tab. `rows` are read once. `totals`: a last row, which sorting and filters leave where it is."""

    name: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[object]]
    totals: Sequence[object] | None = None


def as_head(head: Head | str) -> Head:
    """Heads that are only words stand above text."""
    return head if isinstance(head, Head) else Head(head)


def plain(kind: CellKind, value: object) -> str:
    """A cell of a file without formats: seconds and per cents as numbers, times as ISO writes them, and text that runs nothing."""
    if value is None or kind == "text" or not is_of(kind, value):
        return writable(value)
    return _PLAIN[kind](value)


def is_of(kind: CellKind, value: object) -> bool:
    """Whether a value can stand there as its kind; else it is text, which shows whatever it is."""
    if kind == "moment":
        return isinstance(value, datetime)
    if kind == "day":
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _decimals(value: float, most: int) -> str:
    return f"{value:.{most}f}".rstrip("0").rstrip(".") if most else f"{value:.0f}"


_PLAIN: Final[dict[CellKind, Callable[..., str]]] = {
    "count": lambda value: _decimals(value, 0),
    "number": lambda value: _decimals(value, 4),
    "seconds": lambda value: _decimals(value, 3),
    "share": lambda value: _decimals(100 * value, 4),
    "moment": lambda value: value.isoformat(sep=" ", timespec="seconds"),
    "day": lambda value: value.isoformat(),
}
