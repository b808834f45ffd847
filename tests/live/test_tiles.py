"""What single kinds of tiles hold: numbers with their limits, lines and arrows; top lists; quotas; where numbers come from."""

from __future__ import annotations

from typing import Any

import pytest

from collectors import events as e
from dashboard.access.scope import Scope
from dashboard.boards import TILES
from dashboard.boards.directions import LESS_IS_WORSE, worse_side
from dashboard.boards.document import STANDING, HalfHoursTile, Limits, QueueTableTile, RestQuotaTile, TopListTile
from dashboard.boards.pages_of_people import OF_PEOPLE
from dashboard.floor.metrics import REGISTRY
from dashboard.live import views
from dashboard.live.day_lines import OLDER_A_SECOND, DayLine
from dashboard.live.dirty import Dirty
from dashboard.live.sight import Sight
from dashboard.live.sources import sources
from dashboard.live.viewer import Viewer
from dashboard.live.views import KINDS
from tests.live.boards import board_of, number
from tests.live.people import ALL
from tests.live.scene import AGENTS, QUEUES, SETTINGS, Scene
from tests.live.test_views import seen

HALF_HOUR_S = 1800


def test_every_kind_has_a_value_or_needs_none() -> None:
    assert KINDS.keys() - OF_PEOPLE == TILES.keys() - STANDING


def tile(scene: Scene, one: Any, viewer: Any = ALL) -> Any:
    return seen(scene, board_of("b", one), viewer)[one.id]


def answer(scene: Scene, call: str, agent: str = AGENTS[0], queue: str = "sales", wait_s: int = 3) -> None:
    scene.tell(
        e.QueueEntered(queue, call, 1),
        e.OfferStarted(queue, call, 1, agent),
        e.OfferEnded(queue, call, 1, agent, "answered"),
        e.Answered(queue, call, 1, agent, wait_s),
        e.HandlingEnded(queue, call, 1, agent, "caller", 60),
    )


# -- limits -----------------------------------------------------------------------------------------------------------


def test_the_metrics_own_side_is_bad_unless_the_tile_says_otherwise() -> None:
    scene = Scene().opened()
    scene.tell(e.QueueEntered("sales", "c1", 1), e.QueueEntered("sales", "c2", 1))
    limits = Limits(target=1, amber=2, red=5)
    assert tile(scene, number("n", "waiting", window="now", limits=limits))["level"] == "amber"
    assert tile(scene, number("n", "agents_available", window="now", limits=Limits(amber=5, red=4)))["level"] == "red"
    above = Limits(amber=3, red=4, worse="above")
    assert tile(scene, number("n", "agents_available", window="now", limits=above))["level"] == "red"
    assert tile(scene, number("n", "waiting", window="now"))["level"] == "none"
    found = tile(scene, number("n", "waiting", window="now", limits=limits))
    assert (found["target"], found["level_at"]) == (1, scene.now_ms)


def test_directions_speak_of_metrics_that_there_are() -> None:
    assert REGISTRY.keys() >= LESS_IS_WORSE
    assert (worse_side("service_level"), worse_side("waiting")) == ("below", "above")


def test_limits_that_are_left_out_are_the_queues_own() -> None:
    scene = Scene().opened()
    answer(scene, "late", wait_s=300)
    service = tile(scene, number("n", "service_level"))
    assert (service["v"], service["level"], service["target"]) == (0, "red", 0.8)
    assert tile(scene, number("n", "service_level", limits=Limits(red=0)))["level"] == "amber"
    scene.tell(e.QueueEntered("sales", "c1", 1))
    scene.wait(25)
    wait = tile(scene, number("n", "longest_wait", window="now"))
    assert (wait["since"], wait["level"], wait["target"]) == (scene.now_ms - 25_000, "amber", 40)
    assert "v" not in wait
    assert tile(scene, number("n", "longest_wait", window="now", limits=Limits(red=0)))["target"] is None
    own = Limits(target=10, amber=30, red=60)
    assert tile(scene, number("n", "longest_wait", window="now", limits=own))["level"] == "ok"


def test_a_tables_row_is_held_as_its_tile_says() -> None:
    scene = Scene().opened()
    board = board_of("b", QueueTableTile(id="table", limits=Limits(hold_s=10)))
    sight = Sight(scene.floor, ALL, scene.now_ms).watch()
    view = views.view(sight, board)
    levels = []
    answer(scene, "late", wait_s=300)
    for _ in range(12):
        scene.wait(1)
        dirty = Dirty(time=True)
        dirty.add(scene.changes)
        scene.changes = type(scene.changes)()
        sight.move(scene.now_ms, dirty)
        views.advance(view, sight, board)
        levels.append({row.id: row.sl_level for row in view["table"]}["sales"])  # type: ignore[union-attr]
    assert levels == ["ok"] * 10 + ["red"] * 2


