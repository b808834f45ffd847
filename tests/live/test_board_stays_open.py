"""A board that is left open: over midnight, the change to winter time, a restart of the switch, a lost link. Right, and marked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from collectors import events as e
from dashboard.boards import Board
from dashboard.boards.document import HalfHoursTile, LongestWaitTile, QueueTableTile, TopListTile
from dashboard.live.gateway import Gateway
from dashboard.live.sight import Sight
from dashboard.live.views import view
from tests.live.boards import board_of, number
from tests.live.people import ALL, visitor
from tests.live.scene import AGENTS, QUEUES, SETTINGS, Scene
from tests.live.test_gateway import Memory, write
from tests.live.test_views import shown

BOARD = board_of(
    "open",
    number("answered", "answered", trend="line"),
    number("yesterday", "answered", window="yesterday"),
    number("recent", "answered", window="interval"),
    number("before", "answered", window="interval:-1"),
    number("last_hour", "answered", window="last_60_min"),
    number("waiting", "waiting", window="now"),
    number("lost", "lost"),
    LongestWaitTile(id="longest_wait"),
    QueueTableTile(id="table", columns=("answered", "waiting"), window="last_5_min"),
    HalfHoursTile(id="half_hours"),
    TopListTile(id="top", metric="calls_handled"),
)


class Open:
    """A gateway before a floor, and one screen that stays."""

    def __init__(self, start: datetime, board: Board = BOARD, zone: str = "Asia/Shanghai") -> None:
        self.scene = Scene(int(start.timestamp() * 1000))
        self.scene.opened()
        self.scene.tell(e.SettingsChanged(msgspec.structs.replace(SETTINGS, time_zone=zone)), switch="settings")
        self.board = board
        self.gateway = Gateway({board.id: board}, "test", write)
        self.fold()
        self.socket = Memory()
        screen = self.gateway.opened(self.socket, visitor(), self.scene.now)
        self.gateway.heard(screen, f'{{"board":"{board.id}"}}', self.scene.now)
        self.calls = 0

    def fold(self) -> None:
        scene = self.scene
        changes, scene.changes = scene.changes, type(scene.changes)()
        self.gateway.folded(changes, scene.floor, scene.position, 1, scene.now)

    def live(self, seconds: int, *, alive: bool = True) -> None:
        """Seconds pass; the switch gives its sign of life in each."""
        for _ in range(seconds):
            self.scene.wait(1)
            if alive:
                self.scene.tell(e.SourceAlive())
            self.fold()
            self.gateway.tick(self.scene.now)
            self.gateway.second(self.scene.now)

    def call(self, agent: str = AGENTS[0]) -> None:
        """A call that is answered and ends at once."""
        self.calls += 1
        call = f"x{self.calls}"
        self.scene.tell(
            e.QueueEntered("sales", call, 1),
            e.OfferStarted("sales", call, 1, agent),
            e.OfferEnded("sales", call, 1, agent, "answered"),
            e.Answered("sales", call, 1, agent, 3),
            e.HandlingEnded("sales", call, 1, agent, "caller", 30),
        )

    @property
    def on_screen(self) -> Any:
        """What stands there; it is what a board opened now would show."""
        seen = self.socket.on_screen()
        levels = self.gateway.sights.of(ALL, self.scene.now_ms).levels
        fresh = shown(view(Sight(self.scene.floor, ALL, self.scene.now_ms, levels=levels), self.board))
        assert seen == fresh
        return seen


def test_over_midnight_the_day_begins_anew_and_who_waits_goes_on_waiting() -> None:
    floor = Open(datetime(2025, 11, 21, 23, 59, 20, tzinfo=ZoneInfo("Asia/Shanghai")))
    floor.call()
    floor.call(AGENTS[2])
    floor.scene.tell(e.QueueEntered("support", "waits", 1))
    joined_ms = floor.scene.now_ms
    floor.live(30)
    before = floor.on_screen
    assert (before["answered"]["v"], before["yesterday"]["v"], before["recent"]["v"]) == (2, 0, 2)
    assert len(before["half_hours"]["offered"]) == 48
    assert len(before["answered"]["spark"]) == 16
    assert [row["v"] for row in before["top"]["rows"]] == [1, 1]
    floor.live(30)
    after = floor.on_screen
    assert (after["answered"]["v"], after["yesterday"]["v"]) == (0, 2)
    assert (after["recent"]["v"], after["before"]["v"], after["last_hour"]["v"]) == (0, 2, 2)
    assert after["half_hours"]["offered"] == [0]
    midnight = int(datetime(2025, 11, 22, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
    assert after["half_hours"]["from"] == after["answered"]["spark_from"] == midnight
    assert after["answered"]["spark"] == [0]
    assert after["top"]["rows"] == []
    assert (after["waiting"]["v"], after["longest_wait"]["since"]) == (1, joined_ms)
    floor.call()
    floor.live(1)
    assert floor.on_screen["answered"]["v"] == 1


def test_in_the_night_of_25_hours_intervals_go_on_and_nothing_is_counted_twice() -> None:
    """02:00 to 03:00 comes twice in Berlin: two hours of intervals, four after one another."""
    berlin = ZoneInfo("Europe/Berlin")
    floor = Open(datetime(2025, 10, 26, 2, 59, 30, tzinfo=berlin, fold=0), zone="Europe/Berlin")
    floor.call()
    floor.live(20)
    before = floor.on_screen
    assert len(before["half_hours"]["offered"]) == 6
    assert before["half_hours"]["offered"][-1] == 1
    floor.live(20)
    after = floor.on_screen
    assert len(after["half_hours"]["offered"]) == 7, "02:00 again"
    assert after["half_hours"]["offered"][-2:] == [1, 0]
    assert (after["answered"]["v"], after["recent"]["v"], after["before"]["v"]) == (1, 0, 1)
    assert after["answered"]["spark"][-2:] == [1, 0]
    floor.scene.wait(3600)
    floor.call()
    floor.live(2)
    later = floor.on_screen
    assert len(later["half_hours"]["offered"]) == 9, "03:00, two intervals after the second 02:00"
    assert sum(later["half_hours"]["offered"]) == later["answered"]["v"] == 2


def test_a_restart_of_the_switch_ends_what_was_there_and_the_counts_stay() -> None:
    floor = Open(datetime(2025, 11, 21, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai")))
    floor.call()
    floor.scene.tell(e.QueueEntered("sales", "dead", 1), e.QueueEntered("support", "dead2", 1))
    floor.live(5)
    assert floor.on_screen["waiting"]["v"] == 2
    floor.scene.tell(e.LinkLost("closed", floor.scene.now_ms))
    floor.live(10, alive=False)
    floor.scene.boot = "boot2"
    members = [
        e.MemberRow(queue, agent, agent, dynamic=True, device="free") for queue in QUEUES for agent in AGENTS[:4]
    ]
    floor.scene.tell(
        e.SwitchRestarted(),
        e.LinkRestored(floor.scene.now_ms - 10_000),
        e.SnapshotTaken([e.QueueRow(queue) for queue in QUEUES], members, [], [], [], [], []),
    )
    floor.live(3)
    after = floor.on_screen
    assert (after["waiting"]["v"], after["longest_wait"]["since"]) == (0, None)
    assert (after["answered"]["v"], after["lost"]["v"]) == (1, 2)
    assert after["answered"]["gap_s"] >= 10
    assert after["answered"]["window_s"] >= after["answered"]["gap_s"]
    assert after["half_hours"]["gap_s"][-1] == after["answered"]["gap_s"]
    floor.call()
    floor.live(1)
    assert floor.on_screen["answered"]["v"] == 2


def test_a_gap_is_marked_while_it_lasts_and_only_in_the_windows_that_it_lies_in() -> None:
    floor = Open(datetime(2025, 11, 21, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai")))
    floor.call()
    floor.live(5)
    assert floor.on_screen["answered"]["gap_s"] == 0
    floor.scene.tell(e.LinkLost("timeout", floor.scene.now_ms))
    floor.live(20, alive=False)
    assert floor.on_screen["answered"]["gap_s"] == 20
    assert floor.socket.of("beat")[-1]["links"][0]["state"] == "lost"
    floor.scene.tell(e.LinkRestored(floor.scene.now_ms - 20_000))
    members = [
        e.MemberRow(queue, agent, agent, dynamic=True, device="free") for queue in QUEUES for agent in AGENTS[:4]
    ]
    floor.scene.tell(e.SnapshotTaken([e.QueueRow(queue) for queue in QUEUES], members, [], [], [], [], []))
    floor.live(3)
    back = floor.on_screen
    gap_s = back["answered"]["gap_s"]
    assert 20 <= gap_s <= 22
    assert back["recent"]["gap_s"] == gap_s
    assert back["yesterday"]["gap_s"] == 0
    floor.live(20 * 60)
    later = floor.on_screen
    assert (later["recent"]["gap_s"], later["before"]["gap_s"]) == (0, gap_s), "it lies in the half-hour before"
    assert later["answered"]["gap_s"] == gap_s
    assert later["half_hours"]["gap_s"][-2:] == [gap_s, 0]
    floor.live(45 * 60)
    assert floor.on_screen["last_hour"]["gap_s"] == 0


def test_rows_of_a_quiet_queue_follow_their_sliding_window() -> None:
    floor = Open(datetime(2025, 11, 21, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai")))
    floor.call()
    floor.live(4 * 60)
    rows = {row["id"]: row for row in floor.on_screen["table"]["rows"]}
    assert rows["sales"]["values"] == [1, 0]
    for _ in range(9):
        floor.live(10)
        rows = {row["id"]: row for row in floor.on_screen["table"]["rows"]}
    assert rows["sales"]["values"] == [0, 0]
