"""Which agent of the switch is whom. One person may have several; an agent belongs to one person, or to nobody on purpose."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.directory.desk import Change, Desk
from dashboard.directory.entries import SwitchName
from dashboard.directory.reach import Reach
from dashboard.directory.refusals import Unknown, checked
from dashboard.directory.rows import Agent, Person, one_person
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

    def unclaimed_count(self, actor: Actor) -> int:
        """How many of them wait to be claimed or set aside."""
        return sum(agent.is_unclaimed for agent in self.listed(actor))

    def claim(self, actor: Actor, agent_id: str, person_id: str) -> None:
        """`agent_id` is this person from now on. One that another person has must be released first."""
        agent_id = checked(SwitchName, {"id": agent_id}).id
        with self._desk.changing(actor) as change:
            person = one_person(change.connection, self._desk.site, people.c.id == person_id)
            if person is None:
                raise Unknown("person", person_id)
            if person.left_at_ms is not None:
                raise Refused("directory.refused.person_left", "agents", person=person.display_name)
            self._reach_agent(change, actor, agent_id).require_team(person.team_id, f"person {person_id}")
            owner = _owner(change.connection, self._desk.site, agent_id)
            if owner is not None and owner.id != person_id:
                raise Refused("directory.refused.agent_taken", "agents", agent=agent_id, person=owner.display_name)
            if owner is None:
                self._put(change, agent_id, person_id, is_set_aside=False)
                after = {"person": person.display_name, "person_id": person_id}
                change.note("agent.claimed", Target("agent", agent_id, person.display_name), None, after)
                tell_accounts(change, person_id)

    def release(self, actor: Actor, agent_id: str) -> None:
        """It is nobody's, and is listed for claiming again. Nothing happens if it is already."""
        with self._desk.changing(actor) as change:
            owner = _owner(change.connection, self._desk.site, agent_id)
            self._require(change, actor, agent_id, owner)
            mine = (agents.c.site == self._desk.site) & (agents.c.id == agent_id)
            if change.connection.execute(delete(agents).where(mine)).rowcount:
                _note_release(change, agent_id, owner)

    def set_aside(self, actor: Actor, agent_id: str) -> None:
        """It is nobody's on purpose (a phone in the meeting room): no longer listed for claiming."""
        agent_id = checked(SwitchName, {"id": agent_id}).id
        with self._desk.changing(actor) as change:
            owner = _owner(change.connection, self._desk.site, agent_id)
            self._require(change, actor, agent_id, owner)
            mine = (agents.c.site == self._desk.site) & (agents.c.id == agent_id)
            if change.connection.execute(select(agents.c.id).where(mine, agents.c.is_set_aside)).first():
                return
            self._put(change, agent_id, None, is_set_aside=True)
            before = None if owner is None else {"person": owner.display_name, "person_id": owner.id}
            change.note("agent.set_aside", Target("agent", agent_id, agent_id), before, None)
            if owner is not None:
                tell_accounts(change, owner.id)

    def _put(self, change: Change, agent_id: str, person_id: str | None, *, is_set_aside: bool) -> None:
        mine = (agents.c.site == self._desk.site) & (agents.c.id == agent_id)
        change.connection.execute(delete(agents).where(mine))
        row = {"site": self._desk.site, "id": agent_id, "person_id": person_id, "is_set_aside": is_set_aside}
        change.connection.execute(agents.insert().values(row))

    def _reach_agent(self, change: Change, actor: Actor, agent_id: str) -> Reach:
        """Claiming shows who claims the agent's work: it must be one's own to see already."""
        reach = self._desk.reach(change.connection, actor, EDIT)
        owner = _owner(change.connection, self._desk.site, agent_id)
        if not reach.shows_agent(agent_id, owner.team_id if owner else ""):
            raise Denied(EDIT, f"agent {agent_id}")
        return reach

    def _require(self, change: Change, actor: Actor, agent_id: str, owner: Person | None) -> None:
        reach = self._reach_agent(change, actor, agent_id)
        if owner is not None:
            reach.require_team(owner.team_id, f"agent {agent_id}")


def release_all(change: Change, person: Person) -> None:
    """Whoever leaves has no agents, at no site."""
    for agent_id in person.agents:
        _note_release(change, agent_id, person)
    change.connection.execute(delete(agents).where(agents.c.person_id == person.id))


def tell_accounts(change: Change, person_id: str) -> None:
    """What an account of theirs may see as an agent is another from now on."""
    query = select(accounts.c.id).where(accounts.c.person_id == person_id)
    for account_id in change.connection.execute(query).scalars():
        change.tell(Notice("account", account_id))


def _note_release(change: Change, agent_id: str, owner: Person | None) -> None:
    before = {} if owner is None else {"person": owner.display_name, "person_id": owner.id}
    change.note("agent.released", Target("agent", agent_id, owner.display_name if owner else agent_id), before, None)
    if owner is not None:
        tell_accounts(change, owner.id)


def _owner(connection: Connection, site: str, agent_id: str) -> Person | None:
    query = select(agents.c.person_id).where(agents.c.site == site, agents.c.id == agent_id)
    person_id = connection.execute(query).scalar()
    return None if person_id is None else one_person(connection, site, people.c.id == person_id)


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
