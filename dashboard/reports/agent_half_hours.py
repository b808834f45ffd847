"""Half-hours of agents, added up by step, agent and the team of then, as far as the actor may see them (`dashboard.reports.reach`).

An agent's whole consists of the work for each queue and of what belongs to no queue: own calls and all time in state. Who may see only a
queue gets that queue's work, and of the days with such work the time that a row of the floor shows (`glimpsed`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import and_, case, func, literal, or_, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from dashboard.floor import counters as c
from dashboard.floor.arrays import Longs, zeros
from dashboard.floor.business_amounts import Amounts, add_amounts
from dashboard.floor.counters import AGENT_NAMES
from dashboard.reports.business_half_hours import business_amounts
from dashboard.reports.past_query import add_times
from dashboard.reports.period import Period, Step, Stretch, place_of
from dashboard.reports.room import Look
from dashboard.reports.steps import Steps, summed
from dashboard.store.coverage import LIVE
from dashboard.store.schema import agent_intervals, business_intervals

_REASONS: Final = msgspec.json.Decoder(list[dict[str, int]])
_EVENTS: Final = c.AGENT_EVENTS


class Key(NamedTuple):
    """Whose sums, and of when. `team`: of then, as far as it may be known; "" for none."""

    place: int
    agent: str
    team: str


@dataclass(slots=True)
class AgentSum:
    """`counts`: what may be seen whole, and the work for visible queues. `glimpsed`: time in state of who is seen by a queue alone.
    `paused_ms`: by reason. `business`: what business systems told, by measure. `is_whole`: whether any of it may be seen whole. `live`,
    `half_hours`: of how many, and how many of these were made from live events. `last_ms`: when the last of them began."""

    counts: Longs = field(default_factory=lambda: zeros(c.AGENT_COUNTERS))
    glimpsed: Longs | None = None
    paused_ms: dict[str, int] = field(default_factory=dict)
    business: Amounts = field(default_factory=dict)
    is_whole: bool = False
    live: int = 0
    half_hours: int = 0
    last_ms: int = 0

    @property
    def is_lacking(self) -> bool:
        """Whether there is something, and nothing of it from live events."""
        return bool(self.half_hours) and not self.live

    def add(self, other: AgentSum) -> None:
        """Takes another one in."""
        add_times(self.counts, other.counts)
        if other.glimpsed is not None:
            self.glimpsed = self.glimpsed or zeros(c.AGENT_COUNTERS)
            add_times(self.glimpsed, other.glimpsed)
        for reason, ms in other.paused_ms.items():
            self.paused_ms[reason] = self.paused_ms.get(reason, 0) + ms
        add_amounts(self.business, other.business)
        self.is_whole = self.is_whole or other.is_whole
        self.live += other.live
        self.half_hours += other.half_hours
        self.last_ms = max(self.last_ms, other.last_ms)


def together(sums: Collection[AgentSum]) -> AgentSum:
    """All of them as one; one alone is itself, not a copy of it."""
    if len(sums) == 1:
        return next(iter(sums))
    total = AgentSum()
    for one in sums:
        total.add(one)
    return total


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom. `queues`: only their work for these, and whole time of who worked for them; `teams` (subteams are in it) by then;
    nothing named: everybody who may be seen."""

    queues: tuple[str, ...] = ()
    teams: frozenset[str] = frozenset()
    agents: tuple[str, ...] = ()


@dataclass(slots=True)
class AgentSums:
    """`revised`, `not_live`: as of queues."""

    sums: dict[Key, AgentSum] = field(default_factory=dict)
    revised: int = 0
    not_live: int = 0

    def at(self, key: Key) -> AgentSum:
        """The sum of a key, made when it is new."""
        found = self.sums.get(key)
        if found is None:
            found = self.sums[key] = AgentSum()
        return found

    def put(self, key: Key, one: AgentSum) -> None:
        """Adds to the sum of a key; the first is it from now on."""
        found = self.sums.setdefault(key, one)
        if found is not one:
            found.add(one)


