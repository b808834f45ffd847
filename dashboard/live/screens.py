"""One screen: a socket that shows one view, and how far behind it is.

Invariants: the gateway keeps no queue for a screen. A frame goes into the socket only when the socket's buffer is empty, so a
screen holds at most one frame of ours; one that missed a frame is out of step and gets a snapshot of the latest state when
it has drained. A screen that stays full, or acknowledges nothing that was sent, for `BEHIND_MS` is closed.
Times here are monotonic milliseconds, given from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from websockets.frames import Frame, Opcode
from websockets.protocol import State

from dashboard.live import frames
from dashboard.live.viewer import Viewer
from dashboard.live.visitor import Visitor
from dashboard.web_socket import WebSocket

BEHIND_MS = 30_000.0
HELLO_WITHIN_MS = 10_000.0
"""A socket that asks for nothing for so long is closed."""

FRAMES_ALLOWED = 20
FRAMES_PER_S = 1.0
"""What a screen may say: this many frames at once, refilled at this rate. The protocol needs one in 5 s."""


class Socket(Protocol):
    """What a screen needs of its connection. None of it waits."""

    def waiting_bytes(self) -> int:
        """Bytes written that the operating system has not taken yet."""

    def end(self, code: int, reason: str) -> None:
        """Begin to close; a peer that does not answer is cut off soon."""

    def cut(self) -> None:
        """Close at once, whatever is unsent."""


class Screen:
    """The gateway's whole memory of one screen. `viewer`: None while it shows nothing. `is_ordered`: it has been told how its
    record wants it to look. `announced`: the announcements that it was told; None: nothing yet. `alerted`: the
    alerts, likewise. `restarts`: see `said.Hello`."""

    __slots__ = (
        "_allowance",
        "_allowance_at",
        "_full_since",
        "_opened_at",
        "_unacked",
        "acks",
        "alerted",
        "announced",
        "board",
        "has_ended",
        "is_in_step",
        "is_ordered",
        "release",
        "restarts",
        "socket",
        "takes_gzip",
        "viewer",
        "visitor",
    )

    def __init__(self, socket: Socket, visitor: Visitor, at_ms: float) -> None:
        self.socket = socket
        self.visitor = visitor
        self.board: str | None = None
        self.viewer: Viewer | None = None
        self.release = ""
        self.restarts = 0
        self.is_ordered = False
        self.announced: tuple[frames.Told, ...] | None = None
        self.alerted: Sequence[object] | None = None
        self.is_in_step = False
        self.takes_gzip = False
        self.acks = False
        self.has_ended = False
        self._opened_at = at_ms
        self._full_since: float | None = None
        self._unacked: tuple[int, float] | None = None
        self._allowance = float(FRAMES_ALLOWED)
        self._allowance_at = at_ms

    def has_room(self, at_ms: float) -> bool:
        """Whether a frame may be written now."""
        if self.socket.waiting_bytes():
            if self._full_since is None:
                self._full_since = at_ms
            return False
        self._full_since = None
        return True

    def was_sent(self, seq: int, at_ms: float) -> None:
        """Frame `seq` of its view was written. Only the oldest unacknowledged one is remembered."""
        if self._unacked is None:
            self._unacked = (seq, at_ms)

    def shows(self, board: str, viewer: Viewer | None) -> None:
        """It asked for a board, perhaps another one: whatever was open before does not count."""
        self.board = board
        self.viewer = viewer
        self.is_in_step = False
        self._unacked = None

    def acknowledged(self, seq: int, newest_seq: int, at_ms: float) -> None:
        """It has drawn `seq`; what was sent after that is due from now on."""
        self.acks = True
        if self._unacked is not None and seq >= self._unacked[0]:
            self._unacked = (seq + 1, at_ms) if seq < newest_seq else None

    def speaks(self, at_ms: float) -> None:
        """Raises `frames.Refused` when it says too much."""
        refilled = self._allowance + (at_ms - self._allowance_at) / 1000 * FRAMES_PER_S
        self._allowance = min(float(FRAMES_ALLOWED), refilled) - 1
        self._allowance_at = at_ms
        if self._allowance < 0:
            raise frames.Refused(frames.POLICY, "Too many frames.")

    def overdue(self, at_ms: float) -> tuple[int, str] | None:
        """Close code and reason once it is too far behind."""
        if self.board is None and at_ms - self._opened_at > HELLO_WITHIN_MS:
            return frames.POLICY, "No board was asked for."
        if self._full_since is not None and at_ms - self._full_since > BEHIND_MS:
            return frames.BEHIND, "This screen is 30 s behind."
        if self.acks and self._unacked is not None and at_ms - self._unacked[1] > BEHIND_MS:
            return frames.BEHIND, "This screen has drawn nothing for 30 s."
        return None


def write_all(sockets: Iterable[Socket], frame: bytes, *, as_text: bool = True) -> None:
    """One encoded frame to many sockets, without waiting for any.

    What `websockets.broadcast` does, but framed once instead of once per socket (without extensions the bytes are the
    same for all): 7 µs a socket instead of 10. Only whole frames are ever written here, so none can be torn apart.
    """
    framed = Frame(Opcode.TEXT if as_text else Opcode.BINARY, frame).serialize(mask=False)
    for socket in sockets:
        if isinstance(socket, WebSocket) and socket.connection.state is State.OPEN:
            socket.connection.transport.write(framed)
