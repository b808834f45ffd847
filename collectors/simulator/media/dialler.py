"""The switch's end of media websockets on real sockets: it dials the media server, and carries 20 ms frames both ways.

Invariants: a line's frames leave 20 ms apart in the order of time, and none while the switch has nothing to send to that leg; what
the server sends goes into the line's queue at once; nothing runs while there is no line.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from typing import TYPE_CHECKING

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.typing import Subprotocol

from collectors.simulator.config import WebSocketClient

from .line import Line
from .voices import Voices

if TYPE_CHECKING:
    from collectors.simulator.monitoring.originations import Origination
    from collectors.simulator.server import SimulatorServer

FRAME_S = 0.02
FIRST_SOUND_S = 0.02
"""The first frame comes a frame after the switch began to send."""
LEFT_BEHIND_S = 0.2


class Dialler:
    """Serves one simulator's lines."""

    def __init__(self, server: SimulatorServer) -> None:
        self._server = server
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections: dict[Line, ClientConnection] = {}
        self.voices = Voices(server.world)
        lines = server.world.lines
        lines.dial, lines.close = self._dial, self._close

    def end(self) -> None:
        for task in self._tasks:
            task.cancel()

    # -- one line

    def _dial(self, client: WebSocketClient, line: Line, origination: Origination) -> None:
        self._keep(asyncio.get_running_loop().create_task(self._serve(client, line, origination)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: WebSocketClient, line: Line, origination: Origination) -> None:
        server, lines = self._server, self._server.world.lines
        connection = await self._connect(client, line)
        server.run_now()
        if connection is None:
            lines.unreachable(line, origination)
            server.flush()
            return
        self._connections[line] = connection
        said: asyncio.Queue[str] = asyncio.Queue()
        line.say = said.put_nowait
        line.starts(dict(line.channel.values))
        await connection.send(said.get_nowait())
        lines.connected(line, origination)
        server.flush()
        sending = asyncio.create_task(self._send(connection, line, said))
        try:
            async for message in connection:
                server.run_now()
                if isinstance(message, str):
                    line.takes_text(message)
                else:
                    line.takes_sound(message)
                server.flush()
        except ConnectionClosed:
            pass  # however it ended: the line is closed
        finally:
            sending.cancel()
            self._connections.pop(line, None)
        if not line.is_closed:
            server.run_now()
            lines.closed(line)
            server.flush()

    async def _connect(self, client: WebSocketClient, line: Line) -> ClientConnection | None:
        token = base64.b64encode(f"{client.username}:{client.password}".encode()).decode()
        address = client.uri + (f"?{line.options.values}" if line.options.values else "")
        for attempt in range(client.attempts):
            if attempt:
                await asyncio.sleep(client.retry_s)
            try:
                connection = await connect(
                    address, subprotocols=[Subprotocol("media")], additional_headers={"Authorization": f"Basic {token}"},
                    open_timeout=client.timeout_s, ssl=_tls(client), compression=None, max_size=None, ping_interval=None,
                )  # fmt: skip
            except (OSError, InvalidHandshake, InvalidURI, TimeoutError):
                continue
            if connection.subprotocol == "media":
                return connection
            await connection.close()
        return None

    def _close(self, line: Line) -> None:
        connection = self._connections.get(line)
        if connection is not None:
            self._keep(asyncio.get_running_loop().create_task(connection.close(1000)))

    # -- sound

    async def _send(self, connection: ClientConnection, line: Line, said: asyncio.Queue[str]) -> None:
        loop, server = asyncio.get_running_loop(), self._server
        due = loop.time()
        flows_since: float | None = None
        try:
            while True:
                while not said.empty():
                    await connection.send(said.get_nowait())
                due += FRAME_S
                if loop.time() > due + LEFT_BEHIND_S:
                    due = loop.time()  # the machine slept: what was not sent then is not sent now
                await asyncio.sleep(max(0.0, due - loop.time()))
                server.run_now()
                line.plays()
                frame = self.voices.frame_for(line.channel, line.next_at(due)) if line.may_send else None
                if frame is None:
                    flows_since = None
                    continue
                flows_since = due if flows_since is None else flows_since
                if due - flows_since >= FIRST_SOUND_S:
                    await connection.send(line.options.codec.encode(frame))
        except ConnectionClosed:
            return


def _tls(client: WebSocketClient) -> ssl.SSLContext | None:
    if not client.uri.startswith("wss:"):
        return None
    context = ssl.create_default_context(cafile=str(client.ca_path) if client.ca_path is not None else None)
    if not client.verifies:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
