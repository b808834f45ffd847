"""The console of monitoring: one's own session with its controls, who is in whose call, agents to help, and what one did before.

Everything live comes over the websocket; one's own history and notes come by `HISTORY` and go by `NOTE`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.attributes import aria, data
from layouts.controls import command_log, own_session, phone_chip, row_menu, selection
from layouts.live_navigation import places
from layouts.navigation import NOWHERE, Navigation
from layouts.screen import Screen, screen
from layouts.texts import Catalogue
from layouts.widgets.age_lamp import age_lamp
from layouts.widgets.halt_banner import halt_banner
from layouts.widgets.tile import icon, part
from layouts.widgets.view import Definition, TileView
from layouts.widgets.waiting_callers import waiting_callers

HISTORY = "/monitor/history"
NOTE = "/monitor/note"


METRICS: Mapping[str, Sequence[str]] = {"waiting_callers": ("waiting",)}
"""Tile → the numbers of the dictionary that it shows."""


@dataclass(frozen=True, slots=True)
class MonitorView:
    """What the page is told when it opens. `definitions`: of `METRICS`, by tile."""

    screen: Screen
    navigation: Navigation = NOWHERE
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)


def monitor(view: MonitorView, texts: Catalogue, ways: Catalogue) -> Component:
    """The whole page. `texts`: with the room `monitor`. `ways`: the same language with the room `forms`."""
    who = html.A(view.navigation.who, href="/account/", className="who") if view.navigation.who else None
    header = html.Header([html.H1(texts("console.title")), age_lamp(texts, short=True), phone_chip(texts), who])
    main = html.Main([_spying(texts), own_session(texts), _sessions(texts), _picker(texts)])
    aside = html.Aside([_callers(texts, view.definitions.get("waiting_callers", ())), _history(texts)])
    return screen(
        view.screen,
        texts,
        "monitor",
        [
            places(view.navigation, view.screen, ways),
            header,
            halt_banner(),
            html.Div([main, aside], className="desk"),
            row_menu(texts),
            selection(texts),
            command_log(texts),
        ],
        without=("page.",),
    )


def _spying(texts: Catalogue) -> Component:
    """Somebody listens of whom no command of ours knows."""
    return html.Section(
        [
            icon("level-red"),
            html.Div([html.H2(texts("spying.title")), html.P(texts("spying.what")), html.Ul(**data(part="spies"))]),
        ],
        className="spying",
        role="alert",
        hidden=True,
        **data(widget="spying", tile="sessions"),
    )


def _sessions(texts: Catalogue) -> Component:
    heading = html.H2([html.Span(texts("sessions.title")), part("count", html.Small)])
    head = html.Div(
        [
            html.Span(texts(f"sessions.{column}"), role="columnheader")
            for column in ("by", "agent", "mode", "since", "ends", "via")
        ],
        className="row head",
        role="row",
    )
    rows = html.Div([head], className="rows", role="table", **data(part="rows"), **aria(label=texts("sessions.title")))
    return html.Section(
        [heading, rows, part("empty", html.P, class_name="empty"), part("halt", html.Div, class_name="halt")],
        className="tile sessions",
        **data(widget="sessions", tile="sessions"),
    )


def _callers(texts: Catalogue, definitions: tuple[Definition, ...]) -> Component:
    view = TileView(
        "waiting_callers",
        "waiting_callers",
        texts("tile.waiting_callers"),
        note=texts("callers.oldest_first"),
        definitions=definitions,
    )
    return waiting_callers(view, texts)


def _picker(texts: Catalogue) -> Component:
    """Agents to step in to: search, then one row each; pressing one opens its menu."""
    box = html.Span(className="box", **data(part="search", hint=texts("picker.search")))
    search = html.Label([icon("search"), box, part("count", class_name="count")], className="search")
    states = [
        html.Button(
            texts(f"picker.{name}"),
            type="button",
            **data(choice=name),
            **aria(pressed="true" if name == "calls" else "false"),
        )
        for name in ("calls", "everybody")
    ]
    which = html.Div(
        states, className="choice", role="group", **data(part="which"), **aria(label=texts("picker.which"))
    )
    return html.Section(
        [
            html.H2(texts("picker.title")),
            search,
            which,
            html.Div(className="rows", **data(part="rows")),
            part("empty", html.P, class_name="empty"),
            part("halt", html.Div, class_name="halt"),
        ],
        className="tile picker",
        **data(widget="picker", tile="agents"),
        **aria(label=texts("picker.title")),
    )


def _history(texts: Catalogue) -> Component:
    return html.Section(
        [
            html.H2([html.Span(texts("history.title")), html.Small(texts("history.own"))]),
            html.Div(
                className="rows", tabIndex="0", role="region", **data(part="rows"), **aria(label=texts("history.title"))
            ),
            part("empty", html.P, class_name="empty"),
            html.Button(texts("history.more"), type="button", className="chip", hidden=True, **data(part="more")),
        ],
        className="tile history",
        id=ids.HISTORY,
        **data(widget="history", history=HISTORY, note=NOTE),
        **aria(label=texts("history.title")),
    )
