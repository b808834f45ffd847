"""The business day's end: counters begin anew, yesterday's are kept, and nothing of before that stays.

Live state is never reset: who talks goes on talking, who waits goes on waiting. Time in a state that runs over the boundary is
booked to both days when it ends.
"""

from __future__ import annotations

from dashboard.floor.arrays import Longs
from dashboard.floor.business import roll_business
from dashboard.floor.calendar import QUARTER_MS, business_day
from dashboard.floor.ledger import roll_agent
from dashboard.floor.state import Agent, Floor, Row


def roll_day(floor: Floor, at_ms: int) -> None:
    """Begin the business day that contains `at_ms`."""
    core, settings = floor.core, floor.settings
    day = business_day(at_ms, settings.time_zone, settings.day_starts_at_min)
    is_next = day.start_ms == core.today.end_ms
    core.yesterday = (
        core.today if is_next else business_day(day.start_ms - 1, settings.time_zone, settings.day_starts_at_min)
    )
    core.today = day
    for queue in floor.queues.values():
        queue.yesterday, queue.today = queue.today if is_next else Row(), Row()
        queue.former = {}
        kept_from = core.yesterday.start_ms // QUARTER_MS
        queue.quarters = {quarter: row for quarter, row in queue.quarters.items() if quarter >= kept_from}
    for agent in floor.agents.values():
        roll_agent(agent)
        if not is_next:
            roll_agent(agent)
    roll_business(core, is_next=is_next)
    _forget(floor, core.yesterday.start_ms, at_ms)
    floor.derived.forget()


def _forget(floor: Floor, before_ms: int, now_ms: int) -> None:
    core, recorder = floor.core, floor.derived.recorder
    for gone in [agent for agent in floor.agents.values() if _is_gone(agent)]:
        if recorder is not None:
            recorder.agent_forgotten(gone, now_ms)
        del floor.agents[gone.id]
    for agent in floor.agents.values():
        agent.pauses = {
            queue: kept for queue, closed in agent.pauses.items() if (kept := _ended_after(closed, before_ms, 3))
        }
    for link in core.links.values():
        link.gaps = _ended_after(link.gaps, before_ms, 2)
    for call in [call for call, visits in core.reentries.items() if visits[-1][0] < before_ms]:
        del core.reentries[call]


def _ended_after(runs: Longs, at_ms: int, width: int) -> Longs:
    kept = Longs("q")
    for i in range(0, len(runs), width):
        if runs[i + 1] >= at_ms:
            kept.extend(runs[i : i + width])
    return kept


def _is_gone(agent: Agent) -> bool:
    is_idle = not (agent.memberships or agent.handlings or agent.offers or agent.own_calls or agent.monitored)
    return is_idle and not agent.listening and not any(agent.yesterday) and not any(agent.today)
