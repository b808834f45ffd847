"""The same denied attempt over and over: one line at once, one more with the count when the minute is over.

Whoever tries many different things within the minute gets one more line for all the rest, so that nobody can flood the log.
The counts are in memory: a process that ends loses those of its last minute, never the first line.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from dashboard.access.actor import Actor
from dashboard.access.audit_line import Target

WINDOW_MS = 60_000
DIFFERENT = 20
REST = "access.denied"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was denied to whom."""

    actor: Actor
    action: str
    target: Target

    @property
    def who(self) -> tuple[str, str, str]:
        """Attempts of the same come from the same account (screen, token) and address."""
        return self.actor.kind, self.actor.id, self.actor.address


@dataclass(frozen=True, slots=True)
class Repeated:
    """An attempt that came `count` times more."""

    attempt: Attempt
    count: int


_Key = tuple[tuple[str, str, str], str, Target]


@dataclass(slots=True)
class _Window:
    attempt: Attempt
    ends_at_ms: int
    count: int = 0


class Repeats:
    """The attempts of the last minute in this process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._windows: dict[_Key, _Window] = {}
        self._different: dict[tuple[str, str, str], int] = {}
        self._lock = threading.Lock()

    def is_first(self, attempt: Attempt, now_ms: int) -> Attempt | None:
        """The attempt to write a line about now; None if it is only counted."""
        with self._lock:
            if self._different.get(attempt.who, 0) >= DIFFERENT and self._key(attempt) not in self._windows:
                attempt = replace(attempt, action=REST, target=Target())
            found = self._windows.get(self._key(attempt))
            if found is not None:
                found.count += 1
                return None
            self._windows[self._key(attempt)] = _Window(attempt, now_ms + WINDOW_MS)
            self._different[attempt.who] = self._different.get(attempt.who, 0) + 1
            return attempt

    def over(self, now_ms: int) -> list[Repeated]:
        """Takes out the minutes that have ended; those with repeats are to be written."""
        with self._lock:
            ended = [
                key
                for key, window in self._windows.items()
                if not window.ends_at_ms - WINDOW_MS <= now_ms < window.ends_at_ms  # also when the clock was set back
            ]
            windows = [self._windows.pop(key) for key in ended]
            for window in windows:
                self._different[window.attempt.who] -= 1
                if not self._different[window.attempt.who]:
                    del self._different[window.attempt.who]
        return [Repeated(window.attempt, window.count) for window in windows if window.count]

    @staticmethod
    def _key(attempt: Attempt) -> _Key:
        return attempt.who, attempt.action, attempt.target
