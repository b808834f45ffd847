"""A tiny HTTP endpoint on the loopback, for tests and demos: what is true, and a hand on the switch's fate.

`GET /truth` (JSON), `GET /stats`; `POST /kill`, `/stop`, `/reload`, `/reset`, `/cut`. One request a connection.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .config import SimulatorError

if TYPE_CHECKING:
    from .server import SimulatorServer

HOST = "127.0.0.1"
REQUEST_BYTES = 4096


class Control:
    """The endpoint of one server; silent without a `control_port`."""

    def __init__(self, server: SimulatorServer) -> None:
        self._server = server
        self._listener: asyncio.Server | None = None
        self.port = 0
        disasters = server.world.disasters
        self._orders: dict[str, Callable[[], None]] = {
            "/kill": disasters.kill,
            "/stop": disasters.stop,
            "/reload": disasters.reload,
            "/reset": disasters.reset,
            "/cut": server.cut,
        }

    async def listen(self) -> None:
        wanted = self._server.config.control_port
        if wanted is None:
            return
        try:
            self._listener = await asyncio.start_server(self._serve, HOST, wanted, limit=REQUEST_BYTES)
        except OSError as error:
            raise SimulatorError(
                f"The simulator's control port {HOST}:{wanted} cannot be had: {os.strerror(error.errno or 0)}."
            ) from None
        self.port = self._listener.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            method, path, *_ = head.decode("latin-1").split(" ")
            status, body = self._answer(method, path)
            data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode()
            )
            writer.write(data)
            await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, ConnectionError):
            pass  # a broken request to a test endpoint deserves no more
        finally:
            writer.close()

    def _answer(self, method: str, path: str) -> tuple[str, Any]:
        server = self._server
        server.run_now()
        if method == "GET" and path == "/truth":
            return "200 OK", server.truth()
        if method == "GET" and path == "/stats":
            return "200 OK", {
                "now": server.world.engine.now, "events": server.world.wire.count, "sessions": len(server.manager.sessions),
                "actions": server.manager.action_counts, "slow_clients_closed": server.slow_clients_closed,
            }  # fmt: skip
        if method == "POST" and path in self._orders:
            self._orders[path]()
            server.flush()
            return "200 OK", {"done": path[1:]}
        return "404 Not Found", {"error": f"{method} {path}: there is no such thing here"}
