"""The translator over the life of its links: what is held, filled, explained, decided by time, and survived."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.asterisk.codec import Message
from collectors.asterisk.queue_log import QueueLogLine
from collectors.asterisk.tables import LIST_ITEMS, LIVE_EVENTS, LOG_ENDS, LOG_EXITS
from collectors.asterisk.translate import WANTED_EVENTS, TranslateConfig, Translator
from collectors.events import (
    Answered,
    CallerRefused,
    Entry,
    Fact,
    GapFilled,
    HandlingEnded,
    LinkLost,
    LinkRestored,
    MemberPaused,
    MemberResumed,
    MembershipRemoved,
    OfferEnded,
    OfferStarted,
    OwnCallStarted,
    QueueAbandoned,
    QueueEntered,
    QueueLeft,
    QueueLeftExplained,
    SnapshotTaken,
    SwitchRestarted,
    Transferred,
)
from tests.asterisk.floor_script import CORE_STATUS, START_MS, Script, kinds

OTHER_BOOT = {"Response": "Success", "CoreStartupDate": "2026-11-21", "CoreStartupTime": "19:30:00"}


def test_noise_is_not_wanted() -> None:
    assert not WANTED_EVENTS & {
        "VarSet",
        "CEL",
        "RTCPSent",
        "RTCPReceived",
        "Newexten",
        "Cdr",
        "DTMFEnd",
        "NewConnectedLine",
    }
    assert WANTED_EVENTS == LIVE_EVENTS | LIST_ITEMS
    translator = Translator()
    unread = LIVE_EVENTS - set(translator._rooms) - {"FullyBooted"}
    assert unread == set()
    assert set(translator._rooms) <= LIVE_EVENTS


def test_an_unwanted_event_does_nothing() -> None:
    script = Script()
    assert script.say("VarSet", Uniqueid="1.0", Variable="QUEUESTATUS", Value="TIMEOUT") == []


# -- the boot -------------------------------------------------------------------------------------------------------------------


def test_events_wait_for_the_boot() -> None:
    script = Script(linked=False)
    script.translator.linked(script.now_ms)
    assert script.join("1.0") == []
    script.at = 1
    facts = script.translator.booted(Message.of({"Response": "Success"} | OTHER_BOOT), script.now_ms)
    assert [(fact.event, fact.at_ms, fact.boot) for fact in facts] == [
        (QueueEntered("sales", "1.0", 1, "13900000001", None, 1), START_MS, "2026-11-21 19:30:00")
    ]


def test_a_link_that_is_lost_before_its_boot_is_known_keeps_its_events() -> None:
    script = Script()
    script.lost()
    script.translator.linked(script.now_ms)
    script.join("1.0")
    assert kinds(script.lost()) == ["QueueEntered", "LinkLost"]


def test_another_boot_is_a_restart() -> None:
    script = Script()
    script.talk()
    script.lost()
    script.at = 9
    told = script.link(OTHER_BOOT)
    assert told == [LinkRestored(START_MS), SwitchRestarted(clean=False)]
    assert script.facts[-1].boot == "2026-11-21 19:30:00"
    (taken,) = script.lists()
    assert isinstance(taken, SnapshotTaken)
    assert taken.handlings == []
    assert script.complete("1.0", "PJSIP/1001", hold="", talk="") == []


def test_a_boot_known_from_the_stream_is_compared_too() -> None:
    translator = Translator(boot="2026-11-20 08:00:00")
    translator.linked(START_MS)
    facts = translator.booted(Message.of(OTHER_BOOT), START_MS)
    assert [fact.event for fact in facts] == [SwitchRestarted(clean=None)]


def test_a_switch_that_hides_its_start_is_another_after_its_farewell() -> None:
    script = Script()
    script.say("Shutdown", Shutdown="Cleanly", Restart="False")
    script.lost()
    script.translator.linked(script.now_ms)
    facts = script.translator.booted(None, script.now_ms)
    assert [fact.event for fact in facts] == [SwitchRestarted(clean=True)]
    assert facts[0].boot.startswith("linked ")


def test_a_switch_that_hides_its_start_is_another_after_queuestart() -> None:
    script = Script()
    script.lost()
    script.at = 5
    script.log("+3|NONE|NONE|NONE|QUEUESTART|")
    script.translator.linked(script.now_ms)
    facts = script.translator.booted(None, script.now_ms)
    assert [fact.event for fact in facts] == [SwitchRestarted(clean=False)]
    assert facts[0].boot == f"queue_log {START_MS // 1000 + 3}"
    assert facts[0].at_ms == START_MS + 3000


def test_without_any_sign_the_boot_stays() -> None:
    script = Script()
    script.lost()
    script.translator.linked(script.now_ms)
    assert script.translator.booted(None, script.now_ms) == []
    assert script.translator.boot == "2026-11-21 18:00:00"


# -- holes ----------------------------------------------------------------------------------------------------------------------


def test_a_whole_call_inside_a_hole() -> None:
    script = Script()
    script.member("sales", "PJSIP/1001", "Alice")
    script.at = 10
    script.lost()
    script.log("+11|5.0|sales|NONE|ENTERQUEUE||139|1|Ann Ray")
    script.log("+12|5.0|sales|Alice|RINGNOANSWER|0")
    script.log("+15|5.0|sales|Alice|CONNECT|4|5.2|2")
    script.log("+20|5.0|sales|Alice|COMPLETEAGENT|4|5|1")
    script.at = 30
    told = script.link()
    assert told == [
        LinkRestored(START_MS + 10_000),
        QueueEntered("sales", "5.0", 1, "139", "Ann Ray", 1),
        OfferStarted("sales", "5.0", 1, "PJSIP/1001"),
        OfferEnded("sales", "5.0", 1, "PJSIP/1001", "rejected", 0.0),
        Answered("sales", "5.0", 1, "PJSIP/1001", 4),
        HandlingEnded("sales", "5.0", 1, "PJSIP/1001", "agent", 5),
    ]
    times = [fact.at_ms - START_MS for fact in script.facts if fact.backfilled]
    assert times == [11_000, 12_000, 12_000, 15_000, 20_000]


def test_a_hole_is_filled_when_the_log_was_read_beyond_it() -> None:
    script = Script()
    script.lost()
    script.at = 20
    script.link()
    assert script.log_read() == []
    script.at = 22
    assert script.log_read() == [GapFilled(START_MS, START_MS + 20_000)]
    assert script.log_read() == []


def test_a_hole_of_more_lines_than_are_kept_is_not_called_filled() -> None:
    script = Script(linked=False)
    script.translator = Translator(TranslateConfig(kept_lines=3))
    script.link()
    script.lost()
    for second in range(1, 8):
        script.log(f"+{second}|{second}.0|sales|NONE|ENTERQUEUE||139|1")
    script.at = 20
    assert kinds(script.link()) == ["LinkRestored", *["QueueEntered"] * 3]
    script.at = 30
    script.log("+29|8.0|sales|NONE|ENTERQUEUE||139|1")
    assert script.log_read() == []


def test_a_line_of_the_hole_that_comes_late_is_still_of_the_hole() -> None:
    script = Script()
    script.lost()
    script.at = 10
    script.link()
    script.at = 10.6
    assert script.log("+9|5.0|sales|NONE|ENTERQUEUE||139|1") == []
    assert script.wait(2) == [QueueEntered("sales", "5.0", 1, "139", None, 1)]
    assert script.facts[-1].at_ms == START_MS + 9000
    assert script.log_read() == [GapFilled(START_MS, START_MS + 10_000)]


def test_a_line_after_the_hole_that_comes_before_its_event_is_not_of_the_hole() -> None:
    script = Script()
    script.lost()
    script.at = 10
    script.link()
    script.at = 10.6
    assert script.log("+10|5.0|sales|NONE|ENTERQUEUE||139|1") == []
    assert script.join("5.0") == [QueueEntered("sales", "5.0", 1, "13900000001", None, 1)]
    assert script.wait(3) == []


def test_what_the_log_told_is_not_told_again_by_events_of_the_same_second() -> None:
    script = Script()
    script.member("sales", "PJSIP/1001", "Alice")
    script.lost()
    script.log("+10|5.0|sales|NONE|ENTERQUEUE||139|1")
    script.log("+10|5.0|sales|Alice|CONNECT|0|5.1|0")
    script.at = 10.2
    script.link()
    script.at = 10.4
    script.channel("5.0", "PJSIP/trunk-5")
    assert script.join("5.0") == []
    assert kinds(script.ring("5.0", "PJSIP/1001", "5.1")) == []
    assert script.connect("5.0", "PJSIP/1001", "5.1", hold="0") == []
    script.at = 14
    assert script.complete("5.0", "PJSIP/1001", talk="4") == [
        HandlingEnded("sales", "5.0", 1, "PJSIP/1001", "caller", 4)
    ]


def test_what_events_told_before_the_hole_is_not_told_again_by_the_log() -> None:
    script = Script()
    script.member("sales", "PJSIP/1001", "Alice")
    script.at = 10.1
    script.talk("5.0", leg="5.1")
    script.at = 10.3
    script.complete("5.0", "PJSIP/1001", talk="0", DestUniqueid="5.1")
    script.at = 10.5
    script.lost()
    script.log("+10|5.0|sales|NONE|ENTERQUEUE||139|1")
    script.log("+10|5.0|sales|Alice|CONNECT|0|5.1|0")
    script.log("+10|5.0|sales|Alice|COMPLETECALLER|0|0|1")
    script.at = 20
    assert kinds(script.link()) == ["LinkRestored"]


def test_a_talk_that_went_on_through_the_hole_ends_once() -> None:
    script = Script()
    script.member("sales", "PJSIP/1001", "Alice")
    script.talk()
    script.at = 5
    script.lost()
    script.log("+8|1.0|sales|Alice|COMPLETECALLER|3|8|1")
    script.at = 20
    assert script.link()[1:] == [HandlingEnded("sales", "1.0", 1, "PJSIP/1001", "caller", 8)]
    (taken,) = script.lists({"Event": "CoreShowChannelsComplete"})
    assert isinstance(taken, SnapshotTaken)
    assert taken.handlings == []
    assert taken.gap_from_ms == START_MS + 5000


def test_a_caller_moved_inside_the_hole_ends_the_talk_there() -> None:
    script = Script()
    script.member("sales", "PJSIP/1001", "Alice")
    script.talk()
    script.lost()
    script.log("+8|1.0|vip|NONE|ENTERQUEUE||139|1")
    script.log("+30|1.0|sales|Alice|COMPLETECALLER|3|30|1")
    script.at = 40
    assert script.link()[1:] == [
        Transferred("sales", "1.0", 1, "PJSIP/1001", "redirect", None, "vip"),
        HandlingEnded("sales", "1.0", 1, "PJSIP/1001", "transfer", None),
        QueueEntered("vip", "1.0", 2, "139", None, 1),
    ]


def test_transfers_and_exits_inside_the_hole() -> None:
    script = Script()
    script.member("sales", "PJSIP/1001", "Alice")
    script.lost()
    for call, end in {
        "1.0": "Alice|BLINDTRANSFER|1002|internal|1|5|1",
        "2.0": "Alice|ATTENDEDTRANSFER|BRIDGE|x|1|6|1",
    }.items():
        script.log(f"+2|{call}|sales|NONE|ENTERQUEUE||139|1")
        script.log(f"+3|{call}|sales|Alice|CONNECT|1|{call}9|1")
        script.log(f"+9|{call}|sales|{end}")
    for call, end in {
        "3.0": "EXITWITHTIMEOUT|1|1|25",
        "4.0": "EXITWITHKEY|9|1|1|3",
        "5.0": "EXITEMPTY|1|1|5",
        "6.0": "WITHDRAW|1|1|7|info",
        "7.0": "ABANDON|1|1|12",
    }.items():
        script.log(f"+2|{call}|sales|NONE|ENTERQUEUE||139|1")
        script.log(f"+9|{call}|sales|NONE|{end}")
    script.at = 20
    told = script.link()
    assert [event for event in told if isinstance(event, Transferred)] == [
        Transferred("sales", "1.0", 1, "PJSIP/1001", "blind", "1002"),
        Transferred("sales", "2.0", 1, "PJSIP/1001", "attended"),
    ]
    assert [event.talk_s for event in told if isinstance(event, HandlingEnded)] == [5, 6]
    assert [(event.reason, event.wait_s) for event in told if isinstance(event, QueueLeft)] == [
        ("timeout", 25),
        ("key", 3),
        ("empty", 5),
        ("withdraw", 7),
    ]
    assert [event.wait_s for event in told if isinstance(event, QueueAbandoned)] == [12]


def test_members_inside_the_hole() -> None:
    script = Script()
    script.member("sales", "PJSIP/1001", "Alice")
    script.member("vip", "PJSIP/1001", "Alice")
    script.lost()
    script.log("+1|NONE|NONE|Alice|PAUSEALL|Lunch")
    script.log("+1|NONE|sales|Alice|PAUSE|Lunch")
    script.log("+4|NONE|sales|Alice|UNPAUSE|")
    script.log("+4|NONE|vip|Alice|UNPAUSE|")
    script.log("+5|MANAGER|vip|PJSIP/1001|REMOVEMEMBER|")
    script.log("+5|MANAGER|sales|PJSIP/1001|ADDMEMBER|")
    script.at = 9
    assert script.link()[1:] == [
        MemberPaused("sales", "PJSIP/1001", "Lunch"),
        MemberResumed("sales", "PJSIP/1001"),
        MembershipRemoved("vip", "PJSIP/1001"),
    ]


def test_the_logs_clock_is_corrected() -> None:
    script = Script()
    script.translator.skew_ms = 90_000
    script.lost()
    script.log("+95|5.0|sales|NONE|ENTERQUEUE||139|1")
    script.at = 20
    script.link()
    assert script.facts[-1].at_ms == START_MS + 5000


def namesakes() -> Script:
    script = Script()
    for interface in ("PJSIP/1001", "PJSIP/1002"):
        script.member("sales", interface, "Li Na")
    script.at = 1
    script.lost()
    script.log("+2|5.0|sales|NONE|ENTERQUEUE||139|1")
    script.log("+6|5.0|sales|Li Na|CONNECT|4|5.2|2")
    script.at = 20
    assert kinds(script.link()) == ["LinkRestored"]
    return script


def member_item(interface: str, name: str = "Li Na") -> dict[str, str]:
    return {"Event": "QueueMember", "Queue": "sales", "Name": name, "Location": interface, "Status": "1"}


def channel_item(uniqueid: str, name: str, application: str, **more: str) -> dict[str, str]:
    base = {"Event": "CoreShowChannel", "Uniqueid": uniqueid, "Linkedid": "5.0", "Channel": name, "ChannelState": "6"}
    return base | {"Application": application, "Duration": "00:00:18"} | more


def first_start(*lines: str, attempt_failed: bool) -> Script:
    """A translator that never saw this switch, linked at second 20 beside a log that it can read."""
    script = Script(linked=False)
    if attempt_failed:
        script.lost()
    script.at = 20
    script.translator.linked(script.now_ms, START_MS)
    for line in lines:
        script.log(line)
    assert script._told(script.translator.booted(Message.of(CORE_STATUS), script.now_ms)) == []
    return script


@pytest.mark.parametrize("attempt_failed", [False, True])
def test_the_day_before_the_first_link_waits_for_the_names(attempt_failed: bool) -> None:  # noqa: FBT001 — a case
    """The switch was not there at the first attempt, or it was: either way only its lists tell who "Li Na" is."""
    script = first_start(
        "+2|5.0|sales|NONE|ENTERQUEUE||139|1",
        "+6|5.0|sales|Li Na|CONNECT|4|5.2|2",
        "+9|5.0|sales|Li Na|COMPLETECALLER|4|3|1",
        attempt_failed=attempt_failed,
    )
    told = script.lists(member_item("PJSIP/1001"))
    assert Answered("sales", "5.0", 1, "PJSIP/1001", 4) in told


def test_a_pause_in_the_log_does_not_hide_whose_phone_it_is() -> None:
    """The line is read after the lists were asked for, but tells of the time before: the lists are the newer word."""
    script = first_start(
        "+1|NONE|sales|Li Na|PAUSE|Coffee",
        "+2|5.0|sales|NONE|ENTERQUEUE||139|1",
        "+3|NONE|sales|Li Na|UNPAUSE|",
        "+6|5.0|sales|Li Na|CONNECT|4|5.1|2",
        attempt_failed=False,
    )
    script.translator.listing(script.now_ms)
    script.at = 21
    told = script._told(
        script.translator.snapshot(
            [
                Message.of(item)
                for item in (
                    member_item("Local/1006@agents") | {"StateInterface": "PJSIP/1006"},
                    channel_item("5.0", "PJSIP/trunk-1", "Queue", ApplicationData="sales,t", BridgeId="b"),
                    channel_item("5.3", "PJSIP/1006-1", "AppDial", BridgeId="b"),
                )
            ],
            script.now_ms,
        )
    )
    taken = told[-1]
    assert isinstance(taken, SnapshotTaken)
    assert [(row.call, row.agent) for row in taken.handlings] == [("5.0", "Local/1006@agents")]


def test_of_two_namesakes_the_one_whose_leg_it_is_answered() -> None:
    for interface in ("PJSIP/1001", "PJSIP/1002"):
        script = namesakes()
        told = script.lists(
            member_item("PJSIP/1001"),
            member_item("PJSIP/1002"),
            channel_item("5.0", "PJSIP/trunk-1", "Queue", ApplicationData="sales,t", BridgeId="b"),
            channel_item("5.2", f"{interface}-1", "AppQueue", BridgeId="b"),
        )
        assert Answered("sales", "5.0", 1, interface, 4) in told
        taken = told[-1]
        assert isinstance(taken, SnapshotTaken)
        assert [(row.call, row.agent, row.wait_s) for row in taken.handlings] == [("5.0", interface, 4)]


def test_of_two_namesakes_the_one_in_the_callers_bridge_answered() -> None:
    """The leg that the log named is gone: it was a Local channel that was optimised away."""
    script = namesakes()
    told = script.lists(
        member_item("PJSIP/1001"),
        member_item("PJSIP/1002"),
        channel_item("5.0", "PJSIP/trunk-1", "Queue", ApplicationData="sales,t", BridgeId="b"),
        channel_item("5.7", "PJSIP/1002-1", "AppQueue", BridgeId="b"),
    )
    assert Answered("sales", "5.0", 1, "PJSIP/1002", 4) in told


def test_of_two_namesakes_the_one_who_is_not_busy_answered() -> None:
    script = Script()
    for interface in ("PJSIP/1001", "PJSIP/1002"):
        script.member("sales", interface, "Li Na")
    script.talk("4.0", "PJSIP/1001", "4.1")
    script.at = 1
    script.lost()
    script.log("+2|5.0|sales|NONE|ENTERQUEUE||139|1")
    script.log("+6|5.0|sales|Li Na|CONNECT|4|5.2|2")
    script.log("+9|5.0|sales|Li Na|COMPLETECALLER|4|3|1")
    script.at = 20
    script.link()
    told = script.lists(member_item("PJSIP/1001"), member_item("PJSIP/1002"))
    assert Answered("sales", "5.0", 1, "PJSIP/1002", 4) in told
    assert HandlingEnded("sales", "5.0", 1, "PJSIP/1002", "caller", 3) in told


def test_a_caller_who_was_passed_on_is_no_talk_of_the_queue() -> None:
    """Still in Queue() by name, but bridged with a colleague whom Dial rang: that is the colleague's own call."""
    for members in ([member_item("PJSIP/1001")], [member_item("PJSIP/1001"), member_item("PJSIP/1002", "Bob")]):
        script = Script()
        script.member("vip", "PJSIP/1002", "Bob")
        script.at = 20
        (taken,) = script.lists(
            *members,
            {"Event": "QueueMember", "Queue": "vip", "Name": "Bob", "Location": "PJSIP/1002", "Status": "2"},
            channel_item("5.0", "PJSIP/trunk-1", "Queue", ApplicationData="sales,t", BridgeId="b", CallerIDNum="139"),
            channel_item("6.0", "PJSIP/1002-1", "AppDial", BridgeId="b"),
        )
        assert isinstance(taken, SnapshotTaken)
        assert taken.handlings == []
        assert [(row.agent, row.kind) for row in taken.own_calls] == [("PJSIP/1002", "inbound")]


