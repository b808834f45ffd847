"""Supervisors in calls and callers that they move, message by message: sessions, take over, transfers, and nobody's calls."""

from __future__ import annotations

import pytest

from collectors.asterisk.translate import Translator
from collectors.events import (
    AnyEvent,
    Entry,
    HandlingEnded,
    MonitoringRow,
    MonitoringStarted,
    MonitoringStopped,
    OwnCallStarted,
    QueueAbandoned,
    QueueLeft,
    QueueLeftExplained,
    SnapshotTaken,
    Transferred,
)
from tests.asterisk.floor_script import START_MS, Script, kinds

COMMAND = "0123456789abcdef"
LEG = f"fw-{COMMAND}"
PHONE = "PJSIP/2001"


class Floor(Script):
    """A script with supervisors."""

    def answered(self, leg: str = LEG, phone: str = PHONE) -> list[AnyEvent]:
        """The supervisor is called and picks up."""
        name = f"{phone}-0000009"
        self.channel(leg, name, number=phone.rpartition("/")[2])
        told = self.say("DialBegin", DestUniqueid=leg, DestChannel=name)
        told += self.say("Newstate", Uniqueid=leg, ChannelState="5")
        told += self.say("DialEnd", DestUniqueid=leg, DialStatus="ANSWER")
        return told + self.say("Newstate", Uniqueid=leg, ChannelState="6")

    def spy(
        self, mode: str, heard: str = "1.1", leg: str = LEG, heard_name: str = "PJSIP/1001-0000001"
    ) -> list[AnyEvent]:
        headers = {"SpyerContext": "floorwatch-monitor", "SpyerExten": mode, "SpyeeChannel": heard_name}
        name = f"{PHONE}-0000009"
        return self.say("ChanSpyStart", headers, SpyerUniqueid=leg, SpyerChannel=name, SpyeeUniqueid=heard)

    def stop(self, leg: str = LEG) -> list[AnyEvent]:
        return self.say("ChanSpyStop", SpyerUniqueid=leg)

    def enters(self, uniqueid: str, bridge: str, context: str = "q", exten: str = "sales") -> list[AnyEvent]:
        return self.say("BridgeEnter", Uniqueid=uniqueid, BridgeUniqueid=bridge, Context=context, Exten=exten)

    def leaves(self, uniqueid: str, bridge: str) -> list[AnyEvent]:
        return self.say("BridgeLeave", Uniqueid=uniqueid, BridgeUniqueid=bridge)

    def taken_over(self, call: str = "1.0", agents_leg: str = "1.1", leg: str = LEG) -> list[AnyEvent]:
        """Redirect of the supervisor's leg to Bridge(), as a switch tells it."""
        told = self.leaves(call, f"bridge-{call}")
        told += self.enters(call, "taken")
        told += self.enters(leg, "taken", "floorwatch-monitor", "takeover")
        told += self.leaves(agents_leg, f"bridge-{call}")
        return told + self.hang_up(agents_leg)

    def moved(self, call: str, to: str) -> list[AnyEvent]:
        return self.say("UserEvent", UserEvent="FloorwatchMoved", Uniqueid=call, To=to)

    def unanswered(self, call: str, queue: str = "sales") -> list[AnyEvent]:
        """How a queue tells that a waiting caller was redirected: as an abandon."""
        told = self.say("QueueCallerAbandon", Uniqueid=call, Queue=queue, HoldTime="4", Position="1")
        return told + self.say("QueueCallerLeave", Uniqueid=call, Queue=queue, Count="0", Position="1")


@pytest.fixture
def floor() -> Floor:
    script = Floor()
    for number, name in (("1001", "Alice"), ("1002", "Bob"), ("2001", "Wang")):
        script.member("sales", f"PJSIP/{number}", name)
    script.talk()
    script.at = 10.0
    return script


def started(mode: str, agent: str = "PJSIP/1001") -> MonitoringStarted:
    return MonitoringStarted(LEG, agent, PHONE, mode, COMMAND)  # type: ignore[arg-type]  # the tests' own words


