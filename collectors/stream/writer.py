"""The writer of one switch link: facts in, acknowledged entries out.

Invariants:

* (epoch, n) rises without a hole; a record is written once even if the answer to an append was lost and it was sent again.
* What could not be written is kept, in order, and goes first at the next append, for at most `buffer_s` and
  `buffer_entries`; then it is dropped as a whole and `StreamOverflow` asks for a resync. It is never dropped silently.
* What was acknowledged is kept for `resend_s` more: a server that was killed or cut off may have acknowledged it without having
  written it down (`appendfsync everysec` postpones writing while the disk is busy). It gets it again, and nobody notices.
* After `LeaseLost`, `StreamReset` and `StreamOverflow` the writer is empty; the caller resyncs (snapshot, marked gap).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from collectors.events import Entry, Fact
from collectors.stream import scripts
from collectors.stream.connection import Client
from collectors.stream.errors import (
    LeaseLost,
    StreamDown,
    StreamError,
    StreamFull,
    StreamOverflow,
    StreamReset,
    told_as_stream_errors,
)
from collectors.stream.keys import cursor_key, events_key
from collectors.stream.lease import Lease
from collectors.stream.packing import pack

BATCH = 256
"""Entries per script call: long enough to amortise it, short enough (< 1 ms) not to hold up other clients."""

_NOT_HOLDER, _WRITTEN, _HOLE = 0, 1, 2


class _Written(NamedTuple):
    """An acknowledged batch: when (monotonic), and the n of its first entry."""

    at_s: float
    first: int
    batch: list[bytes]


class Writer:
    """Appends facts of `switch` under `lease`. One append runs at a time; others wait for their turn.

    `cursor`: what its count is kept under; two writers of one lease need two. "": the lease's name."""

    def __init__(
        self,
        client: Client,
        lease: Lease,
        switch: str,
        *,
        cursor: str = "",
        buffer_s: float = 30.0,
        buffer_entries: int = 200_000,
        resend_s: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lease = lease
        self.switch = switch
        self.n = 0
        self.written = 0
        self.resent = 0
        self._client = client
        self._keys = (
            events_key(lease.site),
            *lease.keys,
            cursor_key(lease.site, cursor or lease.name),
        )
        self._append = client.register_script(scripts.APPEND)
        self._pending: deque[bytes] = deque()
        self._recent: deque[_Written] = deque()
        self._blocked_since: float | None = None
        self._epoch = 0
        self._base = 1
        self._buffer_s = buffer_s
        self._buffer_entries = buffer_entries
        self._resend_s = resend_s
        self._monotonic = monotonic
        self._turn = asyncio.Lock()

    @property
    def pending(self) -> int:
        """Entries that are kept because Redis could not take them yet."""
        return len(self._pending)

    async def append(self, facts: Sequence[Fact]) -> str:
        """Stamps and writes `facts` after whatever is pending. Returns the stream id of the last, "" if there was none.

        Raises `StreamDown` / `StreamFull`: kept, call again (also with no facts). Raises `LeaseLost`, `StreamReset`,
        `StreamOverflow`: dropped, resync.
        """
        async with self._turn:
            self._begin_epoch()
            self._pending.extend(self._stamp(fact) for fact in facts)
            return await self._flush()

    def _begin_epoch(self) -> None:
        if not self.lease.is_held:
            self._drop()
            raise LeaseLost(f"The lease for {self.lease.name!r} is not held: acquire it before writing.")
        if self._epoch != self.lease.epoch:
            self._epoch = self.lease.epoch
            self.n = 0
            self._drop()

    def _stamp(self, fact: Fact) -> bytes:
        self.n += 1
        return pack(
            Entry(
                self.lease.site,
                self.switch,
                fact.boot,
                self._epoch,
                self.n,
                fact.at_ms,
                fact.event,
                fact.switch_at_ms,
                fact.backfilled,
            )
        )

    async def _flush(self) -> str:
        last_id = ""
        while self._pending:
            batch = [self._pending[i] for i in range(min(BATCH, len(self._pending)))]
            try:
                last_id = await self._send(batch)
            except (StreamDown, StreamFull) as error:
                self._bound_what_is_kept(error)
                raise
            self._blocked_since = None
            if last_id:
                self._note_written(batch)
        return last_id

    def _note_written(self, batch: list[bytes]) -> None:
        now = self._monotonic()
        self._recent.append(_Written(now, self._first_pending, batch))
        while self._recent[0].at_s < now - self._resend_s:
            self._recent.popleft()
        self.written += len(batch)
        for _ in batch:
            self._pending.popleft()

    @property
    def _first_pending(self) -> int:
        """The n of the oldest entry that is not written."""
        return self.n - len(self._pending) + 1

    async def _send(self, batch: list[bytes]) -> str:
        """Returns the id of the last, or "" if older entries must be sent first (they are pending then)."""
        lease = self.lease
        with told_as_stream_errors():
            answer = cast(
                "list[int | bytes]",
                await self._append(
                    keys=self._keys,
                    args=(self._epoch, lease.token, lease.ttl_ms, self._base, self._first_pending, *batch),
                ),
            )
        if answer[0] == _WRITTEN:
            return cast("bytes", answer[1]).decode()
        if answer[0] == _HOLE and self._take_back(cast("bytes", answer[1])):
            return ""
        self._drop()
        if answer[0] == _NOT_HOLDER:
            lease.lose()
        raise StreamReset(
            f"Redis has lost acknowledged entries of {self.switch!r} (power cut, failover or emptied): a resync follows."
        )

    def _take_back(self, cursor: bytes) -> bool:
        """Makes what the server has lost pending again, if all of it is still known here."""
        epoch, _, rest = cursor.decode().partition(":")
        there = int(rest.partition(":")[0]) if epoch == str(self._epoch) else 0
        first_lost = max(there + 1, self._base)
        known = [(written.first + i, packed) for written in self._recent for i, packed in enumerate(written.batch)]
        lost = [packed for n, packed in known if n >= first_lost]
        if len(lost) != self._first_pending - first_lost:
            return False
        self._pending.extendleft(reversed(lost))
        self._recent.clear()
        self.resent += len(lost)
        return True

    def _bound_what_is_kept(self, why: StreamError) -> None:
        now = self._monotonic()
        if self._blocked_since is None:
            self._blocked_since = now
        waited_s = now - self._blocked_since
        if waited_s > self._buffer_s or len(self._pending) > self._buffer_entries:
            count = len(self._pending)
            self._drop()
            raise StreamOverflow(f"{count} entries dropped, not written for {waited_s:.0f} s. {why}") from why

    def _drop(self) -> None:
        """Forgets what is pending; what follows counts from here, so no hole is found where we made it ourselves."""
        self._pending.clear()
        self._recent.clear()
        self._blocked_since = None
        self._base = self.n + 1
