"""Moments as people read them: in the site's time, with UTC behind for whoever compares with a log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import htpy as h


@dataclass(frozen=True, slots=True)
class Moments:
    """Writes moments in the site's time zone."""

    zone: tzinfo = UTC

    def clock(self, at_ms: int | None, never: str = "–") -> h.Node:
        """To the second, of a day that is known: `10:00:05`."""
        return never if at_ms is None else self._time(at_ms, "%H:%M:%S")

    def dated(self, at_ms: int | None, never: str = "–") -> h.Node:
        """To the second, of some day: `11-22 10:00:05`."""
        return never if at_ms is None else self._time(at_ms, "%m-%d %H:%M:%S")

    def text(self, at_ms: int | None, never: str = "–") -> str:
        """For a sentence."""
        if at_ms is None:
            return never
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def _time(self, at_ms: int, form: str) -> h.Node:
        at = datetime.fromtimestamp(at_ms / 1000, UTC)
        shown = at.astimezone(self.zone).strftime(form)
        return h.time(datetime=at.strftime("%Y-%m-%dT%H:%M:%SZ"), title=at.strftime("%Y-%m-%d %H:%M:%S UTC"))[shown]

    def __call__(self, at_ms: int | None, never: str = "–") -> h.Node:
        """`at_ms` None: `never`."""
        if at_ms is None:
            return never
        return self._time(at_ms, "%Y-%m-%d %H:%M")
