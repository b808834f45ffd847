"""Single calls: visits to queues, offers, and agents' own calls, as lists that are filtered, sorted and paged.

Every number of a report opens into such a list. A page begins after (or ends before) the mark of a row, so that pages stay
what they were while calls come in. Totals are counts and sums over the whole list, never a ratio: those are the registry's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, case, func, or_, select

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.floor.calendar import Day
from dashboard.reports.calls_conditions import (
    NO_TIME,
    Asked,
    Condition,
    Limits,
    Members,
    Window,
    joined_windows,
    of_offers,
    of_own_calls,
    of_visits,
    was_back,
)
from dashboard.reports.calls_question import CallsQuestion
from dashboard.reports.names import Names
from dashboard.reports.period import Calendar
from dashboard.reports.reach import LONGEST_INTERVAL_MS
from dashboard.reports.room import Look, Room
from dashboard.reports.written import written_until_ms
from dashboard.store.schema import agent_intervals, offers, own_calls, visits

PAGE: Final = 50
LONGEST_HANDLING_MS: Final = 86_400_000
"""So long after the window is looked for the team of who talked then."""
NEED: Final = Permission.REPORTS_VIEW


@dataclass(frozen=True, slots=True)
class CallLine:
    """One row. `at_ms`: joined (visits), ended (offers) or began (own calls). `wait_s`: of an offer, how long it rang. `talk_s` with
    hold, None where nobody saw the end. `is_back`: of an abandoned visit, its caller came again or was called. `mark`: for paging."""

    switch: str
    boot: str
    call: str
    visit: int
    at_ms: int
    queue: str
    agent: str
    outcome: str
    reason: str
    number: str
    wait_s: int | None
    talk_s: int | None
    ended_ms: int | None
    ended_by: str
    transfer_kind: str
    is_repeat: bool
    is_back: bool
    is_revised: bool
    coverage: str
    mark: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the whole list, not of the page. `outcomes`: rows by outcome (visits, offers) or kind (own calls)."""

    rows: int = 0
    outcomes: Mapping[str, int] | None = None
    longest_wait_s: int | None = None
    talk_s: int | None = None
    longest_talk_s: int | None = None


@dataclass(frozen=True, slots=True)
class CallsPage:
    """`before`, `after`: marks of the rows at its ends if there are more that way, else "". `first`, `last`: the days.
    `known_ms`: up to when calls are written, None: up to now."""

    lines: tuple[CallLine, ...]
    totals: Totals
    first: date
    last: date
    before: str
    after: str
    names: Names
    calendar: Calendar
    known_ms: int | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """How one list is read: its table, what sorts it, what it counts by."""

    table: Table
    moment: str
    wait: ColumnElement[Any] | None
    talk: ColumnElement[Any] | None
    counted: str
    of: Callable[[Asked], Condition]


_LISTS: Final = {
    "visits": _List(
        visits,
        "at_ms",
        visits.c.wait_s,
        visits.c.talk_s + func.coalesce(visits.c.hold_s, 0),
        "outcome",
        of_visits,
    ),
    "offers": _List(offers, "ended_ms", offers.c.ring_s, None, "outcome", of_offers),
    "own": _List(own_calls, "ended_ms", None, own_calls.c.talk_s, "kind", of_own_calls),
}


class Calls:
    """The calls of one site."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def page(self, actor: Actor, question: CallsQuestion, most: int = PAGE) -> CallsPage:
        """What is asked for, as far as it is in the actor's scope. Raises `Denied`."""
        with self._room.looking(actor, NEED) as look:
            first, last = question.from_day or look.today, question.to_day or look.today
            which = _LISTS[question.which]
            table = which.table.c
            _require_names(look, question)
            wanted = and_(table.site == look.site, _in_sight(look, question), which.of(_asked(look, question)))
            rows, has_before, has_after = _rows(look, which, question, wanted, most)
            back = _called_back(look, rows) if question.which == "visits" else frozenset[int]()
            lines = tuple(
                replace(_LINES[question.which](row, f"{row.key}.{row.id}"), is_back=row.id in back) for row in rows
            )
            totals = _totals(look.connection, which, wanted)
            names, calendar = look.names, look.calendar
            known_ms = written_until_ms(look)
            is_behind = known_ms < look.now_ms and last >= look.today
        return CallsPage(
            lines,
            totals,
            first,
            last,
            before=lines[0].mark if lines and has_before else "",
            after=lines[-1].mark if lines and has_after else "",
            names=names,
            calendar=calendar,
            known_ms=known_ms if is_behind else None,
        )


