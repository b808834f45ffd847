"""On which side of a board's limits a number is."""

from __future__ import annotations

from dashboard.boards.document import Worse
from dashboard.floor.directions import LESS_IS_WORSE, worse_side

__all__ = ["LESS_IS_WORSE", "is_beyond", "worse_side"]


def is_beyond(value: float, limit: float, worse: Worse) -> bool:
    """Whether a number is at a limit, or on its bad side."""
    sign = 1 if worse == "above" else -1
    return value * sign >= limit * sign
