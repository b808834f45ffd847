"""The company's rules of monitoring, as people read and change them: each change in one transaction with its line in the audit log.

Who may set rules does so where their scope lets them: how monitoring goes holds for the whole floor and needs all of it; a queue's
marks need the queue; whom nobody monitors is said by who has all, or the agent's team. After a change gateways and control processes
are told, so that a session that is not allowed any more ends within seconds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import redis
from sqlalchemy import Connection, Engine, delete, select, update

from dashboard.access import notices
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.access.team_tree import parents
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import agents, monitored_queues, monitoring_rules, never_monitored, people
from dashboard.supervision.policy import Policy
from dashboard.supervision.standing import policy_of
from dashboard.typed_text import in_one_line

MOST_MIN: Final = range(1, 241)
"""Minutes that a session may be given."""

LONGEST_WHY: Final = 200
LONGEST_ID: Final = 200
_NEED: Final = Permission.MONITOR_RULES
_Person = tuple[str, str]
"""A name and a team, "" for none."""


@dataclass(frozen=True, slots=True)
class General:
    """How monitoring goes on the whole floor: the fields of `Policy` that no queue or person is named in."""

    tells_agents: bool
    has_tone: bool
    needs_purpose: bool
    most_min: int
    own_calls: bool


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of one queue."""

    is_announced: bool = False
    takes_cards: bool = False


@dataclass(frozen=True, slots=True)
class Spared:
    """Somebody whom nobody monitors, or (`why` "") who could be put on that list. `name`: of the person, "" for an agent whom
    nobody has claimed."""

    agent: str
    name: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """All that one person may know of the rules. `queues`: the marked ones of their scope. `spared`: those on the list whom they
    may take off it; `sparable`: claimed agents whom they may put on it, by name. `may_change_general`: they have the whole floor."""

    general: General
    queues: Mapping[str, Marks]
    spared: tuple[Spared, ...]
    sparable: tuple[Spared, ...]
    may_change_general: bool


