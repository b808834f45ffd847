"""How a page that was made for a screen wider than high stands on one that is higher than wide.

Bands from top to bottom, in reading order: a band is one tile over the whole width, or neighbours side by side. Every tile has at
least its smallest size, the bands fill the grid to its edges, and lists, charts and agents take what is left. The same page is
always packed the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from dashboard.boards.document import PORTRAIT_COLUMNS, PORTRAIT_ROWS, Page, Place, Tile, kind_of
from dashboard.boards.sizes import smallest

GROWTH: Final = {
    "agents": 6,
    "queue_table": 3,
    "waiting_callers": 3,
    "half_hours": 3,
    "top_list": 3,
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


@dataclass(frozen=True, slots=True)
class Band:
    """Tiles side by side, with their smallest widths, and the least height of the highest."""

    tiles: tuple[Tile, ...]
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
    """The best looking ones, or the lowest ones if those are too high."""
    tiles = reading_order(page)
    best = _cheapest(tiles, lowest=False)
    return best if sum(band.height for band in best) <= PORTRAIT_ROWS else _cheapest(tiles, lowest=True)


def _cheapest(tiles: list[Tile], *, lowest: bool) -> list[Band]:
    """Of all ways to cut the row of tiles into bands, the one that costs least."""
    cost: list[float] = [0.0]
    cut: list[int] = [0]
    for end in range(1, len(tiles) + 1):
        choices = []
        for start in range(end - 1, -1, -1):
            band = _band(tiles[start:end])
            if band is None:
                break
            choices.append((cost[start] + band.height + (0 if lowest else band.cost), start))
        least, start = min(choices)
        cost.append(least)
        cut.append(start)
    bands: list[Band] = []
    end = len(tiles)
    while end:
        band = _band(tiles[cut[end] : end])
        bands += [band] if band is not None else []
        end = cut[end]
    return bands[::-1]


def _band(tiles: list[Tile]) -> Band | None:
    """These tiles side by side; None where they are too wide for it."""
    sizes = [smallest(tile, portrait=True) for tile in tiles]
    if len(tiles) > 1 and sum(w for w, _ in sizes) > PORTRAIT_COLUMNS:
        return None
    height = max(h for _, h in sizes)
    alone = _ALONE if len(tiles) == 1 and sizes[0][0] <= PORTRAIT_COLUMNS // 2 else 0.0
    uneven = _UNEVEN * sum(height - h for _, h in sizes)
    return Band(tuple(tiles), tuple(w for w, _ in sizes), height, alone + uneven)


def _grown(bands: list[Band]) -> list[int]:
    """The bands' heights, which fill the grid."""
    least = [band.height for band in bands]
    growth = [float(max(GROWTH.get(kind_of(tile), 0) for tile in band.tiles)) for band in bands]
    return _shared(PORTRAIT_ROWS, growth if any(growth) else [float(height) for height in least], least)


def _shared(whole: int, growth: list[float], least: list[int]) -> list[int]:
    """What is left of `whole` after the least sizes, given to each by its growth; nothing is left over, and the first come first."""
    left = max(whole - sum(least), 0)
    parts = [left * one / sum(growth) for one in growth] if least else []
    found = [low + int(part) for low, part in zip(least, parts, strict=True)]
    rest = sorted(range(len(parts)), key=lambda at: (int(parts[at]) - parts[at], at))
    for at in rest[: left - sum(int(part) for part in parts)]:
        found[at] += 1
    return found
