"""Steps of time with the company, in which people are compared: what each is called, on screens, on pages and in files alike."""

from __future__ import annotations

from collections.abc import Collection

from layouts.texts import Catalogue


def steps(months: Collection[int]) -> list[str]:
    """The groups that these months make, from the newest people on, as `TakingPart.group` names them."""
    return [str(step) for step in range(len(set(months)) + 1)]


def step_words(group: str, months: Collection[int], texts: Catalogue) -> str:
    """Between which months (room `leaderboards`); whoever is in no step is with the company since nobody knows when."""
    if group not in steps(months):
        return texts("leaderboards.tenure.unknown")
    bounds, step = sorted(set(months)), int(group)
    if step == 0:
        return texts("leaderboards.tenure.below", months=bounds[0])
    if step == len(bounds):
        return texts("leaderboards.tenure.from", months=bounds[-1])
    return texts("leaderboards.tenure.between", low=bounds[step - 1], high=bounds[step])
