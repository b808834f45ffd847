"""The manager interface: logins, rights, lists and orders, in the switch's own words."""

from __future__ import annotations

import hashlib

import pytest

from .desk import Desk, messages
from .worlds import RECORDINGS, Event, Run, recorded

FLOOR = {"warm_up_s": 60.0, "agents": 40}


def text(answer: list[Event]) -> tuple[str, str]:
    return answer[0]["Response"], answer[0]["Message"]


def test_md5_login_and_goodbye() -> None:
    desk = Desk(Run(5), login=False)
    assert desk.received == b"Asterisk Call Manager/12.0.0\r\n"
    challenge = desk.ask("Challenge", AuthType="MD5")[0]["Challenge"]
    key = hashlib.md5(f"{challenge}ami-secret".encode(), usedforsecurity=False).hexdigest()
    assert text(desk.ask("Login", AuthType="MD5", Username="sup", Key=key, Events="off")) == (
        "Success",
        "Authentication accepted",
    )
    assert text(desk.ask("Login", Username="sup", Secret="x")) == ("Success", "Already authenticated")
    assert text(desk.ask("Logoff")) == ("Goodbye", "Thanks for all the fish.")
    assert desk.closed


def test_nothing_is_answered_before_the_login() -> None:
    desk = Desk(Run(5), login=False)
    assert desk.send(b"Action: QueueStatus\r\nActionID: 1\r\n\r\n") == (
        b"Response: Error\r\nActionID: 1\r\nMessage: Permission denied\r\n\r\n"
    )
    assert desk.wait(60) == []


def test_case_line_ends_and_pieces_are_free() -> None:
    desk = Desk(Run(5), login=False)
    assert b"Authentication accepted" in desk.send(b"action: LOGIN\nusername: sup\nsecret: ami-secret\nevents: off\n\n")
    assert desk.send(b"Action: Pi") == b""
    answer = desk.send(b"ng\r\nActionID: lf\r\n\r\nAction: Ping\r\n\r\n")
    assert [event["Response"] for event in messages(answer)] == ["Success", "Success"]
    assert messages(answer)[0]["Timestamp"].startswith("1795286405.")


@pytest.mark.parametrize(
    ("action", "values", "answer"),
    [
        ("QueuePause", {"Interface": "PJSIP/77", "Paused": "true"}, "Interface not found"),
        ("QueuePause", {"Interface": "PJSIP/1001"}, "Need 'Interface' and 'Paused' parameters."),
        ("QueueAdd", {"Queue": "sales", "Interface": "PJSIP/1001"}, "Unable to add interface: Already there"),
        ("QueueAdd", {"Queue": "none", "Interface": "PJSIP/1001"}, "Unable to add interface to queue: No such queue"),
        ("QueueAdd", {"Queue": "sales"}, "'Interface' not specified."),
        ("QueueRemove", {"Queue": "sales", "Interface": "PJSIP/77"}, "Unable to remove interface: Not there"),
        ("QueueRemove", {"Queue": "sales", "Interface": "PJSIP/1001"}, "Member not dynamic"),
        ("QueuePenalty", {"Interface": "PJSIP/77", "Penalty": "1"}, "Invalid interface, queuename or penalty"),
        ("BridgeInfo", {"BridgeUniqueid": "x"}, "Specified BridgeUniqueid not found"),
        ("Redirect", {"Channel": "x", "Context": "q", "Exten": "sales"}, "Channel does not exist: x"),
        ("Hangup", {"Channel": "x"}, "No such channel"),
        (
            "QueueWithdrawCaller",
            {"Queue": "sales", "Caller": "x"},
            "Unable to request withdraw from queue: No such caller",
        ),
        ("NoSuch", {}, "Invalid/unknown command: NoSuch. Use Action: ListCommands to show available commands."),
    ],
)
def test_refusals_have_the_switchs_words(action: str, values: dict[str, str], answer: str) -> None:
    assert text(Desk(Run(5)).ask(action, **values)) == ("Error", answer)
    transcript = (RECORDINGS / "protocol-edges" / "errors.txt").read_text(encoding="utf-8")
    transcript += (RECORDINGS / "protocol-edges" / "pipelined.txt").read_text(encoding="utf-8")
    assert f"Message: {answer}" in transcript, "and they are a real switch's"


