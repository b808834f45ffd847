"""Each numbered point of what a real Asterisk does (docs/switch-asterisk.md) that changes a number or a state.

Real bytes of the recordings where they hold the point; else the shortest sequence of messages that shows it.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TypeVar

import pytest

from collectors.asterisk.recording import entries
from collectors.events import (
    Answered,
    AnyEvent,
    CallerRefused,
    DeviceChanged,
    Entry,
    HandlingEnded,
    Held,
    LinkRestored,
    MemberPaused,
    MemberResumed,
    MembershipAdded,
    MembershipRemoved,
    MonitoringStarted,
    MonitoringStopped,
    OfferEnded,
    OfferStarted,
    OwnCallConnected,
    OwnCallEnded,
    OwnCallStarted,
    QueueAbandoned,
    QueueEntered,
    QueueLeft,
    QueueLeftExplained,
    Resumed,
    SnapshotTaken,
    SwitchRestarted,
    Transferred,
)
from tests.asterisk.floor_script import Script, kinds
from tests.asterisk.tally import RECORDINGS, count

E = TypeVar("E")


@cache
def stream(name: str, *, queue_log: bool = True, strip: str = "") -> tuple[Entry, ...]:
    return tuple(entries(RECORDINGS / name, queue_log=queue_log, strip=(strip,)))


def of(kind: type[E], name: str, *, queue_log: bool = True, strip: str = "") -> list[E]:
    return [e.event for e in stream(name, queue_log=queue_log, strip=strip) if isinstance(e.event, kind)]


def call(name: str, uniqueid: str, *, queue_log: bool = True, strip: str = "") -> list[AnyEvent]:
    """What the stream says of one call, without its offers."""
    told = [e.event for e in stream(name, queue_log=queue_log, strip=strip)]
    return [
        event
        for event in told
        if getattr(event, "call", None) == uniqueid and not isinstance(event, OfferStarted | OfferEnded)
    ]


# -- counting -----------------------------------------------------------------------------------------------------------------


def test_point_01_redirect_ends_talk_at_bridge_leave() -> None:
    told = call("normal", "1795285561.243")
    first, again = [event for event in told if isinstance(event, HandlingEnded)]
    assert (first.visit, first.by, first.talk_s) == (1, "transfer", None)
    assert (again.visit, again.by, again.talk_s) == (2, "caller", 10)
    (moved,) = [event for event in told if isinstance(event, Transferred)]
    assert (moved.kind, moved.target_queue) == ("redirect", "sales")
    at = {type(e.event): e.at_ms for e in stream("normal") if getattr(e.event, "call", "") == "1795285561.243"}
    ended = next(e for e in stream("normal") if e.event == first)
    assert ended.at_ms == 1795285566545
    assert at[HandlingEnded] == 1795285592270


def test_point_01_late_complete_is_ignored() -> None:
    script = Script()
    script.talk()
    script.at = 4
    script.say("BridgeLeave", Uniqueid="1.1", BridgeUniqueid="bridge-1.0")
    script.hang_up("1.1")
    told = script.wait(3)
    assert [event for event in told if isinstance(event, HandlingEnded)] == [
        HandlingEnded("sales", "1.0", 1, "PJSIP/1001", "transfer", None)
    ]
    assert script.facts[-1].at_ms == script.facts[-2].at_ms == script.now_ms - 3000
    script.at = 60
    assert script.complete("1.0", "PJSIP/1001", talk="60") == []


def test_point_02_abandon_is_not_a_hang_up_without_the_callers_request() -> None:
    without = of(QueueLeft, "exits", queue_log=False, strip="UserEvent")
    assert {event.call: event.reason for event in without} == dict.fromkeys(
        ["ec2b", "ec3b", "ec5b", "ec6b", "ec9b", "ec10b"], "unknown"
    )
    assert [event.call for event in of(QueueAbandoned, "exits", queue_log=False)] == ["ec7b", "ec8b", "ec11b", "ec12b"]
    explained = {event.call: event.reason for event in of(QueueLeftExplained, "exits")}
    explained |= {event.call: event.reason for event in of(QueueLeft, "exits") if event.reason != "unknown"}
    assert explained == {
        "ec2b": "timeout",
        "ec3b": "timeout",
        "ec5b": "key",
        "ec6b": "withdraw",
        "ec9b": "empty",
        "ec10b": "empty",
    }


def test_point_02_small_counts_one_abandon_where_the_switch_counts_two() -> None:
    assert [event.queue for event in of(QueueAbandoned, "small", queue_log=False)] == ["sales"]


def test_point_03_abandon_and_leave_count_once() -> None:
    script = Script()
    script.channel("1.0", "PJSIP/trunk-1")
    script.join("1.0")
    script.say("HangupRequest", Uniqueid="1.0", Cause="16")
    told = script.say("QueueCallerAbandon", Uniqueid="1.0", Queue="sales", HoldTime="7")
    told += script.say("QueueCallerLeave", Uniqueid="1.0", Queue="sales", Count="0")
    told += script.hang_up("1.0") + script.wait(5)
    assert told == [QueueAbandoned("sales", "1.0", 1, 7)]


def test_point_03_leave_before_an_answer_is_no_way_out() -> None:
    script = Script()
    script.channel("1.0", "PJSIP/trunk-1")
    script.join("1.0")
    script.ring("1.0", "PJSIP/1001", "1.1")
    assert kinds(script.connect("1.0", "PJSIP/1001", "1.1")) == ["OfferEnded", "Answered"]
    assert script.wait(5) == []


def test_point_04_refused_callers_come_from_the_dialplan_only() -> None:
    assert of(CallerRefused, "exits") == [
        CallerRefused("exitq", "ec1b", "empty"),
        CallerRefused("exitq", "ec4b", "full"),
    ]
    assert of(CallerRefused, "exits", strip="UserEvent") == []
    assert not {"ec1b", "ec4b"} & {event.call for event in of(QueueEntered, "exits")}


def test_point_07_clean_stop_is_a_storm_and_a_new_boot() -> None:
    clean, killed = [entry for entry in stream("nasty") if isinstance(entry.event, SwitchRestarted)]
    assert (clean.event, clean.boot) == (SwitchRestarted(clean=True), "2026-11-21 18:36:43")
    assert (killed.event, killed.boot) == (SwitchRestarted(clean=False), "2026-11-21 18:38:30")
    assert clean.at_ms == 1795286203000
    assert killed.at_ms == 1795286310000
    assert len({entry.boot for entry in stream("nasty")}) == 4  # the empty one: before the first CoreStatus
    boots = [entry.boot for entry in stream("nasty")]
    assert boots == sorted(boots)


def test_point_07_killed_switch_loses_what_was_open() -> None:
    tally = count(stream("nasty", queue_log=False))
    assert tally.lost_talking == {"support": 3, "sales": 1, "客服": 1}
    assert tally.lost_waiting == {"support": 1, "sales": 3}


def test_point_08_ring_time_is_seconds_or_milliseconds() -> None:
    rang = {event.outcome: event.ring_s for event in of(OfferEnded, "small") if event.agent == "Local/1006@agents"}
    assert rang["missed"] == 10.0
    answered = [event.ring_s for event in of(OfferEnded, "small") if event.outcome == "answered"]
    assert max(seconds for seconds in answered if seconds is not None) < 10


def test_point_09_one_caller_can_come_twice() -> None:
    script = Script()
    script.talk()
    script.at = 5
    script.complete("1.0", "PJSIP/1001", talk="5", DestUniqueid="1.1")
    script.hang_up("1.1")
    script.join("1.0")
    script.ring("1.0", "PJSIP/1001", "1.2")
    told = script.connect("1.0", "PJSIP/1001", "1.2")
    assert told[-1] == Answered("sales", "1.0", 2, "PJSIP/1001", 3)
    entered = [event for event in of(QueueEntered, "normal") if event.call == "1795285561.243"]
    assert [(event.queue, event.visit) for event in entered] == [("sales", 1), ("sales", 2)]


def test_point_10_complete_without_the_agents_channel() -> None:
    """The switch left out both the agent's and the caller's headers; one talk of that agent in that queue was open."""
    told = call("nasty", "bj-pbx1-1795286032.113")
    assert told[-1] == HandlingEnded("客服", "bj-pbx1-1795286032.113", 1, "PJSIP/1002", "caller", 6)


def test_point_10_first_in_first_out_per_queue_and_agent() -> None:
    script = Script()
    script.talk("1.0", leg="1.1")
    script.at = 10
    script.talk("2.0", leg="2.1")
    script.at = 14
    told = script.complete("", "PJSIP/1001", talk="14")
    told += script.complete("", "PJSIP/1001", talk="4")
    assert [(event.call, event.talk_s) for event in told if isinstance(event, HandlingEnded)] == [
        ("1.0", 14),
        ("2.0", 4),
    ]


def test_point_10_the_stated_seconds_tell_two_talks_apart() -> None:
    script = Script()
    script.talk("1.0", leg="1.1")
    script.at = 10
    script.talk("2.0", leg="2.1")
    script.at = 14
    (told,) = script.complete("", "PJSIP/1001", talk="4")
    assert isinstance(told, HandlingEnded)
    assert told.call == "2.0"


def test_point_11_transfer_ends_the_talk_at_the_transfer() -> None:
    told = call("normal", "1795285458.68")
    assert kinds(told) == [
        *["QueueEntered", "Answered", "Held", "Resumed", "Transferred", "HandlingEnded"],
        *["QueueEntered", "Answered", "HandlingEnded"],
    ]
    assert told[4] == Transferred("support", "1795285458.68", 1, "PJSIP/1003", "blind", "800")
    assert told[5] == HandlingEnded("support", "1795285458.68", 1, "PJSIP/1003", "transfer", 9)


def test_point_12_missed_is_rang_out_and_rejected_is_refused() -> None:
    outcomes = Counter((event.agent, event.outcome) for event in of(OfferEnded, "exits"))
    assert outcomes["Local/9998@lagent/n", "missed"] == 9
    assert outcomes["Local/9997@lagent/n", "rejected"] == 6
    assert outcomes["Local/9996@lagent/n", "rejected"] == 5
    assert outcomes["Local/9998@lagent/n", "cut_short"] == 2


def test_point_12_declined_phone_is_rejected_although_it_rang() -> None:
    """A declined phone ends with NOANSWER and a RingTime of 1000 ms; its own hang-up request says that it refused."""
    ended = [e for e in of(OfferEnded, "normal") if (e.call, e.agent) == ("1795285798.501", "PJSIP/1004")]
    assert [(event.outcome, event.ring_s) for event in ended] == [("rejected", 1.0)]
    stopped = [e for e in of(OfferEnded, "nasty") if e.call == "bj-pbx1-1795286279.105" and e.ring_s == 2.0]
    assert [(event.agent, event.outcome) for event in stopped] == [("PJSIP/1001", "missed")]


def test_point_12_ringall_losers_and_cut_short_offers_end() -> None:
    script = Script()
    script.channel("1.0", "PJSIP/trunk-1")
    script.join("1.0")
    script.ring("1.0", "PJSIP/1001", "1.1")
    script.ring("1.0", "PJSIP/1002", "1.2")
    script.say("DialEnd", DestUniqueid="1.2", DialStatus="CANCEL")
    script.hang_up("1.2")
    told = script.connect("1.0", "PJSIP/1001", "1.1")
    assert [(type(event), getattr(event, "outcome", None)) for event in told] == [
        (OfferEnded, "answered"),
        (Answered, None),
        (OfferEnded, "lost"),
    ]
    assert script.wait(5) == []


def test_point_12_autopause_is_of_one_queue() -> None:
    auto = [event for event in of(MemberPaused, "normal") if event.reason == "Auto-Pause"]
    assert auto
    assert {event.queue for event in auto} == {"vip"}


def test_point_13_abandon_names_no_agent() -> None:
    assert kinds(call("normal", "1795285429.14")) == ["QueueEntered", "QueueAbandoned"]


# -- agents, state --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "device"), [("2", "in_use"), ("3", "busy"), ("6", "ringing"), ("7", "ring_in_use"), ("77", "unknown")]
)
def test_point_15_ringing_and_talking_never_come_from_the_phones_state(status: str, device: str) -> None:
    script = Script()
    script.member("sales", "PJSIP/1001")
    told = script.say("QueueMemberStatus", Queue="sales", Interface="PJSIP/1001", Status=status, InCall="1")
    assert told == [DeviceChanged("PJSIP/1001", device)]  # type: ignore[arg-type]


def test_point_16_in_call_is_not_read() -> None:
    script = Script()
    script.talk()
    told = script.member("sales", "PJSIP/1001", Status="2", InCall="0")
    assert kinds(told) == ["MembershipAdded", "DeviceChanged"]


def test_point_17_one_change_of_a_phone_is_told_once() -> None:
    script = Script()
    for queue in ("sales", "vip", "support"):
        script.member(queue, "PJSIP/1001")
    told = []
    for queue in ("sales", "vip", "support"):
        told += script.say("QueueMemberStatus", Queue=queue, Interface="PJSIP/1001", Status="5")
    assert told == [DeviceChanged("PJSIP/1001", "unavailable")]


def test_point_17_a_name_can_differ_per_queue() -> None:
    script = Script()
    script.member("sales", "PJSIP/1008", "Heidi Sand")
    script.member("vip", "PJSIP/1008", "张伟")
    script.lost()
    script.at = 2
    script.log("+1|NONE|vip|张伟|PAUSE|lunch")
    script.log("+1|NONE|sales|Heidi Sand|PAUSE|lunch")
    paused = [event for event in script.link() if isinstance(event, MemberPaused)]
    assert paused == [MemberPaused("vip", "PJSIP/1008", "lunch"), MemberPaused("sales", "PJSIP/1008", "lunch")]


def test_point_18_paused_is_of_one_queue_and_repeats_are_legitimate() -> None:
    script = Script()
    script.member("sales", "PJSIP/1001")
    script.member("vip", "PJSIP/1001")

    def pause(queue: str, paused: str, reason: str) -> list[AnyEvent]:
        headers = {"Interface": "PJSIP/1001", "MemberName": "Alice", "Paused": paused, "PausedReason": reason}
        return script.say("QueueMemberPause", headers, Queue=queue, LastPause="1795290000")

    assert pause("sales", "1", "Coffee") == [MemberPaused("sales", "PJSIP/1001", "Coffee")]
    assert pause("sales", "1", "Meeting") == [MemberPaused("sales", "PJSIP/1001", "Meeting")]
    assert pause("vip", "0", "") == []
    assert pause("sales", "0", "back again") == [MemberResumed("sales", "PJSIP/1001")]
    assert pause("sales", "0", "back again") == []


def test_point_18_redundant_unpauses_of_the_recording_are_not_told() -> None:
    assert len(of(MemberPaused, "normal")) == 14
    assert len(of(MemberResumed, "normal")) == 10


def test_point_19_lists_name_things_otherwise() -> None:
    script = Script()
    (taken,) = script.lists(
        {
            "Event": "QueueParams",
            "Queue": "sales",
            "Strategy": "ringall",
            "Max": "6",
            "Weight": "0",
            "ServiceLevel": "20",
        },
        {
            "Event": "QueueMember",
            "Queue": "sales",
            "Name": "Alice",
            "Location": "PJSIP/1001",
            "Status": "1",
            "Membership": "static",
            "Penalty": "2",
            "Paused": "1",
            "PausedReason": "Lunch",
            "LastPause": "1795290000",
        },
        {"Event": "QueueStatusComplete"},
    )
    assert isinstance(taken, SnapshotTaken)
    (queue,), (member,) = taken.queues, taken.members
    assert (queue.queue, queue.strategy, queue.max_callers, queue.service_level_s) == ("sales", "ringall", 6, 20)
    assert (member.agent, member.name, member.dynamic, member.penalty) == ("PJSIP/1001", "Alice", False, 2)
    assert (member.paused, member.reason, member.paused_at_ms, member.device) == (True, "Lunch", 1795290000000, "free")


def test_point_20_added_paused_has_no_pause_event() -> None:
    (added,) = [e for e in of(MembershipAdded, "normal") if (e.queue, e.agent) == ("vip", "PJSIP/1008")]
    assert (added.paused, added.reason, added.dynamic) == (True, "training", True)


def test_point_20_removed_while_talking() -> None:
    told = [e.event for e in stream("exits")]
    removed = told.index(MembershipRemoved("exitq", "Local/9001@lagent/n"))
    ended = told.index(HandlingEnded("exitq", "ec13b", 1, "Local/9001@lagent/n", "caller", 19))
    assert removed < ended


def test_point_21_the_log_names_agents_now_so_now_so() -> None:
    """`PJSIP/1007` is the name of Local/1007@agents/n, and at the same time it looks like an interface."""
    script = Script()
    script.member("support", "Local/1007@agents/n", "PJSIP/1007")
    script.lost()
    script.at = 4
    script.log("+1|9.9|support|NONE|ENTERQUEUE||139|1")
    script.log("+3|9.9|support|PJSIP/1007|CONNECT|2|9.10|1")
    script.log("+3|MANAGER|vip|PJSIP/1008|ADDMEMBER|PAUSED")
    told = script.link()
    assert Answered("support", "9.9", 1, "Local/1007@agents/n", 2) in told
    assert MembershipAdded("vip", "PJSIP/1008", None, True, 0, True) in told


def test_point_23_names_with_a_comma_and_the_phantom_they_leave() -> None:
    agents = {row.agent for snapshot in of(SnapshotTaken, "nasty") for row in snapshot.members}
    assert " x" not in agents
    names = {row.name for snapshot in of(SnapshotTaken, "nasty") for row in snapshot.members}
    assert {"O'Brien, Pat", '张伟 "H"', '张伟 "H", x'} <= names


# -- calls, channels, bridges ---------------------------------------------------------------------------------------------------


def test_point_25_a_call_is_its_unique_id_whatever_it_looks_like() -> None:
    calls = {event.call for event in of(QueueEntered, "nasty")} | {event.call for event in of(QueueEntered, "exits")}
    assert {"ec2b", "bj-pbx1-1795285966.0"} <= calls


def test_point_26_one_linked_id_can_be_two_talks() -> None:
    """The phone of Local/1005@agents/n sent its caller to vip: there the caller is the Local half, here the talk goes on."""
    support = call("small", "1795286443.67")
    vip = call("small", "1795286453.90")
    assert support[-1] == HandlingEnded("support", "1795286443.67", 2, "Local/1005@agents/n", "caller", 18)
    assert vip == [
        QueueEntered("vip", "1795286453.90", 1, "13800011007", "Ann Ray", 1),
        Answered("vip", "1795286453.90", 1, "PJSIP/1001", 1),
        HandlingEnded("vip", "1795286453.90", 1, "PJSIP/1001", "caller", 14),
    ]


def test_point_27_local_agents_are_their_interface_optimised_or_not() -> None:
    talks = Counter(event.agent for event in of(Answered, "normal"))
    assert {"Local/1005@agents/n", "Local/1006@agents", "Local/1007@agents/n"} <= set(talks)
    assert not [event for event in of(OwnCallStarted, "normal") if event.agent == "Local/1006@agents"]


def test_point_27_optimisation_does_not_end_the_talk() -> None:
    script = Script()
    script.member("sales", "Local/1006@agents")
    script.channel("1.0", "PJSIP/trunk-1")
    script.join("1.0")
    script.channel("1.1", "Local/1006@agents-01;1", "1.0")
    script.channel("1.2", "Local/1006@agents-01;2", "1.0")
    script.say("LocalBridge", LocalOneUniqueid="1.1", LocalTwoUniqueid="1.2")
    headers = {"Interface": "Local/1006@agents", "DestUniqueid": "1.1", "DestChannel": "Local/1006@agents-01;1"}
    script.say("AgentCalled", headers, Uniqueid="1.0", Queue="sales")
    script.channel("1.3", "PJSIP/1006-01", "1.0")
    script.say("DialBegin", Uniqueid="1.2", DestUniqueid="1.3")
    script.connect("1.0", "Local/1006@agents", "1.1")
    script.say("LocalOptimizationBegin", LocalOneUniqueid="1.1", LocalTwoUniqueid="1.2", SourceUniqueid="1.3")
    script.say("LocalOptimizationEnd", LocalOneUniqueid="1.1", Success="No")
    assert script.hang_up("1.1", "1.2") == []
    assert script.wait(5) == []
    assert kinds(script.say("Hold", Uniqueid="1.3")) == ["Held"]
    assert kinds(script.complete("1.0", "Local/1006@agents", DestUniqueid="1.3")) == ["HandlingEnded"]


def test_point_27_optimisation_shows_a_phone_that_was_not_seen_ringing() -> None:
    script = Script()
    script.member("sales", "Local/1006@agents")
    script.channel("1.0", "PJSIP/trunk-1")
    script.join("1.0")
    script.connect("1.0", "Local/1006@agents", "1.1")
    script.say("LocalOptimizationBegin", LocalOneUniqueid="1.1", LocalTwoUniqueid="1.2", SourceUniqueid="1.3")
    assert script.hang_up("1.1", "1.2") == []
    assert script.wait(5) == []
    script.hang_up("1.3")
    assert kinds(script.wait(3)) == ["Transferred", "HandlingEnded"]


def test_point_27_the_phone_behind_a_local_agent_is_learned_from_his_first_call() -> None:
    script = Script()
    script.member("sales", "Local/1007@agents/n", "Grace")

    def dials_out(uniqueid: str) -> list[AnyEvent]:
        script.channel(uniqueid, "PJSIP/1007-0a", number="1007", ChannelState="4", Exten="9139")
        script.channel(uniqueid + "1", "PJSIP/trunk-0a", uniqueid, number="139")
        return script.say("DialBegin", Uniqueid=uniqueid, DestUniqueid=uniqueid + "1")

    assert dials_out("8.0") == []
    script.join("1.0")
    script.channel("1.1", "Local/1007@agents-01;1", "1.0")
    script.channel("1.2", "Local/1007@agents-01;2", "1.0")
    script.say("LocalBridge", LocalOneUniqueid="1.1", LocalTwoUniqueid="1.2")
    headers = {"Interface": "Local/1007@agents/n", "DestUniqueid": "1.1"}
    script.say("AgentCalled", headers, Uniqueid="1.0", Queue="sales")
    script.channel("1.3", "PJSIP/1007-01", "1.0")
    script.say("DialBegin", Uniqueid="1.2", DestUniqueid="1.3")
    assert dials_out("9.0") == [OwnCallStarted("Local/1007@agents/n", "9.0", "outbound", "9139")]


def test_point_28_a_leg_that_ends_twice_ends_once() -> None:
    script = Script()
    script.channel("1.0", "PJSIP/trunk-1")
    script.join("1.0")
    script.ring("1.0", "PJSIP/1001", "1.1")
    headers = {"Interface": "PJSIP/1001", "DestUniqueid": "1.1", "RingTime": "10000"}
    told = script.say("AgentRingNoAnswer", headers, Uniqueid="1.0", Queue="sales")
    told += script.say("DialEnd", DestUniqueid="1.1", DialStatus="NOANSWER")
    told += script.say("DialEnd", DestUniqueid="1.1", DialStatus="CANCEL")
    told += script.hang_up("1.1") + script.wait(3)
    assert told == [OfferEnded("sales", "1.0", 1, "PJSIP/1001", "missed", 10.0)]


def test_point_29_hold_and_unhold_come_in_pairs() -> None:
    script = Script()
    script.talk()
    assert script.say("Unhold", Uniqueid="1.1") == []
    assert script.say("Hold", Uniqueid="1.1") == [Held("1.0", 1, "PJSIP/1001")]
    assert script.say("Hold", Uniqueid="1.1") == []
    assert script.say("Hold", Uniqueid="1.0") == []
    assert script.say("Unhold", Uniqueid="1.1") == [Resumed("1.0", 1, "PJSIP/1001")]
    assert script.say("Hold", Uniqueid="1.1") == [Held("1.0", 1, "PJSIP/1001")]
    assert kinds(script.complete("1.0", "PJSIP/1001")) == ["HandlingEnded"]
    assert len(of(Held, "normal")) == 14
    assert len(of(Resumed, "normal")) <= len(of(Held, "normal"))


def test_point_30_the_talk_goes_on_during_the_consultation() -> None:
    """Atxfer at 525.6 takes the agent out of the caller's bridge; he comes back with the target at 533.4."""
    told = call("normal", "1795285509.153")
    assert kinds(told) == ["QueueEntered", "Answered", "Held", "Transferred", "HandlingEnded"]
    assert told[3] == Transferred("support", "1795285509.153", 1, "PJSIP/1004", "attended", "1004")
    assert told[4] == HandlingEnded("support", "1795285509.153", 1, "PJSIP/1004", "transfer", 12)


