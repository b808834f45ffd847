"""`floorwatch replay`: a recording served over TCP as the switch that it was, its times divided by `speed`.

Invariants: every live byte is sent, in order, to who is connected then; the recorder's own replies are not, but answer the
client's actions, with his ActionID, in their own place of the stream where that is near. The recording's clock starts, and
goes on after each hole, only when a client has logged in, so that a slow client misses nothing but the holes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from .config import ALL, Account, ReplayConfig, SimulatorError
from .orders import refuse
from .requests import Request
from .session import Session, id_line
from .tape import Key, Piece, Reply, Tape, key_of, tapes

PATIENCE_S = 5.0
"""How long (real seconds) an action may wait for the place where the recorder's reply stands in the stream."""

WRONG_LOGIN_S = 1.0
LOG_LAG_S = 0.95
BREATH = 50
"""After so many pieces at once the clients are listened to, however fast the recording goes."""


class Viewer:
    """One client of the replay."""

    def __init__(self, server: RecordingServer, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.session = Session(1, writer.write, writer.close, asyncio.get_running_loop().call_later)
        self.waiting: list[tuple[Key, str]] = []
        self._server = server

    def answer(self, request: Request) -> None:
        """What the replay answers by itself, and what it takes from the recording."""
        session, action, action_id = self.session, request.action.lower(), request.get("ActionID")
        if request.error:
            refuse(session, request, request.error)
        elif action == "login":
            self._login(request)
        elif action == "challenge":
            session.challenge = "193746110"
            session.reply("Success", action_id, f"Challenge: {session.challenge}\r\n")
        elif action == "logoff":
            session.reply("Goodbye", action_id, "Message: Thanks for all the fish.\r\n")
            session.close()
        elif session.account is None:
            refuse(session, request, "Permission denied")
        elif action == "ping":
            session.reply("Success", action_id, f"Ping: Pong\r\nTimestamp: {self._server.now():.6f}\r\n")
        elif action == "events":
            is_on = session.set_mask(request.get("EventMask"))
            session.reply("Success", action_id, f"Events: {'On' if is_on else 'Off'}\r\n")
        else:
            self._from_recording(request)

    def _login(self, request: Request) -> None:
        config, session, action_id = self._server.config, self.session, request.get("ActionID")
        if session.account is not None:
            session.reply("Success", action_id, "Message: Already authenticated\r\n")
            return
        if config.username and (request.get("Username") != config.username or not self._proves(request)):
            session.later(WRONG_LOGIN_S, lambda: self._refuse(action_id))
            return
        session.account = Account(request.get("Username"), "", ALL)
        if request.get("Events"):
            session.set_mask(request.get("Events"))
        session.send(f"Response: Success\r\n{id_line(action_id)}Message: Authentication accepted\r\n\r\n")
        if self._server.tape.booted and session.wants("system"):
            self.writer.write(self._server.tape.booted)
        self._server.logged_in.set()

    def _proves(self, request: Request) -> bool:
        # A replay's password guards nothing: with MD5 the name alone is looked at.
        return request.get("AuthType").upper() == "MD5" or request.get("Secret") == self._server.config.secret

    def _refuse(self, action_id: str) -> None:
        self.session.reply("Error", action_id, "Message: Authentication failed\r\n")
        self.session.close()

    def _from_recording(self, request: Request) -> None:
        key, action_id = key_of(request), request.get("ActionID")
        replies = self._server.tape.replies(key) or self._server.tape.replies((key[0], frozenset()))
        if not replies:
            text = f"Invalid/unknown command: {request.action}. Use Action: ListCommands to show available commands."
            refuse(self.session, request, text)
            return
        now = self._server.now()
        nearest = min(replies, key=lambda reply: abs(reply.at - now))
        following = next((reply for reply in replies if reply.at > now), None)
        if following is not None and (following is nearest or replies[0] is following):
            nearest = following
        if nearest.at > now and (nearest.at - now) / self._server.config.speed <= PATIENCE_S:
            self.waiting.append((nearest.key, action_id))
        else:
            self.writer.write(nearest.for_id(action_id))

    def passes(self, item: Piece | Reply) -> None:
        """The stream has come to `item`."""
        if isinstance(item, Piece):
            if self.session.account is not None and (not item.kind or item.kind in self.session.mask):
                self.writer.write(item.data)
            return
        for entry in [entry for entry in self.waiting if entry[0] == item.key]:
            self.waiting.remove(entry)
            self.writer.write(item.for_id(entry[1]))


class RecordingServer:
    """A recording being served: `async with RecordingServer(config) as server:`, `server.port`, `await server.played()`."""

    def __init__(self, config: ReplayConfig) -> None:
        self.config = config
        folder = config.directory / config.account if config.account else config.directory
        self._tapes = tapes(folder)
        if not self._tapes:
            raise SimulatorError(f"{folder}: the recording has no connection.")
        self.tape: Tape = self._tapes[0]
        self.port = config.port
        self.logged_in = asyncio.Event()
        self._viewers: set[Viewer] = set()
        self._listener: asyncio.Server | None = None
        self._player: asyncio.Task[None] | None = None
        self._anchor: tuple[float, float] | None = None
        self._log_lines: deque[tuple[float, str]] = deque(_log_lines(config.directory / "queue_log"))

    async def __aenter__(self) -> Self:
        await self._listen()
        self._player = asyncio.create_task(self._play())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._player is not None:
            self._player.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._player
        self._close()

    async def played(self) -> None:
        """Until the last byte is sent (for ever with `stay`)."""
        if self._player is not None:
            await asyncio.shield(self._player)

    # -- time

    def now(self) -> float:
        """The recording's present moment, epoch seconds."""
        if self._anchor is None:
            return self.tape.first
        at, loop_at = self._anchor
        return at + (asyncio.get_running_loop().time() - loop_at) * self.config.speed

    async def _until(self, at: float) -> None:
        """Wait for the recording's moment `at`; queue_log lines of before appear on the way."""
        while True:
            left_s = (at - self.now()) / self.config.speed
            self._append_log(min(at, self.now()))
            if left_s <= 0:
                return
            line_s = (self._log_lines[0][0] - self.now()) / self.config.speed if self._log_lines else left_s
            await asyncio.sleep(max(0.001, min(left_s, line_s, 0.5)))

    def _append_log(self, until: float) -> None:
        path = self.config.queue_log_path
        if path is None or not self._log_lines or self._log_lines[0][0] > until:
            return
        with path.open("a", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            while self._log_lines and self._log_lines[0][0] <= until:
                file.write(self._log_lines.popleft()[1])

    # -- playing

    async def _play(self) -> None:
        loop = asyncio.get_running_loop()
        for number, tape in enumerate(self._tapes):
            self.tape = tape
            if number:
                await self._until(tape.first)
                await self._listen()
            async with asyncio.timeout(self.config.connect_timeout_s):
                await self.logged_in.wait()
            self._anchor = (tape.first, loop.time())
            for place, item in enumerate(tape.items):
                await self._until(item.at)
                for viewer in list(self._viewers):
                    viewer.passes(item)
                await self._drain()
                if place % BREATH == 0:
                    await asyncio.sleep(0)
            if number + 1 < len(self._tapes) or not self.config.stay:
                await self._until(tape.last)
                self._close()
        self._append_log(float("inf"))
        if self.config.stay:
            await asyncio.Event().wait()

    async def _drain(self) -> None:
        for viewer in list(self._viewers):
            with contextlib.suppress(ConnectionError):
                await viewer.writer.drain()

    # -- connections

    async def _listen(self) -> None:
        self.logged_in.clear()
        try:
            self._listener = await asyncio.start_server(self._serve, self.config.host, self.port)
        except OSError as error:
            where = f"{self.config.host}:{self.port}"
            raise SimulatorError(
                f"The replay cannot listen on {where}: {os.strerror(error.errno or 0)}. Choose another port."
            ) from None
        self.port = self._listener.sockets[0].getsockname()[1]

    def _close(self) -> None:
        """A hole begins, or the end: nobody is connected, nobody gets in."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for viewer in list(self._viewers):
            viewer.session.close()
        self._viewers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        viewer = Viewer(self, writer)
        self._viewers.add(viewer)
        try:
            while data := await reader.read(4096):
                for request in viewer.session.requests.feed(data):
                    viewer.answer(request)
                await writer.drain()
        except ConnectionError:
            pass  # the client's way of leaving
        finally:
            self._viewers.discard(viewer)
            viewer.session.close()


def _log_lines(path: Path) -> Iterator[tuple[float, str]]:
    """queue_log's lines, each with the moment by which it is there (its stamp is a whole second)."""
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    for line in text.splitlines(keepends=True):
        stamp = line.partition("|")[0]
        if stamp.isdigit():
            yield int(stamp) + LOG_LAG_S, line


async def replay(config: ReplayConfig, *, ready: Callable[[RecordingServer], None] | None = None) -> None:
    """`floorwatch replay`: serve until the last byte (with `stay`: until SIGINT or SIGTERM)."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        async with RecordingServer(config) as server:
            if ready is not None:
                ready(server)
            stopping = asyncio.create_task(stop.wait())
            playing = asyncio.create_task(server.played())
            done, _ = await asyncio.wait({stopping, playing}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            for task in done & {playing}:
                task.result()
    except TimeoutError:
        waited = config.connect_timeout_s
        raise SimulatorError(f"No client logged in to the replay within {waited} s.") from None
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
