"""Amounts of what business systems tell, by measure: whole numbers, so that sums are exact whatever the order."""

from __future__ import annotations

from collections.abc import Mapping

Amounts = dict[str, int]
"""By measure (`dashboard.floor.business`). A measure that is missing was not told of, which is not the same as 0."""


def add_amounts(to: Amounts, more: Mapping[str, int]) -> None:
    """Adds measure by measure, in place."""
    for measure, amount in more.items():
        to[measure] = to.get(measure, 0) + amount
