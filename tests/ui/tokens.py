"""The design's colours as the style sheets write them, and what eyes make of them: contrast, and the distance of two colours.

Contrast is WCAG 2.2's. Distance is measured in OKLab (Björn Ottosson, "A perceptual color space for image processing", 2020), times
100: 2 is about what one just notices side by side. Colour blindness is simulated by the matrices of Machado, Oliveira and Fernandes,
"A Physiologically-based Model for Simulation of Color Vision Deficiency" (IEEE TVCG 15 (6), 2009), severity 1.0, on linear RGB.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Final

CSS: Final = Path(__file__).resolve().parents[2] / "assets" / "css"
TOKENS: Final = CSS / "core" / "tokens.css"
THEMES: Final = ("dark", "light")

Colour = tuple[float, float, float]
Matrix = tuple[Colour, Colour, Colour]

VISION: Final[dict[str, Matrix]] = {
    "ordinary": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
_TO_CONES: Final[Matrix] = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB: Final[Matrix] = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def colour(text: str) -> Colour:
    """Of `#rrggbb`."""
    return int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255


def tokens(theme: str) -> dict[str, Colour]:
    """All opaque colours of a theme, and those that both share."""
    text = TOKENS.read_text(encoding="utf-8")
    blocks = text.split(":root {")[1].split("}")[0] + text.split(f'[data-theme="{theme}"]')[1].split("}")[0]
    return {name: colour(said) for name, said in re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", blocks)}


def states(theme: str) -> dict[str, Colour]:
    """The colours of the agents' states."""
    return {name.removeprefix("--s-"): one for name, one in tokens(theme).items() if name.startswith("--s-")}


def linear(one: Colour) -> Colour:
    """Linear light."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in one)
    return r, g, b


def contrast(a: Colour, b: Colour) -> float:
    """From 1 to 21."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(a: Colour, b: Colour, share: float) -> Colour:
    """`color-mix(in srgb, a share, b)`."""
    return a[0] * share + b[0] * (1 - share), a[1] * share + b[1] * (1 - share), a[2] * share + b[2] * (1 - share)


def seen(one: Colour, vision: str) -> Colour:
    """In OKLab, as such eyes see it."""
    r, g, b = _times(VISION[vision], linear(one))
    cones = _times(_TO_CONES, (min(1.0, max(0.0, r)), min(1.0, max(0.0, g)), min(1.0, max(0.0, b))))
    x, y, z = (cone ** (1 / 3) for cone in cones)
    return _times(_TO_LAB, (x, y, z))


def distance(a: Colour, b: Colour, vision: str) -> float:
    """How far apart two colours are for such eyes."""
    squares: list[float] = [(x - y) ** 2 for x, y in zip(seen(a, vision), seen(b, vision), strict=True)]
    return 100 * math.sqrt(sum(squares))


def _luminance(one: Colour) -> float:
    r, g, b = linear(one)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _times(matrix: Matrix, one: Colour) -> Colour:
    x, y, z = (sum(factor * part for factor, part in zip(row, one, strict=True)) for row in matrix)
    return x, y, z
