"""Tiles of people: everybody, the best of a metric, and how many rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.boards.document import AgentsTile, Board, RestQuotaTile, TopListTile
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.tiles.figures import format_of
from layouts.widgets.agents import AgentsView
from layouts.widgets.rest_quota import RestQuotaView
from layouts.widgets.top_list import TopListView
from layouts.widgets.view import Definition


def agents(tile: AgentsTile, _board: Board, context: Context) -> AgentsView:
    """Everybody. The browser writes how many they are beside the heading."""
    heading = context.texts("tile.agents")
    what = Definition(heading, context.texts("definition.agents"), limits=context.texts("definition.agents.limits"))
    return AgentsView(context.tile(tile, heading, definitions=[what]), tile.label)


def top_list(tile: TopListTile, _board: Board, context: Context) -> TopListView:
    """The best of a metric, under the metric's name; or a leaderboard's first ones, under its title."""
    if tile.leaderboard:
        own = bool(context.said(tile.title))
        first = context.tile(tile, context.texts("tile.leaderboard_head"))
        return TopListView(first, "count", tile.rows, tile.leaderboard, has_own_heading=own)
    view = context.tile(
        tile,
        context.metric(tile.metric),
        note=context.window(tile.window),
        definitions=[context.definition(tile.metric, window=tile.window)],
    )
    return TopListView(view, format_of(tile.metric), tile.rows)


def rest_quota(tile: RestQuotaTile, _board: Board, context: Context) -> RestQuotaView:
    """How many rest."""
    return RestQuotaView(context.tile(tile, context.texts("tile.rest_quota")))


TILES: Final[Mapping[str, Callable[[Any, Board, Context], Any]]] = {
    "agents": agents,
    "top_list": top_list,
    "rest_quota": rest_quota,
}
