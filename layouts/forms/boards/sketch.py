"""A board in small: its tiles as boxes where they stand on the grid, so that one knows it again in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

GRID = 24
_CELL = 10
_GAP = 6


@dataclass(frozen=True, slots=True)
class Box:
    """A tile's place, in cells. `kind`: of the tile, for its tint."""

    x: int
    y: int
    w: int
    h: int
    kind: str = ""


def sketch(boxes: Sequence[Box]) -> h.Element:
    """Drawn by attributes: these pages go without inline styles."""
    side = GRID * _CELL
    return h.svg(class_="sketch", viewBox=f"0 0 {side} {side}", preserveAspectRatio="none", aria_hidden="true")[
        (_rect(box) for box in boxes)
    ]


def _rect(box: Box) -> h.Element:
    left, top = box.x * _CELL + _GAP // 2, box.y * _CELL + _GAP // 2
    return h.rect(
        x=left, y=top, width=box.w * _CELL - _GAP, height=box.h * _CELL - _GAP, rx=5, class_=f"kind-{box.kind}"
    )