def agent_sums(
    look: Look,
    period: Period,
    step: Step,
    stretches: Sequence[Stretch],
    asked: Asked,
    *,
    with_reasons: bool = False,
    with_business: bool = False,
) -> AgentSums:
    """`stretches`: the period's, in that step. Agents without a half-hour, and (`with_business`) of whom nobody told, are not there."""
    found = AgentSums()
    rows = list(_rows(look, stretches, asked))
    workers = {row.agent for row in rows if row.is_for_queue} if asked.queues else None
    seen_by_queue: set[str] = set()
    for row in rows:
        is_whole = look.reach.is_whole(row.team, row.agent)
        if not row.is_for_queue and workers is not None and row.agent not in workers:
            continue
        if row.is_for_queue and not is_whole:
            seen_by_queue.add(row.agent)
        counts = row.counts
        if not row.is_for_queue and workers is not None:
            counts = Longs("q", [0] * _EVENTS + counts[_EVENTS:].tolist())
        found.put(
            Key(row.place, row.agent, row.team if is_whole else ""),
            AgentSum(counts, is_whole=is_whole, live=row.live, half_hours=row.half_hours, last_ms=row.last_ms),
        )
        found.revised += row.revised
        found.not_live += row.half_hours - row.live
    if seen_by_queue:
        _put_glimpses(look, period, step, stretches, asked, seen_by_queue, found)
    if with_reasons:
        _put_reasons(look, stretches, asked, workers, found)
    if with_business:
        _put_business(look, stretches, asked, found)
    return found


class _Row(NamedTuple):
    """`is_for_queue`: only where that is asked (`_rows`)."""

    place: int
    agent: str
    team: str
    is_for_queue: bool
    counts: Longs
    revised: int
    live: int
    half_hours: int
    last_ms: int


def _put_business(look: Look, stretches: Sequence[Stretch], asked: Asked, found: AgentSums) -> None:
    """Of what names an agent: whole of who may be seen whole, else what was told of visible queues."""
    table = business_intervals.c
    wanted = [*_among(look, asked, table), table.agent != ""]
    if not look.reach.is_everything:
        of_queue = and_(table.queue != "", look.reach.of_queue(table.queue))
        wanted.append(or_(look.reach.of_team(table.team, table.agent), of_queue))
    if asked.queues:
        wanted.append(table.queue.in_(sorted(set(asked.queues))))
    for (place, agent, team), amounts in business_amounts(look, stretches, (table.agent, table.team), wanted):
        is_whole = look.reach.is_whole(team, agent)
        one = found.at(Key(place, agent, team if is_whole else ""))
        add_amounts(one.business, amounts)
        one.is_whole = one.is_whole or is_whole


def _counters() -> list[Any]:
    table = agent_intervals.c
    return [(func.max if counter in c.A_HIGHEST else summed)(table[name]) for counter, name in enumerate(AGENT_NAMES)]


def _among(look: Look, asked: Asked, table: ReadOnlyColumnCollection[str, Any] = agent_intervals.c) -> list[Any]:
    wanted: list[Any] = [table.site == look.site]
    if asked.agents:
        wanted.append(table.agent.in_(sorted(set(asked.agents))))
    if asked.teams:
        wanted.append(table.team.in_(sorted(asked.teams)))
        if not look.reach.is_everything:  # nobody asks for a team that they are not told
            wanted.append(look.reach.of_team(table.team, table.agent))
    return wanted


