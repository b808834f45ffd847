"""A page on a screen that is higher than wide: everything is there, large enough, in order, and no hole is left."""

from __future__ import annotations

from itertools import combinations, product

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings

from dashboard.boards import TEMPLATES
from dashboard.boards.checks import overlap
from dashboard.boards.document import PORTRAIT_COLUMNS, PORTRAIT_ROWS, TILES, Page, Place
from dashboard.boards.portrait import fits, packed, packed_anew, reading_order
from dashboard.boards.sizes import SMALLEST, SMALLEST_PORTRAIT, smallest
from tests.boards.pages import pages, tile_of

TEMPLATE_PAGES = [
    (f"{name}-{number}", page) for name, board in TEMPLATES.items() for number, page in enumerate(board.pages)
]


def assert_whole(page: Page) -> None:
    """Every cell of the grid belongs to exactly one tile; none is too small; bands follow the reading order."""
    found = packed_anew(page)
    assert found.keys() == {tile.id for tile in page.tiles}
    cells = {
        cell
        for place in found.values()
        for cell in product(range(place.x, place.x + place.w), range(place.y, place.y + place.h))
    }
    assert cells == set(product(range(PORTRAIT_COLUMNS), range(PORTRAIT_ROWS)))
    assert not any(overlap(one, two) for one, two in combinations(found.values(), 2))
    for tile in page.tiles:
        w, h = smallest(tile, portrait=True)
        assert found[tile.id].w >= w
        assert found[tile.id].h >= h, tile.id
    order = [tile.id for tile in reading_order(page)]
    firsts = sorted((place.y, order.index(name)) for name, place in found.items() if place.x == 0)
    assert [at for _, at in firsts] == sorted(at for _, at in firsts)
    for one, two in combinations(order, 2):
        if found[one].y == found[two].y:
            assert found[one].x < found[two].x


@pytest.mark.parametrize(("name", "page"), TEMPLATE_PAGES, ids=[name for name, _ in TEMPLATE_PAGES])
def test_every_page_that_we_ship_fits(name: str, page: Page) -> None:
    assert fits(page), name
    assert_whole(page)


@given(pages())
@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
def test_any_page_that_fits_is_packed_without_a_hole(page: Page) -> None:
    assume(page.tiles and fits(page))
    assert_whole(page)


@given(pages())
@settings(max_examples=50)
def test_the_same_page_is_packed_the_same_in_whatever_order_its_tiles_are_written(page: Page) -> None:
    assert packed_anew(page) == packed_anew(msgspec.structs.replace(page, tiles=page.tiles[::-1]))


def test_a_pages_own_places_count_when_every_tile_has_one() -> None:
    one = tile_of("number", "one", Place(0, 0, 6, 8))
    two = tile_of("number", "two", Place(6, 0, 6, 8))
    own = [msgspec.structs.replace(tile, portrait=Place(0, 20 * at, 12, 8)) for at, tile in enumerate((one, two))]
    assert packed(Page(tuple(own))) == {"one": Place(0, 0, 12, 8), "two": Place(0, 20, 12, 8)}
    assert packed(Page((own[0], two))) == packed_anew(Page((one, two)))


def test_neighbours_stay_together_and_lists_take_what_is_left() -> None:
    kinds = ["number", "number", "agents", "number", "number"]
    places = [Place(0, 0, 6, 6), Place(6, 0, 6, 6), Place(0, 6, 24, 12), Place(0, 18, 6, 6), Place(6, 18, 6, 6)]
    page = Page(
        tuple(tile_of(kind, f"t{at}", place) for at, (kind, place) in enumerate(zip(kinds, places, strict=True)))
    )
    found = packed(page)
    assert [(found[name].x, found[name].w) for name in ("t0", "t1", "t2", "t3", "t4")] == [
        (0, 6),
        (6, 6),
        (0, 12),
        (0, 6),
        (6, 6),
    ]
    assert found["t2"].h > 2 * found["t0"].h


def test_every_kind_has_its_least_sizes_and_they_fit_both_grids() -> None:
    assert set(SMALLEST) == set(SMALLEST_PORTRAIT) == set(TILES)
    assert all(w <= PORTRAIT_COLUMNS for w, _ in SMALLEST_PORTRAIT.values())
