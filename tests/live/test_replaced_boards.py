"""Boards that change while screens show them: the new one comes as a snapshot, a removed one says so and comes back."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import pytest

from collectors import events as e
from dashboard.access.actor import Actor
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.unavailable import AccessUnavailable
from dashboard.boards import Board
from dashboard.boards.document import Limits
from dashboard.live.board_reading import BoardReading
from dashboard.live.boards_known import BoardsKnown, draft_of
from dashboard.live.clocks import Instant
from dashboard.live.gateway import Gateway
from dashboard.live.screens import Screen
from dashboard.live.shared_views import EMPTY_CHANNEL_MS
from dashboard.wallboards.published import Published
from tests.live.boards import BOARDS, board_of, number
from tests.live.people import screen as tv
from tests.live.people import visitor
from tests.live.test_gateway import Hall, Memory, write

NORTH = board_of("north", number("waiting", "waiting", window="now"), queues=("sales",))
OTHER = board_of("north", number("waiting", "waiting", window="now"), number("answered", "answered"))


class OpenHall(Hall):
    """A hall with published boards; a draft is wanted from `wanted`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.wanted: list[Screen] = []
        self.gateway.draft_wanted = self.wanted.append

    def publish(self, **boards: tuple[Board, int]) -> None:
        found = {board_id: Published(*one) for board_id, one in boards.items()}
        self.gateway.replace_boards(found, self.scene.now)


def test_a_published_board_is_shown_with_its_revision_and_a_shipped_one_with_none() -> None:
    hall = OpenHall()
    hall.publish(north=(NORTH, 3), default=(OTHER, 9))
    _, north = hall.screen("north")
    _, default = hall.screen("default")
    assert (north.frames[0]["board"], north.frames[0]["revision"]) == ("north", 3)
    assert list(north.frames[0]["view"]) == ["waiting"]
    assert default.frames[0]["revision"] == 0, "a shipped board cannot be replaced"
    assert "trend" in default.frames[0]["view"]


def test_a_board_about_nothing_that_a_person_sees_is_not_there_for_them() -> None:
    """It has words of its own, such as its title. A TV shows what it was given."""
    hall = OpenHall()
    sales = Published(NORTH, 3, frozenset({"sales"}), frozenset({"sales-team", "house"}))
    seen = {}
    for name, scope in {
        "queue": Scope(frozenset({"sales", "vip"})),
        "team": Scope(frozenset(), frozenset({"house"})),
        "met": Scope(frozenset(), meets=frozenset({frozenset({frozenset({"house"}), frozenset({"west"})})})),
        "everything": EVERYTHING,
        "other": Scope(frozenset({"support"}), frozenset({"support-team"})),
    }.items():
        _, seen[name] = hall.screen("north", visitor(scope=scope))
    _, seen["tv"] = hall.screen("north", tv("north", Scope(frozenset({"support"}))))
    for _ in range(3):
        hall.gateway.replace_boards({"north": sales}, hall.scene.now)
    codes = {name: [one.get("code") for one in socket.frames if one["t"] != "order"] for name, socket in seen.items()}
    assert codes.pop("other") == ["unknown_board"], "and how often it is said tells nothing"
    assert set(map(tuple, codes.values())) == {("unknown_board", None)}
    _, late = hall.screen("north", visitor(scope=Scope(frozenset({"support"}))))
    assert [frame.get("code") for frame in late.frames] == ["unknown_board"]


def test_a_board_that_is_about_others_now_is_gone_for_who_sees_nothing_of_it() -> None:
    hall = OpenHall()
    mine, others = Published(NORTH, 3, frozenset({"sales"})), Published(OTHER, 4, frozenset({"support"}))
    hall.gateway.replace_boards({"north": mine}, hall.scene.now)
    _, person = hall.screen("north", visitor(scope=Scope(frozenset({"sales"}))))
    _, television = hall.screen("north", tv("north", Scope(frozenset({"sales"}))))
    for _ in range(2):
        hall.gateway.replace_boards({"north": others}, hall.scene.now)
    assert [frame.get("code", frame.get("revision")) for frame in person.frames] == [3, "unknown_board"]
    assert [frame["revision"] for frame in television.frames if frame["t"] == "snapshot"] == [3, 4]
    hall.tick(e.QueueEntered("sales", "c1", 1))
    assert len(person.frames) == 2
    hall.gateway.replace_boards({"north": Published(NORTH, 5, frozenset({"sales"}))}, hall.scene.now)
    assert (person.frames[-1]["t"], person.frames[-1]["revision"]) == ("snapshot", 5)


