"""Agents' own pages: any number of them, each for its own agent, and none that costs the others."""

from __future__ import annotations

from typing import Any

import pytest

from collectors import events as e
from dashboard.access.permissions import Role
from dashboard.access.scope import NOTHING, Scope
from dashboard.boards import ME
from dashboard.floor.agent_view import agent_view
from dashboard.live import api, own_pages, views
from dashboard.live.frames import plain_json
from dashboard.live.gateway import EARLY_AT_ONCE, Gateway
from dashboard.live.http import Target
from dashboard.live.own_pages import GREETED_AT_ONCE, TURNS_A_SECOND, is_own
from dashboard.live.patches import apply
from dashboard.live.screens import BEHIND_MS, Screen
from dashboard.live.sight import Sight
from dashboard.live.viewer import Viewer
from dashboard.live.visitor import Visitor
from tests.live.boards import BOARDS
from tests.live.people import visitor
from tests.live.scene import SETTINGS, Scene
from tests.live.test_gateway import Hall, Memory, write
from tests.live.test_views import shown


def agent(number: int) -> str:
    return f"PJSIP/{2000 + number}"


def own(*agents: str) -> Visitor:
    return visitor(Scope(frozenset(), frozenset(), frozenset(agents)), Role.AGENT)


class Crowd(Hall):
    """A hall in which many agents are signed in."""

    def __init__(self, people: int, **options: Any) -> None:
        super().__init__(**options)
        self.tick(*(e.MembershipAdded("sales", agent(n), f"Agent {n}", dynamic=True) for n in range(people)))
        self.tick(*(e.DeviceChanged(agent(n), "free") for n in range(people)))

    def own(self, *agents: str) -> tuple[Screen, Memory]:
        return self.screen("me", own(*agents))

    def settle(self) -> int:
        """Ticks until nobody waits; how many there were."""
        ticks = 0
        while self.gateway.someone_waits:
            self.gateway.tick(self.scene.now)
            ticks += 1
            assert ticks < 1_000
        return ticks

    def own_view(self, *agents: str) -> Any:
        viewer = Viewer(Scope(frozenset(), frozenset(), frozenset(agents)))
        return shown(views.view(Sight(self.scene.floor, viewer, self.scene.now_ms), ME))


def on_page(socket: Memory) -> Any:
    """What a page shows, seconds and all."""
    view: dict[str, Any] = {}
    for frame in socket.frames:
        if frame["t"] == "snapshot":
            view = frame["view"]
        elif frame["t"] == "patch":
            view = apply(view, frame["view"])
    return view


def test_five_hundred_own_pages_open_where_two_shared_views_are_allowed() -> None:
    hall = Crowd(500, most_views=2)
    pages = [hall.own(agent(n))[1] for n in range(500)]
    for n, socket in enumerate(pages):
        (frame,) = socket.frames
        assert frame["t"] == "snapshot"
        assert [row["id"] for row in frame["view"]["agents"]["rows"]] == [agent(n)]
        assert [row["name"] for row in frame["view"]["agents"]["rows"]] == [f"Agent {n}"]
    assert [hall.screen(board)[1].frames[-1]["t"] for board in ("default", "floor")] == ["snapshot", "snapshot"]
    assert hall.screen("agents")[1].frames[-1]["code"] == "overloaded"
    assert hall.screen("default", visitor(Scope(frozenset({"sales"}))))[1].frames[-1]["code"] == "overloaded"
    assert hall.own(agent(7))[1].frames[-1]["t"] == "snapshot"
    assert len(hall.gateway.channels) == 502


def test_a_change_of_one_agent_is_one_frame_for_their_pages_and_none_for_the_others() -> None:
    hall = Crowd(300)
    pages = {n: hall.own(agent(n))[1] for n in range(300)}
    phone = hall.own(agent(7))[1]
    renewed = hall.gateway.tally.views.value()
    hall.tick(e.MemberPaused("sales", agent(7), "lunch"))
    assert {n for n, socket in pages.items() if len(socket.frames) > 1} == {7}
    assert len(pages[7].frames) == len(phone.frames) == 2
    for socket in (pages[7], phone):
        assert socket.of("patch")[-1]["view"]["agents"]["set"][0]["state"] == "paused"
    assert hall.gateway.tally.views.value() - renewed == 1, "only that one page was computed"
    hall.tick(e.SourceAlive(), e.QueueEntered("sales", "c9", 1, "13812345678"))
    assert {n for n, socket in pages.items() if len(socket.frames) > 1} == {7}


