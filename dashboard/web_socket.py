"""A websocket that is written to without waiting, the same for every server of ours that has to go on meanwhile.

What a peer does not take shows in `waiting_bytes`: the writer then leaves out what can be left out. So unsent bytes must be kept
where we can see them (`tune`), not in the system's own buffer.
"""

from __future__ import annotations

import socket
from contextlib import suppress

from websockets.asyncio.server import ServerConnection, broadcast
from websockets.protocol import State

CLOSING_S = 5.0
"""A closed peer has so long to answer; then it is cut off."""


class WebSocket:
    """One connection. None of it waits."""

    __slots__ = ("connection",)

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection

    def waiting_bytes(self) -> int:
        """Bytes written that the operating system has not taken yet."""
        return self.connection.transport.get_write_buffer_size()

    def send(self, message: str | bytes) -> None:
        """One message; nothing when it is closed already."""
        broadcast((self.connection,), message)

    def end(self, code: int, reason: str) -> None:
        """Begin to close. `ServerConnection.close` waits for the buffer to drain, which a peer that does not read never lets happen."""
        connection = self.connection
        if connection.state is State.OPEN:
            connection.protocol.send_close(code, reason)
            connection.send_data()
            connection.loop.call_later(CLOSING_S, connection.transport.abort)

    def cut(self) -> None:
        """Close at once, whatever is unsent."""
        self.connection.transport.abort()


def tune(connection: ServerConnection, unsent_bytes: int, silent_ms: int) -> None:
    """At most `unsent_bytes` hidden in the system; peers that vanished are ended by it after `silent_ms` (where it can)."""
    sock = connection.transport.get_extra_info("socket")
    for option, value in (("TCP_NOTSENT_LOWAT", unsent_bytes), ("TCP_USER_TIMEOUT", silent_ms)):
        number = getattr(socket, option, None)
        if sock is not None and number is not None:
            with suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, number, value)
