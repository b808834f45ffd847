"""What people ask, as it comes in: each command once, of one switch, and only while it is worth something.

Invariants: reading begins at the present end, so nothing that was asked while nobody was there is done later; a command is claimed in
Redis before anything is done about it, so that of two processes (one of them asleep until just now) one does it at most.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from collectors.clock import Clock
from collectors.stream import START, Client, StreamDown, newer
from collectors.stream.connection import command, longest_block_ms
from collectors.stream.errors import told_as_stream_errors
from collectors.stream.keys import commands_key, site_key
from dashboard.supervision.commands import DEADLINE_MS, FIELD, Request, decode

log = logging.getLogger("floorwatch.control")

CLAIMED_MS: Final = 60_000
"""Longer than any command is worth something."""

COUNT: Final = 100
RETRY_S: Final = 0.25
_ID: Final = frozenset("0123456789abcdef")


class Inbox:
    """Reads `floor:{site}:commands` for one switch. `unreadable`: entries that were no request of ours."""

    def __init__(self, client: Client, site: str, switch: str, clock: Clock) -> None:
        self.unreadable = 0
        self._client = client
        self._site = site
        self._switch = switch
        self._clock = clock
        self._key = commands_key(site)
        self._block_ms = longest_block_ms(client)
        self._position = START

    async def begin(self) -> None:
        """From now on. Waits while Redis is away."""
        while True:
            try:
                self._position = await self._end()
            except StreamDown:
                await self._clock.sleep(RETRY_S)
            else:
                return

    async def read(self) -> list[Request]:
        """What is new, oldest first; waits a moment for the first. Outages are waited out."""
        try:
            with told_as_stream_errors():
                answer = await command(
                    self._client, "XREAD", "COUNT", COUNT, "BLOCK", self._block_ms, "STREAMS", self._key, self._position
                )
        except StreamDown as error:
            await self._come_back(error)
            return []
        rows: list[Any] = answer[0][1] if answer else []
        return [request for row in rows if (request := self._taken(row)) is not None]

    async def claim(self, request: Request) -> bool:
        """Whether it is ours to do. Raises `StreamDown`: nobody knows, so nobody does it."""
        with told_as_stream_errors():
            key = site_key(self._site, f"command:{request.id}")
            return bool(await self._client.set(key, self._switch, nx=True, px=CLAIMED_MS))

    def _taken(self, row: Any) -> Request | None:
        self._position = row[0].decode()
        fields = row[1]
        request = decode(fields[1]) if fields and fields[0] == FIELD else None
        if request is None or len(request.id) != 16 or not _ID.issuperset(request.id):
            self.unreadable += 1
            return None
        return request if request.switch == self._switch else None

    async def _end(self) -> str:
        with told_as_stream_errors():
            if not await self._client.exists(self._key):
                return START
            facts: dict[str, Any] = await self._client.xinfo_stream(self._key)
        return str(facts["last-generated-id"].decode())

    async def _come_back(self, error: StreamDown) -> None:
        """After an outage; a server that was emptied counts from the start again."""
        log.warning("%s No command comes in meanwhile.", error)
        while True:
            await self._clock.sleep(RETRY_S)
            try:
                end = await self._end()
            except StreamDown:
                continue
            if newer(self._position, end):
                self._position = START
            return


def is_late(request: Request, now_ms: int) -> bool:
    """Whether the deadline passed. A clock that is far ahead of ours makes nothing last longer."""
    return now_ms > request.deadline_ms or request.asked_at_ms > now_ms + DEADLINE_MS
