"""The sound of a call in a browser: mouth to ear added by us on both ways, before and after a second without network; and from the
click to the first sound with 100 simulated calls.

Mouth to ear: a leg as Asterisk dials it says a pulse every 2 s (its frames: every 20 ms, in real time) until the browser gives it to
the loudspeaker (the browser's own reckoning of its output is in it); and from where the microphone's sound enters the page until
the leg plays it. Pages and servers are the product's. In the middle all bytes of the page stand still for 1.2 s, as a bad network
does. Peer, in the same run: the same way through a relay that passes on everything and a page that plays everything.

Click to sound: the whole house (control process, rules, audit, simulated switch with 100 calls) and Chromium; the request goes into
the stream by hand where a gateway would put it. The switch's own part of it is 120 ms (ChanSpy's wait, first frame).
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from playwright.sync_api import Browser, Page
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

from collectors.stream.embedded import bundled
from dashboard.access.cookies import cookie_name
from dashboard.access.keys import digest
from dashboard.access.permissions import Role
from dashboard.access.proxies import Proxies
from dashboard.control.media import Media, MediaConfig
from dashboard.control.media.recognition import Recognition
from tests.control.house import House, house
from tests.keyring import ADDRESS
from tests.media.asterisk import leg
from tests.media.listening import RATE, WITHOUT_TREATMENT, browser
from tests.media.stage import SECRET, TICKET, WANG, Book, serve_page
from tests.media.test_bridge import Control
from tests.media.test_with_control import with_sound
from tests.redis_server import running

RESULT = Path(__file__).parent / "results" / "audio.json"
SCRIPTS = {f"/bench/{name}": Path(__file__).parent / name for name in ("audio_page.js", "audio_worklet.js")}
PERIOD_S = 2.0
PULSES = 8
STALL_S = 1.2
CALLS = 100
CLICKS = 30
COMMAND = "0123456789abcdef"
MOST_ADDED_MS, MOST_CLICK_MS = 150, 500
T = TypeVar("T")


class Loop:
    """A loop in a thread; the browser is driven from the main one."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(120)


class Network:
    """Between page and server; `stands_still` for as long as it is told to."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._passes = asyncio.Event()
        self._passes.set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self) -> int:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stands_still(self, seconds: float) -> None:
        self._passes.clear()
        await asyncio.sleep(seconds)
        self._passes.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._carry(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                await self._passes.wait()
                sink.write(data)
        sink.close()


class Switch:
    """The switch's end of a leg: frames every 20 ms, a pulse in every hundredth; what comes waits for its turn to be played."""

    def __init__(self) -> None:
        self.said_ms: list[float] = []
        self.played_ms: list[float] = []
        self._queue: deque[bytes] = deque()
        self._quiet_until = 0.0

    def take(self, frame: bytes) -> None:
        self._queue.append(frame)

    async def run(self, say: Callable[[bytes], Coroutine[Any, Any, None]]) -> None:
        pulse = (26_000 * np.sin(2 * np.pi * np.arange(320) / 16)).astype("<i2").tobytes()
        begin, count = time.monotonic(), 0
        while True:
            is_pulse = count % int(PERIOD_S / 0.02) == 0
            if is_pulse:
                self.said_ms.append(time.time() * 1000)
            await say(pulse if is_pulse else bytes(640))
            self._play()
            count += 1
            await asyncio.sleep(max(0.0, begin + count * 0.02 - time.monotonic()))

    def _play(self) -> None:
        frame = np.frombuffer(self._queue.popleft() if self._queue else bytes(640), dtype="<i2")
        loud = np.flatnonzero(np.abs(frame.astype(np.int32)) > 9_000)
        now_ms = time.time() * 1000
        if len(loud) and now_ms > self._quiet_until:
            self._quiet_until = now_ms + 300
            self.played_ms.append(now_ms + float(loud[0]) / 16)