STOPPED = MonitoringStopped(LEG, "PJSIP/1001")


# -- sessions and their modes ---------------------------------------------------------------------------------------------------


def test_a_session_says_who_whom_how_and_by_which_command(floor: Floor) -> None:
    assert floor.answered() == []
    assert floor.spy("listen") == [started("listen")]
    floor.at = 20.0
    assert floor.stop() == []
    assert floor.hang_up(LEG) == [STOPPED]


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge", "private"])
def test_a_mode_with_a_group_is_that_mode(floor: Floor, mode: str) -> None:
    floor.answered()
    assert floor.spy(f"{mode}-floor") == [started(mode)]


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge", "private"])
def test_another_mode_is_no_end(floor: Floor, mode: str) -> None:
    floor.answered()
    floor.spy("listen")
    told = floor.stop()
    told += floor.wait(0.1)
    assert told == []
    assert floor.spy(mode) == [started(mode)]
    assert floor.wait(3) == []


def test_a_stop_without_more_is_told_at_its_own_time(floor: Floor) -> None:
    floor.answered()
    floor.spy("listen")
    floor.at = 12.0
    floor.stop()
    assert floor.wait(0.4) == []
    assert floor.wait(0.2) == [STOPPED]
    assert floor.facts[-1].at_ms == START_MS + 12_000
    assert floor.hang_up(LEG) == []


def test_a_call_that_ends_while_the_mode_changes(floor: Floor) -> None:
    """Stop, then the leg's Hangup without a start."""
    floor.answered()
    floor.spy("listen")
    floor.at = 12.0
    floor.stop()
    floor.at = 12.02
    assert floor.hang_up(LEG) == [STOPPED]
    assert floor.facts[-1].at_ms == START_MS + 12_000
    assert floor.wait(2) == []


def test_several_listeners_are_several_sessions(floor: Floor) -> None:
    other = "fw-1111111111111111"
    floor.answered()
    floor.spy("listen")
    floor.answered(other, "PJSIP/2002")
    assert kinds(floor.spy("whisper", leg=other)) == ["MonitoringStarted"]
    assert kinds(floor.stop(other) + floor.hang_up(other)) == ["MonitoringStopped"]
    assert set(floor.translator.monitoring.sessions) == {LEG}


def test_a_leg_that_no_command_opened_has_no_command(floor: Floor) -> None:
    floor.channel("7.7", "PJSIP/2001-0000009")
    (told,) = floor.say(
        "ChanSpyStart", SpyerUniqueid="7.7", SpyerContext="spy", SpyerExten="*11001", SpyeeUniqueid="1.1"
    )
    assert told == MonitoringStarted("7.7", "PJSIP/1001", PHONE, None, None)


def test_a_browser_is_known_by_its_connection_not_by_an_address_in_memory(floor: Floor) -> None:
    name = "WebSocket/floorwatch/0x7f22d8004730"
    floor.channel(LEG, name, number="2001")
    (told,) = floor.say("ChanSpyStart", SpyerUniqueid=LEG, SpyerChannel=name, SpyeeUniqueid="1.1")
    assert isinstance(told, MonitoringStarted)
    assert told.supervisor == "WebSocket/floorwatch"


# -- staying with the caller ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after_s", [0.4, 3.0])
def test_the_same_session_with_the_next_agent(floor: Floor, after_s: float) -> None:
    """Wait(), Setvar, Redirect: the leg comes back to the dialplan and hears the next agent."""
    floor.answered()
    floor.spy("barge")
    floor.say("BlindTransfer", TransfererUniqueid="1.1", TransfereeUniqueid="1.0", Result="Success", Extension="1002")
    floor.complete("1.0", "PJSIP/1001", Reason="transfer")
    told = floor.stop()
    floor.hang_up("1.1")
    floor.channel("1.9", "PJSIP/1002-0000002", "1.0")
    floor.enters("1.9", "next")
    floor.enters("1.0", "next")
    told += floor.wait(after_s)
    told += floor.spy("barge", "1.9", heard_name="PJSIP/1002-0000002")
    stops = [STOPPED] if after_s > 1 else []
    assert told == [*stops, started("barge", "PJSIP/1002")]
    assert floor.hang_up(LEG) == [MonitoringStopped(LEG, "PJSIP/1002")]


