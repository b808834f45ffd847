"""What a picture's tile is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class PictureView:
    """`address`: where it is; "" where nobody has chosen one. `alt`: what it shows. `fit`: whole, or filling its tile."""

    tile: TileView
    address: str = ""
    alt: str = ""
    fit: Literal["contain", "cover"] = "contain"
