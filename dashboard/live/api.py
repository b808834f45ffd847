"""The live HTTP API's answers: the floor as JSON, with the stream position that it is true for.

Pure functions of a sight and a question. Times are epoch ms, durations seconds, ratios 0–1, `null` is "no value". A request
never costs more than `MOST_AGENTS` agents' metrics, so that no answer holds up the screens; longer lists come in pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, get_args

import msgspec

from collectors.events import SlFormula
from dashboard.floor.directions import CUSTOM
from dashboard.floor.metrics import REGISTRY, Metric, Value, known, needed
from dashboard.floor.windows import WindowError, span_of
from dashboard.live import views
from dashboard.live.asking import How
from dashboard.live.http import ApiError, Target
from dashboard.live.lines import agent_line
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.tiles.rest_quota import rest_quota
from dashboard.live.tiles.staff import agent_states

MOST_AGENTS = 100
"""Agents in one answer with metrics."""

MOST_ROWS = 500
"""Agents in one answer of rows only."""


MOST_THRESHOLD_S = 3600
FORMULAS: tuple[SlFormula, ...] = get_args(SlFormula)


@dataclass(frozen=True, slots=True)
class Question:
    """What a request asks about, checked."""

    aim: Aim
    how: How
    metrics: tuple[str, ...]
    agents: tuple[str, ...]
    limit: int
    offset: int


_HOW = frozenset({"after", "window", "formula", "threshold_s"})

PARAMETERS: dict[str, frozenset[str]] = {
    "floor": _HOW | {"queue", "team"},
    "queues": _HOW | {"queue", "metric"},
    "agents": _HOW | {"queue", "team", "metric", "limit", "offset"},
    "metrics": _HOW | {"queue", "team", "agent", "metric"},
}
"""What each path understands; anything else is refused, so that a misspelt filter is no silent "all"."""


def question(sight: Sight, name: str, target: Target) -> Question:
    """Raises `ApiError` (400) with a sentence for what cannot be asked."""
    for parameter in target.parameters:
        if parameter not in PARAMETERS[name]:
            there = ", ".join(sorted(PARAMETERS[name]))
            raise _bad(f"/api/v1/{name} has no parameter {parameter!r}; it has {there}.")
    window = target.one("window") or "day"
    try:
        span_of(sight.floor, window, sight.now_ms)
    except WindowError as error:
        raise _bad(f"{error}.") from None
    asked_metrics = target.parameters.get("metric", ())
    for metric in asked_metrics:
        if known(metric) is None:
            raise _bad(f"There is no metric {metric!r}; /api/v1/metrics lists all.")
    check_scope(sight, target)
    most = MOST_AGENTS if asked_metrics else MOST_ROWS
    aim = sight.aim_at(target.parameters.get("queue", ()), target.parameters.get("team", ()))
    return Question(
        aim,
        How(window, _formula(target), _threshold_s(target)),
        asked_metrics,
        _visible_agents(aim, target.parameters.get("agent", ())),
        target.whole("limit", most, most),
        target.whole("offset", 0, 1_000_000),
    )


def _formula(target: Target) -> SlFormula | None:
    asked = target.one("formula")
    if asked is None:
        return None
    found = next((formula for formula in FORMULAS if formula == asked), None)
    if found is None:
        raise _bad(f"There is no formula {asked!r}; there are {', '.join(FORMULAS)}.")
    return found


def _threshold_s(target: Target) -> int | None:
    """At least a second; `Target.whole` says what is wrong with the rest."""
    if target.one("threshold_s") is None:
        return None
    found = target.whole("threshold_s", 0, MOST_THRESHOLD_S)
    if not found:
        raise _bad(f"threshold_s is a number of seconds from 1 to {MOST_THRESHOLD_S}.")
    return found


class OutOfScope(ApiError):  # noqa: N818 — the field's word
    """Somebody asked about what they may not see. `target`: what it was, for the audit line."""

    def __init__(self, kind: str, target: str) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, "denied", f"You may not see this {kind}.")
        self.kind = kind
        self.target = target


def check_scope(sight: Sight, target: Target) -> None:
    """Raises `OutOfScope` for the first queue, team or agent that is out of scope: it may exist or not."""
    scope = sight.scope
    if scope.is_everything:
        return
    is_seen = {"queue": scope.has_queue, "team": scope.has_team, "agent": sight.sees_agent}
    for kind, may_see in is_seen.items():
        for asked in target.parameters.get(kind, ()):
            if not may_see(asked):
                raise OutOfScope(kind, asked)


def _visible_agents(aim: Aim, wanted: tuple[str, ...]) -> tuple[str, ...]:
    for agent in wanted:
        if agent not in aim.agent_set:
            raise ApiError(HTTPStatus.NOT_FOUND, "unknown_agent", f"There is no agent {agent!r} on this floor.")
    return wanted


def floor(sight: Sight, asked: Question) -> dict[str, Any]:
    """Links, agents by state, and every metric that a set of queues has."""
    names = [metric.id for metric in REGISTRY.values() if not _WORDLESS.isdisjoint(metric.scopes)]
    return {
        "site": sight.floor.site,
        "links": views.links(sight.floor, sight.now_ms),
        "agents": agent_states(sight, asked.aim),
        "resting": list(rest_quota(sight, asked.aim)),
        "metrics": _of_aim(sight, names, asked),
    }


def queues(sight: Sight, asked: Question) -> dict[str, Any]:
    """Each queue with its metrics."""
    names = asked.metrics or [metric.id for metric in REGISTRY.values() if "queue" in metric.scopes]
    return {"queues": {queue: _values(sight, names, asked, (queue,), None) for queue in asked.aim.queues}}


def agents(sight: Sight, asked: Question) -> dict[str, Any]:
    """A page of agents as they are now, each with the metrics that were asked for. `total`: of all pages."""
    page = asked.aim.agents[asked.offset : asked.offset + asked.limit]
    rows = []
    for agent in page:
        row = msgspec.to_builtins(agent_line(sight, agent))
        if asked.metrics:
            row["metrics"] = _values(sight, asked.metrics, asked, asked.aim.queues_asked, (agent,))
        rows.append(row)
    return {"total": len(asked.aim.agents), "offset": asked.offset, "agents": rows}


def metrics(sight: Sight, asked: Question) -> dict[str, Any]:
    """The registry and the site's own measures, with the value of each over what was asked about."""
    measures = sight.floor.settings.measures
    names = tuple(asked.metrics or (*REGISTRY, *(CUSTOM + name for name in measures)))
    figures = (
        _values(sight, names, asked, asked.aim.queues_asked, asked.agents)
        if asked.agents
        else _of_aim(sight, names, asked)
    )
    return {"metrics": {name: figure | _meaning(needed(name, measures)) for name, figure in figures.items()}}


