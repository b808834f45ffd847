"""The floor file in the directory: at first, again while it alone has written it, never over what people did."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from collectors.events import (
    AgentSettings,
    FloorSettings,
    Names,
    PauseReasonSettings,
    QueueSettings,
    TeamSettings,
)
from collectors.simulator import SimulatorConfig, floor_file
from dashboard import floor_file as product
from dashboard.directory.seeding import seed
from dashboard.store.engine import writing
from dashboard.store.schema import accounts
from tests.directory.office import ADMIN, Office

FILE = FloorSettings(
    time_zone="Europe/Berlin",
    day_starts_at_min=30,
    interval_min=15,
    effective_call_s=20,
    default_queue=QueueSettings(Names("其他", ""), wrap_up_s=12),
    queues={"600": QueueSettings(Names("销售", "Sales"), 0.9, 10, 3, "answered_only", True, 5, 50, 60)},
    agents={
        "PJSIP/1001": AgentSettings("王芳", "8001", "tigers"),
        "Local/1001@agents": AgentSettings("王芳", "8001", "tigers"),
        "PJSIP/1002": AgentSettings("王芳", "", "cubs"),
        "PJSIP/1003": AgentSettings("王芳", "", "cubs"),
    },
    teams={"cubs": TeamSettings(Names("幼虎", ""), "tigers"), "tigers": TeamSettings(Names("飞虎队", "Tigers"))},
    pause_reasons={"Coffee": PauseReasonSettings(Names("小休", "Break"), "rest", 900, 12, "coffee")},
    state_limits_s={"talking": 480},
)


def _seed(office: Office, file: FloorSettings) -> str:
    return seed(office.audit, office.site, file, office.clock.ms)


def test_a_file_is_the_directory_as_it_says(office: Office) -> None:
    assert _seed(office, FILE) == "imported"
    assert office.told_settings == office.settings == FILE
    people = office.directory.people.listed(ADMIN)
    assert sorted(person.agents for person in people) == [
        ("Local/1001@agents", "PJSIP/1001"), ("PJSIP/1002",), ("PJSIP/1003",),
    ]  # fmt: skip
    ((action, target, details),) = office.log()
    assert (action, target) == ("directory.seeded", "main")
    assert details["counts"] == {"queues": 1, "agents": 4, "teams": 2, "pause_reasons": 1}
    before = office.traces()
    assert _seed(office, FILE) == "as_it_was"
    assert office.traces() == before


def test_a_changed_file_is_read_again_and_people_stay_who_they_are(office: Office) -> None:
    _seed(office, FILE)
    ids = {person.agents: person.id for person in office.directory.people.listed(ADMIN)}
    with writing(office.engine) as connection:
        row = {"id": "1", "login": "x", "name": "x", "totp_last_step": 0, "created_at_ms": 1, "version": 1}
        connection.execute(accounts.insert().values(**row, person_id=ids["PJSIP/1003",]))
    changed = FloorSettings(
        agents={
            "PJSIP/1001": AgentSettings("王芳芳", "8001", "lions"),
            "PJSIP/1002": AgentSettings("王芳", "", "cubs"),
            "PJSIP/1009": AgentSettings("赵云", "8009", "lions"),
        },
        teams={"cubs": TeamSettings(Names("幼虎", "")), "lions": TeamSettings(Names("雄狮", ""))},
    )
    assert _seed(office, changed) == "imported"
    assert office.told_settings == office.settings == changed
    now = {person.display_name: person for person in office.directory.people.listed(ADMIN) if person.agents}
    assert now["王芳芳"].id == ids["Local/1001@agents", "PJSIP/1001"]
    assert now["王芳"].id in {ids["PJSIP/1002",], ids["PJSIP/1003",]}
    assert now["王芳"].agents == ("PJSIP/1002",)
    kept = {person.id for person in office.directory.people.listed(ADMIN)}
    assert ids["PJSIP/1003",] in kept  # an account is theirs
    assert [team.id for team in office.directory.teams.listed(ADMIN)] == ["lions", "cubs"]  # xiong, you


def test_what_people_changed_stays(office: Office) -> None:
    _seed(office, FILE)
    office.directory.queues.put(ADMIN, "600", {"threshold_s": 25})
    mine = office.settings
    assert _seed(office, FILE) == "as_it_was"
    changed = FloorSettings(queues={"600": QueueSettings(threshold_s=5)})
    before = office.traces()
    assert _seed(office, changed) == "left_to_people"
    assert _seed(office, FloorSettings()) == "as_it_was"  # no file any more
    assert office.settings == mine
    assert office.traces() == before


def test_without_a_file_the_floor_is_told_the_defaults_once(office: Office) -> None:
    assert _seed(office, FloorSettings()) == "as_it_was"
    assert office.told_settings == FloorSettings()
    _seed(office, FloorSettings())
    assert office.traces() == (0, 1, 0)
    assert _seed(office, FILE) == "imported"  # somebody has written one


def test_odd_files_are_taken_as_far_as_they_make_sense(office: Office) -> None:
    odd = FloorSettings(
        agents={
            "A/1": AgentSettings("王芳", "8001", "t1"),
            "A/2": AgentSettings("李娜", "8001", ""),
            "A/3": AgentSettings("", "8003", ""),
            "A/4": AgentSettings(),
        },
        queues={"600": QueueSettings(wait_amber_s=70, wait_red_s=60)},
        teams={"t1": TeamSettings(parent="t2"), "t2": TeamSettings(parent="t1"), "t3": TeamSettings(parent="t4")},
    )
    _seed(office, odd)
    assert office.settings.agents == {
        "A/1": AgentSettings("王芳", "8001", "t1"),
        "A/2": AgentSettings("李娜", "", ""),  # one number is one person's
        "A/3": AgentSettings("8003", "8003", ""),
    }
    assert office.settings.queues == odd.queues
    assert office.settings.teams == {
        "t1": TeamSettings(), "t2": TeamSettings(), "t3": TeamSettings(parent="t4"), "t4": TeamSettings(),
    }  # fmt: skip


def test_another_sites_people_and_teams_stay_as_they_are(office: Office, engine: Engine, tmp_path: Path) -> None:
    north = Office(engine, tmp_path, "north")
    north.directory.teams.add(ADMIN, {"id": "tigers", "name_zh": "北虎"})
    north.directory.people.add(ADMIN, {"display_name": "王芳芳", "staff_number": "8001"})
    north.directory.people.add(ADMIN, {"display_name": "无席"})
    _seed(office, FILE)
    _seed(office, FloorSettings(interval_min=15))
    assert {"王芳芳", "无席"} <= {person.display_name for person in north.directory.people.listed(ADMIN)}
    assert north.settings.teams["tigers"].names.zh == "北虎"
    assert north.told_settings == north.settings
    assert office.told_settings == office.settings


@pytest.mark.parametrize("traps", [frozenset[int](), frozenset({23, 41})])
def test_the_simulators_floor_goes_through_unchanged(office: Office, tmp_path: Path, traps: frozenset[int]) -> None:
    path = tmp_path / "floor.toml"
    path.write_text(floor_file(SimulatorConfig(agents=120, traps=traps)), encoding="utf-8")
    file = product.read(str(path))
    _seed(office, file)
    assert office.settings == file
