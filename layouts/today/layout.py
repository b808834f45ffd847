"""`/today`: the page that a manager opens first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.live_navigation import places
from layouts.navigation import NOWHERE, Navigation
from layouts.screen import Screen, screen
from layouts.texts import Catalogue
from layouts.today import parts
from layouts.widgets.age_lamp import age_lamp
from layouts.widgets.halt_banner import halt_banner
from layouts.widgets.tile import part
from layouts.widgets.view import Definition

PAST = "/today/past"
"""Where the page asks what has happened."""


@dataclass(frozen=True, slots=True)
class DayView:
    """What a page of a day is told when it opens. `links`: name → address of a list, with places for ids (`dashboard.pages.day_links`).
    `plotly`: where its file is. `queue`: of a queue's own page, "" for all. `definitions`: of `METRICS`, by card."""

    screen: Screen
    plotly: str
    links: Mapping[str, str]
    navigation: Navigation = NOWHERE
    queue: str = ""
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)


def today(view: DayView, texts: Catalogue, ways: Catalogue) -> Component:
    """The whole page. `texts`: with the rooms `today` and `charts`. `ways`: the same language with the room `forms`."""
    title = html.H1([html.Span(texts("today.title")), html.Small(**data(widget="day_date", part="date"))])
    left = html.Div(
        [parts.chart(texts, view.plotly), parts.queue_table(texts), parts.agent_table(texts)], className="left"
    )
    right = html.Div(
        [
            parts.wrong_now(texts),
            parts.callbacks(texts),
            parts.longest_waits(texts),
            parts.missed_offers(texts),
            parts.rests(texts),
        ],
        className="right",
    )
    body = [parts.cards(texts, view.definitions), left, right]
    return page(view, texts, ways, title, body, "today")


def page(
    view: DayView, texts: Catalogue, ways: Catalogue, title: Component, body: list[Component], kind: str
) -> Component:
    """A page of a day around its parts."""
    who = html.A(view.navigation.who, href="/account/", className="who") if view.navigation.who else None
    header = html.Header(
        [title, age_lamp(texts, short=True), part("past_age", html.Span), who], **data(widget="past_age")
    )
    return screen(
        view.screen,
        texts,
        f"day {kind}",
        [
            places(view.navigation, view.screen, ways),
            header,
            halt_banner(),
            html.Main([parts.past_banner(texts), *body]),
        ],
        without=("page.", "monitor.", "console.", "command.", "controls."),
        past=PAST,
        queue=view.queue,
        links=json.dumps(dict(view.links), separators=(",", ":")),
    )
