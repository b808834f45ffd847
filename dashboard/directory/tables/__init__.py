"""The directory as four tables that people keep in a spreadsheet: people, teams, queues, pause reasons.

Each says its columns, gives its rows, and takes a line of a file: what it finds, what it changes, what is wrong with it. What it
gives it also takes, as unchanged. A line that is missing removes nothing; a column that is missing leaves what is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.directory.tables.people import PeopleTable
from dashboard.directory.tables.queues import QueuesTable
from dashboard.directory.tables.reasons import ReasonsTable
from dashboard.directory.tables.table import Difference, Kind, Table, Taken
from dashboard.directory.tables.teams import TeamsTable
from dashboard.refusal import Refused
from dashboard.sheets import Column
from dashboard.sheets.columns import fits
from dashboard.sheets.sheet import FIELD
from layouts.texts import LANGUAGES, catalogue

__all__ = ["KINDS", "ROOM", "Difference", "Kind", "Table", "Taken", "columns", "head", "kind_of"]

ROOM = "directory_pages"
"""The words of heads and sentences."""

KINDS: dict[Kind, type[Table]] = {
    "people": PeopleTable,
    "teams": TeamsTable,
    "queues": QueuesTable,
    "reasons": ReasonsTable,
}


def head(kind: Kind, name: str, lang: str) -> str:
    """What stands at the top of a column."""
    return catalogue(lang, ROOM)(f"column.{kind}.{name}")


def columns(kind: Kind) -> tuple[Column, ...]:
    """A table's columns, with their heads in every language."""
    table = KINDS[kind]
    return tuple(
        Column(name, tuple(head(kind, name, lang) for lang in LANGUAGES), is_required=name == table.key)
        for name in table.names
    )


def kind_of(heads: Sequence[str]) -> Kind:
    """Which table a file with these heads is. Raises `Refused` for none of ours."""
    for kind in KINDS:
        if fits(heads, columns(kind)):
            return kind
    raise Refused("sheet.no_table_of_ours", FIELD)
