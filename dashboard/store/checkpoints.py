"""Checkpoints: a floor as it was at a position of the stream.

Invariant: state and position are written and read as one row, in one transaction, for one fold version. A checkpoint that
is there is whole. Several of the newest are kept, because a Redis that lost its last second makes the newest one useless.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Row, delete, inspect, select
from sqlalchemy.exc import IntegrityError

from collectors.stream.keys import parts
from dashboard.store.engine import StoreError, reading, writing
from dashboard.store.schema import checkpoints

_PACKING = "zlib"
_NEWEST_FIRST = (checkpoints.c.stream_ms.desc(), checkpoints.c.stream_n.desc())
_LEVEL = 1  # a state packs to a fifth in a tenth of the time that level 6 takes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`state`: what `dashboard.floor.checkpoint.dump` gave. `stream_id`: the last entry folded into it."""

    site: str
    fold_version: str
    stream_id: str
    taken_at_ms: int
    state: bytes


class Checkpoints:
    """The checkpoints of one site and fold version. Calls block on the database: keep them off the event loop."""

    def __init__(self, engine: Engine, site: str, fold_version: str | int) -> None:
        self.site = site
        self.fold_version = str(fold_version)
        self._engine = engine
        self._ours = (checkpoints.c.site == site) & (checkpoints.c.fold_version == self.fold_version)

    def save(self, stream_id: str, state: bytes, taken_at_ms: int, *, keep: int = 10) -> None:
        """Writes state and position and removes all but the newest `keep`, in one transaction. Raises `StoreError`.

        The same position again changes nothing: the fold is deterministic, so the state is the same.
        """
        at_ms, n = parts(stream_id)
        row = {
            "site": self.site,
            "fold_version": self.fold_version,
            "stream_ms": at_ms,
            "stream_n": n,
            "taken_at_ms": taken_at_ms,
            "packing": _PACKING,
            "state": zlib.compress(state, _LEVEL),
        }
        with writing(self._engine) as connection:
            try:
                with connection.begin_nested():
                    connection.execute(checkpoints.insert().values(row))
            except IntegrityError:
                return
            self._prune(connection, keep)

    def positions(self) -> list[str]:
        """The stream ids that there are checkpoints of, newest first. Raises `StoreError`.

        A database that no historian has prepared yet has none.
        """
        table = checkpoints.c
        query = select(table.stream_ms, table.stream_n).where(self._ours).order_by(*_NEWEST_FIRST)
        with reading(self._engine) as connection:
            if not inspect(connection).has_table(checkpoints.name):
                return []
            return [f"{row.stream_ms}-{row.stream_n}" for row in connection.execute(query)]

    def load(self, stream_id: str) -> Checkpoint | None:
        """The checkpoint of that position; None if it was pruned meanwhile. Raises `StoreError`."""
        at_ms, n = parts(stream_id)
        table = checkpoints.c
        query = select(checkpoints).where(self._ours, table.stream_ms == at_ms, table.stream_n == n)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _checkpoint(row)

    def forget_older_versions(self, before_ms: int) -> int:
        """Removes checkpoints of other fold versions taken before `before_ms`: a downgrade has no use for them then."""
        with writing(self._engine) as connection:
            gone = connection.execute(
                delete(checkpoints).where(
                    checkpoints.c.site == self.site,
                    checkpoints.c.fold_version != self.fold_version,
                    checkpoints.c.taken_at_ms < before_ms,
                )
            )
            return gone.rowcount

    def _prune(self, connection: Connection, keep: int) -> None:
        kept = select(checkpoints.c.id).where(self._ours).order_by(*_NEWEST_FIRST).limit(keep)
        connection.execute(delete(checkpoints).where(self._ours, checkpoints.c.id.not_in(kept)))


def _checkpoint(row: Row[tuple[object, ...]]) -> Checkpoint:
    if row.packing != _PACKING:
        raise StoreError(f"A checkpoint is packed as {row.packing!r}, which this release cannot read: delete that row.")
    try:
        state = zlib.decompress(row.state)
    except zlib.error as error:
        raise StoreError(
            f"The checkpoint of {row.stream_ms}-{row.stream_n} is damaged ({error}): delete that row."
        ) from error
    return Checkpoint(row.site, row.fold_version, f"{row.stream_ms}-{row.stream_n}", row.taken_at_ms, state)
