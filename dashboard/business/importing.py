"""Files of business events: first what each line would do, then the same file taken, its right lines in one transaction.

A line is an item; its columns are the item's fields, by their heads in any language. A cell says less than JSON: times without a zone are
the site's, yes and no are words. A line without an id is known by what stands in it, so that a file brought in twice counts once.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Engine, select

from collectors.events import FloorSettings
from dashboard.access.actor import Actor
from dashboard.access.audit import Audit, Target
from dashboard.access.permissions import Permission
from dashboard.business.item import KINDS
from dashboard.business.outcome import Outcome
from dashboard.business.taking import Taking
from dashboard.business.told import FILE
from dashboard.refusal import Refused
from dashboard.sheets import Column, Record, read, records
from dashboard.sheets.sheet import FIELD
from dashboard.store.engine import reading
from dashboard.store.schema import business_imports, floor_rules
from layouts.texts import LANGUAGES, catalogue

ROOM: Final = "business"
COLUMNS: Final = (
    "kind", "id", "at", "agent", "staff_number", "queue", "amount", "score", "scale", "satisfied", "resolved",
    "opened", "due", "done", "name", "revision", "withdrawn",
)  # fmt: skip
_MOMENTS: Final = ("at", "opened", "due", "done")
_TRUTHS: Final = ("satisfied", "resolved", "withdrawn")
_WHOLES: Final = ("scale", "revision")
_SHOWN_IMPORTS: Final = 20
_WRITTEN: Final = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T\s]+(\d{1,2})(:.+))?", re.ASCII)
"""A moment as spreadsheets write it: 2026/1/5 9:05."""


@dataclass(frozen=True, slots=True)
class LineReport:
    """`line`: as the spreadsheet counts."""

    line: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Report:
    """What a file does, or did."""

    lines: tuple[LineReport, ...]

    @property
    def counts(self) -> Counter[str]:
        """Lines by outcome."""
        return Counter(line.outcome.word for line in self.lines)

    @property
    def changes(self) -> int:
        """Lines that change anything."""
        return sum(self.counts[word] for word in ("taken", "corrected", "withdrawn"))


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A file that was brought in."""

    name: str
    made_by: str
    made_at_ms: int
    taken: int
    same: int


class Imports:
    """One site's. Calls block on the database."""

    def __init__(self, engine: Engine, audit: Audit, site: str, now_ms: Callable[[], int], taking: Taking) -> None:
        self._engine = engine
        self._audit = audit
        self._site = site
        self._now_ms = now_ms
        self._taking = taking

    def look(self, actor: Actor, body: bytes, name: str) -> Report:
        """What the file would do now. Raises `Refused` (field `file`) if it is no table of ours, `Denied`."""
        actor.require(Permission.BUSINESS_TELL)
        lines, items = self._items(body, name)
        return _report(lines, self._taking.look(actor, FILE, items))

    def take(self, actor: Actor, body: bytes, name: str) -> Report:
        """Takes its right lines, in one transaction, after a line of the audit log. Raises as `look`."""
        actor.require(Permission.BUSINESS_TELL)
        lines, items = self._items(body, name)
        looked = _report(lines, self._taking.look(actor, FILE, items))
        import_id = secrets.token_hex(8)
        details = {
            "file": name,
            "lines": len(lines),
            "sha256": hashlib.sha256(body).hexdigest(),
            "counts": dict(looked.counts),
        }
        self._audit.record(actor, "business.imported", Target("business_import", import_id, name), details=details)

        def note(connection: Connection, outcomes: Sequence[Outcome]) -> None:
            became = _report(lines, outcomes)
            known = became.counts["same"] + became.counts["outdated"]
            row = {"id": import_id, "site": self._site, "name": name[:200], "made_by": _by(actor)}
            counts = {"made_at_ms": self._now_ms(), "taken": became.changes, "same": known}
            connection.execute(business_imports.insert().values(row | counts))

        return _report(lines, self._taking.take(actor, FILE, items, also=note))

    def last(self, actor: Actor) -> list[ImportLine]:
        """Files that were brought in, the newest first: who does not see everything is told of their own. Raises `Denied`."""
        scope = actor.require(Permission.BUSINESS_TELL)
        table = business_imports.c
        query = select(business_imports).where(table.site == self._site).order_by(table.made_at_ms.desc(), table.id)
        if not scope.is_everything:
            query = query.where(table.made_by == _by(actor))
        with reading(self._engine) as connection:
            rows = connection.execute(query.limit(_SHOWN_IMPORTS)).all()
        return [ImportLine(row.name, row.made_by, row.made_at_ms, row.taken, row.same) for row in rows]

    def _items(self, body: bytes, name: str) -> tuple[list[int], list[bytes]]:
        sheet = read(body, name)
        lines = records(sheet, columns())
        if not lines:
            raise Refused("business.import.no_lines", FIELD, name=name)
        with reading(self._engine) as connection:
            mine = select(floor_rules.c.time_zone).where(floor_rules.c.site == self._site)
            zone = ZoneInfo(connection.execute(mine).scalar() or FloorSettings().time_zone)
        seen: Counter[str] = Counter()
        return [line.line for line in lines], [item_of(line, zone, seen) for line in lines]