# -- lines and arrows -------------------------------------------------------------------------------------------------


def test_a_line_goes_through_the_days_intervals_and_the_arrow_compares_the_last_full_ones() -> None:
    scene = Scene().opened()
    for call in range(3):
        answer(scene, f"a{call}")
    scene.wait(HALF_HOUR_S).tell(e.SourceAlive())
    for call in range(5):
        answer(scene, f"b{call}")
    found = tile(scene, number("n", "answered", trend="line"))
    assert found["spark"][-2:] == [3, 5]
    last_from = found["spark_from"] + (len(found["spark"]) - 1) * found["spark_step_s"] * 1000
    assert last_from <= scene.now_ms < last_from + HALF_HOUR_S * 1000, "the last one is running"
    assert found["spark_step_s"] == HALF_HOUR_S
    assert found["trend"] is None, "nobody watched the interval before the last one"
    scene.wait(HALF_HOUR_S).tell(e.SourceAlive())
    found = tile(scene, number("n", "answered", trend="arrow"))
    assert (found["trend"], found["spark"]) == ("up", [])
    scene.wait(HALF_HOUR_S).tell(e.SourceAlive())
    assert tile(scene, number("n", "answered", trend="arrow"))["trend"] == "down"
    for _ in range(2):
        scene.wait(HALF_HOUR_S).tell(e.SourceAlive())
    assert tile(scene, number("n", "answered", trend="arrow"))["trend"] == "same"
    assert tile(scene, number("n", "asa", trend="arrow"))["trend"] is None, "nobody answered: no value to compare"
    assert tile(scene, number("n", "waiting", window="now", trend="line"))["spark"] == []
    assert tile(scene, number("n", "answered"))["trend"] is None


def test_no_arrow_where_an_interval_is_not_known_whole() -> None:
    scene = Scene().opened()
    answer(scene, "a")
    scene.wait(HALF_HOUR_S).tell(e.SourceAlive())
    answer(scene, "b")
    scene.tell(e.LinkLost("timeout", scene.now_ms - 5_000))
    scene.wait(HALF_HOUR_S)
    assert tile(scene, number("n", "answered", trend="arrow"))["trend"] is None


def test_a_line_asks_for_what_may_have_changed_and_no_more() -> None:
    scene = Scene().opened()
    asked: list[str] = []

    def ask(window: str) -> list[Any]:
        asked.append(window)
        return [window]

    queues, agents = DayLine(("answered",), by_agent=False), DayLine(("calls_handled",), by_agent=True)
    queues.renew(scene.floor, scene.now_ms, 16, ask)
    assert len(asked) == 16
    asked.clear()
    queues.renew(scene.floor, scene.now_ms, 16, ask)
    assert asked == [], "once a second"
    queues.renew(scene.floor, scene.now_ms + 1_000, 16, ask)
    assert len(asked) == 3
    assert asked[:2] == ["interval", "interval:-1"]
    asked.clear()
    agents.renew(scene.floor, scene.now_ms + 1_000, 16, ask)
    assert asked == ["interval", "interval:-1", *(f"interval:-{back}" for back in range(2, 3 + OLDER_A_SECOND))]
    for second in range(2, 6):
        agents.renew(scene.floor, scene.now_ms + second * 1_000, 16, ask)
    assert len(agents.found) == 16
    asked.clear()
    for second in range(6, 50):
        agents.renew(scene.floor, scene.now_ms + second * 1_000, 16, ask)
    assert set(asked) == {"interval", "interval:-1"}


def test_outbound_half_hours_are_of_who_dials() -> None:
    scene = Scene().opened()
    scene.tell(e.OwnCallStarted(AGENTS[0], "o1", "outbound", "13800000001"), e.OwnCallConnected(AGENTS[0], "o1"))
    scene.wait(41).tell(e.OwnCallEnded(AGENTS[0], "o1"))
    scene.tell(e.OwnCallStarted(AGENTS[2], "o2", "outbound", "13800000002"))
    scene.tell(e.OwnCallEnded(AGENTS[2], "o2"))
    found = tile(scene, HalfHoursTile(id="h", series="outbound", limits=Limits(target=0.4)))
    assert (found["series"], found["abandoned"], found["target"]) == ("outbound", [], 0.4)
    assert (found["offered"][-1], found["answered"][-1], found["sl"][-1]) == (2, 1, 0.5)


