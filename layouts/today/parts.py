"""What the pages of a day are made of: numbers against target and usual, the chart, tables, lists of what is wrong.

Each is a place that its code fills (assets/js/widgets_day): what is live comes over the websocket, what has happened by `data-past`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.attributes import aria, data
from layouts.charts import live_chart
from layouts.small_print import Format
from layouts.texts import Catalogue
from layouts.widgets.tile import NO_VALUE, definitions_box, icon, part
from layouts.widgets.view import Definition


@dataclass(frozen=True, slots=True)
class Also:
    """A further number of the same tile, with its word `today.also.METRIC`."""

    metric: str
    format: Format


@dataclass(frozen=True, slots=True)
class Card:
    """One number of the day. `metric` "": the tile's own. `link`: which list it opens into (`dashboard.pages.day_links`). `worse`:
    on which side of the usual it is bad; "" where it is neither."""

    name: str
    tile: str
    format: Format
    metric: str = ""
    also: tuple[Also, ...] = ()
    link: str = ""
    worse: Literal["above", "below", ""] = ""
    has_usual: bool = True


CARDS: Final = (
    Card("service_level", "service_level", "ratio", link="late", worse="below"),
    Card("offered", "day", "count", link="offered"),
    Card("answered", "day", "count", "answered", (Also("answer_rate", "ratio"),), "answered"),
    Card("abandoned", "day", "count", "abandoned", (Also("abandon_rate", "ratio"),), "abandoned", "above"),
    Card("asa", "day", "seconds", "asa", (Also("max_wait", "seconds"),), "longest", "above"),
    Card("aht", "day", "seconds", "aht", (), "handled"),
    Card("waiting", "waiting", "count", "", (Also("estimated_wait", "seconds"),), has_usual=False),
)
"""In the order in which a manager asks: how good, how much, what was lost, how long, and now."""

METRICS: Final[Mapping[str, Sequence[str]]] = {
    card.name: (card.metric or card.name, *(one.metric for one in card.also)) for card in CARDS
}
"""Card → the numbers of the dictionary that it shows."""


def card(view: Card, texts: Catalogue, definitions: Sequence[Definition]) -> Component:
    """A number with its word, what is beside it, and how it stands to the usual."""
    word = texts(f"today.{view.name}")
    also = [
        html.Span(
            [
                html.Small(texts(f"today.also.{one.metric}")),
                html.B(NO_VALUE, **data(also=one.metric, format=one.format)),
            ]
        )
        for one in view.also
    ]
    if view.name == "waiting":
        also.insert(0, html.Span(**data(widget="day_longest", tile="longest_wait")))
    number = html.A([part("number", text=NO_VALUE), part("unit", html.Small)], className="number", **data(part="link"))
    return html.Section(
        [
            html.H2([part("mark", html.I, class_name="icon mark"), html.Span(word)]),
            number,
            html.P([part("beside"), *also], className="beside"),
            part("usual", html.P, class_name="usual"),
            part("gap", html.Small, class_name="gap"),
            *definitions_box(definitions),
        ],
        className="tile day_number",
        **data(
            widget="day_number",
            tile=view.tile,
            card=view.name,
            metric=view.metric,
            format=view.format,
            link=view.link,
            worse=view.worse,
            usual=(view.metric or view.name) if view.has_usual else "",
        ),
    )


def cards(texts: Catalogue, definitions: Mapping[str, tuple[Definition, ...]]) -> Component:
    """All numbers of the day."""
    found = [card(one, texts, definitions.get(one.name, ())) for one in CARDS]
    return html.Div(found, className="day_cards", role="group", **aria(label=texts("today.cards")))


def panel(
    name: str, tile: str, texts: Catalogue, body: Sequence[Component], *, heading: str = "", note: str = ""
) -> Component:
    """A tile with a heading, a place for how many there are, and the mark of stopped data. `tile` "": it hangs on no switch."""
    head = html.H2(
        [
            html.Span(heading or texts(f"today.{name}"), id=f"{name}-heading"),
            part("count", html.B, class_name="count"),
            part("note", html.Small, note),
        ]
    )
    live = {"tile": tile} if tile else {}
    return html.Section(
        [head, *body, part("empty", html.P, class_name="empty"), part("halt", html.Div, class_name="halt")],
        id=ids.tile(name),
        className=f"tile {name}",
        **data(widget=name, **live),
        **aria(labelledby=f"{name}-heading"),
    )


def chart(texts: Catalogue, plotly: str) -> Component:
    """The day half-hour by half-hour, on what is usual."""
    return panel("day_chart", "half_hours", texts, [live_chart("chart", plotly)])


Kind = Literal["text", "number", "state"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its id is its word's (`today.column.ID`). `kind`: how its cells stand."""

    id: str
    kind: Kind = "number"
    format: Format = "count"
    is_first: bool = False


