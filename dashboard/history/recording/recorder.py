"""Recording: what a floor tells while it is folded, gathered as changes of rows.

Pure, and a function of the floor and the entries alone: between two entries nothing is remembered but what waits to be written, so
that a recording that begins at any position, on a floor from a checkpoint, goes on as if it had never ended.

Half-hours get the very facts that the live counters get. Time in state is booked to an agent up to `max(beginning of the running
state, beginning of the interval that contains stream time)`: at each interval's end the running states are booked into it, so a
closed half-hour is whole. A state that turns out to have begun before takes time back. `revised_ms`: stream time at which a
back-filled fact changed something that was over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from collectors.events import BusinessFact, EndedBy, FloorSettings, OfferOutcome, Transferred
from dashboard.floor import counters as c
from dashboard.floor.agent_view import contact_of, reason_of
from dashboard.floor.arrays import Longs
from dashboard.floor.display import NAMES, PARTS, PAUSED, SIGNED_OUT, WRAPPING_UP
from dashboard.floor.state import Agent, Floor, Link, OwnCall, Visit
from dashboard.history.recording.half_hours import HalfHours
from dashboard.history.recording.pending import (
    AgentFacts,
    BusinessFacts,
    Offer,
    OwnCallRow,
    Pending,
    QueueFacts,
    VisitNews,
)
from dashboard.history.recording.rows import identifier
from dashboard.history.recording.stretches import Began, Forgotten, Painted, Segment, Stretch, Told, named

_Times = dict[tuple[int, str], AgentFacts]
"""Time in state of one agent, by beginning of the interval and team."""


class Recording:
    """The recorder of `floor`, from now on: made between two entries. `take` gives what was recorded since the last time."""

    def __init__(self, floor: Floor) -> None:
        self.pending = Pending()
        self._floor = floor
        self._half_hours = HalfHours(floor.settings)
        self._open_ms = self._half_hours.start_of(floor.stream_ms)
        self._late_ms: int | None = None
        floor.derived.recorder = self

    def take(self) -> Pending:
        """What was recorded since the last time."""
        taken, self.pending = self.pending, Pending()
        return taken

    def entry_began(self, *, is_backfilled: bool) -> None:
        self._late_ms = self._floor.stream_ms if is_backfilled else None

    # -- half-hours: facts ---------------------------------------------------------------------------------------------

    def queue_booked(self, queue: str, at_ms: int, facts: tuple[int, ...]) -> None:
        half_hour = self._half_hours.at(at_ms)
        if half_hour is None or not _tells(facts):
            return
        start_ms, end_ms = half_hour
        queue = identifier(queue)
        row = self.pending.queues.get((queue, start_ms))
        if row is None:
            row = self.pending.queues[queue, start_ms] = QueueFacts(end_ms)
        row.facts.extend(facts)
        self.pending.booked += 1
        if self._is_revision(end_ms) and _changes(facts):
            row.revised_ms = self._late_ms

    def agent_booked(self, agent: str, queue: str, at_ms: int, facts: tuple[int, ...]) -> None:
        half_hour = self._half_hours.at(at_ms)
        if half_hour is None or not any(facts[1::2]):
            return
        start_ms, end_ms = half_hour
        row = self._agent_row(agent, start_ms, identifier(queue), self._team(agent), end_ms)
        pairs = iter(facts)
        for counter, amount in zip(pairs, pairs, strict=True):
            if counter in c.A_HIGHEST:
                row.counts[counter] = max(row.counts[counter], amount)
            else:
                row.counts[counter] += amount
        if self._is_revision(end_ms):
            row.revised_ms = self._late_ms

    def business_booked(self, fact: BusinessFact, amounts: Mapping[str, int]) -> None:
        half_hour = self._half_hours.at(fact.occurred_ms)
        if half_hour is None:
            return
        start_ms, end_ms = half_hour
        agent, queue = identifier(fact.agent or ""), identifier(fact.queue or "")
        team = identifier(self._team(agent) if fact.team is None else fact.team, 64)
        for measure, amount in amounts.items():
            if not amount:
                continue
            key = (agent, start_ms, queue, team, identifier(measure, 80))
            row = self.pending.business.get(key)
            if row is None:
                row = self.pending.business[key] = BusinessFacts(end_ms)
            row.amount += amount
            if end_ms <= self._open_ms:
                row.revised_ms = self._floor.stream_ms

    def _is_revision(self, end_ms: int) -> bool:
        return self._late_ms is not None and end_ms <= self._open_ms

    def _agent_row(self, agent: str, start_ms: int, queue: str, team: str, end_ms: int) -> AgentFacts:
        key = (identifier(agent), start_ms, queue, identifier(team, 64))
        row = self.pending.agents.get(key)
        if row is None:
            row = self.pending.agents[key] = AgentFacts(end_ms)
        return row

    def _team(self, agent: str, settings: FloorSettings | None = None) -> str:
        known = (settings or self._floor.settings).agents.get(agent)
        return known.team if known is not None else ""

    # -- half-hours: time in state -------------------------------------------------------------------------------------

    def time_moved(self, now_ms: int) -> None:
        open_ms = self._half_hours.start_of(now_ms)
        if open_ms > self._open_ms:
            for agent in self._floor.agents.values():
                if agent.code != SIGNED_OUT and agent.log:
                    times: _Times = {}
                    self._spend(times, self._team(agent.id), agent.code, self._booked_to(agent), open_ms)
                    self._book(agent.id, times)
            self._open_ms = open_ms

    def settings_changing(self, settings: FloorSettings) -> None:
        """Another calendar: what runs is booked as far as that says. Another team: what ran till now belongs to the old one."""
        floor = self._floor
        half_hours = HalfHours(settings)
        open_ms = half_hours.start_of(floor.stream_ms)
        for agent in floor.agents.values():
            if agent.code == SIGNED_OUT or not agent.log:
                continue
            times: _Times = {}
            team, new_team = self._team(agent.id), self._team(agent.id, settings)
            start_ms = agent.log[-1] >> 8
            self._spend(times, team, agent.code, max(start_ms, self._open_ms), max(start_ms, open_ms))
            self._spend(times, team, agent.code, max(start_ms, open_ms), max(start_ms, self._open_ms), -1)
            if team != new_team:
                self._spend(times, team, agent.code, max(start_ms, open_ms), floor.stream_ms)
                self._spend(times, new_team, agent.code, max(start_ms, open_ms), floor.stream_ms, -1)
            self._book(agent.id, times)
        self._half_hours, self._open_ms = half_hours, open_ms

    def _booked_to(self, agent: Agent) -> int:
        return max(agent.log[-1] >> 8, self._open_ms)

    def _spend(self, times: _Times, team: str, code: int, from_ms: int, to_ms: int, sign: int = 1) -> None:
        """Add time in a state, cut at the intervals' ends; like the floor, none of before yesterday."""
        if code == SIGNED_OUT:
            return
        from_ms = max(from_ms, self._floor.core.yesterday.start_ms)
        for start_ms, end_ms, span_ms in self._half_hours.pieces(from_ms, to_ms):
            row = times.get((start_ms, team))
            if row is None:
                row = times[start_ms, team] = AgentFacts(end_ms)
            row.counts[PARTS[code]] += sign * span_ms
            row.counts[c.SIGNED_IN_MS] += sign * span_ms
            if code >= PAUSED:
                reason = self._floor.reasons[code - PAUSED]
                row.paused_ms[reason] = row.paused_ms.get(reason, 0) + sign * span_ms

    def _book(self, agent: str, times: _Times) -> None:
        for (start_ms, team), spent in times.items():
            paused_ms = {reason: span_ms for reason, span_ms in spent.paused_ms.items() if span_ms}
            if not paused_ms and not any(spent.counts):
                continue
            row = self._agent_row(agent, start_ms, "", team, spent.end_ms)
            row.counts = [a + b for a, b in zip(row.counts, spent.counts, strict=True)]
            for reason, span_ms in paused_ms.items():
                row.paused_ms[reason] = row.paused_ms.get(reason, 0) + span_ms
            if self._is_revision(spent.end_ms):
                row.revised_ms = self._late_ms

    # -- states --------------------------------------------------------------------------------------------------------

    def state_began(self, agent: Agent, code: int, at_ms: int, before_ms: int | None) -> None:
        times: _Times = {}
        team, open_ms = self._team(agent.id), self._open_ms
        if before_ms is not None:
            if at_ms >= max(before_ms, open_ms):
                self._spend(times, team, agent.code, max(before_ms, open_ms), at_ms)
            else:
                self._spend(times, team, agent.code, at_ms, open_ms, -1)
        self._spend(times, team, code, at_ms, open_ms)
        self._book(agent.id, times)
        queue, _, call, _, _ = contact_of(self._floor, agent, NAMES[code])
        if code == WRAPPING_UP:
            call = agent.wrapped_visit or None
        state, is_internal = named(code)
        reason = reason_of(self._floor, agent, code) or None
        new = Stretch(at_ms, None, state, reason, is_internal, queue, call)
        self._tell(agent.id, Began(new, before_ms, self._floor.stream_ms))

    def states_repainted(self, agent: Agent, before: Longs, visit: Visit | None) -> None:
        old, new = _changed_part(_segments(before), _segments(agent.log))
        if not old and not new:
            return
        times: _Times = {}
        team = self._team(agent.id)
        for segments, sign in ((old, -1), (new, 1)):
            for segment in segments:
                end_ms = self._open_ms if segment.end_ms is None else segment.end_ms
                self._spend(times, team, segment.code, segment.start_ms, end_ms, sign)
        self._book(agent.id, times)
        reasons = {s.code: self._floor.reasons[s.code - PAUSED] for s in new if s.code > PAUSED}
        queue, call = (visit.queue, visit.key) if visit is not None else (None, None)
        self._tell(agent.id, Painted(tuple(old), tuple(new), reasons, queue, call, self._late_ms))

    def agent_forgotten(self, agent: Agent, at_ms: int) -> None:
        if agent.log:
            self._tell(agent.id, Forgotten(at_ms))

    def _tell(self, agent: str, line: Told) -> None:
        self.pending.states.setdefault(identifier(agent), []).append(line)
        self.pending.booked += 4

    # -- visits, offers, own calls, gaps -------------------------------------------------------------------------------

    def visit_changed(self, visit: Visit) -> None:
        news = self._news(visit.key)
        news.visit = visit
        if self._late_ms is not None and not visit.live and visit.outcome != "waiting":
            news.revised_ms = self._late_ms

    def visit_over(self, visit: Visit) -> None:
        self.visit_changed(visit)
        news = self._news(visit.key)
        news.number, news.name = visit.number or news.number, visit.name or news.name

    def visit_transferred(self, visit: Visit, event: Transferred) -> None:
        self.visit_changed(visit)
        self._news(visit.key).transfer = (event.kind, event.target, event.target_queue)

    def wrap_up_credited(self, visit: str, span_ms: int) -> None:
        if visit:
            news = self._news(visit)
            news.wrap_ms = (news.wrap_ms or 0) + span_ms

    def _news(self, key: str) -> VisitNews:
        news = self.pending.visits.get(key)
        if news is None:
            news = self.pending.visits[key] = VisitNews()
        return news

    def offer_ended(
        self,
        key: str,
        queue: str,
        agent: str,
        started_ms: int | None,
        ended_ms: int,
        outcome: OfferOutcome,
        ring_s: float | None,
    ) -> None:
        self._news(key).offers += 1
        self.pending.offers.append(Offer(key, queue, agent, started_ms, ended_ms, outcome, ring_s, self._late_ms))

    def own_call_ended(
        self, agent: str, key: str, call: OwnCall, ended_ms: int, by: EndedBy, *, is_measured: bool
    ) -> None:
        talk_s = None
        if call.connected_ms is not None and is_measured:
            talk_s = max(ended_ms - call.connected_ms, 0) // 1000
        self.pending.own_calls.append(
            OwnCallRow(key, agent, call.kind, call.started_ms, call.connected_ms, ended_ms, by, talk_s, call.number)
        )

    def gaps_changed(self, link: Link) -> None:
        self.pending.gaps[link.switch] = (self._floor.core.yesterday.start_ms, tuple(link.gaps))


