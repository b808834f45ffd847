"""What a wall's layout is told: of a board, a language and who looks. Pure; who may see which board is asked before."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.access.screen_record import ScreenRecord
from dashboard.boards.document import Board, Page, Place
from dashboard.boards.portrait import packed
from dashboard.pages.preferences import Preferences
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.preferences import preferences_of_screen
from dashboard.pages.wall.tiles import view_of
from dashboard.pages.wall.tiles.standing import ticker_bar
from dashboard.pages.web_config import WebConfig
from dashboard.wallboards.published import Published
from layouts.screen import Screen
from layouts.texts import catalogue
from layouts.wall import PageView, SoundsView, WallView

DOOR = "/tv"
SIGN_IN = "/sign-in?next=%2Fwall%2F"
AS_SCREEN = "as=screen"
ROOM = "wall"
"""The words that a wall's layout needs and its browser does not."""


def view_for_person(asked: str, found: Published | None, chosen: Preferences, config: WebConfig) -> WallView:
    """The wall that a person's address asks for. `asked`: the board's id there. `found` None: there is no such board."""
    return wall_view(Screen(asked, chosen.lang, chosen.theme, config.gateway, SIGN_IN), found)


def view_for_screen(record: ScreenRecord, found: Published | None, config: WebConfig) -> WallView:
    """The wall of a paired screen."""
    chosen = preferences_of_screen(record)
    screen = Screen(record.board, chosen.lang, chosen.theme, f"{config.gateway}?{AS_SCREEN}", DOOR)
    return wall_view(screen, found, record)


def wall_view(screen: Screen, found: Published | None, record: ScreenRecord | None = None) -> WallView:
    """A board on a screen; without a board, the words that it is not there."""
    board = None if found is None else found.board
    return WallView(
        screen,
        pages=() if board is None else tuple(_page(page, board, screen.lang) for page in board.pages),
        title="" if board is None else _context(screen.lang, {}).said(board.title, "Floorwatch"),
        bar=None if board is None else ticker_bar(board, _context(screen.lang, {})),
        stops_on_red=board is None or board.rotation.stops_on_red,
        sounds=SoundsView() if board is None else _sounds(board),
        revision=0 if found is None else found.revision,
        is_missing=found is None,
        is_paired=record is not None,
        is_blank=record is not None and record.is_blank,
        reload_at_ms=0 if record is None else record.reload_at_ms,
    )


def _page(page: Page, board: Board, lang: str) -> PageView:
    context = _context(lang, packed(page))
    tiles = tuple(view_of(tile, board, context) for tile in page.tiles)
    return PageView(tiles, page.seconds, context.said(page.title))


def _context(lang: str, high: Mapping[str, Place]) -> Context:
    return Context(lang, catalogue(lang, ROOM), high)


def _sounds(board: Board) -> SoundsView:
    quiet = tuple((hours.from_time, hours.to_time) for hours in board.sounds.quiet)
    return SoundsView(board.sounds.on, board.sounds.volume, quiet)
