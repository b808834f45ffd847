"""The registry: every metric once, and the one call that all screens, alerts, reports and the API ask.

`value` answers for any set of queues or agents, over any window, from counters; nothing that shows a figure has a formula of
its own. The reference page is made from this registry (`reference.page`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from collectors.events import MeasureSettings, SlFormula
from dashboard.floor import agent_metrics, business_metrics, queue_now, queue_window
from dashboard.floor.business_metrics import custom_metric
from dashboard.floor.directions import CUSTOM
from dashboard.floor.live_query import LiveQuery
from dashboard.floor.metric import Answer, Metric
from dashboard.floor.query import Query
from dashboard.floor.state import Floor
from dashboard.floor.windows import WindowError

__all__ = [
    "REGISTRY",
    "Metric",
    "UnknownMetric",
    "Value",
    "WindowError",
    "agent_ids",
    "evaluated",
    "figure",
    "known",
    "needed",
    "queue_ids",
    "team_agents",
    "value",
    "values",
]

_NO_MEASURES: Final[Mapping[str, MeasureSettings]] = {}
REGISTRY: Final[dict[str, Metric]] = {
    metric.id: metric
    for metric in (*queue_now.METRICS, *queue_window.METRICS, *agent_metrics.METRICS, *business_metrics.METRICS)
}


class UnknownMetric(KeyError):  # noqa: N818 (the name says what is wrong)
    """No metric has this id."""


class Value(msgspec.Struct, frozen=True, gc=False):
    """A figure. `value` None is "–". `gap_s`: unknown seconds within the window of `window_s`; both 0 for what is now.
    `since_ms`: for values that grow with time, the moment they count from. It can lead to nothing that leads back to it, and a report
    has hundreds of thousands: collecting garbage passes them by."""

    value: float | str | None
    gap_s: float = 0
    window_s: float = 0
    since_ms: int | None = None


def value(
    floor: Floor,
    metric_id: str,
    *,
    queues: Iterable[str] | None = None,
    agents: Iterable[str] | None = None,
    window: str = "day",
    now_ms: int,
    formula: SlFormula | None = None,
    threshold_s: int | None = None,
) -> Value:
    """One metric of a set of queues or agents at `now_ms`.

    `queues` None: all; `agents` None: for a queue's metric its queues' crew, for an agent's metric all agents. A metric that
    both have is the agents' if `agents` is given. `formula` and `threshold_s` replace each queue's own. Raises
    `UnknownMetric` or `WindowError`.
    """
    return figure(needed(metric_id), LiveQuery(floor, queues, agents, window, now_ms, formula, threshold_s))


def values(
    floor: Floor,
    metric_ids: Iterable[str],
    *,
    queues: Iterable[str] | None = None,
    agents: Iterable[str] | None = None,
    window: str = "day",
    now_ms: int,
) -> dict[str, Value]:
    """Several metrics of one set at once: `value` of each, at less cost than asking one by one."""
    query = LiveQuery(floor, queues, agents, window, now_ms)
    return {metric_id: figure(needed(metric_id), query) for metric_id in metric_ids}


def evaluated(metric_id: str, query: Query) -> Value:
    """One metric of a question that is there already: of the floor, or of half-hours of the past. Raises `UnknownMetric`."""
    return figure(needed(metric_id), query)


def figure(metric: Metric, query: Query) -> Value:
    """The same of a metric that was looked up: for who asks it of thousands."""
    result = metric.evaluate(query)
    since_ms = None
    if isinstance(result, Answer):
        since_ms, result = result.since_ms, result.value
    if metric.basis in {"now", "business"}:
        return Value(result, since_ms=since_ms)
    return Value(result, query.gap_s(), query.window_s(), since_ms)


def known(metric_id: str, measures: Mapping[str, MeasureSettings] = _NO_MEASURES) -> Metric | None:
    """The metric of that id: of the registry, or of a custom measure (`custom:<name>`), whether the site declares it or not.
    `measures`: the site's own, for their names."""
    found = REGISTRY.get(metric_id)
    if found is not None:
        return found
    declared = measures.get(metric_id.removeprefix(CUSTOM))
    return custom_metric(metric_id) if declared is None else custom_metric(metric_id, declared)


def needed(metric_id: str, measures: Mapping[str, MeasureSettings] = _NO_MEASURES) -> Metric:
    """The same. Raises `UnknownMetric`."""
    found = known(metric_id, measures)
    if found is None:
        raise UnknownMetric(f"no metric is called {metric_id!r}")
    return found


def queue_ids(floor: Floor) -> list[str]:
    """Every queue that the switches or the settings name, in order."""
    return sorted({*floor.queues, *floor.settings.queues})


def agent_ids(floor: Floor) -> list[str]:
    """Every agent that the floor knows, in order."""
    return sorted(floor.agents)


def team_agents(floor: Floor, team: str) -> list[str]:
    """The agents of a team and of the teams below it, in order."""
    teams = {team}
    children = floor.settings.teams
    while below := {child for child, settings in children.items() if settings.parent in teams} - teams:
        teams |= below
    return sorted(agent for agent, settings in floor.settings.agents.items() if settings.team in teams)
