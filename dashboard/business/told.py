"""What was told lately, for people who want to see whether a system's events arrive, and as whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, select

from collectors.events import BusinessFact
from dashboard.access.actor import Actor, Denied
from dashboard.access.permissions import Permission
from dashboard.access.scope import NOTHING, Scope
from dashboard.access.team_tree import parents
from dashboard.business.sources import name_of
from dashboard.business.taking import WITHDRAWN, fact_of
from dashboard.directory.reach import Reach
from dashboard.directory.seen import SeenNow
from dashboard.store.engine import reading
from dashboard.store.schema import accounts, agents, business_events, business_outbox, business_sources, people

SHOWN: Final = 100
_LOOKED_AT: Final = 2_000
"""Of a narrow scope the newest so many are looked through."""
FILE: Final = "file"
"""Whose ids items from files have: everybody's, so that a file brought in by two people counts once."""


def account_source(account_id: str) -> str:
    """Whose ids items have that a token tells: its owner's, so that a new token of theirs can correct them."""
    return f"account:{account_id}"


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One thing as it was told last; a queue out of reach is not named. `source`: `file`, `account` or `source`, and its name ("" for one
    that is gone)."""

    told_at_ms: int
    occurred_ms: int | None
    source: str
    source_name: str
    id: str
    kind: str
    agent: str
    person: str
    queue: str
    fact: BusinessFact | None
    is_withdrawn: bool
    due_ms: int | None


class Told:
    """Of one site. Calls block on the database."""

    def __init__(self, engine: Engine, site: str, seen: SeenNow) -> None:
        self._engine = engine
        self._site = site
        self._seen = seen

    def lately(self, actor: Actor) -> list[ToldLine]:
        """The newest first, of whom this actor may tell, or lets systems tell. Raises `Denied`."""
        scope = _scope(actor)
        table = business_events.c
        person = agents.join(people, agents.c.person_id == people.c.id)
        is_theirs = (agents.c.site == table.site) & (agents.c.id == table.agent)
        query = select(business_events, people.c.display_name, people.c.team_id)
        query = query.select_from(business_events.outerjoin(person, is_theirs)).where(table.site == self._site)
        query = query.order_by(table.told_at_ms.desc(), table.source, table.event_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.limit(SHOWN if scope.is_everything else _LOOKED_AT)).all()
            reach = self._reach(connection, scope)
            names = self._names(connection)
        return [_line(row, names, reach) for row in rows if _is_seen(row, reach)][:SHOWN]

    def waiting(self, actor: Actor) -> int:
        """How many lines the stream has not heard yet. Raises `Denied`."""
        _scope(actor)
        with reading(self._engine) as connection:
            query = select(func.count()).select_from(business_outbox).where(business_outbox.c.site == self._site)
            return int(connection.execute(query).scalar() or 0)

    def _reach(self, connection: Connection, scope: Scope) -> Reach:
        tree = {} if scope.is_everything else parents(connection)
        served = {} if scope.is_everything else {one.id: one.queues for one in self._seen().agents}
        return Reach(Permission.BUSINESS_TELL, scope.with_subteams(tree), served)

    def _names(self, connection: Connection) -> dict[str, str]:
        found = {account_source(row.id): row.name for row in connection.execute(select(accounts.c.id, accounts.c.name))}
        query = select(business_sources.c.id, business_sources.c.name).where(business_sources.c.site == self._site)
        return found | {name_of(row.id): row.name for row in connection.execute(query)}


def _scope(actor: Actor) -> Scope:
    found = NOTHING
    for permission in (Permission.BUSINESS_TELL, Permission.BUSINESS_SOURCES):
        if actor.may(permission):
            found = found | actor.scope(permission)
    if found.is_nothing:
        raise Denied(Permission.BUSINESS_TELL)
    return found


def _is_seen(row: Any, reach: Reach) -> bool:
    if reach.is_everything:
        return True
    if row.agent is not None:
        return reach.shows_agent(row.agent, row.team_id or "")
    return row.queue is not None and reach.shows_queue(row.queue)


def _line(row: Any, names: dict[str, str], reach: Reach) -> ToldLine:
    queue = row.queue or ""
    return ToldLine(
        row.told_at_ms,
        row.occurred_ms,
        row.source.partition(":")[0],
        names.get(row.source, ""),
        row.event_id,
        row.kind,
        row.agent or "",
        row.display_name or "",
        queue if not queue or reach.shows_queue(queue) else "",
        fact_of(row.fact),
        row.document == WITHDRAWN,
        row.due_ms,
    )
