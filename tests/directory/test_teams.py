"""Teams: nested without circles, removed only when nobody needs them, and everybody looks again when they move."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.events import Names, TeamSettings
from dashboard.access.actor import Denied
from dashboard.access.notices import Notice
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope, dump
from dashboard.directory import Unknown
from dashboard.refusal import Refused
from dashboard.store.engine import writing
from dashboard.store.schema import account_roles, accounts, boards, screens
from tests.directory.office import ADMIN, Office, actor


def _tree(office: Office) -> None:
    for team, parent in (("a", ""), ("a1", "a"), ("a2", "a"), ("a11", "a1"), ("b", "")):
        office.directory.teams.add(ADMIN, {"id": team, "name_zh": f"{team}组", "parent_id": parent})


def test_a_team_comes_back_in_its_place(office: Office) -> None:
    _tree(office)
    made = office.directory.teams.add(ADMIN, {"name_en": "Tigers", "parent_id": "a11"})
    assert len(made.id) == 8
    found = office.directory.teams.listed(ADMIN)
    assert [(team.id, team.depth) for team in found] == [
        ("a", 0), ("a1", 1), ("a11", 2), (made.id, 3), ("a2", 1), ("b", 0),
    ]  # fmt: skip
    assert office.directory.teams.get(ADMIN, made.id) == found[3]
    assert office.settings.teams[made.id] == TeamSettings(Names("", "Tigers"), "a11")
    assert office.told_settings == office.settings
    assert office.log()[-1][:2] == ("team.added", made.id)


def test_what_all_sites_share_is_told_at_each_of_them(office: Office, tmp_path: Path) -> None:
    north = Office(office.engine, tmp_path, "north")
    for one in (office, north):
        one.directory.rules.put(ADMIN, {"interval_min": 15})
    office.directory.teams.add(ADMIN, {"id": "sales", "name_zh": "销售"})
    assert office.told_settings == office.settings
    assert north.told_settings == north.settings
    assert "sales" in north.settings.teams


def test_moving_a_team_is_told_to_everybody(office: Office) -> None:
    _tree(office)
    office.told.clear()
    moved = office.directory.teams.change(ADMIN, "a1", {"parent_id": "b"})
    assert (moved.parent_id, moved.depth) == ("b", 1)
    assert office.told == [Notice("everybody")]
    assert office.log()[-1] == ("team.changed", "a1", {"before": {"parent_id": "a"}, "after": {"parent_id": "b"}})
    assert office.settings.teams["a1"].parent == "b"
    before = office.traces()
    office.directory.teams.change(ADMIN, "a1", {"parent_id": "b"})
    assert office.traces() == before


FAULTS = (
    ("a", {"parent_id": "a"}, "team_circle", "parent_id"),
    ("a", {"parent_id": "a11"}, "team_circle", "parent_id"),
    ("a", {"parent_id": "zz"}, "no_such_team", "parent_id"),
    ("a", {"name_zh": "x" * 101}, "too_long", "name_zh"),
    ("a", {"name_en": "x\ty"}, "control_character", "name_en"),
    ("", {"id": "b"}, "team_taken", "id"),
    ("", {"id": "new", "parent_id": "new"}, "team_circle", "parent_id"),
    ("", {"id": "x" * 65}, "too_long", "id"),
)


def test_faults_are_refused(office: Office) -> None:
    _tree(office)
    before = office.traces()
    teams = office.directory.teams
    for team, values, word, field in FAULTS:
        with pytest.raises(Refused) as refused:
            _ = teams.change(ADMIN, team, values) if team else teams.add(ADMIN, values)
        assert (refused.value.word, refused.value.field) == (f"directory.refused.{word}", field)
    assert office.traces() == before


def test_a_team_in_use_stays(office: Office) -> None:
    _tree(office)
    teams, people = office.directory.teams, office.directory.people
    person = people.add(ADMIN, {"display_name": "王芳", "team_id": "a2"})
    teams.add(ADMIN, {"id": "c", "name_en": "C"})
    with writing(office.engine) as connection:
        connection.execute(
            accounts.insert().values(id="1", login="x", name="x", totp_last_step=0, created_at_ms=1, version=1)
        )
        role = {"account_id": "1", "role": "supervisor", "origin": "hand"}
        connection.execute(account_roles.insert().values(**role, scope=dump(Scope(frozenset(), frozenset({"b"})))))
        screen = {"name": "TV", "board": "b", "lang": "en", "theme": "dark", "is_blank": False, "paired_by": "x"}
        scope = dump(Scope(frozenset({"600"}), frozenset({"a11"})))
        connection.execute(screens.insert().values(**screen, id="1", site="main", scope=scope, paired_at_ms=1))
        board = {"draft": "{}", "draft_version": 1, "draft_by": "x", "draft_at_ms": 1, "revision": 0, "made_by": "x"}
        scope = dump(Scope(frozenset(), frozenset({"c"})))
        connection.execute(boards.insert().values(**board, site="main", id="wall", scope=scope, made_at_ms=1))
    for team, word in (("a2", "team_has_people"), ("a", "team_has_teams"), ("b", "team_in_roles"),
                       ("a11", "team_in_screens"), ("c", "team_in_boards")):  # fmt: skip
        with pytest.raises(Refused, match=word):
            teams.remove(ADMIN, team)
    people.leave(ADMIN, person.id)
    teams.remove(ADMIN, "a2")  # the past does not hold it
    assert people.get(ADMIN, person.id).team_id == ""
    with pytest.raises(Unknown):
        teams.get(ADMIN, "a2")
    assert "a2" not in office.settings.teams
    assert office.told_settings == office.settings
    assert office.log()[-1][0] == "team.removed"


def test_teams_are_seen_and_changed_within_a_scope(office: Office) -> None:
    _tree(office)
    manager = actor(Role.MANAGER, Scope(frozenset(), frozenset({"a1"})))
    teams = office.directory.teams
    assert [team.id for team in teams.listed(manager)] == ["a1", "a11"]
    assert teams.get(manager, "a11").id == "a11"
    assert teams.add(manager, {"parent_id": "a11", "name_zh": "新"}).parent_id == "a11"
    assert teams.change(manager, "a1", {"name_zh": "一组"}).name_zh == "一组"
    before = office.traces()
    for denied in (
        lambda: teams.get(manager, "b"),
        lambda: teams.add(manager, {"parent_id": ""}),
        lambda: teams.add(manager, {"parent_id": "b"}),
        lambda: teams.change(manager, "b", {"name_zh": "x"}),
        lambda: teams.change(manager, "a11", {"parent_id": "b"}),
        lambda: teams.change(manager, "a1", {"parent_id": "a11"}),  # its parent is not theirs
        lambda: teams.remove(manager, "b"),
        lambda: teams.add(actor(Role.SUPERVISOR), {"name_zh": "x"}),
        lambda: teams.listed(actor(Role.AGENT)),
    ):
        with pytest.raises(Denied):
            denied()
    assert office.traces() == before
