"""The table of pause reasons: the catalogue. A reason is written as the switch sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from pydantic import BaseModel

from dashboard.directory import Rooms
from dashboard.directory.entries import CATEGORIES
from dashboard.directory.tables import cells
from dashboard.directory.tables.entry_table import EntryTable, Meaning, text

_MEANINGS: Final[dict[str, Meaning]] = {
    "name_zh": text,
    "name_en": text,
    "category": lambda cell, column: cells.word_of("category", CATEGORIES, cell, column, "directory_pages"),
    "limit_min": cells.minutes,
    "quota": lambda cell, column: cells.whole(cell or "0", column),
    "icon": text,
}


class ReasonsTable(EntryTable):
    """The whole catalogue."""

    names: ClassVar[tuple[str, ...]] = ("reason", *_MEANINGS)
    key: ClassVar[str] = "reason"
    meanings: ClassVar[Mapping[str, Meaning]] = _MEANINGS

    def _read(self, directory: Rooms) -> dict[str, BaseModel]:
        return {row.reason: row.entry for row in directory.reasons.listed(self._actor)}

    def _put(self, change: Rooms, key: str, values: Mapping[str, object]) -> BaseModel:
        change.reasons.put(self._actor, key, values)
        return change.reasons.get(self._actor, key).entry

    def _shown(self, name: str, value: object) -> str:
        if name == "limit_min":
            return cells.shown_number(float(str(value)))
        return self._words(f"category.{value}") if name == "category" else str(value)
