"""A small gateway that speaks docs/live-protocol.md, for tests and for looking at screens: floors by script, faults on demand.

It is a real websocket server in a thread of its own. What it says is made up; how it says it is the protocol. Run it by hand:
`python -m tests.ui.gateway_script ordinary --port 8051`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from dashboard.boards import SHIPPED
from tests.patience import HANG_S
from tests.ui.scripted_floor import FLOORS, ScriptedFloor

Frame = dict[str, Any]


class ScriptedGateway:
    """Serves one `ScriptedFloor` to any number of screens.

    `step()` moves the floor and sends the patch. `link`, `further_links`, `beats_on` and `release` say what the next beats say;
    `further` are boards with values of their own, `sources` what tiles hang on, `revision` which of the board's a snapshot is of.
    `skip_seq()` makes a gap; `drop_all()` closes every socket; `is_refusing` closes new ones at once.
    """

    def __init__(self, floor: ScriptedFloor, *, port: int = 0, every_s: float | None = None) -> None:
        self.floor = floor
        self.port = port
        self.every_s = every_s
        self.release = "0.1.0+test"
        self.beats_on = True
        self.is_refusing = False
        self.asked: list[Frame] = []
        self.reveals: Frame = {"t": "error", "code": "denied"}
        """What is answered to who asks for a whole number."""
        self.desk: Frame | None = None
        """What a person is told that they may do; None: nothing."""
        self.answers: Callable[[Frame], list[Frame]] = lambda _: []
        """What is said, to every screen, when one asks for something (`command`, `message`, `read`)."""
        self.link: Frame = {"switch": "pbx1", "state": "live", "reason": None, "since": floor.now_ms(), "skew_ms": 0}
        self.further_links: dict[str, str] = {}
        """Further switches and their states; always alive."""
        self.further: dict[str, Frame] = {}
        self.sources: dict[str, list[str]] = {}
        self.revision = 0
        self.silent_since_ms: int | None = None
        self.silent_for_ms: int | None = None
        """The link's age, which does not grow."""
        if floor.link_failed:
            self.fail_link("timeout", age_ms=41_000)
        self._seq = 1
        self._sockets: set[ServerConnection] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> ScriptedGateway:
        self._thread.start()
        assert self._ready.wait(HANG_S)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(HANG_S)

    def fail_link(self, reason: str, age_ms: int = 0) -> None:
        """The switch link is down since `age_ms` ago."""
        self.silent_since_ms = self.floor.now_ms() - age_ms
        self.link = {**self.link, "state": "lost", "reason": reason, "since": self.silent_since_ms}

    def silence_link(self, age_ms: int = 0, *, grows: bool = True) -> None:
        """The switch does not answer since `age_ms` ago; nobody has called the link lost yet. `grows` False: each beat is that old."""
        self.silent_since_ms = self.floor.now_ms() - age_ms
        self.silent_for_ms = None if grows else age_ms

    def resync_link(self) -> None:
        self.silent_since_ms = self.silent_for_ms = None
        self.link = {**self.link, "state": "resync", "reason": None}

    def restore_link(self) -> None:
        self.silent_since_ms = self.silent_for_ms = None
        self.link = {**self.link, "state": "live", "reason": None, "since": self.floor.now_ms()}

    def step(self, count: int = 1) -> None:
        """Moves the floor `count` times; a patch after each."""
        for _ in range(count):
            self._call(self._patch(self.floor.step()))

    def burst(self, views: list[Frame]) -> None:
        """One patch after the other, as fast as the sockets take them."""

        async def all_of_them() -> None:
            for view in views:
                await self._patch(view)

        self._call(all_of_them(), 120)

    def send(self, view: Frame) -> None:
        """A patch of exactly this."""
        self._call(self._patch(view))

    def say(self, frame: Frame) -> None:
        """A frame of any kind, to every screen."""
        self._call(self._send_all({"at": self.floor.now_ms(), **frame}))

    def tell_desk(self, **changed: Any) -> None:
        """What a person may do is another now."""
        self.desk = {**(self.desk or {}), **changed}
        self.say({"t": "desk", **self.desk})

    def announce(self, *messages: Frame) -> None:
        """What people say on the screens, all of it."""
        self._call(self._send_all({"t": "announce", "at": self.floor.now_ms(), "messages": list(messages)}))

    @property
    def seq(self) -> int:
        return self._seq

    def skip_seq(self) -> None:
        self._seq += 1

    def beat(self) -> None:
        self._call(self._send_all(self._beat()))

    def drop_all(self, code: int = 1012) -> None:
        self._call(self._close_all(code))

    def _call(self, coroutine: Any, patience_s: float = HANG_S) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(patience_s)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        async with serve(self._screen, "127.0.0.1", self.port, compression=None) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            self._ready.set()
            beating = asyncio.create_task(self._beat_on())
            moving = asyncio.create_task(self._move_on())
            await self._stop.wait()
            beating.cancel()
            moving.cancel()

    async def _beat_on(self) -> None:
        while True:
            if self.beats_on:
                await self._send_all(self._beat())
            await asyncio.sleep(1)

    async def _move_on(self) -> None:
        while self.every_s is not None:
            await asyncio.sleep(self.every_s)
            await self._patch(self.floor.step())

    async def _screen(self, socket: ServerConnection) -> None:
        if self.is_refusing:
            return
        with contextlib.suppress(ConnectionClosed):
            async for text in socket:
                frame = json.loads(text)
                self.asked.append(frame)
                if "board" in frame:
                    await self._open(socket, frame["board"])
                for answer in self.answers(frame) if frame.keys() & {"command", "message", "read"} else []:
                    await self._send_all({**answer, "at": self.floor.now_ms()})
                if "reveal" in frame:
                    await socket.send(json.dumps({**self.reveals, "at": self.floor.now_ms()}))
        self._sockets.discard(socket)

    async def _open(self, socket: ServerConnection, board: str) -> None:
        if board not in {*SHIPPED, *self.further}:
            await socket.send(json.dumps({"t": "error", "code": "unknown_board", "at": self.floor.now_ms()}))
            return
        await socket.send(json.dumps(self._snapshot(board)))
        await socket.send(json.dumps(self._beat()))
        if self.desk is not None:
            await socket.send(json.dumps({"t": "desk", "at": self.floor.now_ms(), **self.desk}))
        self._sockets.add(socket)

    def _snapshot(self, board: str) -> Frame:
        head = {"t": "snapshot", "board": board, "release": self.release, "seq": self._seq, "position": "1-0"}
        names = {**self.floor.names(), "sources": self.sources}
        view = self.further.get(board) or self.floor.view()
        return {**head, "at": self.floor.now_ms(), "view": view, "names": names, "revision": self.revision}

    def _beat(self) -> Frame:
        now_ms = self.floor.now_ms()
        if self.silent_for_ms is not None:
            self.silent_since_ms = now_ms - self.silent_for_ms
        alive_ms = (
            None if self.link["state"] == "never" else now_ms if self.silent_since_ms is None else self.silent_since_ms
        )
        links = [{**self.link, "alive_at": alive_ms}]
        for name, state in self.further_links.items():
            links.append({"switch": name, "state": state, "reason": None, "since": 0, "skew_ms": 0, "alive_at": now_ms})
        return {"t": "beat", "at": now_ms, "release": self.release, "links": links, "lag_ms": 3}

    async def _patch(self, view: Frame) -> None:
        self._seq += 1
        await self._send_all(
            {"t": "patch", "seq": self._seq, "at": self.floor.now_ms(), "position": "1-0", "view": view}
        )

    async def _send_all(self, frame: Frame) -> None:
        text = json.dumps(frame)
        for socket in tuple(self._sockets):
            with contextlib.suppress(ConnectionClosed):
                await socket.send(text)

    async def _close_all(self, code: int) -> None:
        for socket in tuple(self._sockets):
            await socket.close(code)
        self._sockets.clear()


@contextlib.contextmanager
def scripted_gateway(
    name: str, *, port: int = 0, seed: int = 7, every_s: float | None = None
) -> Iterator[ScriptedGateway]:
    """A running gateway with the floor `name` of `FLOORS`."""
    gateway = ScriptedGateway(FLOORS[name](random.Random(seed)), port=port, every_s=every_s).start()
    try:
        yield gateway
    finally:
        gateway.stop()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("floor", choices=sorted(FLOORS))
    parser.add_argument("--port", type=int, default=8051)
    parser.add_argument("--every", type=float, default=0.5)
    asked = parser.parse_args()
    gateway = ScriptedGateway(FLOORS[asked.floor](random.Random(7)), port=asked.port, every_s=asked.every).start()
    print(f"ws://127.0.0.1:{gateway.port}/live")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)
    gateway.stop()


if __name__ == "__main__":
    main()