def _meaning(metric: Metric) -> dict[str, Any]:
    return {
        "unit": metric.unit,
        "kind": metric.kind,
        "basis": metric.basis,
        "scopes": metric.scopes,
        "names": metric.names,
        "definitions": metric.definitions,
        "formula": metric.formula,
    }


ANSWERS: dict[str, Callable[[Sight, Question], dict[str, Any]]] = {
    "floor": floor,
    "queues": queues,
    "agents": agents,
    "metrics": metrics,
}
_WORDLESS = frozenset({"queue", "floor"})


def _of_aim(sight: Sight, names: Iterable[str], asked: Question) -> dict[str, Any]:
    """Figures by metric of what was asked about."""
    wanted = tuple(names)
    numbers = sight.of_aim(wanted, asked.aim, asked.how)
    return {name: _figure(number) for name, number in zip(wanted, numbers, strict=True)}


def _values(
    sight: Sight,
    names: Iterable[str],
    asked: Question,
    of_queues: tuple[str, ...] | None,
    of_agents: tuple[str, ...] | None,
) -> dict[str, Any]:
    """Figures by metric; agents narrow only what is counted by agent."""
    by_agent = {name: "agent" in needed(name).scopes for name in names}
    found: dict[str, Any] = {}
    for is_by_agent, agents in ((True, of_agents), (False, None)):
        group = [name for name, is_theirs in by_agent.items() if is_theirs == is_by_agent]
        numbers = sight.values(group, of_queues, agents, asked.how)
        found |= {name: _figure(number) for name, number in zip(group, numbers, strict=True)}
    return {name: found[name] for name in by_agent}


def _figure(number: Value) -> dict[str, Any]:
    figure: dict[str, Any] = {"value": number.value}
    if number.gap_s:
        figure |= {"gap_s": number.gap_s, "window_s": number.window_s}
    if number.since_ms is not None:
        figure["since"] = number.since_ms
    return figure


def _bad(sentence: str) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, "bad_parameter", sentence)
