"""On which side a number gets worse, metric by metric: where limits, targets and scores leave it open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from collectors.events import MeasureSettings

Worse = Literal["above", "below"]

LESS_IS_WORSE: Final = frozenset(
    {
        "agents_staffed",
        "agents_available",
        "agents_talking",
        "answered",
        "service_level",
        "service_level_live",
        "answer_rate",
        "calls_handled",
        "calls_served",
        "served_rate",
        "calls_dialled",
        "calls_connected",
        "connect_rate",
        "effective_calls",
        "talk_total",
        "own_talk",
        "call_count",
        "talk",
        "available",
        "signed_in",
        "occupancy",
        "utilisation",
        "adherence",
        "conformance",
        "csat",
        "first_contact_resolution",
        "sales",
        "sales_amount",
        "tickets_done_in_time",
        "qa_score",
        "staffing_gap",
    }
)
"""Work done, people there, quality. Of all other metrics (waits, losses, times per call) more is worse."""


CUSTOM: Final = "custom:"
_NONE: Final[Mapping[str, MeasureSettings]] = {}


def worse_side(metric: str, measures: Mapping[str, MeasureSettings] = _NONE) -> Worse:
    """The side of a limit on which this metric is bad. `custom:NAME` is what its declaration (`measures`) says; undeclared: below."""
    if metric.startswith(CUSTOM):
        known = measures.get(metric.removeprefix(CUSTOM))
        return "below" if known is None else known.worse
    return "below" if metric in LESS_IS_WORSE else "above"