class Ours:
    """The product's two ports, one session."""

    name = "ours"

    async def start(self, page_port: int) -> int:
        self.media = Media(
            MediaConfig(SECRET, port=0, media_port=0, pages_port=page_port), Recognition(Book(), Proxies()), Control()
        )
        await self.media.listen()
        self.media.expect(COMMAND, session=WANG.session, ticket=digest(TICKET), mode="barge")
        return self.media.page_port

    @asynccontextmanager
    async def leg(self, switch: Switch) -> Any:
        async with leg(self.media.switch_port, COMMAND) as made:
            made.frames = _Into(switch)
            yield made.connection.send

    def open(self, page: Page, url: str) -> None:
        page.evaluate(
            "([url, id, ticket]) => bench.open_ours(url, id, ticket, 0.3, true)", [f"{url}/audio", COMMAND, TICKET]
        )

    async def stop(self) -> None:
        await self.media.close()


class _Into(list[bytes]):
    """Frames of a leg go to its switch."""

    def __init__(self, switch: Switch) -> None:
        super().__init__()
        self._switch = switch

    def append(self, frame: bytes) -> None:
        self._switch.take(frame)


class Naive:
    """A relay that passes on everything, as fast as it comes."""

    name = "naive"

    async def start(self, page_port: int) -> int:  # noqa: ARG002 — anybody may come
        self.pages: set[ServerConnection] = set()
        self.switch: Switch | None = None
        self.server = await serve(self._page, "127.0.0.1", 0, compression=None, ping_interval=None)
        port: int = next(iter(self.server.sockets)).getsockname()[1]
        return port

    async def _page(self, connection: ServerConnection) -> None:
        self.pages.add(connection)
        with suppress(ConnectionClosed):
            async for frame in connection:
                if self.switch is not None and isinstance(frame, bytes):
                    self.switch.take(frame)
        self.pages.discard(connection)

    @asynccontextmanager
    async def leg(self, switch: Switch) -> Any:
        self.switch = switch

        async def say(frame: bytes) -> None:
            broadcast(self.pages, frame)

        yield say

    def open(self, page: Page, url: str) -> None:
        page.evaluate("(url) => bench.open_naive(url, 0.3)", url)

    async def stop(self) -> None:
        self.server.close()


def matched(begins: list[float], ends: list[float]) -> list[tuple[float, float]]:
    """(end, ms since the last beginning before it) of every pulse that came through."""
    pairs = ((end, max((one for one in begins if one <= end), default=None)) for end in ends)
    return [(end, end - begin) for end, begin in pairs if begin is not None]


