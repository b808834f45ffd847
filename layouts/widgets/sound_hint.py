"""The browser lets no sound out until somebody has touched the page: said where one sees it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.tile import icon


def sound_hint(texts: Catalogue) -> Component:
    """Hidden while sounds can be heard, or none are wanted. `texts`: with the room `wall`."""
    words = [icon("muted"), html.Span(texts("sounds.blocked"))]
    return html.Div(words, className="sound_hint", hidden=True, **data(widget="sound_hint"))
