"""How long the stream remembers: by age, so that a new fold version can rebuild the business day.

The historian trims, from time to time: what it has not put into a checkpoint yet is never trimmed. Trimming is approximate
(whole nodes of the stream) and never cuts below the age.
"""

from __future__ import annotations

from typing import cast

from collectors.stream import scripts
from collectors.stream.connection import Client, command
from collectors.stream.errors import told_as_stream_errors
from collectors.stream.keys import START, events_key, id_ms

RETENTION_MS = 48 * 3600 * 1000
_ROUNDS = 200


async def trim_older(client: Client, site: str, retention_ms: int = RETENTION_MS, *, not_past: str = "") -> int:
    """Removes entries older than `retention_ms` by the server's clock, none after the stream id `not_past`.

    Returns how many went. In bounded calls, so that a long absence does not stall the server. Raises `StreamDown`.
    """
    if not_past == START:
        return 0
    script = client.register_script(scripts.TRIM)
    limit = str(id_ms(not_past)) if not_past else ""
    removed = 0
    for _ in range(_ROUNDS):
        with told_as_stream_errors():
            went = cast("int", await script(keys=(events_key(site),), args=(retention_ms, limit)))
        removed += went
        if not went:
            break
    return removed


async def trim_to_save_memory(client: Client, site: str, share: float, *, not_past: str) -> int:
    """Removes the oldest `share` of the entries although they are young, none after `not_past`. Returns how many went.

    For a server that is nearly full: the alternative is that it takes no more events at all. Raises `StreamDown`.
    """
    key = events_key(site)
    with told_as_stream_errors():
        length = int(await client.xlen(key))
        rows = await command(client, "XRANGE", key, "-", "+", "COUNT", 1)
        if not rows or not_past == START:
            return 0
        first_ms = id_ms(rows[0][0].decode())
        oldest_ms = first_ms + int((id_ms(not_past) - first_ms) * share)
        return int(await command(client, "XTRIM", key, "MINID", "~", oldest_ms, "LIMIT", length))
