"""Supervisors' sessions: how they begin, fail, change and end, beyond what the recording holds."""

from __future__ import annotations

import pytest

from .sessions import Scene, about
from .worlds import Event

BEGUN = ["Newchannel", "DialBegin"]
ANSWERED = ["OriginateResponse Success 4", "DialEnd ANSWER"]


@pytest.mark.parametrize(
    ("does", "wait_s", "story"),
    [
        ("busy", 1, [*BEGUN, "HangupRequest 17", "OriginateResponse Failure 0", "DialEnd BUSY", "Hangup 17"]),
        ("decline", 1, [*BEGUN, "HangupRequest 21", "OriginateResponse Failure 0", "DialEnd NOANSWER", "Hangup 21"]),
        ("ignore", 9, [*BEGUN, "OriginateResponse Failure 3", "Hangup 19"]),
        ("answer", 1, [*BEGUN, *ANSWERED, "ChanSpyStart"]),
    ],
)
def test_what_the_phone_does_decides(does: str, wait_s: float, story: list[str]) -> None:
    scene = Scene()
    scene.world.phones.set("8001", does)
    scene.start("fw-1")
    assert about(scene.wait(wait_s), "fw-1") == story


@pytest.mark.parametrize("phone", ["9999", "8002"])
def test_a_phone_that_is_not_there_has_no_channel(phone: str) -> None:
    scene = Scene()
    scene.hands.register("8002", is_registered=False)
    scene.wait(0.1)
    scene.start("fw-1", phone=phone)
    (response,) = [event for event in scene.wait(1) if event.name]
    assert (response.name, response["Reason"], response["Uniqueid"]) == ("OriginateResponse", "0", "fw-1")
    assert response["Channel"] == f"PJSIP/{phone}"


def test_a_phone_in_use_is_busy_and_its_device_says_so() -> None:
    scene = Scene()
    events = scene.listen("fw-1")
    states = [event["State"] for event in events if event.get("Device") == "PJSIP/8001"]
    assert states == ["RINGING", "INUSE"]
    scene.start("fw-2")
    assert "Hangup 17" in about(scene.wait(1), "fw-2")
    scene.hands.supervisor_hangs_up("8001")
    ended = scene.wait(1)
    assert about(ended, "fw-1") == ["HangupRequest 16", "ChanSpyStop", "SoftHangupRequest 16", "Hangup 16"]
    assert [event["State"] for event in ended if event.get("Device") == "PJSIP/8001"] == ["NOT_INUSE"]
    rows = {row["Device"]: row["State"] for row in scene.desk.ask("DeviceStateList") if row.name == "DeviceStateChange"}
    assert rows["PJSIP/8001"] == "NOT_INUSE"
    scene.hands.register("8001", is_registered=False)
    assert ("PJSIP/8001", "UNAVAILABLE") in [(e.get("Device"), e.get("State")) for e in scene.wait(0.1)]


def test_the_call_may_end_before_anybody_hears_it() -> None:
    scene = Scene()
    scene.start("fw-1")
    scene.wait(0.1)
    scene.hands.caller_hangs_up(scene.caller)  # while the phone rings
    assert about(scene.wait(1), "fw-1") == [*ANSWERED, "SoftHangupRequest 16", "Hangup 0"]
    scene.caller = scene.hands.call("sales")
    scene.wait(1.5)
    scene.start("fw-2")
    scene.wait(0.35)  # answered, and ChanSpy waits for its tenth of a second
    scene.hands.caller_hangs_up(scene.caller)
    assert about(scene.wait(1), "fw-2") == ["SoftHangupRequest 16", "Hangup 16"]
    assert scene.world.joins.rows == []


def test_hanging_up_what_rings() -> None:
    scene = Scene()
    scene.start("fw-1")
    scene.wait(0.1)
    assert scene.desk.ask("Hangup", Channel="fw-1")[0]["Message"] == "Channel Hungup"
    assert about(scene.wait(1), "fw-1") == ["DialEnd NOANSWER", "OriginateResponse Failure 0", "Hangup 0"]


