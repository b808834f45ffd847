"""Waits as a histogram: whole seconds up to ten minutes, then whole minutes, so that any threshold can be asked later.

A histogram is a plain growing array of counts; this module knows which bin a wait belongs to. Waits above a day share the
last bin.
"""

from __future__ import annotations

from dashboard.floor.arrays import Longs

FINE_S = 600
_COARSE_S = 60
_LAST_BIN = FINE_S + 24 * 60


def bin_of(wait_s: int) -> int:
    """The bin of a wait: its seconds up to `FINE_S`, then one bin a minute."""
    if wait_s <= FINE_S:
        return max(wait_s, 0)
    return min(FINE_S + 1 + (wait_s - FINE_S - 1) // _COARSE_S, _LAST_BIN)


def change(bins: Longs, wait_s: int, step: int) -> None:
    """Count a wait in (`step` 1) or out (-1)."""
    index = bin_of(wait_s)
    if index >= len(bins):
        bins.extend([0] * (index + 1 - len(bins)))
    bins[index] += step


def within(bins: Longs, threshold_s: int) -> int:
    """How many waits were at most `threshold_s`; above ten minutes a bin counts once it lies wholly within."""
    if threshold_s < 0:
        return 0
    if threshold_s <= FINE_S:
        return sum(bins[: threshold_s + 1])
    return sum(bins[: FINE_S + 1 + (threshold_s - FINE_S) // _COARSE_S])


def total(bins: Longs) -> int:
    """How many waits the histogram holds."""
    return sum(bins)


def longest(bins: Longs) -> int:
    """The longest wait held, exact up to ten minutes, else the lower end of its bin; 0 when empty."""
    for index in range(len(bins) - 1, -1, -1):
        if bins[index] > 0:
            return index if index <= FINE_S else FINE_S + 1 + (index - FINE_S - 1) * _COARSE_S
    return 0
