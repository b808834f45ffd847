"""What must be known over a restart of the historian: leaders and goals of the period, ranks of the hours before, badges and streaks.

Rows of `leaderboard_marks`: (leaderboard, kind, key, begin of the period) → when it was noted, and a value (JSON) whose form the kind says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from dashboard.leaderboards.celebrations.badges import Won
from dashboard.leaderboards.celebrations.causes import Lead, Watched
from dashboard.leaderboards.stored import log
from dashboard.store.schema import leaderboard_marks, leaderboards

Kind = Literal["leader", "goal", "ran", "hour", "badge", "days"]
"""leader: by group, who leads and after how many changes. goal: whether it was reached. ran: a period that was seen running. hour: ranks
by agent. badge: by agent, what they won. days: up to which day badges were judged."""

OF_NO_PERIOD: Final = 0
HOURS_KEPT_MS: Final = 4 * 3_600_000
PERIODS_KEPT_MS: Final = 400 * 86_400_000
"""Longer than the longest contest."""
_table = leaderboard_marks.c


class Mark(msgspec.Struct, frozen=True):
    """One row. `value`: JSON."""

    leaderboard: str
    kind: Kind
    key: str
    from_ms: int
    at_ms: int
    value: str = "null"


@dataclass(frozen=True, slots=True)
class Hour:
    """Who had which rank at a full hour of a period."""

    at_ms: int
    ranks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Honours:
    """What somebody holds; `at_ms`: since when it is that."""

    won: Won
    at_ms: int


class _Leads(msgspec.Struct, frozen=True):
    leader: str
    changes: int


def put(connection: Connection, marks: Iterable[Mark]) -> None:
    """Notes them: each instead of what stood there before."""
    for mark in marks:
        values = {"at_ms": mark.at_ms, "value": mark.value}
        this = _of(mark.leaderboard, mark.kind) & (_table.key == mark.key) & (_table.from_ms == mark.from_ms)
        if not connection.execute(update(leaderboard_marks).where(this).values(values)).rowcount:
            row = {"leaderboard_id": mark.leaderboard, "kind": mark.kind, "key": mark.key, "from_ms": mark.from_ms}
            connection.execute(insert(leaderboard_marks).values(**row, **values))


def watched(connection: Connection, leaderboard: str, from_ms: int) -> Watched:
    """What was known of a period when it was noted last."""
    query = select(_table.kind, _table.key, _table.value).where(
        (_table.leaderboard_id == leaderboard) & (_table.from_ms == from_ms) & _table.kind.in_(("leader", "goal"))
    )
    leads: dict[str, Lead] = {}
    goals: dict[str, bool] = {}
    for kind, key, value in connection.execute(query).all():
        if kind == "leader":
            known = _decoded(_LEADS, value)
            if known is not None:
                leads[key] = Lead(known.leader, known.changes)
        else:
            goals[key] = bool(_decoded(_BOOL, value))
    return Watched(from_ms, leads, goals)


def of_watched(leaderboard: str, before: Watched, after: Watched, at_ms: int) -> list[Mark]:
    """What of it is to be noted: what changed."""
    found: list[Mark] = []
    for group, lead in after.leads.items():
        was = before.leads.get(group, _NO_LEAD)
        if (was.leader, was.changes) != (lead.leader, lead.changes) or before.from_ms != after.from_ms:
            value = _text(_Leads(lead.leader, lead.changes))
            found.append(Mark(leaderboard, "leader", group, after.from_ms, at_ms, value))
    for goal, is_reached in after.goals.items():
        if before.goals.get(goal) != is_reached or before.from_ms != after.from_ms:
            found.append(Mark(leaderboard, "goal", goal, after.from_ms, at_ms, _text(is_reached)))
    return found


def of_hour(leaderboard: str, from_ms: int, hour_ms: int, ranks: Mapping[str, int]) -> Mark:
    """Who had which rank then."""
    return Mark(leaderboard, "hour", str(hour_ms), from_ms, hour_ms, _text(dict(ranks)))


def hours(connection: Connection, ids: Collection[str], since_ms: int) -> dict[tuple[str, int], tuple[Hour, ...]]:
    """The hours from `since_ms` on, in order, by leaderboard (`ids`) and begin of its period."""
    query = (
        select(_table.leaderboard_id, _table.from_ms, _table.at_ms, _table.value)
        .where(_table.leaderboard_id.in_(ids), _table.kind == "hour", _table.at_ms >= since_ms)
        .order_by(_table.at_ms)
    )
    found: dict[tuple[str, int], tuple[Hour, ...]] = {}
    for leaderboard, from_ms, at_ms, value in connection.execute(query):
        ranks = _decoded(_RANKS, value)
        if ranks is not None:
            key = leaderboard, from_ms
            found[key] = (*found.get(key, ()), Hour(at_ms, ranks))
    return found


def honours(connection: Connection, ids: Collection[str]) -> dict[str, dict[str, Honours]]:
    """What agents of these leaderboards (`ids`) hold, by leaderboard and agent."""
    query = select(_table.leaderboard_id, _table.key, _table.at_ms, _table.value).where(
        _table.leaderboard_id.in_(ids), _table.kind == "badge"
    )
    found: dict[str, dict[str, Honours]] = {}
    for leaderboard, agent, at_ms, value in connection.execute(query):
        won = _decoded(_WON, value)
        if won is not None:
            found.setdefault(leaderboard, {})[agent] = Honours(won, at_ms)
    return found


def of_won(leaderboard: str, changed: Mapping[str, Won], at_ms: int) -> list[Mark]:
    """What agents hold now."""
    return [Mark(leaderboard, "badge", agent, OF_NO_PERIOD, at_ms, _text(one)) for agent, one in changed.items()]


def ran(connection: Connection, leaderboard: str) -> dict[int, int]:
    """Periods that were seen running and are not frozen: begin → end."""
    query = select(_table.from_ms, _table.value).where(_of(leaderboard, "ran"))
    ends = {from_ms: _decoded(_INT, value) for from_ms, value in connection.execute(query).all()}
    return {from_ms: to_ms for from_ms, to_ms in ends.items() if to_ms is not None}


def forget_period(connection: Connection, leaderboard: str, from_ms: int) -> None:
    """Nothing of a frozen period can be called any more."""
    of_period = (_table.leaderboard_id == leaderboard) & (_table.from_ms == from_ms)
    connection.execute(delete(leaderboard_marks).where(of_period & _table.kind.in_(("leader", "goal", "ran"))))


def judged_up_to(connection: Connection, leaderboard: str) -> int | None:
    """The end of the last day of which badges were judged."""
    query = select(_table.at_ms).where(_of(leaderboard, "days"))
    return connection.execute(query).scalar_one_or_none()


def forget_old(connection: Connection, site: str, now_ms: int) -> None:
    """Ranks that are shown nowhere any more, periods that nobody ever froze, and everything of leaderboards that are removed."""
    mine = select(leaderboards.c.id).where(leaderboards.c.site == site)
    gone = mine.where(leaderboards.c.removed_at_ms.is_not(None))
    of_site = _table.leaderboard_id.in_(mine.scalar_subquery())
    old_hours = of_site & (_table.kind == "hour") & (_table.at_ms < now_ms - HOURS_KEPT_MS)
    old_periods = of_site & (_table.from_ms > OF_NO_PERIOD) & (_table.from_ms < now_ms - PERIODS_KEPT_MS)
    for old in (old_hours, old_periods, _table.leaderboard_id.in_(gone.scalar_subquery())):
        connection.execute(delete(leaderboard_marks).where(old))


def _of(leaderboard: str, kind: Kind) -> Any:
    return (_table.leaderboard_id == leaderboard) & (_table.kind == kind)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _decoded(decoder: msgspec.json.Decoder[Any], text: str) -> Any:
    try:
        return decoder.decode(text)
    except msgspec.MsgspecError:
        log.warning("A mark of a leaderboard is none of this release, and counts for nothing.")
        return None


_NO_LEAD: Final = Lead()
_LEADS: Final = msgspec.json.Decoder(_Leads)
_BOOL: Final = msgspec.json.Decoder(bool)
_INT: Final = msgspec.json.Decoder(int)
_RANKS: Final = msgspec.json.Decoder(dict[str, int])
_WON: Final = msgspec.json.Decoder(Won)
