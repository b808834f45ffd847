"""What each agent did over one period: the floor's own two days, and half-hours of history for what was before them.

Today and yesterday are asked of the floor, where late facts of both are counted at once; SQL is needed up to the boundary before them
(`Plan.more`), and of a day in which the period began only the part before it, to take it off (`Plan.less`); as long as agents' logs
reach back to the beginning not even that. Numbers over a business day are the floor's alone: what every screen says.

Invariant: whichever plan counts, the same facts give the same numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.floor.business_sums import amounts_of
from dashboard.floor.counters import AGENT_COUNTERS
from dashboard.floor.ledger import kept_from_ms
from dashboard.floor.metric import Metric
from dashboard.floor.metrics import known
from dashboard.floor.scoring.standing import Did
from dashboard.floor.state import Floor
from dashboard.floor.windows import Span, effective_now_ms, gap_s, watched_s
from dashboard.leaderboards.standings.past import NOWHERE, OF_EVERYBODY, PastSums, Position
from dashboard.leaderboards.standings.period_query import PeriodQuery, added, counted, without
from dashboard.leaderboards.standings.periods import Bounds

LOGS_SPARE_MS: Final = 600_000
"""History is asked in time, before agents' logs begin to forget."""

CALLS: Final = ("calls_served", "effective_calls")
"""What minimums look at: who only picks up and hangs up does not reach them."""

