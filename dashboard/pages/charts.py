"""What pages with charts carry: Plotly's file, under an address that names its content, and our own styles and scripts.

Plotly is a file by itself, never in a page's bundle: it is large (half a megabyte packed), the same for all pages, and comes only
when a chart is drawn. Pages of forms name `STYLES` and `LIBRARIES`; a live page is a `PageApp` with `has_charts`.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from dashboard.pages import bundle
from dashboard.pages.doors import FILE, Doors

SOURCE: Final = "vendor/plotly/plotly-cartesian.min.js"
ADDRESS: Final = "/assets/plotly.js"
STYLES: Final = ("css/charts/plotly.css", "css/charts/charts.css")
LIBRARIES: Final = (
    "js/base/places.js",
    "js/base/words.js",
    "js/base/formats.js",
    *(f"js/charts/{name}.js" for name in ("tones", "scales", "plotly", "bars", "heat", "table", "chart")),
)
"""For pages of forms, in the order in which they need each other."""

_file = cache(bundle.as_published)


def plotly_address() -> str:
    """Where Plotly's file is; another content has another address."""
    return f"{ADDRESS}?m={bundle.mark_of(SOURCE)}"


def register(doors: Doors) -> None:
    """Mounts the file: it holds nothing of anybody."""
    doors.route(ADDRESS, "plotly", lambda: _file("plotly.js", SOURCE).answer(), FILE)