def test_who_listens_to_the_caller_hears_the_next_agent_without_a_word(floor: Floor) -> None:
    floor.answered()
    assert floor.spy("listen", "1.0", heard_name="PJSIP/trunk-1.0") == [started("listen")]
    floor.complete("1.0", "PJSIP/1001", Reason="transfer")
    floor.leaves("1.1", "bridge-1.0")
    floor.hang_up("1.1")
    floor.channel("1.9", "PJSIP/1002-0000002", "1.0")
    floor.leaves("1.0", "bridge-1.0")
    floor.enters("1.9", "next")
    assert floor.enters("1.0", "next") == [started("listen", "PJSIP/1002")]


def test_the_next_agent_after_a_consultation(floor: Floor) -> None:
    """He is in the caller's bridge before the queue says that the first one's talk is over."""
    floor.answered()
    floor.spy("listen", "1.0", heard_name="PJSIP/trunk-1.0")
    floor.channel("1.9", "PJSIP/1002-0000002", "1.8")
    floor.leaves("1.1", "bridge-1.0")
    told = floor.enters("1.9", "bridge-1.0")
    told += floor.say(
        "AttendedTransfer", OrigTransfererUniqueid="1.1", SecondTransfererUniqueid="1.8", Result="Success"
    )
    told += floor.complete("1.0", "PJSIP/1001", Reason="transfer")
    assert kinds(told) == ["Transferred", "HandlingEnded", "MonitoringStarted"]
    assert told[-1] == started("listen", "PJSIP/1002")


# -- take over ------------------------------------------------------------------------------------------------------------------


def test_take_over_by_redirect(floor: Floor) -> None:
    floor.answered()
    floor.spy("barge")
    floor.at = 20.0
    told = floor.stop()
    told += floor.taken_over()
    assert told == [
        started("takeover"),
        Transferred("sales", "1.0", 1, "PJSIP/1001", "redirect"),
        HandlingEnded("sales", "1.0", 1, "PJSIP/1001", "takeover"),
    ]
    assert floor.facts[-1].at_ms == START_MS + 20_000
    floor.at = 30.0
    assert floor.complete("1.0", "PJSIP/1001", talk="25") == []
    assert floor.hang_up("1.0", LEG) == [STOPPED]
    assert floor.wait(5) == []


def test_take_over_by_ami_bridge_has_no_stop_and_another_order(floor: Floor) -> None:
    floor.answered()
    floor.spy("whisper")
    told = floor.enters(LEG, "taken", "floorwatch-monitor", "whisper")
    told += floor.leaves("1.0", "bridge-1.0")
    told += floor.enters("1.0", "taken")
    told += floor.leaves("1.1", "bridge-1.0")
    assert kinds(told) == ["MonitoringStarted", "Transferred", "HandlingEnded"]
    assert told[0] == started("takeover")
    assert floor.hang_up("1.1") == []
    assert floor.hang_up(LEG) == [STOPPED]


def test_take_over_without_having_listened(floor: Floor) -> None:
    floor.answered()
    told = floor.taken_over()
    assert kinds(told) == ["MonitoringStarted", "Transferred", "HandlingEnded"]
    assert told[0] == started("takeover")


def test_take_over_of_an_agents_own_call(floor: Floor) -> None:
    floor.channel("5.0", "PJSIP/1002-0000003", ChannelState="4", Exten="013800000000")
    floor.channel("5.1", "PJSIP/trunk-5", "5.0")
    floor.say(
        "DialBegin",
        {"DestUniqueid": "5.1", "DestChannel": "PJSIP/trunk-5"},
        Uniqueid="5.0",
        Channel="PJSIP/1002-0000003",
    )
    floor.say("DialEnd", DestUniqueid="5.1", DialStatus="ANSWER", Uniqueid="5.0")
    for leg in ("5.0", "5.1"):
        floor.enters(leg, "own")
    floor.answered()
    floor.leaves("5.1", "own")
    floor.enters("5.1", "taken")
    assert floor.enters(LEG, "taken", "floorwatch-monitor", "takeover") == [started("takeover", "PJSIP/1002")]


