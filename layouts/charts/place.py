"""Where a chart stands: in a document with what it shows, or on a live page, where a widget hands it on.

The code finds there the address of Plotly's file, which it fetches when the first chart is drawn, and the words that a chart says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import htpy as h
from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.charts.document import Chart, document_of
from layouts.texts import Catalogue

WORDS = ("chart.", "unit.")
"""Beginnings of the words that the code of charts says: of the room `charts`, and of every page."""


@dataclass(frozen=True, slots=True)
class ChartView:
    """`plotly`: the address of its file. `zone`: the site's, as an IANA name."""

    chart: Chart
    plotly: str
    zone: str


def chart(view: ChartView, texts: Catalogue, class_name: str = "") -> h.Element:
    """A chart in a document; the styles and scripts of charts must be on the page. `texts`: with the room `charts`. Without a script
    nothing stands here, so its numbers must stand beside it."""
    words = {name: text for name, text in texts.words.items() if name.startswith(WORDS)}
    return h.div(
        class_=f"chart-place {class_name}".strip(),
        lang=texts.lang,
        data_chart=_json(document_of(view.chart)),
        data_words=_json(words),
        data_plotly=view.plotly,
        data_zone=view.zone,
    )


def live_chart(part: str, plotly: str) -> Component:
    """A chart whose widget draws it: its part of that name is given to `floorwatch.charts.Chart`. Its words must be among the page's."""
    return html.Div(className="chart-place", **data(part=part, plotly=plotly))


def _json(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
