"""The gateway's own rules, with sockets in memory and time as an argument."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from typing import Any

import msgspec

from collectors import events as e
from dashboard.access.scope import Scope
from dashboard.live.audience import SNAPSHOT_BYTES_AT_ONCE
from dashboard.live.clocks import Instant
from dashboard.live.gateway import Gateway
from dashboard.live.patches import apply
from dashboard.live.screens import BEHIND_MS, Screen, Socket
from dashboard.live.shared_views import EMPTY_CHANNEL_MS
from dashboard.live.sight import Sight
from dashboard.live.views import view
from dashboard.live.visitor import Visitor
from tests.live.boards import BOARDS
from tests.live.people import ALL, visitor
from tests.live.scene import Scene, Story
from tests.live.test_views import shown, steady


class Memory:
    """A socket in memory. `is_stuck`: whatever is written stays in its buffer."""

    def __init__(self) -> None:
        self.frames: list[Any] = []
        self.is_stuck = False
        self.unsent = 0
        self.ended: tuple[int, str] | None = None

    def waiting_bytes(self) -> int:
        return self.unsent

    def end(self, code: int, reason: str) -> None:
        self.ended = (code, reason)

    def cut(self) -> None:
        self.unsent = 0

    def take(self, frame: bytes, *, as_text: bool) -> None:
        self.frames.append(msgspec.json.decode(frame if as_text else gzip.decompress(frame)))
        if self.is_stuck:
            self.unsent += len(frame)

    def of(self, kind: str) -> list[Any]:
        return [frame for frame in self.frames if frame["t"] == kind]

    def on_screen(self) -> Any:
        """What a screen shows after all these frames; fails on a gap in `seq`."""
        shown_view: dict[str, Any] = {}
        seq = 0
        for frame in self.frames:
            if frame["t"] == "snapshot":
                shown_view, seq = frame["view"], frame["seq"]
            elif frame["t"] == "patch":
                assert frame["seq"] == seq + 1
                shown_view, seq = apply(shown_view, frame["view"]), frame["seq"]
        return steady(shown_view)


def write(sockets: Iterable[Socket], frame: bytes, *, as_text: bool = True) -> None:
    for socket in sockets:
        assert isinstance(socket, Memory)
        socket.take(frame, as_text=as_text)


class Hall:
    """A gateway before a small floor."""

    def __init__(self, **options: Any) -> None:
        self.scene = Scene().opened()
        self.gateway = Gateway(BOARDS, "test", write, **options)
        self.fold()

    def fold(self) -> None:
        scene = self.scene
        changes, scene.changes = scene.changes, type(scene.changes)()
        self.gateway.folded(changes, scene.floor, scene.position, 1, scene.now)

    def tick(self, *events: e.AnyEvent, seconds: float = 0.1) -> None:
        self.scene.wait(seconds)
        self.scene.tell(*events)
        self.fold()
        self.gateway.tick(self.scene.now)

    def second(self) -> None:
        self.scene.wait(1)
        self.gateway.second(self.scene.now)

    def screen(self, board: str = "default", who: Visitor | None = None) -> tuple[Screen, Memory]:
        socket = Memory()
        screen = self.gateway.opened(socket, who or visitor(), self.scene.now)
        self.say(screen, f'{{"board":"{board}","seq":0}}')
        return screen, socket

    def say(self, screen: Screen, text: str) -> None:
        self.gateway.heard(screen, text, self.scene.now)

    def anew(self) -> dict[str, Any]:
        """The wall computed anew, for who was shown the levels that were shown."""
        board, levels = BOARDS["default"], self.gateway.sights.of(ALL, self.scene.now_ms).levels
        fresh: dict[str, Any] = shown(view(Sight(self.scene.floor, ALL, self.scene.now_ms, levels=levels), board))
        return steady(fresh)


CALLER = e.QueueEntered("sales", "c1", 1, "13812345678")
GONE = e.QueueAbandoned("sales", "c1", 1, 3)


def test_a_screen_gets_a_snapshot_then_patches_and_shows_the_floor() -> None:
    hall = Hall()
    _, socket = hall.screen()
    assert [frame["t"] for frame in socket.frames] == ["snapshot"]
    hall.tick(CALLER)
    hall.tick(GONE)
    assert [frame["t"] for frame in socket.frames] == ["snapshot", "patch", "patch"]
    assert set(socket.frames[1]["view"]) <= {
        "waiting", "longest_wait", "waiting_callers", "queue_table", "answered", "service_level", "trend",
    }  # fmt: skip
    assert socket.frames[1]["position"] == f"{hall.scene.now_ms - 100}-4"
    hall.second()
    assert socket.on_screen() == hall.anew()


def test_a_long_story_arrives_whole_on_every_screen() -> None:
    hall = Hall()
    first = hall.screen()[1]
    story = Story(hall.scene, 11)
    late = None
    for step in range(120):
        story.step()
        hall.fold()
        hall.gateway.tick(hall.scene.now)
        hall.gateway.second(hall.scene.now)
        if step == 60:
            late = hall.screen()[1]
    assert late is not None
    assert first.on_screen() == late.on_screen()
    assert first.on_screen() == hall.anew()


def test_nothing_is_sent_when_nothing_that_is_shown_changed() -> None:
    hall = Hall()
    _, socket = hall.screen()
    hall.tick(e.SourceAlive())
    assert [frame["t"] for frame in socket.frames] == ["snapshot"]


def test_one_view_is_computed_and_encoded_once_for_all_its_screens() -> None:
    hall = Hall()
    sockets = [hall.screen()[1] for _ in range(50)]
    hall.screen("floor")
    before = hall.gateway.tally.views.value()
    hall.tick(CALLER)
    tally = hall.gateway.tally
    assert tally.views.value() - before == 2, "two boards, however many screens"
    assert tally.encoded.value("patch") == 2
    assert tally.frames.value("patch") == 51
    assert all(socket.on_screen() == sockets[0].on_screen() for socket in sockets)


def test_viewers_of_different_scope_never_share_a_view() -> None:
    hall = Hall()
    _, everything = hall.screen()
    _, support_only = hall.screen(who=visitor(Scope(queues=frozenset({"support"}))))
    hall.tick(CALLER)
    assert everything.on_screen()["waiting"]["v"] == 1
    assert support_only.on_screen()["waiting"]["v"] == 0
    assert "sales" not in str(support_only.frames)


def test_a_beat_each_second_tells_the_links_on_a_quiet_floor() -> None:
    hall = Hall()
    _, socket = hall.screen()
    for _ in range(4):
        hall.second()
    beats = socket.of("beat")
    assert len(beats) == 4
    assert beats[-1]["at"] == hall.scene.now_ms
    assert beats[-1]["release"] == "test"
    assert beats[-1]["links"] == [
        {
            "switch": "pbx1", "state": "live", "alive_at": hall.scene.now_ms - 4000, "since": hall.scene.now_ms - 4000,
            "reason": None, "skew_ms": None,
        }
    ]  # fmt: skip


def test_a_screen_that_asks_again_gets_a_snapshot() -> None:
    hall = Hall()
    screen, socket = hall.screen()
    hall.tick(CALLER)
    hall.say(screen, '{"board":"default","seq":1}')
    assert [frame["t"] for frame in socket.frames] == ["snapshot", "patch", "snapshot"]
    assert socket.frames[2]["seq"] == socket.frames[1]["seq"]
    hall.say(screen, '{"board":"floor","seq":0}')
    assert socket.frames[3]["board"] == "floor"
    hall.tick(GONE)
    assert socket.frames[4]["seq"] == socket.frames[3]["seq"] + 1, "patches of the board it shows now, and only of that"
    assert [frame["t"] for frame in socket.frames[5:]] == ["desk"]


def test_a_stuck_screen_holds_one_frame_and_gets_one_snapshot_when_it_drains() -> None:
    hall = Hall()
    screen, slow = hall.screen()
    _, quick = hall.screen()
    slow.is_stuck = True
    for n in range(100):
        hall.tick(e.QueueEntered("sales", f"x{n}", 1))
    assert len(slow.frames) == 2, "the snapshot, and the one patch that filled its buffer"
    assert len(quick.frames) == 101
    slow.unsent, slow.is_stuck = 0, False
    hall.tick(e.QueueEntered("sales", "last", 1))
    assert [frame["t"] for frame in slow.frames[2:]] == ["snapshot"]
    hall.second()
    assert slow.on_screen() == quick.on_screen() == hall.anew()
    assert screen.socket is slow


def test_thirty_seconds_behind_is_closed_and_others_never_notice() -> None:
    hall = Hall()
    _, slow = hall.screen()
    _, quick = hall.screen()
    slow.is_stuck = True
    for n in range(int(BEHIND_MS / 1000) + 3):
        hall.tick(e.QueueEntered("sales", f"x{n}", 1), e.SourceAlive())
        hall.second()
    assert slow.ended == (4008, "This screen is 30 s behind.")
    assert quick.ended is None
    assert quick.on_screen() == hall.anew()
    assert hall.gateway.tally.closed.value("4008") == 1


def test_new_settings_come_as_a_snapshot_with_new_names() -> None:
    hall = Hall()
    _, socket = hall.screen()
    hall.scene.tell(
        e.SettingsChanged(e.FloorSettings(queues={"sales": e.QueueSettings(e.Names("热线", "Hotline"))})),
        switch="settings",
    )
    hall.fold()
    hall.gateway.tick(hall.scene.now)
    assert [frame["t"] for frame in socket.frames] == ["snapshot", "snapshot"]
    assert socket.frames[1]["names"]["queues"]["sales"] == {"zh": "热线", "en": "Hotline"}
    assert socket.frames[1]["seq"] == socket.frames[0]["seq"] + 1


def test_a_floor_that_was_replaced_comes_as_a_snapshot() -> None:
    hall = Hall()
    _, socket = hall.screen()
    hall.scene = Scene(hall.scene.now_ms).opened()
    hall.scene.tell(CALLER)
    hall.fold()
    hall.gateway.tick(hall.scene.now)
    assert socket.frames[-1]["t"] == "snapshot"
    assert socket.on_screen() == hall.anew()


def test_before_the_floor_is_there_a_screen_hears_starting_and_then_comes_alive() -> None:
    gateway = Gateway(BOARDS, "test", write)
    socket = Memory()
    screen = gateway.opened(socket, visitor(), Instant(0, 0.0))
    gateway.heard(screen, '{"board":"default","seq":0}', Instant(0, 0.0))
    gateway.second(Instant(1000, 1000.0))
    assert [frame["t"] for frame in socket.frames] == ["error", "beat"]
    assert socket.frames[0]["code"] == "starting"
    scene = Scene().opened()
    gateway.folded(scene.changes, scene.floor, scene.position, 1, scene.now)
    gateway.tick(Instant(scene.now_ms, 1020.0))
    assert socket.frames[-1]["t"] == "snapshot"


def test_an_unknown_board_is_said_in_a_word_and_the_socket_stays() -> None:
    hall = Hall()
    screen, socket = hall.screen("nonesuch")
    assert socket.frames == [{"t": "error", "code": "unknown_board", "at": hall.scene.now_ms}]
    hall.say(screen, '{"board":"default","seq":0}')
    assert socket.frames[-1]["t"] == "snapshot"


def test_too_many_distinct_views_are_refused_in_a_word() -> None:
    hall = Hall(most_views=1)
    hall.screen("default")
    _, socket = hall.screen("floor")
    assert socket.frames[-1]["code"] == "overloaded"


def test_a_view_that_nobody_shows_is_dropped_after_a_while_and_not_before() -> None:
    hall = Hall()
    screen, _ = hall.screen()
    hall.gateway.left(screen, hall.scene.now)
    hall.second()
    assert len(hall.gateway.channels) == 1
    hall.scene.wait(EMPTY_CHANNEL_MS / 1000)
    hall.second()
    assert hall.gateway.channels == []


def test_big_snapshots_are_compressed_once_for_those_who_can_read_them() -> None:
    hall = Hall()
    names = [e.MembershipAdded("sales", f"Local/{n}@agents/n", f"Agent {n}", dynamic=True) for n in range(400)]
    hall.tick(*names)
    screens = [hall.gateway.opened(Memory(), visitor(), hall.scene.now) for _ in range(3)]
    for screen in screens:
        hall.say(screen, '{"board":"floor","seq":0,"gzip":true}')
    _, plain = hall.screen("floor")
    for screen in screens:
        assert isinstance(screen.socket, Memory)
        assert screen.socket.on_screen() == plain.on_screen()
    sent = hall.gateway.tally.sent_bytes.value()
    assert sent < 2 * len(str(plain.frames[0])), "three compressed ones weigh less than another plain one"


def test_many_big_snapshots_are_served_in_turn() -> None:
    hall = Hall()
    hall.tick(*[e.MembershipAdded("sales", f"Local/{n}@agents/n", "x" * 100, dynamic=True) for n in range(3000)])
    sockets = []
    for _ in range(40):
        socket = Memory()
        socket.is_stuck = True
        sockets.append(socket)
        hall.say(hall.gateway.opened(socket, visitor(), hall.scene.now), '{"board":"floor","seq":0}')
    size = max(socket.unsent for socket in sockets)
    unsent = sum(socket.unsent for socket in sockets)
    assert unsent <= SNAPSHOT_BYTES_AT_ONCE + size
    assert hall.gateway.someone_waits
    for _ in range(10):
        for socket in sockets:
            socket.unsent = 0
        hall.gateway.tick(hall.scene.now)
    assert all(len(socket.of("snapshot")) == 1 for socket in sockets)
    assert not hall.gateway.someone_waits