def test_the_next_call_of_the_freed_agent_and_the_late_end_of_the_first(floor: Floor) -> None:
    """app_queue's AgentComplete of the caller who was taken over comes after the agent's next talk began."""
    floor.answered()
    floor.spy("listen")
    floor.stop()
    floor.taken_over()
    floor.at = 15.0
    floor.talk("2.0", "PJSIP/1001", "2.1")
    floor.at = 18.0
    assert floor.complete("1.0", "PJSIP/1001", talk="18") == []
    floor.at = 20.0
    told = floor.complete("2.0", "PJSIP/1001", talk="5", DestUniqueid="2.1")
    assert told == [HandlingEnded("sales", "2.0", 1, "PJSIP/1001", "caller", 5)]


def test_the_supervisor_leaves_first_and_the_caller_comes_back_to_the_queue(floor: Floor) -> None:
    floor.answered()
    floor.spy("listen")
    floor.stop()
    floor.taken_over()
    floor.at = 40.0
    told = floor.say("HangupRequest", Uniqueid=LEG, Cause="16")
    told += floor.leaves(LEG, "taken") + floor.leaves("1.0", "taken")
    told += floor.complete("1.0", "PJSIP/1001", talk="40")
    told += floor.hang_up(LEG)
    assert told == [STOPPED]
    told = floor.join("1.0")
    told += floor.ring("1.0", "PJSIP/1001", "1.5")
    told += floor.connect("1.0", "PJSIP/1001", "1.5", hold="0")
    assert kinds(told) == ["QueueEntered", "OfferStarted", "OfferEnded", "Answered"]
    told = floor.complete("1.0", "PJSIP/1001", talk="7", hold="0", DestUniqueid="1.5")
    assert told == [HandlingEnded("sales", "1.0", 2, "PJSIP/1001", "caller", 7)]


def test_take_over_from_a_local_agent(floor: Floor) -> None:
    floor.member("sales", "Local/1005@agents/n", "Erin")
    call, one, two, phone = "3.0", "3.1", "3.2", "3.3"
    floor.channel(call, "PJSIP/trunk-3")
    floor.join(call)
    floor.channel(one, "Local/1005@agents-00000000;1", call)
    floor.channel(two, "Local/1005@agents-00000000;2", call)
    floor.say("LocalBridge", LocalOneUniqueid=one, LocalTwoUniqueid=two)
    floor.say("AgentCalled", Uniqueid=call, Queue="sales", Interface="Local/1005@agents/n", DestUniqueid=one)
    floor.channel(phone, "PJSIP/1005-0000001", call)
    floor.say("DialBegin", Uniqueid=two, DestUniqueid=phone, DestChannel="PJSIP/1005-0000001")
    floor.connect(call, "Local/1005@agents/n", one)
    for leg in (two, phone):
        floor.enters(leg, "behind")
    floor.answered()
    floor.spy("barge", phone, heard_name="PJSIP/1005-0000001")
    floor.stop()
    told = floor.taken_over(call, one)
    told += floor.hang_up(two, phone)
    assert kinds(told) == ["MonitoringStarted", "Transferred", "HandlingEnded"]
    assert told[0] == started("takeover", "Local/1005@agents/n")


def test_a_caller_who_is_gone_leaves_the_talk_of_the_agent_alone(floor: Floor) -> None:
    """Bridge() of a channel that does not exist: stop and hang-up, no bridge."""
    floor.answered()
    floor.spy("listen")
    floor.stop()
    assert floor.hang_up(LEG) == [STOPPED]
    assert floor.complete("1.0", "PJSIP/1001") == [HandlingEnded("sales", "1.0", 1, "PJSIP/1001", "caller", 5)]


