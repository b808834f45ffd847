"""A wall's layout: a line that says what and when, and the tiles of its board. Where each tile stands is the style sheet's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.screen import Screen, screen
from layouts.texts import Catalogue
from layouts.widgets.agent_states import agent_states
from layouts.widgets.agents import agents
from layouts.widgets.answered import answered
from layouts.widgets.blank import blank
from layouts.widgets.halt_banner import halt_banner
from layouts.widgets.link_lamp import link_lamp
from layouts.widgets.longest_wait import longest_wait
from layouts.widgets.queue_table import queue_table
from layouts.widgets.service_level import service_level
from layouts.widgets.tile import Tile, part
from layouts.widgets.trend import trend
from layouts.widgets.waiting import waiting
from layouts.widgets.waiting_callers import waiting_callers

WIDGETS: Final[Mapping[str, Callable[[Tile, Catalogue], Component]]] = {
    "answered": answered,
    "longest_wait": longest_wait,
    "queue_table": queue_table,
    "service_level": service_level,
    "trend": trend,
    "waiting": waiting,
    "waiting_callers": waiting_callers,
}
"""Who draws a tile. The strip of states stands in the agents' tile."""


@dataclass(frozen=True, slots=True)
class WallView:
    """What a wall is told when it opens; everything else comes over the websocket. `tiles`: those of its board.
    `is_paired`: a TV that takes orders from the desk; `is_blank`, `reload_at_ms`: what was ordered before it opened."""

    screen: Screen
    tiles: tuple[Tile, ...]
    is_paired: bool = False
    is_blank: bool = False
    reload_at_ms: int = 0


def wall(view: WallView, texts: Catalogue) -> Component:
    """The whole page."""
    parts = [_header(texts), halt_banner(), html.Main(_tiles(view.tiles, texts))]
    if view.is_paired:
        parts.append(blank(texts, is_blank=view.is_blank, reload_at_ms=view.reload_at_ms))
    return screen(view.screen, texts, "wall", parts)


def _tiles(tiles: Sequence[Tile], texts: Catalogue) -> list[Component]:
    strip = next((tile for tile in tiles if tile.kind == "agent_states"), None)
    above = agent_states(strip, texts) if strip else None
    drawn = [WIDGETS[tile.kind](tile, texts) for tile in tiles if tile.kind in WIDGETS]
    return drawn + [agents(tile, texts, above=above) for tile in tiles if tile.kind == "agents"]


def _header(texts: Catalogue) -> Component:
    title = html.Div([part("title", html.H1, "Floorwatch"), part("size")], **data(widget="board_title"))
    clock = html.Div([part("date"), part("time", html.B, "–:–")], className="clock", **data(widget="wall_clock"))
    return html.Header([title, link_lamp(texts), clock])
