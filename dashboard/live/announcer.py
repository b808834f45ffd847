"""The announcements that paired screens are told: the whole list of each, after its hello and whenever that changes.

Plain calls with the time as an argument; who reads them again and again is `repeated_reading`. Invariant: what is known stays shown
until it ends, also while nobody can be asked; until something was known at all, no screen is told that there is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.live import frames
from dashboard.live.frames import Told
from dashboard.wallboards.announcement import Announcement


class Announcer:
    """What stands on the screens of a site."""

    def __init__(self) -> None:
        self._current: tuple[Announcement, ...] | None = None

    def know(self, current: Sequence[Announcement]) -> None:
        """All of the site, as they are now."""
        self._current = tuple(current)

    def list_of(self, screen_id: str, now_ms: int) -> tuple[Told, ...] | None:
        """What this screen shows now, the oldest first; None while that is not known."""
        if self._current is None:
            return None
        return tuple(_told(one) for one in self._current if one.is_for(screen_id, now_ms))

    def frame(self, messages: tuple[Told, ...], now_ms: int) -> bytes:
        """The list as it travels."""
        return frames.announce(messages, now_ms)


def _told(one: Announcement) -> Told:
    return Told(one.id, one.form, one.text, one.priority, one.until_ms, one.seconds)