# -- nobody's calls -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "status"), [("17", "BUSY"), ("21", "NOANSWER"), ("19", ""), ("0", "ANSWER"), ("0", "NOANSWER")]
)
def test_a_supervisor_who_cannot_be_reached_has_no_call(floor: Floor, cause: str, status: str) -> None:
    """Busy, declined, rang out, target gone, cancelled; also where the supervisor's phone is an agent's own."""
    name = f"{PHONE}-0000009"
    floor.channel(LEG, name, number="2001", Exten="s")
    told = floor.say("DialBegin", DestUniqueid=LEG, DestChannel=name)
    told += floor.say("HangupRequest", Uniqueid=LEG, Cause=cause)
    if status:
        told += floor.say("DialEnd", DestUniqueid=LEG, DialStatus=status)
    if status == "ANSWER":
        told += floor.say("Newstate", Uniqueid=LEG, ChannelState="6")
    told += floor.say("OriginateResponse", Uniqueid=LEG, Response="Failure", Channel=PHONE, Exten="listen")
    told += floor.say("Hangup", Uniqueid=LEG, Cause=cause)
    assert told + floor.wait(5) == []


def test_a_supervisors_leg_in_any_bridge_is_no_own_call(floor: Floor) -> None:
    floor.answered()
    floor.enters(LEG, "conference")
    assert floor.lists(listed(LEG, f"{PHONE}-0000009", "ConfBridge", "conf", BridgeId="conference"))[
        0
    ] == SnapshotTaken([], [], [], [], [], [], [])


def test_a_forced_hang_up_is_told_as_the_switch_tells_it(floor: Floor) -> None:
    floor.leaves("1.1", "bridge-1.0")
    floor.leaves("1.0", "bridge-1.0")
    told = floor.complete("1.0", "PJSIP/1001")
    told += floor.hang_up("1.0", "1.1")
    assert told == [HandlingEnded("sales", "1.0", 1, "PJSIP/1001", "caller", 5)]


def test_signing_out_in_a_monitored_call_ends_neither(floor: Floor) -> None:
    floor.answered()
    floor.spy("listen")
    told = floor.say("QueueMemberRemoved", Queue="sales", Interface="PJSIP/1001")
    assert kinds(told) == ["MembershipRemoved"]
    assert set(floor.translator.monitoring.sessions) == {LEG}
    told = floor.stop()
    floor.at = 10.01
    assert floor.spy("whisper") == [started("whisper")]


# -- moved callers --------------------------------------------------------------------------------------------------------------

WAITING = "4.0"


@pytest.fixture
def waiting(floor: Floor) -> Floor:
    floor.channel(WAITING, "PJSIP/trunk-4")
    floor.join(WAITING)
    floor.at = 14.0
    return floor


def explained(queue: str = "sales", visit: int = 1) -> QueueLeftExplained:
    return QueueLeftExplained(queue, WAITING, visit, "transfer")


def test_a_waiting_caller_who_is_moved_is_transferred_never_abandoned(waiting: Floor) -> None:
    told = waiting.unanswered(WAITING)
    told += waiting.moved(WAITING, "support")
    assert told == [QueueLeft("sales", WAITING, 1, "unknown", 4), explained()]
    assert kinds(waiting.join(WAITING, "support")) == ["QueueEntered"]
    assert waiting.log(f"+14|{WAITING}|sales|NONE|ABANDON|1|1|4") == []
    assert waiting.wait(10) == []


@pytest.mark.parametrize("is_logged_first", [False, True])
def test_a_dialplan_that_says_nothing_is_known_by_its_context(waiting: Floor, *, is_logged_first: bool) -> None:
    told = waiting.unanswered(WAITING)
    if is_logged_first:
        told += waiting.log(f"+14|{WAITING}|sales|NONE|ABANDON|1|1|4")
    told += waiting.say(
        "QueueCallerJoin", Uniqueid=WAITING, Queue="support", Context="floorwatch-move", Exten="support"
    )
    assert kinds(told) == ["QueueLeft", "QueueLeftExplained", "QueueEntered"]
    assert isinstance(told[1], QueueLeftExplained)
    assert told[1].reason == "transfer"
    assert not [fact for fact in waiting.facts if isinstance(fact.event, QueueAbandoned)]