def test_point_30_consultation_of_a_queue_names_the_queue() -> None:
    (moved,) = [e for e in of(Transferred, "normal") if (e.kind, e.target) == ("attended", "801")]
    assert moved.target_queue == "support"


def test_point_31_monitoring_and_its_modes() -> None:
    started = of(MonitoringStarted, "monitoring")
    modes = [event.mode for event in started if event.session == "fw-s2"]
    assert modes == ["listen", "whisper", "barge", "listen"]
    assert {event.agent for event in started if event.session in {"fw-s17", "fw-s18"}} == {"Local/1005@agents/n"}
    assert len({event.session for event in started}) == len(of(MonitoringStopped, "monitoring")) == 12


def test_point_31_take_over_needs_no_stop() -> None:
    """AMI Bridge of the supervisor's leg: the switch never sends ChanSpyStop; the bridge says what it is now."""
    ended = [(e.call, e.by) for e in of(HandlingEnded, "monitoring") if e.by == "takeover"]
    assert ended == [("1795290669.28", "takeover"), ("1795290686.35", "takeover")]
    told = [(e.at_ms, kinds([e.event])) for e in stream("monitoring") if getattr(e.event, "session", "") == "fw-s14"]
    assert told[1:] == [(1795290690639, ["MonitoringStarted"]), (1795290695655, ["MonitoringStopped"])]