def _by(actor: Actor) -> str:
    return (actor.name or actor.id)[:100]


def columns() -> tuple[Column, ...]:
    """The table's columns, with their heads in every language."""
    return tuple(
        Column(name, tuple(catalogue(lang, ROOM)(f"business.column.{name}") for lang in LANGUAGES), name == "kind")
        for name in COLUMNS
    )


@cache
def _words() -> tuple[dict[str, str], dict[str, bool]]:
    kinds, truths = {kind: kind for kind in KINDS}, {"true": True, "1": True, "false": False, "0": False}
    for lang in LANGUAGES:
        words = catalogue(lang, ROOM)
        kinds |= {words(f"business.kind.{kind}").casefold(): kind for kind in KINDS}
        truths |= {words("business.yes").casefold(): True, words("business.no").casefold(): False}
    return kinds, truths


def item_of(line: Record, zone: ZoneInfo, seen: Counter[str]) -> bytes:
    """A line as JSON, for the same reading as every other item. What a cell says that is none stays text, and is refused there."""
    kinds, truths = _words()
    cells: dict[str, Any] = {name: text for name, text in line.values.items() if text}
    said = "\n".join(f"{name}={cells[name]}" for name in sorted(cells))
    for name in _MOMENTS:
        if name in cells:
            cells[name] = _moment(cells[name], zone)
    for name in _TRUTHS:
        if name in cells:
            cells[name] = truths.get(cells[name].casefold(), cells[name])
    for name in _WHOLES:
        if cells.get(name, "").isascii() and cells.get(name, "").isdigit():
            cells[name] = int(cells[name][:12])
    for name in ("amount", "score"):
        if name in cells:
            cells[name] = cells[name].replace(",", "").replace("，", "")
    if "kind" in cells:
        cells["kind"] = kinds.get(cells["kind"].casefold(), cells["kind"])
    cells = _asked(cells)
    if "id" not in cells and cells.get("withdrawn") is not True:
        seen[said] += 1
        cells["id"] = f"{hashlib.sha256(said.encode()).hexdigest()[:32]}-{seen[said]}"
    return msgspec.json.encode(cells)


def _asked(cells: dict[str, Any]) -> dict[str, Any]:
    """Those that the item has: what is taken back needs no others, and what is not does not say so."""
    withdrawn = cells.get("withdrawn")
    if withdrawn is True:
        return {name: cells[name] for name in ("id", "kind", "revision", "withdrawn") if name in cells}
    return {name: cell for name, cell in cells.items() if name != "withdrawn" or withdrawn is not False}


def _moment(text: str, zone: ZoneInfo) -> str | int:
    if text.isascii() and text.isdigit() and len(text) == 13:
        return int(text)
    try:
        moment = datetime.fromisoformat(_iso(text))
    except ValueError:
        return text
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).isoformat()


def _iso(text: str) -> str:
    """The same in the form of ISO 8601, where it is a moment as spreadsheets write it; whatever else as it is."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return text
    year, month, day, hour, rest = written.groups()
    return f"{year}-{month:0>2}-{day:0>2}" + (f"T{hour:0>2}{rest}" if hour else "")


def _report(lines: Sequence[int], outcomes: Sequence[Outcome]) -> Report:
    return Report(tuple(LineReport(line, outcome) for line, outcome in zip(lines, outcomes, strict=True)))
