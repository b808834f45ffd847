"""Is this now? The lamp of the switch link, in a word, and how old the data is."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import part


def age_lamp(texts: Catalogue, *, short: bool = False) -> Component:
    """`short`: one word, for a chip on the desk."""
    words = [part("state", text=texts("link.short.connecting" if short else "link.connecting")), part("age")]
    return html.Span(
        [html.I(className="lamp"), *words],
        className="age_lamp",
        role="status",
        **data(widget="age_lamp", short="yes" if short else "no"),
    )
