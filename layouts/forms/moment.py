"""A moment as people read it: in UTC as it leaves the server, in the reader's own time once a small script has seen it."""

from __future__ import annotations

from datetime import UTC, datetime

import htpy as h


def moment(at_ms: int | None, never: str = "–") -> h.Node:
    """`at_ms` None: `never`."""
    if at_ms is None:
        return never
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return h.time(datetime=at.strftime("%Y-%m-%dT%H:%M:%SZ"))[at.strftime("%Y-%m-%d %H:%M UTC")]
