"""Where entries go that could not be folded, so that they neither stop the stream nor vanish.

A dead letter has the stream id of its entry, so several readers that meet the same one put it there once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from redis.exceptions import ResponseError

from collectors.stream.connection import Client, command
from collectors.stream.errors import told_as_stream_errors
from collectors.stream.keys import dead_key
from collectors.stream.packing import FIELD

KEPT = 10_000


class DeadLetter(NamedTuple):
    """`stream_id`: its place in the stream of events. `packed`: the record as it was. `reason`: a sentence."""

    stream_id: str
    packed: bytes
    reason: str


class DeadLetters:
    """The stream `floor:{site}:dead`; the newest ten thousand are kept."""

    def __init__(self, client: Client, site: str) -> None:
        self._client = client
        self._key = dead_key(site)

    async def put(self, letter: DeadLetter) -> bool:
        """Keeps it; False when it is there already. Raises `StreamDown`, `StreamFull`."""
        with told_as_stream_errors():
            try:
                await command(
                    self._client,
                    "XADD",
                    self._key,
                    "MAXLEN",
                    "~",
                    KEPT,
                    letter.stream_id,
                    FIELD,
                    letter.packed,
                    b"reason",
                    letter.reason.encode("utf-8", "replace"),
                )
            except ResponseError as error:
                if "equal or smaller" not in str(error):
                    raise
                return False
        return True

    async def newest(self, count: int = 100) -> list[DeadLetter]:
        """The newest dead letters, newest first. Raises `StreamDown`."""
        with told_as_stream_errors():
            rows: list[Any] = await command(self._client, "XREVRANGE", self._key, "+", "-", "COUNT", count)
        return [DeadLetter(stream_id.decode(), *_packed_and_reason(fields)) for stream_id, fields in rows]

    async def count(self) -> int:
        """How many are kept. Raises `StreamDown`."""
        with told_as_stream_errors():
            return int(await self._client.xlen(self._key))


def _packed_and_reason(fields: dict[bytes, bytes]) -> tuple[bytes, str]:
    return fields.get(FIELD, b""), fields.get(b"reason", b"").decode("utf-8", "replace")
