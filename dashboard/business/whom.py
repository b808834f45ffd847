"""Whose an item is: agents and queues as business systems name them, found in the directory and on the switch, and only within a scope.

Who tells within a scope learns nothing of what is outside: what is not there and what may not be told of have one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.access.team_tree import parents
from dashboard.business.item import Item, shown
from dashboard.directory.reach import Reach
from dashboard.directory.seen import Seen, SeenNow
from dashboard.refusal import Refused
from dashboard.store.schema import agents, people, queues

_AT_ONCE: Final = 500
_LONGEST: Final = 200


@dataclass(slots=True)
class Whom:
    """What is known of everything that some items name. `teams`: agent → their person's team, of those that the directory has."""

    reach: Reach
    teams: Mapping[str, str] = field(default_factory=dict)
    by_staff_number: Mapping[str, str] = field(default_factory=dict)
    queues: frozenset[str] = frozenset()

    def of(self, item: Item) -> tuple[str | None, str | None]:
        """Agent and queue. Raises `Refused` for one that is not there, or not theirs to tell of."""
        agent = self._agent(item)
        queue = item.queue or None
        if queue is not None and (queue not in self.queues or not self.reach.shows_queue(queue)):
            raise Refused("business.refused.queue", "queue", queue=shown(queue))
        if not self.allows(agent, queue):
            raise Refused("business.refused.nobody", "agent")
        return agent, queue

    def team_of(self, agent: str | None) -> str | None:
        """The agent's team, None for none."""
        return (self.teams.get(agent) or None) if agent is not None else None

    def allows(self, agent: str | None, queue: str | None) -> bool:
        """Whether this may be told of. What is nobody's and of no queue belongs to who tells of everything."""
        if self.reach.is_everything:
            return True
        if agent is not None and not self.reach.shows_agent(agent, self.teams.get(agent, "")):
            return False
        if queue is not None and not self.reach.shows_queue(queue):
            return False
        return agent is not None or queue is not None

    def _agent(self, item: Item) -> str | None:
        if item.staff_number:
            agent = self.by_staff_number.get(item.staff_number)
            if agent is None or not self.reach.shows_agent(agent, self.teams.get(agent, "")):
                raise Refused("business.refused.staff_number", "staff_number", number=shown(item.staff_number))
            return agent
        if not item.agent:
            return None
        is_known = item.agent in self.teams
        if not is_known or not (self.reach.shows_agent(item.agent, self.teams[item.agent])):
            raise Refused("business.refused.agent", "agent", agent=shown(item.agent))
        return item.agent


def whom(
    connection: Connection, actor: Actor, site: str, items: Iterable[Item], seen: SeenNow, also: Iterable[str] = ()
) -> Whom:
    """Looks up what the items name, and the agents `also`; the switch is asked only for what the directory does not have.
    Raises `Denied`."""
    told = list(items)
    is_everything = actor.require(Permission.BUSINESS_TELL).is_everything
    named = {item.agent for item in told if _fits(item.agent)}
    if not is_everything:
        named |= {agent for agent in also if agent}
    numbers = {item.staff_number for item in told if _fits(item.staff_number)}
    named_queues = {item.queue for item in told if _fits(item.queue)}
    teams: dict[str, str] = {}
    by_number: dict[str, str] = {}
    columns = (
        select(agents.c.id, people.c.staff_number, people.c.team_id).outerjoin(people).where(agents.c.site == site)
    )
    for row in _rows(connection, columns, agents.c.id, named):
        teams[row.id] = row.team_id or ""
    for row in _rows(connection, columns.order_by(agents.c.id), people.c.staff_number, numbers):
        by_number.setdefault(row.staff_number, row.id)
        teams[row.id] = row.team_id or ""
    known = select(queues.c.id).where(queues.c.site == site)
    found = {row.id for row in _rows(connection, known, queues.c.id, named_queues)}
    shows = seen() if named - teams.keys() or named_queues - found or not is_everything else Seen()
    for one in shows.agents:
        if one.id in named:
            teams.setdefault(one.id, "")
    reach = Reach.of(
        actor,
        Permission.BUSINESS_TELL,
        {} if is_everything else parents(connection),
        {one.id: one.queues for one in shows.agents},
    )
    return Whom(reach, teams, by_number, frozenset(found | (named_queues & set(shows.queues))))


def _fits(name: str) -> bool:
    """What no id of ours could be is not asked of the database (PostgreSQL takes no NUL)."""
    return bool(name) and len(name) <= _LONGEST and name.isprintable()


def _rows(connection: Connection, query: Select[Any], column: Any, wanted: Iterable[str]) -> Iterable[Any]:
    every = sorted(wanted)
    for start in range(0, len(every), _AT_ONCE):
        yield from connection.execute(query.where(column.in_(every[start : start + _AT_ONCE])))