def test_redirecting_what_rings_is_a_trap() -> None:
    """It counts as failed, and yet the session lives, unheard until he picks up: then he barges."""
    scene = Scene()
    scene.world.phones.set("8001", "answer", 2.0)
    scene.start("fw-1")
    scene.wait(0.1)
    assert scene.redirect("fw-1", "barge")[0]["Message"] == "Redirect successful"
    events = scene.wait(0.7)
    assert about(events, "fw-1") == ["OriginateResponse Failure 0", "ChanSpyStart"]
    assert scene.world.joins.rows[-1]["mode"] == "barge"
    assert [event["State"] for event in events if event.get("Device") == "PJSIP/8001"] == []
    assert [event["State"] for event in scene.wait(2) if event.get("Device") == "PJSIP/8001"] == ["INUSE"]


def test_a_phone_may_be_told_to_answer_by_itself() -> None:
    scene = Scene()
    scene.world.phones.set("8001", "answer", 5.0)
    scene.start("fw-1", Variable=r"PJSIP_HEADER(add,Call-Info)=<sip:localhost>\;answer-after=0")
    assert about(scene.wait(0.3), "fw-1")[-1] == "ChanSpyStart"


def test_a_group_confines_targets() -> None:
    scene = Scene()
    scene.start("fw-1", "listen-floor")
    assert about(scene.wait(1), "fw-1")[-1] == "ChanSpyStart"
    scene.hands.supervisor_hangs_up("8001")
    scene.hands.caller_hangs_up(scene.caller)
    scene.wait(1)
    scene.caller = scene.hands.call("sales", is_private=True)
    scene.wait(1.5)
    scene.start("fw-2", "listen-floor")
    assert about(scene.wait(1), "fw-2") == [*BEGUN, *ANSWERED, "SoftHangupRequest 16", "Hangup 16"]


def test_a_bad_target_is_refused_by_the_dialplan() -> None:
    scene = Scene()
    scene.start("fw-1", target=",/ ")
    assert about(scene.wait(1), "fw-1")[-1] == "Hangup 21"
    scene.start("fw-2", target=f"{scene.target},uqw")  # a comma begins another variable
    assert about(scene.wait(1), "fw-2")[-1] == "ChanSpyStart"
    assert scene.world.joins.rows[-1]["mode"] == "listen"
    scene.desk.ask("Setvar", Channel="fw-2", Variable="FW_TARGET", Value=f"{scene.target},uqw")
    scene.redirect("fw-2", "listen")
    assert about(scene.wait(1), "fw-2") == ["ChanSpyStop", "SoftHangupRequest 16", "Hangup 16"]


def test_only_whole_names_are_targets() -> None:
    scene = Scene(dialplan="[floorwatch-monitor]\nexten => listen,1,ChanSpy(${FW_TARGET},uqES)\n same => n,Hangup()\n")
    name = scene.channel(scene.target).name
    scene.start("fw-1", target=name)
    assert about(scene.wait(1), "fw-1")[-1] == "ChanSpyStart"
    scene.start("fw-2", target=name.rpartition("-")[0], phone="8002")
    assert about(scene.wait(1), "fw-2")[-1] == "Hangup 0"


def test_two_redirects_at_once_are_one_and_the_last_wins() -> None:
    scene = Scene()
    scene.listen("fw-1")
    scene.redirect("fw-1", "whisper")
    scene.desk.wait(0.02)
    scene.redirect("fw-1", "barge")
    events = scene.wait(1)
    assert about(events, "fw-1") == ["ChanSpyStop", "ChanSpyStart"]
    assert [row["mode"] for row in scene.world.joins.rows] == ["listen", "barge"]


def test_the_call_ends_while_the_mode_changes() -> None:
    scene = Scene()
    scene.listen("fw-1")
    scene.redirect("fw-1", "whisper")
    scene.desk.wait(0.05)
    scene.hands.caller_hangs_up(scene.caller)
    events = scene.wait(1)
    assert about(events, "fw-1") == ["ChanSpyStop", "SoftHangupRequest 16", "Hangup 16"]


