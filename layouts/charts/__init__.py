"""Charts: what is drawn, as a document that the page's code reads (assets/js/charts), and its place in a page."""

from layouts.charts.document import Bars, Chart, Heat, Series, Target, document_of
from layouts.charts.place import ChartView, chart, live_chart

__all__ = [
    "Bars",
    "Chart",
    "ChartView",
    "Heat",
    "Series",
    "Target",
    "chart",
    "document_of",
    "live_chart",
]
