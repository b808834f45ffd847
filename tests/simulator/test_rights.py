"""What an AMI account may do: one account a write class, each action tried; and what is refused whatever the rights."""

from __future__ import annotations

import pytest

from collectors.simulator import ALL, CLASSES, Account, SimulatorConfig
from collectors.simulator.media.lines import has_websockets

from .desk import Desk
from .sessions import Scene
from .worlds import Run

WRITERS = tuple(Account(f"only-{kind}", "ami-secret", ALL, frozenset({kind})) for kind in CLASSES)
NEEDS: dict[str, set[str]] = {
    "Originate": {"originate"},
    "Redirect": {"call"}, "Bridge": {"call"}, "Setvar": {"call"}, "PlayDTMF": {"call"}, "BlindTransfer": {"call"}, "Atxfer": {"call"},
    "Getvar": {"call", "reporting"}, "Hangup": {"call", "system"},
    "QueuePause": {"agent"}, "QueueRemove": {"agent"}, "QueueAdd": {"agent"}, "QueuePenalty": {"agent"}, "QueueLog": {"agent"},
    "DBPut": {"system"}, "DBDel": {"system"}, "MuteAudio": {"system"}, "MixMonitor": {"system"}, "ModuleLoad": {"system"},
    "PJSIPShowEndpoints": {"system"}, "CoreShowChannels": {"system", "reporting"}, "CoreStatus": {"system", "reporting"},
    "Status": {"call", "reporting", "system"}, "DeviceStateList": {"call", "reporting"}, "Command": {"command"},
    "UserEvent": {"user"},
    "QueueStatus": set(CLASSES), "BridgeList": set(CLASSES), "BridgeKick": set(CLASSES), "BridgeDestroy": set(CLASSES),
    "Ping": set(CLASSES),
}  # fmt: skip
"""Action: the write classes that are enough for it."""


def test_every_action_needs_its_class_and_no_other() -> None:
    run = Run(1, agents=4, scripted=True, accounts=WRITERS)
    for kind in CLASSES:
        desk = Desk(run, user=f"only-{kind}")
        allowed = {action for action in NEEDS if desk.ask(action)[0].get("Message") != "Permission denied"}
        assert allowed == {action for action, classes in NEEDS.items() if kind in classes}, kind


@pytest.mark.parametrize(
    ("action", "headers", "answer"),
    [
        ("Originate", {"Application": "System", "Data": "x"}, "Originate Access Forbidden: app or data blacklisted"),
        ("Originate", {"Application": "mixMonitor"}, "Originate Access Forbidden: app or data blacklisted"),
        ("Originate", {"Application": "Set", "Data": "X=${SHELL(id)}"}, "Originate Access Forbidden: app or data blacklisted"),
        ("Originate", {"Context": "floorwatch-monitor", "Exten": "nomode"}, "Extension does not exist."),
        ("Setvar", {"Variable": "DB(a/b)", "Value": "1"}, "Variable not set"),
        ("Setvar", {"Variable": "X", "Value": "1", "Channel": "none"}, "No such channel"),
        ("Getvar", {"Variable": "SHELL(id)"}, "GetVar Access Forbidden"),
        ("BridgeKick", {"BridgeUniqueid": "none", "Channel": "none"}, "Bridge not found"),
        ("BridgeDestroy", {"BridgeUniqueid": "none"}, "Bridge not found"),
        ("Hangup", {"Channel": "none"}, "No such channel"),
        ("QueueRemove", {"Queue": "sales", "Interface": "PJSIP/1001"}, "Member not dynamic"),
        ("QueuePause", {"Interface": "PJSIP/77", "Paused": "true"}, "Interface not found"),
    ],
)  # fmt: skip
def test_what_is_refused_to_an_account_that_may(action: str, headers: dict[str, str], answer: str) -> None:
    reply = Scene().desk.ask(
        action, **{"Channel": "PJSIP/8001", "Async": "true", **headers} if action == "Originate" else headers
    )
    assert (reply[0]["Response"], reply[0]["Message"]) == ("Error", answer)


def test_an_originate_writes_into_the_database_whatever_its_rights() -> None:
    run = Run(1, agents=4, scripted=True, accounts=WRITERS)
    desk = Desk(run, user="only-originate")
    desk.ask(
        "Originate", ("Variable", "DB(fw/orig)=1"), ("Variable", r"PJSIP_HEADER(add,Call-Info)=<sip:x>\;answer-after=0"),
        Channel="PJSIP/8001", Context="floorwatch-monitor", Exten="listen", Async="true",
    )  # fmt: skip
    desk.wait(1)
    read = Desk(run, user="only-reporting").ask("Getvar", Variable="DB(fw/orig)")
    assert read[0]["Value"] == "1"


def test_variables_stay_with_their_channel() -> None:
    scene = Scene()
    scene.listen("fw-1")
    assert scene.desk.ask("Getvar", Channel="fw-1", Variable="FW_SESSION")[0]["Value"] == "fw-1"
    assert scene.desk.ask("Getvar", Channel=scene.caller, Variable="FW_SESSION")[0]["Value"] == ""
    assert scene.desk.ask("Getvar", Channel=scene.target, Variable="SPYGROUP")[0]["Value"] == "floor"


@pytest.mark.parametrize(
    ("version", "has_them"),
    [
        ("16.30.0", False), ("18.26.0", False), ("20.17.2", False), ("20.18.0", True), ("21.12.2", False), ("22.7.0", False),
        ("22.8.0", True), ("23.1.0", False), ("23.2.0", True), ("23.4.1", True), ("24.0.0", True), ("certified", False),
    ],
)  # fmt: skip
def test_which_versions_speak_websocket(version: str, *, has_them: bool) -> None:
    assert has_websockets(version) is has_them


def test_an_older_switch_does_not_know_the_technology() -> None:
    scene = Scene(asterisk="20.10.0")
    assert scene.desk.ask("CoreSettings")[0]["AsteriskVersion"] == "20.10.0"
    scene.start("fw-1", Channel="WebSocket/floorwatch/c(slin16)f(json)v(sid=1)")
    (response,) = [event for event in scene.wait(1) if event.name]
    assert (response.name, response["Response"], response["Reason"]) == ("OriginateResponse", "Failure", "0")


def test_the_control_account_is_as_the_documents_ask() -> None:
    account = next(each for each in SimulatorConfig().accounts if each.username == "floorwatch-control")
    assert account.write == {"call", "agent", "originate", "reporting"}
    assert account.read == {"call", "agent", "user", "system"}
