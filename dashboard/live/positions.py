"""Waiting for the floor to reach a place in the stream.

Who wrote an event (a test, a command) asks the API for the floor `after` its stream id. The wait is bounded in time and in
number; nobody polls.
"""

from __future__ import annotations

import asyncio
import re

_STREAM_ID = re.compile(r"^(?P<ms>[0-9]{1,15})-(?P<n>[0-9]{1,15})$")

MOST_WAITING = 500


class TooManyWaiting(Exception):  # noqa: N818 — the field's word
    """Enough requests wait already."""


def place(stream_id: str) -> tuple[int, int]:
    """A stream id as something that can be compared; "" is before everything. Raises `ValueError`."""
    if stream_id == "":
        return (0, 0)
    parts = _STREAM_ID.match(stream_id)
    if parts is None:
        raise ValueError(f"{stream_id!r} is no stream id; it looks like 1763712000000-0")
    return (int(parts["ms"]), int(parts["n"]))


class Positions:
    """Where the floor is, and who waits for it to be further on."""

    def __init__(self) -> None:
        self.reached = (0, 0)
        self._waiting: dict[asyncio.Future[None], tuple[int, int]] = {}

    def move(self, stream_id: str) -> None:
        """The floor is at `stream_id` now (earlier than before after a restart of the stream)."""
        self.reached = place(stream_id)
        if self._waiting:
            for waiter, wanted in self._waiting.items():
                if wanted <= self.reached and not waiter.done():
                    waiter.set_result(None)

    async def wait_for(self, stream_id: str, seconds: float) -> bool:
        """Whether the floor got there in time. Raises `ValueError` (no stream id), `TooManyWaiting`."""
        wanted = place(stream_id)
        if wanted <= self.reached:
            return True
        if len(self._waiting) >= MOST_WAITING:
            raise TooManyWaiting
        waiter = asyncio.get_running_loop().create_future()
        self._waiting[waiter] = wanted
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return False
        finally:
            del self._waiting[waiter]
        return True
