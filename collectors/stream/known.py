"""What the stream already knows of a switch: where a collector that takes over begins its gap, and what it must remember."""

from __future__ import annotations

from typing import Any, NamedTuple

from collectors.events import Entry, LinkLost
from collectors.stream.connection import Client, command
from collectors.stream.errors import told_as_stream_errors
from collectors.stream.keys import cursor_key, events_key, id_ms
from collectors.stream.packing import FIELD, Undecodable, unpack_or_explain
from collectors.stream.reader import Reader

LOOKED_THROUGH = 5000
"""Entries looked through from the newest on, where the last entry of the switch was lost by the server."""
RECALLED_MS = 4 * 3600 * 1000
RECALLED = 200_000
"""A take-over has to be quick: of a busy stream only about so many entries are read back, two seconds' work."""


class Known(NamedTuple):
    """`boot`: the switch's, in its last entry. `until_ms`: that entry's time. `is_link_down`: it says that the link was lost."""

    boot: str
    until_ms: int
    is_link_down: bool


async def last_known(client: Client, site: str, switch: str) -> Known | None:
    """The last word of the stream on `switch`, None where it has none. Raises `StreamDown`."""
    key = events_key(site)
    with told_as_stream_errors():
        cursor: bytes = await command(client, "GET", cursor_key(site, switch)) or b""
        stream_id = cursor.rpartition(b":")[2]
        rows: list[Any] = await command(client, "XRANGE", key, stream_id, stream_id) if stream_id else []
        if not rows:
            rows = await command(client, "XREVRANGE", key, "+", "-", "COUNT", LOOKED_THROUGH)
    for row_id, fields in rows:
        entry = unpack_or_explain(_packed(fields))
        if not isinstance(entry, Undecodable) and entry.switch == switch:
            return _known(row_id.decode(), entry)
    return None


async def recalled(client: Client, site: str, switch: str) -> list[Entry]:
    """The switch's own entries of the last four hours, oldest first; of a busy stream the newest. Raises `StreamDown`."""
    reader = Reader(client, site)
    span = await reader.span()
    first_ms, last_ms = id_ms(span.first_id), id_ms(span.last_id)
    reach_ms = min(RECALLED_MS, (last_ms - first_ms) * RECALLED // max(span.entries, 1) + 1)
    position = await reader.position_before(last_ms - reach_ms)
    entries: list[Entry] = []
    while rows := await reader.read(position):
        position = rows[-1][0]
        entries += [entry for _, entry in rows if not isinstance(entry, Undecodable) and entry.switch == switch]
    return entries


def _packed(fields: list[bytes] | dict[bytes, bytes]) -> bytes | None:
    """`connect` leaves the rows of XRANGE as they came; those of XREVRANGE are dictionaries."""
    pairs = fields if isinstance(fields, dict) else dict(zip(fields[::2], fields[1::2], strict=True))
    return pairs.get(FIELD)


def _known(stream_id: str, entry: Entry) -> Known:
    """A back-filled entry tells of the past; it was appended now."""
    until_ms = id_ms(stream_id) if entry.backfilled else entry.at_ms
    return Known(entry.boot, until_ms, isinstance(entry.event, LinkLost))
