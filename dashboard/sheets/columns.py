"""Columns by their names, in any language and order: what stands at the top of a column says what it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.refusal import Refused
from dashboard.sheets.sheet import FIELD, Line, Sheet


@dataclass(frozen=True, slots=True)
class Column:
    """`name`: as the code says it. `heads`: what people may write at its top; `is_required`: no table without it."""

    name: str
    heads: tuple[str, ...]
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One line by its columns' names, without spaces around; a column that the file has not is not in it."""

    line: int
    values: Mapping[str, str]

    def get(self, name: str) -> str | None:
        """The cell's text; None where the file has no such column: then what is known stays."""
        return self.values.get(name)


def records(sheet: Sheet, columns: Sequence[Column]) -> list[Record]:
    """The sheet's lines by column. Raises `Refused` for a column that is unknown, twice there, or required and missing."""
    names = _names(sheet.heads, columns)
    return [_record(line, names) for line in sheet.lines]


def fits(heads: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether a table with these heads can be meant: all required columns are there."""
    there = {plain(head) for head in heads}
    return all(there & _plain_heads(column) for column in columns if column.is_required)


def plain(head: str) -> str:
    """A head as it is compared: widths, case, spaces, stars and what stands in brackets do not count."""
    text = unicodedata.normalize("NFKC", head).casefold()
    return re.sub(r"[\s*_]+", "", re.sub(r"\(.*?\)", "", text))


def _plain_heads(column: Column) -> set[str]:
    return {plain(head) for head in (column.name, *column.heads)}


def _names(heads: Sequence[str], columns: Sequence[Column]) -> list[str]:
    known = {head: column.name for column in columns for head in _plain_heads(column)}
    names: list[str] = []
    for head in heads:
        name = known.get(plain(head), "")
        if not name and head.strip():
            raise Refused("sheet.unknown_column", FIELD, column=head, columns=_listed(columns))
        if name and name in names:
            raise Refused("sheet.column_twice", FIELD, column=head)
        names.append(name)
    for column in columns:
        if column.is_required and column.name not in names:
            raise Refused("sheet.column_missing", FIELD, column=" / ".join(column.heads) or column.name)
    return names


def _listed(columns: Sequence[Column]) -> str:
    return ", ".join(column.heads[0] if column.heads else column.name for column in columns)


def _record(line: Line, names: Sequence[str]) -> Record:
    return Record(line.number, {name: cell.strip() for name, cell in zip(names, line.cells, strict=True) if name})