def test_staying_with_the_caller_over_a_transfer() -> None:
    scene = Scene(agents=20)
    scene.listen("fw-1", "barge", follow="1")
    scene.hands.blind_transfer(scene.agent, "1010")
    assert about(scene.wait(1), "fw-1") == ["ChanSpyStop"]
    new = next(agent.own for agent in scene.world.agents if agent.own is not None)
    scene.desk.ask("Setvar", Channel="fw-1", Variable="FW_TARGET", Value=new.leg.unique_id)
    scene.redirect("fw-1", "barge")
    assert about(scene.wait(1), "fw-1") == ["ChanSpyStart"]
    assert scene.world.joins.rows[-1]["call"] == scene.caller
    scene.hands.caller_hangs_up(scene.caller)
    assert about(scene.wait(4), "fw-1") == ["ChanSpyStop"]
    assert about(scene.wait(2), "fw-1") == ["SoftHangupRequest 16", "Hangup 16"]


def names(events: list[Event], *wanted: str) -> list[str]:
    return [event.name for event in events if event.name in wanted]


def test_taking_over_without_listening_first_and_leaving_first() -> None:
    scene = Scene()
    agent = scene.target
    scene.start("fw-1", "takeover")
    events = scene.wait(1)
    assert about(events, "fw-1") == [*BEGUN, *ANSWERED, "BridgeEnter"]
    assert about(events, agent) == ["BridgeLeave", "Hangup 16"]
    assert not names(events, "AgentComplete", "HangupRequest", "ChanSpyStart")
    scene.hands.supervisor_hangs_up("8001")
    events = scene.wait(1)  # to the place that Bridge() names: back into his queue
    assert names(events, "QueueCallerJoin", "QueueCallerAbandon") == ["QueueCallerJoin"]
    assert scene.talk.visit.call.channel.unique_id == scene.caller
    assert [row["mode"] for row in scene.world.joins.rows] == ["takeover"]
    scene.hands.caller_hangs_up(scene.caller)
    assert len(names(scene.wait(1), "AgentComplete")) == 2


def test_a_take_over_of_a_caller_who_is_gone_touches_nobody() -> None:
    scene = Scene()
    scene.listen("fw-1")
    scene.desk.ask("Setvar", Channel="fw-1", Variable="FW_CALLER", Value="1.1")
    scene.redirect("fw-1", "takeover")
    assert about(scene.wait(1), "fw-1") == ["ChanSpyStop", "SoftHangupRequest 16", "Hangup 16"]
    assert scene.talk.is_open


def test_taking_over_a_caller_on_hold_and_a_second_taker() -> None:
    scene = Scene()
    scene.hands.hold(scene.agent)
    scene.listen("fw-1")
    scene.listen("fw-2", phone="8002")
    scene.redirect("fw-1", "takeover")
    events = scene.wait(1)
    assert "MusicOnHoldStop" in names(events, "MusicOnHoldStop")
    assert about(events, "fw-2") == ["ChanSpyStop", "SoftHangupRequest 16", "Hangup 16"]
    scene.start("fw-3", "takeover", phone="8003", target="1.1")
    events = scene.wait(1)
    assert about(events, "fw-1")[-1] == "Hangup 16"
    assert [(row["session"], row["mode"]) for row in scene.world.joins.rows if row["to"] is None] == [
        ("fw-3", "takeover")
    ]


