"""How metrics of the dictionary stand on tiles: their short names, how their values are written, and limits in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dashboard.boards import worse_side
from dashboard.boards.document import Limits
from dashboard.floor.metrics import needed
from dashboard.pages.wall.context import Context
from layouts.small_print import Figure, Format

_FORMAT: Final[dict[str, Format]] = {
    "s": "seconds",
    "ratio": "ratio",
    "time": "time",
    "amount": "amount",
    "per 10,000": "per_10k",
}
"""Unit → format; all others are counted."""


def format_of(metric: str) -> Format:
    """How the values of a metric are written."""
    return _FORMAT.get(needed(metric).unit, "count")


def figures(metrics: Iterable[str], context: Context) -> tuple[Figure, ...]:
    """Metrics in small print or over a column: with names as short as the trade has them."""
    return tuple(Figure(metric, _short(metric, context), format_of(metric)) for metric in metrics)


def _short(metric: str, context: Context) -> str:
    """The short name; the dictionary's where that is short itself."""
    return context.texts.words.get(f"short.{metric}") or context.metric(metric)


def limits_in_words(metric: str, limits: Limits, context: Context) -> str:
    """`目标 80% · 黄 < 80% · 红 < 70%`: what the tile itself sets. Empty where it sets nothing: the queue's own settings count."""
    side = limits.worse or worse_side(metric)
    known = {"target": limits.target, "amber": limits.amber, "red": limits.red}
    parts = []
    for name, value in known.items():
        if value is not None:
            shown = _written(value, format_of(metric))
            parts.append(context.texts(f"limits.{name}", value=shown, side=context.texts(f"limits.{side}")))
    return " · ".join(parts)


def _written(value: float, how: Format) -> str:
    if how == "ratio":
        return f"{value * 100:g}%"
    if how == "seconds":
        minutes, seconds = divmod(round(value), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{value:,g}" if abs(value) < 1e6 else f"{value:,.0f}"