# -- explanations outside of holes ------------------------------------------------------------------------------------------------


def left_with_unknown_reason(script: Script) -> None:
    script.channel("1.0", "PJSIP/trunk-1")
    script.join("1.0")
    script.at = 25
    told = script.say("QueueCallerAbandon", Uniqueid="1.0", Queue="sales", HoldTime="25")
    assert told == [QueueLeft("sales", "1.0", 1, "unknown", 25)]


def test_a_line_explains_and_counts_nothing() -> None:
    script = Script()
    left_with_unknown_reason(script)
    assert script.log("+25|1.0|sales|NONE|EXITWITHTIMEOUT|1|1|25") == [
        QueueLeftExplained("sales", "1.0", 1, "timeout", 25)
    ]
    assert script.log("+25|1.0|sales|NONE|EXITWITHTIMEOUT|1|1|25") == []


def test_a_line_before_the_event_is_the_reason_at_once() -> None:
    script = Script()
    script.join("1.0")
    assert script.log("+25|1.0|sales|NONE|EXITWITHTIMEOUT|1|1|25") == []
    told = script.say("QueueCallerAbandon", Uniqueid="1.0", Queue="sales", HoldTime="25")
    assert told == [QueueLeft("sales", "1.0", 1, "timeout", 25)]


def test_dialplan_and_log_explain_once() -> None:
    script = Script()
    left_with_unknown_reason(script)
    headers = {"UserEvent": "QueueExit", "Status": "TIMEOUT"}
    assert kinds(script.say("UserEvent", headers, Uniqueid="1.0")) == ["QueueLeftExplained"]
    assert script.log("+25|1.0|sales|NONE|EXITWITHTIMEOUT|1|1|25") == []


