"""What ids are called: queues, agents, teams, pause reasons, as the directory has them now.

Rows of the past hold ids alone, so somebody who was renamed is one row under the present name. Names are looked up for what is shown
already; this room itself checks no right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from collectors.events import FloorSettings
from collectors.events import Names as Name
from dashboard.store.schema import agents, people


@dataclass(frozen=True, slots=True)
class AgentName:
    """`team`: the present one, "" for none."""

    name: str
    staff_number: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """By id. `agents` holds everybody whom the directory knows, also who has left."""

    settings: FloorSettings
    agents: Mapping[str, AgentName]

    def queue(self, queue: str, lang: str) -> str:
        """As people call it; its id if nobody named it."""
        own = self.settings.queues.get(queue)
        return _in(lang, own.names, queue) if own is not None else queue

    def team(self, team: str, lang: str) -> str:
        """The same of a team; "" for none."""
        own = self.settings.teams.get(team)
        return _in(lang, own.names, team) if own is not None else team

    def reason(self, reason: str, lang: str) -> str:
        """The same of a pause reason, as it came if the catalogue has it not."""
        own = self.settings.pause_reasons.get(reason)
        return _in(lang, own.names, reason) if own is not None else reason

    def agent(self, agent: str) -> str:
        """The person's name, else what the switch calls them, else the id."""
        known = self.agents.get(agent)
        return known.name if known is not None and known.name else agent

    def team_of(self, agent: str) -> str:
        """The present team; "" for none."""
        known = self.agents.get(agent)
        return known.team if known is not None else ""


def names_of(connection: Connection, site: str, settings: FloorSettings, switch_names: Mapping[str, str]) -> Names:
    """`switch_names`: what the switch calls its agents, for those whom the directory does not know."""
    found = {agent: AgentName(name) for agent, name in switch_names.items()}
    theirs = select(agents.c.id, people.c.display_name, people.c.staff_number, people.c.team_id)
    joined = theirs.join(people, people.c.id == agents.c.person_id).where(agents.c.site == site)
    for row in connection.execute(joined):
        found[row.id] = AgentName(row.display_name, row.staff_number or "", row.team_id or "")
    return Names(settings, found)


def _in(lang: str, names: Name, otherwise: str) -> str:
    zh, en = names.zh, names.en
    return (zh or en if lang.startswith("zh") else en or zh) or otherwise
