"""Which reports there are: what each may be asked for, and what it shows if nobody says otherwise. A table.

Names and one sentence each: `reports.name.<id>`, `reports.about.<id>`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from dashboard.reports.period import Step
from dashboard.reports.question import Each

ReportId = Literal["queues", "agents", "states", "missed", "abandoned", "flow", "outbound", "heat", "monitoring"]

_COARSE: Final[tuple[Step, ...]] = ("total", "day", "week", "month")


@dataclass(frozen=True, slots=True)
class Kind:
    """`steps`, `each`: what may be chosen, the usual first; none: no choice. `filters`: which of queue, team, agent narrow it.
    `has_formula`: service levels are in it. `metrics`: of a heat map, the usual first. `is_list`: single facts, in pages."""

    id: ReportId
    steps: tuple[Step, ...] = ()
    each: tuple[Each, ...] = ()
    filters: tuple[Literal["queue", "team", "agent"], ...] = ()
    has_formula: bool = False
    metrics: tuple[str, ...] = ()
    is_list: bool = False
    needs_monitoring: bool = False


HEAT_METRICS: Final = (
    "offered", "answered", "abandoned", "service_level", "abandon_rate", "answer_rate", "asa", "aht", "missed_offers",
)  # fmt: skip

CATALOGUE: Final[dict[str, Kind]] = {
    kind.id: kind
    for kind in (
        Kind(
            "queues",
            ("day", "interval", "hour", "week", "month", "total"),
            ("all", "queue"),
            ("queue",),
            has_formula=True,
        ),
        Kind("agents", _COARSE, ("agent", "team", "all"), ("queue", "team", "agent")),
        Kind(
            "states", ("total", "interval", "hour", "day", "week", "month"), ("agent", "team", "all"), ("team", "agent")
        ),
        Kind("missed", (), (), ("queue", "team", "agent"), is_list=True),
        Kind("abandoned", (), (), ("queue",), is_list=True),
        Kind("flow", (), (), ("queue",), is_list=True),
        Kind("outbound", _COARSE, ("agent", "team", "all"), ("team", "agent")),
        Kind("heat", (), (), ("queue",), has_formula=True, metrics=HEAT_METRICS),
        Kind("monitoring", (), (), ("agent",), is_list=True, needs_monitoring=True),
    )
}
