"""Random pages as people could lay them out: the grid cut into places, in each a kind that fits it."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from dashboard.boards.document import COLUMNS, ROWS, TILES, Page, Place, Tile
from dashboard.boards.sizes import SMALLEST

NEEDED: Final[dict[str, dict[str, Any]]] = {"number": {"metric": "waiting"}, "countdown": {"until": "18:00"}}
"""What a tile of a kind must say beside its id."""


def tile_of(kind: str, name: str, at: Place | None = None) -> Tile:
    """The plainest tile of a kind."""
    made: Tile = TILES[kind](id=name, at=at, **NEEDED.get(kind, {}))  # type: ignore[assignment]
    return made


def _cuts(draw: st.DrawFn, place: Place, depth: int) -> list[Place]:
    cut = draw(st.sampled_from(["none", "across", "down"])) if depth else "none"
    if cut == "across" and place.w >= 4:
        left = draw(st.integers(2, place.w - 2))
        halves = (Place(place.x, place.y, left, place.h), Place(place.x + left, place.y, place.w - left, place.h))
    elif cut == "down" and place.h >= 4:
        top = draw(st.integers(2, place.h - 2))
        halves = (Place(place.x, place.y, place.w, top), Place(place.x, place.y + top, place.w, place.h - top))
    else:
        return [place]
    return [one for half in halves for one in _cuts(draw, half, depth - 1)]


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """A page whose tiles are in order, inside the grid and large enough; they need not fit a portrait screen."""
    tiles = []
    for number, place in enumerate(_cuts(draw, Place(0, 0, COLUMNS, ROWS), 4)):
        kinds = [kind for kind, (w, h) in SMALLEST.items() if w <= place.w and h <= place.h and kind != "queue_table"]
        if kinds:
            tiles.append(tile_of(draw(st.sampled_from(kinds)), f"t{number}", place))
    return Page(tuple(draw(st.permutations(tiles))))
