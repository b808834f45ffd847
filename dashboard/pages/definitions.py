"""What the numbers of people's pages are, by the dictionary; asked for as on walls (assets/js/parts/definitions.js)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.pages.wall.context import Context
from dashboard.pages.wall.views import ROOM
from layouts.texts import catalogue
from layouts.widgets.view import Definition


def definitions_of(metrics: Mapping[str, Sequence[str]], lang: str) -> dict[str, tuple[Definition, ...]]:
    """Tile → definitions of its metrics, in the order in which `metrics` has them. They count the day, or what is now."""
    context = Context(lang, catalogue(lang, ROOM), {})
    return {
        tile: tuple(context.definition(metric, window="day") for metric in shown) for tile, shown in metrics.items()
    }