def test_a_bare_leave_is_a_key_or_unknown() -> None:
    script = Script()
    script.join("1.0")
    script.say("QueueCallerLeave", Uniqueid="1.0", Queue="sales", Count="0")
    headers = {"UserEvent": "QueueExit", "Status": "KEY", "Queue": "sales"}
    assert script.say("UserEvent", headers, Uniqueid="1.0") == [QueueLeft("sales", "1.0", 1, "key")]
    script.join("2.0")
    script.say("QueueCallerLeave", Uniqueid="2.0", Queue="sales", Count="0")
    assert script.wait(1.5) == []
    assert script.wait(1) == [QueueLeft("sales", "2.0", 1, "unknown")]
    assert script.facts[-1].at_ms == START_MS


def test_the_log_calls_it_abandoned_and_the_leg_is_gone() -> None:
    script = Script()
    left_with_unknown_reason(script)
    script.hang_up("1.0")
    assert script.log("+25|1.0|sales|NONE|ABANDON|1|1|25") == [QueueLeftExplained("sales", "1.0", 1, "abandoned", 25)]


def test_the_log_calls_it_abandoned_before_the_leg_is_gone() -> None:
    script = Script()
    left_with_unknown_reason(script)
    assert script.log("+25|1.0|sales|NONE|ABANDON|1|1|25") == []
    assert script.hang_up("1.0") == [QueueLeftExplained("sales", "1.0", 1, "abandoned", 25)]


