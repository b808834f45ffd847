"""A caller's visit to a queue: joining, offers, and the one way in which it stops waiting.

Every change of a visit's outcome goes through `conclude`, which takes the old outcome's facts back and books the new ones, so
that offered = answered + abandoned + left otherwise + lost + still waiting holds after every event. Facts of basis J are booked
at the time the visit joined; while that is unknown (the link was down, and the switch does not say) the visit is live but
counted nowhere.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

from collectors.events import (
    CallerMoved,
    CallerRefused,
    LeftReason,
    OfferEnded,
    OfferOutcome,
    OfferStarted,
    QueueAbandoned,
    QueueEntered,
    QueueLeft,
    QueueLeftExplained,
)
from dashboard.floor import counters as c
from dashboard.floor.axes import activity_changed
from dashboard.floor.ledger import LONGEST_S, book, book_agent, negated
from dashboard.floor.repeat_callers import visited_before
from dashboard.floor.state import Agent, Floor, Outcome, Visit
from dashboard.floor.step import Step

REMEMBERED_MS: Final = 300_000
"""How long a visit that is over is remembered, so that a late fact about it is known as such."""
UNEXPLAINED_MS: Final = 7_200_000
"""The same for visits whose end nobody saw: a back-fill may still tell."""

_OFFER_COUNTERS: Final[dict[OfferOutcome, tuple[int, int]]] = {
    "missed": (c.MISSED, c.A_MISSED),
    "rejected": (c.REJECTED, c.A_REJECTED),
}


def outcome_facts(visit: Visit) -> tuple[int, ...]:
    """What a visit adds to the counters of the time it joined, besides having been offered."""
    wait_s = visit.wait_s
    if visit.outcome == "answered":
        return (c.ANSWERED, 1) if wait_s is None else (
            c.ANSWERED, 1, c.WAIT_ANSWERED_S, wait_s, c.WAITED_ANSWERED, wait_s,
        )  # fmt: skip
    if visit.outcome == "abandoned":
        rang = int(visit.rang_at_end)
        return (c.ABANDONED, 1, c.ABANDONED_RINGING, rang) if wait_s is None else (
            c.ABANDONED, 1, c.ABANDONED_RINGING, rang, c.WAIT_ABANDONED_S, wait_s, c.WAITED_ABANDONED, wait_s,
        )  # fmt: skip
    if visit.outcome == "left":
        counter = c.LEFT_REASONS[visit.reason or "unknown"]
        return (counter, 1) if wait_s is None else (counter, 1, c.WAITED_LEFT, wait_s)
    return ()


def joined(step: Step, visit: Visit, joined_ms: int) -> None:
    """The visit's joining became known: count it, and what it has come to."""
    step.visit_changed(visit)
    visit.joined_ms = joined_ms
    queue = step.queue(visit.queue)
    if visit.key in queue.waiting:
        queue.waiting[visit.key] = joined_ms
    if visit.visit == 1 and visit.number and visited_before(step.floor.core, visit.number, joined_ms):
        visit.is_repeat = True
    facts = (c.OFFERED, 1, c.REPEAT, 1) if visit.is_repeat else (c.OFFERED, 1)
    book(step.floor, queue, joined_ms, facts + outcome_facts(visit))


def open_visit(step: Step, queue: str, call: str, number: int, key: str) -> Visit:
    """A visit heard of for the first time. It waits, unless the entry is about the past: then how it ended is unknown."""
    visit = Visit(key, step.switch, step.boot, call, number, step.queue(queue).id, step.at_ms)
    step.floor.visits[key] = visit
    step.visit_changed(visit)
    if step.is_past:
        visit.outcome, visit.reason = "left", "unknown"
        forget_later(step, visit)
    else:
        make_waiting(step, visit)
    if number > 1:
        _note_reentry(step, visit)
    return visit


def make_waiting(step: Step, visit: Visit) -> None:
    """The visit waits now, as far as the floor knows."""
    visit.live = True
    step.queue(visit.queue).waiting[visit.key] = visit.joined_ms or visit.seen_ms
    step.changes.waiting = True


def _note_reentry(step: Step, visit: Visit) -> None:
    """A call's second or later queue: a flow between queues, and still one contact."""
    floor = step.floor
    call = step.key(visit.call, 0)
    previous = floor.visits.get(step.key(visit.call, visit.visit - 1))
    if call not in floor.core.reentries:
        floor.core.reentries[call] = []
        if previous is not None:
            floor.core.reentries[call].append((previous.joined_ms or previous.seen_ms, previous.queue))
    floor.core.reentries[call].append((step.at_ms, visit.queue))
    if previous is None or previous.queue == visit.queue:
        return
    if previous.was_transferred:
        book(floor, step.queue(visit.queue), step.at_ms, (c.TRANSFERRED_IN, 1))
    elif previous.outcome == "left":
        book(floor, step.queue(visit.queue), step.at_ms, (c.OVERFLOW_IN, 1))
        book(floor, step.queue(previous.queue), step.at_ms, (c.OVERFLOW_OUT, 1))


