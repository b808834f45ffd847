"""What a table file holds, whichever kind it was, and how much of it we take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboard.refusal import Refused

FILE_BYTES = 5 * 1024 * 1024
SHEET_ROWS = 20_000
SHEET_COLUMNS = 60
CELL_CHARACTERS = 32_000
"""A spreadsheet's own limit is 32,767; what is longer is cut when written, refused when read."""

FIELD = "file"
"""The form's field that every refusal here is about."""


@dataclass(frozen=True, slots=True)
class Line:
    """`number`: as the spreadsheet counts its rows (the heads are row 1). As many cells as there are heads."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`heads`: the first line that is not empty. Empty lines are left out."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]


def sheet_of(rows: Iterable[tuple[int, Sequence[str]]]) -> Sheet:
    """A sheet from numbered rows. Raises `Refused` for none at all, too many, or a row longer than the heads."""
    heads: tuple[str, ...] = ()
    lines: list[Line] = []
    for number, row in rows:
        cells = _without_empty_end(row)
        if not cells:
            continue
        if not heads:
            heads = cells
            _check_heads(heads)
            continue
        if len(cells) > len(heads):
            raise Refused("sheet.row_longer", FIELD, line=number, columns=len(heads))
        if len(lines) >= SHEET_ROWS:
            raise Refused("sheet.too_many_rows", FIELD, limit=SHEET_ROWS)
        lines.append(Line(number, cells + ("",) * (len(heads) - len(cells))))
    if not heads:
        raise Refused("sheet.empty", FIELD)
    return Sheet(heads, tuple(lines))


def _check_heads(heads: tuple[str, ...]) -> None:
    if len(heads) > SHEET_COLUMNS:
        raise Refused("sheet.too_many_columns", FIELD, limit=SHEET_COLUMNS)


def _without_empty_end(row: Sequence[str]) -> tuple[str, ...]:
    cells = list(row)
    while cells and not cells[-1].strip():
        cells.pop()
    return tuple(cells)