@pytest.mark.parametrize(
    "action", ["Originate", "Command", "Redirect", "Hangup", "QueuePause", "QueueAdd", "UserEvent"]
)
def test_an_account_may_only_what_its_classes_say(action: str) -> None:
    desk = Desk(Run(5), user="floorwatch", secret="floorwatch")
    assert text(desk.ask(action, Channel="x", Interface="x", Queue="sales", Paused="1")) == (
        "Error",
        "Permission denied",
    )
    assert text(desk.ask("QueueStatus"))[0] == text(desk.ask("CoreShowChannels"))[0] == "Success"


@pytest.mark.parametrize(
    ("action", "complete"),
    [
        ("QueueStatus", "QueueStatusComplete"),
        ("QueueSummary", "QueueSummaryComplete"),
        ("CoreShowChannels", "CoreShowChannelsComplete"),
        ("BridgeList", "BridgeListComplete"),
        ("Status", "StatusComplete"),
        ("DeviceStateList", "DeviceStateListComplete"),
        ("ExtensionStateList", "ExtensionStateListComplete"),
    ],
)
def test_lists_have_a_real_lists_shape(action: str, complete: str) -> None:
    rows = Desk(Run(30, **FLOOR)).ask(action, ActionID="l1")
    rows = [row for row in rows if row.get("ActionID") == "l1"]
    assert rows[0]["EventList"] == "start"
    assert rows[-1].name == complete
    assert int(rows[-1]["ListItems"]) == len(rows) - 2 > 0
    real = {
        tuple(name for name, _ in message if name != "ChanVariable")
        for message in recorded(("normal", "nasty"))
        if ("ActionID", "") in [(name, "") for name, _ in message]
    }
    for row in rows[1:]:
        assert tuple(name for name, _ in row.headers) in real, row.name


def test_queue_status_says_what_is_so() -> None:
    run = Run(60, calls_per_hour=3000, **FLOOR)
    desk, live = Desk(run), run.truth["live"]
    rows = desk.ask("QueueStatus")
    entries = {(row["Queue"], row["Uniqueid"]): row for row in rows if row.name == "QueueEntry"}
    assert set(entries) == {(row["queue"], row["call"]) for row in live["waiting"]}
    assert entries
    for row in live["waiting"]:
        waited = int(run.world.engine.now) - int(row["entered_at"])
        assert (entries[row["queue"], row["call"]]["Wait"], entries[row["queue"], row["call"]]["Position"]) == (
            str(waited), str(row["position"]),
        )  # fmt: skip
    members = {(row["Queue"], row["Location"]): row for row in rows if row.name == "QueueMember"}
    for row in live["members"]:
        assert members[row["queue"], row["agent"]]["Paused"] == str(int(row["paused"]))
    only = desk.ask("QueueStatus", Queue="sales", Member="PJSIP/1001")
    assert {row["Location"] for row in only if row.name == "QueueMember"} == {"PJSIP/1001"}
    assert [row.name for row in desk.ask("QueueStatus", Queue="nosuch")] == ["", "QueueStatusComplete"]


def test_channels_and_bridges_show_who_talks_to_whom() -> None:
    run = Run(60, **FLOOR)
    desk = Desk(run)
    channels = {row["Uniqueid"]: row for row in desk.ask("CoreShowChannels") if row.name == "CoreShowChannel"}
    bridges = {row["BridgeUniqueid"] for row in desk.ask("BridgeList") if row.name == "BridgeListItem"}
    handlings = run.truth["live"]["handlings"]
    assert len(handlings) > 10
    for handling in handlings:
        caller = channels[handling["call"]]
        assert caller["BridgeId"] in bridges
        assert caller["ApplicationData"].startswith(f"{handling['queue']},")
        info = desk.ask("BridgeInfo", BridgeUniqueid=caller["BridgeId"])
        assert handling["call"] in {row.get("Uniqueid") for row in info if row.name == "BridgeInfoChannel"}
        assert (info[-1].name, info[-1]["ListItems"]) == ("BridgeInfoComplete", "2")


