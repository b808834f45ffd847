"""How much may pass, on either side of a session. Pure; times are monotonic milliseconds, given from outside.

Nothing is ever kept for later: what may not pass now is left out. Sound that comes late is worth less than the sound after it.
"""

from __future__ import annotations

import math
from typing import Final

from dashboard.control.media.chan_websocket import FRAME_BYTES, FRAME_MS

AHEAD_MS: Final = 80.0
"""The switch holds at most so much of ours that it has not played: frames come from a network in small heaps."""

SPARE_MS: Final = 25.0
LOOK_MS: Final = 1_000.0

UNHEARD: Final = 75
"""Frames (1.5 s) that are on their way to the page and that it has not yet confirmed; it confirms every 25."""

UNSENT_BYTES: Final = 4 * FRAME_BYTES
SLOW_MS: Final = 3_000.0
"""A page that has lost so much more than it got is too slow."""

MESSAGES: Final = 500
MESSAGES_PER_S: Final = 100.0
"""What a page may send: this many messages at once, refilled at this rate. It needs 52 a second; a network that stood still brings
those of seconds at once."""


class Playing:
    """What the switch has of ours and has not played yet, reckoned by its clock: it plays in real time.

    Frames come as fast as they are played, so what a heap once left there would stay for good: when it was never low for a while, a
    frame is left out.
    """

    __slots__ = ("_least_ms", "_look_at", "_played_at")

    def __init__(self) -> None:
        self._played_at = 0.0
        self._least_ms = math.inf
        self._look_at = math.inf

    def takes(self, at_ms: float) -> bool:
        """Whether a frame may go now; it then counts as sent."""
        ahead_ms = max(0.0, self._played_at - at_ms)
        if ahead_ms >= AHEAD_MS or self._has_spare(ahead_ms, at_ms):
            return False
        self._played_at = at_ms + ahead_ms + FRAME_MS
        return True

    def forget(self) -> None:
        """The switch has thrown away what it had."""
        self._played_at = 0.0
        self._least_ms = math.inf
        self._look_at = math.inf

    def _has_spare(self, ahead_ms: float, at_ms: float) -> bool:
        """Once in a while: whether there was always more than is needed."""
        self._least_ms = min(self._least_ms, ahead_ms)
        self._look_at = min(self._look_at, at_ms + LOOK_MS)
        if at_ms < self._look_at:
            return False
        has_spare = self._least_ms >= SPARE_MS
        self._least_ms, self._look_at = math.inf, at_ms + LOOK_MS
        return has_spare


class Hearing:
    """How far a page is behind. `is_too_slow`: for good."""

    __slots__ = ("_lost_ms", "heard", "is_too_slow", "sent")

    def __init__(self) -> None:
        self.sent = 0
        self.heard = 0
        self.is_too_slow = False
        self._lost_ms = 0.0

    def takes(self, waiting_bytes: int) -> bool:
        """Whether the newest frame may go now; it then counts as sent. `waiting_bytes`: written and not taken by the system."""
        if waiting_bytes > UNSENT_BYTES or self.sent - self.heard >= UNHEARD:
            self._lost_ms += FRAME_MS
            self.is_too_slow = self.is_too_slow or self._lost_ms >= SLOW_MS
            return False
        self._lost_ms = max(0.0, self._lost_ms - FRAME_MS)
        self.sent += 1
        return True

    def confirms(self, heard: int) -> None:
        """The page has had `heard` frames so far; what cannot be is not believed."""
        if self.heard < heard <= self.sent:
            self.heard = heard


class Allowance:
    """What a page may still send."""

    __slots__ = ("_at_ms", "_left")

    def __init__(self, at_ms: float) -> None:
        self._left = float(MESSAGES)
        self._at_ms = at_ms

    def is_spent(self, at_ms: float) -> bool:
        """Whether one more message is too many."""
        refilled = self._left + (at_ms - self._at_ms) / 1000 * MESSAGES_PER_S
        self._left = min(float(MESSAGES), refilled) - 1
        self._at_ms = at_ms
        return self._left < 0