def test_point_31_spying_on_the_caller_is_hearing_his_agent() -> None:
    """Also while it goes on: the caller is transferred, and the next agent is heard as soon as he is in the caller's bridge."""
    started = [
        e for e in stream("monitoring") if isinstance(e.event, MonitoringStarted) and e.event.session == "fw-s12"
    ]
    heard = [(e.event.agent, e.event.mode) for e in started if isinstance(e.event, MonitoringStarted)]
    assert heard == [("PJSIP/1001", "listen"), ("PJSIP/1004", "listen"), ("PJSIP/1004", "barge")]
    assert started[1].at_ms == 1795290657425


def test_point_32_a_spys_leg_is_nobodys_call() -> None:
    assert not [e for name in ("normal", "monitoring") for e in of(OwnCallStarted, name) if e.agent == "PJSIP/2001"]
    script = Script()
    script.talk()
    script.member("sales", "PJSIP/2001", "Supervisor")
    script.channel("spy-1", "PJSIP/2001-01", number="2001")
    script.say("DialBegin", DestUniqueid="spy-1", DestChannel="PJSIP/2001-01")
    script.say("DialEnd", DestUniqueid="spy-1", DialStatus="ANSWER")
    script.say("Newstate", Uniqueid="spy-1", ChannelState="6")
    told = script.say("ChanSpyStart", SpyerUniqueid="spy-1", SpyeeUniqueid="1.1", SpyeeChannel="PJSIP/1001-0000001")
    told += script.hang_up("spy-1")
    assert kinds(told) == ["MonitoringStarted", "MonitoringStopped"]
    assert not [fact for fact in script.facts if isinstance(fact.event, OwnCallStarted)]


