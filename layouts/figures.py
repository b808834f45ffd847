"""How a figure of the dictionary is written where no screen draws it: in messages, on pages that are documents. Pure.

The same as `assets/js/base/formats.js` writes the whole value: durations as 1:05 and 1:02:03, ratios in percent with one decimal, counts
in groups of three (1,234, in both languages). What has no value is a dash, never a 0.
"""

from __future__ import annotations

NONE = "–"


def figure(value: float | None, unit: str) -> str:
    """`unit`: of the metric (`dashboard.floor.metric.Unit`)."""
    if value is None:
        return NONE
    if unit == "s":
        return duration(value)
    if unit == "ratio":
        return f"{value * 100:.1f}%"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.2f}" if unit == "amount" else f"{value:,.1f}"


def duration(seconds: float) -> str:
    """`1:05`, `1:02:03`."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
