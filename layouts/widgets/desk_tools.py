"""Search, grouping, order and view of the desk's agents."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.texts import Catalogue
from layouts.widgets.tile import icon, part

GROUPS = ("none", "team", "queue", "state")
VIEWS = ("list", "tiles")


def desk_tools(texts: Catalogue) -> Component:
    """Plain controls; their code in the browser listens to them."""
    search = html.Label([icon("search"), _search_box(texts), part("count", class_name="count")], className="search")
    groups = _choice("group", [(name, texts(f"desk.group.{name}")) for name in GROUPS], texts("desk.group"))
    order = html.Button(
        texts("desk.attention_first"),
        type="button",
        className="chip toggle",
        **data(part="order"),
        **aria(pressed="true"),
    )
    views = _choice("view", [(name, texts(f"desk.view.{name}")) for name in VIEWS], texts("desk.view"))
    return html.Div([search, groups, order, views], className="desk_tools", **data(widget="desk_tools"))


def _search_box(texts: Catalogue) -> Component:
    """Where the code puts its input: Dash's own belongs to callbacks, and would tell React of every key."""
    return html.Span(className="box", **data(part="search", hint=texts("desk.search")))


def _choice(name: str, choices: list[tuple[str, str]], label: str) -> Component:
    """A group of buttons of which one is pressed."""
    buttons = [
        html.Button(word, type="button", **data(choice=value), **aria(pressed="true" if index == 0 else "false"))
        for index, (value, word) in enumerate(choices)
    ]
    return html.Div(buttons, className="choice", role="group", **data(part=name), **aria(label=label))