def test_an_overflow_is_not_taken_for_a_move(waiting: Floor) -> None:
    waiting.unanswered(WAITING)
    assert kinds(waiting.join(WAITING, "support")) == ["QueueEntered"]


def test_a_queue_that_rings_in_our_context_is_no_second_move(waiting: Floor) -> None:
    waiting.unanswered(WAITING)
    waiting.moved(WAITING, "support")
    waiting.join(WAITING, "support")
    told = waiting.say("AgentCalled", Uniqueid=WAITING, Queue="support", Interface="PJSIP/1002", DestUniqueid="4.5")
    told += waiting.say(
        "DialBegin", Uniqueid=WAITING, Context="floorwatch-move", DestUniqueid="4.5", DestChannel="PJSIP/1002-1"
    )
    told += waiting.unanswered(WAITING, "support")
    assert kinds(told) == ["OfferStarted", "QueueLeft", "OfferEnded"]
    assert QueueLeft("support", WAITING, 2, "unknown", 4) in told


@pytest.mark.parametrize("says", [True, False])
def test_a_caller_who_is_pulled_is_transferred(waiting: Floor, *, says: bool) -> None:
    told = waiting.unanswered(WAITING)
    if says:
        told += waiting.moved(WAITING, "PJSIP/2002")
    told += waiting.say(
        "DialBegin", Uniqueid=WAITING, Context="floorwatch-pull", DestUniqueid="4.9", DestChannel="PJSIP/2002-1"
    )
    assert told == [QueueLeft("sales", WAITING, 1, "unknown", 4), explained()]


def test_a_talking_caller_who_is_moved(floor: Floor) -> None:
    floor.at = 20.0
    told = floor.leaves("1.0", "bridge-1.0")
    told += floor.moved("1.0", "support")
    told += floor.leaves("1.1", "bridge-1.0") + floor.hang_up("1.1")
    told += floor.join("1.0", "support")
    assert told[:2] == [
        Transferred("sales", "1.0", 1, "PJSIP/1001", "redirect", "support", "support"),
        HandlingEnded("sales", "1.0", 1, "PJSIP/1001", "transfer"),
    ]
    assert kinds(told[2:]) == ["QueueEntered"]


def test_a_talking_caller_who_is_pulled(floor: Floor) -> None:
    floor.leaves("1.0", "bridge-1.0")
    floor.leaves("1.1", "bridge-1.0")
    floor.hang_up("1.1")
    told = floor.moved("1.0", "PJSIP/2002")
    assert told == [
        Transferred("sales", "1.0", 1, "PJSIP/1001", "redirect", "PJSIP/2002"),
        HandlingEnded("sales", "1.0", 1, "PJSIP/1001", "transfer"),
    ]


def test_a_caller_of_whom_nothing_is_known(floor: Floor) -> None:
    assert floor.moved("9.9", "support") == []
    assert floor.moved("", "") == []


# -- lists and lives ------------------------------------------------------------------------------------------------------------


def listed(uniqueid: str, name: str, application: str, data: str = "", **more: str) -> dict[str, str]:
    return {
        "Event": "CoreShowChannel", "Uniqueid": uniqueid, "Channel": name, "Linkedid": uniqueid, "Application": application,
        "ApplicationData": data, "ChannelState": "6", "Duration": "00:00:08", **more,
    }  # fmt: skip


def monitorings(told: list[AnyEvent]) -> list[MonitoringRow]:
    (taken,) = (event for event in told if isinstance(event, SnapshotTaken))
    return taken.monitorings


CALLER = listed("1.0", "PJSIP/trunk-1.0", "Queue", "sales", BridgeId="bridge-1.0")
AGENT = listed("1.1", "PJSIP/1001-0000001", "AppQueue", BridgeId="bridge-1.0")
SPY = listed(LEG, "PJSIP/2001-0000009", "ChanSpy", "1.1,uqESw")


