"""Who is in the agent's own call, as far as the rules tell it. Hidden while nobody is."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.texts import Catalogue
from layouts.widgets.tile import Tile


def own_listeners(tile: Tile, texts: Catalogue) -> Component:
    """A quiet line for each of them; read out when it comes."""
    lines = html.Ul(**data(part="lines"))
    return html.Section(
        [lines],
        className="own_listeners",
        role="status",
        hidden=True,
        **data(widget=tile.kind, tile=tile.name),
        **aria(label=texts("told")),
    )
