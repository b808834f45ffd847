"""The five service-level formulas, as counts of a window: what is met, out of what.

A queue's figure is met ÷ counted; a set's is the sum of what its queues met ÷ the sum of what they counted, each queue by its
own formula and threshold unless the question names others. Waits whose length nobody knows (answered in a gap) are in neither.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from collectors.events import SlFormula


class Counts(msgspec.Struct, frozen=True):
    """What the formulas are made of: T is the threshold, s the short-abandon limit."""

    answered: int
    abandoned: int
    answered_in_t: int
    abandoned_in_t: int
    abandoned_in_s: int
    left_otherwise: int = 0


_FORMULAS: Final[dict[SlFormula, Callable[[Counts], tuple[int, int]]]] = {
    "answered_only": lambda n: (n.answered_in_t, n.answered),
    "abandons_count": lambda n: (n.answered_in_t, n.answered + n.abandoned),
    "early_abandons_met": lambda n: (n.answered_in_t + n.abandoned_in_t, n.answered + n.abandoned),
    "early_abandons_ignored": lambda n: (n.answered_in_t, n.answered + n.abandoned - n.abandoned_in_t),
    "short_abandons_removed": lambda n: (n.answered_in_t, n.answered + n.abandoned - n.abandoned_in_s),
}
FORMULAS: Final = tuple(_FORMULAS)


def met_and_counted(formula: SlFormula, counts: Counts, *, overflow_counts: bool = False) -> tuple[int, int]:
    """Met and counted by one formula. With `overflow_counts`, who left otherwise is counted, except in `answered_only`."""
    met, counted = _FORMULAS[formula](counts)
    if overflow_counts and formula != "answered_only":
        counted += counts.left_otherwise
    return met, counted
