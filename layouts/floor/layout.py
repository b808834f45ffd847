"""The desk's layout: where to go, what is urgent, and every agent in a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dash import html
from dash.development.base_component import Component

from layouts.controls import command_log, own_session, phone_chip, row_menu, selection, selection_bar
from layouts.live_navigation import places
from layouts.navigation import NOWHERE, Navigation
from layouts.screen import Screen, screen
from layouts.small_print import Figure, Format
from layouts.texts import Catalogue
from layouts.widgets import agent_grid as grid
from layouts.widgets.age_lamp import age_lamp
from layouts.widgets.agent_grid import agent_grid
from layouts.widgets.agents import AgentsView, agents
from layouts.widgets.attention import attention
from layouts.widgets.desk_tools import desk_tools
from layouts.widgets.halt_banner import halt_banner
from layouts.widgets.headline import headline
from layouts.widgets.queue_table import QueueTableView, queue_table
from layouts.widgets.reveal import reveal
from layouts.widgets.tile import Tile
from layouts.widgets.view import Definition, TileView
from layouts.widgets.waiting_callers import waiting_callers

HEADLINES: tuple[tuple[str, Format], ...] = (
    ("waiting", "count"),
    ("longest_wait", "seconds"),
    ("service_level", "ratio"),
)
"""The chips: tile, and how its number is written."""
COLUMNS: tuple[tuple[str, str, Format], ...] = (
    ("waiting", "waiting", "count"),
    ("longest_wait", "longest", "seconds"),
    ("service_level", "service_level", "ratio"),
    ("agents_available", "available", "count"),
)
"""Of the queues beside the list: metric, its word, how it is written."""

METRICS: Mapping[str, Sequence[str]] = {
    **{name: (name,) for name, _ in HEADLINES},
    "queue_table": tuple(metric for metric, _, _ in COLUMNS),
    "waiting_callers": ("waiting",),
    "agents": tuple(grid.METRICS.values()),
}
"""Tile → the numbers of the dictionary that it shows, in the order in which they are explained."""


@dataclass(frozen=True, slots=True)
class FloorView:
    """What a desk is told when it opens; everything else comes over the websocket. `definitions`: of `METRICS`, by tile."""

    screen: Screen
    navigation: Navigation = NOWHERE
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)


def floor(view: FloorView, texts: Catalogue, ways: Catalogue) -> Component:
    """The whole page. `texts`: with the room `monitor` for who has controls. `ways`: the same language with the room `forms`, whose
    words of the navigation need not travel."""
    known = view.definitions
    has_controls, selects = (word in view.screen.may for word in ("controls", "selection"))
    chips = [headline(Tile(name, "headline"), texts, how, known.get(name, ())) for name, how in HEADLINES]
    lamp = age_lamp(texts, short=True)
    who = html.A(view.navigation.who, href="/account/", className="who") if view.navigation.who else None
    header = html.Header(
        [html.H1(texts("desk.title")), lamp, *chips, *([phone_chip(texts)] if has_controls else []), who]
    )
    people = html.Div(
        [
            agent_grid(
                Tile("agents", "agent_grid"),
                texts,
                known.get("agents", ()),
                has_controls=has_controls,
                selects=selects,
            ),
            agents(AgentsView(TileView("agents", "agents", texts("tile.agents"))), texts),
            *([selection_bar(texts)] if selects else []),
        ],
        className="staff",
    )
    main = html.Main([desk_tools(texts), attention(Tile("agents", "attention"), texts), people])
    columns = tuple(Figure(metric, texts(f"queue.{word}"), how) for metric, word, how in COLUMNS)
    aside = html.Aside(
        [
            *([own_session(texts)] if has_controls else []),
            queue_table(
                QueueTableView(
                    TileView(
                        "queue_table",
                        "queue_table",
                        texts("tile.queue_table"),
                        definitions=known.get("queue_table", ()),
                    ),
                    columns,
                ),
                texts,
            ),
            waiting_callers(
                TileView(
                    "waiting_callers",
                    "waiting_callers",
                    texts("tile.waiting_callers"),
                    note=texts("callers.oldest_first"),
                    definitions=known.get("waiting_callers", ()),
                ),
                texts,
            ),
        ]
    )
    body = html.Div([main, aside], className="desk")
    dialogs = [reveal(texts)] if "reveal" in view.screen.may else []
    if has_controls:
        dialogs += [row_menu(texts), selection(texts), command_log(texts)]
    return screen(
        view.screen, texts, "floor", [places(view.navigation, view.screen, ways), header, halt_banner(), body, *dialogs]
    )
