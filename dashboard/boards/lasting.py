"""A limit counts as passed only after it has lasted: what flaps changes nothing. Pure.

One rule for tiles and alerts: a limit is passed once the number has been beyond it for the hold time without a break, and is left once
the number has been on the good side of it for as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Beyond:
    """Whether a limit counts as passed. `against_ms`: since when the number says otherwise; None: it agrees."""

    is_on: bool = False
    against_ms: int | None = None


NOT_BEYOND: Final = Beyond()


def turned(before: Beyond, is_beyond: bool, now_ms: int, hold_ms: int) -> Beyond:  # noqa: FBT001 — what the number says now
    """What counts now. `hold_ms`: how long the number has to say otherwise."""
    if is_beyond == before.is_on:
        return Beyond(before.is_on)
    against_ms = now_ms if before.against_ms is None else before.against_ms
    return Beyond(is_beyond) if now_ms - against_ms >= hold_ms else Beyond(before.is_on, against_ms)
