"""How long to wait before the next attempt at a switch.

Promises: never more than one attempt a second; the wait grows to a minute when the switch keeps turning us away, and to five
seconds only when it is simply not there (a refused connection costs it nothing, and its boards should be right within ten
seconds of its return). It grows by a fifth of the time already lost, so a short cut is mended quickly. A wrong password is never
tried faster than every ten seconds: switches ban hosts that do.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from types import MappingProxyType

GROWTH = 1.2
JITTER = 0.25
STABLE_S = 10.0
"""A link that lived this long was up: the next loss starts from a second again."""

_SHORTEST_AND_LONGEST_S = MappingProxyType(
    {"refused": (1.0, 5.0), "unreachable": (1.0, 5.0), "shutdown": (1.0, 5.0), "login_failed": (10.0, 60.0)}
)
_OTHERWISE = (1.0, 60.0)


class Waits:
    """The waits of one source. `jitter` gives numbers from 0 to 1."""

    def __init__(self, jitter: Callable[[], float] = random.random) -> None:
        self._jitter = jitter
        self._next_s = 1.0

    def after(self, reason: str, lived_s: float) -> float:
        """Seconds to wait after a life of `lived_s` (0: it never began) ended for `reason`, a word of LINK_REASONS."""
        if lived_s >= STABLE_S:
            self._next_s = 1.0
        shortest, longest = _SHORTEST_AND_LONGEST_S.get(reason, _OTHERWISE)
        wait_s = min(max(self._next_s, shortest), longest)
        self._next_s = min(self._next_s * GROWTH, _OTHERWISE[1])
        return wait_s * (1 + JITTER * self._jitter())
