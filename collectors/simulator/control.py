"""A tiny HTTP endpoint on the loopback, for tests and demos: what is true, and a hand on the switch's fate and its people.

`GET /truth` (JSON), `/stats`, `/joins`, `/phones`, `/channels`, `/hears`, `/hears/PARTY`; `POST /kill`, `/stop`, `/reload`,
`/reset`, `/cut`, `/hold` and `/go_on` (the world stands still); `POST /call?queue=…`, `POST /phone/8001/answer` and so on: `PEOPLE`
below. One request a connection, no body.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .config import SimulatorError
from .hands import Hands
from .monitoring.phones import DOES

if TYPE_CHECKING:
    from .server import SimulatorServer

HOST = "127.0.0.1"
REQUEST_BYTES = 4096
PEOPLE: dict[tuple[str, str], Callable[[Hands, str, str], bool]] = {
    ("phone", "hangup"): lambda hands, who, _to: hands.supervisor_hangs_up(who),
    ("phone", "register"): lambda hands, who, _to: hands.register(who, is_registered=True),
    ("phone", "unregister"): lambda hands, who, _to: hands.register(who, is_registered=False),
    ("agent", "answer"): lambda hands, who, _to: hands.answer(who),
    ("agent", "hold"): lambda hands, who, _to: hands.hold(who),
    ("agent", "unhold"): lambda hands, who, _to: hands.unhold(who),
    ("agent", "hangup"): lambda hands, who, _to: hands.agent_hangs_up(who),
    ("agent", "transfer"): lambda hands, who, to: hands.blind_transfer(who, to),
    ("agent", "consult"): lambda hands, who, to: hands.consult(who, to),
    ("agent", "complete"): lambda hands, who, _to: hands.complete(who),
    ("agent", "register"): lambda hands, who, _to: hands.register(who, is_registered=True),
    ("agent", "unregister"): lambda hands, who, _to: hands.register(who, is_registered=False),
    ("caller", "hangup"): lambda hands, who, _to: hands.caller_hangs_up(who),
}
"""`POST /KIND/WHO/DEED[?to=…]`: what somebody does now. Phones and agents by extension, callers by unique id."""


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
            "/hold": server.hold,
            "/go_on": server.go_on,
        }
        self._shown: dict[str, Callable[[], Any]] = {
            "/truth": server.truth,
            "/stats": self._stats,
            "/joins": lambda: server.world.joins.rows,
            "/phones": server.world.phones.rows,
            "/channels": self._channels,
            "/hears": lambda: server.dialler.voices.everybody_hears(server.now()),
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
        if method == "GET" and path in self._shown:
            return "200 OK", self._shown[path]()
        if method == "GET" and path.startswith("/hears/"):
            return self._hears(unquote(path.removeprefix("/hears/")))
        if method == "POST" and path in self._orders:
            self._orders[path]()
            server.flush()
            return "200 OK", {"done": path[1:]}
        if method == "POST":
            done = self._people(path)
            server.flush()
            if done is not None:
                return ("200 OK" if done else "409 Conflict"), {"done": done}
        return "404 Not Found", {"error": f"{method} {path}: there is no such thing here"}

    def _stats(self) -> dict[str, Any]:
        server = self._server
        return {
            "now": server.world.engine.now, "events": server.world.wire.count, "sessions": len(server.manager.sessions),
            "actions": server.manager.action_counts, "slow_clients_closed": server.slow_clients_closed,
        }  # fmt: skip

    def _channels(self) -> list[dict[str, Any]]:
        return [
            {"id": c.unique_id, "name": c.name, "state": c.state, "application": c.application, "data": c.data}
            for c in self._server.world.exchange.channels.values()
        ]

    def _hears(self, party: str) -> tuple[str, Any]:
        """What one party hears: by unique id, channel name, or the extension of a phone with a leg."""
        world = self._server.world
        phone = world.phones.find(party)
        legs = [] if phone is None else (phone.legs if phone.agent is None else phone.agent.legs)
        channel = legs[0] if legs else world.exchange.find(party)
        if channel is None:
            return "404 Not Found", {"error": f"{party}: there is no such party now"}
        return "200 OK", self._server.dialler.voices.hears(channel, self._server.now())

    def _people(self, target: str) -> bool | str | None:
        """An order to somebody on the floor. What came of it; None: there is no such order."""
        world, parts = self._server.world, urlsplit(target)
        values = dict(parse_qsl(parts.query))
        _, kind, *rest = (unquote(part) for part in parts.path.split("/"))
        if kind == "call" and not rest:
            return world.hands.call(values.get("queue", ""), number=values.get("number", ""))
        if len(rest) != 2:
            return None
        who, deed = rest
        if kind == "phone" and deed in DOES:
            return world.phones.set(who, deed, float(values["after_s"]) if "after_s" in values else None)
        act = PEOPLE.get((kind, deed))
        return act(world.hands, who, values.get("to", "")) if act is not None else None