def test_point_32_who_dials_the_spy_extension_has_no_call() -> None:
    script = Script()
    script.talk()
    script.member("sales", "PJSIP/1002")
    script.channel("9.0", "PJSIP/1002-09", number="1002", ChannelState="4", Exten="*11001")
    told = script.say("Newstate", Uniqueid="9.0", ChannelState="6")
    told += script.say("ChanSpyStart", SpyerUniqueid="9.0", SpyerChannel="PJSIP/1002-09", SpyeeUniqueid="1.1")
    assert kinds(told) == ["OwnCallStarted", "OwnCallConnected", "OwnCallEnded", "MonitoringStarted"]
    assert kinds(script.hang_up("9.0")) == ["MonitoringStopped"]


def test_point_33_private_calls_are_own_calls() -> None:
    started = {event.call: event for event in of(OwnCallStarted, "normal")}
    assert started["1795285488.112"] == OwnCallStarted("PJSIP/1001", "1795285488.112", "internal", "1002")
    assert started["1795285493.125"] == OwnCallStarted("PJSIP/1004", "1795285493.125", "outbound", "915550001")
    assert started["1795285618.321"] == OwnCallStarted("Local/1005@agents/n", "1795285618.321", "internal", "1001")
    connected = {event.call for event in of(OwnCallConnected, "normal")}
    assert {"1795285488.112", "1795285488.113", "1795285493.125"} <= connected
    ended = {event.call: event.by for event in of(OwnCallEnded, "normal")}
    assert ended["1795285488.112"] == "agent"
    assert set(ended) == set(started)


