"""The reports of the catalogue, made for one actor at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dashboard.access.actor import Actor
from dashboard.reports.catalogue import Kind
from dashboard.reports.names import Names
from dashboard.reports.question import Question
from dashboard.reports.report import Report
from dashboard.reports.room import Room

PAGE: Final = 200
MOST_LINES: Final = 20_000
"""A report with more lines is refused in words: coarser steps, fewer names or fewer days."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What an actor may narrow a report to: ids in reading order. `reports`: those that they may ask for. `since`: the first business day
    of which anything is kept, None for nothing yet."""

    today: date
    since: date | None
    reports: tuple[Kind, ...]
    queues: tuple[str, ...]
    teams: tuple[str, ...]
    agents: tuple[str, ...]
    names: Names


class Reports:
    """Makes reports."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def choices(self, actor: Actor, lang: str) -> Choices:
        """For the filters of the page. Raises `Denied`."""
        raise NotImplementedError

    def asked(self, actor: Actor, query: Mapping[str, Sequence[str]]) -> Question:
        """The question of an address, relative days resolved now, its report's usual step filled in. Raises `Refused`, `Denied`."""
        raise NotImplementedError

    def run(self, actor: Actor, question: Question, *, most: int = PAGE) -> Report:
        """The report. Relative days are resolved anew. `most`: lines of a list (a file asks for `MOST_LINES`). Raises `Denied` for what
        is out of scope by name, `Refused` for what is none or too much."""
        raise NotImplementedError