def test_a_waiting_caller_who_is_moved_did_not_hang_up() -> None:
    """An AMI Redirect of a waiting caller is ABANDON in the log, but his leg lives on."""
    script = Script()
    left_with_unknown_reason(script)
    script.log("+25|1.0|sales|NONE|ABANDON|1|1|25")
    told = script.join("1.0", "vip")
    assert told[0] == QueueLeftExplained("sales", "1.0", 1, "transfer", 25)
    other = Script()
    left_with_unknown_reason(other)
    other.log("+25|1.0|sales|NONE|ABANDON|1|1|25")
    assert other.wait(3) == [QueueLeftExplained("sales", "1.0", 1, "transfer", 25)]


def test_lines_outside_a_hole_never_open_or_end_anything() -> None:
    script = Script()
    script.member("sales", "PJSIP/1001", "Alice")
    for event in ("ENTERQUEUE||139|1", "CONNECT|1|9.1|1", "COMPLETECALLER|1|5|1", "RINGNOANSWER|1000", "ABANDON|1|1|5"):
        assert script.log(f"+3|9.0|sales|Alice|{event}") == []
    for event in ("PAUSE|Lunch", "UNPAUSE|", "REMOVEMEMBER|", "ADDMEMBER|"):
        assert script.log(f"+3|NONE|sales|Alice|{event}") == []


