"""An agent's day: every stretch of one state, the calls, and the figures beside their team's median.

By whom the agent is seen decides what of it is there, as on the floor (`dashboard.live.agent_seen`):

* By a team that they were in then, or because everything is seen: all of it; but a contact of a queue out of sight is only "busy
  elsewhere".
* By a queue alone, on a day on which they worked for it: that work, and of the rest which state it was, without reasons and calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from dashboard.access.actor import Actor, Denied
from dashboard.floor.metrics import Value
from dashboard.refusal import NotThere
from dashboard.reports.business_half_hours import business_metrics, told_of
from dashboard.reports.calls import NEED, CallLine, line_of_offer, line_of_own_call, line_of_visit
from dashboard.reports.calls_conditions import joined_windows, within
from dashboard.reports.figures import FigureRoom
from dashboard.reports.names import Names
from dashboard.reports.period import Calendar
from dashboard.reports.reach import OF_A_ROW
from dashboard.reports.room import Look, Room
from dashboard.reports.written import written_until_ms
from dashboard.store.schema import agent_intervals, agent_states, interval_gaps, offers, own_calls, visits

MOST_CALLS: Final = 500
MOST_STRETCHES: Final = 5_000
LONGEST_STATE_MS: Final = 400 * 86_400_000
BUSY: Final = frozenset({"talking", "holding", "ringing", "wrapping_up"})
BUSY_ELSEWHERE: Final = "busy_elsewhere"
METRICS: Final = (
    "calls_handled", "calls_missed", "calls_rejected", "aht", "avg_talk", "avg_wrap_up", "talk_total", "call_count",
    "calls_dialled", "calls_connected", "transfers", "hung_up_first", "longest_call", "signed_in", "available", "paused",
    "unreachable", "occupancy", "utilisation", "last_call_at",
)  # fmt: skip
"""The figures of the day, in their order on the page; those of business systems follow."""
WITHOUT_MEDIAN: Final = frozenset({"last_call_at"})
OF_WORK: Final = frozenset(
    {"calls_handled", "calls_missed", "calls_rejected", "aht", "avg_talk", "avg_wrap_up", "transfers", "hung_up_first"}
)
"""Figures of the work for a queue, which who sees only the queue may see."""


@dataclass(frozen=True, slots=True)
class StateStretch:
    """A stretch of one state within the day. `is_running`: it lasts, until now as far as anybody knows. `begins_before`: it began on the
    day before. `call`: key of its contact (`switch/boot/call`), "" for none that is in sight."""

    start_ms: int
    end_ms: int
    state: str
    reason: str = ""
    is_internal: bool = False
    queue: str = ""
    call: str = ""
    is_running: bool = False
    begins_before: bool = False
    is_revised: bool = False
    coverage: str = "live"


@dataclass(frozen=True, slots=True)
class DayFigure:
    """A figure of the agent's day beside the middle one of `of` teammates who were signed in that day; None: there is none."""

    metric: str
    value: Value
    median: float | None
    of: int


@dataclass(frozen=True, slots=True)
class AgentDay:
    """`start_ms`, `end_ms`: of the business day; `now_ms`: as of when; `known_ms`: up to when it is written, before now where the
    historian is behind. `team`: of then, "" for none that may be known. `is_whole`: seen by
    more than a queue. `gaps`: unknown time. `since`: the first day of which single states are kept (None: nothing yet)."""

    agent: str
    name: str
    staff_number: str
    team: str
    day: date
    today: date
    start_ms: int
    end_ms: int
    now_ms: int
    known_ms: int
    is_whole: bool
    stretches: tuple[StateStretch, ...]
    figures: tuple[DayFigure, ...]
    calls: tuple[tuple[str, CallLine], ...]
    gaps: tuple[tuple[int, int], ...]
    names: Names
    calendar: Calendar
    since: date | None

    @property
    def is_future(self) -> bool:
        """Whether it has not begun."""
        return self.start_ms > self.now_ms


@dataclass(frozen=True, slots=True)
class _Seen:
    """How the agent was seen on the day. `whole`: stretches of it in which by more than a queue."""

    whole: tuple[tuple[int, int], ...]
    by_queue: bool
    team: str

    def is_whole_at(self, at_ms: int) -> bool:
        return any(first <= at_ms < last for first, last in self.whole)

    def parts(self, start_ms: int, end_ms: int) -> Iterator[tuple[int, int, bool]]:
        """A stretch of time cut where the sight changes: each part with whether it is seen whole. Who sees a team alone sees nothing of
        what the agent did in another one."""
        turns = sorted({at_ms for part in self.whole for at_ms in part if start_ms < at_ms < end_ms})
        for first, last in pairwise((start_ms, *turns, end_ms)):
            is_whole = self.is_whole_at(first)
            if is_whole or self.by_queue:
                yield first, last, is_whole