def test_point_33_a_transferred_caller_is_an_inbound_call_of_who_takes_him() -> None:
    started = {event.call: event for event in of(OwnCallStarted, "monitoring")}
    assert started["1795290657.23"] == OwnCallStarted("PJSIP/1004", "1795290657.23", "inbound", "13900100002")


# -- protocol -------------------------------------------------------------------------------------------------------------------


def test_point_36_an_action_id_does_not_make_an_event_a_reply() -> None:
    script = Script()
    headers = {"ActionID": "drv5", "UserEvent": "QueueExit", "Status": "FULL"}
    assert script.say("UserEvent", headers, Queue="sales", Uniqueid="1.0") == [CallerRefused("sales", "1.0", "full")]
    assert script.say("OriginateResponse", {"Response": "Failure", "ActionID": "drv5"}, Uniqueid="1.0") == []


def test_point_37_items_of_the_recorders_lists_are_no_live_events() -> None:
    """The lists hold items of every member every 30 s; only the 4 changes of members are told."""
    added = [(event.queue, event.agent) for event in of(MembershipAdded, "exits")]
    assert len(added) == 4


def test_point_38_the_switchs_time_where_it_tells_it() -> None:
    stamped = [e for e in stream("normal") if isinstance(e.event, QueueEntered)]
    assert all(e.switch_at_ms is not None and abs(e.at_ms - e.switch_at_ms) < 200 for e in stamped)
    assert {e.switch_at_ms for e in stream("small")} == {None}