def test_a_changed_board_comes_as_one_snapshot_and_its_patches_follow() -> None:
    hall = OpenHall()
    hall.publish(north=(NORTH, 3))
    _, one = hall.screen("north")
    _, two = hall.screen("north")
    hall.publish(north=(NORTH, 3))
    assert len(one.frames) == 1, "nothing changed"
    hall.publish(north=(OTHER, 4))
    for socket in (one, two):
        first, second = socket.frames
        assert (second["t"], second["revision"], second["seq"]) == ("snapshot", 4, first["seq"] + 1)
        assert list(second["view"]) == ["waiting", "answered"]
    hall.tick(e.QueueEntered("sales", "c1", 1, "13812345678"))
    assert one.frames[-1]["t"] == "patch"
    assert one.on_screen()["waiting"]["v"] == 1


def test_a_full_screen_gets_the_changed_board_when_it_has_room() -> None:
    hall = OpenHall()
    hall.publish(north=(NORTH, 3))
    _, slow = hall.screen("north")
    slow.unsent = 1
    hall.publish(north=(OTHER, 4))
    assert len(slow.frames) == 1
    assert hall.gateway.someone_waits
    slow.unsent = 0
    hall.second()
    assert [frame["revision"] for frame in slow.frames if frame["t"] == "snapshot"] == [3, 4]


def test_a_removed_board_says_so_once_and_comes_back_by_itself() -> None:
    hall = OpenHall()
    hall.publish(north=(NORTH, 3))
    screen, socket = hall.screen("north")
    hall.publish()
    hall.publish()
    assert [frame.get("code") for frame in socket.frames] == [None, "unknown_board"]
    assert screen.board == "north"
    hall.tick(e.QueueEntered("sales", "c1", 1))
    hall.second()
    assert [frame["t"] for frame in socket.frames[2:]] == ["beat"]
    hall.publish(north=(OTHER, 5))
    assert (socket.frames[-1]["t"], socket.frames[-1]["revision"]) == ("snapshot", 5)
    assert socket.frames[-1]["view"]["waiting"]["v"] == 1
    hall.say(screen, '{"board":"default","seq":0}')
    hall.publish()
    assert socket.frames[-1]["board"] == "default", "who went elsewhere hears nothing of it"


def test_until_what_is_published_is_known_an_unknown_board_is_not_said_to_be_missing() -> None:
    hall = OpenHall(awaits_boards=True)
    _, socket = hall.screen("north")
    _, missing = hall.screen("nowhere")
    _, default = hall.screen("default")
    assert [frame.get("code") for frame in (socket.frames[0], missing.frames[0])] == ["starting", "starting"]
    assert default.frames[0]["t"] == "snapshot", "what is shipped needs nobody"
    hall.publish(north=(NORTH, 1))
    assert socket.frames[-1]["t"] == "snapshot"
    assert missing.frames[-1]["code"] == "unknown_board"


def test_levels_go_on_over_a_changed_board_and_a_new_floor() -> None:
    limits = Limits(amber=1, red=2, hold_s=20)
    before = board_of("north", number("waiting", "waiting", window="now", limits=limits))
    after = board_of("north", number("renamed", "waiting", window="now", limits=limits), number("n", "answered"))
    hall = OpenHall()
    hall.publish(north=(before, 1))
    _, socket = hall.screen("north")
    hall.tick(e.QueueEntered("sales", "c1", 1), e.QueueEntered("sales", "c2", 1))
    for _ in range(15):
        hall.second()
    assert socket.on_screen()["waiting"]["level"] == "ok"
    hall.publish(north=(after, 2))
    assert socket.on_screen()["renamed"]["level"] == "ok", "not red at once: it had not lasted"
    for _ in range(5):
        hall.second()
    assert socket.on_screen()["renamed"]["level"] == "red"
    since = socket.on_screen()["renamed"]["level_at"]
    hall.gateway.folded(hall.scene.changes, again(hall), hall.scene.position, 1, hall.scene.now)
    hall.tick()
    assert socket.frames[-1]["t"] == "snapshot"
    assert (socket.on_screen()["renamed"]["level"], socket.on_screen()["renamed"]["level_at"]) == ("red", since)