def test_a_refusal_needs_its_queue() -> None:
    script = Script()
    headers = {"UserEvent": "QueueExit", "Status": "FULL"}
    assert script.say("UserEvent", headers, Uniqueid="1.0") == []
    assert script.say("UserEvent", headers, Uniqueid="1.0", Queue="sales") == [CallerRefused("sales", "1.0", "full")]
    assert script.say("UserEvent", {"UserEvent": "Other", "Status": "FULL"}, Uniqueid="1.0", Queue="sales") == []


# -- what time decides ------------------------------------------------------------------------------------------------------------


def test_a_phone_behind_a_local_channel_is_no_own_call_when_a_queue_claims_it() -> None:
    script = Script()
    script.member("sales", "Local/1005@agents/n", "Erin", StateInterface="PJSIP/1005")
    script.join("1.0")
    script.channel("1.1", "Local/1005@agents-01;1", "1.0")
    script.channel("1.2", "Local/1005@agents-01;2", "1.0")
    script.say("LocalBridge", LocalOneUniqueid="1.1", LocalTwoUniqueid="1.2")
    script.channel("1.3", "PJSIP/1005-01", "1.0")
    script.say("DialBegin", Uniqueid="1.2", DestUniqueid="1.3")
    headers = {"Interface": "Local/1005@agents/n", "DestUniqueid": "1.1"}
    script.say("AgentCalled", headers, Uniqueid="1.0", Queue="sales")
    assert script.wait(3) == []


def test_a_phone_behind_a_local_channel_is_an_own_call_otherwise() -> None:
    script = Script()
    script.member("sales", "PJSIP/1002")
    script.channel("1.1", "Local/1002@internal-01;1")
    script.channel("1.2", "Local/1002@internal-01;2", number="1004")
    script.say("LocalBridge", LocalOneUniqueid="1.1", LocalTwoUniqueid="1.2")
    script.channel("1.3", "PJSIP/1002-01")
    script.say("DialBegin", Uniqueid="1.2", DestUniqueid="1.3")
    assert script.wait(1) == [OwnCallStarted("PJSIP/1002", "1.3", "internal", "1004")]


def test_a_ringing_leg_that_vanishes_without_a_word() -> None:
    script = Script()
    script.join("1.0")
    script.ring("1.0", "PJSIP/1001", "1.1")
    assert script.hang_up("1.1") == []
    assert script.wait(2) == [OfferEnded("sales", "1.0", 1, "PJSIP/1001", "unknown")]


def test_a_caller_who_vanishes_without_a_word() -> None:
    script = Script()
    script.channel("1.0", "PJSIP/trunk-1")
    script.join("1.0")
    script.say("HangupRequest", Uniqueid="1.0", Cause="16")
    script.hang_up("1.0")
    assert script.wait(2) == [QueueAbandoned("sales", "1.0", 1)]


def test_an_agent_who_hangs_up_on_a_caller_who_goes_on() -> None:
    """Queue's option `c`: AgentComplete comes only when the caller ends, much later."""
    script = Script()
    script.talk()
    script.at = 5
    script.say("HangupRequest", Uniqueid="1.1", Cause="16")
    script.hang_up("1.1")
    assert script.wait(3) == [HandlingEnded("sales", "1.0", 1, "PJSIP/1001", "agent")]
    assert script.complete("1.0", "PJSIP/1001", talk="60") == []