def test_a_second_page_of_the_same_agent_shares_the_view() -> None:
    hall = Crowd(3)
    first = hall.own(agent(0))[1]
    hall.scene.wait(30)
    second = hall.own(agent(0))[1]
    assert len(hall.gateway.channels) == 1
    assert on_page(first) == on_page(second) == hall.own_view(agent(0))
    hall.tick(e.MemberPaused("sales", agent(0), "tea"))
    assert first.frames[-1] == second.frames[-1]


def test_seconds_that_grow_are_renewed_in_turns_whoever_else_is_there() -> None:
    hall = Crowd(250)
    pages = [hall.own(agent(n))[1] for n in range(250)]
    counts = []
    for _ in range(3):
        before = [len(socket.of("patch")) for socket in pages]
        hall.second()
        counts.append(sum(len(socket.of("patch")) - was for socket, was in zip(pages, before, strict=True)))
    assert counts == [TURNS_A_SECOND] * 3
    assert all(socket.of("patch") for socket in pages)
    few = Crowd(5)
    page = few.own(agent(1))[1]
    few.second()
    assert on_page(page) == few.own_view(agent(1))


def test_a_wrap_up_that_ends_by_itself_is_seen_within_a_second_out_of_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pages, "TURNS_A_SECOND", 0)
    hall = Crowd(130)
    pages = [hall.own(agent(n))[1] for n in range(130)]
    hall.tick(e.QueueEntered("sales", "c1", 1), e.Answered("sales", "c1", 1, agent(129), 0))
    hall.tick(e.HandlingEnded("sales", "c1", 1, agent(129), "caller", 10))
    assert on_page(pages[129])["agents"]["rows"][0]["state"] == "wrapping_up"
    hall.scene.wait(5)
    hall.second()
    now = agent_view(hall.scene.floor, agent(129), hall.scene.now_ms)
    assert now is not None
    assert on_page(pages[129])["agents"]["rows"][0]["state"] == now.state == "available"


def test_new_settings_reach_every_page_as_a_snapshot_and_a_tick_serves_only_some() -> None:
    people = 2 * GREETED_AT_ONCE + 20
    hall = Crowd(people)
    pages = [hall.own(agent(n))[1] for n in range(people)]
    wall = hall.screen()[1]
    hall.scene.tell(e.SettingsChanged(SETTINGS), switch="settings")
    hall.fold()
    hall.gateway.tick(hall.scene.now)
    assert len(wall.of("snapshot")) == 2, "a wall waits for nobody's page"
    assert sum(len(socket.of("snapshot")) == 2 for socket in pages) == GREETED_AT_ONCE
    hall.tick(e.MemberPaused("sales", agent(people - 1), "lunch"))
    assert not pages[-1].of("patch"), "a page that waits for its snapshot gets no patch"
    assert hall.settle() <= 2
    assert all(len(socket.of("snapshot")) == 2 for socket in pages)
    assert on_page(pages[-1])["agents"]["rows"][0]["state"] == "paused"


def test_a_morning_in_which_all_come_before_the_floor_is_there() -> None:
    scene = Scene().opened()
    scene.tell(*(e.MembershipAdded("sales", agent(n), f"Agent {n}", dynamic=True) for n in range(450)))
    gateway = Gateway(BOARDS, "test", write)
    sockets = [Memory() for _ in range(450)]
    for n, socket in enumerate(sockets):
        gateway.heard(gateway.opened(socket, own(agent(n)), scene.now), '{"board":"me","seq":0}', scene.now)
    assert [socket.frames[-1]["code"] for socket in sockets] == ["starting"] * 450
    gateway.folded(scene.changes, scene.floor, scene.position, 1, scene.now)
    served: list[int] = []
    while sum(served) < 450:
        before = sum(len(socket.of("snapshot")) for socket in sockets)
        gateway.tick(scene.now)
        served.append(sum(len(socket.of("snapshot")) for socket in sockets) - before)
        assert gateway.someone_waits is (sum(served) < 450)
    assert max(served) <= EARLY_AT_ONCE


