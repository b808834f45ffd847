"""A leg of chan_websocket, as a real Asterisk 23.4.1 dials it: for tests of the ports alone, where no switch is needed."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from dashboard.control.media.chan_websocket import FRAME_BYTES

SECRET = "s3cret"


def authorization(username: str = "asterisk", secret: str = SECRET) -> dict[str, str]:
    """As `websocket_client.conf` has it."""
    return {"Authorization": "Basic " + base64.b64encode(f"{username}:{secret}".encode()).decode()}


def start(command: str, **other: object) -> str:
    """Its first message."""
    said = {"event": "MEDIA_START", "connection_id": "floorwatch", "channel": "WebSocket/floorwatch/0x7f83e8003ed0"}
    agreed = {"channel_id": f"fw-{command}", "format": "slin16", "optimal_frame_size": FRAME_BYTES, "ptime": 20}
    return json.dumps({**said, **agreed, "channel_variables": {"FW_TARGET": "1795290119.154"}, **other})


class Leg:
    """What it was told, until it is closed."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.frames: list[bytes] = []
        self.commands: list[dict[str, str]] = []

    async def hear(self) -> None:
        with suppress(ConnectionClosed):
            async for message in self.connection:
                if isinstance(message, bytes):
                    self.frames.append(message)
                else:
                    self.commands.append(json.loads(message))

    async def play(self, frames: int, sample: bytes = b"\1\0") -> None:
        """So many frames at once: heaps are what networks make of them."""
        for _ in range(frames):
            await self.connection.send(sample * (FRAME_BYTES // 2))


@asynccontextmanager
async def leg(
    port: int,
    command: str,
    first: str | None = None,
    tls: ssl.SSLContext | None = None,
    headers: dict[str, str] | None = None,
) -> AsyncIterator[Leg]:
    """A leg that is connected and has said its first message. Raises `InvalidStatus` where it is not let in."""
    scheme = "ws" if tls is None else "wss"
    connection = await connect(
        f"{scheme}://127.0.0.1:{port}/media?sid={command}",
        subprotocols=[Subprotocol("media")],
        additional_headers=headers or authorization(),
        ssl=tls,
        compression=None,
    )
    made = Leg(connection)
    listening = asyncio.create_task(made.hear())
    try:
        with suppress(ConnectionClosed):
            await connection.send(first or start(command))
        yield made
    finally:
        await connection.close()
        await listening