def _rows(look: Look, stretches: Sequence[Stretch], asked: Asked) -> Iterator[_Row]:
    """Work for queues and what belongs to none are apart unless all of everybody is asked for: then half as many rows come."""
    table = agent_intervals.c
    steps = Steps(look.connection, table.start_ms, stretches)
    wanted = _among(look, asked)
    if not look.reach.is_everything:
        of_queue = and_(table.queue != "", look.reach.of_queue(table.queue))
        wanted.append(or_(look.reach.of_team(table.team, table.agent), of_queue))
    if asked.queues:
        wanted.append(table.queue.in_(["", *sorted(set(asked.queues))]))
    is_apart = bool(asked.queues) or not look.reach.is_everything
    is_for_queue = case((table.queue == "", 0), else_=1) if is_apart else literal(0, literal_execute=True)
    live = summed(case((table.coverage == LIVE, 1), else_=0))
    keys = (table.agent, table.team, is_for_queue)
    about = (func.count(table.revised_at_ms), live, func.count(), func.max(table.start_ms))
    query = select(steps.place, *keys, *about, *_counters())
    query = query.where(*wanted, steps.holds).group_by(*steps.grouped, *(keys if is_apart else keys[:2]))
    for place, agent, team, for_queue, revised, of_live, half_hours, last_ms, *counts in look.connection.execute(query):
        yield _Row(int(place), agent, team, bool(for_queue), Longs("q", counts), revised, of_live, half_hours, last_ms)


def _put_glimpses(
    look: Look, period: Period, step: Step, stretches: Sequence[Stretch], asked: Asked, agents: Collection[str],
    found: AgentSums,
) -> None:  # fmt: skip
    """Time in state of days on which they worked for a visible queue: as long as the floor's row of that day shows it."""
    table = agent_intervals.c
    fine = stretches if step in {"interval", "hour"} else look.calendar.stretches(period, "day")
    days, starts = [one.day for one in fine], [one.start_ms for one in stretches]
    is_theirs = and_(table.site == look.site, table.agent.in_(sorted(agents)))
    of_queue = and_(table.queue != "", look.reach.of_queue(table.queue))
    if asked.queues:
        of_queue = and_(of_queue, table.queue.in_(sorted(set(asked.queues))))
    steps = Steps(look.connection, table.start_ms, fine)
    worked = select(steps.place, table.agent).where(is_theirs, of_queue, steps.holds).distinct()
    on_days = {(days[int(place)], agent) for place, agent in look.connection.execute(worked)}
    keys = (table.agent, table.team)
    times = (
        select(steps.place, *keys, *_counters())
        .where(is_theirs, table.queue == "", steps.holds)
        .group_by(*steps.grouped, *keys)
    )
    for place, agent, team, *numbers in look.connection.execute(times):
        if look.reach.is_whole(team, agent) or (days[int(place)], agent) not in on_days:
            continue
        one = found.at(Key(place_of(starts, fine[int(place)].start_ms), agent, ""))
        one.glimpsed = one.glimpsed or zeros(c.AGENT_COUNTERS)
        add_times(one.glimpsed, [0] * _EVENTS + numbers[_EVENTS:])


def _put_reasons(
    look: Look, stretches: Sequence[Stretch], asked: Asked, workers: Collection[str] | None, found: AgentSums
) -> None:
    """The JSON of a step's half-hours comes joined: a row and a decoding for each step, not for each half-hour."""
    if not look.reach.sees_agents:
        return
    table = agent_intervals.c
    steps = Steps(look.connection, table.start_ms, stretches)
    keys = (table.agent, table.team)
    query = select(steps.place, *keys, func.aggregate_strings(table.paused_by_reason, ","))
    query = query.where(*_among(look, asked), look.reach.of_team(table.team, table.agent), table.queue == "")
    query = query.where(steps.holds, table.paused_ms > 0).group_by(*steps.grouped, *keys)
    for place, agent, team, joined in look.connection.execute(query):
        if workers is not None and agent not in workers:
            continue
        paused_ms = found.at(Key(int(place), agent, team)).paused_ms
        for reasons in _REASONS.decode(f"[{joined}]"):
            for reason, ms in reasons.items():
                paused_ms[reason] = paused_ms.get(reason, 0) + ms
