"""`floorwatch directory …`: the directory from and into files, as the pages do it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dashboard.access import redis_link
from dashboard.access.audit import Audit
from dashboard.commands.operator import operator
from dashboard.directory import Directory
from dashboard.directory.exporting import Form, export
from dashboard.directory.importing import LineReport, Report, look, take
from dashboard.directory.tables import KINDS, Kind
from dashboard.refusal import Refused
from dashboard.settings import Settings, SettingsError
from dashboard.store.engine import opened
from dashboard.store.migrate import require_newest
from layouts.texts import catalogue

Say = Callable[[str], None]

_FORMS: Final[dict[str, Form]] = {".csv": "csv", ".xlsx": "xlsx"}
_KINDS: Final[dict[str, Kind]] = {kind: kind for kind in KINDS}
_WORDS: Final = catalogue("en", "forms", "directory", "directory_pages")


def read_in(settings: Settings, file: Path, say: Say, *, does_it: bool) -> int:
    """Says what the file would do, line by line; `does_it`: does it too. 0: nothing is wrong with it; 1: something is.

    Raises `SettingsError` for what is no table of ours, `StoreError` and `OSError`.
    """
    body = file.read_bytes()
    with _directory(settings) as (directory, _audit):
        try:
            report = (take if does_it else look)(directory, operator(), body, file.name, "en")
        except Refused as refused:
            raise SettingsError(f"{file}: {_WORDS(refused.word, **refused.values)}") from None
    for line in report.lines:
        _say_line(report.kind, line, say)
    counts = ", ".join(f"{report.counts[outcome]} {outcome}" for outcome in ("new", "changed", "unchanged", "wrong"))
    say(f"{file}: {report.kind}: {counts}. {_verdict(report, does_it=does_it)}")
    return 0 if report.is_right else 1


def write_out(settings: Settings, kind: str, file: Path, say: Say) -> None:
    """Writes a table to a new file, readable by its owner alone. Raises `SettingsError`, `StoreError` and `OSError`."""
    form = _FORMS.get(file.suffix.lower())
    if kind not in _KINDS:
        raise SettingsError(f"{kind}: there is no such table. There are {', '.join(KINDS)}.")
    if form is None:
        raise SettingsError(f"{file}: name a file that ends in .csv or .xlsx.")
    with _directory(settings) as (directory, audit):
        out = export(directory, audit, operator(), _KINDS[kind], form, "en", audit.now_ms())
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened_file:
            opened_file.write(out.body)
    say(f"{file}: {kind}.")


@contextmanager
def _directory(settings: Settings) -> Iterator[tuple[Directory, Audit]]:
    redis = redis_link.connect(settings.effective_redis_url, name="floorwatch-directory")
    try:
        with opened(settings.effective_database_url) as engine:
            require_newest(engine)
            audit = Audit.of(settings, engine)
            yield Directory.on(engine, audit, redis, settings.site), audit
    finally:
        redis.close()


def _say_line(kind: Kind, line: LineReport, say: Say) -> None:
    taken = line.taken
    for problem in taken.problems:
        column = f"{_column(kind, problem.field)}: " if problem.field else ""
        say(f"row {line.line}: WRONG: {taken.name!r}: {column}{_WORDS(problem.word, **problem.values)}")
    if taken.outcome == "new":
        say(f"row {line.line}: new: {taken.name!r}")
    elif taken.outcome == "changed":
        changes = "; ".join(f"{_column(kind, one.column)}: {one.before!r} → {one.after!r}" for one in taken.differences)
        say(f"row {line.line}: changed: {taken.name!r}: {changes}")


def _column(kind: Kind, name: str) -> str:
    return _WORDS(f"column.{kind}.{name}") if name in KINDS[kind].names else name


def _verdict(report: Report, *, does_it: bool) -> str:
    if report.is_done:
        return "Imported."
    if not report.is_right:
        return "Nothing was taken: mend the rows that are wrong."
    if not report.changes_something:
        return "Nothing to import."
    return "" if does_it else "Nothing was changed yet: --yes imports it."
