"""A file into the directory: first what it would do, line by line, then the same file done, all of it or nothing.

The look and the deed are one story told twice: the look runs in a transaction that is rolled back, so it cannot promise what the
deed refuses. A file that is taken twice changes nothing the second time; what it leaves out stays as it is.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.directory import Directory, Together
from dashboard.directory.tables import KINDS, Kind, Taken, columns, kind_of
from dashboard.refusal import Refused
from dashboard.sheets import Record, read, records
from dashboard.sheets.sheet import FIELD

ACTION = "directory.imported"

MOST_CHANGES = 2_000
"""Lines of a file that may be new or changed: while they are worked through (some 2 s), nobody else can write, not even a
line of the audit log. Unchanged lines cost next to nothing."""


@dataclass(frozen=True, slots=True)
class LineReport:
    """`line`: as the spreadsheet counts."""

    line: int
    taken: Taken


@dataclass(frozen=True, slots=True)
class Report:
    """What a file does. `is_done`: it has been done; else nothing was changed."""

    kind: Kind
    lines: tuple[LineReport, ...]
    is_done: bool = False

    @property
    def counts(self) -> Counter[str]:
        """Lines by outcome."""
        return Counter(line.taken.outcome for line in self.lines)

    @property
    def is_right(self) -> bool:
        """Whether no line is wrong."""
        return not self.counts["wrong"]

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.counts["new"] or self.counts["changed"])


def look(directory: Directory, actor: Actor, body: bytes, name: str, lang: str) -> Report:
    """What the file would do. Raises `Refused` (field `file`) if it is no table of ours."""
    return _run(directory, actor, body, name, lang, is_look=True)


def take(directory: Directory, actor: Actor, body: bytes, name: str, lang: str) -> Report:
    """Does it, in one transaction with one audit line; with a wrong line in it, or nothing new, nothing (`is_done` tells)."""
    return _run(directory, actor, body, name, lang, is_look=False)


def _run(directory: Directory, actor: Actor, body: bytes, name: str, lang: str, *, is_look: bool) -> Report:
    actor.require(Permission.DIRECTORY_EDIT)
    sheet = read(body, name)
    kind = kind_of(sheet.heads)
    lines = records(sheet, columns(kind))
    if not lines:
        raise Refused("import.no_lines", FIELD, name=name)
    details = {"file": name, "kind": kind, "lines": len(lines), "sha256": hashlib.sha256(body).hexdigest()}
    with directory.together(actor, ACTION, details=details, dry_run=is_look) as change:
        report = Report(kind, tuple(_lines(change, actor, kind, lines, lang)))
        is_done = not is_look and report.is_right and report.changes_something
        if not is_done:
            change.give_up()
    return Report(kind, report.lines, is_done)


def _lines(change: Together, actor: Actor, kind: Kind, lines: list[Record], lang: str) -> list[LineReport]:
    table = KINDS[kind](change, actor, lang)
    table.begin(change, lines)
    reports, changes = list[LineReport](), 0
    for record in lines:
        taken = table.take(change, record)
        changes += taken.outcome != "unchanged"
        if changes > MOST_CHANGES:
            raise Refused("import.too_many_changes", FIELD, limit=MOST_CHANGES)
        reports.append(LineReport(record.line, taken))
    return reports