def test_a_list_keeps_what_is_known_and_finds_what_is_not(floor: Floor) -> None:
    at_ms = START_MS + 10_000
    assert monitorings(floor.lists(CALLER, AGENT, SPY)) == [
        MonitoringRow(LEG, "PJSIP/1001", PHONE, "whisper", at_ms - 8_000, COMMAND)
    ]
    other = Floor()
    other.member("sales", "PJSIP/1001")
    other.talk()
    other.answered()
    other.spy("listen")
    other.at = 30.0
    row = MonitoringRow(LEG, "PJSIP/1001", PHONE, "whisper", START_MS, COMMAND)
    assert monitorings(other.lists(CALLER, AGENT, SPY)) == [row]
    other.at = 40.0
    assert monitorings(other.lists(CALLER, AGENT)) == []


@pytest.mark.parametrize(
    ("options", "mode"),
    [
        ("uqES", "listen"),
        ("uqESw", "whisper"),
        ("uqESB", "barge"),
        ("uqESWg(floor)", "private"),
        ("uqESg(Bw)", "listen"),
    ],
)
def test_the_mode_by_a_lists_options(floor: Floor, options: str, mode: str) -> None:
    (row,) = monitorings(floor.lists(CALLER, AGENT, SPY | {"ApplicationData": f"1.1,{options}"}))
    assert row.mode == mode


def test_a_list_of_a_caller_who_was_taken_over(floor: Floor) -> None:
    """His supervisor's phone is an agent's of the queue, and is neither answering nor dialling for himself."""
    floor.answered()
    floor.spy("listen")
    floor.stop()
    floor.taken_over()
    floor.at = 30.0
    caller, taker = CALLER | {"BridgeId": "taken"}, listed(LEG, "PJSIP/2001-0000009", "Bridge", "1.0", BridgeId="taken")
    told = floor.lists(caller, taker)
    assert monitorings(told) == [MonitoringRow(LEG, "PJSIP/1001", PHONE, "takeover", START_MS + 10_000, COMMAND)]
    (taken,) = (event for event in told if isinstance(event, SnapshotTaken))
    assert (taken.handlings, taken.own_calls) == ([], [])


def test_a_new_life_goes_on_with_the_sessions_of_the_old_one(floor: Floor) -> None:
    floor.answered()
    floor.spy("barge")
    new = Floor(linked=False)
    entries = [Entry("s", "pbx", f.boot, 1, n, f.at_ms, f.event) for n, f in enumerate(floor.facts)]
    new.translator = Translator()
    new.translator.recall(entries)
    new.at = 40.0
    new.link()
    spy = SPY | {"ApplicationData": "1.1,uqESB"}
    row = MonitoringRow(LEG, "PJSIP/1001", PHONE, "barge", START_MS + 10_000, COMMAND)
    assert monitorings(new.lists(CALLER, AGENT, spy)) == [row]
    new.stop()
    assert new.hang_up(LEG) == [STOPPED]


def test_a_new_life_knows_who_was_taken_over(floor: Floor) -> None:
    floor.answered()
    floor.taken_over()
    new = Floor(linked=False)
    new.translator.recall([Entry("s", "pbx", f.boot, 1, n, f.at_ms, f.event) for n, f in enumerate(floor.facts)])
    new.at = 40.0
    new.link()
    taker = listed(LEG, "PJSIP/2001-0000009", "Bridge", "1.0", BridgeId="taken")
    (row,) = monitorings(new.lists(CALLER | {"BridgeId": "taken"}, taker))
    assert (row.agent, row.mode, row.started_at_ms) == ("PJSIP/1001", "takeover", START_MS + 10_000)


def test_another_boot_has_no_sessions(floor: Floor) -> None:
    floor.answered()
    floor.spy("listen")
    floor.lost()
    floor.at = 30.0
    floor.link({"Response": "Success", "CoreStartupDate": "2026-11-22", "CoreStartupTime": "08:00:00"})
    assert not floor.translator.monitoring.sessions
    assert monitorings(floor.lists()) == []
    assert not [fact for fact in floor.facts if isinstance(fact.event, OwnCallStarted)]
