"""Tiles of people: everybody, the best of a metric, and how many rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.boards.document import AgentsTile, Board
from dashboard.pages.wall.context import Context
from layouts.widgets.agents import AgentsView


def agents(tile: AgentsTile, _board: Board, context: Context) -> AgentsView:
    """Everybody. The browser writes how many they are beside the heading."""
    return AgentsView(context.tile(tile, context.texts("tile.agents")), tile.label)


TILES: Final[Mapping[str, Callable[[Any, Board, Context], Any]]] = {
    "agents": agents,
}
