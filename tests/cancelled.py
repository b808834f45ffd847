"""Whether a task ends when it is told to, in whichever turn of its loop that comes."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.patience import HANG_S


async def ends_when_cancelled(task: asyncio.Task[Any], turns: int) -> None:
    """Cancels the task so many turns of the loop from now. Fails the test if it goes on, or ends as if nothing had been said."""
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=HANG_S)
    assert done, f"cancelled after {turns} turns of the loop, and still running"
    assert task.cancelled()
