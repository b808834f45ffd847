"""How much of a stretch of the past is unknown: the gaps of all switches together, each second once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from dashboard.reports.period import Stretch
from dashboard.reports.room import Look
from dashboard.store.schema import interval_gaps


class Gaps:
    """`spans`: (from, to), apart and in order."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._spans = _apart(spans)

    def seconds(self, stretch: Stretch) -> float:
        """Unknown seconds of a stretch."""
        within = (min(to_ms, stretch.end_ms) - max(from_ms, stretch.start_ms) for from_ms, to_ms in self._spans)
        return sum(ms for ms in within if ms > 0) / 1000


def gaps_of(look: Look, from_ms: int, to_ms: int) -> Gaps:
    """Those that touch a stretch of time."""
    table = interval_gaps.c
    query = select(table.from_ms, table.to_ms).where(
        table.site == look.site, table.from_ms < to_ms, table.to_ms > from_ms
    )
    return Gaps([(int(row.from_ms), int(row.to_ms)) for row in look.connection.execute(query)])


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for from_ms, to_ms in sorted(spans):
        if found and from_ms <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], to_ms)
        else:
            found.append((from_ms, to_ms))
    return found
