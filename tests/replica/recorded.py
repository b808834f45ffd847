"""A real switch's minutes as facts, and the floor that they must give: what replicas and historians are compared with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from collectors.asterisk.recording import entries
from collectors.events import Entry, Fact
from collectors.stream import START, Client, Lease, Reader, Writer
from dashboard.floor.checkpoint import state_hash
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor

RECORDINGS = Path(__file__).parent.parent / "recordings"
NOW_MS = 2_000_000_000_000
"""The `now` at which floors are compared: later than anything in the recordings."""


@cache
def facts(name: str = "nasty") -> tuple[Fact, ...]:
    """The recording's events, as a collector would write them."""
    return tuple(
        Fact(entry.event, entry.at_ms, entry.switch_at_ms, entry.boot, entry.backfilled)
        for entry in entries(RECORDINGS / name)
    )


async def writer(client: Client, name: str = "pbx") -> Writer:
    """A writer that holds its lease."""
    lease = Lease(client, "main", name)
    await lease.acquire()
    return Writer(client, lease, name)


async def records(client: Client, after_id: str = START) -> list[tuple[str, Entry]]:
    """Everything readable in the stream."""
    reader = Reader(client, "main")
    found: list[tuple[str, Entry]] = []
    while rows := await reader.read(after_id):
        found += [(stream_id, record) for stream_id, record in rows if isinstance(record, Entry)]
        after_id = rows[-1][0]
    return found


async def unbroken(client: Client, upto: str | None = None) -> Floor:
    """The floor of whoever folded the whole stream, entry by entry, without ever stopping."""
    floor = Floor("main")
    for stream_id, entry in await records(client):
        fold(floor, entry, stream_id)
        if stream_id == upto:
            break
    return floor


def hash_of(floor: Floor) -> str:
    """What two replicas at one position have in common."""
    return state_hash(floor, NOW_MS)
