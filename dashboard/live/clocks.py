"""The two clocks, read together: the time of day for what people see, the steady one for how long something takes."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instant:
    """One reading: epoch ms, and monotonic ms."""

    at_ms: int
    steady_ms: float


def read_clocks() -> Instant:
    """The clocks now."""
    return Instant(time.time_ns() // 1_000_000, time.monotonic_ns() / 1_000_000)
