"""What is written can be read: WCAG 2.2 AA contrast, in both themes, of every pair of colours that the style sheets put together.

A rule that sets a text's colour and its ground is a pair by itself. Where it sets the colour alone, the ground is one of the plain
ones, unless `GROUNDS` says better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.ui.tokens import CSS, THEMES, contrast, mixed, states, tokens

AA = 4.5
AA_OF_MARKS = 3.0
"""WCAG's 1.4.11, of an icon beside its word."""
TINT, INK, SMALL_INK = 0.16, 0.75, 0.25
"""How much of a state's colour is in the ground of a person's cell, in its time and in its small print (core/agents.css)."""
TINT_OF_RED = 0.26
PODIUM: Final = {"--gold": 0.34, "--silver": 0.26, "--bronze": 0.28, "--accent": 0.12}
"""How much of a medal's colour is behind a name (wall/top_list.css)."""

PLAIN: Final = ("--surface", "--bg")
GROUNDS: Final[dict[str, tuple[str, ...]]] = {
    "--text": (*PLAIN, "--raised", "--warn-fill", "--bad-fill"),
    "--dim": (*PLAIN, "--raised"),
    "--warn-text": ("--warn-fill",),
    "--bad-text": ("--bad-fill",),
    "--black-text": ("--black",),
    "--ink": ("--gold", "--silver", "--bronze"),
    "--surface": ("--text", "--accent"),
    "--line": (),  # drawn, not written: the mark of an empty place
}


def _rules() -> Iterator[str]:
    """The declarations of every rule of every style sheet."""
    for path in sorted(CSS.glob("**/*.css")):
        yield from re.findall(r"\{([^{}]*)\}", path.read_text(encoding="utf-8"))


def _written() -> set[tuple[str, str]]:
    """Tokens that text is written in, with the ground that its own rule gives it, or ""."""
    found = set()
    for rule in _rules():
        ink = re.search(r"(?<![-\w])color: var\((--[\w-]+)\)", rule)
        ground = re.search(r"(?<![-\w])background(?:-color)?: var\((--[\w-]+)\)(?=;|$|\s*$)", rule)
        if ink:
            found.add((ink[1], ground[1] if ground else ""))
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read(theme: str) -> None:
    known = tokens(theme)
    pairs = set()
    for ink, ground in _written():
        if ink in known and ground in known:
            pairs.add((ink, ground))
        elif ink in known and not ground:
            pairs |= {(ink, one) for one in GROUNDS.get(ink, PLAIN)}
    assert len(pairs) > 25
    bad = {pair: round(contrast(known[pair[0]], known[pair[1]]), 2) for pair in pairs}
    assert {pair: found for pair, found in bad.items() if found < AA} == {}


def test_every_colour_of_text_is_known() -> None:
    """A token is a colour of the tokens, or one that stands for several: a state's, a level's, a lamp's, a medal's."""
    standing = {"--c", "--mark"}
    assert {ink for ink, _ in _written()} <= set(tokens("dark")) | standing


@pytest.mark.parametrize("theme", THEMES)
def test_a_state_can_be_read_on_its_own_tint(theme: str) -> None:
    known = tokens(theme)
    css = (CSS / "core" / "agents.css").read_text(encoding="utf-8")
    shares = [float(found) / 100 for found in re.findall(r"color-mix\(in srgb, var\(--(?:c|bad)\) (\d+)%", css)]
    assert shares == [TINT, INK, SMALL_INK, TINT_OF_RED]
    red = mixed(known["--bad"], known["--surface"], TINT_OF_RED)
    for name, one in states(theme).items():
        ground = mixed(one, known["--surface"], TINT)
        ink = mixed(one, known["--text"], INK)
        assert contrast(ink, ground) >= AA, name
        assert contrast(known["--text"], ground) >= AA, name
        assert contrast(mixed(one, known["--dim"], SMALL_INK), ground) >= AA, name
        assert contrast(one, known["--surface"]) >= AA_OF_MARKS, name
    assert contrast(known["--text"], red) >= AA


@pytest.mark.parametrize("theme", THEMES)
def test_marks_of_levels_stand_out(theme: str) -> None:
    known = tokens(theme)
    for mark, ground in (("--warn", "--warn-fill"), ("--bad", "--bad-fill"), ("--good", "--surface")):
        assert contrast(known[mark], known[ground]) >= AA_OF_MARKS, mark


@pytest.mark.parametrize("theme", THEMES)
def test_names_can_be_read_on_the_podium(theme: str) -> None:
    known = tokens(theme)
    css = (CSS / "wall" / "top_list.css").read_text(encoding="utf-8")
    said = [float(found) / 100 for found in re.findall(r"--tint: (\d+)%", css)]
    assert sorted(said) == sorted(PODIUM.values())
    ground = mixed(known["--raised"], known["--surface"], 0.7)
    for medal, share in PODIUM.items():
        assert contrast(known["--text"], mixed(known[medal], ground, share)) >= AA, medal
