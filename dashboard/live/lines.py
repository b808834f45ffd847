"""Rows of the keyed lists: one agent, one queue, one waiting caller, as one viewer may see them.

Pure functions of a sight. What of an agent may be seen is `dashboard.live.agent_seen`'s to say; numbers are masked here. An
agent's counts of the day are the agent's, over all queues.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from msgspec import structs

from dashboard.access.masking import masked
from dashboard.boards.document import QueueTableTile
from dashboard.floor.metrics import Value, needed
from dashboard.floor.waiting import Waiting
from dashboard.live.agent_seen import AgentSeen, agent_seen
from dashboard.live.asking import How
from dashboard.live.levels import service_level_level, wait_level, worst
from dashboard.live.people import AGENT_METRICS
from dashboard.live.values import AgentLine, DeskAgentLine, Listener, QueueLine, WaitingLine

if TYPE_CHECKING:
    from dashboard.live.sight import Sight

DIGITS = {"ratio": 4, "s": 1, "amount": 2, "per 10,000": 2}
QUEUE_METRICS = ("service_level", "waiting", "offered", "answered", "abandoned", "agents_available")


def agent_line(sight: Sight, agent: str) -> AgentLine | None:
    """One agent's row; None for who is unknown. `talk` and `occupancy` are as of the row's computing."""
    seen = agent_seen(sight, agent)
    if seen is None:
        return None
    own = sight.floor.settings.agents.get(agent)
    over_day = sight.people.day_of(agent, sight.now_ms)
    calls, missed, aht, talk, occupancy = (as_number(over_day[metric].value) for metric in AGENT_METRICS)
    line = AgentLine(
        id=agent,
        name=seen.name,
        staff=own.staff_number if own else "",
        team=sight.team_shown(agent),
        state=seen.state,
        since=seen.since_ms,
        reason=seen.reason,
        queue=seen.queue,
        number=shown_number(seen.number),
        limit_at=_limit_at(sight, seen),
        partly=seen.partly,
        calls=int(calls or 0),
        missed=int(missed or 0),
        aht=rounded(aht, 1),
        talk=rounded(talk, 0) or 0,
        occupancy=rounded(occupancy, 3),
    )
    return line if sight.hearing is None else _desk_line(sight, line, seen)


def _desk_line(sight: Sight, line: AgentLine, seen: AgentSeen) -> DeskAgentLine:
    """The same row with what people need who help."""
    is_own_call = seen.call is not None and seen.queue is None
    against = sight.supervision.barred(line.id, seen.queue if seen.call else None, is_own_call=is_own_call)
    listeners = [
        Listener(one.id if one.is_explained else None, one.account, one.by, one.mode, one.since_ms or 0)
        for one in sight.listeners(line.id)
    ]
    return DeskAgentLine(*structs.astuple(line), seen.call, against, listeners)  # type: ignore[call-arg]  # its own fields come last


def _limit_at(sight: Sight, seen: AgentSeen) -> int | None:
    """When the state has lasted as long as it should: the pause reason's own limit, else that of the state."""
    settings = sight.floor.settings
    limit_s = settings.state_limits_s.get(seen.state, 0)
    if seen.state == "paused" and seen.reason in settings.pause_reasons:
        limit_s = settings.pause_reasons[seen.reason].limit_s or limit_s
    return seen.since_ms + limit_s * 1000 if limit_s and seen.since_ms is not None else None


def queue_line(sight: Sight, queue: str, tile: QueueTableTile, of: Hashable) -> QueueLine:
    """One queue's row, by the tile's formula, threshold, target and limits or the queue's own. `of`: what its level is remembered by."""
    settings = sight.floor.queue_settings(queue)
    limits = tile.limits
    target = limits.target if limits.target is not None else settings.service_level_target
    wanted = tuple(dict.fromkeys((*QUEUE_METRICS, *tile.columns)))
    found = dict(zip(wanted, sight.values(wanted, (queue,), None, How.of(tile)), strict=True))
    service_level, *counts = (as_number(found[metric].value) for metric in QUEUE_METRICS)
    waiting, offered, answered, abandoned, available = (int(count or 0) for count in counts)
    known = sight.floor.queues.get(queue)
    oldest = min(known.waiting.values(), default=None) if known is not None else None
    service_level = rounded(service_level, 4)
    of_wait = wait_level(oldest, sight.now_ms, settings.wait_amber_s, settings.wait_red_s)
    raw = service_level_level(service_level, target, limits.amber, limits.red)
    of_service = sight.shown_level(of, raw, limits).level
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
        values=[
            found[metric].since_ms if is_since(metric) else shown(metric, found[metric]) for metric in tile.columns
        ],
    )


def waiting_line(sight: Sight, caller: Waiting) -> WaitingLine:
    """One waiting caller's row."""
    settings = sight.floor.queue_settings(caller.queue)
    return WaitingLine(
        id=caller.key,
        queue=caller.queue,
        number=shown_number(caller.number),
        since=caller.since_ms,
        ringing=caller.is_ringing,
        level=wait_level(caller.since_ms, sight.now_ms, settings.wait_amber_s, settings.wait_red_s),
    )


def shown_number(number: str | None) -> str | None:
    """The other party's number as screens get it."""
    return None if number is None else masked(number)


def as_number(value: float | str | None) -> float | None:
    """A metric's value where words are not expected."""
    return None if isinstance(value, str) else value


def is_since(metric: str) -> bool:
    """Whether screens get a moment in place of a number."""
    return needed(metric).kind == "since"


def shown(metric: str, found: Value) -> float | None:
    """A figure with no more digits than anybody reads."""
    return rounded(as_number(found.value), DIGITS.get(needed(metric).unit, 0))


def rounded(value: float | None, digits: int) -> float | None:
    """No more digits than anybody reads: fewer bytes, and no patch for the hundredth of a second."""
    return None if value is None else round(value, digits)