QUEUE_COLUMNS: Final = (
    Column("queue", "text"),
    Column("service_level", format="ratio"),
    Column("offered"),
    Column("answered"),
    Column("abandoned"),
    Column("abandon_rate", format="ratio"),
    Column("asa", format="seconds"),
    Column("aht", format="seconds"),
    Column("waiting"),
    Column("longest_wait", format="seconds"),
    Column("agents_available"),
)
AGENT_COLUMNS: Final = (
    Column("agent", "text"),
    Column("state", "state"),
    Column("calls"),
    Column("missed"),
    Column("talk", format="seconds"),
    Column("aht", format="seconds"),
    Column("occupancy", format="ratio"),
)


def table(columns: Sequence[Column], texts: Catalogue, label: str) -> Component:
    """Heads that sort, and a body that the code fills."""
    heads = [
        html.Th(
            html.Button(
                [texts(f"today.column.{one.id}"), html.I(className="arrow", **aria(hidden="true"))], type="button"
            ),
            scope="col",
            className=f"c-{one.id} {one.kind}",
            **data(column=one.id, kind=one.kind, format=one.format),
        )
        for one in columns
    ]
    made = html.Table(
        [html.Thead(html.Tr(heads), **data(part="head")), html.Tbody(**data(part="rows"))], **aria(label=label)
    )
    return html.Div(
        [
            made,
            html.Button(
                texts("today.more"), type="button", className="chip more_rows", hidden=True, **data(part="more")
            ),
        ],
        className="scroller",
        tabIndex="0",
        role="region",
        **aria(label=label),
    )


def wrong_now(texts: Catalogue) -> Component:
    """Everything that is over a limit at this moment, red first."""
    return panel("wrong_now", "agents", texts, [html.Ul(className="lines", **data(part="lines"))])


def callbacks(texts: Catalogue) -> Component:
    """Who gave up and has not come again."""
    struck = html.Button(
        texts("today.struck_show"),
        type="button",
        className="chip",
        hidden=True,
        **data(part="struck"),
        **aria(pressed="false"),
    )
    foot = html.P([part("all", html.A, class_name="all"), struck], className="foot")
    return panel("callbacks", "", texts, [html.Ul(className="lines", **data(part="lines")), foot])


def longest_waits(texts: Catalogue) -> Component:
    """The day's longest waits, each a way to its call."""
    return panel("longest_waits", "", texts, [html.Ol(className="lines", **data(part="lines"))])


def missed_offers(texts: Catalogue) -> Component:
    """Who let it ring, most first."""
    return panel("missed_offers", "agents", texts, [html.Ol(className="lines", **data(part="lines"))])


def rests(texts: Catalogue) -> Component:
    """How many rest for which reason, of how many who may; and who rests for too long."""
    return panel("rests", "rest_quota", texts, [html.Ul(className="lines", **data(part="lines"))])


def queue_table(texts: Catalogue) -> Component:
    """All queues of the day."""
    return panel("day_queues", "queue_table", texts, [table(QUEUE_COLUMNS, texts, texts("today.day_queues"))])


def agent_table(texts: Catalogue) -> Component:
    """All agents of the day."""
    return panel("day_agents", "agents", texts, [table(AGENT_COLUMNS, texts, texts("today.day_agents"))])


def past_banner(texts: Catalogue) -> Component:
    """History cannot be read; what is live goes on."""
    words = [icon("broken"), part("reason", html.B), html.Span(texts("today.past_goes_on"))]
    return html.Div(words, className="past_banner", role="status", hidden=True, **data(widget="past_banner"))
