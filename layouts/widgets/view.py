"""What a wall's layout is told of each tile, whatever its kind. A kind's own view type stands in its folder and holds one of these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cells:
    """A place on the grid: left, top, width, height, in cells from 0."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Definition:
    """What a number is, in the screen's language: its name, one sentence, its formula in the dictionary's signs; over which
    `window`, and by which `limits` it is bad."""

    name: str
    text: str
    formula: str = ""
    window: str = ""
    limits: str = ""


@dataclass(frozen=True, slots=True)
class TileView:
    """`name`: the tile's id in the live view. `kind`: of its widget. `heading`: what stands over it, ready in the screen's language.
    `at`, `portrait`: where it stands on a screen that is wider than high, and on one that is higher than wide; None on a page of
    people, which is no grid. `note`: small print beside the heading (the window). `definitions`: of every number that it shows,
    the important one first."""

    name: str
    kind: str
    heading: str
    at: Cells | None = None
    portrait: Cells | None = None
    note: str = ""
    definitions: tuple[Definition, ...] = ()