def test_ended_calls_are_forgotten() -> None:
    script = Script()
    for number in range(50):
        script.talk(f"{number}.0", leg=f"{number}.1")
        script.complete(f"{number}.0", "PJSIP/1001", DestUniqueid=f"{number}.1")
        script.hang_up(f"{number}.1", f"{number}.0")
    board = script.translator.board
    assert len(board.visits.all()) == 50
    assert (len(board.channels), board.legs) == (0, {})
    script.at += 4000
    script.wait(1)
    assert board.visits.all() == []
    assert board.visits._unfinished == {}


def test_late_events_bring_no_channel_back() -> None:
    script = Script()
    script.talk()
    script.complete("1.0", "PJSIP/1001", DestUniqueid="1.1")
    script.hang_up("1.1", "1.0")
    for event in ("BridgeEnter", "HangupRequest", "Newstate", "Hold", "DialEnd", "BridgeLeave"):
        script.say(event, Uniqueid="1.0", DestUniqueid="1.1", BridgeUniqueid="b", ChannelState="6")
    script.say("DialBegin", Uniqueid="1.0", DestUniqueid="1.1")
    assert len(script.translator.board.channels) == 0


# -- an earlier life ------------------------------------------------------------------------------------------------------------


def next_life(script: Script, log_from_ms: int | None = None) -> Script:
    """Another process, which reads what the first one wrote."""
    after = Script(linked=False)
    after.at = script.at
    told = [Entry("s", "pbx", fact.boot, 1, n, fact.at_ms, fact.event) for n, fact in enumerate(script.facts, 1)]
    after.translator.recall(told, log_from_ms)
    return after


def test_the_next_life_goes_on_where_the_last_one_ended() -> None:
    first = Script()
    first.member("sales", "PJSIP/1001", "Alice")
    first.talk()
    first.join("2.0")
    first.at = 5
    script = next_life(first)
    script.log("+7|1.0|sales|Alice|COMPLETEAGENT|3|7|1")
    script.log("+8|2.0|sales|Alice|CONNECT|8|2.1|1")
    script.at = 10
    script.translator.linked(script.now_ms, START_MS + 5000)
    facts = script.translator.booted(Message.of(CORE_STATUS), script.now_ms)
    assert [fact.event for fact in facts] == [
        HandlingEnded("sales", "1.0", 1, "PJSIP/1001", "agent", 7),
        Answered("sales", "2.0", 1, "PJSIP/1001", 8),
    ]


def test_the_next_life_does_not_count_an_offer_again() -> None:
    first = Script()
    first.member("sales", "PJSIP/1001", "Alice")
    first.at = 4.2
    first.join("2.0")
    first.ring("2.0", "PJSIP/1001", "2.1")
    first.at = 5.2
    headers = {"Interface": "PJSIP/1001", "DestUniqueid": "2.1", "RingTime": "1000"}
    assert kinds(first.say("AgentRingNoAnswer", headers, Uniqueid="2.0", Queue="sales")) == ["OfferEnded"]
    first.at = 5.4
    script = next_life(first)
    script.log("+5|2.0|sales|Alice|RINGNOANSWER|1000")
    script.at = 10
    script.translator.linked(script.now_ms, START_MS + 5400)
    assert script.translator.booted(Message.of(CORE_STATUS), script.now_ms) == []


def test_the_next_life_numbers_visits_on() -> None:
    first = Script()
    for queue in ("sales", "vip"):
        first.join("1.0", queue)
        first.say("QueueCallerAbandon", Uniqueid="1.0", Queue=queue, HoldTime="0")
        first.at += 10
    first.join("1.0", "support")
    row = {"Event": "QueueEntry", "Queue": "support", "Uniqueid": "1.0", "Wait": "0"}
    (taken,) = first.lists(row)
    only_the_lists = Script(linked=False)
    only_the_lists.translator.recall([Entry("s", "pbx", "b", 1, 1, first.now_ms, taken)])
    only_the_lists.translator.linked(first.now_ms)
    only_the_lists.translator.booted(None, first.now_ms)
    only_the_lists.at = first.at + 30
    assert only_the_lists.join("1.0", "vip") == [QueueEntered("vip", "1.0", 4, "13900000001", None, 1)]


def test_the_next_life_tells_a_second_visit_from_the_first() -> None:
    first = Script()
    first.member("sales", "PJSIP/1001", "Alice")
    first.talk()
    first.at = 4
    first.complete("1.0", "PJSIP/1001", talk="4", DestUniqueid="1.1")
    first.at = 20
    first.member("sales", "PJSIP/1002", "Bob")
    script = next_life(first)
    script.log("+25|1.0|sales|NONE|ENTERQUEUE||139|1")
    script.log("+28|1.0|sales|Alice|CONNECT|3|1.9|1")
    script.log("+31|1.0|sales|Alice|COMPLETEAGENT|3|3|1")
    script.at = 40
    script.translator.linked(script.now_ms, START_MS + 20_000)
    facts = script.translator.booted(Message.of(CORE_STATUS), script.now_ms)
    assert [fact.event for fact in facts] == [
        QueueEntered("sales", "1.0", 2, "139", None, 1),
        Answered("sales", "1.0", 2, "PJSIP/1001", 3),
        HandlingEnded("sales", "1.0", 2, "PJSIP/1001", "agent", 3),
    ]


