"""What tiles hold, and that keeping a view up to date gives what computing it anew gives."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import events as e
from dashboard.access.scope import Scope
from dashboard.boards import FLOOR, Board
from dashboard.boards.document import (
    AgentStatesTile,
    AgentsTile,
    HalfHoursTile,
    Limits,
    LongestWaitTile,
    QueueTableTile,
    RestQuotaTile,
    ServiceLevelTile,
    TopListTile,
    WaitingCallersTile,
)
from dashboard.live import views
from dashboard.live.dirty import Dirty
from dashboard.live.frames import plain_json
from dashboard.live.holding import ShownLevels
from dashboard.live.patches import apply
from dashboard.live.people import ROTATION_S
from dashboard.live.sight import Sight
from dashboard.live.viewer import Viewer
from tests.live.boards import WALL, board_of, number
from tests.live.people import ALL
from tests.live.scene import AGENTS, Scene, Story

NORTH = board_of("north", AgentStatesTile(id="states"), AgentsTile(id="agents", signed_out=True), teams=("east",))
SALES = board_of(
    "sales",
    ServiceLevelTile(id="sl"),
    AgentStatesTile(id="states"),
    AgentsTile(id="agents"),
    AgentsTile(id="few", rows=2),
    QueueTableTile(id="table"),
    WaitingCallersTile(id="callers", rows=2),
    LongestWaitTile(id="wait"),
    number("recent", "answered", window="last_5_min"),
    number("occupancy", "occupancy"),
    HalfHoursTile(id="trend"),
    number("limited", "waiting", window="now", limits=Limits(amber=1, red=2, hold_s=5)),
    number("since", "longest_wait", window="now", also=("longest_wait",)),
    TopListTile(id="top", rows=3),
    RestQuotaTile(id="rest", reasons=("lunch",)),
    QueueTableTile(id="columns", columns=("waiting", "longest_wait", "aht", "calls_handled"), limits=Limits(hold_s=9)),
    queues=("sales",),
)


def shown(value: object) -> Any:
    return msgspec.json.decode(plain_json(value))


def seen(scene: Scene, board: Board = WALL, viewer: Viewer = ALL, levels: ShownLevels | None = None) -> dict[str, Any]:
    """A board computed anew. `levels`: what was shown before."""
    view: dict[str, Any] = shown(views.view(Sight(scene.floor, viewer, scene.now_ms, levels=levels), board))
    return view


def test_an_open_floor_at_rest() -> None:
    view = seen(Scene().opened())
    assert view["waiting"]["v"] == 0
    assert view["longest_wait"] == {
        "since": None, "queue": None, "level": "none", "target": None, "gap_s": 0, "window_s": 0,
        "level_at": None,
    }  # fmt: skip
    assert view["service_level"]["v"] is None
    assert view["service_level"]["level"] == "none"
    assert view["agent_states"]["staffed"] == 4
    assert view["agent_states"]["counts"]["available"] == 4
    assert [row["id"] for row in view["agents"]["rows"]] == ["PJSIP/1001", "PJSIP/1003", "PJSIP/1002", "PJSIP/1004"]
    assert view["agents"]["rows"][0]["name"] == "张1001"


def test_a_caller_waits_rings_and_talks() -> None:
    scene = Scene().opened()
    scene.tell(e.QueueEntered("sales", "c1", 1, "13812345678"))
    joined_ms = scene.now_ms
    scene.wait(25)
    view = seen(scene)
    assert view["waiting"]["v"] == 1
    assert view["longest_wait"]["since"] == joined_ms
    assert view["longest_wait"]["queue"] == "sales"
    assert view["longest_wait"]["level"] == "amber"
    assert view["longest_wait"]["target"] == 40
    assert view["waiting_callers"]["rows"] == [
        {
            "id": "pbx1/boot1/c1/1", "queue": "sales", "number": "138****5678", "since": joined_ms, "ringing": False,
            "level": "amber",
        }
    ]  # fmt: skip
    assert [row["id"] for row in view["queue_table"]["rows"]] == ["sales", "support"], "the worst is first"
    assert view["queue_table"]["rows"][0]["oldest"] == joined_ms
    scene.tell(e.OfferStarted("sales", "c1", 1, "PJSIP/1001"))
    assert seen(scene)["waiting_callers"]["rows"][0]["ringing"] is True
    scene.wait(2).tell(
        e.OfferEnded("sales", "c1", 1, "PJSIP/1001", "answered"), e.Answered("sales", "c1", 1, "PJSIP/1001", 27)
    )
    view = seen(scene)
    agent = view["agents"]["rows"][0]
    assert (agent["state"], agent["queue"], agent["number"], agent["since"]) == (
        "talking", "sales", "138****5678", scene.now_ms,
    )  # fmt: skip
    assert agent["limit_at"] == scene.now_ms + 480_000
    assert view["waiting_callers"]["rows"] == []
    assert view["service_level"]["v"] == 0
    assert view["service_level"]["level"] == "red"
    assert view["answered"]["v"] == 1
    assert view["answered"]["also"]["asa"]["v"] == 27


def test_wrap_up_ends_by_time_alone() -> None:
    scene = Scene().opened()
    sight = Sight(scene.floor, ALL, scene.now_ms).watch()
    shown_view = views.view(sight, WALL)
    scene.tell(e.QueueEntered("sales", "c1", 1), e.Answered("sales", "c1", 1, "PJSIP/1001", 0))
    scene.wait(10).tell(e.HandlingEnded("sales", "c1", 1, "PJSIP/1001", "caller", 10))
    dirty = Dirty()
    dirty.add(scene.changes)
    sight.move(scene.now_ms, dirty)
    views.advance(shown_view, sight, WALL)
    assert shown(shown_view)["agents"]["rows"][0]["state"] == "wrapping_up"
    scene.wait(6)
    sight.move(scene.now_ms, Dirty(time=True))
    patch = shown(views.advance(shown_view, sight, WALL))
    assert [(row["id"], row["state"]) for row in patch["agents"]["set"]] == [("PJSIP/1001", "available")]
    assert patch["agent_states"]["counts"]["available"] == 4


def test_pause_reasons_limits_and_partly_paused() -> None:
    scene = Scene().opened()
    scene.tell(e.MemberPaused("sales", "PJSIP/1001", "lunch"))
    assert seen(scene)["agents"]["rows"][0]["partly"] == [1, 2]
    scene.tell(e.MemberPaused("support", "PJSIP/1001", "lunch"))
    row = seen(scene)["agents"]["rows"][0]
    assert (row["state"], row["reason"], row["limit_at"]) == ("paused", "lunch", scene.now_ms + 1_800_000)


def test_an_idle_floor_changes_nothing_but_by_the_clock() -> None:
    scene = Scene().opened()
    sight = Sight(scene.floor, ALL, scene.now_ms).watch()
    view = views.view(sight, FLOOR)
    for _ in range(20):
        dirty = Dirty(time=True)
        dirty.add(scene.wait(1).tell(e.SourceAlive()))
        sight.move(scene.now_ms, dirty)
        patch = shown(views.advance(view, sight, FLOOR))
        assert set(patch) <= {"agents"}, "only seconds in agents' rows grow, a slice of them each second"


def test_growing_seconds_of_rows_are_renewed_within_the_rotation() -> None:
    scene = Scene().opened()
    scene.tell(e.OwnCallStarted("PJSIP/1001", "o1", "outbound", "13812345678"), e.OwnCallConnected("PJSIP/1001", "o1"))
    sight = Sight(scene.floor, ALL, scene.now_ms).watch()
    view = views.view(sight, FLOOR)
    for _ in range(ROTATION_S):
        sight.move(scene.wait(1).now_ms, Dirty(time=True))
        views.advance(view, sight, FLOOR)
    row = shown(view)["agents"]["rows"][0]
    assert row["id"] == "PJSIP/1001"
    assert 0 < row["talk"] <= ROTATION_S


def test_boards_narrow_by_queue_and_by_team_with_its_children() -> None:
    scene = Scene().opened()
    scene.tell(e.MembershipRemoved("sales", "PJSIP/1004"))
    by_queue = seen(scene, SALES)
    assert [row["id"] for row in by_queue["table"]["rows"]] == ["sales"]
    assert by_queue["states"]["staffed"] == 3
    assert len(by_queue["few"]["rows"]) == 2
    by_team = seen(scene, NORTH)
    assert {row["team"] for row in by_team["agents"]["rows"]} == {"north"}
    assert by_team["states"]["staffed"] == 2


def test_a_scope_hides_queues_callers_and_work_elsewhere() -> None:
    scene = Scene().opened()
    scene.tell(
        e.QueueEntered("support", "c1", 1, "13812345678"),
        e.QueueEntered("support", "c2", 1, "13912345678"),
        e.Answered("support", "c2", 1, "PJSIP/1001", 0),
    )
    view = seen(scene, FLOOR, Viewer(Scope(queues=frozenset({"sales"}))))
    assert [row["id"] for row in view["queue_table"]["rows"]] == ["sales"]
    assert view["waiting_callers"]["rows"] == []
    assert view["waiting"]["v"] == 0
    busy = next(row for row in view["agents"]["rows"] if row["id"] == "PJSIP/1001")
    assert (busy["state"], busy["queue"], busy["number"]) == ("busy_elsewhere", None, None)
    nobody = seen(scene, FLOOR, Viewer(Scope(queues=frozenset())))
    assert nobody["agents"]["rows"] == []
    assert nobody["agent_states"]["staffed"] == 0
    by_team = seen(scene, FLOOR, Viewer(Scope(queues=frozenset(), teams=frozenset({"north"}))))
    assert {row["team"] for row in by_team["agents"]["rows"]} == {"north"}


def test_a_gap_is_told_with_its_window() -> None:
    scene = Scene().opened()
    assert seen(scene)["answered"]["gap_s"] == seen(scene)["answered"]["window_s"] == 0
    scene.wait(600).tell(e.LinkLost("timeout", scene.now_ms - 20_000))
    number = seen(scene)["answered"]
    assert number["gap_s"] == 20
    assert number["window_s"] == 600


def test_names_hold_what_people_typed_in_both_languages() -> None:
    scene = Scene().opened()
    names = views.names(Sight(scene.floor, ALL, scene.now_ms), WALL)
    assert names["queues"]["sales"] == {"zh": "销售", "en": "Sales"}
    assert names["reasons"]["lunch"] == {"zh": "就餐", "en": "Lunch", "category": "rest", "limit_s": 1800}
    assert names["time_zone"] == "Asia/Shanghai"
    narrow = Viewer(Scope(queues=frozenset({"sales"})))
    assert set(views.names(Sight(scene.floor, narrow, scene.now_ms), WALL)["queues"]) == {"sales"}


GROWING = ("talk", "occupancy")


def steady(view: dict[str, Any]) -> dict[str, Any]:
    """Without the seconds that grow in agents' rows."""
    for value in view.values():
        for row in (value or {}).get("rows", ()):
            for field in GROWING:
                row.pop(field, None)
    return view


