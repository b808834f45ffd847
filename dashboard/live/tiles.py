"""The value of each kind of tile: one small pure function of (sight, aim, tile) for each.

Numbers come from the metric registry and nowhere else; here they get a target and a level.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from dashboard.boards import Tile
from dashboard.floor.crew import crew_counts
from dashboard.floor.metrics import REGISTRY, Value
from dashboard.live.asking import How
from dashboard.live.levels import level, service_level_level, wait_level
from dashboard.live.lines import as_number, rounded
from dashboard.live.sight import Aim, Sight
from dashboard.live.values import (
    WORST_FIRST,
    AgentLine,
    AgentStatesValue,
    LongestWaitValue,
    MetricValue,
    Number,
    QueueLine,
    Rows,
    ServiceLevelValue,
    TrendValue,
    WaitingLine,
)

DIGITS = {"ratio": 4, "s": 1, "amount": 2, "per 10,000": 2}
MIXED_FORMULA = "mixed"


def metric(sight: Sight, aim: Aim, tile: Tile) -> MetricValue:
    """A number of the registry, with further ones in small print."""
    name = tile.metric or ""
    found, *further = sight.of_aim((name, *tile.also), aim, How.of(tile))
    shown = _shown(name, found)
    return MetricValue(
        shown,
        level(shown, tile.amber, tile.red, tile.worse),
        tile.target,
        *_gap(found),
        also=_also(tile, further),
    )


def _also(tile: Tile, found: list[Value]) -> dict[str, Number]:
    return {
        name: Number(_shown(name, one), "none", None, *_gap(one)) for name, one in zip(tile.also, found, strict=True)
    }


def _shown(name: str, found: Value) -> float | None:
    number = as_number(found.value)
    return rounded(number, DIGITS.get(REGISTRY[name].unit, 0))


def _gap(found: Value) -> tuple[float, int]:
    """Whole seconds missing. The window's length matters only beside a gap, and then by the minute: it grows all the time."""
    gap_s = round(found.gap_s)
    return (gap_s, max(int(found.window_s // 60 * 60), gap_s)) if gap_s else (0, 0)


def service_level(sight: Sight, aim: Aim, tile: Tile) -> ServiceLevelValue:
    """The service level by the queues' own formula and threshold, or the tile's."""
    names = ("service_level", "answered", "offered", *tile.also)
    found, answered, offered, *further = sight.of_aim(names, aim, How.of(tile))
    (recent,) = sight.of_aim(("service_level",), aim, How.of(tile, "last_30_min"))
    shown = rounded(as_number(found.value), 4)
    target = _target(sight, aim, tile)
    return ServiceLevelValue(
        shown,
        service_level_level(shown, target, tile.amber, tile.red),
        target,
        *_gap(found),
        formula=tile.formula or _common(sight, aim, "formula") or MIXED_FORMULA,
        threshold_s=tile.threshold_s or _common(sight, aim, "threshold_s"),
        last_30_min=rounded(as_number(recent.value), 4),
        answered=int(as_number(answered.value) or 0),
        offered=int(as_number(offered.value) or 0),
        also=_also(tile, further),
    )


def _target(sight: Sight, aim: Aim, tile: Tile) -> float:
    if tile.target is not None:
        return tile.target
    common: float | None = _common(sight, aim, "service_level_target")
    return common if common is not None else sight.floor.settings.default_queue.service_level_target


def _common(sight: Sight, aim: Aim, field: str) -> Any:
    """A setting that all the queues share; None where they differ."""
    found = {getattr(sight.floor.queue_settings(queue), field) for queue in aim.queues}
    if not found:
        return getattr(sight.floor.settings.default_queue, field)
    return found.pop() if len(found) == 1 else None


def longest_wait(sight: Sight, aim: Aim, tile: Tile) -> LongestWaitValue:
    """Since when the oldest visit waits, against the limits of the queue where it waits."""
    oldest = next((caller for caller in sight.waiting() if aim.has_queue(caller.queue)), None)
    if oldest is None:
        return LongestWaitValue(None, None, "none", tile.target)
    limits = sight.floor.queue_settings(oldest.queue)
    amber_s = tile.amber if tile.amber is not None else limits.wait_amber_s
    red_s = tile.red if tile.red is not None else limits.wait_red_s
    return LongestWaitValue(
        oldest.since_ms,
        oldest.queue,
        wait_level(oldest.since_ms, sight.now_ms, amber_s, red_s),
        tile.target if tile.target is not None else red_s or None,
    )


def agent_states(sight: Sight, aim: Aim, tile: Tile) -> AgentStatesValue:  # noqa: ARG001 — a kind's signature
    """How many agents are in which state; the states are a partition of those who are staffed."""
    if not aim.by_team and (aim.by_queue or not sight.sees_beyond_queues):
        counts = dict(crew_counts(sight.floor, aim.queues_asked, sight.now_ms))
    else:
        counts = dict(sight.staffing(aim).counts)
    staffed = sum(counts.values())
    return AgentStatesValue(staffed, counts, max(len(aim.agents) - staffed, 0))


def queue_table(sight: Sight, aim: Aim, tile: Tile) -> Rows[QueueLine]:
    """One row per queue, worst first: red before amber, then who waits longest, then the queue's id."""

    def urgency(line: QueueLine) -> tuple[int, int, str]:
        return WORST_FIRST[line.level], line.oldest or sight.now_ms, line.id

    lines = sorted((sight.queue_line(queue, tile) for queue in aim.queues), key=urgency)
    return Rows(lines[: tile.rows or None])


def waiting_callers(sight: Sight, aim: Aim, tile: Tile) -> Rows[WaitingLine]:
    """One row per waiting caller, oldest first; of a long queue only as many are looked at as are shown."""
    callers = (caller for caller in sight.waiting() if aim.has_queue(caller.queue))
    return Rows(sight.waiting_line(caller) for caller in islice(callers, tile.rows or None))


def agents(sight: Sight, aim: Aim, tile: Tile) -> Rows[AgentLine]:
    """One row per agent: by team, staff number, name."""
    lines = (line for agent in aim.agents if (line := _agent_in(sight, agent, tile)) is not None)
    return Rows(list(lines)[: tile.rows or None])


def fresh_agents(
    sight: Sight, aim: Aim, tile: Tile, shown: Rows[AgentLine]
) -> tuple[dict[str, AgentLine | None], list[str] | None]:
    """The rows that may have changed, and the whole order if somebody came or the order itself is another."""
    fresh = {agent: _agent_in(sight, agent, tile) if agent in aim.agent_set else None for agent in sight.moved.agents}
    came = any(line is not None and agent not in shown.by_id for agent, line in fresh.items())
    if not came and not sight.moved.order:
        return fresh, None
    gone = {agent for agent, line in fresh.items() if line is None}
    stays = (shown.by_id.keys() | fresh.keys()) - gone
    return fresh, [agent for agent in aim.agents if agent in stays]


def _agent_in(sight: Sight, agent: str, tile: Tile) -> AgentLine | None:
    line = sight.agent_line(agent)
    return None if line is None or (line.state == "signed_out" and not tile.signed_out) else line


def trend(sight: Sight, aim: Aim, tile: Tile) -> TrendValue:
    """The business day so far, interval by interval."""
    found = sight.intervals(aim)
    return TrendValue(
        found[0].start_ms,
        sight.floor.settings.interval_min * 60,
        offered=[one.offered for one in found],
        answered=[one.answered for one in found],
        abandoned=[one.abandoned for one in found],
        sl=[rounded(one.service_level, 4) for one in found],
        gap_s=[round(one.gap_s) for one in found],
        target=_target(sight, aim, tile),
    )
