"""Reading the audit log: pages of it, one line, exports. Whoever reads it needs the permission everywhere, because lines have no scope.

An export is on record before its first line leaves, and reads in short steps, so that a slow receiver holds no transaction open.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import ColumnElement, Row, func, or_, select

from dashboard.access.actor import Actor
from dashboard.access.audit import Audit, Target
from dashboard.access.audit_check import Report, verify
from dashboard.access.audit_line import AuditLine
from dashboard.access.permissions import Permission
from dashboard.access.reach import require_everywhere
from dashboard.store.engine import reading
from dashboard.store.schema import audit_lines

PAGE_LINES: Final = 50
EXPORTED: Final = "audit.exported"
MOST_UNASKED: Final = 30_000
"""Lines that are checked without being asked to: about a second."""
_CHECK_HOLDS_S = 300
_ROWS_AT_ONCE = 500
_table = audit_lines.c


@dataclass(frozen=True, slots=True)
class Question:
    """Which lines are wanted; "" and None: all. `actor`, `target`, `text`: parts of what stands there, in any case."""

    from_ms: int | None = None
    before_ms: int | None = None
    actor: str = ""
    action: str = ""
    result: str = ""
    target: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Lines, newest first, and whether there are older and newer ones."""

    lines: tuple[AuditLine, ...]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, and when."""

    report: Report
    at_ms: int


class AuditReader:
    """The log for its readers. Each call raises `Denied`, and `StoreError` with the database away."""

    def __init__(self, audit: Audit, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._audit = audit
        self._clock_s = clock_s
        self._checked: Checked | None = None
        self._checked_at_s = 0.0

    def page(self, actor: Actor, question: Question, *, older_than: int = 0, newer_than: int = 0) -> LedgerPage:
        """The newest lines; or those next to line `older_than` or `newer_than`."""
        require_everywhere(actor, Permission.AUDIT_VIEW)
        self._audit.tell_repeats()
        query = select(audit_lines).where(*_wanted(question)).limit(PAGE_LINES + 1)
        if newer_than:
            query = query.where(_table.seq > newer_than).order_by(_table.seq)
        else:
            query = query.where(_table.seq < older_than) if older_than else query
            query = query.order_by(_table.seq.desc())
        with reading(self._audit.engine) as connection:
            found = [_line(row) for row in connection.execute(query)]
        lines, has_more = found[:PAGE_LINES], len(found) > PAGE_LINES
        if newer_than:
            return LedgerPage(tuple(reversed(lines)), has_newer=has_more, has_older=True)
        return LedgerPage(tuple(lines), has_newer=bool(older_than), has_older=has_more)

    def line(self, actor: Actor, seq: int) -> AuditLine | None:
        """One line; None if there is none such (any more)."""
        require_everywhere(actor, Permission.AUDIT_VIEW)
        with reading(self._audit.engine) as connection:
            row = connection.execute(select(audit_lines).where(_table.seq == seq)).one_or_none()
        return None if row is None else _line(row)

    def actions(self, actor: Actor) -> tuple[str, ...]:
        """The actions that there are lines of."""
        require_everywhere(actor, Permission.AUDIT_VIEW)
        with reading(self._audit.engine) as connection:
            return tuple(sorted(connection.execute(select(_table.action).distinct()).scalars()))

    def checked(self, actor: Actor, *, again: bool = False) -> Checked | None:
        """Whether the log is whole, as of at most five minutes ago. A long log is checked only if asked `again`; None: not yet."""
        require_everywhere(actor, Permission.AUDIT_VIEW)
        is_fresh = self._checked is not None and self._clock_s() - self._checked_at_s < _CHECK_HOLDS_S
        if again or (not is_fresh and self._count() <= MOST_UNASKED):
            now_ms = self._audit.now_ms()
            self._checked = Checked(verify(self._audit.engine, self._audit.anchor, now_ms), now_ms)
            self._checked_at_s = self._clock_s()
        return self._checked

    def export(self, actor: Actor, question: Question, kind: str) -> Iterator[AuditLine]:
        """The lines, oldest first, up to the one that says so. `kind`: the format, for that line."""
        require_everywhere(actor, Permission.AUDIT_EXPORT)
        asked = {name: value for name, value in asdict(question).items() if value not in {"", None}}
        last = self._audit.record(actor, EXPORTED, Target("audit"), details={"format": kind, "filter": asked})
        return self._lines(question, last)

    def count(self, actor: Actor, question: Question) -> int:
        """How many lines an export would have."""
        require_everywhere(actor, Permission.AUDIT_EXPORT)
        with reading(self._audit.engine) as connection:
            return connection.execute(
                select(func.count()).select_from(audit_lines).where(*_wanted(question))
            ).scalar_one()

    def _lines(self, question: Question, last: int) -> Iterator[AuditLine]:
        query = select(audit_lines).where(_table.seq <= last, *_wanted(question)).order_by(_table.seq)
        seq = 0
        while True:
            with reading(self._audit.engine) as connection:
                rows = connection.execute(query.where(_table.seq > seq).limit(_ROWS_AT_ONCE)).all()
            if not rows:
                return
            seq = rows[-1].seq
            yield from map(_line, rows)

    def _count(self) -> int:
        with reading(self._audit.engine) as connection:
            first, last = connection.execute(select(func.min(_table.seq), func.max(_table.seq))).one()
        return (last or 0) - (first or 0)


def _wanted(question: Question) -> Iterator[ColumnElement[bool]]:
    if question.from_ms is not None:
        yield _table.at_ms >= question.from_ms
    if question.before_ms is not None:
        yield _table.at_ms < question.before_ms
    if question.actor:
        yield _holds(question.actor, _table.actor_name, _table.actor_id, _table.role)
    if question.action:
        yield _table.action == question.action
    if question.result:
        yield _table.result == question.result
    if question.target:
        yield _holds(question.target, _table.target_name, _table.target_id, _table.target_kind)
    if question.text:
        yield _holds(question.text, _table.reason, _table.details, _table.address)


def _holds(text: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _line(row: Row[tuple[object, ...]]) -> AuditLine:
    return AuditLine(**row._mapping)