def _tells(facts: tuple[int, ...]) -> bool:
    """Whether the facts count anything: a wait of 0 s does."""
    return any(facts[1::2]) or any(counter >= c.WAITED_ANSWERED for counter in facts[::2])


def _changes(facts: tuple[int, ...]) -> bool:
    """Whether the facts come to anything: what is taken back and counted again does not."""
    sums: dict[tuple[int, int], int] = {}
    pairs = iter(facts)
    for counter, amount in zip(pairs, pairs, strict=True):
        if counter >= c.WAITED_ANSWERED:
            key, step = (counter & ~c.TAKEN_BACK, amount), -1 if counter & c.TAKEN_BACK else 1
        else:
            key, step = (counter, 0), amount
        sums[key] = sums.get(key, 0) + step
    return any(sums.values())


def _segments(log: Longs) -> list[Segment]:
    last = len(log) - 1
    return [Segment(log[i] >> 8, log[i + 1] >> 8 if i < last else None, log[i] & 255) for i in range(len(log))]


def _changed_part(old: list[Segment], new: list[Segment]) -> tuple[list[Segment], list[Segment]]:
    """Both lists without what they share at their beginning and at their end."""
    first = _shared(old, new)
    old, new = old[first:], new[first:]
    last = _shared(reversed(old), reversed(new))
    return old[: len(old) - last], new[: len(new) - last]


def _shared(one: Iterable[Segment], other: Iterable[Segment]) -> int:
    n = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        n += 1
    return n