def again(hall: Hall) -> Any:
    """The same floor as another object, as after a rebuilding."""
    return copy.deepcopy(hall.scene.floor)


def test_a_view_that_nobody_shows_any_more_is_forgotten_also_when_its_board_goes() -> None:
    hall = OpenHall()
    hall.publish(north=(NORTH, 1))
    screen, _ = hall.screen("north")
    hall.publish()
    assert not hall.gateway.channels
    hall.gateway.left(screen, hall.scene.now)
    hall.scene.wait(EMPTY_CHANNEL_MS / 1000 + 1)
    hall.publish(north=(NORTH, 2))
    assert not hall.gateway.channels, "nobody is there to show it to"


# -- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_asked_for_and_shown_live_and_shared() -> None:
    hall = OpenHall()
    screen, socket = hall.screen("draft:north")
    assert not socket.frames
    assert hall.wanted == [screen]
    hall.gateway.draft_is(screen, "north", Published(NORTH, 7), hall.scene.now)
    assert (socket.frames[0]["board"], socket.frames[0]["revision"]) == ("draft:north", 7)
    hall.tick(e.QueueEntered("sales", "c1", 1))
    assert socket.on_screen()["waiting"]["v"] == 1
    hall.gateway.draft_is(screen, "north", Published(OTHER, 8), hall.scene.now)
    assert (socket.frames[-1]["t"], socket.frames[-1]["revision"]) == ("snapshot", 8)
    assert hall.gateway.showing_drafts() == [screen]
    hall.publish(north=(NORTH, 1))
    assert socket.frames[-1]["revision"] == 8, "what is published is not the draft"
    assert len(hall.gateway.channels) == 1


def test_a_draft_that_is_not_there_for_who_asks_is_unknown_and_leaves_the_screen() -> None:
    hall = OpenHall()
    screen, socket = hall.screen("draft:north")
    hall.gateway.draft_is(screen, "north", None, hall.scene.now)
    assert socket.frames[-1]["code"] == "unknown_board"
    hall.gateway.draft_is(screen, "north", Published(NORTH, 7), hall.scene.now)
    hall.gateway.draft_is(screen, "north", None, hall.scene.now)
    assert [frame.get("code", frame["t"]) for frame in socket.frames] == ["unknown_board", "snapshot", "unknown_board"]
    hall.tick(e.QueueEntered("sales", "c1", 1))
    assert len(socket.frames) == 3, "a right that was taken away takes the picture along"
    hall.say(screen, '{"board":"default","seq":0}')
    hall.gateway.draft_is(screen, "north", Published(NORTH, 9), hall.scene.now)
    assert socket.frames[-1]["board"] == "default", "an answer that nobody waits for any more"


def test_who_is_somebody_else_now_is_asked_about_again() -> None:
    hall = OpenHall()
    screen, _ = hall.screen("draft:north", visitor())
    hall.gateway.draft_is(screen, "north", Published(NORTH, 7), hall.scene.now)
    hall.wanted.clear()
    hall.gateway.is_now(screen, visitor(role=Role.SUPERVISOR), hall.scene.now)
    assert hall.wanted == [screen]


def test_a_draft_waits_for_the_floor() -> None:
    hall = OpenHall()
    early = Gateway(BOARDS, "test", write)
    early.draft_wanted = hall.wanted.append
    socket = Memory()
    screen = early.opened(socket, visitor(), Instant(0, 0.0))
    early.heard(screen, '{"board":"draft:north","seq":0}', Instant(0, 0.0))
    early.draft_is(screen, "north", Published(NORTH, 1), Instant(0, 0.0))
    assert socket.frames[-1]["code"] == "starting"
    hall.wanted.clear()
    early.folded(hall.scene.changes, hall.scene.floor, "1-1", 1, hall.scene.now)
    early.tick(hall.scene.now)
    assert hall.wanted == [screen], "asked for again once there is a floor"


def test_drafts_count_as_views_like_any_other() -> None:
    hall = OpenHall(most_views=1)
    hall.screen("default")
    screen, socket = hall.screen("draft:north")
    hall.gateway.draft_is(screen, "north", Published(NORTH, 1), hall.scene.now)
    assert socket.frames[-1]["code"] == "overloaded"


def test_names_of_drafts() -> None:
    assert draft_of("draft:north") == "north"
    assert draft_of("north") is None
    assert draft_of("drafts") is None


