"""Who draws a tile of which kind. A view type stands in its kind's folder and holds the `TileView` in its field `tile`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dash.development.base_component import Component

from layouts.texts import Catalogue
from layouts.widgets.agent_states import agent_states
from layouts.widgets.agents import AgentsView, agents
from layouts.widgets.bests import bests
from layouts.widgets.celebration import celebration
from layouts.widgets.clock import ClockView, clock
from layouts.widgets.countdown import CountdownView, countdown
from layouts.widgets.goals import goals
from layouts.widgets.half_hours import HalfHoursView, half_hours
from layouts.widgets.leaderboard_head import leaderboard_head
from layouts.widgets.link_lamp import LinkLampView, link_lamp
from layouts.widgets.longest_wait import LongestWaitView, longest_wait
from layouts.widgets.number import NumberView, number
from layouts.widgets.of_leaderboard import OfLeaderboard
from layouts.widgets.picture import PictureView, picture
from layouts.widgets.podium import podium
from layouts.widgets.queue_table import QueueTableView, queue_table
from layouts.widgets.ranking import ranking
from layouts.widgets.rest_quota import RestQuotaView, rest_quota
from layouts.widgets.service_level import ServiceLevelView, service_level
from layouts.widgets.team_race import team_race
from layouts.widgets.text import TextView, text
from layouts.widgets.ticker import TickerView, ticker
from layouts.widgets.tile import frame
from layouts.widgets.top_list import TopListView, top_list
from layouts.widgets.view import TileView
from layouts.widgets.waiting_callers import waiting_callers

Draw = Callable[[Any, Catalogue], Component]

WIDGETS: Final[Mapping[str, tuple[type, Draw]]] = {
    "agent_states": (TileView, agent_states),
    "agents": (AgentsView, agents),
    "half_hours": (HalfHoursView, half_hours),
    "longest_wait": (LongestWaitView, longest_wait),
    "number": (NumberView, number),
    "queue_table": (QueueTableView, queue_table),
    "service_level": (ServiceLevelView, service_level),
    "clock": (ClockView, clock),
    "countdown": (CountdownView, countdown),
    "link_lamp": (LinkLampView, link_lamp),
    "picture": (PictureView, picture),
    "rest_quota": (RestQuotaView, rest_quota),
    "text": (TextView, text),
    "ticker": (TickerView, ticker),
    "top_list": (TopListView, top_list),
    "waiting_callers": (TileView, waiting_callers),
    "leaderboard_head": (OfLeaderboard, leaderboard_head),
    "podium": (OfLeaderboard, podium),
    "ranking": (OfLeaderboard, ranking),
    "team_race": (OfLeaderboard, team_race),
    "bests": (OfLeaderboard, bests),
    "goals": (OfLeaderboard, goals),
    "celebration": (OfLeaderboard, celebration),
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
