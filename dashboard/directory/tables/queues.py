"""The table of queues: names, targets and limits. The queue `*` stands for all that have no line of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from pydantic import BaseModel

from dashboard.directory import Rooms
from dashboard.directory.entries import FORMULAS
from dashboard.directory.tables import cells
from dashboard.directory.tables.entry_table import EntryTable, Meaning, text

_MEANINGS: Final[dict[str, Meaning]] = {
    "name_zh": text,
    "name_en": text,
    "service_level_target": cells.share,
    "threshold_s": cells.whole,
    "short_abandon_s": cells.whole,
    "formula": lambda cell, column: cells.word_of("formula", FORMULAS, cell, column),
    "overflow_counts": cells.is_yes,
    "wrap_up_s": cells.whole,
    "wait_amber_s": cells.whole,
    "wait_red_s": cells.whole,
}


class QueuesTable(EntryTable):
    """Those that somebody has confirmed."""

    names: ClassVar[tuple[str, ...]] = ("queue", *_MEANINGS)
    key: ClassVar[str] = "queue"
    meanings: ClassVar[Mapping[str, Meaning]] = _MEANINGS

    def _read(self, directory: Rooms) -> dict[str, BaseModel]:
        return {row.id: row.entry for row in directory.queues.listed(self._actor)}

    def _put(self, change: Rooms, key: str, values: Mapping[str, object]) -> BaseModel:
        change.queues.put(self._actor, key, values)
        return change.queues.get(self._actor, key).entry

    def _shown(self, name: str, value: object) -> str:
        if name == "service_level_target":
            return f"{cells.shown_number(float(str(value)) * 100)}%"
        if isinstance(value, bool):
            return self._words("form.yes" if value else "form.no")
        return self._words(f"formula.{value}") if name == "formula" else str(value)