def microphone() -> list[float]:
    """20 ms of 1 kHz every 2 s."""
    wave = [0.8 * float(np.sin(2 * np.pi * 1000 * i / RATE)) for i in range(RATE // 50)]
    return [*wave, *[0.0] * int(RATE * PERIOD_S - len(wave))]


@contextmanager
def page_of(chromium: Browser, address: str, cookie: str) -> Iterator[Page]:
    """A page that hears calls. Pulses are what a browser takes for noise: the microphone comes as it is."""
    context = chromium.new_context()
    context.add_cookies([{"name": cookie_name("session", is_secure=False), "value": cookie, "url": address}])
    context.add_init_script(WITHOUT_TREATMENT)
    page = context.new_page()
    page.goto(address)
    page.click("p")
    yield page
    context.close()


def mouth_to_ear(relay: Ours | Naive, chromium: Browser, loop: Loop) -> dict[str, list[float]]:
    """ms of each pulse: on which way, and before or after the network stood still."""
    addresses: list[str] = []
    pages = serve_page(lambda: " ".join(addresses), SCRIPTS)
    page_port: int = pages.server_address[1]
    network = Network(loop.do(relay.start(page_port)))
    addresses.append(f"ws://127.0.0.1:{loop.do(network.listen())}")
    switch = Switch()
    life = AsyncExitStack()

    async def begin() -> asyncio.Task[None]:
        say = await life.enter_async_context(relay.leg(switch))
        return asyncio.create_task(switch.run(say))

    with page_of(chromium, f"http://127.0.0.1:{page_port}/", "wang") as page:
        relay.open(page, addresses[0])
        running = loop.do(begin())
        page.wait_for_timeout(1000 * PERIOD_S * PULSES)
        before_ms = time.time() * 1000
        loop.do(network.stands_still(STALL_S))
        page.wait_for_timeout(2_500)
        after_ms = time.time() * 1000
        page.wait_for_timeout(1000 * PERIOD_S * PULSES)
        heard, said = page.evaluate("[bench.heard, bench.said]")
        loop.loop.call_soon_threadsafe(running.cancel)
        loop.do(life.aclose())
    loop.do(relay.stop())
    pages.shutdown()
    ways = {"ear": matched(switch.said_ms, heard), "mouth": matched(said, switch.played_ms)}
    found = {f"{way} before": [ms for end, ms in pulses if end < before_ms] for way, pulses in ways.items()}
    return found | {f"{way} after": [ms for end, ms in pulses if end > after_ms] for way, pulses in ways.items()}


async def busy_house(folder: Path, valkey: Any, life: AsyncExitStack) -> House:
    """A house with its calls."""
    at = await life.enter_async_context(house(folder, valkey, agents=CALLS + 20))
    with_sound(at)
    queues = at.queues()
    for number in range(CALLS):
        at.simulator.world.hands.call(queues[number % len(queues)])
        await asyncio.sleep(0.02)
    await at.until(lambda: sum(one.talk is not None for one in at.simulator.world.agents) >= CALLS)
    return at


def click_to_sound(chromium: Browser, loop: Loop, folder: Path) -> list[float]:
    """ms of each click."""
    life, clicks = AsyncExitStack(), []
    with running(bundled()) as valkey:
        at = loop.do(busy_house(folder, valkey, life))
        cookie = at.keyring.cookie(Role.SUPERVISOR)
        actor = at.keyring.services.doorkeeper.by_session(cookie, ADDRESS)
        assert actor is not None
        visit, agent, _ = loop.do(at.talk())
        url = f"ws://127.0.0.1:{at.media.page_port}/audio"
        pages = serve_page(lambda: url, SCRIPTS)
        wish = {"agent": agent, "visit": visit, "purpose": "bench", "via": "browser", "ticket": digest(TICKET)}
        asked: list[str] = []

        def ask() -> list[str]:
            asked.append(loop.do(at.ask(actor, "monitor.start", mode="listen", **wish)))
            return [asked[-1], TICKET]

        with page_of(chromium, f"http://127.0.0.1:{pages.server_address[1]}/", cookie) as page:
            page.expose_function("ask", ask)
            for _ in range(CLICKS + 1):
                clicks.append(float(page.evaluate("(url) => bench.click(url)", url)))
                loop.do(at.ask(actor, "monitor.stop", opened=asked[-1]))
                loop.do(at.becomes(asked[-1], "ended", "stopped"))
        pages.shutdown()
        loop.do(life.aclose())
    return clicks[1:]  # the first one loads what the others have


def figures(ours: dict[str, list[float]], naive: dict[str, list[float]], clicks: list[float]) -> list[dict[str, Any]]:
    """As `make bench` shows them."""
    names = {
        "ear before": "switch to loudspeaker, median", "mouth before": "microphone to switch, median",
        "ear after": "switch to loudspeaker after a network of 1.2 s stillness, median",
        "mouth after": "microphone to switch after a network of 1.2 s stillness, median",
    }  # fmt: skip
    found: list[dict[str, Any]] = []
    for key, name in names.items():
        value, peer = statistics.median(ours[key]), statistics.median(naive[key])
        found.append(
            {
                "name": name,
                "value": round(value, 1),
                "unit": "ms",
                "most": round(max(ours[key]), 1),
                "target": MOST_ADDED_MS,
                "pulses": len(ours[key]),
                "peer": f"{peer:.1f} by a relay and a page that keep everything",
                "ratio": round(peer / value, 1),
            }
        )
    in_order = sorted(clicks)
    p95 = in_order[int(len(in_order) * 0.95)]
    found.append(
        {"name": f"click to sound, {CALLS} calls, p50", "value": round(statistics.median(clicks)), "unit": "ms"}
    )
    found.append(
        {"name": f"click to sound, {CALLS} calls, p95", "value": round(p95), "unit": "ms", "target": MOST_CLICK_MS}
    )
    return found


def main() -> None:
    loop = Loop()
    with tempfile.TemporaryDirectory() as folder, browser(Path(folder), microphone()) as chromium:
        ours = mouth_to_ear(Ours(), chromium, loop)
        naive = mouth_to_ear(Naive(), chromium, loop)
        clicks = click_to_sound(chromium, loop, Path(folder))
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    rows = figures(ours, naive, clicks)
    RESULT.write_text(json.dumps({"machine": machine, "figures": rows}, ensure_ascii=False, indent=1) + "\n")
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
