"""A wall's layout: a line that says what and when, the pages of its board, and the line of messages below them. Where each tile
stands is its own custom properties'; how large a cell is, the style sheet's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.screen import Screen, screen
from layouts.texts import Catalogue, catalogue
from layouts.wall.widgets import drawn
from layouts.widgets.age_lamp import age_lamp
from layouts.widgets.announcement_banner import announcement_banner
from layouts.widgets.announcement_full import announcement_full
from layouts.widgets.blank import blank
from layouts.widgets.halt_banner import halt_banner
from layouts.widgets.sound_hint import sound_hint
from layouts.widgets.tile import icon, part

OF_PEOPLE: Final = ("alarm.", "desk.", "me.", "messages.", "nav", "no_script", "reveal.", "title.", "told")
"""Words that no wall says: they need not travel to it."""


@dataclass(frozen=True, slots=True)
class PageView:
    """One page: its tiles, each a view type of `layouts.wall.widgets.WIDGETS`, and how long it is shown."""

    tiles: tuple[Any, ...]
    seconds: int = 20
    title: str = ""


@dataclass(frozen=True, slots=True)
class SoundsView:
    """Whether tiles that have a sound make it. `quiet`: stretches of every day without, from and to (`22:00`, `07:00`)."""

    is_on: bool = False
    volume: int = 60
    quiet: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WallView:
    """What a wall is told when it opens; everything else comes over the websocket. `title`: the board's. `bar`: the line of
    messages, where no tile shows them. `revision`: of the board that this page shows; 0 for a shipped one. `is_missing`: there is
    no such board. `is_paired`: a TV that takes orders from the desk; `is_blank`, `reload_at_ms`: what was ordered before it
    opened."""

    screen: Screen
    pages: tuple[PageView, ...]
    title: str = "Floorwatch"
    bar: Any = None
    stops_on_red: bool = True
    sounds: SoundsView = SoundsView()
    revision: int = 0
    is_missing: bool = False
    is_paired: bool = False
    is_blank: bool = False
    reload_at_ms: int = 0


def wall(view: WallView, texts: Catalogue) -> Component:
    """The whole page. `texts`: with the room `wall`, whose words do not travel."""
    pages = [_page(page, index, texts) for index, page in enumerate(view.pages)]
    parts = [
        _header(view, texts),
        halt_banner(),
        announcement_banner(texts),
        html.Main(pages or [_missing(view, texts)]),
    ]
    if view.bar is not None:
        parts.append(html.Footer(drawn(view.bar, texts)))
    parts.append(announcement_full(texts))
    if view.is_paired:
        parts.append(blank(texts, is_blank=view.is_blank, reload_at_ms=view.reload_at_ms))
    options = {
        "revision": str(view.revision),
        "stops_on_red": "yes" if view.stops_on_red else "no",
        "sounds": "on" if view.sounds.is_on else "off",
        "volume": str(view.sounds.volume),
        "sounds_quiet": json.dumps(view.sounds.quiet, separators=(",", ":")),
    }
    return screen(view.screen, catalogue(view.screen.lang), "wall", parts, without=OF_PEOPLE, **options)


def _page(page: PageView, index: int, texts: Catalogue) -> Component:
    return html.Section(
        [drawn(tile, texts) for tile in page.tiles],
        className="page",
        hidden=index > 0,
        **data(page=str(index), seconds=str(page.seconds), title=page.title),
    )


def _missing(view: WallView, texts: Catalogue) -> Component:
    """There is no such board: which one was asked for, and what to do."""
    is_leaderboard = view.screen.board.startswith("leaderboard:")
    words = [html.H2(texts("no_board", board=view.screen.board)), html.P(texts("no_board.remedy"))]
    if is_leaderboard:
        words = [html.H2(texts("no_leaderboard")), html.P(texts("no_leaderboard.remedy"))]
    return html.Section(
        [icon("badge-medal" if is_leaderboard else "wall"), *words], className="no_board", **data(widget="no_board")
    )


def _header(view: WallView, texts: Catalogue) -> Component:
    title = html.Div(
        [part("title", html.H1, view.title), part("size")], className="title", **data(widget="board_title")
    )
    dots = _dots(view.pages) if len(view.pages) > 1 else []
    clock = html.Div([part("date"), part("time", html.B, "–:–")], className="now", **data(widget="wall_clock"))
    return html.Header([title, *dots, age_lamp(texts), sound_hint(texts), clock])


def _dots(pages: Sequence[PageView]) -> list[Component]:
    """Which page this is of how many, and how long it stays."""
    dots = [html.I(className="here" if index == 0 else None) for index in range(len(pages))]
    return [
        html.Div([html.Span(dots, className="dots"), part("page_title")], className="turns"),
        html.Div(className="turn"),
    ]
