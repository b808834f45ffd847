"""Leaderboards as people keep them: made, copied, changed, switched on and off, removed.

A leaderboard belongs to a scope. Who may edit leaderboards there, and nobody else, changes it; what is out of reach answers as if it
were not there. It names no team and no queue outside that scope. Each change is one transaction with its line in the audit log, and is
of the version that the person saw: nobody overwrites what somebody else did meanwhile. Whoever shows leaderboards is told.

What counts may change in the middle of a period: then it counts from now on (from the begin of the interval that runs, for the past is
kept interval by interval), or the period is counted anew. While a period that is over is still being counted, what counts stays.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import msgspec
import redis
from sqlalchemy import Connection, Engine, func, select

from collectors.events import FloorSettings
from dashboard.access import notices
from dashboard.access import scope as scopes
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.access.team_tree import parents
from dashboard.boards.document import Title
from dashboard.directory.settings_of import rows_of, settings_of
from dashboard.floor.calendar import business_day, interval_starts
from dashboard.leaderboards.celebrations import marks
from dashboard.leaderboards.checking import mistakes
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.results.frozen import GRACE_MS, is_frozen
from dashboard.leaderboards.standings.periods import clock_of, last
from dashboard.leaderboards.stored import (
    DOCUMENT,
    LeaderboardConflict,
    LeaderboardRefused,
    StoredLeaderboard,
    UnknownLeaderboard,
    dumped,
    stored,
)
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import leaderboards
from dashboard.typed_text import in_one_line

MOST_LEADERBOARDS: Final = 200
"""Of a site, without the removed ones."""
LONGEST_NAME: Final = 100

COUNTING_MS: Final = 3 * GRACE_MS
"""Longer than that nobody waits for a period to be frozen: the historian is away."""

Counts = Literal["from_now", "from_begin"]
"""From when on a change counts in the period that runs."""

_VIEW: Final = Permission.LEADERBOARDS_VIEW
_EDIT: Final = Permission.LEADERBOARDS_EDIT


class Leaderboards:
    """The leaderboards of one site. Calls block on the database; may be shared by threads. `now_ms`: the clock (epoch)."""

    def __init__(self, engine: Engine, audit: Audit, link: redis.Redis, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms

    # -- looking -------------------------------------------------------------------------------------------------------

    def listed(self, actor: Actor) -> list[StoredLeaderboard]:
        """Those that the actor may edit, by name."""
        within = actor.require(_EDIT)
        with reading(self._engine) as connection:
            tree = parents(connection)
            return [one for one in self._every(connection) if within.covers(one.scope, tree)]

    def shown(self, actor: Actor) -> list[StoredLeaderboard]:
        """Those that are on and have anybody in the scope in which the actor may view leaderboards, by name. Whom of them the actor
        sees is for who shows them."""
        within = actor.require(_VIEW)
        with reading(self._engine) as connection:
            tree = parents(connection)
            return [one for one in self._every(connection) if one.is_on and _meet(within, one.scope, tree)]

    def get(self, actor: Actor, leaderboard_id: str) -> StoredLeaderboard:
        """One that the actor may edit. Raises `UnknownLeaderboard`, or `Denied` for one out of reach."""
        with reading(self._engine) as connection:
            return self._own(connection, actor, leaderboard_id)

    # -- changing ------------------------------------------------------------------------------------------------------

    def make(self, actor: Actor, document: Leaderboard, scope: Scope, *, is_on: bool = False) -> str:
        """A new one; gives its id. Raises `LeaderboardRefused` with all mistakes, `Denied` for a scope beyond the actor's."""
        return self._new(actor, document, scope, is_on=is_on, details={})

    def copy(self, actor: Actor, leaderboard_id: str, title: Title) -> str:
        """Another one like it, in the same scope, off, with another title; gives its id."""
        source = self.get(actor, leaderboard_id)
        document = msgspec.structs.replace(source.document, title=title)
        return self._new(actor, document, source.scope, is_on=False, details={"from": leaderboard_id})

    def change(
        self, actor: Actor, leaderboard_id: str, document: Leaderboard, version: int, counts: Counts = "from_begin"
    ) -> int:
        """Another document; gives the new version. `counts` matters only where what counts is changed (`counts_otherwise`). Raises
        `LeaderboardRefused` with all mistakes, `LeaderboardConflict` when it is not of `version` any more, and `Denied`."""
        with self._changing(actor, leaderboard_id, version) as (connection, before):
            settings = settings_of(rows_of(connection, self._site))
            text = _checked(document, settings)
            self._require_fitting(connection, document, before.scope)
            if before.readable is not None and dumped(before.readable) == text:
                return version
            values: dict[str, Any] = {"document": text, "name": _name(document)}
            if before.readable is None or counts_otherwise(before.readable, document):
                self._require_settled(connection, before, settings)
                values["since_ms"] = _interval_ms(self._now_ms(), settings) if counts == "from_now" else 0
            self._put(connection, actor, before, values)
            self._log(connection, actor, "leaderboard.changed", before, _changes(before.readable, document) | values)
        self._tell(leaderboard_id)
        return version + 1

    def switch(self, actor: Actor, leaderboard_id: str, version: int, *, is_on: bool) -> int:
        """On: it is counted, shown and celebrated; off: none of it, and a period that ends meanwhile is not frozen. Gives the new
        version. Raises `LeaderboardConflict`, `LeaderboardRefused` while one is being counted, `Denied`."""
        with self._changing(actor, leaderboard_id, version) as (connection, before):
            if before.is_on == is_on:
                return version
            if not is_on:
                self._require_counted(connection, before, settings_of(rows_of(connection, self._site)))
            self._put(connection, actor, before, {"is_on": is_on})
            self._log(connection, actor, "leaderboard.on" if is_on else "leaderboard.off", before, {})
        self._tell(leaderboard_id)
        return version + 1

    def remove(self, actor: Actor, leaderboard_id: str, version: int) -> None:
        """It is shown no more; what its periods came to stays. Raises `LeaderboardConflict`, `LeaderboardRefused` while one is being
        counted, `Denied`."""
        with self._changing(actor, leaderboard_id, version) as (connection, before):
            if before.is_on:
                self._require_counted(connection, before, settings_of(rows_of(connection, self._site)))
            self._put(connection, actor, before, {"is_on": False, "removed_at_ms": self._now_ms()})
            self._log(connection, actor, "leaderboard.removed", before, {})
        self._tell(leaderboard_id)

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _new(
        self, actor: Actor, document: Leaderboard, scope: Scope, *, is_on: bool, details: Mapping[str, Any]
    ) -> str:
        within = actor.require(_EDIT)
        if scope.is_nothing:
            raise LeaderboardRefused([Refused("leaderboards.refused.scope_missing", "scope")])
        made = secrets.token_hex(8)
        with self._audit.writing() as connection:
            if not within.covers(scope, parents(connection)):
                raise Denied(_EDIT, "leaderboard")
            text = _checked(document, settings_of(rows_of(connection, self._site)))
            self._require_fitting(connection, document, scope)
            if self._count(connection) >= MOST_LEADERBOARDS:
                raise LeaderboardRefused([Refused("leaderboards.refused.too_many", "", most=MOST_LEADERBOARDS)])
            values = {
                "id": made,
                "site": self._site,
                "name": _name(document),
                "scope": scopes.dump(scope),
                "document": text,
                "version": 1,
                "is_on": is_on,
                "since_ms": 0,
                "changed_by": actor.name[:100],
                "changed_at_ms": self._now_ms(),
            }
            connection.execute(leaderboards.insert().values(values))
            facts = {**details, "scope": values["scope"], "is_on": is_on, "after": msgspec.to_builtins(document)}
            target = Target("leaderboard", made, _name(document))
            self._audit.append(connection, actor, "leaderboard.made", target, details=facts)
        self._tell(made)
        return made

    @contextmanager
    def _changing(
        self, actor: Actor, leaderboard_id: str, version: int
    ) -> Iterator[tuple[Connection, StoredLeaderboard]]:
        actor.require(_EDIT)
        with self._audit.writing() as connection:
            before = self._own(connection, actor, leaderboard_id)
            if before.version != version:
                raise self._conflict(connection, before)
            yield connection, before

    def _put(self, connection: Connection, actor: Actor, before: StoredLeaderboard, values: Mapping[str, Any]) -> None:
        this = (leaderboards.c.id == before.id) & (leaderboards.c.version == before.version)
        changed = {"version": before.version + 1, "changed_by": actor.name[:100], "changed_at_ms": self._now_ms()}
        if not connection.execute(leaderboards.update().where(this).values(**changed, **values)).rowcount:
            raise self._conflict(connection, before)

    def _conflict(self, connection: Connection, known: StoredLeaderboard) -> LeaderboardConflict:
        zone = ZoneInfo(settings_of(rows_of(connection, self._site)).time_zone)
        time = datetime.fromtimestamp(known.changed_at_ms / 1000, zone).strftime("%Y-%m-%d %H:%M")
        return LeaderboardConflict(known.version, known.changed_by, known.changed_at_ms, time)

    def _log(
        self,
        connection: Connection,
        actor: Actor,
        action: str,
        before: StoredLeaderboard,
        details: Mapping[str, Any],
    ) -> None:
        facts = {"version": before.version + 1, **{name: one for name, one in details.items() if name != "document"}}
        target = Target("leaderboard", before.id, str(details.get("name", before.name)))
        self._audit.append(connection, actor, action, target, details=facts)

    def _every(self, connection: Connection) -> list[StoredLeaderboard]:
        query = select(leaderboards).where(self._there()).order_by(leaderboards.c.name, leaderboards.c.id)
        return [stored(row) for row in connection.execute(query).mappings()]

    def _own(self, connection: Connection, actor: Actor, leaderboard_id: str) -> StoredLeaderboard:
        within, tree = actor.require(_EDIT), parents(connection)
        query = select(leaderboards).where(self._there() & (leaderboards.c.id == leaderboard_id))
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise UnknownLeaderboard(leaderboard_id) if within.is_everything else _out_of_reach(leaderboard_id)
        found = stored(row)
        if not within.covers(found.scope, tree):
            raise _out_of_reach(leaderboard_id)
        return found

    def _there(self) -> Any:
        return (leaderboards.c.site == self._site) & leaderboards.c.removed_at_ms.is_(None)

    def _count(self, connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(leaderboards).where(self._there())).scalar_one()

    def _require_fitting(self, connection: Connection, document: Leaderboard, scope: Scope) -> None:
        within = scope.with_subteams(parents(connection))
        if within.is_everything:
            return
        foreign = {
            "who.teams": [team for team in document.who.teams if not within.has_team(team)],
            "who.queues": [queue for queue in document.who.queues if not within.has_queue(queue)],
        }
        wrong = [
            Refused("leaderboards.refused.out_of_scope", field, names=", ".join(names)[:200])
            for field, names in foreign.items()
            if names
        ]
        if wrong:
            raise LeaderboardRefused(wrong)

    def _require_settled(self, connection: Connection, before: StoredLeaderboard, settings: FloorSettings) -> None:
        """What counted in a period that is over stays until that is frozen; a contest is held once."""
        period = before.readable.period if before.readable is not None else None
        if period is not None and period.kind == "contest":
            bounds = last(period, self._now_ms(), clock_of(settings))
            if bounds is not None and is_frozen(connection, before.id, bounds.from_ms):
                raise LeaderboardRefused([Refused("leaderboards.refused.is_final", "period")])
        self._require_counted(connection, before, settings)

    def _require_counted(self, connection: Connection, before: StoredLeaderboard, settings: FloorSettings) -> None:
        """No period of it is over and waits to be frozen."""
        now_ms = self._now_ms()
        ends = [to_ms for to_ms in marks.ran(connection, before.id).values() if to_ms <= now_ms < to_ms + COUNTING_MS]
        if ends:
            time = datetime.fromtimestamp(max(ends) / 1000, ZoneInfo(settings.time_zone)).strftime("%Y-%m-%d %H:%M")
            raise LeaderboardRefused([Refused("leaderboards.refused.being_counted", "", time=time)])

    def _tell(self, leaderboard_id: str) -> None:
        notices.tell(self._redis, self._site, Notice("leaderboards", leaderboard_id))