def test_point_39_variables_and_system_names_do_not_disturb() -> None:
    script = Script()
    headers = {"SystemName": "bj-pbx1", "ChanVariable": "Uniqueid: 9.9"}
    (entered,) = script.say("QueueCallerJoin", headers, Queue="sales", Uniqueid="1.0")
    assert isinstance(entered, QueueEntered)
    assert entered.call == "1.0"


@pytest.mark.parametrize("text", ["<unknown>", "unknown", ""])
def test_point_40_an_unknown_caller_has_no_number(text: str) -> None:
    script = Script()
    told = script.say("QueueCallerJoin", Uniqueid="1.0", Queue="sales", CallerIDNum=text, CallerIDName=text)
    assert told == [QueueEntered("sales", "1.0", 1)]


def test_point_41_names_are_as_the_caller_sent_them() -> None:
    names = {event.name for event in of(QueueEntered, "nasty")}
    assert {"Robert'); DROP TABLE", "O'Brien, Pat", "tab\there", "pipe|name|3", "Event: Hangup", "����"} <= names


def test_point_43_nothing_waits_for_what_a_narrow_account_never_sends() -> None:
    """Rights of call, agent, reporting, user: no FullyBooted, PeerStatus, VarSet, Newexten."""
    narrow = tuple(entries(RECORDINGS / "normal" / "readonly-account"))
    assert isinstance(narrow[0].event, LinkRestored)
    assert isinstance(narrow[1].event, SnapshotTaken)
    assert Counter(kinds(e.event for e in narrow)) == Counter(kinds(e.event for e in stream("normal", queue_log=False)))


