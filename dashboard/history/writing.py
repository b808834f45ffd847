"""Writing history: what was recorded between two positions of the stream, in one transaction with the position.

Invariants:

* **Exactly once.** A writing begins where the cursor in the database stands and moves it to its end, in the same transaction. If
  the cursor is at the end already (the answer to a commit was lost), nothing is written again; if it is anywhere else, somebody
  else writes: `HistoryMoved`.
* **What was there before is kept for a while** (`UNDO_MS`), so that a Redis that lost its newest entries can be followed back.
* The memory of rows (`known_rows`) follows commits, never intentions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, select, update

from collectors.stream.keys import parts
from dashboard.history.known_rows import KnownRows
from dashboard.history.merging import Merging
from dashboard.history.recording.pending import Pending
from dashboard.history.recording.rows import NumberOf
from dashboard.history.tables import Changes, Shape, images_of, undo
from dashboard.store.engine import reading, writing
from dashboard.store.schema.history import history_cursors, history_undo

UNDO_MS: Final = 600_000


class HistoryMoved(Exception):  # noqa: N818 (what happened, not what is wrong)
    """Somebody else wrote history meanwhile."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was recorded after `from_id` up to `to_id`; `at_ms`: stream time there."""

    from_id: str
    to_id: str
    at_ms: int
    pending: Pending


class HistoryTables:
    """The history of one site. Calls block on the database: keep them off the event loop; one thread at a time.

    `shaped`: has the last word on each row before it is written (of which table, the row).
    """

    def __init__(self, engine: Engine, site: str, number_of: NumberOf, *, shaped: Shape | None = None) -> None:
        self.rows_written: Counter[str] = Counter()
        self._engine = engine
        self._site = site
        self._shaped = shaped
        self._known = KnownRows(site)
        self._merging = Merging(site, number_of, self._known)

    # -- where it stands -----------------------------------------------------------------------------------------------

    def cursor(self) -> str | None:
        """The position up to which everything is written; None before the first writing. Raises `StoreError`."""
        with reading(self._engine) as connection:
            found = self._cursor(connection)
        return None if found is None else f"{found.stream_ms}-{found.stream_n}"

    def marks(self) -> list[str]:
        """The positions that the tables can be taken back to, newest first. Raises `StoreError`."""
        table = history_undo.c
        query = select(table.from_ms, table.from_n).where(table.site == self._site).order_by(table.id.desc())
        with reading(self._engine) as connection:
            return [f"{row.from_ms}-{row.from_n}" for row in connection.execute(query)]

    def go_back(self, to_id: str) -> None:
        """Takes back every writing after `to_id`, one of `marks`. Raises `StoreError`."""
        table = history_undo.c
        goal = parts(to_id)
        query = select(history_undo).where(table.site == self._site).order_by(table.id.desc())
        with writing(self._engine) as connection:
            self._known.forget()
            for row in connection.execute(query).all():
                if (row.from_ms, row.from_n) < goal:
                    break
                at_ms = undo(connection, self._site, row.images)
                connection.execute(delete(history_undo).where(table.id == row.id))
                self._put_cursor(connection, (row.from_ms, row.from_n), at_ms)

    def begin_at(self, stream_id: str) -> None:
        """Says that everything after `stream_id` is still to be written: the stream is another one. Raises `StoreError`."""
        with writing(self._engine) as connection:
            found = self._cursor(connection)
            self._put_cursor(connection, parts(stream_id), 0 if found is None else found.at_ms)

    def _cursor(self, connection: Connection, *, is_locked: bool = False) -> Row[Any] | None:
        query = select(history_cursors).where(history_cursors.c.site == self._site)
        return connection.execute(query.with_for_update() if is_locked else query).one_or_none()

    def _put_cursor(self, connection: Connection, position: tuple[int, int], at_ms: int) -> None:
        values = {"stream_ms": position[0], "stream_n": position[1], "at_ms": at_ms}
        moved = connection.execute(update(history_cursors).where(history_cursors.c.site == self._site).values(values))
        if not moved.rowcount:
            connection.execute(history_cursors.insert().values(site=self._site, **values))

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, batch: Batch) -> None:
        """All of the batch, once. Raises `StoreError` (nothing is written; try again) or `HistoryMoved`."""
        with writing(self._engine) as connection:
            found = self._cursor(connection, is_locked=True)
            stands = (0, 0) if found is None else (found.stream_ms, found.stream_n)
            if stands == parts(batch.to_id):
                self._known.forget()
                return
            if stands != parts(batch.from_id):
                raise HistoryMoved(f"History stands at {stands[0]}-{stands[1]}, not at {batch.from_id}.")
            changes = self.put(connection, batch.pending)
            self._keep_images(connection, batch, images_of(0 if found is None else found.at_ms, changes))
            self._put_cursor(connection, parts(batch.to_id), batch.at_ms)
        self.remember(changes)

    def put(self, connection: Connection, pending: Pending) -> list[Changes]:
        """Writes what was recorded in the caller's own transaction, and nothing else: no cursor, nothing to go back by. Give the
        answer to `remember` once that is committed."""
        changes = self._changes(connection, pending)
        for one in changes:
            if self._shaped is not None:
                one.shape(self._shaped)
            one.do(connection)
        return changes

    def _changes(self, connection: Connection, pending: Pending) -> list[Changes]:
        return self._merging.changes(connection, pending)

    def _keep_images(self, connection: Connection, batch: Batch, images: bytes) -> None:
        (from_ms, from_n), (to_ms, to_n) = parts(batch.from_id), parts(batch.to_id)
        connection.execute(
            history_undo.insert().values(
                site=self._site, from_ms=from_ms, from_n=from_n, to_ms=to_ms, to_n=to_n, images=images
            )
        )
        old = (history_undo.c.site == self._site) & (history_undo.c.to_ms < to_ms - UNDO_MS)
        connection.execute(delete(history_undo).where(old))

    def remember(self, changes: list[Changes]) -> None:
        """The changes are in the database for good."""
        for one in changes:
            self.rows_written[one.keyed.name] += len(one)
        self._known.remember(changes)
