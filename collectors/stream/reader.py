"""Reading the stream on from a position, with proof that nothing was skipped.

Each read asks, in the same round trip, for the entry at the reader's own position. As long as it is there, the stream up
to it is the one that was read. So no reconnect, restart or failover of the server can slip in between two reads.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from collectors.events import Entry
from collectors.stream.connection import Client, command, longest_block_ms
from collectors.stream.errors import LostTail, Trimmed, told_as_stream_errors
from collectors.stream.keys import START, events_key, id_ms, newer
from collectors.stream.packing import FIELD, Undecodable, unpack_or_explain

COUNT = 1000
"""Entries per read while catching up: hiredis parses such an answer in one go."""


class Span(NamedTuple):
    """What the stream holds: first and last stream id (`START` when it is empty) and the number of entries."""

    first_id: str
    last_id: str
    entries: int

    def lag_ms(self, position: str) -> int:
        """How far `position` is behind the newest entry, in time of the stream."""
        return max(0, id_ms(self.last_id) - id_ms(position)) if position != START else 0

    def holds(self, position: str) -> bool:
        """Whether reading on from `position` can meet every entry after it, as far as the ends tell."""
        return not newer(position, self.last_id) and not newer(self.first_id, position)


class Reader:
    """Reads `floor:{site}:events`. Holds no position: the caller says from where."""

    def __init__(self, client: Client, site: str) -> None:
        self.site = site
        self._client = client
        self._key = events_key(site)
        self._longest_block_ms = longest_block_ms(client)

    async def read(self, after_id: str, count: int = COUNT, block_ms: int = 0) -> list[tuple[str, Entry | Undecodable]]:
        """Up to `count` records after `after_id`, oldest first; waits at most `block_ms` (≤ 1000) for the first.

        A record that this release cannot read comes as `Undecodable` in its place. Raises `Trimmed`, `LostTail`,
        `StreamDown`.
        """
        pipeline = self._client.pipeline(transaction=False)
        if after_id != START:
            pipeline.execute_command("XRANGE", self._key, after_id, after_id)
        block: tuple[str | int, ...] = ("BLOCK", min(block_ms, self._longest_block_ms)) if block_ms > 0 else ()
        pipeline.execute_command("XREAD", "COUNT", count, *block, "STREAMS", self._key, after_id)
        with told_as_stream_errors():
            answers: list[Any] = await pipeline.execute()
        if after_id != START and not answers[0]:
            await self._explain_absence_of(after_id)
        rows = answers[-1][0][1] if answers[-1] else ()
        return [(stream_id.decode(), _record(fields)) for stream_id, fields in rows]

    async def span(self) -> Span:
        """The ends of the stream as they are now. Raises `StreamDown`."""
        with told_as_stream_errors():
            if not await self._client.exists(self._key):
                return Span(START, START, 0)
            facts: dict[str, Any] = await self._client.xinfo_stream(self._key)
        first = facts["first-entry"]
        last_id = facts["last-generated-id"].decode()
        return Span(first[0].decode() if first else last_id, last_id, int(facts["length"]))

    async def holds(self, stream_id: str) -> bool:
        """Whether the entry `stream_id` itself is in the stream. Raises `StreamDown`."""
        if stream_id == START:
            return True
        with told_as_stream_errors():
            return bool(await command(self._client, "XRANGE", self._key, stream_id, stream_id))

    async def position_before(self, at_ms: int) -> str:
        """The position from which reading on meets everything that was appended at `at_ms` (the server's clock) or later."""
        if at_ms <= 0:
            return START
        with told_as_stream_errors():
            rows = await command(self._client, "XREVRANGE", self._key, f"({at_ms}-0", "-", "COUNT", 1)
        return rows[0][0].decode() if rows else START

    async def _explain_absence_of(self, after_id: str) -> None:
        span = await self.span()
        if span.entries and newer(span.first_id, after_id):
            raise Trimmed(after_id, span.first_id)
        raise LostTail(after_id, span.last_id)


def _record(fields: list[bytes] | None) -> Entry | Undecodable:
    whole = fields is not None and len(fields) >= 2 and fields[0] == FIELD
    return unpack_or_explain(fields[1] if fields and whole else None)