class AgentDays:
    """The agents of one site, day by day."""

    def __init__(self, room: Room, figures: FigureRoom) -> None:
        self._room = room
        self._figures = figures

    def get(self, actor: Actor, agent: str, on: date | None = None) -> AgentDay:
        """`on` None: today. Raises `Denied` for an agent out of sight, `NotThere` for none (to who sees everything)."""
        with self._room.looking(actor, NEED) as look:
            day = look.calendar.day(on or look.today)
            seen = _seen(look, agent, day.start_ms, day.end_ms)
            found = AgentDay(
                agent=agent,
                name=look.names.agent(agent),
                staff_number=known.staff_number if (known := look.names.agents.get(agent)) else "",
                team=seen.team,
                day=on or look.today,
                today=look.today,
                start_ms=day.start_ms,
                end_ms=day.end_ms,
                now_ms=look.now_ms,
                known_ms=(known_ms := written_until_ms(look)),
                is_whole=bool(seen.whole),
                stretches=tuple(_stretches(look, agent, seen, day.start_ms, day.end_ms, known_ms)),
                figures=(),
                calls=_calls(look, agent, seen, day.start_ms, day.end_ms),
                gaps=_gaps(look, day.start_ms, day.end_ms),
                names=look.names,
                calendar=look.calendar,
                since=_since(look),
            )
            period = look.calendar.period(found.day, found.day)
        if found.is_future:
            return found
        return replace(found, figures=self._numbers(actor, found, period))

    def _numbers(self, actor: Actor, found: AgentDay, period: Any) -> tuple[DayFigure, ...]:
        seen = tuple(name for name in METRICS if found.is_whole or name in OF_WORK | OF_A_ROW)
        asked: tuple[str, ...] = (*seen, *business_metrics(found.names.settings))
        mine = self._figures.agents(actor, asked, period, agents=(found.agent,), each="all").total.values
        asked = told_of(asked, mine)
        team: list[dict[str, Value]] = []
        if found.team:
            members = {
                line.agent for line in self._figures.agents(actor, ("signed_in",), period, teams=(found.team,)).lines
            }
            names = tuple(sorted(agent for agent in members if agent is not None))
            lines = self._figures.agents(actor, asked, period, agents=names).lines  # whole, as the agent's own are
            team = [line.values for line in lines if line.values["signed_in"].value]
        return tuple(_beside(name, mine[name], team) for name in asked)


def _beside(metric: str, value: Value, team: Sequence[dict[str, Value]]) -> DayFigure:
    others = [one[metric].value for one in team]
    known = [float(other) for other in others if isinstance(other, int | float)]
    is_asked = metric not in WITHOUT_MEDIAN and len(known) > 1
    return DayFigure(metric, value, median(known) if is_asked else None, len(known))


# -- sight --------------------------------------------------------------------------------------------------------------


def _seen(look: Look, agent: str, start_ms: int, end_ms: int) -> _Seen:
    """Raises `Denied`, or `NotThere` for an id that nobody has heard of, to who sees everything."""
    i = agent_intervals.c
    is_it = and_(i.site == look.site, i.agent == agent, i.start_ms >= start_ms, i.start_ms < end_ms)
    rows = look.connection.execute(
        select(i.start_ms, i.end_ms, i.team, i.queue).where(is_it).order_by(i.start_ms)
    ).all()
    present = look.names.team_of(agent)
    teams = {row.start_ms: row.team for row in rows}
    newest = rows[-1].team if rows else present
    if look.reach.is_everything:
        if not rows and not _is_known(look, agent):
            raise NotThere("agent_day.refused.unknown")
        return _Seen(((start_ms, end_ms),), by_queue=True, team=newest)
    if set(teams.values()) <= {newest}:
        whole = [(start_ms, end_ms)] if look.reach.is_whole(newest, agent) else []
    else:
        whole = _whole_parts(look, agent, [(row.start_ms, row.team) for row in rows], start_ms, end_ms)
    by_queue = any(row.queue and look.reach.has_queue(row.queue) for row in rows)
    by_queue = by_queue or _worked_in_sight(look, agent, start_ms, end_ms)
    if not whole and not by_queue:
        raise Denied(NEED, f"agent {agent[:200]}")
    shown = newest if whole and (look.reach.is_whole(newest, agent)) else ""
    return _Seen(tuple(whole), by_queue, shown)


def _whole_parts(
    look: Look, agent: str, marks: Sequence[tuple[int, str]], start_ms: int, end_ms: int
) -> list[tuple[int, int]]:
    """Of a day on which the agent changed teams: each team's part of it, where that team is in sight."""
    turns = [mark for n, mark in enumerate(marks) if n == 0 or mark[1] != marks[n - 1][1]]
    begins = [start_ms, *(at_ms for at_ms, _ in turns[1:]), end_ms]
    return joined_windows(
        [(begins[n], begins[n + 1]) for n, (_, team) in enumerate(turns) if look.reach.is_whole(team, agent)]
    )


def _is_known(look: Look, agent: str) -> bool:
    if agent in look.names.agents:
        return True
    s = agent_states.c
    found = look.connection.execute(select(s.id).where(s.site == look.site, s.agent == agent).limit(1)).first()
    return found is not None


