"""The audit log: what was done, by whom, to what, when, from where, why, and whether it was allowed.

Invariants: a change and its line are one transaction (no line, no change); lines are only ever appended; `seq` has no holes;
each line holds the hash of the one before; one writer at a time. The head is anchored outside the database after the commit.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import Connection, Engine, event, select, text

from dashboard.access.actor import Actor
from dashboard.access.audit_anchor import Anchor, Head
from dashboard.access.audit_line import FIRST_HASH, Target, made
from dashboard.access.audit_repeats import WINDOW_MS, Attempt, Repeated, Repeats
from dashboard.settings import Settings
from dashboard.store.engine import StoreError, writing
from dashboard.store.schema import audit_lines

__all__ = ["Audit", "Target"]

log = logging.getLogger("floorwatch.audit")

_LOCK: Final = 7_203_411_906
"""Any number, the same in every release: the key of PostgreSQL's advisory lock."""
_NONE: Final = Head(0, FIRST_HASH, 0)
_UNIT: Final = "floorwatch_audit"


class Audit:
    """Writes the log. Calls block on the database; safe to use from several threads and processes."""

    def __init__(
        self, engine: Engine, anchor: Anchor, *, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    ) -> None:
        self.engine = engine
        self.anchor = anchor
        self.now_ms = now_ms
        self._repeats = Repeats()

    @classmethod
    def of(cls, settings: Settings, engine: Engine) -> Audit:
        """As the settings say."""
        return cls(engine, Anchor(settings.audit_anchor, settings.audit.syslog))

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction for a change and its lines; nobody else's goes on meanwhile, so keep it short.

        Never call `record` or `denied` inside it: `append` on its connection. Raises `StoreError`; then nothing has changed.
        """
        self.tell_repeats()
        with self._unit() as connection:
            yield connection

    def append(
        self,
        connection: Connection,
        actor: Actor,
        action: str,
        target: Target = Target(),  # noqa: B008 — frozen
        *,
        reason: str = "",
        result: str = "ok",
        details: Mapping[str, Any] | None = None,
    ) -> int:
        """Adds a line to the transaction of `writing` and gives its `seq`.

        `action`: `room.deed`. `details`: of JSON's kinds, such as `{"before": {…}, "after": {…}}`; no secret, please.
        """
        if not connection.get_execution_options().get(_UNIT, False):
            raise RuntimeError("A line of the audit log is appended to a transaction that Audit.writing did not open.")
        return add_line(
            connection,
            at_ms=self.now_ms(),
            actor=actor,
            action=action,
            target=target,
            reason=reason,
            result=result,
            details=details or {},
        ).seq

    def record(
        self,
        actor: Actor,
        action: str,
        target: Target = Target(),  # noqa: B008 — frozen
        *,
        reason: str = "",
        result: str = "ok",
        details: Mapping[str, Any] | None = None,
    ) -> int:
        """A line of its own, for what changes no row. Raises `StoreError`: then what it is about must not happen."""
        with self.writing() as connection:
            return self.append(connection, actor, action, target, reason=reason, result=result, details=details)

    def denied(self, actor: Actor, what: str, target: Target | str = "") -> None:
        """A line about what was not allowed: `what` is the permission that it needed, or the action.

        The same again within a minute is only counted (`audit_repeats`). Never raises for the database's sake: refusing needs no
        record, and goes on without.
        """
        target = Target(id=target) if isinstance(target, str) else target
        try:
            self.tell_repeats()
            attempt = self._repeats.is_first(Attempt(actor, str(what), target), self.now_ms())
            if attempt is not None:
                with self._unit() as connection:
                    self.append(connection, attempt.actor, attempt.action, attempt.target, result="denied")
        except StoreError as error:
            log.error("Denied to %s %r, and not on record: %s: %s", actor.kind, actor.id, what, error)  # noqa: TRY400 — a sentence, no trace

    def tell_repeats(self) -> None:
        """Writes the counts of repeated denials whose minute is over. Every other call does so too; idle processes call this."""
        for repeated in self._repeats.over(self.now_ms()):
            try:
                self._tell(repeated)
            except StoreError as error:
                log.error("Denied %d times more, and not on record: %s", repeated.count, error)  # noqa: TRY400 — a sentence, no trace

    def _tell(self, repeated: Repeated) -> None:
        attempt = repeated.attempt
        details = {"repeated": repeated.count, "within_s": WINDOW_MS // 1000}
        with self._unit() as connection:
            self.append(connection, attempt.actor, attempt.action, attempt.target, result="denied", details=details)

    @contextmanager
    def _unit(self) -> Iterator[Connection]:
        with writing(self.engine) as connection:
            if connection.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE has made us the one writer already
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execution_options(**{_UNIT: True})
            before, changes = head_of(connection), _Changes(connection)
            yield connection
            head = head_of(connection)
            if changes.count and head.seq == before.seq:
                raise RuntimeError(
                    "Rows were changed without a line in the audit log: append one in the same transaction."
                )
        if head.seq != before.seq:
            self.anchor.keep(head)


class _Changes:
    """How many statements of a connection changed rows."""

    def __init__(self, connection: Connection) -> None:
        self.count = 0
        event.listen(connection, "after_cursor_execute", self._note)

    def _note(self, _link: Any, cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:  # noqa: FBT001 — SQLAlchemy's signature
        changes = context is not None and (context.isinsert or context.isupdate or context.isdelete)
        self.count += bool(changes and cursor.rowcount != 0)


def add_line(
    connection: Connection,
    *,
    at_ms: int,
    actor: Actor,
    action: str,
    target: Target,
    details: Mapping[str, Any],
    reason: str = "",
    result: str = "ok",
) -> Head:
    """Adds a line and gives the new head. For `Audit.append`, and for who anchors the head after the commit by itself."""
    before = head_of(connection)
    line = made(
        seq=before.seq + 1,
        previous_hash=before.hash,
        at_ms=at_ms,
        actor=actor,
        action=action,
        target=target,
        reason=reason,
        result=result,
        details=details,
    )
    connection.execute(audit_lines.insert().values(asdict(line)))
    return Head(line.seq, line.hash, line.at_ms)


def head_of(connection: Connection) -> Head:
    """The newest line; seq 0 for an empty log."""
    table = audit_lines.c
    newest = select(table.seq, table.hash, table.at_ms).order_by(table.seq.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return _NONE if row is None else Head(row.seq, row.hash, row.at_ms)
