"""All screens: who gets which frame, who waits, who goes.

Works on encoded frames and `Socket`s; knows nothing of floors. Bounded: at most `most_screens`, one frame of ours per
screen, and no more than `SNAPSHOT_BYTES_AT_ONCE` of unsent snapshots over all screens, so that two hundred desks that come
back at once are served in turn instead of holding two hundred snapshots in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from dashboard.live.channels import Channel, Encoded
from dashboard.live.screens import Screen, Socket
from dashboard.live.tally import Tally

SNAPSHOT_BYTES_AT_ONCE = 16 * 1024 * 1024


class Write(Protocol):
    """Puts one encoded frame into many sockets without waiting."""

    def __call__(self, sockets: Iterable[Socket], frame: bytes, *, as_text: bool = True) -> None: ...


class Audience:
    """The screens that are connected."""

    def __init__(self, write: Write, tally: Tally) -> None:
        self.screens: set[Screen] = set()
        self._write = write
        self._tally = tally

    def publish(self, channel: Channel, patch: bytes, at_ms: float) -> None:
        """A patch to every screen of the channel that has room; the others are out of step from here."""
        ready = []
        for screen in channel.screens:
            if not screen.is_in_step:
                continue
            if screen.has_room(at_ms):
                screen.was_sent(channel.seq, at_ms)
                ready.append(screen.socket)
            else:
                screen.is_in_step = False
                self._tally.skipped.add()
        self._send("patch", ready, Encoded(patch))

    def beat(self, frame: bytes, at_ms: float) -> None:
        """The heartbeat to every screen that has room."""
        ready = [screen.socket for screen in self.screens if not screen.has_ended and screen.has_room(at_ms)]
        self._send("beat", ready, Encoded(frame))

    def say(self, screen: Screen, frame: bytes, at_ms: float, kind: str = "error") -> bool:
        """A frame of its own to one screen, if it has room. Returns whether it had."""
        if screen.has_ended or not screen.has_room(at_ms):
            return False
        self._send(kind, [screen.socket], Encoded(frame))
        return True

    def tell(self, screen: Screen, frame: bytes) -> None:
        """An answer to what one person asked. They asked for it, and not often: it is written even behind an unsent frame."""
        if not screen.has_ended:
            self._send("answer", [screen.socket], Encoded(frame))

    def catch_up(self, channel: Channel, snapshot: Callable[[Screen], Encoded], at_ms: float) -> bool:
        """A snapshot to each screen that is out of step and has room. Returns whether somebody still waits."""
        waiting = _out_of_step(channel)
        if not waiting:
            return False
        unsent = sum(screen.socket.waiting_bytes() for screen in self.screens)
        left = len(waiting)
        for screen in waiting:
            if unsent > SNAPSHOT_BYTES_AT_ONCE:
                break
            if self._put_in_step(channel, screen, snapshot, at_ms):
                unsent += screen.socket.waiting_bytes()
                left -= 1
        if left == 0:
            channel.forget_snapshots()
        return left > 0

    def greet(self, channel: Channel, snapshot: Callable[[Screen], Encoded], at_ms: float) -> None:
        """The same for a view so small that nobody needs to count what of its snapshots is unsent."""
        for screen in _out_of_step(channel):
            self._put_in_step(channel, screen, snapshot, at_ms)

    def _put_in_step(
        self, channel: Channel, screen: Screen, snapshot: Callable[[Screen], Encoded], at_ms: float
    ) -> bool:
        if not screen.has_room(at_ms):
            return False
        self._send("snapshot", [screen.socket], snapshot(screen))
        screen.is_in_step = True
        screen.was_sent(channel.seq, at_ms)
        return True

    def close_overdue(self, at_ms: float) -> list[Screen]:
        """Ends the screens that are too far behind (or never said what they want) and returns them."""
        ended = []
        for screen in self.screens:
            screen.has_room(at_ms)
            verdict = screen.overdue(at_ms)
            if verdict is not None and not screen.has_ended:
                self.end(screen, *verdict)
                ended.append(screen)
        return ended

    def end(self, screen: Screen, code: int, reason: str) -> None:
        """Close one screen; it counts until its connection is gone, but is sent nothing more."""
        screen.has_ended = True
        screen.is_in_step = False
        self._tally.closed.add(1, str(code))
        screen.socket.end(code, reason)

    def _send(self, kind: str, sockets: list[Socket], frame: Encoded) -> None:
        if sockets:
            self._write(sockets, frame.body, as_text=frame.as_text)
            self._tally.sent(kind, len(sockets), len(frame.body))


def _out_of_step(channel: Channel) -> list[Screen]:
    return [screen for screen in channel.screens if not screen.is_in_step and not screen.has_ended]