def _in_sight(look: Look, question: CallsQuestion) -> Condition:
    """Own calls belong to the agent, everything else to its queue."""
    table = _LISTS[question.which].table.c
    if question.which == "own":
        return look.reach.of_agent_at(table.agent, table.ended_ms)
    return look.reach.of_queue(table.queue)


def _require_names(look: Look, question: CallsQuestion) -> None:
    """Raises `Denied` for queues and teams out of sight."""
    for queue in question.queues:
        look.reach.require_queue(queue)
    for team in question.teams:
        look.reach.require_team(team)


def _members(look: Look, teams: frozenset[str], windows: Sequence[Window]) -> Members:
    """Who was in these teams within the windows, by the agents' half-hours."""
    if not teams or not windows:
        return Members()
    i = agent_intervals.c
    is_in = case((i.team.in_(teams), 1), else_=0)
    when = i.start_ms.between(windows[0][0] - LONGEST_INTERVAL_MS, windows[-1][1] + LONGEST_HANDLING_MS)
    query = select(i.agent, func.min(is_in).label("least"), func.max(is_in).label("most"))
    rows = look.connection.execute(query.where(i.site == look.site, when).group_by(i.agent)).all()
    return Members(
        frozenset(row.agent for row in rows if row.least),
        frozenset(row.agent for row in rows if row.most and not row.least),
    )


def _asked(look: Look, question: CallsQuestion) -> Asked:
    settings = look.settings
    windows = windows_of(look.calendar, question.from_day or look.today, question.to_day or look.today, question)
    teams = look.reach.with_subteams(question.teams) if question.teams else frozenset[str]()
    return Asked(
        question,
        windows,
        teams,
        {queue: Limits(own.threshold_s, own.short_abandon_s) for queue, own in settings.queues.items()},
        Limits(settings.default_queue.threshold_s, settings.default_queue.short_abandon_s),
        look.reach,
        _members(look, teams, windows),
        _hash_of(look, question.same) if question.same else None,
    )


def _hash_of(look: Look, contact: str) -> bytes | None:
    """Who called, or was called, in a contact that is in sight."""
    switch, boot, call = contact.split("/", 2)
    v, own = visits.c, own_calls.c
    for columns, sight in ((v, look.reach.of_queue(v.queue)), (own, look.reach.of_agent_at(own.agent, own.ended_ms))):
        is_it = and_(
            columns.site == look.site, columns.switch == switch, columns.boot == boot, columns.call == call, sight
        )
        found = look.connection.execute(select(columns.number_hash).where(is_it).limit(1)).scalar()
        if found:
            return bytes(found)
    return None


def windows_of(calendar: Calendar, first: date, last: date, question: CallsQuestion) -> list[Window]:
    """The stretches of time that a question is about: whole business days, or parts of some of them by the local clock. Where the
    clock is set back, its hour counts twice."""
    found: list[Window] = []
    for on in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        day = calendar.day(on)
        if question.weekdays and on.isoweekday() not in question.weekdays:
            continue
        if question.clock is None:
            found.append((day.start_ms, day.end_ms))
        else:
            found += _parts(day, calendar.zone, question.clock)
    return joined_windows(found)


def _parts(day: Day, zone: ZoneInfo, clock: tuple[int, int]) -> list[Window]:
    """Of one business day, which may lie on two local dates."""
    on = date.fromisoformat(day.date)
    found = []
    for local in (on, on + timedelta(days=1)):
        midnight = datetime(local.year, local.month, local.day)  # noqa: DTZ001 — a wall clock's reading
        for fold in (0, 1):
            first, last = (
                (midnight + timedelta(minutes=minutes)).replace(tzinfo=zone, fold=fold).astimezone(UTC)
                for minutes in clock
            )
            window = (
                max(round(first.timestamp() * 1000), day.start_ms),
                min(round(last.timestamp() * 1000), day.end_ms),
            )
            if window[0] < window[1]:
                found.append(window)
    return found


# -- pages --------------------------------------------------------------------------------------------------------------


def _key(which: _List, question: CallsQuestion) -> ColumnElement[Any]:
    """What the list is sorted by, before the row's id."""
    by = question.sort.lstrip("-")
    column = {"wait": which.wait, "talk": which.talk}.get(by)
    return which.table.c[which.moment] if column is None else func.coalesce(column, NO_TIME)


