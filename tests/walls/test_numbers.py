"""The text on the wall is the API's number at the same place in the stream, written as docs/boards.md says: read in Chromium.

Generated: every metric that a board may put on a tile × every window that it may have there. One wall holds them all, page after page;
the floor stands still meanwhile, so that wall and API speak of the same moment. That the gateway sends the API's numbers, in every
scope, by snapshot and by patches, is tests/live/test_wall_equals_api.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, WebSocket
from playwright.sync_api import Page as BrowserPage

from dashboard.boards.checks import MOMENTS
from dashboard.boards.document import (
    AgentStatesTile,
    Board,
    LongestWaitTile,
    NumberTile,
    Page,
    Place,
    QueueTableTile,
    RestQuotaTile,
    ServiceLevelTile,
    Tile,
    Title,
    TopListTile,
)
from dashboard.boards.mistakes import BoardRefused
from dashboard.boards.reading import document_of, read
from dashboard.floor.metrics import REGISTRY
from dashboard.pages.wall.views import wall_view
from dashboard.wallboards.published import Published
from layouts.screen import Screen
from layouts.texts import catalogue
from layouts.wall import wall
from tests.live.test_wall_equals_api import NUMBERS as ALL_NUMBERS
from tests.live.test_wall_equals_api import OWN, WINDOWS, figure
from tests.ports import free_port
from tests.ui.measuring import document, settled
from tests.walls.scenes import Simulated, Still
from tests.walls.stage import Stage, stage
from tests.walls.written import duration, ratio, written

pytestmark = pytest.mark.browser

A_PAGE: Final = tuple(Place(x, y, 8, 8) for y in (0, 8, 16) for x in (0, 8, 16))
NUMBERS: Final = tuple(metric for metric in ALL_NUMBERS if metric != OWN)
"""A measure of the site's own is written as its scene declares it, and this floor has none."""
LISTED: Final = ("waiting", "answered", "service_level", "aht", "agents_available")
READ: Final = """() => Object.fromEntries([...document.querySelectorAll('.page:not([hidden]) [data-tile]')].map(tile => [
    tile.dataset.tile, {
        text: tile.querySelector('[data-part="number"]')?.parentElement.textContent,
        also: [...tile.querySelectorAll('[data-also]')].map(one => [one.dataset.name, one.textContent]),
        counts: Object.fromEntries([...tile.querySelectorAll('[data-count]')].map(one => [one.dataset.count, one.textContent])),
        rows: [...tile.querySelectorAll('.row:not(.head), .one, .reason')].filter(row => row.offsetHeight > 0).map(row =>
            [...row.querySelectorAll('.name, .n, .rank, .value')].map(cell => cell.textContent)),
    }]))"""


@pytest.fixture(scope="module")
def still() -> Iterator[Stage]:
    """A working day at one moment."""
    with stage(free_port()) as opened:
        opened.show(Still(Simulated(60, 1.5)))
        yield opened


def numbers() -> Iterator[NumberTile]:
    """A tile of each metric and window that a board may hold; another metric in its small print."""
    small = [metric for metric in NUMBERS if metric not in MOMENTS]
    for place, metric in enumerate(NUMBERS):
        also = next(one for one in (small * 2)[place:] if one != metric)
        for window in WINDOWS:
            tile_id = f"{metric}--{window.replace(':', '')}"
            tile = NumberTile(id=tile_id, metric=metric, also=(also,), window=window, trend="none", at=A_PAGE[0])
            try:
                read(document_of(Board("one", Title(en="One"), (Page((tile,)),))))
            except BoardRefused:
                continue
            yield tile


def lists() -> tuple[Tile, ...]:
    """What else shows numbers."""
    columns: Any = {"columns": LISTED, "window": "last_60_min"}
    return (
        ServiceLevelTile(id="service_level", also=("asa",), at=A_PAGE[0]),
        LongestWaitTile(id="longest_wait", at=A_PAGE[1]),
        RestQuotaTile(id="rest_quota", at=A_PAGE[2]),
        AgentStatesTile(id="agent_states", at=Place(0, 8, 24, 6)),
        QueueTableTile(id="queue_table", **columns, at=Place(0, 14, 12, 10)),
        TopListTile(id="top_list", metric="talk_total", window="last_60_min", rows=5, at=Place(12, 14, 12, 10)),
    )


def hung(tiles: tuple[NumberTile, ...]) -> Board:
    """Page after page; lists first."""
    pages = [Page(lists())]
    for first in range(0, len(tiles), len(A_PAGE)):
        some = zip(tiles[first:], A_PAGE, strict=False)
        pages.append(Page(tuple(replace(tile, at=at) for tile, at in some)))
    return Board("all", Title(zh="全部", en="All"), tuple(pages))


class Wall:
    """What stands on all pages of one wall, and what the gateway had sent for it."""

    def __init__(self, page: BrowserPage, stage: Stage, board: Board, file: Path) -> None:
        self.shown: dict[str, Any] = {}
        self.snapshot: Any = None
        stage.hang(Published(board, 1))
        screen = Screen(board.id, "zh-CN", "dark", f"ws://127.0.0.1:{stage.port}/live")
        drawn = wall(wall_view(screen, Published(board, 1)), catalogue("zh-CN", "wall"))
        file.write_text(document(drawn, lang="zh-CN", theme="dark"), encoding="utf-8")
        page.on("websocket", self._listen)
        page.add_init_script(f"Date.now = () => {stage.instant().at_ms}")
        page.goto(f"{file.as_uri()}?hold")
        page.wait_for_selector('.screen[data-drawn="yes"]')
        page.evaluate("document.fonts.ready.then(() => true)")
        for _ in board.pages:
            settled(page)
            self.shown |= page.evaluate(READ)
            page.keyboard.press("ArrowRight")

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._hear)

    def _hear(self, body: str | bytes) -> None:
        frame = json.loads(body)
        if frame["t"] == "snapshot":
            self.snapshot = frame


