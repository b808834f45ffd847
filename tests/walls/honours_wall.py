"""The wall of a leaderboard in a browser, with honours of our own behind it: the real layouts, styles and scripts, and a gateway that says
what it is told to."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, Page

from dashboard.boards import LeaderboardShape, leaderboard_board
from dashboard.boards.document import Board, Title
from dashboard.pages.wall.views import wall_view
from dashboard.wallboards.published import Published
from layouts.screen import Screen
from layouts.texts import catalogue
from layouts.wall import wall
from tests.patience import HANG_S
from tests.ui.gateway_script import ScriptedGateway
from tests.ui.measuring import ROOT, document
from tests.walls.honours import FACTS, FRIDAY_MS, ID, SCENES, TEAMS, Honours

DRAWN = '.screen.wall[data-drawn="yes"]:not([data-age="connecting"])'


class HonoursFloor:
    """A floor of which nothing is shown but its leaderboard, on a Friday morning."""

    link_failed = False

    def __init__(self) -> None:
        self.facts: dict[str, Any] = FACTS
        self._ahead_ms = FRIDAY_MS - int(time.time() * 1000)

    def now_ms(self) -> int:
        return int(time.time() * 1000) + self._ahead_ms

    def names(self) -> dict[str, Any]:
        names = {"queues": {}, "teams": TEAMS, "reasons": {}, "board": {"title": self.facts["title"]}, "site": "main"}
        return names | {"time_zone": "Asia/Shanghai", "leaderboards": {ID: self.facts}}

    def view(self) -> dict[str, Any]:
        return {}


def board_of(honours: Honours, *, rings: bool = False) -> Board:
    """The leaderboard's own board, by what it has."""
    title = honours.facts["title"]
    shape = LeaderboardShape(
        Title(zh=title["zh"], en=title["en"]),
        is_between_teams=honours.facts["compares"] == "teams",
        has_teams=bool(honours.teams),
        has_goals=bool(honours.goals),
        rings=rings,
    )
    return leaderboard_board(ID, shape)


class HonoursWall:
    """`gateway`: says what is shown; `show` opens a scene's wall in a browser."""

    def __init__(self, gateway: ScriptedGateway, floor: HonoursFloor, address: str) -> None:
        self.gateway = gateway
        self.floor = floor
        self._address = address
        self.shown = Honours.__new__(Honours)

    @contextlib.contextmanager
    def show(
        self,
        browser: Browser,
        scene: str,
        size: tuple[int, int] = (1920, 1080),
        *,
        lang: str = "zh-CN",
        theme: str = "dark",
        board: Board | None = None,
        rings: bool = False,
        **context: Any,
    ) -> Iterator[Page]:
        """A drawn wall. `board`: another one than the leaderboard's own."""
        self.shown = SCENES[scene](self.floor.now_ms())
        found = board or board_of(self.shown, rings=rings)
        self.floor.facts = self.shown.facts
        self.gateway.further = {found.id: self.shown.view()}
        screen = Screen(
            found.id, lang, "light" if theme == "light" else "dark", f"ws://127.0.0.1:{self.gateway.port}/live"
        )
        drawn = wall(wall_view(screen, Published(found, 0)), catalogue(lang, "wall"))
        _Files.page = document(drawn, lang=lang, theme=theme).replace(ROOT.as_uri() + "/", "/").encode()
        width, height = size
        with contextlib.closing(
            browser.new_context(
                viewport={"width": width, "height": height}, locale=lang, timezone_id="Asia/Shanghai", **context
            )
        ) as opened:
            page = opened.new_page()
            page.goto(self._address)
            page.wait_for_selector(DRAWN)
            page.evaluate("document.fonts.ready.then(() => true)")
            yield page


class _Files(SimpleHTTPRequestHandler):
    """The page, and the files of this repository: a page that is a file itself gets no icons."""

    page = b""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args, directory=str(ROOT))

    def do_GET(self) -> None:
        if self.path.startswith("/assets/"):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *said: Any) -> None:
        """Nobody reads it."""


@contextlib.contextmanager
def honours_wall() -> Iterator[HonoursWall]:
    """An open one."""
    floor = HonoursFloor()
    gateway = ScriptedGateway(floor).start()  # type: ignore[arg-type]
    files = ThreadingHTTPServer(("127.0.0.1", 0), _Files)
    serving = threading.Thread(target=files.serve_forever, daemon=True)
    serving.start()
    try:
        yield HonoursWall(gateway, floor, f"http://127.0.0.1:{files.server_port}/")
    finally:
        files.shutdown()
        serving.join(HANG_S)
        files.server_close()
        gateway.stop()
