"""What is written can be read: WCAG 2.2 AA contrast of every pair of tokens that text uses, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "assets" / "css" / "core" / "tokens.css"
AA = 4.5
TINT = 0.16
"""How much of a state's colour is in the ground of a person's tile (people.css)."""
INK = 0.75
"""How much of it is in what is written there."""

Colour = tuple[float, float, float]


def _tokens(theme: str) -> dict[str, Colour]:
    block = TOKENS.read_text(encoding="utf-8").split(f'[data-theme="{theme}"]')[1].split("}")[0]
    pairs = re.findall(r"(--[\w-]+): #([0-9a-f]{6});", block)
    return {name: (int(h[0:2], 16) / 255, int(h[2:4], 16) / 255, int(h[4:6], 16) / 255) for name, h in pairs}


def _luminance(colour: Colour) -> float:
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(a: Colour, b: Colour) -> float:
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _mixed(a: Colour, b: Colour, share: float) -> Colour:
    return (a[0] * share + b[0] * (1 - share), a[1] * share + b[1] * (1 - share), a[2] * share + b[2] * (1 - share))


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("--text", "--bg"), ("--text", "--surface"), ("--text", "--raised"), ("--dim", "--bg"), ("--dim", "--surface"),
        ("--faint", "--bg"), ("--faint", "--surface"), ("--accent", "--surface"), ("--warn", "--surface"),
        ("--bad", "--surface"), ("--warn-text", "--warn-fill"), ("--bad-text", "--bad-fill"), ("--text", "--warn-fill"),
        ("--text", "--bad-fill"), ("--dim", "--raised"),
    ],
)  # fmt: skip
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    tokens = _tokens(theme)
    assert _contrast(tokens[text], tokens[ground]) >= AA


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_state_can_be_read_on_its_own_tint(theme: str) -> None:
    tokens = _tokens(theme)
    states = {name: colour for name, colour in tokens.items() if name.startswith("--s-")}
    assert len(states) == 10
    for name, colour in states.items():
        ground = _mixed(colour, tokens["--surface"], TINT)
        assert _contrast(_mixed(colour, tokens["--text"], INK), ground) >= AA, name
        assert _contrast(tokens["--text"], ground) >= AA, name
