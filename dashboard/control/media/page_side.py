"""Where supervisors' pages come for their sound: who they are by Origin and cookie, as at the gateway, then the ticket.

Who nobody knows gets an open socket that closes at once with a code of its own, because a browser tells its page nothing of a
handshake that was refused. A page that is gone without a word is found by its silence to pings.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final
from weakref import WeakKeyDictionary

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers, MultipleValuesError
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from dashboard.access.actor import Actor
from dashboard.access.origins import Callers, WrongOrigin
from dashboard.access.unavailable import AccessUnavailable
from dashboard.control.media import page_frames
from dashboard.control.media.bridge import Bridge
from dashboard.control.media.config import MediaConfig, MediaError
from dashboard.control.media.pace import UNSENT_BYTES
from dashboard.control.media.port import WEBSOCKET, taking
from dashboard.web_socket import WebSocket, tune

log = logging.getLogger("floorwatch.control.pages")
log.setLevel(logging.WARNING)

PATH: Final = "/audio"
HELLO_S: Final = 3.0
SILENT_S: Final = 3.0
MOST_PAGES: Final = 200
MOST_OF_ONE: Final = 8
"""Pages of one person; they hear one call."""

MOST_STRANGERS: Final = 20
"""Connections of whom nobody knows that are being closed; they never take a place of somebody who is known."""

Recognise = Callable[[Headers, str], Awaitable[Actor | None]]
"""Who comes, by the handshake's headers and the peer's address; raises `AccessUnavailable`."""


class PageSide:
    """The port for pages. `find`: the session of a command, waited for where it is not there yet; `left`: its page is gone."""

    def __init__(
        self,
        config: MediaConfig,
        recognise: Recognise,
        find: Callable[[str], Awaitable[Bridge | None]],
        left: Callable[[Bridge], None],
    ) -> None:
        self._config = config
        self._recognise = recognise
        self._find = find
        self._left = left
        self._admitted: WeakKeyDictionary[ServerConnection, Actor | None] = WeakKeyDictionary()
        self._pages: Counter[str] = Counter()

    async def listen(self) -> Server:
        """Raises `MediaError`."""
        config = self._config
        try:
            self._callers = Callers.of(config.origins, config.pages_port)
        except ValueError as error:
            raise MediaError(str(error)) from None
        with taking(config.host, config.port, ""):
            return await serve(
                self._page,
                config.host,
                config.port,
                process_request=self._answer,
                max_size=page_frames.LONGEST_BYTES,
                ping_interval=SILENT_S,
                ping_timeout=SILENT_S,
                logger=log,
                **WEBSOCKET,
            )

    async def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """None lets the websocket open."""
        try:
            self._callers.check(request.headers.get("Host"), request.headers.get("Origin"))
            if request.path.partition("?")[0] != PATH:
                return connection.respond(HTTPStatus.NOT_FOUND, "There is only /audio here.\n")
            actor = await self._recognise(request.headers, _peer(connection))
            if actor is None and self._strangers() >= MOST_STRANGERS:
                return connection.respond(HTTPStatus.UNAUTHORIZED, "Nobody is known here: sign in.\n")
            if actor is not None and self._known_pages() >= MOST_PAGES:
                return connection.respond(
                    HTTPStatus.SERVICE_UNAVAILABLE, f"{MOST_PAGES} pages are connected already.\n"
                )
            self._admitted[connection] = actor
        except WrongOrigin as error:
            return connection.respond(HTTPStatus.FORBIDDEN, f"{error}\n")
        except MultipleValuesError:
            return connection.respond(HTTPStatus.BAD_REQUEST, "Host and Origin are sent once.\n")
        except AccessUnavailable:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "Nobody can be recognised now; come back.\n")
        tune(connection, UNSENT_BYTES, int(SILENT_S * 2_000))
        return None

    def _strangers(self) -> int:
        return self._pages[""] + sum(actor is None for actor in self._admitted.values())

    def _known_pages(self) -> int:
        return self._pages.total() + len(self._admitted) - self._strangers()

    async def _page(self, connection: ServerConnection) -> None:
        actor = self._admitted.pop(connection)
        whose = actor.account_id if actor is not None else ""
        self._pages[whose] += 1
        try:
            if actor is None:
                await connection.close(page_frames.NOBODY, "Nobody is known here: sign in.")
            elif self._pages[whose] > MOST_OF_ONE:
                await connection.close(page_frames.NOT_THIS, f"One person has at most {MOST_OF_ONE} pages here.")
            else:
                await self._known(connection, actor)
        except (ConnectionClosed, TimeoutError):
            pass
        finally:
            self._pages[whose] -= 1
            if not self._pages[whose]:
                del self._pages[whose]

    async def _known(self, connection: ServerConnection, actor: Actor) -> None:
        """One page's life, from its ticket on."""
        wire = WebSocket(connection)
        async with asyncio.timeout(HELLO_S):
            hello = page_frames.hello(await connection.recv())
        bridge = None if hello is None else await self._find(hello.id)
        if hello is None or bridge is None or not bridge.opens(actor, hello.ticket, wire, _now_ms()):
            await connection.close(page_frames.NOT_THIS, "This sound is not for this page.")
            return
        try:
            async for message in connection:
                if not bridge.page_said(message, _now_ms()):
                    wire.end(page_frames.UNREADABLE, "This is not the protocol of this server.")
                    break
        finally:
            bridge.page_gone(wire)
            self._left(bridge)


def _now_ms() -> float:
    return time.monotonic() * 1000


def _peer(connection: ServerConnection) -> str:
    address = connection.remote_address
    return str(address[0]) if isinstance(address, tuple) else ""