_NOTHING: Final[Mapping[str, int]] = {}
_ZERO: Final = (0,) * AGENT_COUNTERS


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a period's numbers come from: history that is added, history that is taken off, stretches of the floor (`days`; `from_ms`: or
    its logs from that moment on)."""

    more: Bounds | None = None
    less: Bounds | None = None
    days: tuple[Bounds, ...] = ()
    from_ms: int | None = None

    @property
    def asked(self) -> tuple[Bounds, ...]:
        """What history must be asked for."""
        return tuple(one for one in (self.more, self.less) if one is not None)


def plan(floor: Floor, bounds: Bounds, now_ms: int) -> Plan:
    """For a period that has begun."""
    core = floor.core
    today = Bounds(core.today.start_ms, core.today.end_ms)
    yesterday = Bounds(core.yesterday.start_ms, core.yesterday.end_ms)
    is_watched = core.watched_since_ms <= yesterday.from_ms and yesterday.to_ms == today.from_ms
    if now_ms >= bounds.to_ms:
        return Plan(days=(yesterday,)) if is_watched and bounds == yesterday else Plan(more=bounds)
    if bounds.from_ms >= today.from_ms:
        return _begun(floor, bounds, (today,))
    days = (yesterday, today) if is_watched else (today,)
    if bounds.from_ms >= days[0].from_ms:
        return _begun(floor, bounds, days)
    return Plan(more=Bounds(bounds.from_ms, days[0].from_ms), days=days)


def _begun(floor: Floor, bounds: Bounds, days: tuple[Bounds, ...]) -> Plan:
    """A period that began within the first of these days."""
    if bounds.from_ms == days[0].from_ms:
        return Plan(days=days)
    if bounds.from_ms >= kept_from_ms(floor) + LOGS_SPARE_MS:
        return Plan(from_ms=bounds.from_ms)
    return Plan(less=Bounds(days[0].from_ms, bounds.from_ms), days=days)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What one agent did. `values`: by metric; None: no value. `counts`, `amounts`: what they were made of."""

    values: Mapping[str, float | None]
    calls: int
    signed_in_s: float
    counts: Sequence[int]
    amounts: Mapping[str, int]

    def did(
        self, agent: str, metrics: Iterable[str], team: str = "", group: str = "", before: Did | None = None
    ) -> Did:
        """The same as it is scored: of `metrics` alone, and where they are counted."""
        values = {metric: self.values.get(metric) for metric in metrics}
        return Did(agent, values, self.calls, self.signed_in_s, team, group, before)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stretch of history that is to be read, as it is from `after` on (an entry of the stream). `with_queues`: for whom they worked."""

    bounds: Bounds
    metrics: frozenset[str]
    after: Position = NOWHERE
    with_queues: bool = True


class PeriodNumbers:
    """Of one period, for all who count in it. `metrics` may become more."""

    def __init__(self, floor: Floor, bounds: Bounds, now_ms: int) -> None:
        self.floor = floor
        self.bounds = bounds
        self.metrics: frozenset[str] = frozenset()
        self._evaluated: list[Metric] = []
        self._with_queues = False
        self._past: dict[Bounds, PastSums] = {}
        self._read_for: dict[Bounds, frozenset[str]] = {}
        self._stale: dict[Bounds, Position] = {}
        self._now_ms = now_ms
        self.plan = plan(floor, bounds, now_ms)
        self._spans = self._spans_at(now_ms)

    def needs(self, metrics: Collection[str], *, with_queues: bool = True) -> None:
        """Somebody counts these. `with_queues`: and asks for whom agents worked on days that only history knows."""
        if with_queues and not self._with_queues:
            self._with_queues = True
            self._read_for.clear()
        self.metrics |= {*metrics, *CALLS, *OF_EVERYBODY}
        measures = self.floor.settings.measures
        self._evaluated = [found for one in sorted(self.metrics) if (found := known(one, measures)) is not None]

    def at(self, now_ms: int) -> bool:
        """It is later; whether the numbers come from elsewhere now, so that everybody must be counted anew."""
        self._now_ms = now_ms
        before, self.plan = self.plan, plan(self.floor, self.bounds, now_ms)
        self._spans = self._spans_at(now_ms)
        if before == self.plan:
            return False
        self._past = {bounds: self._past[bounds] for bounds in self.plan.asked if bounds in self._past}
        self._stale = {bounds: after for bounds, after in self._stale.items() if bounds in self.plan.asked}
        return True

    def now_is(self, now_ms: int) -> None:
        """It is later, within the same second."""
        self._now_ms = now_ms
        self._spans = self._spans_at(now_ms)

    # -- history -------------------------------------------------------------------------------------------------------

    @property
    def is_there(self) -> bool:
        """Whether all of the period is known."""
        return all(bounds in self._past for bounds in self.plan.asked)

    def wanted(self) -> Iterator[Wanted]:
        """What is to be read."""
        for bounds in self.plan.asked:
            is_known = bounds in self._past and self.metrics <= self._read_for.get(bounds, frozenset())
            if not is_known or bounds in self._stale:
                yield Wanted(bounds, self.metrics, self._stale.get(bounds, NOWHERE), self._with_queues)

    def know(self, wanted: Wanted, sums: PastSums) -> bool:
        """What was read; False: it does not hold yet, or no more, and is wanted still."""
        if wanted.bounds not in self.plan.asked or not sums.is_whole() or sums.position < wanted.after:
            return False
        self._past[wanted.bounds] = sums
        self._read_for[wanted.bounds] = wanted.metrics
        if self._stale.get(wanted.bounds, NOWHERE) <= sums.position:
            self._stale.pop(wanted.bounds, None)
        return True

    def told_late(self, at_ms: int, position: Position) -> None:
        """Something that happened at `at_ms` was counted by the entry at `position`: what was read of then is older."""
        for bounds in self.plan.asked:
            if at_ms < bounds.to_ms:
                self._stale[bounds] = max(position, self._stale.get(bounds, NOWHERE))

    # -- numbers -------------------------------------------------------------------------------------------------------

    def agents(self) -> set[str]:
        """Everybody of whom anything is known."""
        told = self.floor.core.business.agents.keys() & self.floor.settings.agents.keys()
        past = (one.agents.keys() for bounds, one in self._past.items() if bounds == self.plan.more)
        return set(self.floor.agents).union(told, *past)

    def worked(self, agent: str) -> frozenset[str]:
        """Queues that they worked for, as far as history knows."""
        more = self._past.get(self.plan.more) if self.plan.more is not None else None
        known = more.agents.get(agent) if more is not None else None
        return known.queues if known is not None else frozenset()

    def of(self, agent: str) -> Numbers:
        """One agent's, now."""
        counts, amounts = self._sums(agent)
        query = self.query(counts, amounts)
        values = {metric.id: query.figure(metric) for metric in self._evaluated}
        calls = sum(values[metric] or 0 for metric in CALLS)
        return Numbers(values, int(calls), values["signed_in"] or 0.0, counts, amounts)

    def query(self, counts: Sequence[int], amounts: Mapping[str, int]) -> PeriodQuery:
        """The question for a metric of these sums."""
        return PeriodQuery(self.floor, counts, amounts, self.floor.core.business.measures)

    def _sums(self, agent: str) -> tuple[Sequence[int], Mapping[str, int]]:
        known = self.floor.agents.get(agent)
        counts: Sequence[int] = _ZERO if known is None else counted(self.floor, known, self._spans)
        amounts = self._amounts(agent)
        for bounds, sums in self._past.items():
            one = sums.agents.get(agent)
            if one is not None and bounds == self.plan.more:
                counts, amounts = added(counts, one.counts), _added(amounts, one.amounts, 1)
            elif one is not None and bounds == self.plan.less:
                counts, amounts = without(counts, one.counts), _added(amounts, one.amounts, -1)
        return counts, amounts

    def gap_s(self) -> float:
        """Unknown seconds of the period so far."""
        past = sum(sums.gap_s for bounds, sums in self._past.items() if bounds == self.plan.more)
        return past + sum(gap_s(self.floor, self._from_begin(span), self._now_ms) for span in self._spans)

    def window_s(self) -> float:
        """How long the period is so far."""
        more = self.plan.more
        past = (more.to_ms - more.from_ms) / 1000 if more is not None else 0.0
        return past + sum(watched_s(self.floor, self._from_begin(span)) for span in self._spans)

    def _from_begin(self, span: Span) -> Span:
        return Span("sliding", max(span.start_ms, self.bounds.from_ms), span.end_ms)

    def _amounts(self, agent: str) -> Mapping[str, int]:
        found = _NOTHING
        if agent in self.floor.core.business.agents:
            for span in self._spans:
                found = _added(found, amounts_of(self.floor, None, (agent,), "", span), 1)
        return found

    def _spans_at(self, now_ms: int) -> tuple[Span, ...]:
        now_ms = effective_now_ms(self.floor, now_ms)
        if self.plan.from_ms is not None:
            return (Span("interval", self.plan.from_ms, now_ms),)
        return tuple(Span("day", day.from_ms, min(day.to_ms, now_ms)) for day in self.plan.days)


def _added(to: Mapping[str, int], more: Mapping[str, int], sign: int) -> Mapping[str, int]:
    if not more:
        return to
    if not to and sign > 0:
        return dict(more)  # the floor's own goes on changing
    return {measure: to.get(measure, 0) + sign * more.get(measure, 0) for measure in to.keys() | more.keys()}
