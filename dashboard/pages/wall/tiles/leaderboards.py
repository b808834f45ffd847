"""Tiles that show a leaderboard. What it is called and what it asks for comes over the websocket: it may be changed while a wall hangs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.boards.document import OF_LEADERBOARDS, Board, RankingTile, kind_of
from dashboard.pages.wall.context import Context
from layouts.widgets.of_leaderboard import OfLeaderboard


def of_leaderboard(tile: Any, _board: Board, context: Context) -> OfLeaderboard:
    """Any of their kinds."""
    return OfLeaderboard(
        context.tile(tile, context.texts(f"tile.{kind_of(tile)}")),
        tile.leaderboard,
        is_beside_podium=isinstance(tile, RankingTile) and tile.is_beside_podium,
        has_own_heading=bool(context.said(tile.title)),
    )


TILES: Final[Mapping[str, Callable[[Any, Board, Context], Any]]] = dict.fromkeys(
    sorted(OF_LEADERBOARDS), of_leaderboard
)
