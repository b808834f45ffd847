"""How long the stream remembers: by age, so that a new fold version can rebuild the business day.

Trimming is approximate (whole nodes), never cuts below the age, and is done from time to time by the writer.
"""

from __future__ import annotations

from typing import cast

from collectors.stream import scripts
from collectors.stream.connection import Client
from collectors.stream.errors import told_as_stream_errors
from collectors.stream.keys import events_key

RETENTION_MS = 48 * 3600 * 1000
_ROUNDS = 200


async def trim_older(client: Client, site: str, retention_ms: int = RETENTION_MS) -> int:
    """Removes entries older than `retention_ms` by the server's clock. Returns how many went. Raises `StreamDown`.

    In bounded calls, so that a long absence does not stall the server.
    """
    removed = 0
    for _ in range(_ROUNDS):
        with told_as_stream_errors():
            script = client.register_script(scripts.TRIM)
            went = cast("int", await script(keys=(events_key(site),), args=(retention_ms,)))
        removed += went
        if not went:
            break
    return removed
