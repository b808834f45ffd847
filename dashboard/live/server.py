"""The gateway's sockets, timers and tasks around `Gateway`.

One task folds, one ticks, each screen has its reader. A request that is no websocket is answered by `dashboard.live.routes`
on the same port. Nothing here waits for a screen.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from dashboard.floor.changes import Changes
from dashboard.floor.state import Floor
from dashboard.live import frames
from dashboard.live.config import LiveConfig, LiveError
from dashboard.live.gateway import Gateway, read_clocks
from dashboard.live.http import ApiError, error_reply
from dashboard.live.origins import Callers, WrongOrigin
from dashboard.live.positions import Positions
from dashboard.live.routes import Routes
from dashboard.live.screens import WebSocket
from dashboard.live.viewer import ANYBODY

log = logging.getLogger("floorwatch.live.sockets")
log.setLevel(logging.WARNING)

LIVE_PATH = "/live"
BACKLOG = 4096
"""A thousand screens come back at once after a restart; with the usual 100 that takes 9 s."""

UNSENT_BYTES = 131_072
SILENT_PEER_MS = 30_000
RETRY_SNAPSHOTS_MS = 50.0
SECOND_MS = 1_000.0
RESTARTING = 1012
"""Close code at the end: screens come back at once."""


class LiveServer:
    """One running gateway. `opened` is a context: the port is bound inside it."""

    def __init__(self, config: LiveConfig, gateway: Gateway, routes: Routes, positions: Positions) -> None:
        self.config = config
        self.gateway = gateway
        self._routes = routes
        self._positions = positions
        self._changed = asyncio.Event()
        try:
            self._callers = Callers.of(config.origins)
        except ValueError as error:
            raise LiveError(str(error)) from None

    async def listen(self) -> Server:
        """Bind the port. Raises `LiveError` when that is not possible."""
        config = self.config
        try:
            return await serve(
                self._screen,
                config.host,
                config.port,
                process_request=self._answer,
                compression=None,
                server_header=None,
                backlog=BACKLOG,
                max_size=frames.FRAME_LIMIT_BYTES,
                max_queue=4,
                ping_interval=None,
                logger=log,
                close_timeout=5,
            )
        except OSError as error:
            raise LiveError(
                f"live: cannot listen on {config.host}:{config.port} ({error.strerror or error}); "
                "set live.host and live.port to a free address."
            ) from None

    async def close(self, listening: Server) -> None:
        """End every connection and let screens know that they may come back at once."""
        for screen in self.gateway.audience.screens:
            if screen.socket.waiting_bytes():
                screen.socket.cut()
        listening.close(code=RESTARTING, reason="The gateway restarts.")
        await listening.wait_closed()

    def folded(self, changes: Changes, floor: Floor, position: str, events: int) -> None:
        """The replica moved on."""
        self.gateway.folded(changes, floor, position, events, read_clocks())
        self._positions.move(position)
        self._changed.set()

    async def tick_forever(self) -> None:
        """Ticks when they are due, and the slow tick each second."""
        next_second = read_clocks().steady_ms
        while True:
            now = read_clocks()
            if now.steady_ms >= next_second:
                self.gateway.second(now)
                next_second = max(next_second + SECOND_MS, now.steady_ms)
            due = self.gateway.pace.due_at_ms()
            if (due is not None and due <= now.steady_ms) or self.gateway.someone_waits:
                self.gateway.tick(now)
            await self._sleep_until(next_second)

    async def _sleep_until(self, next_second: float) -> None:
        """Until something is due; woken by a change only while nothing is."""
        self._changed.clear()
        due = self.gateway.pace.due_at_ms()
        now = read_clocks().steady_ms
        if self.gateway.someone_waits:
            due = min(due if due is not None else now + RETRY_SNAPSHOTS_MS, now + RETRY_SNAPSHOTS_MS)
        wake_at = min(next_second, due if due is not None else next_second)
        seconds = max(wake_at - now, 0) / 1000
        if due is not None:
            await asyncio.sleep(seconds)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    # -- connections --------------------------------------------------------------------------------------------------

    async def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """None lets the websocket open; anything else is the answer."""
        try:
            self._callers.check(request.headers.get("Host"), request.headers.get("Origin"))
            if request.path.partition("?")[0] != LIVE_PATH:
                return await self._routes.answer(request)
            self._check_room()
        except WrongOrigin as error:
            self.gateway.tally.refused.add(1, "origin")
            return error_reply(ApiError(HTTPStatus.FORBIDDEN, "wrong_origin", str(error)))
        except ApiError as error:
            self.gateway.tally.refused.add(1, error.code)
            return error_reply(error)
        _tune(connection)
        return None

    def _check_room(self) -> None:
        most = self.config.most_screens
        if len(self.gateway.audience.screens) >= most:
            raise ApiError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too_many_screens",
                f"{most} screens are connected already; raise live.max_screens.",
            )

    async def _screen(self, connection: ServerConnection) -> None:
        """One screen's life: what it says; what it sees comes from the ticks."""
        gateway = self.gateway
        screen = gateway.opened(WebSocket(connection), ANYBODY, read_clocks())
        try:
            async for message in connection:
                gateway.heard(screen, message, read_clocks())
                if gateway.someone_waits:
                    self._changed.set()
        except frames.Refused as refused:
            gateway.audience.end(screen, refused.code, refused.reason)
            await _discard(connection)
        except ConnectionClosed:
            pass
        finally:
            gateway.left(screen, read_clocks())


async def _discard(connection: ServerConnection) -> None:
    """Whatever a refused screen still says, down to its own close frame."""
    with suppress(ConnectionClosed):
        async for _ in connection:
            pass


def _tune(connection: ServerConnection) -> None:
    """Keep unsent bytes where we can see them, and let the system end peers that vanished (where it can)."""
    sock = connection.transport.get_extra_info("socket")
    for option, value in (("TCP_NOTSENT_LOWAT", UNSENT_BYTES), ("TCP_USER_TIMEOUT", SILENT_PEER_MS)):
        number = getattr(socket, option, None)
        if sock is not None and number is not None:
            with suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, number, value)