@pytest.mark.timeout(300)
def test_every_number_on_the_wall_is_the_apis_at_the_same_position(
    browser: Browser, still: Stage, tmp_path: Path
) -> None:
    tiles = tuple(numbers())
    assert {tile.metric for tile in tiles} == set(NUMBERS)
    assert {tile.window for tile in tiles} == set(WINDOWS)
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN", timezone_id="UTC")
    try:
        seen = Wall(context.new_page(), still, hung(tiles), tmp_path / "all.html")
    finally:
        context.close()
    same = Same(seen, still)
    for tile in tiles:
        same.number(tile)
    same.lists()
    assert same.wrong == []
    assert same.with_value > len(tiles) * 0.6, "a floor on which hardly anything happens shows nothing"


class Same:
    """What the wall should show, by the API."""

    def __init__(self, seen: Wall, stage: Stage) -> None:
        self.shown, self.sent, self.stage = seen.shown, seen.snapshot, stage
        self.wrong: list[str] = []
        self.with_value = 0
        self._metrics: dict[str, Any] = {}

    def metrics(self, window: str) -> Any:
        """All of the API's numbers of a window."""
        if window not in self._metrics:
            answer = self.stage.ask("metrics", window=window)
            assert (answer["position"], answer["at"]) == (self.sent["position"], self.sent["at"])
            self._metrics[window] = answer["metrics"]
        return self._metrics[window]

    def written(self, metric: str, window: str, target: float | None = None) -> str:
        """The API's number as it should stand there."""
        value = figure(metric, self.metrics(window)[metric])
        self.with_value += value is not None
        return written(metric, value, now_ms=self.sent["at"], target=target)

    def compare(self, what: str, on_the_wall: Any, expected: Any) -> None:
        if on_the_wall != expected:
            self.wrong.append(f"{what}: {on_the_wall!r}, not {expected!r}")

    def number(self, tile: NumberTile) -> None:
        shown, target = self.shown[tile.id], self.sent["view"][tile.id]["target"]
        self.compare(tile.id, shown["text"], self.written(tile.metric, tile.window, target))
        ((name, text),) = shown["also"]
        self.compare(f"{tile.id}, small", text, f"{name} {self.written(tile.also[0], tile.window)}")

    def lists(self) -> None:
        floor, day = self.stage.ask("floor"), self.metrics("day")
        level = self.shown["service_level"]
        target = self.sent["view"]["service_level"]["target"]
        self.compare("service level", level["text"], ratio(figure("service_level", day["service_level"]), target))
        since = day["longest_wait"].get("since")
        waits = "–" if since is None else duration((self.sent["at"] - since) / 1000)
        self.compare("longest wait", self.shown["longest_wait"]["text"], waits)
        counts = {**floor["agents"]["counts"], "signed_out": floor["agents"]["signed_out"]}
        self.compare("available", self.shown["agent_states"]["text"], str(counts.pop("available")))
        self.compare("states", self.shown["agent_states"]["counts"], {name: str(n) for name, n in counts.items()})
        self.compare(
            "rest quota",
            sorted(row[1] for row in self.shown["rest_quota"]["rows"]),
            sorted(f"{row['now']}/{row['quota']}" for row in floor["resting"]),
        )
        self.table()
        self.top_list()

    def table(self) -> None:
        names = self.sent["names"]["queues"]
        queues = self.stage.ask("queues", window="last_60_min", metric=LISTED)["queues"]
        by_api = {
            names.get(queue, {}).get("zh") or queue: [
                written(metric, figure(metric, told[metric]), now_ms=self.sent["at"]) for metric in LISTED
            ]
            for queue, told in queues.items()
        }
        shown = {name: cells for name, *cells in self.shown["queue_table"]["rows"]}
        assert shown, "queues are shown"
        self.compare("queue table", shown, {name: by_api[name] for name in shown})

    def top_list(self) -> None:
        agents = self.stage.ask("agents", window="last_60_min", metric="talk_total", limit="100")["agents"]
        values = sorted((figure("talk_total", row["metrics"]["talk_total"]) or 0 for row in agents), reverse=True)
        expected = [[str(1 + values.index(value)), duration(value)] for value in values[:5]]
        shown = [[rank, value] for rank, _, value in self.shown["top_list"]["rows"]]
        self.compare("top list", shown, expected)


def test_the_rule_of_the_documentation_by_its_own_examples() -> None:
    now_ms = 10_000_000
    assert {"s", "ratio", "time", "amount", "per 10,000"} <= {one.unit for one in REGISTRY.values()}
    told = {
        ("answered", 1284): "1,284", ("asa", 7.9): "0:07", ("talk_total", 3723): "1:02:03", ("abandon_rate", 0.0353): "3.5%",
        ("abandon_rate", 0.0): "0%", ("sales_amount", 12.5): "12.50", ("complaints_per_10k", 3.24): "3.2/万",
        ("longest_wait", now_ms - 65_000): "1:05", ("last_call_at", 1_763_689_260_000): "09:41", ("asa", None): "–",
    }  # fmt: skip
    assert {key: written(*key, now_ms=now_ms) for key in told} == told
    assert ratio(0.796, 0.8) == "79%"
