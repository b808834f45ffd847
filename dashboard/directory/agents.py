"""Which agent of the switch is whom. One person may have several; an agent belongs to one person, or to nobody on purpose."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.directory.desk import Change, Desk
from dashboard.directory.entries import SwitchName
from dashboard.directory.reach import Reach
from dashboard.directory.refusals import checked
from dashboard.directory.rows import Agent, Person
from dashboard.directory.seen import Seen, SeenAgent
from dashboard.refusal import Refused
from dashboard.store.schema import accounts, agents, people

VIEW, EDIT = Permission.DIRECTORY_VIEW, Permission.DIRECTORY_EDIT


class Agents:
    """The agents of a site: those that the switch reports, and those that somebody has claimed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listed(self, actor: Actor) -> list[Agent]:
        """Those that the actor may see, by id."""
        with self._desk.reading() as connection:
            reach = self._desk.reach(connection, actor, VIEW)
            return _shown(reach, connection, self._desk.site, self._desk.seen())

    def get(self, actor: Actor, agent_id: str) -> Agent:
        """One of them. Raises `Unknown`, or `Denied` for one out of sight."""
        with self._desk.reading() as connection:
            reach = self._desk.reach(connection, actor, VIEW)
            shown = _shown(reach, connection, self._desk.site, self._desk.seen())
        found = next((agent for agent in shown if agent.id == agent_id), None)
        if found is None:
            raise reach.missing("agent", agent_id)
        return found

    def unclaimed_count(self, actor: Actor) -> int:
        """How many of them wait to be claimed or set aside."""
        return sum(agent.is_unclaimed for agent in self.listed(actor))

    def claim(self, actor: Actor, agent_id: str, person_id: str) -> None:
        """`agent_id` is this person from now on. One that another person has must be released first."""
        agent_id = checked(SwitchName, {"id": agent_id}).id
        with self._desk.changing(actor) as change:
            reach = self._desk.reach(change.connection, actor, EDIT)
            person = change.connection.execute(select(people).where(people.c.id == person_id)).one_or_none()
            if person is None:
                raise reach.missing("person", person_id)
            reach.require_team(person.team_id or "", f"person {person_id}")
            if person.left_at_ms is not None:
                raise Refused("directory.refused.person_left", "agents", person=person.display_name)
            held = self._held(change.connection, agent_id, reach)
            if held.person_id == person_id:
                return
            if held.person_id:
                raise Refused("directory.refused.agent_taken", "agents", agent=agent_id, person=held.person_name)
            self._put(change, held, person_id)
            after = {"person": person.display_name, "person_id": person_id}
            change.note("agent.claimed", Target("agent", agent_id, person.display_name), None, after)
            tell_accounts(change, person_id)

    def release(self, actor: Actor, agent_id: str) -> None:
        """It is nobody's, and is listed for claiming again. Nothing happens if it is already."""
        with self._desk.changing(actor) as change:
            reach = self._desk.reach(change.connection, actor, EDIT)
            held = self._held(change.connection, agent_id, reach)
            if held.is_row:
                change.connection.execute(delete(agents).where(self._is(agent_id)))
                _note_release(change, agent_id, held.person_id, held.person_name)

    def set_aside(self, actor: Actor, agent_id: str) -> None:
        """It is nobody's on purpose (a phone in the meeting room): no longer listed for claiming."""
        agent_id = checked(SwitchName, {"id": agent_id}).id
        with self._desk.changing(actor) as change:
            reach = self._desk.reach(change.connection, actor, EDIT)
            held = self._held(change.connection, agent_id, reach)
            if held.is_row and not held.person_id:
                return
            self._put(change, held, None)
            before = {"person": held.person_name, "person_id": held.person_id} if held.person_id else None
            change.note("agent.set_aside", Target("agent", agent_id, agent_id), before, None)
            if held.person_id:
                tell_accounts(change, held.person_id)

    def _held(self, connection: Connection, agent_id: str, reach: Reach) -> _Held:
        """Who has the agent, if that is within the reach. Claiming shows whoever claims the agent's work: it must be one's
        own to see already."""
        query = select(people.c.id, people.c.display_name, people.c.team_id)
        row = connection.execute(
            query.join_from(agents, people, people.c.id == agents.c.person_id, isouter=True).where(self._is(agent_id))
        ).one_or_none()
        held = _Held(agent_id) if row is None else _Held(agent_id, True, row.id or "", row.display_name or "")
        team_id = "" if row is None else row.team_id or ""
        if not reach.shows_agent(agent_id, team_id):
            raise Denied(EDIT, f"agent {agent_id}")
        if held.person_id:
            reach.require_team(team_id, f"agent {agent_id}")
        return held

    def _put(self, change: Change, held: _Held, person_id: str | None) -> None:
        values = {"person_id": person_id, "is_set_aside": person_id is None}
        if held.is_row:
            change.connection.execute(update(agents).where(self._is(held.agent_id)).values(values))
        else:
            change.connection.execute(insert(agents).values(site=self._desk.site, id=held.agent_id, **values))

    def _is(self, agent_id: str) -> ColumnElement[bool]:
        return (agents.c.site == self._desk.site) & (agents.c.id == agent_id)


@dataclass(frozen=True, slots=True)
class _Held:
    """An agent as the table has it; `is_row` with no person: set aside."""

    agent_id: str
    is_row: bool = False
    person_id: str = ""
    person_name: str = ""


def release_all(change: Change, person: Person) -> None:
    """Whoever leaves has no agents, at no site."""
    for agent_id in person.agents:
        _note_release(change, agent_id, person.id, person.display_name)
    change.connection.execute(delete(agents).where(agents.c.person_id == person.id))


def tell_accounts(change: Change, person_id: str) -> None:
    """What an account of theirs may see as an agent is another from now on."""
    query = select(accounts.c.id).where(accounts.c.person_id == person_id)
    for account_id in change.connection.execute(query).scalars():
        change.tell(Notice("account", account_id))


def _note_release(change: Change, agent_id: str, person_id: str, person_name: str) -> None:
    before = {"person": person_name, "person_id": person_id} if person_id else {}
    change.note("agent.released", Target("agent", agent_id, person_name or agent_id), before, None)
    if person_id:
        tell_accounts(change, person_id)


def _shown(reach: Reach, connection: Connection, site: str, seen: Seen) -> list[Agent]:
    on_switch = {agent.id: agent for agent in seen.agents}
    query = (
        select(agents.c.id, agents.c.is_set_aside, agents.c.person_id, people.c.display_name, people.c.team_id)
        .join_from(agents, people, people.c.id == agents.c.person_id, isouter=True)
        .where(agents.c.site == site)
    )
    found = []
    for row in connection.execute(query):
        shown = on_switch.pop(row.id, None)
        if reach.shows_agent(row.id, row.team_id or ""):
            found.append(
                _agent(row.id, shown, row.person_id or "", row.display_name or "", is_set_aside=row.is_set_aside)
            )
    found += [_agent(agent, shown) for agent, shown in on_switch.items() if reach.shows_agent(agent)]
    return sorted(found, key=lambda agent: agent.id)


def _agent(
    agent_id: str, shown: SeenAgent | None, person_id: str = "", person_name: str = "", *, is_set_aside: bool = False
) -> Agent:
    if shown is None:
        return Agent(agent_id, person_id, person_name, is_set_aside)
    return Agent(agent_id, person_id, person_name, is_set_aside, True, shown.name, shown.queues, shown.calls)
