"""One TCP connection of the simulated switch: batches what is written, and closes a client that does not read.

Invariants: what a session writes leaves in order, one system call a slice of events; the memory for a slow client is bounded by
`write_limit_bytes`; a closed slow client finds its bytes cut off wherever the buffer ended.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from .session import Session

if TYPE_CHECKING:
    from .server import SimulatorServer


class Connection(asyncio.Protocol):
    """Feeds a session's requests to the manager, and its bytes to the transport."""

    def __init__(self, server: SimulatorServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._pending: list[bytes] = []
        self._blocked_since: float | None = None
        self._blocked_bytes = 0
        self.session: Session | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._server.connections.add(self)
        self.session = self._server.new_session(self._pending.append, self.end)
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        self._server.connections.discard(self)
        if self.session is not None:
            self._server.manager.leaves(self.session)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        if self.session is not None:
            self._server.run_now()
            self._server.manager.received(self.session, data)
            self._server.flush()

    def flush(self) -> None:
        """Hand over what is pending; close the client if it has not read for too long."""
        transport = self._transport
        if transport is None:
            self._pending.clear()
            return
        if self._pending:
            transport.write(b"".join(self._pending))
            self._pending.clear()
        if self._is_too_slow(transport.get_write_buffer_size()):
            self._server.slow_clients_closed += 1
            self.abort()

    def _is_too_slow(self, buffered: int) -> bool:
        config = self._server.config
        if buffered > config.write_limit_bytes:
            return True
        now = asyncio.get_running_loop().time()
        if buffered == 0:
            self._blocked_since = None
        elif self._blocked_since is None or buffered < self._blocked_bytes:
            self._blocked_since = now
        self._blocked_bytes = buffered
        return self._blocked_since is not None and now - self._blocked_since > config.write_timeout_s

    def end(self) -> None:
        """Close after what is pending has gone."""
        if self._transport is not None:
            if self._pending:
                self._transport.write(b"".join(self._pending))
                self._pending.clear()
            self._transport.close()

    def abort(self) -> None:
        """Close at once, in the middle of whatever it was."""
        if self.session is not None:
            self._server.manager.leaves(self.session)
        self._pending.clear()
        if self._transport is not None:
            self._transport.abort()