def _worked_in_sight(look: Look, agent: str, start_ms: int, end_ms: int) -> bool:
    """Whether they answered, or rang for, a queue in sight: half-hours of this minute may not be written yet."""
    for columns in (visits.c, offers.c):
        is_it = and_(
            columns.site == look.site,
            columns.agent == agent,
            columns.ended_ms >= start_ms,
            columns.ended_ms < end_ms,
            look.reach.of_queue(columns.queue),
        )
        if look.connection.execute(select(columns.id).where(is_it).limit(1)).first() is not None:
            return True
    return False


# -- stretches ----------------------------------------------------------------------------------------------------------


def _stretches(
    look: Look, agent: str, seen: _Seen, start_ms: int, end_ms: int, known_ms: int
) -> Iterator[StateStretch]:
    s = agent_states.c
    latest = select(func.max(s.start_ms)).where(s.site == look.site, s.agent == agent, s.start_ms <= start_ms)
    first_ms = look.connection.execute(latest).scalar() or start_ms
    is_it = and_(s.site == look.site, s.agent == agent, s.start_ms >= first_ms, s.start_ms < end_ms)
    rows = look.connection.execute(select(agent_states).where(is_it).order_by(s.start_ms).limit(MOST_STRETCHES))
    for row in rows:
        last_ms = min(known_ms if row.end_ms is None else row.end_ms, end_ms)
        if last_ms <= start_ms or row.start_ms >= look.now_ms:
            continue
        for part_ms, until_ms, is_whole in seen.parts(max(row.start_ms, start_ms), last_ms):
            stretch = StateStretch(
                part_ms,
                until_ms,
                row.state,
                row.reason or "",
                row.is_internal,
                row.queue or "",
                _contact_of(row.call),
                is_running=row.end_ms is None and end_ms > known_ms and until_ms == last_ms,
                begins_before=row.start_ms < start_ms and part_ms == start_ms,
                is_revised=row.revised_at_ms is not None,
                coverage=row.coverage,
            )
            yield in_sight(stretch, look.reach.has_queue, is_whole=is_whole)


def in_sight(stretch: StateStretch, has_queue: Any, *, is_whole: bool) -> StateStretch:
    """The same as it may be seen. Pure."""
    if stretch.queue and not has_queue(stretch.queue):
        is_by_pause = stretch.state == "wrapping_up" and bool(stretch.reason)
        if stretch.state in BUSY and not is_by_pause:
            return replace(stretch, state=BUSY_ELSEWHERE, reason="", queue="", call="", is_internal=False)
        stretch = replace(stretch, queue="", call="")
    if is_whole or stretch.queue:
        return stretch
    return replace(stretch, reason="", call="", is_internal=False)


def _contact_of(call: str | None) -> str:
    """A contact's key from that of its visit."""
    return (call or "").rpartition("/")[0]


def _gaps(look: Look, start_ms: int, end_ms: int) -> tuple[tuple[int, int], ...]:
    g = interval_gaps.c
    is_in = and_(g.site == look.site, g.from_ms < end_ms, g.to_ms > start_ms)
    rows = look.connection.execute(select(g.from_ms, g.to_ms).where(is_in).order_by(g.from_ms))
    return tuple((max(row.from_ms, start_ms), min(row.to_ms, end_ms)) for row in rows)


def _since(look: Look) -> date | None:
    s = agent_states.c
    first_ms = look.connection.execute(select(func.min(s.start_ms)).where(s.site == look.site)).scalar()
    return None if first_ms is None else date.fromisoformat(look.calendar.containing(first_ms).date)


# -- calls --------------------------------------------------------------------------------------------------------------


def _calls(look: Look, agent: str, seen: _Seen, start_ms: int, end_ms: int) -> tuple[tuple[str, CallLine], ...]:
    """What they talked, what rang without being taken, and own calls, in order; each with the list that it is of."""
    v, o, own = visits.c, offers.c, own_calls.c
    window = [(start_ms, end_ms)]
    talked = and_(
        v.site == look.site,
        v.agent == agent,
        or_(within(v.ended_ms, window), and_(v.ended_ms.is_(None), within(v.at_ms, window))),
        look.reach.of_queue(v.queue),
    )
    rang = and_(
        o.site == look.site,
        o.agent == agent,
        within(o.ended_ms, window),
        o.outcome.in_(("missed", "rejected")),
        look.reach.of_queue(o.queue),
    )
    called = and_(own.site == look.site, own.agent == agent, within(own.ended_ms, window))
    found: list[tuple[str, CallLine]] = []
    for which, table, condition, line in (
        ("visits", visits, talked, line_of_visit),
        ("offers", offers, rang, line_of_offer),
        ("own", own_calls, called, line_of_own_call),
    ):
        if which == "own" and not seen.whole:
            continue
        rows = look.connection.execute(select(table).where(condition).order_by(table.c.ended_ms).limit(MOST_CALLS))
        found += [(which, line(row, "")) for row in rows if which != "own" or seen.is_whole_at(row.ended_ms)]
    return tuple(sorted(found, key=lambda one: one[1].at_ms))
