"""Tiles whose matter is one number, and the states of the agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.boards.document import AgentStatesTile, Board, LongestWaitTile, NumberTile, ServiceLevelTile
from dashboard.floor.metrics import needed
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.tiles.figures import figures, format_of, limits_in_words
from layouts.widgets.longest_wait import LongestWaitView
from layouts.widgets.number import NumberView
from layouts.widgets.service_level import ServiceLevelView
from layouts.widgets.view import Definition, TileView


def number(tile: NumberTile, _board: Board, context: Context) -> NumberView:
    """Any metric. A metric of now has no window to tell."""
    definitions = (
        context.definition(tile.metric, window=tile.window, limits=limits_in_words(tile.metric, tile.limits, context)),
        *_also(tile, context),
    )
    is_now = needed(tile.metric).basis == "now" or tile.window == "now"
    note = "" if is_now else context.window(tile.window)
    return NumberView(
        context.tile(tile, context.metric(tile.metric), note=note, definitions=definitions),
        format_of(tile.metric),
        figures(tile.also, context),
        has_line=tile.trend == "line",
        sound=tile.limits.sound,
    )


def service_level(tile: ServiceLevelTile, _board: Board, context: Context) -> ServiceLevelView:
    """The service level. Its formula and threshold come with the value."""
    limits = limits_in_words("service_level", tile.limits, context)
    own = context.definition("service_level", window=tile.window, limits=limits)
    heading = context.texts("tile.service_level")
    return ServiceLevelView(
        context.tile(tile, heading, note=context.window(tile.window), definitions=(own, *_also(tile, context))),
        context.window(tile.window),
        figures(tile.also, context),
        has_own_heading=bool(context.said(tile.title)),
        has_recent=tile.window != "last_30_min",
        sound=tile.limits.sound,
    )


def longest_wait(tile: LongestWaitTile, _board: Board, context: Context) -> LongestWaitView:
    """The longest wait of now."""
    own = context.definition("longest_wait", limits=limits_in_words("longest_wait", tile.limits, context))
    return LongestWaitView(
        context.tile(tile, context.texts("tile.longest_wait"), definitions=(own,)), tile.limits.sound
    )


def agent_states(tile: AgentStatesTile, _board: Board, context: Context) -> TileView:
    """Who is available in large. The browser writes how many are staffed beside the heading."""
    own = [context.definition(metric) for metric in ("agents_available", "agents_staffed")]
    return context.tile(tile, context.texts("tile.agents"), definitions=own)


def _also(tile: NumberTile | ServiceLevelTile, context: Context) -> tuple[Definition, ...]:
    return tuple(context.definition(metric, window=tile.window) for metric in tile.also)


TILES: Final[Mapping[str, Callable[[Any, Board, Context], Any]]] = {
    "number": number,
    "service_level": service_level,
    "longest_wait": longest_wait,
    "agent_states": agent_states,
}
