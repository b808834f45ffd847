"""`floorwatch tail`: the stream as lines that a person can read.

Everything in an entry that a caller chose (names, numbers) is printed with control characters shown, so that a hostile
name cannot steer the terminal.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from collectors.events import Entry, SnapshotTaken, SourceAlive
from collectors.stream import START, Reader, StreamDown, StreamError, Undecodable, connect

READ = 500
BLOCK_MS = 1000


def line(stream_id: str, record: Entry | Undecodable) -> str:
    """One record as one line: local time, switch, event's name, its fields."""
    if isinstance(record, Undecodable):
        return f"{stream_id}  (cannot be read by this release: {record.reason})"
    when = datetime.fromtimestamp(record.at_ms / 1000, UTC).astimezone().strftime("%H:%M:%S.%f")[:-3]
    late = "  (back-filled)" if record.backfilled else ""
    return f"{when}  {record.switch:<10} {type(record.event).__name__:<18} {fields(record)}{late}"


def fields(entry: Entry) -> str:
    """The event's fields that say something, as `name=value`."""
    if isinstance(entry.event, SnapshotTaken):
        return "  ".join(
            f"{name}={len(getattr(entry.event, name) or ())}" for name in ("queues", "members", "waiting", "handlings")
        )
    values = {name: getattr(entry.event, name) for name in entry.event.__struct_fields__}
    return "  ".join(f"{name}={_shown(value)}" for name, value in values.items() if value not in (None, ""))


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


async def follow(
    url: str, site: str, say: Callable[[str], None], *, from_start: bool, follows: bool, heartbeats: bool
) -> None:
    """Print the stream from its start or from now on; with `follows` until cancelled. Waits for a Redis that went away."""
    client = connect(url, name="floorwatch-tail")
    try:
        reader = Reader(client, site)
        position = START if from_start else (await reader.span()).last_id
        while True:
            try:
                records = await reader.read(position, READ, BLOCK_MS if follows else 0)
            except StreamDown:
                if not follows:
                    raise
                await asyncio.sleep(1)
                continue
            except StreamError as error:
                say(f"-- {error} Going on from now.")
                position = (await reader.span()).last_id
                continue
            for stream_id, record in records:
                position = stream_id
                if heartbeats or not (isinstance(record, Entry) and isinstance(record.event, SourceAlive)):
                    say(line(stream_id, record))
            if not records and not follows:
                return
    finally:
        await client.aclose()
