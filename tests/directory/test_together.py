"""Many changes as one: one transaction, one line, one row for the floor; a dry run is the same code and leaves nothing."""

from __future__ import annotations

import time

import pytest

from dashboard.access.actor import Denied
from dashboard.access.notices import Notice
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.directory import Together
from dashboard.refusal import Refused
from tests.directory.office import ADMIN, Office, actor


def _fill(change: Together) -> list[str]:
    """A team, two people, an agent, a queue; words of what was refused."""
    refused = []
    change.teams.add(ADMIN, {"id": "sales", "name_zh": "销售"})
    wang = change.people.add(ADMIN, {"display_name": "王芳", "staff_number": "8001", "team_id": "sales"})
    for values in ({"display_name": "李娜", "staff_number": "8001"}, {"display_name": "李娜", "staff_number": "8002"}):
        try:
            change.people.add(ADMIN, values)
        except Refused as error:
            refused.append(error.word)
    change.agents.claim(ADMIN, "PJSIP/1001", wang.id)
    change.queues.put(ADMIN, "600", {"threshold_s": 10})
    change.people.change(ADMIN, wang.id, {"display_name": "王芳"})  # as it is
    return refused


def test_it_is_one_line_and_one_row_and_refused_parts_leave_nothing(office: Office) -> None:
    with office.directory.together(ADMIN, "directory.imported", reason="新班组", details={"file": "a.csv"}) as change:
        assert _fill(change) == ["directory.refused.staff_number_taken"]
        assert len(change.people.listed(ADMIN)) == 2  # it sees its own changes
    ((action, _, details),) = office.log()
    counts = {"team.added": 1, "person.added": 2, "agent.claimed": 1, "queue.added": 1}
    assert (action, details["file"], details["counts"]) == ("directory.imported", "a.csv", counts)
    assert [one["action"] for one in details["changes"]] == [
        "team.added", "person.added", "person.added", "agent.claimed", "queue.added",
    ]  # fmt: skip
    assert details["changes"][1]["after"]["staff_number"] == "8001"
    assert office.outbox_rows == 1
    assert office.told_settings == office.settings
    assert office.settings.agents["PJSIP/1001"].name == "王芳"
    assert office.told == [Notice("everybody")]


def test_a_dry_run_and_one_given_up_leave_nothing(office: Office) -> None:
    office.directory.queues.put(ADMIN, "600", {"threshold_s": 20})
    before, settings = office.traces(), office.settings
    with office.directory.together(ADMIN, "directory.imported", dry_run=True) as change:
        assert _fill(change) == ["directory.refused.staff_number_taken"]
        assert change.counts.total() == 5
    with office.directory.together(ADMIN, "directory.imported") as change:
        _fill(change)
        change.give_up()
    with pytest.raises(Refused), office.directory.together(ADMIN, "directory.imported") as change:
        change.queues.put(ADMIN, "600", {"threshold_s": _fill(change)[0]})
    with office.directory.together(ADMIN, "directory.imported") as change:
        change.queues.put(ADMIN, "600", {"threshold_s": 20})  # as it is: nothing to tell
        with pytest.raises(Refused):
            change.people.add(ADMIN, {"display_name": "x", "team_id": "none"})
    assert office.traces() == before
    assert office.settings == settings
    assert office.directory.people.listed(ADMIN) == []


def test_each_part_is_checked(office: Office) -> None:
    with pytest.raises(Denied), office.directory.together(actor(Role.SUPERVISOR), "directory.imported"):
        pass
    manager = actor(Role.MANAGER, Scope(frozenset({"600"}), frozenset()))
    with office.directory.together(manager, "directory.imported") as change:
        change.queues.put(manager, "600", {"threshold_s": 5})
        with pytest.raises(Denied):
            change.queues.put(manager, "700", {"threshold_s": 5})
        with pytest.raises(Denied):
            change.people.add(manager, {"display_name": "x"})
    assert set(office.settings.queues) == {"600"}


def test_a_thousand_people_are_a_matter_of_seconds(office: Office) -> None:
    begun_s = time.process_time()
    with office.directory.together(ADMIN, "directory.imported") as change:
        change.teams.add(ADMIN, {"id": "sales"})
        for n in range(1000):
            person = change.people.add(ADMIN, {"display_name": f"坐席 {n}", "staff_number": str(n), "team_id": "sales"})
            change.agents.claim(ADMIN, f"PJSIP/{n}", person.id)
    assert len(office.settings.agents) == 1000
    assert (len(office.log()), office.outbox_rows) == (1, 1)
    assert time.process_time() - begun_s < 10  # several times what it takes