class Policies:
    """The rules of one site. `now_ms`: the clock (epoch)."""

    def __init__(self, engine: Engine, audit: Audit, link: redis.Redis, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms

    def get(self, actor: Actor) -> Rules:
        """As they stand, as far as this person's scope reaches."""
        actor.require(_NEED)
        with reading(self._engine) as connection:
            scope = _reach(connection, actor)
            policy = policy_of(connection, self._site)
            marked = policy.announced | policy.card_queues
            claimed = self._claimed(connection)
            spared = tuple(self._spared(connection, scope, claimed))
            listed = {one.agent for one in spared}
            return Rules(
                _general(policy),
                {queue: _marks(policy, queue) for queue in sorted(marked) if scope.has_queue(queue)},
                spared,
                tuple(
                    Spared(agent, name)
                    for agent, (name, team) in sorted(claimed.items(), key=lambda one: (one[1], one[0]))
                    if agent not in listed and _has(scope, (name, team))
                ),
                scope.is_everything,
            )

    def may_mark(self, actor: Actor, queue: str) -> bool:
        """Whether this queue's marks are theirs to set."""
        return actor.require(_NEED).has_queue(queue)

    def put_general(self, actor: Actor, general: General) -> None:
        """How monitoring goes from now on. Raises `Refused`."""
        if general.most_min not in MOST_MIN:
            raise Refused("monitoring.refused.most_min", "most_min", least=MOST_MIN[0], most=MOST_MIN[-1])
        with self._changing(actor) as (connection, scope):
            if not scope.is_everything:
                raise Denied(_NEED, "monitoring")
            before = _general(policy_of(connection, self._site))
            if before == general:
                return
            self._write_general(connection, general)
            self._line(connection, actor, "monitoring.changed", Target("monitoring", self._site), before, general)

    def put_queues(self, actor: Actor, marks: Mapping[str, Marks]) -> None:
        """What is known of these queues from now on; all of them, or none."""
        with self._changing(actor) as (connection, scope):
            policy = policy_of(connection, self._site)
            for queue, after in sorted(marks.items()):
                if not scope.has_queue(queue):
                    raise Denied(_NEED, f"queue {queue[:64]}")
                before = _marks(policy, _id(queue, "queue"))
                if before != after:
                    self._write_marks(connection, queue, after)
                    self._line(
                        connection, actor, "monitoring.queue_changed", Target("queue", queue, queue), before, after
                    )

    def spare(self, actor: Actor, agent: str, why: str) -> None:
        """Nobody monitors this agent from now on; or: says why. Raises `Refused`; `Denied` for one of another's."""
        agent, why = _id(agent.strip(), "agent"), in_one_line(why)
        if len(why) > LONGEST_WHY:
            raise Refused("monitoring.refused.why_long", "why", most=LONGEST_WHY)
        if not why:
            raise Refused("monitoring.refused.why_missing", "why")
        with self._changing(actor) as (connection, scope):
            name = self._require_agent(connection, scope, agent)
            mine = _is(never_monitored, self._site, never_monitored.c.agent, agent)
            row = connection.execute(select(never_monitored.c.why).where(mine)).one_or_none()
            if row is not None and row.why == why:
                return
            if row is None:
                connection.execute(never_monitored.insert().values(site=self._site, agent=agent, why=why))
            else:
                connection.execute(update(never_monitored).where(mine).values(why=why))
            target = Target("agent", agent, name or agent)
            self._audit.append(connection, actor, "monitoring.agent_spared", target, reason=why)

    def unspare(self, actor: Actor, agent: str) -> None:
        """The agent may be monitored again, where the rules let it. Raises `Denied` for another's as for none."""
        with self._changing(actor) as (connection, scope):
            name = self._require_agent(connection, scope, agent)
            mine = _is(never_monitored, self._site, never_monitored.c.agent, agent)
            row = connection.execute(select(never_monitored.c.why).where(mine)).one_or_none()
            if row is None:
                return
            connection.execute(delete(never_monitored).where(mine))
            target = Target("agent", agent, name or agent)
            self._audit.append(
                connection, actor, "monitoring.agent_unspared", target, details={"before": {"why": row.why}}
            )

    # -- parts of it ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _changing(self, actor: Actor) -> Iterator[tuple[Connection, Scope]]:
        actor.require(_NEED)
        with self._audit.writing() as connection:
            yield connection, _reach(connection, actor)
        notices.tell(self._redis, self._site, Notice("supervision"))

    def _line(
        self, connection: Connection, actor: Actor, action: str, target: Target, before: object, after: object
    ) -> None:
        was, now = _fields(before), _fields(after)
        changed = [name for name in now if was[name] != now[name]]
        details = {"before": {name: was[name] for name in changed}, "after": {name: now[name] for name in changed}}
        self._audit.append(connection, actor, action, target, details=details)

    def _write_general(self, connection: Connection, general: General) -> None:
        values = {**_fields(general), "changed_at_ms": self._now_ms()}
        mine = monitoring_rules.c.site == self._site
        if connection.execute(select(monitoring_rules.c.site).where(mine)).first() is None:
            connection.execute(monitoring_rules.insert().values(site=self._site, **values))
        else:
            connection.execute(update(monitoring_rules).where(mine).values(values))

    def _write_marks(self, connection: Connection, queue: str, marks: Marks) -> None:
        connection.execute(
            delete(monitored_queues).where(_is(monitored_queues, self._site, monitored_queues.c.queue, queue))
        )
        if marks != Marks():
            connection.execute(monitored_queues.insert().values(site=self._site, queue=queue, **_fields(marks)))

    def _claimed(self, connection: Connection) -> dict[str, _Person]:
        """Each agent who is somebody."""
        query = select(agents.c.id, people.c.display_name, people.c.team_id)
        claimed = query.join(people, people.c.id == agents.c.person_id).where(agents.c.site == self._site)
        return {row.id: (row.display_name, row.team_id or "") for row in connection.execute(claimed)}

    def _spared(self, connection: Connection, scope: Scope, claimed: Mapping[str, _Person]) -> Iterator[Spared]:
        query = select(never_monitored).where(never_monitored.c.site == self._site).order_by(never_monitored.c.agent)
        for row in connection.execute(query):
            person = claimed.get(row.agent)
            if _has(scope, person):
                yield Spared(row.agent, "" if person is None else person[0], row.why)

    def _require_agent(self, connection: Connection, scope: Scope, agent: str) -> str:
        """The name of the agent's person. Raises `Denied` for one whose team is not in scope."""
        person = self._claimed(connection).get(agent)
        if not _has(scope, person):
            raise Denied(_NEED, f"agent {agent[:64]}")
        return "" if person is None else person[0]


def _has(scope: Scope, person: _Person | None) -> bool:
    """Whether an agent's person is of a team in scope; an agent who is nobody belongs to who has everything."""
    return scope.is_everything or (person is not None and scope.has_team(person[1]))


def _reach(connection: Connection, actor: Actor) -> Scope:
    """Where they may set rules. Raises `Denied` if nowhere."""
    return actor.require(_NEED).with_subteams(parents(connection))


def _general(policy: Policy) -> General:
    return General(**{name: getattr(policy, name) for name in General.__slots__})


def _marks(policy: Policy, queue: str) -> Marks:
    return replace(Marks(), is_announced=queue in policy.announced, takes_cards=queue in policy.card_queues)


def _fields(value: object) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}  # type: ignore[attr-defined]


def _is(table: Any, site: str, column: Any, key: str) -> Any:
    return (table.c.site == site) & (column == key)


def _id(key: str, field: str) -> str:
    """An id of the switch. Raises `Refused` for what can be none."""
    if not 1 <= len(key) <= LONGEST_ID or any(
        unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in key
    ):
        raise Refused("monitoring.refused.id", field)
    return key