def test_point_47_a_reload_asks_for_the_lists_again() -> None:
    script = Script()
    wanted = [script.translator.wants_resync]
    script.say("Reload", Module="app_queue", Status="0")
    wanted.append(script.translator.wants_resync)
    script.lists()
    wanted.append(script.translator.wants_resync)
    assert wanted == [False, True, False]
    assert len(of(SnapshotTaken, "nasty")) == 6  # five links, and one after the reloads


def test_point_48_events_of_calls_that_began_before_the_link() -> None:
    script = Script()
    script.at = 1
    script.say("HangupRequest", Uniqueid="7.0", Cause="16")
    told = script.say("QueueCallerAbandon", Uniqueid="7.0", Queue="sales", HoldTime="9", CallerIDNum="139")
    assert told == [QueueEntered("sales", "7.0", 1, "139"), QueueAbandoned("sales", "7.0", 1, 9)]
    entered = script.facts[-2]
    assert (entered.at_ms, entered.backfilled) == (script.now_ms - 9000, True)
    told = script.complete("8.0", "PJSIP/1001", hold="4", talk="20")
    assert kinds(told) == ["QueueEntered", "Answered", "HandlingEnded"]


def test_point_48_the_lists_tell_who_waits_since_when() -> None:
    """The second hole of nasty, without the log: two callers wait, three talk since nobody knows when."""
    snapshots = [e for e in stream("nasty", queue_log=False) if isinstance(e.event, SnapshotTaken)]
    at_ms, taken = snapshots[4].at_ms, snapshots[4].event
    assert isinstance(taken, SnapshotTaken)
    waiting = {row.call: (row.queue, at_ms - row.entered_at_ms, row.number) for row in taken.waiting}
    assert waiting == {
        "bj-pbx1-1795286256.66": ("support", 7000, "13800033062"),
        "bj-pbx1-1795286263.76": ("sales", 2000, "13800033030"),
    }
    talks = {row.call: (row.agent, row.answered_at_ms) for row in taken.handlings}
    assert talks["bj-pbx1-1795286257.67"] == ("PJSIP/1004", None)
    assert talks["bj-pbx1-1795286253.61"] == ("Local/1005@agents/n", None)
    assert [(row.call, row.agent) for row in taken.offers] == [("bj-pbx1-1795286263.76", "PJSIP/1001")]