def test_what_an_id_means() -> None:
    known = BoardsKnown({"default": NORTH}, are_published_known=False)
    assert known.find("default") == Published(NORTH, 0)
    assert known.find("north") is None
    known.replace({"north": Published(NORTH, 4), "default": Published(OTHER, 1)})
    assert known.are_published_known
    assert known.find("north") == Published(NORTH, 4)
    assert known.find("default") == Published(NORTH, 0)


# -- reading ----------------------------------------------------------------------------------------------------------


class Store:
    """Boards as somebody keeps them."""

    BROKEN = "broken"
    """Nobody reads this one."""

    def __init__(self) -> None:
        self.boards: dict[str, Published] = {}
        self.drafts: dict[tuple[str, str], Published] = {}
        self.is_away = False
        self.asked = 0

    def all(self) -> dict[str, Published]:
        self.asked += 1
        if self.is_away:
            raise AccessUnavailable("away")
        return dict(self.boards)

    def draft(self, board_id: str, actor: Actor) -> Published | None:
        self.asked += 1
        if board_id == self.BROKEN:
            raise ValueError(board_id)
        if self.is_away:
            raise AccessUnavailable("away")
        return self.drafts.get((board_id, actor.id))


async def in_thread(task: Any) -> Any:
    return task()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def store() -> Store:
    return Store()


def reading(hall: OpenHall, store: Store) -> BoardReading:
    return BoardReading(hall.gateway, store, in_thread, lambda: hall.scene.now)


def test_boards_are_read_at_the_start_and_at_each_notice_and_what_is_known_stays(store: Store) -> None:
    hall = OpenHall(awaits_boards=True)
    _, socket = hall.screen("north")
    store.is_away = True

    async def story() -> None:
        follows = reading(hall, store)
        task = asyncio.ensure_future(follows.run())
        await settled()
        assert [frame.get("code") for frame in socket.frames] == ["starting"]
        store.is_away, store.boards = False, {"north": Published(NORTH, 1)}
        follows.look_again()
        await settled()
        assert socket.frames[-1]["revision"] == 1
        store.is_away = True
        follows.look_again()
        await settled()
        assert socket.frames[-1]["revision"] == 1, "away: what is known stays"
        store.is_away, store.boards = False, {"north": Published(OTHER, 2)}
        follows.look_again()
        await settled()
        assert socket.frames[-1]["revision"] == 2
        task.cancel()

    asyncio.run(story())


def test_a_draft_that_cannot_be_read_keeps_nobody_elses_waiting(store: Store) -> None:
    hall = OpenHall()
    who = visitor()
    store.drafts["north", who.actor.id] = Published(NORTH, 1)

    async def story() -> None:
        task = asyncio.ensure_future(reading(hall, store).run())
        _, broken = hall.screen(f"draft:{Store.BROKEN}", who)
        _, socket = hall.screen("draft:north", who)
        await settled()
        assert (socket.frames[-1]["revision"], broken.frames) == (1, [])
        task.cancel()

    asyncio.run(story())


def test_a_draft_is_read_for_who_asks_and_again_at_a_notice(store: Store) -> None:
    hall = OpenHall()
    who = visitor()
    mine = ("north", who.actor.id)
    store.drafts[mine] = Published(NORTH, 1)

    async def story() -> None:
        follows = reading(hall, store)
        task = asyncio.ensure_future(follows.run())
        await settled()
        _, socket = hall.screen("draft:north", who)
        _, other = hall.screen("draft:south", who)
        await settled()
        assert (socket.frames[-1]["revision"], other.frames[-1].get("code")) == (1, "unknown_board")
        store.drafts[mine] = Published(OTHER, 2)
        follows.look_again()
        await settled()
        assert socket.frames[-1]["revision"] == 2
        assert [frame.get("code") for frame in other.frames] == ["unknown_board"], "said once"
        del store.drafts[mine]
        follows.look_again()
        await settled()
        assert socket.frames[-1]["code"] == "unknown_board"
        task.cancel()

    asyncio.run(story())


def test_a_reading_that_fails_in_any_way_ends_nothing(store: Store) -> None:
    hall = OpenHall()

    async def story() -> None:
        follows = reading(hall, store)
        store.all = lambda: 1 / 0  # type: ignore[assignment, return-value, method-assign]
        task = asyncio.ensure_future(follows.run())
        await settled()
        assert not task.done()
        task.cancel()

    asyncio.run(story())
