"""On which side a number gets worse, metric by metric: where a board's limits leave it open."""

from __future__ import annotations

from typing import Final

from dashboard.boards.document import Worse

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
        "calls_dialled",
        "calls_connected",
        "connect_rate",
        "effective_calls",
        "talk_total",
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


def worse_side(metric: str) -> Worse:
    """The side of a limit on which this metric is bad."""
    return "below" if metric in LESS_IS_WORSE else "above"


def is_beyond(value: float, limit: float, worse: Worse) -> bool:
    """Whether a number is at a limit, or on its bad side."""
    sign = 1 if worse == "above" else -1
    return value * sign >= limit * sign