def conclude(step: Step, visit: Visit, outcome: Outcome, reason: LeftReason | None, wait_s: int | None) -> None:
    """Give the visit this outcome, whatever it had before, and count it so. `wait_s` None: unknown."""
    step.visit_changed(visit)
    old = outcome_facts(visit)
    queue = step.queue(visit.queue)
    if visit.outcome == "waiting":
        visit.rang_at_end = bool(visit.offers)
        if queue.waiting.pop(visit.key, None) is not None:
            step.changes.waiting = True
    visit.outcome, visit.reason = outcome, reason
    visit.wait_s = None if wait_s is None else min(max(wait_s, 0), LONGEST_S)
    if visit.joined_ms is not None:
        book(step.floor, queue, visit.joined_ms, negated(old) + outcome_facts(visit))


def measured_wait_s(step: Step, visit: Visit, wait_s: int | None) -> int | None:
    """The wait that ends now: as the switch states it (which tells when the visit joined, if nobody heard), else by our
    clock in whole seconds; None while the joining is unknown."""
    if visit.joined_ms is None:
        if wait_s is not None:
            joined(step, visit, step.at_ms - wait_s * 1000)
        return wait_s
    return wait_s if wait_s is not None else max(step.at_ms - visit.joined_ms, 0) // 1000


def forget_later(step: Step, visit: Visit) -> None:
    """The visit is over: remember it only for a while, and not who called."""
    if step.floor.derived.recorder is not None:
        step.floor.derived.recorder.visit_over(visit)
    visit.live, visit.number, visit.name = False, None, None
    is_known = visit.reason != "unknown" and (visit.outcome != "answered" or visit.talk_s is not None)
    kept_ms = REMEMBERED_MS if is_known else UNEXPLAINED_MS
    heappush(step.floor.core.endings, (max(step.at_ms, step.floor.stream_ms) + kept_ms, visit.key))


def find(step: Step, queue: str, call: str, number: int) -> Visit:
    """The visit, known or new."""
    key = step.key(call, number)
    return step.floor.visits.get(key) or open_visit(step, queue, call, number, key)


# -- folds -----------------------------------------------------------------------------------------------------------


