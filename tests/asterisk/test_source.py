"""Many lives of a link: start, loss, overflow, reload, take-over; the same steps each time. Real sockets, time by hand."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from collectors.asterisk.codec import Message
from collectors.asterisk.login import LinkConfig
from collectors.asterisk.queue_log import QueueLogLine, parse
from collectors.asterisk.session import Pace
from collectors.asterisk.switch import AsteriskSwitch
from collectors.asterisk.translate import WANTED_EVENTS, Translator
from collectors.events import Answered, Event, Fact, LinkLost, LinkRestored, QueueEntered, SnapshotTaken, SourceAlive
from collectors.link import ActionRefused, LoginFailed
from collectors.source import Source, SourcePace
from collectors.waits import Waits
from tests.asterisk.loop import ManualClock, in_loop, until
from tests.asterisk.scripted import SECRET, Peer, ScriptedSwitch, listing, message, refusal, reply, scripted
from tests.patience import HANG_S

LISTS = ("QueueStatus", "CoreShowChannels", "BridgeList")


class Watched:
    """A source over a scripted switch, and every fact that it gave."""

    def __init__(self, switch: ScriptedSwitch, *, reads_log: bool = False, **changes: object) -> None:
        self.clock = ManualClock()
        self.facts: list[Fact] = []
        self.lines: list[QueueLogLine] = []
        self.reads = 0
        pace = changes.pop("pace", Pace())
        source_pace = changes.pop("source_pace", SourcePace())
        self.translator = Translator()
        config = LinkConfig("pbx", port=switch.port, username="sup", secret=SECRET, pace=pace)  # type: ignore[arg-type]
        self.link = AsteriskSwitch(config, self.clock, WANTED_EVENTS)
        self.source: Source[Message, QueueLogLine] = Source(
            self.link,
            self.translator,
            self.facts.extend,
            self.clock,
            read_log=self._read if reads_log else None,
            waits=Waits(lambda: 0.0),
            pace=source_pace,  # type: ignore[arg-type]
            **changes,  # type: ignore[arg-type]
        )

    def _read(self) -> list[QueueLogLine]:
        self.reads += 1
        lines, self.lines = self.lines, []
        return lines

    @property
    def told(self) -> list[Event]:
        """All facts but the heartbeats."""
        return [fact.event for fact in self.facts if not isinstance(fact.event, SourceAlive)]

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.told if isinstance(event, kind)]

    async def pass_until(self, is_so: Callable[[], bool], *, within_s: float = 600, step_s: float = 0.5) -> float:
        """Lets time pass in steps until it is so; sockets work meanwhile. Returns the seconds that passed."""
        passed = 0.0
        while not is_so():
            assert passed < within_s, f"not within {within_s} s; told: {self.told}"
            await self.clock.advance(step_s)
            passed += step_s
            for _ in range(50):
                await asyncio.sleep(0)
        return passed

    async def live(self) -> None:
        await until(lambda: self.source.why_not_live == "" and bool(self.of(SnapshotTaken)))


@asynccontextmanager
async def watching(switch: ScriptedSwitch, *, reads_log: bool = False, **changes: object) -> AsyncIterator[Watched]:
    watched = Watched(switch, reads_log=reads_log, **changes)
    task = asyncio.create_task(watched.source.run())
    try:
        yield watched
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def joined(queue: str, call: str) -> bytes:
    return message(
        ("Event", "QueueCallerJoin"),
        ("Queue", queue),
        ("Uniqueid", call),
        ("Channel", f"PJSIP/{call}"),
        ("Position", "1"),
    )


def lists_asked(switch: ScriptedSwitch) -> int:
    return sum(peer.actions.count("QueueStatus") for peer in switch.peers)


# -- start -------------------------------------------------------------------------------------------------------------


@in_loop
async def test_connect_subscribe_snapshot_live() -> None:
    async with scripted() as switch, watching(switch) as watched:
        await watched.live()
        assert [type(event) for event in watched.told] == [LinkRestored, SnapshotTaken]
        assert {fact.boot for fact in watched.facts if isinstance(fact.event, SnapshotTaken)} == {"2026-11-21 18:39:53"}
        asked = switch.peer.actions
        assert asked.index("Events") < asked.index("CoreStatus") < asked.index("QueueStatus")
        switch.peer.push(joined("sales", "1.1"))
        await until(lambda: bool(watched.of(QueueEntered)))


@in_loop
async def test_what_arrives_during_the_listing_is_applied_before_the_snapshot() -> None:
    def with_events(asked: Message) -> bytes:
        return joined("sales", "1.1") + listing(asked, "QueueStatusComplete") + joined("sales", "1.2")

    async with scripted({"QueueStatus": with_events}) as switch, watching(switch) as watched:
        await watched.live()
        kinds = [type(event) for event in watched.told]
        assert kinds == [LinkRestored, QueueEntered, QueueEntered, SnapshotTaken]
        (taken,) = watched.of(SnapshotTaken)
        assert isinstance(taken, SnapshotTaken)
        assert [row.call for row in taken.waiting] == ["1.1", "1.2"]


@in_loop
async def test_the_switchs_heartbeat_is_told_and_its_skew_is_the_translators() -> None:
    async with scripted() as switch, watching(switch) as watched:
        await watched.live()
        await watched.pass_until(lambda: sum(isinstance(fact.event, SourceAlive) for fact in watched.facts) >= 3)
        assert watched.translator.skew_ms != 0


@in_loop
async def test_a_wrong_password_at_the_first_start_is_told_and_raised() -> None:
    async with scripted({"Login": lambda asked: refusal(asked, "Authentication failed")}) as switch:
        watched = Watched(switch)
        with pytest.raises(LoginFailed):
            await watched.source.run()
        assert [event.reason for event in watched.of(LinkLost) if isinstance(event, LinkLost)] == ["login_failed"]


@in_loop
async def test_a_missing_write_class_is_told_in_words() -> None:
    async with scripted({"CoreShowChannels": refusal}) as switch:
        with pytest.raises(ActionRefused, match="add the class 'reporting' to 'write' of the account 'sup'"):
            await Watched(switch).source.run()


@in_loop
async def test_a_host_that_is_down_is_waited_for_and_told_once() -> None:
    async with scripted() as switch:
        port = switch.port
    async with watching(switch) as watched:
        await until(lambda: bool(watched.of(LinkLost)))
        await watched.pass_until(lambda: watched.source.counts.attempts >= 5)
        assert [event.reason for event in watched.of(LinkLost) if isinstance(event, LinkLost)] == ["refused"]
        assert "refuses connections" in watched.source.why_not_live
        async with scripted(port=port):
            await watched.pass_until(lambda: bool(watched.of(SnapshotTaken)), within_s=10)


# -- loss --------------------------------------------------------------------------------------------------------------


@in_loop
async def test_row_1_a_cut_link_is_told_at_once_and_mended_with_a_marked_gap() -> None:
    async with scripted() as switch, watching(switch) as watched:
        await watched.live()
        switch.peer.push(joined("sales", "1.1"))
        await until(lambda: bool(watched.of(QueueEntered)))
        heard_ms = watched.clock.now_ms()
        await watched.clock.advance(1)
        switch.peer.reset()
        await until(lambda: bool(watched.of(LinkLost)))
        (lost,) = watched.of(LinkLost)
        assert lost == LinkLost("closed", heard_ms)
        passed = await watched.pass_until(lambda: len(watched.of(SnapshotTaken)) == 2, within_s=10)
        assert 1 <= passed <= 3
        assert watched.of(LinkRestored)[1] == LinkRestored(heard_ms)
        taken = watched.of(SnapshotTaken)[1]
        assert isinstance(taken, SnapshotTaken)
        assert taken.gap_from_ms == heard_ms
        assert taken.waiting == []


@in_loop
async def test_a_talk_is_over_on_a_switch_that_came_back_without_any_channel() -> None:
    talk = (("Queue", "sales"), ("Uniqueid", "1.1"), ("Channel", "PJSIP/trunk-1"), ("Interface", "PJSIP/1001"))
    answered = message(("Event", "AgentConnect"), *talk, ("DestUniqueid", "1.2"), ("DestChannel", "PJSIP/1001-1"))
    async with scripted() as switch, watching(switch) as watched:
        await watched.live()
        switch.peer.push(joined("sales", "1.1") + answered)
        await until(lambda: bool(watched.of(Answered)))
        await watched.clock.advance(1)
        switch.peer.reset()
        await watched.pass_until(lambda: len(watched.of(SnapshotTaken)) == 2, within_s=10)
        taken = watched.of(SnapshotTaken)[1]
        assert isinstance(taken, SnapshotTaken)
        assert taken.handlings == []


@in_loop
async def test_row_2_a_half_open_link_is_dead_within_eight_seconds() -> None:
    async with scripted() as switch, watching(switch) as watched:
        await watched.live()
        usual = switch.answers
        switch.answers = {}
        passed = await watched.pass_until(lambda: bool(watched.of(LinkLost)))
        assert passed <= 8
        (lost,) = watched.of(LinkLost)
        assert isinstance(lost, LinkLost)
        assert lost.reason == "timeout"
        switch.answers = usual
        await watched.pass_until(lambda: len(watched.of(SnapshotTaken)) == 2, within_s=10)
        assert len(switch.peers) == 2


@in_loop
async def test_row_3_a_switch_that_closes_at_once_makes_no_hot_loop() -> None:
    async def turn_away(_: Peer) -> bool:
        return False

    async with scripted(greet=turn_away) as switch, watching(switch) as watched:
        await watched.pass_until(lambda: watched.source.counts.attempts >= 12)
        assert len(switch.peers) == watched.source.counts.attempts
        waits = [seconds for seconds in watched.clock.slept if seconds >= 1]
        assert waits == sorted(waits)
        assert len(waits) >= 11
        assert len(watched.of(LinkLost)) == 1


@in_loop
async def test_row_4_an_overflow_is_dropped_counted_and_resynced_on_the_same_link() -> None:
    async with scripted() as switch, watching(switch, pace=Pace(ring_messages=500)) as watched:
        await watched.live()
        switch.peer.push(message(("Event", "Hangup"), ("Uniqueid", "9.9")) * 5000)
        await until(lambda: len(watched.of(SnapshotTaken)) == 2)
        lost = watched.of(LinkLost)
        assert {event.reason for event in lost if isinstance(event, LinkLost)} == {"overflow"}
        assert watched.source.counts.overflows == len(lost) >= 1
        assert watched.source.read_counts()["dropped"] >= 500
        assert len(switch.peers) == 1


@in_loop
async def test_an_end_during_the_first_listing_starts_over() -> None:
    def die(_: Message) -> bytes:
        switch.peer.close()
        switch.answers["CoreShowChannels"] = usual
        return b""

    async with scripted() as switch:
        usual = switch.answers["CoreShowChannels"]
        switch.answers["CoreShowChannels"] = die
        async with watching(switch) as watched:
            await watched.pass_until(lambda: bool(watched.of(SnapshotTaken)), within_s=10)
            assert [type(event) for event in watched.told] == [LinkRestored, LinkLost, LinkRestored, SnapshotTaken]


@in_loop
async def test_a_wrong_password_after_a_good_start_is_retried() -> None:
    async with scripted() as switch, watching(switch) as watched:
        await watched.live()
        usual = switch.answers["Login"]
        switch.answers["Login"] = lambda asked: refusal(asked, "Authentication failed")
        switch.peer.close()
        await watched.pass_until(lambda: len(watched.of(LinkLost)) == 2)
        switch.answers["Login"] = usual
        await watched.pass_until(lambda: len(watched.of(SnapshotTaken)) == 2, within_s=30)


@in_loop
async def test_a_take_over_marks_the_gap_since_the_stream_knew_the_switch() -> None:
    async with scripted() as switch, watching(switch, known_until_ms=1_795_286_395_000) as watched:
        await watched.live()
        assert watched.told[0] == LinkRestored(1_795_286_395_000)


@in_loop
async def test_facts_lost_downstream_lead_to_a_marked_gap_on_the_same_link() -> None:
    async with scripted() as switch, watching(switch) as watched:
        await watched.live()
        watched.source.resync("overflow", 1_795_286_399_000)
        assert watched.source.why_not_live
        await until(lambda: len(watched.of(SnapshotTaken)) == 2)
        assert watched.told[2:4] == [LinkLost("overflow", 1_795_286_399_000), LinkRestored(1_795_286_399_000)]
        assert watched.source.why_not_live == ""
        assert len(switch.peers) == 1


@in_loop
async def test_the_collectors_own_end_is_told_once() -> None:
    async with scripted() as switch, watching(switch) as watched:
        await watched.live()
        watched.source.say_goodbye()
        watched.source.say_goodbye()
        assert watched.told[-1] == LinkLost("shutdown", watched.clock.now_ms())
        assert len(watched.of(LinkLost)) == 1


# -- load, reload, oddities --------------------------------------------------------------------------------------------


@in_loop
async def test_row_20_an_hour_costs_the_switch_one_full_snapshot_in_five_minutes() -> None:
    async with (
        scripted() as switch,
        watching(switch, pace=Pace(ping_every_s=60), source_pace=SourcePace(tick_s=5)) as watched,
    ):
        await watched.live()
        passed_s = await watched.pass_until(lambda: watched.source.counts.snapshots == 13, within_s=3700, step_s=5)
        assert 11 * 300 <= passed_s <= 12 * 310  # the first one after 20 s: nothing was heard on a quiet switch
        assert lists_asked(switch) == 13
        assert switch.peer.actions.count("CoreStatus") == 1


@in_loop
async def test_point_47_a_reload_is_listed_soon_and_a_second_one_waits() -> None:
    reload = message(("Event", "Reload"), ("Module", "app_queue"), ("Status", "0"))
    async with (
        scripted() as switch,
        watching(switch, pace=Pace(ping_every_s=60), source_pace=SourcePace(tick_s=2)) as watched,
    ):
        await watched.live()
        switch.peer.push(reload)
        await watched.pass_until(lambda: lists_asked(switch) == 2, within_s=5)
        await watched.pass_until(lambda: len(watched.of(SnapshotTaken)) == 2, within_s=5)
        switch.peer.push(reload)
        assert await watched.pass_until(lambda: lists_asked(switch) == 3, step_s=2) > 280
        assert watched.of(LinkLost) == []


@in_loop
async def test_a_missing_read_class_is_found_out_and_told_in_words() -> None:
    calls = iter(range(100))

    def changing(asked: Message) -> bytes:
        entry = (("Event", "QueueEntry"), ("Queue", "sales"), ("Uniqueid", str(next(calls))), ("Wait", "1"))
        return listing(asked, "QueueStatusComplete", entry)

    async with scripted({"QueueStatus": changing}) as switch, watching(switch) as watched:
        await watched.live()
        passed = await watched.pass_until(lambda: bool(watched.of(LinkLost)))
        assert passed <= 25
        assert [event.reason for event in watched.of(LinkLost) if isinstance(event, LinkLost)] == ["login_failed"]
        assert "the account 'sup' lacks the read class 'agent'" in watched.source.why_not_live


@in_loop
async def test_what_is_heard_is_not_doubted() -> None:
    calls = iter(range(100))

    def changing(asked: Message) -> bytes:
        entry = (("Event", "QueueEntry"), ("Queue", "sales"), ("Uniqueid", str(next(calls))), ("Wait", "1"))
        return listing(asked, "QueueStatusComplete", entry)

    heard = message(("Event", "QueueMemberStatus"), ("Privilege", "agent,all"))
    async with scripted({"QueueStatus": changing}) as switch, watching(switch) as watched:
        await watched.live()
        switch.peer.push(heard + message(("Event", "Hangup"), ("Privilege", "call,all")))
        passed = await watched.pass_until(lambda: lists_asked(switch) == 2)
        assert passed >= 290
        await watched.pass_until(lambda: watched.source.counts.snapshots == 2)
        assert watched.of(LinkLost) == []


@in_loop
async def test_a_message_that_is_not_understood_is_left_out() -> None:
    async with scripted() as switch, watching(switch) as watched:
        await watched.live()
        understood = watched.translator.message

        def stumble(one: Message, at_ms: int) -> list[Fact]:
            if one.get("Queue") == "odd":
                raise ValueError("odd")
            return understood(one, at_ms)

        watched.translator.message = stumble  # type: ignore[assignment, method-assign]
        switch.peer.push(joined("odd", "1.1") + joined("sales", "1.2"))
        await until(lambda: bool(watched.of(QueueEntered)))
        assert watched.source.counts.surprises == 1


@in_loop
async def test_the_switchs_log_is_read_before_the_boot_is_told_and_then_on() -> None:
    line = parse("1795286400|1.1|sales|NONE|ABANDON|1|1|5")
    assert line is not None
    async with scripted() as switch, watching(switch, reads_log=True) as watched:
        await watched.live()
        assert watched.reads == 2
        watched.lines = [line]
        await watched.clock.advance(0.5)
        await until(lambda: watched.reads == 3)
        assert watched.lines == []
        switch.peer.close()
        await until(lambda: bool(watched.of(LinkLost)))
        await until(lambda: watched.clock.sleepers == 2)
        await watched.clock.advance(0.5)
        await until(lambda: watched.reads == 4)


@in_loop
async def test_lines_are_not_lost_where_the_resync_that_read_them_is_cancelled() -> None:
    may_go_on = threading.Event()
    line = parse("1795286400|1.1|sales|NONE|ABANDON|1|1|5")
    assert line is not None
    readings = 0

    def slowly() -> list[QueueLogLine]:
        nonlocal readings
        readings += 1
        may_go_on.wait(HANG_S)
        return [line] if readings == 1 else []

    async with scripted() as switch:
        watched = Watched(switch)
        watched.source._log_lines = slowly
        told = watched.translator.log_line
        lines: list[QueueLogLine] = []

        def note(one: QueueLogLine, at_ms: int) -> list[Fact]:
            lines.append(one)
            return told(one, at_ms)

        watched.translator.log_line = note  # type: ignore[assignment, method-assign]
        task = asyncio.create_task(watched.source.run())
        await until(lambda: readings == 1)
        watched.source.resync("overflow", watched.clock.now_ms())
        await asyncio.sleep(0)
        may_go_on.set()
        await watched.live()
        assert lines == [line]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@in_loop
async def test_a_log_that_cannot_be_read_is_no_end() -> None:
    def fail() -> list[QueueLogLine]:
        raise PermissionError(13, "Permission denied", "queue_log")

    async with scripted() as switch:
        watched = Watched(switch)
        watched.source._log_lines = fail
        task = asyncio.create_task(watched.source.run())
        await watched.live()
        assert watched.source.counts.surprises == 2
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@in_loop
async def test_hints_are_asked_for_where_a_member_has_one() -> None:
    member = (("Event", "QueueMember"), ("Queue", "sales"), ("Name", "Erin"), ("Location", "Local/1005@agents/n"))
    hinted = (*member, ("StateInterface", "hint:1005@hints"), ("Status", "1"), ("Paused", "0"))
    async with scripted({"QueueStatus": lambda asked: listing(asked, "QueueStatusComplete", hinted)}) as switch:
        async with watching(switch) as watched:
            await watched.live()
            assert switch.peer.actions.count("ExtensionStateList") == 1
        switch.answers["ExtensionStateList"] = refusal
        async with watching(switch) as watched:
            await watched.live()


@in_loop
async def test_lives_are_counted() -> None:
    async with scripted({"Ping": reply}) as switch, watching(switch) as watched:
        await watched.live()
        switch.peer.push(message(("Event", "VarSet")) * 10 + joined("sales", "1.1"))
        await until(lambda: bool(watched.of(QueueEntered)))
        first = watched.source.read_counts()
        switch.peer.close()
        await watched.pass_until(lambda: watched.source.counts.lives == 2)
        await watched.live()
        assert first["skipped"] == 10
        assert watched.source.read_counts()["bytes"] > first["bytes"]
        assert watched.source.counts.attempts == 2
