"""The guide to the switch's accounts is true of a running switch: it shows the files, and they are what the simulator runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from collectors.simulator import SimulatorConfig
from collectors.simulator.dialplan import Dialplan
from collectors.simulator.dialplan.site import MODES, SITE

from .sessions import Scene, about

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = ("switch-accounts.md", "switch-accounts.zh-CN.md")


FILES = ("manager.conf", "extensions.conf", "websocket_client.conf", "extensions-guarded.conf")
PLAIN, GUARDED = ((DOCS / "asterisk" / name).read_text(encoding="utf-8") for name in (FILES[1], FILES[3]))


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_show_the_files(page: str) -> None:
    shown = re.findall(r"```ini\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    assert shown == [(DOCS / "asterisk" / name).read_text(encoding="utf-8") for name in FILES]


def test_both_pages_have_the_same_parts() -> None:
    kinds = [
        re.findall(r"^(#+|\* |\||\d\. |```|)", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
        for page in PAGES
    ]
    assert kinds[0] == kinds[1]


def test_the_accounts_are_the_simulators() -> None:
    known = {account.username: account for account in SimulatorConfig().accounts}
    for name, body in re.findall(
        r"\[([a-z-]+)\]\n(.*?)(?=\n\[|\Z)", (DOCS / "asterisk" / FILES[0]).read_text(encoding="utf-8"), re.DOTALL
    ):
        rights = {key: frozenset(value.split(",")) for key, value in re.findall(r"(read|write) = (.*)", body)}
        assert (rights["read"], rights["write"]) == (known[name].read, known[name].write), name


PLACES = [
    *(("floorwatch-monitor", exten) for exten in (*MODES, "takeover", "selftest", "refuse", "h")),
    ("floorwatch-after", "sales"), ("floorwatch-after", "h"), ("floorwatch-move", "客服"), ("floorwatch-move", "h"),
    ("floorwatch-pull", "phone"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "exten"), PLACES)
def test_the_dialplan_is_the_simulators(context: str, exten: str) -> None:
    documented = Dialplan(PLAIN).steps(context, exten)
    assert documented
    assert documented == Dialplan(SITE).steps(context, exten)


def test_the_caller_comes_back_in_front_of_the_others() -> None:
    scene = Scene(dialplan=PLAIN)
    scene.start("fw-1", "takeover")
    scene.wait(1)
    for agent in scene.world.agents:
        scene.hands.register(agent.plan.extension, is_registered=False)
    scene.hands.call("sales")
    scene.wait(1)
    scene.hands.supervisor_hangs_up("8001")
    (joined,) = [event for event in scene.wait(1) if event.name == "QueueCallerJoin"]
    assert (joined["Uniqueid"], joined["Position"], joined["Count"]) == (scene.caller, "1", "2")


STORY = ("whisper", "barge", "private", "listen")
"""After the first listen."""


@pytest.mark.parametrize("dialplan", [PLAIN, GUARDED.replace("2001", "8001")], ids=["plain", "guarded"])
@pytest.mark.parametrize("system_name", ["", "pbx-1"])
def test_every_mode_from_the_first_sound_to_the_caller_back_in_the_queue(dialplan: str, system_name: str) -> None:
    scene = Scene(dialplan=dialplan, system_name=system_name)
    assert scene.caller.startswith(system_name)
    assert "ChanSpyStart" in about(scene.listen("fw-1"), "fw-1")
    for mode in STORY:
        scene.redirect("fw-1", mode)
        assert [e["SpyerExten"] for e in scene.wait(0.5) if e.name == "ChanSpyStart"] == [mode]
    agent = scene.agent
    scene.redirect("fw-1", "takeover")
    assert about(scene.wait(0.5), "fw-1")[-1] == "BridgeEnter"
    scene.hands.supervisor_hangs_up("8001")
    came = scene.wait(1.5)
    assert [(e["Queue"], e["Uniqueid"]) for e in came if e.name == "QueueCallerJoin"] == [("sales", scene.caller)]
    assert [row["mode"] for row in scene.world.joins.rows] == ["listen", *STORY, "takeover"]
    assert {row["agent"] for row in scene.world.joins.rows if row["mode"] != "takeover"} == {f"PJSIP/{agent}"}


def test_a_waiting_caller_is_moved_and_pulled() -> None:
    scene = Scene(dialplan=PLAIN)
    for agent in scene.world.agents:
        scene.hands.register(agent.plan.extension, is_registered=False)
    caller = scene.hands.call("sales")
    scene.wait(0.5)
    scene.desk.ask("Redirect", Channel=caller, Context="floorwatch-move", Exten="support", Priority="1")
    moved = scene.wait(0.5)
    told = [(e["UserEvent"], e["Uniqueid"], e["To"]) for e in moved if e.name == "UserEvent"]
    assert told == [("FloorwatchMoved", caller, "support")]
    assert [e["Queue"] for e in moved if e.name == "QueueCallerJoin"] == ["support"]
    for variable, value in (("FW_PHONE", "PJSIP/8002"), ("FW_QUEUE", "support")):
        scene.desk.ask("Setvar", Channel=caller, Variable=variable, Value=value)
    scene.desk.ask("Redirect", Channel=caller, Context="floorwatch-pull", Exten="phone", Priority="1")
    scene.wait(1)
    (pulled,) = [row for row in scene.world.joins.rows if row["mode"] == "pull"]
    assert (pulled["supervisor"], pulled["call"]) == ("8002", caller)


@pytest.mark.parametrize(
    ("phone", "group", "end"),
    [("8001", "floor", "ChanSpyStart"), ("8003", "floor", "Hangup 21"), ("8001", "cards", "Hangup 16")],
)
def test_the_stricter_dialplan_lets_known_phones_into_the_group(phone: str, group: str, end: str) -> None:
    scene = Scene(dialplan=GUARDED.replace("2001", "8001"), spy_group=group)
    scene.start("fw-1", phone=phone)
    assert about(scene.wait(1), "fw-1")[-1] == end


def test_two_backslashes_drop_the_dash_as_on_a_real_switch() -> None:
    scene = Scene(dialplan=PLAIN.replace("\\-", "\\\\-"), system_name="pbx-1")
    assert "ChanSpyStart" not in about(scene.listen("fw-1"), "fw-1")