def queue_entered(step: Step, event: QueueEntered) -> None:
    """A visit began. Known already: only what was missing is filled in."""
    visit = find(step, event.queue, event.call, event.visit)
    visit.number = visit.number or event.number
    visit.name = visit.name or event.name
    visit.position = event.position if visit.position is None else visit.position
    visit.priority = event.priority if visit.priority is None else visit.priority
    if visit.joined_ms is None:
        if visit.outcome == "answered" and visit.wait_s is None and visit.answered_ms is not None:
            visit.wait_s = min(max(visit.answered_ms - step.at_ms, 0) // 1000, LONGEST_S)
        joined(step, visit, step.at_ms)
    step.visit_changed(visit)
    step.changes.waiting = True
    step.changes.queues.add(visit.queue)


def caller_moved(step: Step, event: CallerMoved) -> None:
    """The visit's position or priority changed."""
    visit = step.floor.visits.get(step.key(event.call, event.visit))
    if visit is None or not visit.live or step.is_past:
        return
    visit.position = event.position if event.position is not None else visit.position
    if event.priority not in {None, visit.priority}:
        visit.priority = event.priority
        step.visit_changed(visit)
    step.changes.waiting = True
    step.changes.queues.add(visit.queue)


def offer_started(step: Step, event: OfferStarted) -> None:
    """An agent's phone rings for the visit. Offers that are long over are not shown as ringing."""
    visit = find(step, event.queue, event.call, event.visit)
    if not step.is_past and visit.outcome == "waiting":
        start_offer(step, visit, event.agent, step.at_ms)


def start_offer(step: Step, visit: Visit, agent_id: str, at_ms: int) -> None:
    """The agent rings for a visit that waits."""
    agent = step.agent(agent_id)
    visit.offers[agent.id] = at_ms
    agent.offers[visit.key] = at_ms
    step.changes.waiting = True
    step.changes.queues.add(visit.queue)
    activity_changed(step.floor, agent, at_ms, step.changes)


def offer_ended(step: Step, event: OfferEnded) -> None:
    """The ringing ended. Missed and rejected ones are counted also if their beginning was never heard of."""
    key = step.key(event.call, event.visit)
    visit = step.floor.visits.get(key)
    agent = step.agent(event.agent)
    started_ms = agent.offers.get(key)
    _told(step, key, event.queue, agent.id, None if step.is_past else started_ms, event.outcome, event.ring_s)
    if started_ms is not None and not step.is_past:
        _stop_ringing(step, visit, agent, key)
    counted = _OFFER_COUNTERS.get(event.outcome)
    if counted is not None:
        book(step.floor, step.queue(event.queue), step.at_ms, (counted[0], 1))
        book_agent(step.floor, agent, step.at_ms, (counted[1], 1), event.queue)
        step.changes.agents.add(agent.id)
        step.floor.derived.agent_changed(agent.id)


def _told(
    step: Step,
    key: str,
    queue: str,
    agent: str,
    started_ms: int | None,
    outcome: OfferOutcome,
    ring_s: float | None = None,
) -> None:
    if step.floor.derived.recorder is not None:
        step.floor.derived.recorder.offer_ended(key, queue, agent, started_ms, step.at_ms, outcome, ring_s)


def end_offer(step: Step, visit: Visit, agent: Agent) -> None:
    """The agent rings no more for this visit, and nobody saw how that ended."""
    _told(step, visit.key, visit.queue, agent.id, agent.offers[visit.key], "unknown")
    _stop_ringing(step, visit, agent, visit.key)


def _stop_ringing(step: Step, visit: Visit | None, agent: Agent, key: str) -> None:
    del agent.offers[key]
    if visit is not None:
        visit.offers.pop(agent.id, None)
        step.changes.queues.add(visit.queue)
        step.changes.waiting = True
    activity_changed(step.floor, agent, step.at_ms, step.changes)


def queue_abandoned(step: Step, event: QueueAbandoned) -> None:
    """The caller hung up. A visit that already has a known outcome keeps it."""
    visit = find(step, event.queue, event.call, event.visit)
    _leave(step, visit, "abandoned", None, event.wait_s)


def queue_left(step: Step, event: QueueLeft) -> None:
    """The visit ended unanswered in another way."""
    visit = find(step, event.queue, event.call, event.visit)
    _leave(step, visit, "left", event.reason, event.wait_s)


def _leave(step: Step, visit: Visit, outcome: Outcome, reason: LeftReason | None, wait_s: int | None) -> None:
    if step.is_past and visit.live:
        return
    if visit.outcome != "waiting" and not is_unexplained(visit):
        return
    if visit.outcome == "waiting" or wait_s is not None or visit.wait_s is None:
        wait_s = measured_wait_s(step, visit, wait_s)
    else:
        wait_s = visit.wait_s
    conclude(step, visit, outcome, reason, wait_s)
    forget_later(step, visit)


def is_unexplained(visit: Visit) -> bool:
    """True for a visit that left the queue and nobody knows how."""
    return visit.outcome == "left" and visit.reason == "unknown"


def queue_left_explained(step: Step, event: QueueLeftExplained) -> None:
    """The reason of an unexplained end became known: it is counted again, rightly."""
    visit = step.floor.visits.get(step.key(event.call, event.visit))
    if visit is None or not (is_unexplained(visit) or visit.outcome == "waiting") or (step.is_past and visit.live):
        return
    wait_s = event.wait_s if event.wait_s is not None else visit.wait_s
    if visit.outcome == "waiting":
        wait_s = measured_wait_s(step, visit, event.wait_s)
    if event.reason == "abandoned":
        conclude(step, visit, "abandoned", None, wait_s)
    else:
        conclude(step, visit, "left", event.reason, wait_s)
    if visit.live:
        forget_later(step, visit)


def caller_refused(step: Step, event: CallerRefused) -> None:
    """A caller was turned away before joining."""
    step.floor.core.refusals_reported = True
    book(step.floor, step.queue(event.queue), step.at_ms, (c.REFUSED, 1))


def forget_due(floor: Floor) -> None:
    """Drop visits that are over and were remembered long enough; while a gap is open, those of before it are kept."""
    visits = floor.visits
    endings = floor.core.endings
    due_ms = _known_until_ms(floor) if endings[0][0] <= floor.stream_ms else 0
    while endings and endings[0][0] <= due_ms:
        key = heappop(endings)[1]
        visit = visits.get(key)
        if visit is not None and not visit.live and not visit.offers:
            del visits[key]


def _known_until_ms(floor: Floor) -> int:
    """Up to when every link has told what happened (a link that is silent for hours is not waited for)."""
    now_ms = floor.stream_ms
    known = [
        link.alive_ms if link.gap_from_ms is None else link.gap_from_ms
        for link in floor.core.links.values()
        if link.alive_ms > now_ms - UNEXPLAINED_MS
    ]
    return min(known, default=now_ms)
