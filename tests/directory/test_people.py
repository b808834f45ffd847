"""People: kept as entered, refused in words, shown and changed within a scope, on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from dashboard.access.actor import NOBODY, Actor, Denied
from dashboard.access.notices import Notice
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.directory import Unknown
from dashboard.directory.seen import Seen, SeenAgent
from dashboard.refusal import Refused
from tests.directory.office import ADMIN, Office, actor

WANG = {"display_name": " 王芳 ", "nickname": "芳芳", "staff_number": "8001", "joined_on": "2024-02-29", "team_id": ""}


def test_a_person_comes_back_as_entered(office: Office) -> None:
    made = office.directory.people.add(ADMIN, WANG)
    found = office.directory.people.get(ADMIN, made.id)
    assert found == made
    assert (found.display_name, found.nickname, found.staff_number, found.joined_on, found.team_id, found.left_at_ms) == (
        "王芳", "芳芳", "8001", date(2024, 2, 29), "", None,
    )  # fmt: skip
    assert office.directory.people.by_staff_number(ADMIN, "8001") == made
    assert office.directory.people.by_staff_number(ADMIN, "8002") is None
    assert office.directory.people.listed(ADMIN) == [made]


def test_only_what_is_named_changes_and_only_that_is_on_record(office: Office) -> None:
    made = office.directory.people.add(ADMIN, WANG)
    changed = office.directory.people.change(ADMIN, made.id, {"nickname": "小芳", "joined_on": ""})
    assert (changed.nickname, changed.joined_on, changed.staff_number) == ("小芳", None, "8001")
    assert office.log()[-1] == (
        "person.changed",
        made.id,
        {"before": {"nickname": "芳芳", "joined_on": "2024-02-29"}, "after": {"nickname": "小芳", "joined_on": None}},
    )
    assert office.log()[0][2]["after"]["display_name"] == "王芳"
    before = office.traces()
    assert office.directory.people.change(ADMIN, made.id, {"nickname": " 小芳"}) == changed
    assert office.traces() == before


FAULTS: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"display_name": "  "}, "missing", "display_name"),
    ({}, "missing", "display_name"),
    ({"display_name": "x" * 101}, "too_long", "display_name"),
    ({"display_name": "a\nb"}, "control_character", "display_name"),
    ({"display_name": "a\x00b"}, "control_character", "display_name"),
    ({"display_name": "a\ud800b"}, "control_character", "display_name"),
    ({"display_name": "a", "staff_number": "1" * 41}, "too_long", "staff_number"),
    ({"display_name": "a", "joined_on": "yesterday"}, "no_date", "joined_on"),
    ({"display_name": "a", "team_id": "none"}, "no_such_team", "team_id"),
    ({"display_name": "a", "staff_number": "8001"}, "staff_number_taken", "staff_number"),
)


def test_faults_are_refused_at_their_field_and_leave_nothing(office: Office) -> None:
    office.directory.people.add(ADMIN, WANG)
    before = office.traces()
    for values, word, field in FAULTS:
        with pytest.raises(Refused) as refused:
            office.directory.people.add(ADMIN, values)
        assert (refused.value.word, refused.value.field) == (f"directory.refused.{word}", field)
    assert office.traces() == before
    assert len(office.directory.people.listed(ADMIN)) == 1


def test_a_field_that_people_have_not_is_our_own_mistake(office: Office) -> None:
    with pytest.raises(TypeError, match="left_at_ms"):
        office.directory.people.add(ADMIN, {**WANG, "left_at_ms": 5})


def test_who_leaves_is_kept_without_agents_and_may_come_back(office: Office) -> None:
    made = office.directory.people.add(ADMIN, WANG)
    office.directory.agents.claim(ADMIN, "PJSIP/1001", made.id)
    office.clock.ms += 1000
    gone = office.directory.people.leave(ADMIN, made.id)
    assert (gone.left_at_ms, gone.agents) == (office.clock.ms, ())
    assert office.settings.agents == {}
    assert office.told_settings == office.settings
    assert Notice("everybody") in office.told
    assert [action for action, *_ in office.log()] == ["person.added", "agent.claimed", "agent.released", "person.left"]
    assert office.directory.people.listed(ADMIN) == []
    assert office.directory.people.listed(ADMIN, with_left=True) == [gone]
    with pytest.raises(Refused, match="person_left"):
        office.directory.agents.claim(ADMIN, "PJSIP/1001", made.id)
    assert office.directory.people.come_back(ADMIN, made.id).left_at_ms is None
    before = office.traces()
    office.directory.people.come_back(ADMIN, made.id)
    assert office.traces() == before


@pytest.fixture
def two_teams(office: Office) -> Office:
    """Sales with a team below it, support beside it, one person each; Zhao of support also serves the sales queue."""
    for team, parent in (("sales", ""), ("sales-2", "sales"), ("support", "")):
        office.directory.teams.add(ADMIN, {"id": team, "name_zh": team, "parent_id": parent})
    for name, team, agent in (("qian", "sales", "A/1"), ("sun", "sales-2", "A/2"), ("li", "support", "A/3"),
                              ("zhao", "support", "A/4"), ("wu", "", "A/5")):  # fmt: skip
        person = office.directory.people.add(ADMIN, {"display_name": name, "team_id": team})
        office.directory.agents.claim(ADMIN, agent, person.id)
    office.seen = Seen(1, (SeenAgent("A/4", "", ("600", "700")), SeenAgent("A/9", "", ("700",))), ("600", "700"))
    return office


def _names(office: Office, who: Actor) -> set[str]:
    return {person.display_name for person in office.directory.people.listed(who)}


def test_a_leader_sees_the_people_of_their_teams_and_queues(two_teams: Office) -> None:
    leader = actor(Role.SUPERVISOR, Scope(frozenset({"600"}), frozenset({"sales"})))
    assert _names(two_teams, leader) == {"qian", "sun", "zhao"}
    assert _names(two_teams, actor(Role.SUPERVISOR, Scope(frozenset(), frozenset({"support"})))) == {"li", "zhao"}
    assert _names(two_teams, actor(Role.SUPERVISOR, Scope(frozenset(), frozenset(), frozenset({"A/5"})))) == {"wu"}
    assert _names(two_teams, actor(Role.SUPERVISOR, Scope(frozenset()))) == set()
    assert _names(two_teams, actor(Role.AUDITOR)) == {"qian", "sun", "li", "zhao", "wu"}
    for nobody in (NOBODY, actor(Role.AGENT), actor(Role.QUALITY)):
        with pytest.raises(Denied):
            two_teams.directory.people.listed(nobody)
    li = next(p for p in two_teams.directory.people.listed(ADMIN) if p.display_name == "li")
    with pytest.raises(Denied):
        two_teams.directory.people.get(leader, li.id)


def test_a_manager_changes_only_the_people_of_their_teams(two_teams: Office) -> None:
    manager = actor(Role.MANAGER, Scope(frozenset({"600"}), frozenset({"sales"})))
    people = two_teams.directory.people
    by_name = {person.display_name: person for person in people.listed(ADMIN)}
    assert people.change(manager, by_name["sun"].id, {"nickname": "x"}).nickname == "x"
    assert people.add(manager, {"display_name": "new", "team_id": "sales-2"}).team_id == "sales-2"
    before = two_teams.traces()
    for name, values in (("li", {"nickname": "x"}), ("zhao", {"nickname": "x"}), ("wu", {"team_id": "sales"}),
                         ("sun", {"team_id": "support"}), ("sun", {"team_id": ""}), ("li", {"team_id": "sales"})):  # fmt: skip
        with pytest.raises(Denied):
            people.change(manager, by_name[name].id, values)
    for team in ("support", ""):
        with pytest.raises(Denied):
            people.add(manager, {"display_name": "new", "team_id": team})
    with pytest.raises(Denied):
        people.leave(manager, by_name["li"].id)
    with pytest.raises(Denied):
        people.change(actor(Role.SUPERVISOR), by_name["sun"].id, {"nickname": "y"})
    with pytest.raises(Unknown):
        people.change(ADMIN, "nobody", {"nickname": "y"})
    assert two_teams.traces() == before


def test_ids_cannot_be_guessed(two_teams: Office) -> None:
    """Only whoever sees everything is told that there is nothing of an id; others get the answer of one out of sight."""
    directory, change = two_teams.directory, {"nickname": "y"}
    sales = next(p for p in directory.people.listed(ADMIN) if p.display_name == "sun").id

    def questions(who: Actor) -> list[Callable[[], object]]:
        people, teams, agents = directory.people, directory.teams, directory.agents
        return [
            lambda: people.get(who, "0"), lambda: people.change(who, "0", change), lambda: people.leave(who, "0"),
            lambda: people.come_back(who, "0"), lambda: teams.get(who, "0"), lambda: teams.change(who, "0", {}),
            lambda: teams.remove(who, "0"), lambda: agents.get(who, "A/0"), lambda: agents.claim(who, "A/2", "0"),
        ]  # fmt: skip

    before = two_teams.traces()
    for ask in questions(actor(Role.MANAGER, Scope(frozenset({"600"}), frozenset({"sales"})))):
        with pytest.raises(Denied):
            ask()
    for ask in questions(ADMIN):
        with pytest.raises(Unknown):
            ask()
    assert directory.agents.get(ADMIN, "A/2").person_id == sales
    assert two_teams.traces() == before


def test_another_team_moves_what_others_may_see(two_teams: Office) -> None:
    two_teams.told.clear()
    li = next(p for p in two_teams.directory.people.listed(ADMIN) if p.display_name == "li")
    two_teams.directory.people.change(ADMIN, li.id, {"nickname": "lili"})
    assert two_teams.told == []
    two_teams.directory.people.change(ADMIN, li.id, {"team_id": "sales"})
    assert two_teams.told == [Notice("everybody")]
    assert two_teams.settings.agents["A/3"].team == "sales"
