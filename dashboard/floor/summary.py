"""The whole day in one structure: every metric of every queue and agent, ready for JSON."""

from __future__ import annotations

from typing import Any

from dashboard.floor import counters as c
from dashboard.floor.agent_sums import paused_ms_by_reason
from dashboard.floor.live_query import LiveQuery
from dashboard.floor.metrics import REGISTRY, queue_ids, value
from dashboard.floor.pauses import pauses_of
from dashboard.floor.queue_window import answered_within
from dashboard.floor.service_level import FORMULAS
from dashboard.floor.state import Floor


def summary(floor: Floor, now_ms: int) -> dict[str, dict[str, dict[str, Any]]]:
    """{"queues": {id: {metric id: value}}, "agents": {id: {"name": …, metric id: value}}} over the business day.

    Queues have, besides: `left_otherwise_by_reason`, each `service_level.<formula>` and
    `answered_within_t`. Agents have, besides: `talk_handled`
    (connected seconds of handlings only, holds included), `paused_by_reason` (seconds in the state paused), `pauses` (per queue: seconds
    and [from, to, reason] in epoch seconds, to None while it lasts), `paused_by_queue` and
    `paused_any_queue` (seconds paused in at least one queue,
    whatever the agent did).
    """
    return {
        "queues": {queue: _queue(floor, queue, now_ms) for queue in queue_ids(floor)},
        "agents": {agent: _agent(floor, agent, now_ms) for agent in sorted(floor.agents)},
    }


def _queue(floor: Floor, queue: str, now_ms: int) -> dict[str, Any]:
    out: dict[str, Any] = {
        metric.id: value(floor, metric.id, queues=(queue,), now_ms=now_ms).value
        for metric in REGISTRY.values()
        if "agent" not in metric.scopes or "queue" in metric.scopes
    }
    query = LiveQuery(floor, (queue,), None, "day", now_ms)
    out["left_otherwise_by_reason"] = {
        reason: n for reason, counter in c.LEFT_REASONS.items() if reason != "lost" and (n := query.count(counter))
    }
    out["answered_within_t"] = answered_within(query)
    for formula in FORMULAS:
        level = value(floor, "service_level", queues=(queue,), now_ms=now_ms, formula=formula)
        out[f"service_level.{formula}"] = level.value
    return out


def _agent(floor: Floor, agent_id: str, now_ms: int) -> dict[str, Any]:
    agent = floor.agents[agent_id]
    out: dict[str, Any] = {"name": floor.agent_name(agent_id) or agent_id}
    for metric in REGISTRY.values():
        if "agent" in metric.scopes:
            out[metric.id] = value(floor, metric.id, agents=(agent_id,), now_ms=now_ms).value
    query = LiveQuery(floor, None, (agent_id,), "day", now_ms)
    out["talk_handled"] = query.time(c.A_TALK_S) + query.time(c.A_HOLD_S)
    out["paused_by_reason"] = {
        reason: span_ms / 1000 for reason, span_ms in paused_ms_by_reason(floor, agent, query.span).items()
    }
    out |= pauses_of(floor, agent, query.span)
    return out
