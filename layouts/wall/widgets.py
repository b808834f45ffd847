"""Who draws a tile of which kind. A view type stands in its kind's folder and holds the `TileView` in its field `tile`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.agent_states import agent_states
from layouts.widgets.agents import AgentsView, agents
from layouts.widgets.answered import answered
from layouts.widgets.longest_wait import longest_wait
from layouts.widgets.queue_table import queue_table
from layouts.widgets.service_level import service_level
from layouts.widgets.tile import frame
from layouts.widgets.trend import trend
from layouts.widgets.view import TileView
from layouts.widgets.waiting import waiting
from layouts.widgets.waiting_callers import waiting_callers

Draw = Callable[[Any, Catalogue], Component]

WIDGETS: Final[Mapping[str, tuple[type, Draw]]] = {
    "agent_states": (TileView, agent_states),
    "agents": (AgentsView, agents),
    "answered": (TileView, answered),
    "longest_wait": (TileView, longest_wait),
    "queue_table": (TileView, queue_table),
    "service_level": (TileView, service_level),
    "trend": (TileView, trend),
    "waiting": (TileView, waiting),
    "waiting_callers": (TileView, waiting_callers),
}
"""Kind → (view type, function)."""


def tile_of(view: Any) -> TileView:
    """What is common to all tiles."""
    found: TileView = view if isinstance(view, TileView) else view.tile
    return found


def drawn(view: Any, texts: Catalogue) -> Component:
    """A tile's component."""
    tile = tile_of(view)
    if tile.kind not in WIDGETS:
        return frame(tile, [])
    kind, draw = WIDGETS[tile.kind]
    if not isinstance(view, kind):
        raise TypeError(f"a tile of kind {tile.kind!r} is drawn from {kind.__name__}, not from {type(view).__name__}")
    return draw(view, texts)
