"""Rows of the keyed lists: one agent, one queue, one waiting caller, as one viewer may see them.

Pure functions of a sight. Whoever works for a queue outside the viewer's scope shows as "busy elsewhere", without that
queue and without the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.boards import Tile
from dashboard.floor.agent_view import AgentNow, agent_view
from dashboard.floor.metrics import values
from dashboard.floor.waiting import Waiting
from dashboard.live.asking import How
from dashboard.live.levels import service_level_level, wait_level, worst
from dashboard.live.values import AgentLine, QueueLine, WaitingLine

if TYPE_CHECKING:
    from dashboard.live.sight import Sight

BUSY = frozenset({"talking", "holding", "ringing", "wrapping_up"})
BUSY_ELSEWHERE = "busy_elsewhere"
QUEUE_METRICS = ("service_level", "waiting", "offered", "answered", "abandoned", "agents_available")
AGENT_METRICS = ("calls_handled", "calls_missed", "aht", "talk", "occupancy")


def agent_line(sight: Sight, agent: str) -> AgentLine | None:
    """One agent's row; None for who is unknown. `talk` and `occupancy` are as of the row's computing."""
    now = agent_view(sight.floor, agent, sight.now_ms)
    if now is None:
        return None
    own = sight.floor.settings.agents.get(agent)
    over_day = values(sight.floor, AGENT_METRICS, agents=(agent,), window="day", now_ms=sight.now_ms)
    calls, missed, aht, talk, occupancy = (as_number(over_day[metric].value) for metric in AGENT_METRICS)
    is_elsewhere = now.state in BUSY and not sight.viewer.scope.has_queue(now.queue)
    return AgentLine(
        id=agent,
        name=now.name,
        staff=own.staff_number if own else "",
        team=own.team if own else "",
        state=BUSY_ELSEWHERE if is_elsewhere else now.state,
        since=now.since_ms,
        reason=now.reason,
        queue=None if is_elsewhere else now.queue,
        number=None if is_elsewhere else sight.viewer.number(now.number),
        limit_at=_limit_at(sight, now),
        partly=now.partly,
        calls=int(calls or 0),
        missed=int(missed or 0),
        aht=rounded(aht, 1),
        talk=rounded(talk, 0) or 0,
        occupancy=rounded(occupancy, 3),
    )


def _limit_at(sight: Sight, now: AgentNow) -> int | None:
    """When the state has lasted as long as it should: the pause reason's own limit, else that of the state."""
    settings = sight.floor.settings
    limit_s = settings.state_limits_s.get(now.state, 0)
    if now.state == "paused" and now.reason in settings.pause_reasons:
        limit_s = settings.pause_reasons[now.reason].limit_s or limit_s
    return now.since_ms + limit_s * 1000 if limit_s else None


def queue_line(sight: Sight, queue: str, tile: Tile) -> QueueLine:
    """One queue's row, by the tile's formula, threshold, target and limits or the queue's own."""
    settings = sight.floor.queue_settings(queue)
    target = tile.target if tile.target is not None else settings.service_level_target
    service_level, *counts = (as_number(one.value) for one in sight.values(QUEUE_METRICS, (queue,), None, How.of(tile)))
    waiting, offered, answered, abandoned, available = (int(count or 0) for count in counts)
    known = sight.floor.queues.get(queue)
    oldest = min(known.waiting.values(), default=None) if known is not None else None
    service_level = rounded(service_level, 4)
    of_wait = wait_level(oldest, sight.now_ms, settings.wait_amber_s, settings.wait_red_s)
    of_service = service_level_level(service_level, target, tile.amber, tile.red)
    return QueueLine(
        id=queue,
        waiting=waiting,
        oldest=oldest,
        sl=service_level,
        level=worst(of_wait, of_service),
        wait_level=of_wait,
        sl_level=of_service,
        available=available,
        offered=offered,
        answered=answered,
        abandoned=abandoned,
    )


def waiting_line(sight: Sight, caller: Waiting) -> WaitingLine:
    """One waiting caller's row."""
    settings = sight.floor.queue_settings(caller.queue)
    return WaitingLine(
        id=caller.key,
        queue=caller.queue,
        number=sight.viewer.number(caller.number),
        since=caller.since_ms,
        ringing=caller.is_ringing,
        level=wait_level(caller.since_ms, sight.now_ms, settings.wait_amber_s, settings.wait_red_s),
    )


def as_number(value: float | str | None) -> float | None:
    """A metric's value where words are not expected."""
    return None if isinstance(value, str) else value


def rounded(value: float | None, digits: int) -> float | None:
    """No more digits than anybody reads: fewer bytes, and no patch for the hundredth of a second."""
    return None if value is None else round(value, digits)
