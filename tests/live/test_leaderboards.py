"""Leaderboards in the gateway: a board of their own, what one viewer is told of whom, and who is shown at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from msgspec import structs

from collectors import events as e
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.unavailable import AccessUnavailable
from dashboard.boards import Board, Page
from dashboard.boards.document import Place, TopListTile
from dashboard.boards.document import Title as Words
from dashboard.floor.changes import Changes
from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.leaderboards.celebrations.badges import Won
from dashboard.leaderboards.celebrations.marks import Honours, Hour
from dashboard.leaderboards.current import Current, Known
from dashboard.leaderboards.document import Badge, Goal, Leaderboard, Period, Prize
from dashboard.leaderboards.people.appearing import Appearing, TakesPart
from dashboard.leaderboards.standings.past import AgentSum, PastSums
from dashboard.leaderboards.standings.period_numbers import Wanted
from dashboard.live.clocks import Instant
from dashboard.live.gateway import Gateway
from dashboard.live.leaderboard_reading import LeaderboardReading
from dashboard.live.leaderboard_shown import LONG_STREAK
from dashboard.live.visitor import Visitor
from tests.live.people import screen, visitor
from tests.live.scene import AGENTS, START_MS, Scene
from tests.live.test_gateway import Memory, write
from tests.patience import HANG_S

SCRIPT: Final = Path(__file__).resolve().parents[2] / "assets" / "js" / "parts" / "leaderboards.js"
CALLS: Final = Scheme((Part("calls_handled", by="range", low=0, high=10),))
STAR: Final = Badge("star", Words("之星", "Star"), "calls_handled", 5)
DOCUMENT: Final = Leaderboard(
    Words("服务之星", "Service"),
    CALLS,
    prizes=(Prize(1, Words("奖杯", "Cup")),),
    goals=(Goal("calls_handled", 8),),
    badges=(STAR,),
)
SOUTH: Final = Scope(frozenset(), frozenset({"south"}))
DAY_MS: Final = START_MS - 10 * 3_600_000
WALL: Final = Board(
    "wall",
    Words("墙", "Wall"),
    (Page((TopListTile(id="top", leaderboard="one", rows=3, at=Place(0, 0, 6, 8)),)),),
)


def appears(agent: str, takes_part: TakesPart = "shown") -> Appearing:
    return Appearing(f"小{agent[-1]}", f"/avatars/{agent[-4:]}", 3, takes_part)


class Show:
    """A gateway on a small floor: the agents handled 5, 4, 3 and 2 calls."""

    def __init__(self, document: Leaderboard = DOCUMENT, **kept: Any) -> None:
        self.scene = Scene().opened()
        for place, agent in enumerate(AGENTS[:4]):
            self.handle(agent, 5 - place)
        self.gateway = Gateway({"wall": WALL}, "test", write)
        self.current = Current((Known("one", document, EVERYTHING),), appearing={a: appears(a) for a in AGENTS})
        self.tell()
        self.keep(**kept)

    @property
    def now(self) -> Instant:
        return self.scene.now

    def keep(self, **kept: Any) -> None:
        """Something that is kept of leaderboards is another now."""
        self.current = replace(self.current, **kept)
        self.gateway.leaderboards_are(self.current, self.now)

    def handle(self, agent: str, calls: int) -> None:
        for n in range(calls):
            call = f"{agent}-{self.scene.now_ms}-{n}"
            self.scene.tell(e.QueueEntered("sales", call, 1), e.OfferStarted("sales", call, 1, agent))
            self.scene.tell(e.OfferEnded("sales", call, 1, agent, "answered"), e.Answered("sales", call, 1, agent, 3))
            self.scene.tell(e.HandlingEnded("sales", call, 1, agent, "caller", 60))

    def tell(self) -> None:
        changes, self.scene.changes = self.scene.changes, Changes()
        self.gateway.folded(changes, self.scene.floor, self.scene.position, 1, self.now)

    def go_on(self, seconds: float = 1) -> None:
        self.scene.wait(seconds)
        self.tell()
        self.gateway.tick(self.now)
        self.gateway.second(self.now)

    def opens(self, by: Visitor, board: str = "leaderboard:one") -> Memory:
        socket = Memory()
        hello = msgspec.json.encode({"board": board}).decode()
        self.gateway.heard(self.gateway.opened(socket, by, self.now), hello, self.now)
        self.go_on()
        return socket


def rows(socket: Memory, tile: str = "ranking") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = socket.on_screen()[tile]["rows"]
    return found


def told(socket: Memory, tile: str = "ranking") -> list[tuple[int, str]]:
    return [(row["rank"], row["name"]) for row in rows(socket, tile)]


def test_a_leaderboard_has_a_board_of_its_own_and_follows_the_floor() -> None:
    show = Show(hours={("one", DAY_MS): (Hour(DAY_MS, {AGENTS[0]: 3, AGENTS[1]: 1, AGENTS[2]: 2}),)})
    socket = show.opens(visitor())
    assert told(socket) == [(1, "小1"), (2, "小2"), (3, "小3")], "nobody's last place is shown"
    view = socket.on_screen()
    assert (view["head"]["state"], view["head"]["ranked"], view["head"]["period"]) == ("running", 4, "day")
    assert [row["move"] for row in rows(socket)] == [2, -1, -1]
    assert [best["kind"] for best in view["bests"]["bests"]] == ["climber"]
    assert view["goals"]["rows"] == [
        {"id": "0-calls_handled", "metric": "calls_handled", "v": 14.0, "target": 8.0, "reached": True}
    ]
    assert [(row["id"], row["rank"]) for row in view["team_race"]["rows"]] == [("north", 1), ("south", 2)]
    assert view["celebration"] is None
    (names,) = [frame["names"]["leaderboards"]["one"] for frame in socket.of("snapshot")[-1:]]
    assert names["title"] == {"zh": "服务之星", "en": "Service"}
    assert names["metrics"]["calls_handled"]["en"] == "Calls handled"
    assert names["prizes"] == [{"rank": 1, "zh": "奖杯", "en": "Cup"}]

    show.handle(AGENTS[2], 3)
    show.go_on(0.1)
    assert told(socket) == [(1, "小3"), (2, "小1"), (3, "小2")]
    assert rows(socket)[0]["parts"] == [{"metric": "calls_handled", "points": 6000, "most": 10000, "v": 6.0}]
    assert AGENTS[0] not in str(socket.frames), "no agent's id travels"


def test_names_are_told_only_of_whom_the_viewer_may_see() -> None:
    show = Show(honours={"one": {AGENTS[0]: Honours(Won(("star",), 4), 1)}})
    north_and_south, south = show.opens(visitor()), show.opens(visitor(SOUTH))
    assert told(south) == [(1, ""), (2, "小2"), (3, "")]
    first = rows(south)[0]
    assert (first["avatar"], first["team"], first["badges"], first["streak"], first["score"]) == ("", "", [], 0, 5000)
    assert [one["kind"] for one in north_and_south.on_screen()["bests"]["bests"]] == ["streak", "badge"]
    assert south.on_screen()["bests"] == {"bests": []}
    teams = rows(south, "team_race")
    assert [row["id"] == "south" for row in teams] == [False, True]
    assert "north" not in str(teams)
    ids = {row["id"] for row in rows(south)}
    assert ids == {row["id"] for row in rows(north_and_south)}, "an id is the row's, whoever looks"


@pytest.mark.parametrize(("days", "kinds"), [(LONG_STREAK, ["streak"]), (LONG_STREAK - 1, [])])
def test_a_streak_is_told_when_it_is_long_as_on_every_other_tile(days: int, kinds: list[str]) -> None:
    socket = Show(honours={"one": {AGENTS[0]: Honours(Won((), days), 1)}}).opens(visitor())
    assert [one["kind"] for one in socket.on_screen()["bests"]["bests"]] == kinds
    assert f"const LONG_STREAK = {LONG_STREAK};" in SCRIPT.read_text(encoding="utf-8")


def test_who_is_not_shown_is_in_nobodys_ranks_and_scores_as_before() -> None:
    show = Show()
    before = show.opens(visitor())
    scores = {row["name"]: row["score"] for row in rows(before)}
    show.keep(appearing={a: appears(a, "only_me" if a == AGENTS[0] else "shown") for a in AGENTS})
    show.go_on()
    assert told(before) == [(1, "小2"), (2, "小3")]
    assert all(row["score"] == scores[row["name"]] for row in rows(before))
    assert before.on_screen()["head"]["ranked"] == 3
    (own,) = show.gateway.leaderboards.own(AGENTS[0])
    assert (own.standing.rank, own.only_me, own.above) == (1, True, None)
    show.keep(appearing={AGENTS[0]: appears(AGENTS[0], "no")})
    assert show.gateway.leaderboards.own(AGENTS[0]) == ()
    show.keep(appearing=None)
    show.go_on()
    assert told(before) == [], "while nobody knows who wants to be shown, nobody is"


def test_a_leaderboard_on_a_wall_is_its_first_ones() -> None:
    show = Show()
    wall = show.opens(screen("wall"), "wall")
    assert told(wall, "top") == [(1, "小1"), (2, "小2"), (3, "小3")]
    assert set(wall.of("snapshot")[-1]["names"]["leaderboards"]) == {"one"}


def test_a_board_is_there_for_who_sees_something_of_it_while_it_is_on() -> None:
    show = Show()
    known = Known("one", DOCUMENT, SOUTH, queues=frozenset(), teams=frozenset({"south"}))
    show.keep(known=(known,))
    north = show.opens(visitor(Scope(frozenset(), frozenset({"north"}))))
    assert [frame["code"] for frame in north.of("error")] == ["unknown_board"]
    south = show.opens(visitor(SOUTH))
    assert [name for _, name in told(south)] == ["小2"], "only the scope's own agents take part"
    agent = show.opens(visitor(role=Role.AGENT))
    assert agent.ended is not None

    show.keep(known=(replace(known, version=2, document=structs.replace(DOCUMENT, title=Words("新", "New"))),))
    show.go_on()
    assert south.of("snapshot")[-1]["revision"] == 2
    assert south.of("snapshot")[-1]["names"]["leaderboards"]["one"]["title"]["en"] == "New"
    show.keep(known=())
    show.go_on()
    assert [frame["code"] for frame in south.of("error")] == ["unknown_board"]
    show.keep(known=(known,))
    show.go_on()
    assert [name for _, name in told(south)] == ["小2"]


def test_good_news_names_only_whom_the_viewer_may_see() -> None:
    show = Show()
    everybody, south = show.opens(visitor()), show.opens(visitor(SOUTH))
    called = e.CelebrationCalled("cause", "one", "leader", AGENTS[0])
    show.scene.tell(
        called, e.CelebrationCalled("other", "elsewhere", "leader", AGENTS[1]), switch=e.LEADERBOARDS_WRITER
    )
    show.go_on()
    news, hidden = everybody.on_screen()["celebration"], south.on_screen()["celebration"]
    assert (news["kind"], news["name"], news["sound"]) == ("leader", "小1", "none")
    assert (hidden["id"], hidden["name"], hidden["avatar"]) == (news["id"], "", "")
    assert AGENTS[0] not in news["id"]


def test_two_gateways_show_the_same_order() -> None:
    first, second = Show(), Show()
    screens = [show.opens(visitor()) for show in (first, second)]
    for show, steps in ((first, (1, 1, 1, 1)), (second, (4,))):
        for step in steps:
            show.handle(AGENTS[3], step)
            show.go_on(4 / len(steps))
    views = [[(row["rank"], row["name"], row["score"]) for row in rows(socket)] for socket in screens]
    assert views[0] == views[1]
    assert views[0][0] == (1, "小4", 6000)
    ids = [{row["id"] for row in rows(socket)} for socket in screens]
    assert ids[0].isdisjoint(ids[1]), "ids are each gateway's own"


class Kept:
    """Leaderboards and a history in memory. `behind`: how often history is not there yet when it is asked."""

    def __init__(self, current: Current, behind: int) -> None:
        self._current = current
        self._behind = behind
        self.asked = 0

    def current(self, now_ms: int) -> Current:  # noqa: ARG002 (it is always the same)
        return self._current

    def past(self, wanted: Wanted) -> PastSums:
        bounds = wanted.bounds
        assert "calls_handled" in wanted.metrics
        assert not wanted.with_queues
        self.asked += 1
        if self.asked == 1:
            raise AccessUnavailable("The database is away.")
        at_ms = bounds.to_ms - (self.asked <= self._behind)
        return PastSums(bounds, {AGENTS[3]: AgentSum((100, *[0] * 25))}, (1, 0), at_ms)


async def in_thread(task: Callable[[], Any]) -> Any:
    return task()


def test_a_month_is_shown_as_soon_as_history_has_come_to_the_floors_own_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then nothing of it: who was ahead on days that are not read yet would be behind."""
    monkeypatch.setattr("dashboard.live.leaderboard_reading.LOOK_S", 0.001)
    monkeypatch.setattr("dashboard.live.leaderboard_reading.AGAIN_S", 0.001)
    show = Show()
    month = structs.replace(DOCUMENT, period=Period("month"))
    kept = Kept(replace(show.current, known=(Known("one", month, EVERYTHING, version=2),)), behind=3)
    reading = LeaderboardReading(show.gateway, kept, in_thread, lambda: show.now)
    socket = show.opens(visitor())

    async def until_it_stands() -> None:
        task = asyncio.create_task(reading.run())
        try:
            async with asyncio.timeout(HANG_S):
                while kept.asked < 3:
                    await asyncio.sleep(0.001)
                show.go_on()
                assert (told(socket), socket.on_screen()["head"]["loading"]) == ([], True)
                while show.gateway.leaderboards.wanted():
                    await asyncio.sleep(0.001)
        finally:
            task.cancel()

    asyncio.run(until_it_stands())
    show.go_on()
    assert told(socket)[0] == (1, "小4")
    assert rows(socket)[0]["parts"][0]["v"] == 102
    assert not socket.on_screen()["head"]["loading"]
    assert kept.asked == 4
