"""A whole floor for the sound alone: the simulated switch with its truth, our two ports, and a page of ours with nothing but sound.

What the control process does between them is done here by hand, with its own recipes over the switch's own manager interface, so
that sound is proved by itself. All of it runs in a thread with a loop of its own; the test drives a browser meanwhile.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from collectors.asterisk.control_actions import CONTROL
from collectors.asterisk.login import LinkConfig, open_link
from collectors.asterisk.session import Session
from collectors.clock import SystemClock
from collectors.events import MonitorMode
from collectors.link import ActionRefused
from collectors.simulator import SimulatorConfig, WebSocketClient
from collectors.simulator.channels import Channel
from collectors.simulator.server import SimulatorServer
from collectors.supervisor_legs import leg_of
from dashboard.access.actor import Actor
from dashboard.access.keys import digest
from dashboard.access.proxies import Proxies
from dashboard.control.asterisk import recipes
from dashboard.control.asterisk.recipes import Action, Spot
from dashboard.control.media import Media, MediaConfig
from dashboard.control.media.recognition import Recognition
from dashboard.pages.asset_addresses import ASSETS
from dashboard.pages.headers import content_security_policy
from dashboard.supervision.reasons import Reason
from tests.patience import HANG_S

WANG = Actor("person", "a1", "王芳", account_id="a1", session="s1")
TICKET = "a ticket"
CLIENT = "floorwatch"
SECRET = "s3cret"
PAGE = """<!doctype html>
<meta charset="utf-8"><title>Sound</title><link rel="icon" href="data:,">
<script src="/assets/js/audio/sound.js"></script><p>Click
"""
T = TypeVar("T")


class Book:
    """Everybody is Wang."""

    def by_session(self, cookie: str, address: str) -> Actor | None:  # noqa: ARG002 — the protocol has it
        return WANG if cookie == "wang" else None


def quiet_floor(media_port: int, **other: Any) -> SimulatorConfig:
    """A switch where nothing happens but what is asked for."""
    client = WebSocketClient(CLIENT, f"ws://127.0.0.1:{media_port}/media", password=SECRET)
    calm: dict[str, Any] = {"scripted": True}
    return SimulatorConfig(
        **{
            "agents": 24,
            "warm_up_s": 0,
            "port": 0,
            "listens_per_hour": 0,
            "websocket_clients": (client,),
            **calm,
            **other,
        }
    )


class Floor:
    """Switch, media server, and the hand that stands in for control. All but the life is called on the loop."""

    def __init__(self, page_port: int) -> None:
        self.told: list[tuple[str, ...]] = []
        self.spots: dict[str, tuple[MonitorMode, Spot]] = {}
        self.came_at: dict[str, float] = {}
        config = MediaConfig(SECRET, port=0, media_port=0, pages_port=page_port)
        self.media = Media(config, Recognition(Book(), Proxies()), self)
        self._ids = itertools.count(1)
        self._asked: set[asyncio.Task[None]] = set()
        self._life = AsyncExitStack()

    async def start(self, **other: Any) -> None:
        await self.media.listen()
        self.switch = await self._life.enter_async_context(
            SimulatorServer(quiet_floor(self.media.switch_port, **other))
        )
        link = LinkConfig("pbx", port=self.switch.port, username="floorwatch-control", secret="floorwatch-control")
        self.session: Session = await self._life.enter_async_context(
            open_link(link, SystemClock(), None, table=CONTROL)
        )

    async def stop(self) -> None:
        await self.media.close()
        await self._life.aclose()

    # -- what control does

    def browser_came(self, command: str) -> None:
        self.told.append(("browser came", command))
        mode, spot = self.spots[command]
        self._ask(recipes.call_browser(leg_of(command), command, CLIENT, mode, spot, stays=True))

    def switch_came(self, command: str) -> None:
        self.told.append(("switch came", command))
        self.came_at[command] = time.monotonic()

    def browser_left(self, command: str, reason: Reason) -> None:
        self.told.append(("browser left", command, reason))

    def switch_left(self, command: str) -> None:
        self.told.append(("switch left", command))

    def expect(self, mode: MonitorMode, spot: Spot) -> str:
        """A command that was allowed and is on record: its id."""
        command = f"{next(self._ids):016x}"
        self.spots[command] = (mode, spot)
        self.media.expect(command, session=WANG.session, ticket=digest(TICKET), mode=mode)
        return command

    async def switch_mode(self, command: str, mode: MonitorMode) -> None:
        """As control does it: the microphone is closed before, and opened after the switch has it."""
        if mode == "listen":
            self.media.mode(command, mode)
        await self._do(recipes.switch_mode(leg_of(command), mode))
        await self.until(lambda: self.mode_of(command) == mode)
        self.media.mode(command, mode)

    async def retarget(self, command: str, spot: Spot, mode: MonitorMode) -> None:
        """The session stays with its caller, beside the next agent."""
        for action in recipes.retarget(leg_of(command), spot):
            await self._do(action)
        await self._do(recipes.switch_mode(leg_of(command), mode))
        await self.until(lambda: self.mode_of(command) == mode)

    async def _do(self, action: Action) -> None:
        await self.session.ask(action.name, action.headers)

    def _ask(self, action: Action) -> None:
        task = asyncio.get_running_loop().create_task(self._do(action))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    # -- the switch's truth

    @property
    def world(self) -> Any:
        return self.switch.world

    async def until(self, is_so: Callable[[], object], within_s: float = HANG_S) -> None:
        async with asyncio.timeout(within_s):
            while not is_so():
                await asyncio.sleep(0.005)

    async def call(self, queue: str = "sales") -> Spot:
        """A caller who talks with an agent."""
        caller = self.world.hands.call(queue)
        await self.until(lambda: self.beside(caller) is not None)
        return self.spot(caller, queue)

    def beside(self, caller: str) -> Channel | None:
        """The one who talks with the caller now."""
        channel = self.world.exchange.find(caller)
        if channel is None or channel.bridge is None:
            return None
        return next((each for each in channel.bridge.channels if each is not channel), None)

    def spot(self, caller: str, queue: str = "sales") -> Spot:
        """Where the session joins now."""
        beside = self.beside(caller)
        assert beside is not None
        return Spot(beside.unique_id, caller, queue)

    def mode_of(self, command: str) -> str:
        """As the switch has it; "" while it hears nobody."""
        spying = self.world.spying.sessions.get(leg_of(command))
        if spying is not None and spying.spied is not None:
            return str(spying.mode)
        leg = self.world.exchange.find(leg_of(command))
        return "takeover" if leg is not None and leg.bridge is not None else ""

    def hears(self, unique_id: str) -> set[int]:
        """The tones that come out of a party's phone now."""
        channel = self.world.exchange.find(unique_id)
        return set(self.switch.dialler.voices.hears(channel, self.switch.now())["hertz"]) if channel else set()

    def hertz(self, channel: Channel) -> int:
        return int(self.switch.dialler.voices.hertz(channel))


