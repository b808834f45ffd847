"""A wall's layout: a line that says what and when, four numbers to act on, then the floor with queues, callers and trend."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.screen import Screen, screen
from layouts.texts import Catalogue
from layouts.widgets.agent_states import agent_states
from layouts.widgets.agents import agents
from layouts.widgets.answered import answered
from layouts.widgets.halt_banner import halt_banner
from layouts.widgets.link_lamp import link_lamp
from layouts.widgets.longest_wait import longest_wait
from layouts.widgets.queue_table import queue_table
from layouts.widgets.service_level import service_level
from layouts.widgets.tile import Tile, part
from layouts.widgets.trend import trend
from layouts.widgets.waiting import waiting
from layouts.widgets.waiting_callers import waiting_callers


@dataclass(frozen=True, slots=True)
class WallView:
    """What a wall is told when it opens; everything else comes over the websocket."""

    screen: Screen


def wall(view: WallView, texts: Catalogue) -> Component:
    """The whole page."""
    strip = agent_states(Tile("agent_states", "agent_states"), texts)
    tiles = [
        service_level(Tile("service_level", "service_level"), texts),
        longest_wait(Tile("longest_wait", "longest_wait"), texts),
        waiting(Tile("waiting", "waiting"), texts),
        answered(Tile("answered", "answered"), texts),
        queue_table(Tile("queue_table", "queue_table"), texts),
        trend(Tile("trend", "trend"), texts),
        agents(Tile("agents", "agents"), texts, above=strip),
        waiting_callers(Tile("waiting_callers", "waiting_callers"), texts),
    ]
    return screen(view.screen, texts, "wall", [_header(texts), halt_banner(), html.Main(tiles)])


def _header(texts: Catalogue) -> Component:
    title = html.Div([part("title", html.H1, "Floorwatch"), part("size")], **data(widget="board_title"))
    clock = html.Div([part("date"), part("time", html.B, "–:–")], className="clock", **data(widget="wall_clock"))
    return html.Header([title, link_lamp(texts), clock])