def test_moving_and_pulling_a_waiting_caller() -> None:
    scene = Scene(queue="vip", agents=8)
    for agent in scene.world.agents:
        scene.hands.register(agent.plan.extension, is_registered=False)
    waiting = scene.hands.call("sales")
    scene.wait(1)
    scene.desk.ask("Redirect", Channel=waiting, Context="floorwatch-move", Exten="support", Priority="1")
    events = scene.wait(1)
    assert [event["UserEvent"] for event in events if event.name == "UserEvent"] == ["FloorwatchMoved"]
    assert [event["Queue"] for event in events if event.name == "QueueCallerJoin"] == ["support"]
    assert scene.run.truth["queues"]["sales"]["abandoned"] == 0
    for name, value in (("FW_PHONE", "PJSIP/8001"), ("FW_QUEUE", "support")):
        assert scene.desk.ask("Setvar", Channel=waiting, Variable=name, Value=value)[0]["Message"] == "Variable Set"
    pull = {"Context": "floorwatch-pull", "Exten": "phone", "Priority": "1"}
    scene.world.phones.set("8001", "decline")
    scene.desk.ask("Redirect", Channel=waiting, **pull)
    events = scene.wait(1)
    assert [event["Queue"] for event in events if event.name == "QueueCallerJoin"] == ["support"]
    scene.world.phones.set("8001", "answer")
    scene.desk.ask("Redirect", Channel=waiting, **pull)
    events = scene.wait(1)
    assert names(events, "QueueCallerJoin", "BridgeEnter") == ["BridgeEnter", "BridgeEnter"]
    assert scene.world.joins.rows[-1] | {"from": 0} == scene.world.joins.rows[-1] | {
        "from": 0,
        "call": waiting,
        "mode": "pull",
    }
    scene.hands.supervisor_hangs_up("8001")
    assert about(scene.wait(1), waiting)[-1] == "Hangup 16"
    assert scene.run.truth["queues"]["support"]["abandoned"] == 0


def test_a_regular_expression_hangs_up_what_it_matches() -> None:
    scene = Scene()
    scene.listen("fw-1")
    scene.listen("fw-2", phone="8002")
    answer = scene.desk.ask("Hangup", Channel="/^PJSIP\\/800/")
    assert answer[0]["Message"] == "Channels hung up will follow"
    assert [event.name for event in answer[1:4]] == ["ChannelHungup", "ChannelHungup", "ChannelsHungupListComplete"]
    events = scene.wait(1)
    assert about(events, "fw-1")[-1] == about(events, "fw-2")[-1] == "Hangup 16"
    assert scene.talk.is_open


def test_an_attended_transfer_under_monitoring() -> None:
    scene = Scene(agents=20)
    scene.listen("fw-1")
    scene.listen("fw-2", phone="8002", target=scene.caller)
    agent = scene.agent
    assert scene.hands.consult(agent, "1010")
    scene.wait(1)
    assert scene.hands.complete(agent)
    events = scene.wait(1)
    assert about(events, "fw-1") == ["ChanSpyStop", "SoftHangupRequest 16", "Hangup 16"]
    assert about(events, "fw-2") == []
    scene.hands.caller_hangs_up(scene.caller)
    assert about(scene.wait(1), "fw-2")[-1] == "Hangup 16"
    assert not [agent for agent in scene.world.agents if agent.is_busy or agent.legs]


def test_an_originate_that_is_waited_for_holds_the_session_up() -> None:
    scene = Scene()
    assert scene.start("fw-1", Async="false") == []
    assert scene.desk.ask("Ping") == []
    answers = [event for event in scene.wait(1) if event.get("Response") == "Success" and not event.name]
    assert [answer.get("Message") or answer["Ping"] for answer in answers] == ["Originate successfully queued", "Pong"]


def test_the_switch_dies_with_all_sessions_and_can_begin_anew() -> None:
    scene = Scene()
    scene.listen("fw-1")
    scene.world.disasters.kill()
    assert scene.world.joins.rows[-1]["to"] is not None
    assert not scene.world.spying.sessions
    scene.wait(6)
    scene.caller = scene.hands.call("sales")
    scene.wait(1.5)
    scene.start("fw-1")
    assert about(scene.wait(1), "fw-1")[-1] == "ChanSpyStart"
    scene.world.disasters.stop()
    assert about(scene.wait(1), "fw-1") == ["ChanSpyStop", "Hangup 16"]
