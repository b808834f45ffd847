"""What queues and pause reasons have in common: a key that the switch gives, and an entry that is put as a whole."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic import BaseModel

from dashboard.access.actor import Actor
from dashboard.directory import Rooms
from dashboard.directory.tables.table import Table, Taken, differences, wrong
from dashboard.refusal import Refused
from dashboard.sheets import Record
from layouts.texts import catalogue

Meaning = Callable[[str, str], object]


class EntryTable(Table):
    """`meanings`: of the columns beside the key, in the columns' order; each one's name is a field's of the entry."""

    meanings: ClassVar[Mapping[str, Meaning]]

    def __init__(self, directory: Rooms, actor: Actor, lang: str) -> None:
        self._actor = actor
        self._words = catalogue(lang, "forms", "directory_pages")
        self._entries: dict[str, BaseModel] = self._read(directory)
        self._lines: dict[str, int] = {}

    @abstractmethod
    def _read(self, directory: Rooms) -> dict[str, BaseModel]:
        """What there is, by key."""

    @abstractmethod
    def _put(self, change: Rooms, key: str, values: Mapping[str, object]) -> BaseModel:
        """Writes one entry; gives it as it stands then."""

    @abstractmethod
    def _shown(self, name: str, value: object) -> str:
        """A field's value as its cell has it."""

    def rows(self) -> Iterator[Sequence[str]]:
        """All entries."""
        return (self._row(key, entry) for key, entry in self._entries.items())

    def begin(self, change: Rooms, records: Sequence[Record]) -> None:
        """Nothing depends on several lines here."""
        del change, records

    def take(self, change: Rooms, record: Record) -> Taken:
        """Puts the entry, if it differs."""
        key = record.values[self.key]
        first = self._lines.setdefault(key, record.line)
        if first != record.line:
            return wrong(key, Refused("import.twice", self.key, line=first))
        values, problems = self._values(record)
        if problems:
            return wrong(key, *problems)
        known = self._entries.get(key)
        before = ("",) * len(self.names) if known is None else self._row(key, known)
        if known is not None and all(getattr(known, name) == value for name, value in values.items()):
            return Taken("unchanged", key)
        try:
            after = self._row(key, self._put(change, key, values))
        except Refused as refused:
            column = refused.field if refused.field in self.names else self.key
            return wrong(key, Refused(refused.word, column, **refused.values))
        return Taken("new" if known is None else "changed", key, differences(self.names, before, after))

    def _values(self, record: Record) -> tuple[dict[str, object], list[Refused]]:
        values: dict[str, object] = {}
        problems = []
        for name, meaning in self.meanings.items():
            text = record.get(name)
            if text is not None:
                try:
                    values[name] = meaning(text, name)
                except Refused as refused:
                    problems.append(refused)
        return values, problems

    def _row(self, key: str, entry: BaseModel) -> tuple[str, ...]:
        return (key, *(self._shown(name, getattr(entry, name)) for name in self.names[1:]))


def text(value: str, column: str) -> str:
    """As it is."""
    del column
    return value
