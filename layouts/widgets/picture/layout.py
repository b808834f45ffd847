"""A picture that somebody uploaded; a calm placeholder where there is none, or where it cannot be had."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.picture.view import PictureView
from layouts.widgets.tile import frame, icon


def picture(view: PictureView, texts: Catalogue) -> Component:
    """The code gives the picture its address, and tries again later where it did not come."""
    image = html.Img(alt=view.alt, className=view.fit, hidden=True, **data(part="image"))
    word = texts("picture.broken" if view.address else "picture.none")
    placeholder = html.Div(
        [icon("picture"), html.P(view.alt or word)], className="placeholder", **data(part="placeholder")
    )
    return frame(view.tile, [image, placeholder], address=view.address)