class Stage:
    """A floor in its thread. `call(coroutine function, …)` runs on its loop, `see(function, …)` too."""

    def __init__(self, **other: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._pages = serve_page(lambda: self.sound_address)
        self.page_port: int = self._pages.server_address[1]
        self.floor = Floor(self.page_port)
        self._other = other

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.page_port}/"

    @property
    def sound_address(self) -> str:
        return f"ws://127.0.0.1:{self.floor.media.page_port}/audio"

    def start(self) -> None:
        self._thread.start()
        self.call(self.floor.start, **self._other)

    def stop(self) -> None:
        with suppress(ActionRefused):
            self.call(self.floor.stop)
        self._pages.shutdown()
        self._pages.server_close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def call(self, what: Callable[..., Coroutine[Any, Any, T]], *values: Any, **named: Any) -> T:
        """What hangs inside tells its place first."""
        return asyncio.run_coroutine_threadsafe(what(*values, **named), self._loop).result(HANG_S + 10)

    def see(self, what: Callable[..., T], *values: Any, **named: Any) -> T:
        async def seen() -> T:
            return what(*values, **named)

        return self.call(seen)


@contextmanager
def stage(**other: Any) -> Iterator[Stage]:
    """A floor that runs; `other`: of the simulator's configuration."""
    made = Stage(**other)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def serve_page(connect: Callable[[], str], scripts: Mapping[str, Path] = MappingProxyType({})) -> ThreadingHTTPServer:
    """A page of ours with nothing but the sound, and the headers of a page that hears calls; `connect`: what its policy lets it talk
    to. `scripts`: further ones, by path."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            file = scripts.get(path, ASSETS / path.removeprefix("/assets/"))
            is_script = path.endswith(".js") and file.is_file()
            if path != "/" and not is_script:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            more = "".join(f'<script src="{each}"></script>' for each in scripts if "worklet" not in each)
            body = file.read_bytes() if is_script else (PAGE + more).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/javascript" if is_script else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", content_security_policy((), connect()))
            self.send_header("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
