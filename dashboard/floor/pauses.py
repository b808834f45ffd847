"""Pauses as presence sees them: per queue, whatever the agent did meanwhile."""

from __future__ import annotations

from typing import Any

from dashboard.floor.state import Agent, Floor
from dashboard.floor.windows import Span


def pauses_of(floor: Floor, agent: Agent, span: Span) -> dict[str, Any]:
    """Pauses of one agent, open ones up to the span's end.

    `pauses`: {queue: {"seconds", "intervals": [[from, to, reason]]}}; `paused_by_queue`: the seconds alone;
    `paused_any_queue`: seconds of their union.
    """
    pauses: dict[str, Any] = {}
    every: list[tuple[int, int]] = []
    for queue, intervals in _intervals(floor, agent).items():
        mine = [(a, b, reason) for a, b, reason in intervals if a < span.end_ms and (b is None or b > span.start_ms)]
        if not mine:
            continue
        clipped = [(max(a, span.start_ms), min(b or span.end_ms, span.end_ms)) for a, b, _ in mine]
        every += clipped
        pauses[queue] = {
            "seconds": sum(b - a for a, b in clipped) / 1000,
            "intervals": [[a / 1000, None if b is None else b / 1000, reason] for a, b, reason in mine],
        }
    by_queue = {queue: found["seconds"] for queue, found in pauses.items()}
    return {"pauses": pauses, "paused_by_queue": by_queue, "paused_any_queue": _union_ms(every) / 1000}


def _intervals(floor: Floor, agent: Agent) -> dict[str, list[tuple[int, int | None, str]]]:
    found: dict[str, list[tuple[int, int | None, str]]] = {}
    for queue, closed in agent.pauses.items():
        for i in range(0, len(closed), 3):
            if closed[i] < closed[i + 1]:
                found.setdefault(queue, []).append((closed[i], closed[i + 1], floor.reasons[closed[i + 2]]))
    for membership in agent.memberships.values():
        if membership.is_paused:
            found.setdefault(membership.queue, []).append((membership.since_ms, None, membership.reason or ""))
    for intervals in found.values():
        intervals.sort(key=lambda interval: interval[0])
    return found


def _union_ms(spans: list[tuple[int, int]]) -> int:
    total_ms, covered_ms = 0, 0
    for a_ms, b_ms in sorted(spans):
        total_ms += max(b_ms - max(a_ms, covered_ms), 0)
        covered_ms = max(covered_ms, b_ms)
    return total_ms
