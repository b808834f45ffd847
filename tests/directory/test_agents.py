"""Which agent is whom: one person may have several, an agent has one person, and who they are as agents is looked at again."""

from __future__ import annotations

import pytest

from collectors.events import AgentSettings
from dashboard.access.actor import Denied
from dashboard.access.notices import Notice
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.directory import Unknown
from dashboard.directory.rows import Agent, agents_of
from dashboard.directory.seen import Seen, SeenAgent
from dashboard.refusal import Refused
from dashboard.store.engine import reading, writing
from dashboard.store.schema import accounts
from tests.directory.office import ADMIN, Office, actor


def _person(office: Office, name: str, **values: str) -> str:
    return office.directory.people.add(ADMIN, {"display_name": name, **values}).id


def _account(office: Office, account_id: str, person_id: str) -> None:
    with writing(office.engine) as connection:
        row = {
            "id": account_id,
            "login": account_id,
            "name": "x",
            "totp_last_step": 0,
            "created_at_ms": 1,
            "version": 1,
        }
        connection.execute(accounts.insert().values(**row, person_id=person_id))


def test_claimed_agents_reach_the_floor_by_name(office: Office) -> None:
    wang = _person(office, "王芳", staff_number="8001")
    _account(office, "acc", wang)
    for agent in ("PJSIP/1001", "Local/1001@agents/n"):
        office.directory.agents.claim(ADMIN, agent, wang)
    assert office.settings.agents == dict.fromkeys(
        ("Local/1001@agents/n", "PJSIP/1001"), AgentSettings("王芳", "8001", "")
    )
    assert office.told_settings == office.settings
    assert office.told == [Notice("account", "acc")] * 2
    assert office.directory.people.get(ADMIN, wang).agents == ("Local/1001@agents/n", "PJSIP/1001")
    with reading(office.engine) as connection:
        assert agents_of(connection, "main", wang) == {"Local/1001@agents/n", "PJSIP/1001"}
        assert agents_of(connection, "elsewhere", wang) == set()
    assert office.log()[1] == (
        "agent.claimed", "PJSIP/1001", {"after": {"person": "王芳", "person_id": wang}},
    )  # fmt: skip


def test_an_agent_is_taken_from_nobody(office: Office) -> None:
    wang, li = _person(office, "王芳"), _person(office, "李娜")
    office.directory.agents.claim(ADMIN, "PJSIP/1001", wang)
    before = office.traces()
    with pytest.raises(Refused) as refused:
        office.directory.agents.claim(ADMIN, "PJSIP/1001", li)
    assert (refused.value.word, refused.value.field) == ("directory.refused.agent_taken", "agents")
    assert refused.value.values == {"agent": "PJSIP/1001", "person": "王芳"}
    office.directory.agents.claim(ADMIN, "PJSIP/1001", wang)  # it is already
    with pytest.raises(Unknown):
        office.directory.agents.claim(ADMIN, "PJSIP/1002", "nobody")
    with pytest.raises(Refused, match="control_character"):
        office.directory.agents.claim(ADMIN, "PJSIP/1\x00", li)
    assert office.traces() == before
    office.directory.agents.release(ADMIN, "PJSIP/1001")
    office.directory.agents.claim(ADMIN, "PJSIP/1001", li)
    assert office.settings.agents["PJSIP/1001"].name == "李娜"


def test_what_the_switch_shows_stays_listed_until_it_is_claimed_or_set_aside(office: Office) -> None:
    office.seen = Seen(5, (SeenAgent("PJSIP/1001", "1001", ("600",), 7), SeenAgent("PJSIP/1002"), SeenAgent("PJSIP/3")))
    agents = office.directory.agents
    agents.claim(ADMIN, "PJSIP/1001", wang := _person(office, "王芳"))
    agents.set_aside(ADMIN, "PJSIP/3")
    assert agents.listed(ADMIN) == [
        Agent("PJSIP/1001", wang, "王芳", False, True, "1001", ("600",), 7),
        Agent("PJSIP/1002", is_seen=True),
        Agent("PJSIP/3", is_set_aside=True, is_seen=True),
    ]
    assert agents.unclaimed_count(ADMIN) == 1
    before = office.traces()
    agents.set_aside(ADMIN, "PJSIP/3")
    agents.release(ADMIN, "PJSIP/1002")
    assert office.traces() == before
    agents.release(ADMIN, "PJSIP/3")
    assert agents.unclaimed_count(ADMIN) == 2
    agents.set_aside(ADMIN, "PJSIP/1001")
    assert office.settings.agents == {}
    assert [action for action, *_ in office.log()][-3:] == ["agent.set_aside", "agent.released", "agent.set_aside"]


def test_agents_are_seen_and_claimed_within_a_scope(office: Office) -> None:
    office.directory.teams.add(ADMIN, {"id": "sales"})
    mine, other = _person(office, "王芳", team_id="sales"), _person(office, "李娜")
    office.seen = Seen(
        1, (SeenAgent("A/1", "", ("600",)), SeenAgent("A/2", "", ("700",)), SeenAgent("A/3", "", ("600",)))
    )
    agents = office.directory.agents
    agents.claim(ADMIN, "A/3", other)
    manager = actor(Role.MANAGER, Scope(frozenset({"600"}), frozenset({"sales"})))
    assert [agent.id for agent in agents.listed(manager)] == ["A/1", "A/3"]
    before = office.traces()
    for denied in (
        lambda: agents.claim(manager, "A/2", mine),  # would show its work
        lambda: agents.claim(manager, "A/1", other),
        lambda: agents.release(manager, "A/3"),
        lambda: agents.set_aside(manager, "A/3"),
        lambda: agents.set_aside(manager, "A/2"),
        lambda: agents.claim(actor(Role.SUPERVISOR), "A/1", mine),
        lambda: agents.listed(actor(Role.AGENT)),
    ):
        with pytest.raises(Denied):
            denied()
    assert office.traces() == before
    agents.claim(manager, "A/1", mine)
    agents.release(manager, "A/1")
