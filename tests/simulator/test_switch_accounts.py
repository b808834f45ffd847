"""The guide to the switch's accounts is true of a running switch: its dialplan is run, its rights and languages are compared."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from collectors.simulator import SimulatorConfig
from collectors.simulator.dialplan import Dialplan
from collectors.simulator.dialplan.site import MODES, SITE

from .sessions import Scene, about

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = ("switch-accounts.md", "switch-accounts.zh-CN.md")


@cache
def blocks(page: str) -> list[str]:
    """What is to be written into files: accounts, dialplan, websocket client, the gate for phones."""
    return re.findall(r"```ini\n(.*?)\n```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def test_both_languages_say_the_same_files() -> None:
    english, chinese = (blocks(page) for page in PAGES)
    assert english == chinese
    assert len(english) == 4


def test_the_accounts_are_the_simulators() -> None:
    known = {account.username: account for account in SimulatorConfig().accounts}
    for name, body in re.findall(r"\[([a-z-]+)\]\n(.*?)(?=\n\[|\Z)", blocks(PAGES[0])[0], re.DOTALL):
        rights = {key: frozenset(value.split(",")) for key, value in re.findall(r"(read|write) = (.*)", body)}
        assert (rights["read"], rights["write"]) == (known[name].read, known[name].write), name


PLACES = [
    *(("floorwatch-monitor", exten) for exten in (*MODES, "takeover", "refuse", "h")),
    ("floorwatch-after", "sales"), ("floorwatch-move", "客服"), ("floorwatch-pull", "phone"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "exten"), PLACES)
def test_the_dialplan_is_the_simulators(context: str, exten: str) -> None:
    documented = Dialplan(blocks(PAGES[0])[1]).steps(context, exten)
    assert documented
    assert documented == Dialplan(SITE).steps(context, exten)


def test_the_caller_comes_back_in_front_of_the_others() -> None:
    scene = Scene(dialplan=blocks(PAGES[0])[1])
    scene.start("fw-1", "takeover")
    scene.wait(1)
    for agent in scene.world.agents:
        scene.hands.register(agent.plan.extension, is_registered=False)
    scene.hands.call("sales")
    scene.wait(1)
    scene.hands.supervisor_hangs_up("8001")
    (joined,) = [event for event in scene.wait(1) if event.name == "QueueCallerJoin"]
    assert (joined["Uniqueid"], joined["Position"], joined["Count"]) == (scene.caller, "1", "2")


@pytest.mark.parametrize(("phone", "end"), [("8001", "ChanSpyStart"), ("8003", "Hangup 21")])
def test_the_gate_lets_known_phones_in_alone(phone: str, end: str) -> None:
    scene = Scene(dialplan=blocks(PAGES[0])[3])
    scene.start("fw-1", phone=phone)
    assert about(scene.wait(1), "fw-1")[-1] == end