def counts_otherwise(before: Leaderboard, after: Leaderboard) -> bool:
    """Whether standings may differ: another scheme, others who take part, another period."""
    return (before.scheme, before.who, before.period) != (after.scheme, after.who, after.period)


def _checked(document: Leaderboard, settings: FloorSettings) -> str:
    """The document as it is kept. Raises `LeaderboardRefused` with all mistakes."""
    wrong = list(mistakes(document, settings))
    if wrong:
        raise LeaderboardRefused(wrong)
    try:
        return dumped(DOCUMENT.decode(dumped(document)))  # numbers in one form
    except msgspec.ValidationError as error:
        raise LeaderboardRefused([Refused("leaderboards.refused.document", "", why=str(error)[:200])]) from None


def _name(document: Leaderboard) -> str:
    return in_one_line(document.title.zh or document.title.en)[:LONGEST_NAME]


def _changes(before: Leaderboard | None, after: Leaderboard) -> dict[str, Any]:
    """Fields that differ, as they were and as they are."""
    old = {} if before is None else msgspec.to_builtins(before)
    new = msgspec.to_builtins(after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return {
        "before": {name: old.get(name) for name in names},
        "after": {name: new.get(name) for name in names},
    }


def _interval_ms(now_ms: int, settings: FloorSettings) -> int:
    """Where the interval that runs began."""
    day = business_day(now_ms, settings.time_zone, settings.day_starts_at_min)
    starts = interval_starts(day, settings.time_zone, settings.interval_min)
    return max(start for start in starts if start <= now_ms)


def _meet(within: Scope, scope: Scope, tree: Mapping[str, str]) -> bool:
    """Whether anything of `scope` is in `within`. A leaderboard of everybody is everybody's to look at."""
    return not (within & scope).with_subteams(tree).is_nothing


def _out_of_reach(leaderboard_id: str) -> Denied:
    return Denied(_EDIT, f"leaderboard {leaderboard_id[:64]}")
