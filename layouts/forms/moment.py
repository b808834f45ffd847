"""Moments as people read them: in the site's time, with UTC behind for whoever compares with a log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import htpy as h


@dataclass(frozen=True, slots=True)
class Moments:
    """Writes moments in the site's time zone."""

    zone: tzinfo = UTC

    def __call__(self, at_ms: int | None, never: str = "–") -> h.Node:
        """`at_ms` None: `never`."""
        if at_ms is None:
            return never
        at = datetime.fromtimestamp(at_ms / 1000, UTC)
        here = at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")
        return h.time(datetime=at.strftime("%Y-%m-%dT%H:%M:%SZ"), title=at.strftime("%Y-%m-%d %H:%M:%S UTC"))[here]
