"""How docs/boards.md says that numbers are written, said a second time: what must stand on a wall for a value of the API."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import floor
from typing import Final
from zoneinfo import ZoneInfo

from dashboard.floor.metrics import REGISTRY

NO_VALUE: Final = "–"
FINE_BELOW: Final = 0.0995


def written(
    metric: str, value: float | None, *, now_ms: int, zone: str = "Asia/Shanghai", target: float | None = None
) -> str:
    """The whole way of writing, in Chinese. `value` of a metric that is a moment: epoch, ms."""
    if value is None:
        return NO_VALUE
    match REGISTRY[metric].unit:
        case "time":
            return f"{datetime.fromtimestamp(value / 1000, UTC).astimezone(ZoneInfo(zone)):%H:%M}"
        case "s":
            return duration((now_ms - value) / 1000 if REGISTRY[metric].kind == "since" else value)
        case "ratio":
            return ratio(value, target)
        case "per 10,000":
            return f"{rounded(value, 1)}/万"
        case "amount" if abs(value) < 1000 and value != floor(value):
            return str(rounded(value, 2))
        case _:
            return f"{rounded(value, 0):,}"


def duration(seconds: float) -> str:
    """1:02:03, 12:34, 0:07."""
    minutes, left = divmod(max(0, floor(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def ratio(value: float, target: float | None = None) -> str:
    """Percent; short of its target it is never rounded up to it."""
    if 0 < value < FINE_BELOW:
        return f"{rounded(value * 100, 1)}%"
    percent = int(rounded(value * 100, 0))
    if target is not None and value < target <= percent / 100:
        percent = floor(value * 100)
    return f"{percent}%"


def rounded(value: float, digits: int) -> Decimal:
    """Halves go up, as people round."""
    return Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
