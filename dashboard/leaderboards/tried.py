"""How a leaderboard stands by the history alone: before it is saved, and while it runs, for who may see everybody's place.

A page has no floor: what is counted here is what history holds, some seconds behind the screens; whoever is signed in all the time is
counted up to the last change of their state. The numbers of a period that is over are whole. Nobody outside the scope in which the actor
may see everybody's place is shown; scores are of everybody all the same. Looking at them is on record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec
from sqlalchemy import Engine, select

from collectors.events import FloorSettings
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope, load_or_nothing
from dashboard.access.team_tree import parents
from dashboard.directory.seen import SeenNow
from dashboard.directory.settings_of import rows_of, settings_of
from dashboard.floor.scoring.ranks import Ranks, ranks_of
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.current import Known, joined_on
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.results.export import ResultFile
from dashboard.leaderboards.results.frozen import Counted, Frozen
from dashboard.leaderboards.standings import periods
from dashboard.leaderboards.standings.counting import Counting, Crew
from dashboard.leaderboards.standings.past import written
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.leaderboards.stored import StoredLeaderboard
from dashboard.leaderboards.whole import reaches, sees
from dashboard.reports.files import File, Format
from dashboard.reports.names import names_of
from dashboard.store.engine import reading
from dashboard.store.schema import leaderboards
from layouts.texts import Catalogue

Which = Literal["running", "last"]


@dataclass(frozen=True, slots=True)
class Tried:
    """`document`: as what it was counted, `counted_from_ms`: from when on. `ranks`: everybody's; `seen`: who of them the actor may see.
    `at_ms`: how far history is."""

    document: Leaderboard
    bounds: Bounds
    counted_from_ms: int
    is_running: bool
    ranks: Ranks
    dids: Mapping[str, Did]
    seen: frozenset[str]
    at_ms: int
    settings: FloorSettings


class Trying:
    """Of one site. Calls block on the database. `now_ms`: the clock (epoch)."""

    def __init__(self, engine: Engine, audit: Audit, site: str, now_ms: Callable[[], int], seen: SeenNow) -> None:
        self._engine = engine
        self._audit = audit
        self._site = site
        self._now_ms = now_ms
        self._seen = seen
        self._counting = Counting(engine, site)

    def names(self, actor: Actor, need: Permission = Permission.LEADERBOARDS_EDIT) -> FloorSettings:
        """The directory as the floor follows it, with no agent but those of the actor's teams."""
        within = actor.require(need)
        with reading(self._engine) as connection:
            settings = settings_of(rows_of(connection, self._site))
            reach = within.with_subteams(parents(connection))
        mine = {agent: own for agent, own in settings.agents.items() if sees(reach, agent, own.team)}
        return msgspec.structs.replace(settings, agents=mine)

    def before_saving(self, actor: Actor, document: Leaderboard, scope: Scope, which: Which) -> Tried | None:
        """With the numbers of the period that runs, or of the last one; None where there is none yet. Raises `Denied`."""
        within = actor.require(Permission.LEADERBOARDS_EDIT)
        actor.require(Permission.LEADERBOARDS_WHOLE)
        with reading(self._engine) as connection:
            if not within.covers(scope, parents(connection)):
                raise Denied(Permission.LEADERBOARDS_EDIT, "leaderboard")
        found = self._tried(actor, document, scope, 0, which)
        if found is not None:
            self._seen_whole(actor, found, Target("leaderboard", "", (document.title.zh or document.title.en)[:100]))
        return found

    def standing(self, actor: Actor, stored: StoredLeaderboard, which: Which = "running") -> Tried | None:
        """How one that is kept stands; on record. Raises `Denied` for one of which the actor may see nobody's place."""
        within = actor.require(Permission.LEADERBOARDS_WHOLE)
        with reading(self._engine) as connection:
            tree = parents(connection)
        if not reaches(within, stored.scope, tree):
            raise Denied(Permission.LEADERBOARDS_WHOLE, f"leaderboard {stored.id[:64]}")
        found = self._tried(actor, stored.document, stored.scope, stored.since_ms, which)
        if found is not None:
            self._seen_whole(actor, found, Target("leaderboard", stored.id, stored.name))
        return found

    def _seen_whole(self, actor: Actor, found: Tried, target: Target) -> None:
        details = {"from_ms": found.bounds.from_ms, "to_ms": found.bounds.to_ms}
        self._audit.record(actor, "leaderboard.whole_read", target, details=details)

    def _tried(self, actor: Actor, document: Leaderboard, scope: Scope, since_ms: int, which: Which) -> Tried | None:
        now_ms = self._now_ms()
        with reading(self._engine) as connection:
            settings = settings_of(rows_of(connection, self._site))
            reach = actor.scope(Permission.LEADERBOARDS_WHOLE).with_subteams(parents(connection))
            joined, at_ms = joined_on(connection, self._site), written(connection, self._site)[0]
        clock = periods.clock_of(settings)
        bounds = (periods.running if which == "running" else periods.last)(document.period, now_ms, clock)
        if bounds is None:
            return None
        known = Known("", document, scope, since_ms=since_ms)
        counts = known.counts(bounds)
        dids = self._counting.count(known, counts, settings, joined, self._crew())
        seen = frozenset(did.id for did in dids if sees(reach, did.id, did.team))
        return Tried(
            document,
            bounds,
            counts.from_ms,
            bounds.has(now_ms),
            ranks_of(document.scheme, dids, settings.measures),
            {did.id: did for did in dids},
            seen,
            at_ms,
            settings,
        )

    def exported(self, actor: Actor, stored: StoredLeaderboard, kind: Format, texts: Catalogue) -> File | None:
        """The same as `standing` as a file, in the words of `texts` (room `leaderboards`); on record."""
        found = self.standing(actor, stored)
        if found is None:
            return None
        mine = {found.dids[one].team for one in found.seen}
        counted = Counted(
            tuple(one for one in found.ranks.standings() if one.id in found.seen or one.id in mine),
            tuple(did for did in found.dids.values() if did.id in found.seen),
        )
        so_far = Frozen(
            "", stored.id, found.bounds, found.counted_from_ms, found.document, counted, "", found.at_ms, "", None
        )
        with reading(self._engine) as connection:
            names = names_of(connection, self._site, found.settings, {})
        details = {
            "from_ms": found.bounds.from_ms,
            "to_ms": found.bounds.to_ms,
            "form": kind,
            "lines": len(counted.standings),
        }
        self._audit.record(
            actor, "leaderboard.exported", Target("leaderboard", stored.id, stored.name), details=details
        )
        return ResultFile(so_far, found.document, names, texts, actor.name).file(kind)

    def recount(self, frozen: Frozen, document: Leaderboard) -> tuple[Did, ...]:
        """What history says now of a period that is over; who took part then, in their team of then, does now. For `Results`, which asks
        whether somebody may."""
        with reading(self._engine) as connection:
            settings, joined = settings_of(rows_of(connection, self._site)), joined_on(connection, self._site)
            row = connection.execute(select(leaderboards.c.scope).where(leaderboards.c.id == frozen.leaderboard_id))
            scope = load_or_nothing(row.scalar_one())
        places = {did.id: (did.team, did.group) for did in frozen.first.evidence}
        counts = Bounds(frozen.counted_from_ms or frozen.bounds.from_ms, frozen.bounds.to_ms)
        return self._counting.count(Known("", document, scope), counts, settings, joined, Crew(places=places))

    def _crew(self) -> Crew:
        return Crew({one.id: frozenset(one.queues) for one in self._seen().agents})
