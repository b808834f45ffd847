"""Correcting what time in state was taken for during a gap, once a back-filled fact tells better.

While the link is down an agent stays in the state last known, and the snapshot after the gap ends it. A fact from the switch's
own log moves that boundary: the agent's log and the day's times are rewritten between the fact and the gap's end. The floor as
it is now is not touched, and the parts still add up.
"""

from __future__ import annotations

from collections.abc import Callable

from dashboard.floor.arrays import Longs
from dashboard.floor.axes import reason_place
from dashboard.floor.display import AVAILABLE, HOLDING, PAUSED, RINGING_PHONE, SIGNED_IN, SIGNED_OUT, TALKING
from dashboard.floor.ledger import book_time
from dashboard.floor.state import Agent, Floor, Visit
from dashboard.floor.step import Step


def repaint(
    floor: Floor,
    agent: Agent,
    from_ms: int,
    until_ms: int,
    recode: Callable[[int], int],
    visit: Visit | None = None,
) -> None:
    """Replace each state by `recode` of it between two times, as far as the log reaches. `visit`: what it was for."""
    painted: list[int] = []
    last = len(agent.log) - 1
    for i, segment in enumerate(agent.log):
        start_ms, code = segment >> 8, segment & 255
        end_ms = agent.log[i + 1] >> 8 if i < last else None
        a_ms, b_ms = max(start_ms, from_ms), until_ms if end_ms is None else min(end_ms, until_ms)
        new = recode(code)
        if a_ms >= b_ms or new == code:
            painted.append(segment)
            continue
        if end_ms is None:
            book_time(floor, agent, code, start_ms, b_ms)
        book_time(floor, agent, code, a_ms, b_ms, -1)
        book_time(floor, agent, new, a_ms, b_ms)
        if start_ms < a_ms:
            painted.append(segment)
        painted.append(a_ms << 8 | new)
        if end_ms is None or b_ms < end_ms:
            painted.append(b_ms << 8 | code)
    before, agent.log = agent.log, Longs("q", painted)
    if floor.derived.recorder is not None:
        floor.derived.recorder.states_repainted(agent, before, visit)


def repaint_presence(
    floor: Floor, agent: Agent, at_ms: int, until_ms: int, reason: str | None, *, is_paused: bool
) -> None:
    """A pause or resumption at `at_ms` held until `until_ms`. A pause shows once it holds in every queue."""
    if is_paused and not all(_was_paused(agent, m.queue, at_ms) for m in agent.memberships.values()):
        return
    paused = PAUSED + reason_place(floor, reason)
    if is_paused:
        repaint(floor, agent, at_ms, until_ms, lambda code: paused if code == AVAILABLE or code >= PAUSED else code)
    else:
        repaint(floor, agent, at_ms, until_ms, lambda code: AVAILABLE if code >= PAUSED else code)


def _was_paused(agent: Agent, queue: str, at_ms: int) -> bool:
    closed = agent.pauses.get(queue, ())
    return any(closed[i] <= at_ms < closed[i + 1] for i in range(0, len(closed), 3)) or any(
        m.queue == queue and m.is_paused and m.since_ms <= at_ms for m in agent.memberships.values()
    )


def repaint_handling(step: Step, visit: Visit, agent: Agent, ended_before_ms: int | None) -> None:
    """A handling of the past: talking while it lasted, and no longer than that if a snapshot had to end it."""
    ended_ms = visit.ended_ms or step.at_ms
    idle = AVAILABLE if agent.presence & SIGNED_IN else SIGNED_OUT
    if visit.answered_ms is not None:
        free = {AVAILABLE, RINGING_PHONE, SIGNED_OUT}
        repaint(step.floor, agent, visit.answered_ms, ended_ms, lambda code: TALKING if code in free else code, visit)
    if ended_before_ms is not None and ended_before_ms > ended_ms:
        repaint(step.floor, agent, ended_ms, ended_before_ms, lambda code: idle if code in {TALKING, HOLDING} else code)