def test_pausing_and_signing_in_change_the_floor() -> None:
    run = Run(30, warm_up_s=0)
    desk = Desk(run)
    answer = desk.ask("QueuePause", Interface="PJSIP/1001", Paused="true", Reason="培训")
    assert text(answer) == ("Success", "Interface paused successfully")
    paused = [event for event in answer if event.name == "QueueMemberPause"]
    assert len(paused) == len(run.world.agents[0].members)
    assert {event["PausedReason"] for event in paused} == {"培训"}
    assert {row["reason"] for row in run.truth["live"]["members"] if row["agent"] == "PJSIP/1001"} == {"培训"}
    added = desk.ask("QueueAdd", Queue="sales", Interface="Local/9998@lagent/n", MemberName="Never Answers")
    assert [event.name for event in added] == ["", "QueueMemberAdded"]
    assert (
        text(desk.ask("QueueRemove", Queue="sales", Interface="Local/9998@lagent/n"))[1]
        == "Removed interface from queue"
    )


def test_a_redirect_and_a_hangup_move_the_truth() -> None:
    run = Run(60, **FLOOR)
    desk = Desk(run)
    handling, other = [row for row in run.truth["live"]["handlings"] if row["visit"] == 1][:2]
    channel = run.world.exchange.find(handling["call"])
    assert channel is not None
    answer = desk.ask("Redirect", Channel=channel.name, Context="internal", Exten="800", Priority="1")
    assert text(answer) == ("Success", "Redirect successful")
    names = [event.name for event in answer]
    assert "QueueCallerJoin" in names
    assert "AgentComplete" not in names
    assert handling["agent"] not in {row["agent"] for row in run.truth["live"]["handlings"]}
    ended = desk.ask("Hangup", Channel=other["call"])
    assert text(ended) == ("Success", "Channel Hungup")
    assert "HangupRequest" not in [event.name for event in ended]
    assert [event["Reason"] for event in ended if event.name == "AgentComplete"] == ["caller"]


def test_a_monitoring_session_from_start_to_take_over() -> None:
    run = Run(60, **FLOOR)
    desk = Desk(run)
    handling = next(row for row in run.truth["live"]["handlings"] if row["agent"].startswith("PJSIP/"))
    agent = next(agent for agent in run.world.agents if agent.interface == handling["agent"])
    target = agent.talk.offer.phone.unique_id if agent.talk else ""
    start = {
        "Channel": "PJSIP/8001",
        "Context": "floorwatch-monitor",
        "Exten": "listen",
        "Priority": "1",
        "Async": "true",
    }
    desk.ask(
        "Originate",
        ("Variable", f"FW_TARGET={target}"),
        ("Variable", "FW_SESSION=fw-s1"),
        ChannelId="fw-s1",
        ActionID="c1",
        **start,
    )
    events = desk.wait(2)
    names = [event.name for event in events]
    response = next(event for event in events if event.name == "OriginateResponse")
    assert (response["Response"], response["ActionID"], response["Uniqueid"]) == ("Success", "c1", "fw-s1")
    assert names.index("OriginateResponse") < names.index("DialEnd") < names.index("ChanSpyStart")
    assert run.truth["live"]["monitorings"][-1]["mode"] == "listen"
    desk.ask("Redirect", Channel="fw-s1", Context="floorwatch-monitor", Exten="barge", Priority="1")
    desk.wait(1)
    assert run.truth["live"]["monitorings"][-1] | {"started_at": 0} == {
        "session": "fw-s1", "agent": handling["agent"], "supervisor": "8001", "mode": "barge", "started_at": 0,
    }  # fmt: skip
    desk.ask("Setvar", Channel="fw-s1", Variable="FW_CALLER", Value=handling["call"])
    desk.ask("Redirect", Channel="fw-s1", Context="floorwatch-monitor", Exten="takeover", Priority="1")
    taken = desk.wait(0.1)
    assert "ChanSpyStop" in [event.name for event in taken]
    assert handling["agent"] not in {row["agent"] for row in run.truth["live"]["handlings"]}
    assert text(desk.ask("Hangup", Channel="fw-s1")) == ("Success", "Channel Hungup")
    refused = desk.ask("Originate", **{**start, "Exten": "nomode"})
    assert text(refused) == ("Error", "Extension does not exist.")
