"""How a page that was made for a screen wider than high stands on one that is higher than wide.

Bands from top to bottom, in the reading order of their first tiles: a band is one tile over the whole width, or neighbours side by
side; a small tile may move up over wide ones to stand beside its neighbour. Every tile has at least its smallest size,
the bands fill the grid to its edges, and lists, charts and agents take what is left. The same page is always packed the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from dashboard.boards.document import PORTRAIT_COLUMNS, PORTRAIT_ROWS, Page, Place, Tile, kind_of
from dashboard.boards.sizes import smallest

GROWTH: Final = {
    "agents": 8,
    "queue_table": 3,
    "waiting_callers": 2,
    "half_hours": 3,
    "top_list": 2,
    "ranking": 4,
    "podium": 2,
    "team_race": 1,
    "bests": 1,
    "number": 1,
    "service_level": 1,
    "longest_wait": 1,
    "countdown": 1,
    "rest_quota": 1,
    "picture": 1,
}
"""How much of the rows that are left a kind takes; others only if nobody else is there."""

_ALONE: Final = 3.0
"""What it costs to give a small tile the whole width."""
_UNEVEN: Final = 0.5
"""What each row costs that a tile is higher than it needs, beside a higher one."""

_JUMP: Final = 0.5
"""What it costs to stand beside a tile from above a wide one."""
_GOOD_WIDE: Final = frozenset(
    {
        "queue_table",
        "agents",
        "agent_states",
        "half_hours",
        "waiting_callers",
        "ticker",
        "picture",
        "podium",
        "ranking",
        "goals",
    }
)
"""Kinds that are glad of the whole width."""


@dataclass(frozen=True, slots=True)
class Band:
    """Tiles side by side: the first one's place in the reading order, their smallest widths, the least height of the highest."""

    tiles: tuple[Tile, ...]
    first: int
    widths: tuple[int, ...]
    height: int
    cost: float


def packed(page: Page) -> dict[str, Place]:
    """Where each tile stands, by its id: as the page says if it says so of every tile, else packed anew."""
    own = {tile.id: tile.portrait for tile in page.tiles if tile.portrait is not None}
    return own if len(own) == len(page.tiles) else packed_anew(page)


def packed_anew(page: Page) -> dict[str, Place]:
    """The page's tiles on the grid, by id, in reading order. Where they do not all fit (`fits`), the last ones end below the grid."""
    bands = _bands(page)
    heights = _grown(bands)
    found: dict[str, Place] = {}
    for band, y, height in zip(bands, accumulate(heights, initial=0), heights, strict=False):
        widths = _shared(PORTRAIT_COLUMNS, [float(width) for width in band.widths], list(band.widths))
        for tile, x, width in zip(band.tiles, accumulate(widths, initial=0), widths, strict=False):
            found[tile.id] = Place(x, y, width, height)
    return found


def fits(page: Page) -> bool:
    """Is there room for every tile in its smallest size?"""
    return sum(band.height for band in _bands(page)) <= PORTRAIT_ROWS


def reading_order(page: Page) -> list[Tile]:
    """The tiles as eyes go over the page: from the top, from the left."""
    return sorted(page.tiles, key=lambda tile: (tile.at.y, tile.at.x) if tile.at else (0, 0))


def _bands(page: Page) -> list[Band]:
    """The best looking ones, or the lowest ones if those are too high; by their first tile."""
    tiles = list(enumerate(reading_order(page)))
    wide = [one for one in tiles if _size(one[1])[0] == PORTRAIT_COLUMNS]
    narrow = [one for one in tiles if one not in wide]
    for lowest in (False, True):
        bands = sorted(
            [*_cheapest(narrow, lowest=lowest), *(_band([one]) for one in wide)], key=lambda band: band.first
        )
        if sum(band.height for band in bands) <= PORTRAIT_ROWS:
            break
    return bands


def _cheapest(tiles: list[tuple[int, Tile]], *, lowest: bool) -> list[Band]:
    """Of all ways to cut the row of tiles into bands, the one that costs least."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(tiles) + 1):
        choices = []
        for start in range(end - 1, -1, -1):
            if end - start > 1 and sum(_size(tile)[0] for _, tile in tiles[start:end]) > PORTRAIT_COLUMNS:
                break
            band = _band(tiles[start:end])
            choices.append((best[start][0] + band.height + (0 if lowest else band.cost), start))
        best.append(min(choices))
    bands: list[Band] = []
    end = len(tiles)
    while end:
        start = best[end][1]
        bands.append(_band(tiles[start:end]))
        end = start
    return bands


def _size(tile: Tile) -> tuple[int, int]:
    return smallest(tile, portrait=True)


def _band(tiles: list[tuple[int, Tile]]) -> Band:
    """These tiles side by side. They may come from both sides of a wide one, at a cost."""
    sizes = [_size(tile) for _, tile in tiles]
    height = max(h for _, h in sizes)
    places = [place for place, _ in tiles]
    cost = _UNEVEN * sum(height - h for _, h in sizes) + _JUMP * (places[-1] - places[0] - len(places) + 1)
    if len(tiles) == 1 and kind_of(tiles[0][1]) not in _GOOD_WIDE:
        cost += _ALONE
    return Band(tuple(tile for _, tile in tiles), places[0], tuple(w for w, _ in sizes), height, cost)


def _grown(bands: list[Band]) -> list[int]:
    """The bands' heights, which fill the grid."""
    least = [band.height for band in bands]
    growth = [float(max(GROWTH.get(kind_of(tile), 0) for tile in band.tiles)) for band in bands]
    return _shared(PORTRAIT_ROWS, growth if any(growth) else [float(height) for height in least], least)


def _shared(whole: int, growth: list[float], least: list[int]) -> list[int]:
    """What is left of `whole` after the least sizes, given to each by its growth; what does not divide goes to those that grow most, so
    that equal ones stay equal."""
    left = max(whole - sum(least), 0)
    parts = [left * one / sum(growth) for one in growth] if least else []
    found = [low + int(part) for low, part in zip(least, parts, strict=True)]
    rest = sorted(range(len(parts)), key=lambda at: (-growth[at], at))
    for at in rest[: left - sum(int(part) for part in parts)]:
        found[at] += 1
    return found
