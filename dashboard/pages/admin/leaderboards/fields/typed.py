"""What one field of the form holds, read as what it should be."""

from __future__ import annotations

from typing import Any, get_args

from dashboard.pages.admin.leaderboards.fields.numbers import number_of
from dashboard.pages.admin.leaderboards.fields.posted import rows
from dashboard.refusal import Refused
from layouts.forms.directory.state import Filled


class Typed:
    """What is typed. What makes no sense is noted in `wrong` and read as something harmless: one look finds every mistake."""

    def __init__(self, filled: Filled) -> None:
        self._filled = filled
        self.wrong: list[Refused] = []

    def text(self, field: str) -> str:
        """As it is; "" for nothing."""
        return self._filled.value(field)

    def yes(self, field: str) -> bool:
        """A box."""
        return bool(self._filled.value(field))

    def whole(self, field: str, most: int, least: int = 0, empty: int = 0) -> int:
        """A whole number from `least` to `most`; `empty` for nothing."""
        typed = self._filled.value(field)
        if not typed:
            return empty
        if typed.isascii() and typed.isdigit() and len(typed) < 9 and least <= int(typed) <= most:
            return int(typed)
        self.wrong.append(Refused("leaderboards.refused.whole", field, least=least, most=most))
        return empty or least

    def number(self, field: str, metric: str) -> float | None:
        """A number in the metric's own unit; None for nothing."""
        try:
            return number_of(self._filled.value(field), metric, field)
        except Refused as refused:
            self.wrong.append(refused)
            return None

    def needed(self, field: str, metric: str) -> float:
        """The same, where nothing is a mistake."""
        value = self.number(field, metric)
        if value is None and not any(one.field == field for one in self.wrong):
            self.wrong.append(Refused("leaderboards.refused.number", field))
        return value or 0.0

    def one_of(self, field: str, every: Any, other: Any) -> Any:
        """One of the values of `every`, a `Literal`; `other` for anything else."""
        typed = self._filled.value(field)
        return typed if typed in get_args(every) else other

    def count(self, group: str) -> range:
        """The rows of a group."""
        return range(rows(self._filled, group))