def test_what_the_last_life_told_is_not_told_again_by_a_log_that_is_read_again() -> None:
    """A collector that takes over reads the log from a while before: its lines must find what was told from them."""
    lines = (
        "+1|NONE|sales|Alice|PAUSE|Coffee",
        "+2|1.0|sales|NONE|ENTERQUEUE||139|1",
        "+3|NONE|sales|Alice|UNPAUSE|",
        "+4|1.0|sales|Bob|RINGNOANSWER|1000",
        "+5|1.0|sales|Alice|CONNECT|3|1.1|1",
        "+9|1.0|sales|Alice|COMPLETECALLER|3|4|1",
        "+10|2.0|sales|NONE|ENTERQUEUE||139|1",
        "+12|2.0|sales|NONE|ABANDON|1|1|2",
        "+13|3.0|sales|NONE|ENTERQUEUE||139|1",
    )
    first = Script()
    for interface, name in (("PJSIP/1001", "Alice"), ("PJSIP/1002", "Bob")):
        first.member("sales", interface, name)
    first.lost()
    first.at = 20
    for line in lines:
        first.log(line)
    assert "Answered" in kinds(first.link())
    script = next_life(first, log_from_ms=START_MS)
    script.at = 25
    script.translator.linked(script.now_ms, START_MS + 20_000)
    for line in lines:
        script.log(line)
    assert script.translator.booted(Message.of(CORE_STATUS), script.now_ms) == []


def test_a_new_life_without_its_stream_waits_for_the_names() -> None:
    script = Script(linked=False)
    script.log("+3|5.0|sales|NONE|ENTERQUEUE||139|1")
    script.log("+6|5.0|sales|Alice|CONNECT|3|5.1|1")
    script.at = 10
    script.translator.linked(script.now_ms, START_MS)
    assert script.translator.booted(Message.of(CORE_STATUS), script.now_ms) == []
    assert script.join("6.0") == []
    member = {"Event": "QueueMember", "Queue": "sales", "Name": "Alice", "Location": "PJSIP/1001", "Status": "1"}
    assert kinds(script.lists(member)) == ["QueueEntered", "Answered", "QueueEntered", "SnapshotTaken"]


def test_a_new_life_whose_lists_never_come_tells_what_it_can() -> None:
    script = Script(linked=False)
    script.log("+3|5.0|sales|NONE|ENTERQUEUE||139|1")
    script.at = 10
    script.translator.linked(script.now_ms, START_MS)
    script.translator.booted(Message.of(CORE_STATUS), script.now_ms)
    assert kinds(script.lost()) == ["QueueEntered", "LinkLost"]


# -- snapshots ------------------------------------------------------------------------------------------------------------------


def test_what_an_event_touched_since_the_listing_keeps_its_value() -> None:
    script = Script()
    script.at = 1
    script.translator.listing(script.now_ms)
    script.at = 1.1
    script.join("1.0")
    script.member("sales", "PJSIP/1001")
    items = [Message.of({"Event": "QueueStatusComplete"}), Message.of({"Event": "CoreShowChannelsComplete"})]
    (fact,) = script.translator.snapshot(items, script.now_ms)
    assert isinstance(fact.event, SnapshotTaken)
    assert [row.call for row in fact.event.waiting] == ["1.0"]
    assert [row.agent for row in fact.event.members] == ["PJSIP/1001"]


def test_the_lists_correct_what_was_concluded_from_an_offer() -> None:
    script = Script()
    script.at = 30
    script.ring("1.0", "PJSIP/1001", "1.1")
    script.at = 31
    row = {"Event": "QueueEntry", "Queue": "sales", "Uniqueid": "1.0", "Wait": "21", "Position": "2", "Priority": "5"}
    (taken,) = script.lists(row)
    assert isinstance(taken, SnapshotTaken)
    (waiting,) = taken.waiting
    assert (waiting.entered_at_ms, waiting.position, waiting.priority) == (START_MS + 10_000, 2, 5)


def test_a_list_that_is_older_than_it_should_be_starts_nothing_again() -> None:
    script = Script()
    script.member("sales", "PJSIP/1001")
    script.talk()
    script.join("2.0")
    script.channel("2.0", "PJSIP/trunk-2")
    script.at = 6
    (taken,) = script.lists(
        {"Event": "QueueEntry", "Queue": "sales", "Uniqueid": "1.0", "Wait": "6"},
        channel_item("1.0", "PJSIP/trunk-1", "Queue", ApplicationData="sales,t"),
        channel_item("1.1", "PJSIP/1001-1", "AppQueue"),
    )
    assert isinstance(taken, SnapshotTaken)
    assert (taken.waiting, [row.call for row in taken.handlings]) == ([], ["1.0"])
    script.say("HangupRequest", Uniqueid="2.0", Cause="16")
    told = script.say("QueueCallerAbandon", Uniqueid="2.0", Queue="sales", HoldTime="7")
    assert told == [QueueAbandoned("sales", "2.0", 1, 7)]


def test_what_the_lists_do_not_hold_is_not_known_any_more() -> None:
    script = Script()
    script.join("1.0")
    script.talk("2.0", leg="2.1")
    script.member("sales", "PJSIP/1001")
    script.at = 60
    (taken,) = script.lists({"Event": "CoreShowChannelsComplete"})
    assert isinstance(taken, SnapshotTaken)
    assert (taken.waiting, taken.handlings, taken.members, taken.offers) == ([], [], [], [])


def test_an_account_without_channels_keeps_what_events_told() -> None:
    script = Script()
    script.talk("2.0", leg="2.1")
    script.at = 60
    (taken,) = script.lists({"Event": "QueueStatusComplete"})
    assert isinstance(taken, SnapshotTaken)
    assert [row.call for row in taken.handlings] == ["2.0"]