# -- lists ------------------------------------------------------------------------------------------------------------


def test_a_top_list_has_the_best_and_equal_figures_share_a_rank() -> None:
    scene = Scene().opened()
    for n, agent in enumerate([0, 0, 1, 1, 2]):
        answer(scene, f"c{n}", AGENTS[agent])
    rows = tile(scene, TopListTile(id="top", rows=3))["rows"]
    assert [(row["rank"], row["id"], row["v"]) for row in rows] == [
        (1, "PJSIP/1001", 2), (1, "PJSIP/1002", 2), (3, "PJSIP/1003", 1),
    ]  # fmt: skip
    assert (rows[0]["name"], rows[0]["staff"], rows[0]["team"]) == ("张1001", "1001", "north")
    north = tile(scene, TopListTile(id="top", rows=3, teams=("north",)))["rows"]
    assert [row["id"] for row in north] == ["PJSIP/1001", "PJSIP/1003"]
    assert tile(scene, TopListTile(id="top"), Viewer(Scope(frozenset()))) == {"rows": []}
    assert tile(scene, TopListTile(id="top", metric="waiting")) == {"rows": []}, "no agent has that"


def test_a_quota_is_amber_when_it_is_full_and_red_beyond() -> None:
    reasons = {
        "rest": e.PauseReasonSettings(e.Names("小休", "Break"), "rest", 900, quota=2),
        "lunch": e.PauseReasonSettings(e.Names("就餐", "Lunch"), "rest", 1800),
    }
    settings = e.FloorSettings(
        queues=SETTINGS.queues, agents=SETTINGS.agents, teams=SETTINGS.teams, pause_reasons=reasons
    )
    scene = Scene().opened()
    scene.tell(e.SettingsChanged(settings), switch="settings")
    told = []
    for agent in (None, *AGENTS[:3]):
        if agent is not None:
            scene.tell(*(e.MemberPaused(queue, agent, "rest") for queue in QUEUES))
        told.append(tile(scene, RestQuotaTile(id="q"))["rows"])
    assert told == [
        [{"id": "rest", "now": n, "quota": 2, "level": level}] for n, level in enumerate(["ok", "ok", "amber", "red"])
    ]
    named = tile(scene, RestQuotaTile(id="q", reasons=("lunch", "gone")))["rows"]
    assert named == [{"id": "lunch", "now": 0, "quota": 0, "level": "none"}]
    of_team = tile(scene, RestQuotaTile(id="q", teams=("south",)))["rows"]
    assert of_team[0]["now"] == 1


# -- where numbers come from ------------------------------------------------------------------------------------------


@pytest.fixture
def two_switches() -> Scene:
    """`sales` is on pbx1, `support` on pbx2; 1002 serves both."""
    scene = Scene()
    scene.tell(e.SettingsChanged(SETTINGS), switch="settings")
    for switch, queue, agents in (("pbx1", "sales", AGENTS[:2]), ("pbx2", "support", AGENTS[1:3])):
        members = [e.MemberRow(queue, agent, agent, dynamic=True, device="free") for agent in agents]
        scene.tell(e.SnapshotTaken([e.QueueRow(queue)], members, [], [], [], [], []), e.SourceAlive(), switch=switch)
    return scene


def test_a_tile_says_which_switches_it_depends_on(two_switches: Scene) -> None:
    scene = two_switches
    board = board_of(
        "b",
        number("all", "waiting", window="now"),
        number("sales", "waiting", window="now", queues=("sales",)),
        number("both", "waiting", window="now", queues=("sales", "support")),
        number("unknown", "waiting", window="now", queues=("sales", "nowhere")),
        TopListTile(id="team", teams=("south",)),
        TopListTile(id="north", teams=("north",)),
    )
    sight = Sight(scene.floor, ALL, scene.now_ms)
    assert sources(sight, board) == {"sales": ["pbx1"]}
    narrow = Sight(scene.floor, Viewer(Scope(frozenset({"support"}))), scene.now_ms)
    assert sources(narrow, board_of("b", number("all", "waiting", window="now"))) == {"all": ["pbx2"]}
    assert views.names(sight, board)["sources"] == {"sales": ["pbx1"]}


def test_with_one_switch_there_is_nothing_to_say() -> None:
    scene = Scene().opened()
    sight = Sight(scene.floor, ALL, scene.now_ms)
    assert sources(sight, board_of("b", number("n", "waiting", queues=("sales",)))) == {}
