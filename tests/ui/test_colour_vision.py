"""Colours can be told apart by every kind of eyes: states of agents, and levels of alarm.

Every state has an icon of its own shape, and levels have theirs, so that colour is never all there is. Still, what is common must
differ by its colour alone, at a glance from far away.
"""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.ui.tokens import THEMES, VISION, colour, distance, states, tokens

LEVELS_APART = 9.0
GROUNDS_APART = 4.5
COMMON_APART = 6.5
ONE_RARE_APART = 4.5
RARE_APART = 3.5
"""In OKLab, times 100, where 2 is about what one just notices side by side. Lower for states that are rare on a wall or that nobody
has to act on; they differ by the shape of their icon."""

RARE = frozenset({"busy_elsewhere", "monitoring", "signed_out"})


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES)
def test_states_differ_by_their_colour(theme: str, vision: str) -> None:
    found = states(theme)
    assert len(found) == 10
    least = (COMMON_APART, ONE_RARE_APART, RARE_APART)
    near = {
        (a, b): round(apart, 1)
        for a, b in combinations(found, 2)
        if (apart := distance(found[a], found[b], vision)) < least[len({a, b} & RARE)]
    }
    assert near == {}


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES)
def test_levels_differ_by_their_colour(theme: str, vision: str) -> None:
    found = tokens(theme)
    for a, b in combinations(("--good", "--warn", "--bad"), 2):
        assert distance(found[a], found[b], vision) >= LEVELS_APART, (a, b)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES)
def test_a_red_tile_is_no_amber_tile_and_neither_is_an_ordinary_one(theme: str, vision: str) -> None:
    """What a picture of a wall shows that is scaled to 5 %: the tiles' grounds."""
    found = tokens(theme)
    for a, b in combinations(("--surface", "--warn-fill", "--bad-fill"), 2):
        assert distance(found[a], found[b], vision) >= GROUNDS_APART, (a, b)


def test_the_eyes_are_simulated() -> None:
    """Red and green of one lightness are one colour to who lacks red or green cones, and blue and green to who lacks blue ones."""
    red, green = colour("#c05050"), colour("#6a7a30")
    assert distance(red, green, "ordinary") > 15
    assert distance(red, green, "deuteranopia") < 8
    assert distance(colour("#4080b0"), colour("#308a80"), "tritanopia") < distance(
        colour("#4080b0"), colour("#308a80"), "ordinary"
    )
