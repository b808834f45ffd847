"""The leaderboards that run now, as gateways and the historian need them: read whole, again and again, from any thread.

Nobody's permission is asked here: who may see what is decided where it is shown. What this release cannot read is left out.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, func, select

from dashboard.access import scope as scopes
from dashboard.access.scope import Scope
from dashboard.access.team_tree import parents
from dashboard.access.unavailable import AccessUnavailable
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.celebrations import marks
from dashboard.leaderboards.celebrations.marks import Honours, Hour
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.people.appearing import Appearing, appearing
from dashboard.leaderboards.results.frozen import frozen
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.leaderboards.stored import stored
from dashboard.store.engine import StoreError, snapshot
from dashboard.store.schema import (
    agents,
    leaderboard_results,
    leaderboards,
    people,
)

log = logging.getLogger("floorwatch.leaderboards")

HOURS_READ_MS: Final = 3 * 3_600_000
"""Ranks of the hours before that are read: those of an hour ago, and some more for a historian that was away."""


@dataclass(frozen=True, slots=True)
class Known:
    """One leaderboard that is on. `since_ms`: from when it counts; 0: from its period's begin. `queues`, `teams`: what its scope is
    about, with the teams above and below; `queues` None: everything."""

    id: str
    document: Leaderboard
    scope: Scope
    version: int = 1
    since_ms: int = 0
    queues: frozenset[str] | None = None
    teams: frozenset[str] = frozenset()

    def counts(self, bounds: Bounds) -> Bounds:
        """The part of a period that counts."""
        return Bounds(self.since_ms, bounds.to_ms) if bounds.has(self.since_ms) else bounds


@dataclass(frozen=True, slots=True)
class Ended:
    """How a period ended, frozen: what each one did, as corrected last, and what counted then."""

    from_ms: int
    to_ms: int
    document: Leaderboard
    evidence: tuple[Did, ...]


@dataclass(frozen=True, slots=True)
class Current:
    """Everything that is kept of them. `joined`: since when agents are with the company. `hours`: by leaderboard and begin of its period,
    in order. `honours`: by leaderboard and agent. `ended`: the newest published result of each. `appearing`: None: not known, so that
    nobody may be shown."""

    known: tuple[Known, ...] = ()
    joined: Mapping[str, date] = field(default_factory=dict)
    hours: Mapping[tuple[str, int], tuple[Hour, ...]] = field(default_factory=dict)
    honours: Mapping[str, Mapping[str, Honours]] = field(default_factory=dict)
    ended: Mapping[str, Ended] = field(default_factory=dict)
    appearing: dict[str, Appearing] | None = None

    def known_of(self, leaderboard: str) -> Known | None:
        """One of them."""
        return next((one for one in self.known if one.id == leaderboard), None)


class CurrentLeaderboards:
    """One site's."""

    def __init__(self, engine: Engine, site: str) -> None:
        self._engine = engine
        self._site = site

    def read(self, now_ms: int) -> Current:
        """As it stands now. Blocks; raises `AccessUnavailable`."""
        try:
            with snapshot(self._engine) as connection:
                return self._current(connection, now_ms)
        except StoreError as error:
            raise AccessUnavailable(str(error)) from error

    def known(self, leaderboard: str) -> tuple[Known, ...]:
        """This one alone, if it is on. Blocks; raises `AccessUnavailable`."""
        this = (leaderboards.c.site == self._site) & (leaderboards.c.id == leaderboard) & leaderboards.c.is_on
        try:
            with snapshot(self._engine) as connection:
                rows = connection.execute(select(leaderboards).where(this, leaderboards.c.removed_at_ms.is_(None)))
                return tuple(_known(rows.mappings().all(), parents(connection)))
        except StoreError as error:
            raise AccessUnavailable(str(error)) from error

    def _current(self, connection: Connection, now_ms: int) -> Current:
        mine = (leaderboards.c.site == self._site) & leaderboards.c.is_on & leaderboards.c.removed_at_ms.is_(None)
        rows = connection.execute(select(leaderboards).where(mine).order_by(leaderboards.c.id)).mappings().all()
        if not rows:
            return Current(appearing={})
        known = tuple(_known(rows, parents(connection)))
        ids = [one.id for one in known]
        return Current(
            known,
            joined_on(connection, self._site),
            marks.hours(connection, ids, now_ms - HOURS_READ_MS),
            marks.honours(connection, ids),
            _ended(connection, ids),
            appearing(connection, self._site),
        )


def joined_on(connection: Connection, site: str) -> dict[str, date]:
    """Since when agents are with the company, where anybody said so."""
    query = (
        select(agents.c.id, people.c.joined_on)
        .join_from(agents, people, agents.c.person_id == people.c.id)
        .where(agents.c.site == site, people.c.joined_on.is_not(None))
    )
    return {row.id: row.joined_on for row in connection.execute(query)}


def _known(rows: Iterable[RowMapping], tree: Mapping[str, str]) -> Iterator[Known]:
    for row in rows:
        one = stored(row)
        if one.readable is None:
            continue
        scope = scopes.load_or_nothing(row["scope"])
        queues, teams = _about(scope, tree)
        yield Known(one.id, one.readable, scope, one.version, one.since_ms, queues, teams)


def _about(scope: Scope, tree: Mapping[str, str]) -> tuple[frozenset[str] | None, frozenset[str]]:
    """Its queues (None: everything), and its teams with all above and below them."""
    teams, above = set(scopes.subtree(scope.teams, tree)), set(scope.teams)
    while above:
        above = {parent for team in above if (parent := tree.get(team, ""))} - teams
        teams |= above
    return scope.queues, frozenset(teams)


def _ended(connection: Connection, ids: list[str]) -> dict[str, Ended]:
    table = leaderboard_results.c
    newest = (
        select(table.leaderboard_id, func.max(table.from_ms).label("from_ms"))
        .where(table.leaderboard_id.in_(ids), table.published_at_ms.is_not(None))
        .group_by(table.leaderboard_id)
        .subquery()
    )
    is_newest = (table.leaderboard_id == newest.c.leaderboard_id) & (table.from_ms == newest.c.from_ms)
    found: dict[str, Ended] = {}
    for row in connection.execute(select(leaderboard_results).join(newest, is_newest)).all():
        try:
            one = frozen(connection, row)
        except msgspec.MsgspecError:
            log.warning("A result of leaderboard %r is none of this release, and left out.", row.leaderboard_id)
            continue
        if one.document is not None:
            found[row.leaderboard_id] = Ended(row.from_ms, row.to_ms, one.document, one.counted.evidence)
    return found