def _rows(
    look: Look, which: _List, question: CallsQuestion, wanted: Condition, most: int
) -> tuple[Sequence[Row[Any]], bool, bool]:
    """The page's rows in the asked order; whether there are more before, and after them."""
    key, number = _key(which, question), which.table.c.id
    is_back = bool(question.before) and not question.after
    falls = question.sort.startswith("-") != is_back
    mark = question.before if is_back else question.after
    query = select(which.table, key.label("key")).where(wanted)
    if mark:
        at, _, row = mark.partition(".")
        key_mark, number_mark = int(at), int(row or 0)
        beyond = key < key_mark if falls else key > key_mark
        further = number < number_mark if falls else number > number_mark
        query = query.where(or_(beyond, and_(key == key_mark, further)))
    order = (key.desc(), number.desc()) if falls else (key, number)
    found = look.connection.execute(query.order_by(*order).limit(most + 1)).all()
    has_more, rows = len(found) > most, found[:most]
    return (rows[::-1], has_more, True) if is_back else (rows, bool(mark), has_more)


def _called_back(look: Look, rows: Sequence[Row[Any]]) -> frozenset[int]:
    """Which of a page's abandoned visits are struck off: by their ids, asked for no more rows than are shown."""
    asked = [row.id for row in rows if row.outcome == "abandoned" and row.number_hash is not None]
    if not asked:
        return frozenset()
    query = select(visits.c.id).where(visits.c.id.in_(asked), was_back(look.reach))
    return frozenset(look.connection.execute(query).scalars())


def _totals(connection: Connection, which: _List, wanted: Condition) -> Totals:
    counted = which.table.c[which.counted]
    nothing = func.max(0)
    columns = (
        counted.label("counted"),
        func.count().label("rows"),
        (nothing if which.wait is None else func.max(which.wait)).label("longest_wait_s"),
        (nothing if which.talk is None else func.sum(which.talk)).label("talk_s"),
        (nothing if which.talk is None else func.max(which.talk)).label("longest_talk_s"),
    )
    rows = connection.execute(select(*columns).where(wanted).group_by(counted)).all()
    waits = [row.longest_wait_s for row in rows if row.longest_wait_s is not None]
    talks = [int(row.talk_s) for row in rows if row.talk_s is not None]
    longest = [row.longest_talk_s for row in rows if row.longest_talk_s is not None]
    return Totals(
        sum(row.rows for row in rows),
        {row.counted: row.rows for row in rows},
        longest_wait_s=max(waits, default=None) if which.wait is not None else None,
        talk_s=sum(talks) if which.talk is not None and talks else None,
        longest_talk_s=max(longest, default=None) if which.talk is not None else None,
    )


# -- rows ---------------------------------------------------------------------------------------------------------------


def line_of_visit(row: Row[Any], mark: str) -> CallLine:
    return CallLine(
        switch=row.switch,
        boot=row.boot,
        call=row.call,
        visit=row.visit,
        at_ms=row.at_ms,
        queue=row.queue,
        agent=row.agent or "",
        outcome=row.outcome,
        reason=row.reason or "",
        number=row.number_masked or "",
        wait_s=row.wait_s,
        talk_s=None if row.talk_s is None else row.talk_s + (row.hold_s or 0),
        ended_ms=row.ended_ms,
        ended_by=row.ended_by or "",
        transfer_kind=row.transfer_kind or "",
        is_repeat=row.is_repeat,
        is_back=False,
        is_revised=row.revised_at_ms is not None,
        coverage=row.coverage,
        mark=mark,
    )


def line_of_offer(row: Row[Any], mark: str) -> CallLine:
    return CallLine(
        switch=row.switch,
        boot=row.boot,
        call=row.call,
        visit=row.visit,
        at_ms=row.ended_ms,
        queue=row.queue,
        agent=row.agent,
        outcome=row.outcome,
        reason="",
        number="",
        wait_s=row.ring_s,
        talk_s=None,
        ended_ms=row.ended_ms,
        ended_by="",
        transfer_kind="",
        is_repeat=False,
        is_back=False,
        is_revised=row.revised_at_ms is not None,
        coverage=row.coverage,
        mark=mark,
    )


def line_of_own_call(row: Row[Any], mark: str) -> CallLine:
    return CallLine(
        switch=row.switch,
        boot=row.boot,
        call=row.call,
        visit=0,
        at_ms=row.started_ms,
        queue="",
        agent=row.agent,
        outcome=row.kind,
        reason="" if row.connected_ms is not None else "unconnected",
        number=row.number_masked or "",
        wait_s=None if row.connected_ms is None else (row.connected_ms - row.started_ms) // 1000,
        talk_s=row.talk_s,
        ended_ms=row.ended_ms,
        ended_by=row.ended_by or "",
        transfer_kind="",
        is_repeat=False,
        is_back=False,
        is_revised=row.revised_at_ms is not None,
        coverage=row.coverage,
        mark=mark,
    )


_LINES: Final[dict[str, Callable[[Row[Any], str], CallLine]]] = {
    "visits": line_of_visit,
    "offers": line_of_offer,
    "own": line_of_own_call,
}