def test_own_calls_and_monitorings_of_the_lists() -> None:
    script = Script()
    script.at = 60

    def channel(uniqueid: str, name: str, **more: str) -> dict[str, str]:
        base = {"Event": "CoreShowChannel", "Uniqueid": uniqueid, "Linkedid": uniqueid, "Channel": name}
        return base | {"ChannelState": "6", "CallerIDNum": name[6:10], "Duration": "00:00:40"} | more

    (taken,) = script.lists(
        {"Event": "QueueMember", "Queue": "sales", "Location": "PJSIP/1001", "Status": "2"},
        {"Event": "QueueMember", "Queue": "sales", "Location": "PJSIP/1002", "Status": "2"},
        channel("1.0", "PJSIP/1001-01", Application="Dial", BridgeId="b1"),
        channel("1.1", "PJSIP/trunk-01", Application="AppDial", BridgeId="b1", CallerIDNum="139"),
        channel("2.0", "PJSIP/2001-01", Application="ChanSpy", ApplicationData="PJSIP/1002,qw"),
    )
    assert isinstance(taken, SnapshotTaken)
    (own,) = taken.own_calls
    assert (own.agent, own.kind, own.number, own.started_at_ms) == ("PJSIP/1001", "outbound", "139", START_MS + 20_000)
    (spy,) = taken.monitorings
    assert (spy.session, spy.agent, spy.supervisor, spy.mode) == ("2.0", "PJSIP/1002", "PJSIP/2001", "whisper")


# -- hostile bytes --------------------------------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.sampled_from(
        ["", "1.0", "2.0", "sales", "vip", "PJSIP/1001", "Local/1005@agents/n", "0", "1", "6", "-1", "999999999"]
    ),
    st.sampled_from(
        ["nan", "1e999", "9" * 400, "٣", "<unknown>", "Success", "caller", "QueueExit", "TIMEOUT", "FULL", "00:00:x"]
    ),
    st.text(max_size=12),
)
KEYS = sorted(
    {
        *[
            "Uniqueid",
            "DestUniqueid",
            "Linkedid",
            "Queue",
            "Interface",
            "Location",
            "MemberName",
            "Name",
            "Status",
            "Paused",
        ],
        *[
            "HoldTime",
            "TalkTime",
            "RingTime",
            "Reason",
            "Wait",
            "Position",
            "Timestamp",
            "ChannelState",
            "Channel",
            "DestChannel",
        ],
        *[
            "BridgeUniqueid",
            "Cause",
            "DialStatus",
            "LocalOneUniqueid",
            "LocalTwoUniqueid",
            "SourceUniqueid",
            "Result",
            "UserEvent",
        ],
        *[
            "TransfererUniqueid",
            "OrigTransfererUniqueid",
            "SecondTransfererUniqueid",
            "TransferTargetChannel",
            "SpyerUniqueid",
        ],
        *[
            "SpyeeUniqueid",
            "StateInterface",
            "LastPause",
            "Application",
            "ApplicationData",
            "BridgeId",
            "Duration",
            "Exten",
            "Hint",
        ],
    }
)
MESSAGES = st.builds(
    lambda event, headers: Message.of([("Event", event), *headers]),
    st.sampled_from(sorted(WANTED_EVENTS)),
    st.lists(
        st.tuples(st.sampled_from(KEYS), VALUES.map(lambda text: text.replace("\r", "").replace("\n", ""))), max_size=14
    ),
)
LINES = st.builds(
    QueueLogLine,
    st.integers(START_MS // 1000 - 5, START_MS // 1000 + 60),
    VALUES,
    VALUES,
    VALUES,
    st.sampled_from(["ENTERQUEUE", "CONNECT", "ABANDON", "RINGNOANSWER", "ADDMEMBER", "PAUSE", *LOG_ENDS, *LOG_EXITS]),
    st.lists(VALUES, max_size=5).map(tuple),
)
STEPS = st.one_of(
    MESSAGES, MESSAGES, LINES, st.lists(MESSAGES, max_size=5), st.sampled_from(["lost", "linked", "booted", "listing"])
)


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=40))
def test_nothing_that_a_switch_sends_raises(steps: list[Message | QueueLogLine | list[Message] | str]) -> None:
    translator = Translator()
    now_ms = START_MS
    for step in steps:
        now_ms += 700
        if isinstance(step, Message):
            translator.message(step, now_ms)
        elif isinstance(step, QueueLogLine):
            translator.log_line(step, now_ms)
            translator.log_read_up_to(now_ms)
        elif isinstance(step, list):
            translator.snapshot(step, now_ms)
        elif step == "lost":
            assert kinds(fact.event for fact in translator.link_lost("closed", now_ms, now_ms))[-1] == LinkLost.__name__
        elif step == "linked":
            translator.linked(now_ms)
        elif step == "booted":
            translator.booted(Message.of(OTHER_BOOT), now_ms)
        else:
            translator.listing(now_ms)
        translator.tick(now_ms)
    translator.tick(now_ms + 60_000)
    for fact in translator.snapshot([], now_ms + 60_000):
        assert fact.at_ms >= 0


class Recorder(Translator):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[Message] = []

    def message(self, message: Message, at_ms: int) -> list[Fact]:
        self.told.append(message)
        return super().message(message, at_ms)


def test_messages_in_any_order_raise_nothing() -> None:
    """A call's messages, shuffled and with some left out."""
    script = Script(linked=False)
    recorder = script.translator = Recorder()
    script.link()
    script.member("sales", "PJSIP/1001")
    script.talk()
    script.say("Hold", Uniqueid="1.1")
    script.complete("1.0", "PJSIP/1001", DestUniqueid="1.1")
    script.hang_up("1.1", "1.0")
    shuffled = random.Random(7)
    for _ in range(300):
        translator = Translator()
        messages = [message for message in recorder.told if shuffled.random() < 0.8]
        shuffled.shuffle(messages)
        for number, message in enumerate(messages):
            translator.message(message, START_MS + number * 400)
        translator.tick(START_MS + 100_000)
