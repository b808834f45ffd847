"""Where switches bring the legs of browser sessions: chan_websocket dials us, shows its credentials and says whose leg it is.

A leg is let in only while its session's page stands there waiting for it, and once. It proves by its first message that it is the
leg that control asked for.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import ssl
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from websockets.asyncio.server import Server, ServerConnection, basic_auth, serve
from websockets.datastructures import MultipleValuesError
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from collectors.supervisor_legs import leg_of
from dashboard.control.media import chan_websocket, page_frames
from dashboard.control.media.bridge import Bridge
from dashboard.control.media.config import MediaConfig, MediaError
from dashboard.control.media.pace import UNSENT_BYTES
from dashboard.control.media.port import WEBSOCKET, taking
from dashboard.web_socket import WebSocket, tune

log = logging.getLogger("floorwatch.control.switches")
log.setLevel(logging.WARNING)

PATH: Final = "/media"
START_S: Final = 2.0
LONGEST_BYTES: Final = 16_384
"""Of its first text, which carries the leg's variables."""

SILENT_MS: Final = 5_000


class SwitchSide:
    """The port for switches. `find`: a session by its command; `left`: the leg of a session is gone."""

    def __init__(
        self, config: MediaConfig, find: Callable[[str], Bridge | None], left: Callable[[Bridge], None]
    ) -> None:
        self._config = config
        self._find = find
        self._left = left
        self._brought: WeakKeyDictionary[ServerConnection, Bridge] = WeakKeyDictionary()
        self._authenticate = basic_auth("floorwatch", check_credentials=self._is_a_switch)

    async def listen(self) -> Server:
        """Raises `MediaError`."""
        config = self._config
        tls = _tls(config)
        with taking(config.media_host, config.media_port, "media_"):
            return await serve(
                self._leg,
                config.media_host,
                config.media_port,
                process_request=self._answer,
                subprotocols=[Subprotocol(chan_websocket.SUBPROTOCOL)],
                ssl=tls,
                max_size=LONGEST_BYTES,
                ping_interval=None,  # 50 frames a second say more
                logger=log,
                **WEBSOCKET,
            )

    async def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """None lets the websocket open."""
        try:
            refused = await self._authenticate(connection, request)
        except MultipleValuesError:
            return connection.respond(HTTPStatus.BAD_REQUEST, "Credentials are sent once.\n")
        if refused is not None:
            return refused
        path, _, query = request.path.partition("?")
        if path != PATH:
            return connection.respond(HTTPStatus.NOT_FOUND, "There is only /media here.\n")
        bridge = self._find(_session(query))
        if bridge is None or not bridge.awaits_leg:
            return connection.respond(HTTPStatus.NOT_FOUND, "Nobody waits for this leg.\n")
        self._brought[connection] = bridge
        tune(connection, UNSENT_BYTES, SILENT_MS)
        return None

    def _is_a_switch(self, username: str, secret: str) -> bool:
        """In the same time whichever of the two is wrong."""
        config = self._config
        is_name = hmac.compare_digest(username.encode(), config.media_username.encode())
        is_secret = hmac.compare_digest(secret.encode(), config.media_secret.encode())
        return is_name & is_secret & bool(config.media_secret)

    async def _leg(self, connection: ServerConnection) -> None:
        """One leg's life."""
        bridge = self._brought.pop(connection)
        wire = WebSocket(connection)
        try:
            async with asyncio.timeout(START_S):
                first = await connection.recv()
            if connection.subprotocol is None or not _is_its_leg(first, bridge) or not bridge.leg_came(wire):
                await connection.close(page_frames.UNREADABLE, "This is not the leg that was asked for.")
                return
            async for message in connection:
                bridge.leg_said(wire, message)
        except (ConnectionClosed, TimeoutError):
            pass
        finally:
            if bridge.leg_gone(wire):
                self._left(bridge)


def _is_its_leg(first: str | bytes, bridge: Bridge) -> bool:
    started = chan_websocket.decode(first) if isinstance(first, str) else None
    if not isinstance(started, chan_websocket.Started):
        return False
    return started.is_as_agreed and started.channel_id == leg_of(bridge.command)


def _session(query: str) -> str:
    try:
        found = parse_qs(query, max_num_fields=10).get("sid", [])
    except ValueError:
        return ""
    return found[0] if len(found) == 1 else ""


def _tls(config: MediaConfig) -> ssl.SSLContext | None:
    if not config.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(config.certificate, config.key or None)
    except (OSError, ssl.SSLError) as error:
        raise MediaError(
            f"control.media_certificate: {config.certificate} cannot be used ({error}); name a PEM file and its key."
        ) from None
    return context
