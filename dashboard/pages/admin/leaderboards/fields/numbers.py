"""Numbers as people write them: ratios in percent, everything else in the metric's own unit."""

from __future__ import annotations

from dashboard.floor.metrics import known
from dashboard.refusal import Refused


def is_ratio(metric: str) -> bool:
    """Whether people read and write it in percent."""
    found = known(metric)
    return found is not None and found.unit == "ratio"


def shown(value: float, metric: str) -> str:
    """A number as people write it: ratios in percent."""
    return f"{value * 100 if is_ratio(metric) else value:.10g}"


def number_of(typed: str, metric: str, field: str = "value") -> float | None:
    """What a person wrote, in the metric's own unit; None for nothing. Raises `Refused`."""
    plain = typed.replace(",", "").replace("，", "").rstrip("%％ ").strip()
    if not plain:
        return None
    try:
        return round(float(plain) / (100 if is_ratio(metric) else 1), 9)
    except ValueError:
        raise Refused("leaderboards.refused.number", field) from None
