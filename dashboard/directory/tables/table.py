"""What all four tables have in common: what becomes of a line."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from dashboard.access.actor import Actor
from dashboard.directory import Rooms
from dashboard.refusal import Refused
from dashboard.sheets import Record

Kind = Literal["people", "teams", "queues", "reasons"]
Outcome = Literal["new", "changed", "unchanged", "wrong"]


@dataclass(frozen=True, slots=True)
class Difference:
    """`column`: its name; before and after as the table shows them, "" for nothing."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a line is (`name`: whom or what it is about) and what it does. `problems`: why it cannot be taken; each one's
    `field` is the name of a column, or ""."""

    outcome: Outcome
    name: str
    differences: tuple[Difference, ...] = ()
    problems: tuple[Refused, ...] = ()


class Table(ABC):
    """A table of one directory, as one actor sees it. `names`: of the columns; `key`: of the one that no file lacks."""

    names: ClassVar[tuple[str, ...]]
    key: ClassVar[str]

    @abstractmethod
    def __init__(self, directory: Rooms, actor: Actor, lang: str) -> None:
        """What `actor` may see of the directory; `lang`: of the words in cells."""

    @abstractmethod
    def rows(self) -> Iterator[Sequence[str]]:
        """What there is, a text for each of `names`."""

    @abstractmethod
    def begin(self, change: Rooms, records: Sequence[Record]) -> None:
        """Looks at all lines before the first is taken, for what depends on several of them."""

    @abstractmethod
    def take(self, change: Rooms, record: Record) -> Taken:
        """Takes one line: changes what differs, through `change`."""


def differences(names: Sequence[str], before: Sequence[str], after: Sequence[str]) -> tuple[Difference, ...]:
    """The cells that differ."""
    cells = zip(names, before, after, strict=True)
    return tuple(Difference(name, old, new) for name, old, new in cells if old != new)


def wrong(name: str, *problems: Refused) -> Taken:
    """A line that cannot be taken."""
    return Taken("wrong", name, problems=problems)
