"""Every numbered point of the field notes that an AMI stream can show, shown: by its trap, or always."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from collectors.simulator import TRAPS, SimulatorConfig, SimulatorError

from .desk import Desk
from .worlds import Event, Run

SHORT = {"talk_mean_s": 40.0, "patience_mean_s": 60.0}


def trapped(number: int, seconds: float = 900, **config: object) -> Run:
    return Run(seconds, traps=frozenset({number}), **{**SHORT, **config})


def of_call(run: Run, call: str) -> list[Event]:
    return [
        event
        for event in run.events
        if call in {event.get("Linkedid"), event.get("DestLinkedid"), event.get("Uniqueid")}
    ]


def test_every_point_has_its_line_and_the_silent_ones_are_refused() -> None:
    assert sorted(TRAPS) == list(range(1, 53))
    for number, trap in TRAPS.items():
        if trap.shown == "never":
            with pytest.raises(SimulatorError, match="An AMI stream cannot show it"):
                SimulatorConfig(traps=frozenset({number}))


def test_the_page_lists_every_point_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")
    for number, trap in TRAPS.items():
        assert f"| {number} | {trap.shown} | {trap.what} |" in page


def test_point_1_a_redirected_callers_conversation_ends_late_and_too_long() -> None:
    run = trapped(1, seed=5)
    rows = run.truth["talk_overcounted_by_queue_log"]
    assert len(rows) > 3
    row = rows[0]
    story = of_call(run, row["call"])
    late = next(
        e
        for e in story
        if e.name == "AgentComplete" and e["TalkTime"] == str(row["said_s"]) and "DestChannel" not in e.values
    )
    connect = next(e for e in story if e.name == "AgentConnect" and e["Interface"] == row["agent"])
    leave = next(e for e in story if e.name == "BridgeLeave" and e["Uniqueid"] == connect["Uniqueid"])
    assert float(leave["Timestamp"]) < float(late["Timestamp"])
    legs = [e for e in story if e.name == "HangupRequest" and e["Uniqueid"] == connect["DestUniqueid"]]
    assert not legs, "the agent's phone did not ask"


def test_point_2_an_abandon_event_also_for_timeout_empty_and_withdraw(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    run = trapped(2, 1200, calls_per_hour=1300, queue_log_path=log)
    words = Counter(line.split("|")[4] for line in log.read_text(encoding="utf-8").splitlines())
    assert {"EXITWITHTIMEOUT", "EXITEMPTY", "WITHDRAW", "EXITWITHKEY", "ABANDON"} <= set(words)
    said = len(run.named("QueueCallerAbandon"))
    assert said == words["ABANDON"] + words["EXITWITHTIMEOUT"] + words["EXITEMPTY"] + words["WITHDRAW"]
    assert not run.named("UserEvent")


def test_point_3_an_abandon_is_two_events_and_an_answer_is_leave_then_connect() -> None:
    run = Run(900, calls_per_hour=700, **SHORT)
    order = defaultdict(list)
    for event in run.named("QueueCallerAbandon", "QueueCallerLeave", "AgentConnect"):
        order[event["Uniqueid"], event["Queue"]].append(event.name)
    assert order
    stories = {tuple(names) for names in order.values() if len(names) <= 2}
    assert stories <= {
        ("QueueCallerAbandon", "QueueCallerLeave"),
        ("QueueCallerLeave", "AgentConnect"),
        ("QueueCallerLeave",),
    }


def test_point_4_a_full_queue_prints_no_queue_event() -> None:
    run = trapped(4, calls_per_hour=1200)
    full = [event for event in run.named("UserEvent") if event["Status"] == "FULL"]
    refused = sum(queue["refused"] for queue in run.truth["queues"].values())
    assert len(full) == refused > 0
    call = full[0]["Uniqueid"]
    assert not [event for event in run.named("QueueCallerJoin", "QueueCallerAbandon") if event["Uniqueid"] == call]
    assert {event["Count"] for event in run.named("QueueCallerJoin") if event["Queue"] == "sales"} <= {"1", "2"}


def test_point_5_completed_is_too_low() -> None:
    run = trapped(5)
    done = {queue.id: queue.completed for queue in run.world.queues.values()}
    real = {name: len(queue["talks"]) for name, queue in run.truth["queues"].items()}
    assert any(done[name] < real[name] for name in done)
    assert all(done[name] <= real[name] for name in done)


def test_point_6_calls_taken_rise_in_every_queue_and_reset_says_nothing() -> None:
    run = Run(600, **SHORT)
    members = [event for event in run.named("QueueMemberStatus") if int(event["CallsTaken"]) > 0]
    by_agent = defaultdict(set)
    for event in members:
        by_agent[event["Interface"], event["Timestamp"].split(".")[0]].add((event["CallsTaken"], event["LastCall"]))
    assert any(len(run.world.agents[0].members) > 1 for _ in by_agent)
    desk = Desk(run)
    before = len(desk.received)
    reply = desk.ask("QueueReset")
    assert [event["Response"] for event in reply] == ["Success"]
    assert desk.received[before:].count(b"Event: ") == 0
    rows = desk.ask("QueueStatus")
    assert {row["CallsTaken"] for row in rows if row.name == "QueueMember"} == {"0"}
    assert {row["Completed"] for row in rows if row.name == "QueueParams"} == {"0"}


def test_point_7_a_clean_stop_is_a_storm_and_a_kill_is_silence(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    run = trapped(7, 0, warm_up_s=60, queue_log_path=log, calls_per_hour=900)
    ends: list[list[str]] = []
    run.world.disasters.went_down = lambda: ends.append([sent.name for sent in run.sent[-40:]])
    run.world.run_until(run.world.start_at + 420)
    run.world.log.flush()
    clean, killed = ends
    assert clean[-1] == "Shutdown"
    assert Counter(clean)["Hangup"] >= 8
    assert "Shutdown" not in killed
    lost = [queue["lost_waiting"] + queue["lost_talking"] for queue in run.truth["queues"].values()]
    assert sum(lost) > 5
    assert log.read_text(encoding="utf-8").count("QUEUESTART") == 3
    assert run.world.startup_at > run.world.born_at + 300


def test_point_8_ring_time_is_seconds_on_answer_and_milliseconds_on_no_answer() -> None:
    run = Run(900, missed_share=0.5, **SHORT)
    assert all(int(event["RingTime"]) < 20 for event in run.named("AgentConnect"))
    missed = [int(event["RingTime"]) for event in run.named("AgentRingNoAnswer") if event["RingTime"] != "0"]
    assert missed
    assert all(time_ms % 1000 == 0 and time_ms >= 1000 for time_ms in missed)


def test_point_9_one_caller_is_twice_in_one_queue() -> None:
    run = trapped(9, 1500)
    joins = Counter((event["Uniqueid"], event["Queue"]) for event in run.named("QueueCallerJoin"))
    assert max(joins.values()) > 1


def test_point_10_headers_are_missing() -> None:
    shapes = Counter(
        ("Channel" in event.values, "DestChannel" in event.values) for event in trapped(10).named("AgentComplete")
    )
    assert shapes[True, False] > 3
    assert shapes[False, False] > 0
    assert shapes[True, True] > 10


def test_point_10_an_optimised_agents_complete_names_his_phone() -> None:
    run = Run(900, agents=26, **SHORT)
    connects = {
        event["Uniqueid"]: event for event in run.named("AgentConnect") if event["Interface"] == "Local/1006@agents"
    }
    completes = {
        event["Uniqueid"]: event for event in run.named("AgentComplete") if event["Interface"] == "Local/1006@agents"
    }
    both = set(connects) & set(completes)
    assert both
    for call in both:
        assert connects[call]["DestChannel"].endswith(";1")
        assert completes[call]["DestChannel"].startswith("PJSIP/1006-")


def test_point_11_the_reason_is_transfer_and_comes_at_the_transfer() -> None:
    run = trapped(11, 1800)
    reasons = Counter(event["Reason"] for event in run.named("AgentComplete"))
    assert set(reasons) == {"caller", "agent", "transfer"}
    names = [event.name for event in run.events]
    place = names.index("BlindTransfer")
    assert "AgentComplete" in names[place : place + 3]
    assert "BridgeLeave" in names[place + 2 : place + 6]


def test_point_12_busy_phones_print_no_answer_again_and_again_and_pause_themselves() -> None:
    run = trapped(12, missed_share=0.3)
    assert len([event for event in run.named("AgentRingNoAnswer") if event["RingTime"] == "0"]) > 5
    automatic = [event for event in run.named("QueueMemberPause") if event["PausedReason"] == "Auto-Pause"]
    assert automatic
    assert {event["Queue"] for event in automatic} == {"vip"}


def test_point_12_losers_of_ringall_get_no_agent_event() -> None:
    run = Run(1200, agents=24, **SHORT)
    lost = [event for event in run.named("Hangup") if event["Cause"] == "26"]
    assert lost
    named = {event.get("DestUniqueid") for event in run.named("AgentConnect", "AgentRingNoAnswer", "AgentComplete")}
    assert not named & {event["Uniqueid"] for event in lost}


def test_point_13_an_abandoning_caller_names_the_agent_that_rang_last() -> None:
    run = Run(1500, missed_share=0.9, calls_per_hour=500, **{**SHORT, "patience_mean_s": 25.0})
    assert [event for event in run.named("QueueCallerAbandon") if event["ConnectedLineNum"].startswith("10")]


def test_point_14_positions_and_priorities_change_in_silence() -> None:
    desk = Desk(Run(60, calls_per_hour=4000))
    waiting = [row for row in desk.ask("QueueStatus") if row.name == "QueueEntry" and row["Position"] == "3"]
    before = len(desk.received)
    desk.ask("QueueChangePriorityCaller", Queue=waiting[0]["Queue"], Caller=waiting[0]["Channel"], Priority="9")
    assert desk.received[before:].count(b"Event: ") == 0
    rows = [row for row in desk.ask("QueueStatus", Queue=waiting[0]["Queue"]) if row.name == "QueueEntry"]
    assert (rows[0]["Channel"], rows[0]["Priority"]) == (waiting[0]["Channel"], "9")


def test_point_15_a_ringing_phone_reports_3_and_a_second_call_7() -> None:
    statuses = Counter(event["Status"] for event in trapped(15).named("QueueMemberStatus"))
    assert statuses["7"] > 0
    assert statuses["3"] > 3
    assert not {"3", "7"} & {event["Status"] for event in Run(300, **SHORT).named("QueueMemberStatus")}


def test_point_16_in_call_is_stale() -> None:
    def stale(run: Run) -> float:
        talking = {agent.interface for agent in run.world.agents}
        rows = [e for e in run.named("QueueMemberStatus") if e["Status"] == "2" and e["Interface"] in talking]
        return sum(event["InCall"] == "0" for event in rows) / len(rows)

    assert stale(trapped(16)) > stale(Run(900, **SHORT)) + 0.2


def test_point_17_one_change_is_one_event_per_queue_and_names_vary() -> None:
    run = trapped(17)
    names = defaultdict(set)
    bursts = defaultdict(list)
    for event in run.named("QueueMemberStatus"):
        names[event["Interface"]].add(event["MemberName"])
        bursts[event["Interface"], event["Timestamp"][:-3], event["Status"]].append(event["Queue"])
    assert max(map(len, names.values())) > 1
    sizes = {agent.interface: len(agent.members) for agent in run.world.agents}
    assert any(len(queues) == sizes[interface] > 1 for (interface, _, _), queues in bursts.items())


def test_point_18_pauses_repeat_and_the_unpause_has_a_reason() -> None:
    run = trapped(18, 2400)
    story = defaultdict(list)
    for event in run.named("QueueMemberPause"):
        story[event["Interface"], event["Queue"]].append((event["Paused"], event["PausedReason"]))
    pairs = [pair for events in story.values() for pair in pairwise(events)]
    assert any(first[0] == second[0] == "1" for first, second in pairs)
    assert any(first[0] == second[0] == "0" for first, second in pairs)
    assert any(paused == "0" and reason for events in story.values() for paused, reason in events)


def test_point_19_names_of_headers_differ() -> None:
    desk = Desk(Run(60, warm_up_s=30))
    rows = desk.ask("QueueStatus")
    member = next(row for row in rows if row.name == "QueueMember")
    assert {"Name", "Location"} <= set(member.values)
    assert not {"MemberName", "Interface", "Ringinuse"} & set(member.values)
    assert "Holdtime" in next(row for row in rows if row.name == "QueueParams").values
    assert "HoldTime" in next(row for row in desk.ask("QueueSummary") if row.name == "QueueSummary").values


def test_point_20_added_paused_without_a_pause_and_removed_in_a_call() -> None:
    run = trapped(20, 3000, seed=3)
    added = [event for event in run.named("QueueMemberAdded") if event["Paused"] == "1"]
    assert added
    place = [event.name for event in run.events if event.get("Interface") == added[0]["Interface"]]
    assert "QueueMemberPause" not in place[place.index("QueueMemberAdded") : place.index("QueueMemberAdded") + 2]
    gone: set[tuple[str, str]] = set()
    late = []
    for event in run.named("QueueMemberRemoved", "QueueMemberAdded", "AgentComplete", "AgentRingNoAnswer"):
        key = (event["Interface"], event["Queue"])
        if event.name == "QueueMemberRemoved":
            gone.add(key)
        elif event.name == "QueueMemberAdded":
            gone.discard(key)
        elif key in gone:
            late.append(event)
    assert late


def test_point_21_queue_log_has_the_interface_where_members_come_and_go(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    trapped(20, 1200, queue_log_path=log)
    rows = [line.split("|") for line in log.read_text(encoding="utf-8").splitlines()]
    assert all("/" in row[3] for row in rows if row[4] in {"ADDMEMBER", "REMOVEMEMBER"})
    assert not any("/" in row[3] for row in rows if row[4] in {"CONNECT", "PAUSE", "COMPLETECALLER"})


def test_point_22_the_summary_has_moving_averages() -> None:
    run = Run(1200, warm_up_s=0, **SHORT)
    rows = {row["Queue"]: row for row in Desk(run).ask("QueueSummary") if row.name == "QueueSummary"}
    talks = {name: queue["talks"] for name, queue in run.truth["queues"].items()}
    name = max(talks, key=lambda each: len(talks[each]))
    assert int(rows[name]["TalkTime"]) == run.world.queues[name].talk_s
    assert abs(int(rows[name]["TalkTime"]) - sum(talks[name]) / len(talks[name])) > 0.5


def test_point_23_a_comma_cuts_a_name_after_a_restart() -> None:
    run = Run(60, traps=frozenset({23}), agents=60)
    desk = Desk(run)
    before = {row["Name"] for row in desk.ask("QueueStatus") if row.name == "QueueMember"}
    assert any("," in name for name in before)
    run.world.disasters.kill()
    desk.wait(10)
    rows = [row for row in desk.ask("QueueStatus") if row.name == "QueueMember"]
    phantoms = [row for row in rows if row["Name"] == "0"]
    assert phantoms
    assert phantoms[0]["Location"].startswith(" ")
    assert not any("," in row["Name"] for row in rows if row["Membership"] == "dynamic")


def test_point_24_a_lost_phone_prints_three_kinds_in_order() -> None:
    names = [event.name for event in trapped(24).events]
    place = names.index("PeerStatus")
    tail = [name for name in names[place : place + 9] if name in {"PeerStatus", "QueueMemberStatus", "ContactStatus"}]
    assert tail[0] == "PeerStatus"
    assert tail[-1] == "ContactStatus" or "ContactStatus" in tail
    assert tail.index("QueueMemberStatus") < tail.index("ContactStatus")


def test_point_25_unique_ids_are_text_and_channel_names_come_again() -> None:
    run = Run(200, traps=frozenset({25}), warm_up_s=0)
    first = {event["Channel"]: event["Uniqueid"] for event in run.named("Newchannel")}
    assert all(unique.startswith("bj-pbx1-") for unique in first.values())
    assert all(event["SystemName"] == "bj-pbx1" for event in run.events)
    run.world.disasters.kill()
    run.sent.clear()
    run.world.run_until(run.world.engine.now + 120)
    second = {event["Channel"]: event["Uniqueid"] for event in run.named("Newchannel")}
    again = set(first) & set(second)
    assert again
    assert all(first[name] != second[name] for name in again)


def test_point_26_a_local_half_becomes_the_caller_of_another_queue() -> None:
    run = trapped(26, 2400)
    joins = [event for event in run.named("QueueCallerJoin") if event["Channel"].startswith("Local/")]
    assert joins
    linked = joins[0]["Linkedid"]
    story = [event for event in run.events if event.get("Linkedid") == linked]
    names = [event.name for event in story]
    assert names.count("QueueCallerJoin") >= 2
    join = story.index(
        next(event for event in story if event.name == "QueueCallerJoin" and event["Channel"].startswith("Local/"))
    )
    agent = joins[0]["Channel"].partition("-")[0] + "/n"
    ends = [place for place, event in enumerate(story) if event.name == "AgentComplete" and event["Interface"] == agent]
    assert ends
    assert ends[-1] > join, "the first conversation goes on"


def test_point_27_a_local_agent_has_two_legs_and_the_optimised_one_fails_successfully() -> None:
    run = Run(900, agents=26, **SHORT)
    call = next(event for event in run.named("AgentConnect") if event["Interface"] == "Local/1005@agents/n")
    story = of_call(run, call["Linkedid"])
    assert [event.name for event in story].count("DialBegin") >= 2
    assert len({event["BridgeUniqueid"] for event in story if event.name == "BridgeEnter"}) >= 2
    ends = run.named("LocalOptimizationEnd")
    assert ends
    assert {event["Success"] for event in ends} == {"No"}
    assert [event for event in run.named("BridgeEnter") if event.get("SwapUniqueid")]


def test_point_28_dial_end_twice_for_one_leg() -> None:
    def most(run: Run) -> int:
        return max(Counter(event["DestUniqueid"] for event in run.named("DialEnd")).values())

    assert most(trapped(28, 1500, missed_share=0.3)) == 2
    assert most(Run(900, missed_share=0.3, **SHORT)) == 1


def test_point_29_unhold_without_hold_and_hold_without_unhold() -> None:
    run = trapped(29, 2400)
    holds = Counter((event["Uniqueid"], event.name) for event in run.named("Hold", "Unhold"))
    channels = {unique for unique, _ in holds}
    assert any(holds[unique, "Unhold"] > holds[unique, "Hold"] for unique in channels)
    assert any(holds[unique, "Hold"] > holds[unique, "Unhold"] for unique in channels)
    assert any(event["Channel"].startswith("Local/") for event in run.named("Hold"))


def test_point_30_a_blonde_transfer_leaves_the_channel_listed() -> None:
    run = trapped(30, 2400)
    transfer = run.named("AttendedTransfer")[0]
    leg = transfer["OrigTransfererUniqueid"]
    end = next(event for event in run.named("Hangup") if event["Uniqueid"] == leg)
    complete = next(event for event in run.named("AgentComplete") if event.get("DestUniqueid") == leg)
    assert float(complete["Timestamp"]) - float(transfer["Timestamp"]) < 0.1
    assert float(end["Timestamp"]) - float(transfer["Timestamp"]) > 1


def test_points_31_and_32_a_spy_tells_no_mode_and_stops_before_the_hangup() -> None:
    run = trapped(31, 1200)
    starts, stops = run.named("ChanSpyStart"), run.named("ChanSpyStop")
    assert len(starts) > 10
    assert len(starts) - len(stops) in {0, 1}
    assert not any("listen" in event.values.values() for event in starts)
    hangups = {event["Uniqueid"]: float(event["Timestamp"]) for event in run.named("Hangup")}
    for stop in stops:
        for leg in ("SpyerUniqueid", "SpyeeUniqueid"):
            assert hangups.get(stop[leg], float("inf")) >= float(stop["Timestamp"])
    spyer = starts[0]["SpyerUniqueid"]
    assert {"Newchannel", "DialBegin", "Newstate", "DialEnd"} <= {
        event.name for event in run.events if spyer in {event.get("Uniqueid"), event.get("DestUniqueid")}
    }


def test_point_33_own_calls_have_no_queue_event() -> None:
    run = Run(1200, own_calls_per_hour=10, **SHORT)
    own = [
        event for event in run.named("Newchannel") if event["Context"] == "internal" and event["ChannelState"] == "4"
    ]
    assert len(own) > 10
    legs = {event["Uniqueid"] for event in own}
    queue_events = run.named("QueueCallerJoin", "AgentCalled", "AgentConnect", "AgentComplete")
    assert not legs & {value for event in queue_events for value in (event.get("Uniqueid"), event.get("DestUniqueid"))}


def test_point_34_several_cdrs_per_call_in_local_time() -> None:
    rows = trapped(34).named("Cdr")
    assert max(Counter(row["UniqueID"] for row in rows).values()) > 1
    assert all(len(row["EndTime"]) == len("2026-11-21 18:23:39") for row in rows)


def test_point_35_two_empty_lines_in_a_row() -> None:
    assert Desk(Run(5)).send(b"Action: QueueRule\r\n\r\n").endswith(b"\r\n\r\n\r\n")
    assert any(sent.data.endswith(b"\r\n\r\n\r\n") for sent in trapped(35, 300).sent)


def test_point_36_events_with_somebody_elses_action_id() -> None:
    run = Run(300, warm_up_s=30, traps=frozenset({31, 36}))
    events = [event for event in run.events if event.get("ActionID")]
    assert any(event.name == "UserEvent" for event in events)
    response = next(event for event in run.events if event.name == "OriginateResponse")
    assert {"Event", "Response", "ActionID"} <= set(response.values)


def test_point_37_live_events_inside_a_list() -> None:
    run = Run(60, traps=frozenset({37}), warm_up_s=30, calls_per_hour=2000)
    desk = Desk(run)
    before = len(desk.received)
    desk.ask("QueueStatus", ActionID="list")
    desk.wait(3)
    desk.time_out()
    text = desk.received[before:]
    inside = text[text.index(b"EventList: start") : text.index(b"EventList: Complete")]
    assert b"Privilege: call,all" in inside
    assert text.count(b"Event: QueueMember\r\n") == sum(len(queue.members) for queue in run.world.queues.values())
    rows = desk.ask("DeviceStateList", ActionID="states")
    desk.time_out()
    assert {row.name for row in rows if row.get("ActionID") == "states"} >= {"DeviceStateChange"}


def test_point_38_timestamps_go_back() -> None:
    stamps = [float(event["Timestamp"]) for event in trapped(38, 300).events]
    assert stamps != sorted(stamps)
    tame = [float(event["Timestamp"]) for event in Run(300).events]
    assert tame == sorted(tame)


def test_point_39_channel_variables_repeat_with_their_prefix() -> None:
    run = trapped(39, 300)
    called = run.named("AgentCalled")[0].headers
    assert [value for key, value in called if key == "ChanVariable"][1:] == ["QUEUENAME=", "LANGUAGE_PREF="]
    assert len([key for key, _ in called if key == "DestChanVariable"]) == 3


def test_point_40_unknown_has_three_spellings_and_losers_two_causes() -> None:
    run = Run(900, **SHORT)
    assert [event for event in run.named("QueueCallerJoin") if event["CallerIDName"] == "<unknown>"]
    full = Run(60, calls_per_hour=4000)
    rows = [row for row in Desk(full).ask("QueueStatus") if row.name == "QueueEntry"]
    assert "unknown" in {row["CallerIDName"] for row in rows}
    assert {"0", "26"} <= {event["Cause"] for event in run.named("Hangup")}


def test_point_41_hostile_names_pass() -> None:
    run = trapped(41, 900)
    data = b"".join(sent.data for sent in run.sent)
    for text in (
        b"<img onerror=alert(1) src=x>",
        b"O\\'Brien, Pat",
        "\ufffd".encode() * 4,
        b"\\t",
        b"ctl\x01\x02\x7f",
        b"\xff\xfe",
    ):
        assert text in data
    names = [event["CallerIDName"] for event in run.named("QueueCallerJoin")]
    assert max(len(name.encode()) for name in names) <= 80
    assert any(
        '"' in event["MemberName"] and "\\" not in event["MemberName"] for event in run.named("QueueMemberStatus")
    )


def test_point_42_fully_booted_comes_with_the_reply_and_a_wrong_password_late() -> None:
    run = Run(5)
    assert [event.get("Event") or event["Response"] for event in Desk(run).login[:2]] == ["Success", "FullyBooted"]
    desk = Desk(run, secret="wrong")
    assert desk.login == []
    assert not desk.closed
    desk.time_out()
    assert desk.received.endswith(b"Response: Error\r\nActionID: a1\r\nMessage: Authentication failed\r\n\r\n")
    assert desk.closed


def test_point_43_masks_and_classes_hide_events_but_no_list() -> None:
    desk = Desk(Run(30, warm_up_s=30), events="off")
    assert [event["Response"] for event in desk.login] == ["Success"]
    assert desk.wait(60) == []
    assert len(desk.ask("QueueStatus")) > 20
    assert desk.ask("Events", EventMask="nonsense")[0]["Events"] == "Off"
    assert desk.ask("Events", EventMask="agent,call")[0]["Events"] == "On"
    kinds = {event["Privilege"].split(",")[0] for event in desk.wait(120)}
    assert kinds == {"agent", "call"}
    reader = Desk(Run(30, warm_up_s=30, noise=frozenset({"rtcp", "varset", "cel"})), user="readonly")
    assert [event.get("Event") or event["Response"] for event in reader.login] == ["Success"]
    seen = {event.name for event in reader.wait(40)}
    assert {"CEL", "RTCPSent"} <= seen
    assert not {"VarSet", "PeerStatus", "FullyBooted"} & seen


def test_point_44_limits_of_a_message_and_a_late_failure() -> None:
    desk = Desk(Run(5))
    long = desk.send(b"Action: UserEvent\r\nActionID: big\r\nV: " + b"y" * 2000 + b"\r\n\r\n")
    assert long == b"Response: Error\r\nActionID: big\r\nMessage: Failed to parse message: line too long\r\n\r\n"
    many = b"".join(b"H%d: 1\r\n" % number for number in range(200))
    answer = desk.send(b"Action: Ping\r\nActionID: many\r\n" + many + b"\r\n")
    assert (
        answer
        == b"Response: Error\r\nActionID: many\r\nMessage: Too many lines in message or allocation failure\r\n\r\n"
    )
    assert desk.ask("Ping")[0]["Ping"] == "Pong"
    queued = desk.ask("Originate", Channel="PJSIP/9999", Application="Echo", Async="true", ActionID="o1")
    assert queued[0]["Message"] == "Originate successfully queued"
    failed = next(event for event in desk.wait(2) if event.name == "OriginateResponse")
    assert (failed["Response"], failed["Reason"], failed["ActionID"], failed["Uniqueid"]) == (
        "Failure",
        "0",
        "o1",
        "<unknown>",
    )


def test_point_47_a_reload_says_nothing_of_the_new_member() -> None:
    run = trapped(47, 400)
    known = {(event["Queue"], event["Interface"]) for event in run.named("QueueMemberAdded")}
    assert run.named("Reload")[0]["Module"] == "app_queue"
    planned = {(queue, agent.interface) for agent in run.world.staff.agents for queue in agent.queues}
    rows = [row for row in Desk(run).ask("QueueStatus") if row.name == "QueueMember"]
    new = {(row["Queue"], row["Location"]) for row in rows} - planned
    assert new
    assert not new & known


def test_point_48_the_first_events_are_of_unknown_calls_and_times_have_no_zone() -> None:
    run = Run(120, warm_up_s=60)
    joined = {event["Uniqueid"] for event in run.named("QueueCallerJoin")}
    ended = {event.get("Uniqueid") for event in run.named("AgentComplete")}
    assert ended - joined
    status = Desk(run).ask("CoreStatus")[0]
    assert (status["CoreStartupDate"], status["CoreStartupTime"]) == ("2026-11-22", "02:39:00")


def test_point_49_http_is_said_to_be_off_and_an_unknown_command_is_an_error_with_output() -> None:
    desk = Desk(Run(5))
    assert desk.ask("CoreSettings")[0]["CoreHTTPenabled"] == "No"
    reply = desk.ask("Command", Command="no such command")[0]
    assert (reply["Response"], reply["Message"]) == ("Error", "Command output follows")
    assert reply["Output"].startswith("No such command 'no such command'")