def test_keeping_a_view_up_to_date_gives_what_computing_it_anew_gives() -> None:
    """Something has to change in some of the stories; a quiet one about another team may leave a narrow board as it is."""
    changed = 0

    @settings(max_examples=25)
    @given(st.integers(0, 1_000_000), st.sampled_from([WALL, FLOOR, SALES, NORTH]), st.sampled_from([1, 3]))
    def told(seed: int, board: Board, batch: int) -> None:
        nonlocal changed
        changed += _patches(seed, board, batch)

    told()
    assert changed


@pytest.mark.parametrize("seed", [671, 305])
def test_the_crew_of_a_queue_is_all_who_served_it_today(seed: int) -> None:
    """671: calls of somebody who left the queue; 305: somebody who came to a queue and left it between two looks."""
    assert _patches(seed, SALES, 3)


def _patches(seed: int, board: Board, batch: int) -> int:
    """How many of the steps of one story changed anything."""
    scene = Scene().opened()
    story = Story(scene, seed)
    viewer = Viewer(Scope(queues=frozenset({"sales"}))) if seed % 4 == 0 else ALL
    sight = Sight(scene.floor, viewer, scene.now_ms).watch()
    view = views.view(sight, board)
    screen = shown(view)
    changed = 0
    for _ in range(30):
        dirty = Dirty(time=True)
        for _ in range(batch):
            dirty.add(story.step())
        sight.move(scene.now_ms, dirty)
        patch = shown(views.advance(view, sight, board))
        changed += bool(patch)
        screen = apply(screen, patch)
        assert screen == shown(view), "what the patches say is what the view became"
        assert steady(shown(view)) == steady(seen(scene, board, viewer, sight.levels))
    return changed


@settings(max_examples=15)
@given(st.integers(0, 1_000_000))
def test_no_unmasked_number_and_no_callers_name_is_in_any_view(seed: int) -> None:
    scene = Scene().opened()
    story = Story(scene, seed)
    for _ in range(40):
        story.step()
        text = plain_json(views.view(Sight(scene.floor, ALL, scene.now_ms), FLOOR)).decode()
        assert not [number for number in story.numbers if number in text]
        assert "<b>name" not in text
    assert story.numbers


@pytest.mark.parametrize("agents", [AGENTS])
def test_states_are_a_partition_of_the_staffed_after_every_event(agents: tuple[str, ...]) -> None:
    scene = Scene().opened()
    story = Story(scene, 7)
    for _ in range(200):
        story.step()
        states = seen(scene)["agent_states"]
        assert sum(states["counts"].values()) == states["staffed"]
        assert states["staffed"] + states["signed_out"] == len(scene.floor.agents) <= len(agents)
