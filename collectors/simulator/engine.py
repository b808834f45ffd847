"""The discrete-event engine: a heap of timed steps. It has no clock; whoever runs it says how far.

Invariants: steps run in order of their time, and of their making where times are equal; `now` never goes back; a step that
a later one cancels never runs.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any


class Step:
    """One thing that will happen at `at`, unless cancelled."""

    __slots__ = ("act", "args", "at")

    def __init__(self, at: float, act: Callable[..., object], args: tuple[Any, ...]) -> None:
        self.at = at
        self.act: Callable[..., object] | None = act
        self.args = args

    def cancel(self) -> None:
        self.act = None
        self.args = ()


class Engine:
    """`at`/`after` plan a step, `run_until(now)` lives up to that moment. Times are epoch seconds."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.steps_run = 0
        self._heap: list[tuple[float, int, Step]] = []
        self._made = 0

    def at(self, when: float, act: Callable[..., object], *args: Any) -> Step:
        self._made += 1
        step = Step(max(when, self.now), act, args)
        heapq.heappush(self._heap, (step.at, self._made, step))
        return step

    def after(self, seconds: float, act: Callable[..., object], *args: Any) -> Step:
        return self.at(self.now + seconds, act, *args)

    def next_at(self) -> float | None:
        """When the next step is due; None when nothing is planned."""
        while self._heap and self._heap[0][2].act is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def run_until(self, now: float, limit: int = 0) -> bool:
        """Run what is due by `now`; at most `limit` steps if given. False: the limit was reached before `now`."""
        heap = self._heap
        left = limit
        while heap and heap[0][0] <= now:
            step = heapq.heappop(heap)[2]
            if step.act is None:
                continue
            self.now = max(self.now, step.at)
            self.steps_run += 1
            step.act(*step.args)
            left -= 1
            if left == 0:
                return False
        self.now = max(self.now, now)
        return True

    def clear(self) -> None:
        """Forget every planned step (the process that would have done them is dead)."""
        self._heap.clear()