def test_a_phone_that_is_full_gets_the_latest_state_when_it_has_room_and_nobody_waits_for_it() -> None:
    hall = Crowd(3)
    screen, stuck = hall.own(agent(0))
    stuck.unsent = 1
    other = hall.own(agent(1))[1]
    hall.tick(e.MemberPaused("sales", agent(0), "tea"), e.MemberPaused("sales", agent(1), "tea"))
    assert not stuck.of("patch")
    assert other.of("patch")
    stuck.cut()
    hall.tick(seconds=0)
    assert on_page(stuck) == hall.own_view(agent(0))
    stuck.unsent = 1
    hall.tick(e.MemberResumed("sales", agent(0)))
    hall.scene.wait(BEHIND_MS / 1000 + 1)
    hall.second()
    assert screen.has_ended


def test_the_last_page_that_closes_leaves_nothing_behind() -> None:
    hall = Crowd(20)
    screens = [hall.own(agent(n))[0] for n in range(20)] + [hall.own(agent(3))[0]]
    hall.tick(e.MemberPaused("sales", agent(3), "tea"))
    for screen in screens:
        hall.gateway.left(screen, hall.scene.now)
    assert hall.gateway.channels == []
    hall.tick(e.MemberResumed("sales", agent(3)))
    hall.second()
    assert not hall.gateway.someone_waits


def test_who_is_nobody_yet_is_shown_when_they_sign_in_and_who_is_two_sees_both() -> None:
    hall = Crowd(2)
    nobody, newcomer = hall.screen("me", own())[1], hall.own("SIP/1")[1]
    both = hall.own(agent(0), agent(1))[1]
    assert on_page(nobody)["agents"]["rows"] == on_page(newcomer)["agents"]["rows"] == []
    assert len(on_page(both)["agents"]["rows"]) == 2
    hall.tick(e.MembershipAdded("sales", "SIP/1", "New", dynamic=True), e.MemberPaused("sales", agent(1), "tea"))
    assert [row["name"] for row in on_page(newcomer)["agents"]["rows"]] == ["New"]
    assert [row["state"] for row in on_page(both)["agents"]["rows"]].count("paused") == 1
    assert on_page(both) == hall.own_view(agent(0), agent(1))
    assert len(nobody.frames) == 1


def test_only_ones_own_few_agents_are_an_own_page() -> None:
    one = Scope(frozenset(), frozenset(), frozenset({"a"}))
    assert is_own("me", Viewer(one))
    assert is_own("me", Viewer(NOTHING))
    assert not is_own("floor", Viewer(one))
    assert not is_own("me", Viewer(Scope()))
    assert not is_own("me", Viewer(one | Scope(frozenset(), frozenset({"north"}))))
    assert not is_own("me", Viewer(one | Scope(frozenset({"sales"}))))
    assert not is_own("me", Viewer(Scope(frozenset(), frozenset(), frozenset(map(str, range(9))))))


class Unwalkable(dict[str, Any]):
    """Of which single entries may be asked for, and nothing that goes through all of them."""

    def __iter__(self) -> Any:
        raise AssertionError("somebody goes through the whole floor")

    values = items = __iter__


@pytest.mark.parametrize("path", ["floor", "queues", "agents", "agents?metric=state&metric=aht", "metrics"])
def test_neither_an_own_page_nor_ones_own_question_to_the_api_goes_through_the_floor(path: str) -> None:
    hall = Crowd(30)
    floor = hall.scene.floor
    floor.agents, floor.queues = Unwalkable(floor.agents), Unwalkable(floor.queues)
    socket = hall.own(agent(3))[1]
    assert socket.frames[-1]["t"] == "snapshot"
    sight = Sight(floor, Viewer(Scope(frozenset(), frozenset(), frozenset({agent(3)}))), hall.scene.now_ms)
    target = Target.of(f"/api/v1/{path}")
    name = target.path.removeprefix("/api/v1/")
    answer = plain_json(api.ANSWERS[name](sight, api.question(sight, name, target))).decode()
    assert agent(4) not in answer
    assert (agent(3) in answer) is (name == "agents")
