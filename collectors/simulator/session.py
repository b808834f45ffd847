"""One AMI connection as the switch sees it: who is logged in, which events it wants, what it is sent. No I/O.

Invariants: an event is sent only if both the account's read classes and the session's mask have its class; replies keep the
order of their actions; nothing is sent after `close`.
"""

from __future__ import annotations

from collections.abc import Callable

from .config import CLASSES, Account
from .requests import Request, Requests
from .wire import Sent

BANNER = b"Asterisk Call Manager/12.0.0\r\n"
Later = Callable[[float, Callable[[], None]], object]


class Session:
    """`write` takes bytes for the client, `close` ends the connection, `later(seconds, act)` is real time passing."""

    def __init__(self, number: int, write: Callable[[bytes], None], close: Callable[[], None], later: Later) -> None:
        self.number = number
        self.requests = Requests()
        self.account: Account | None = None
        self.challenge = ""
        self.mask: frozenset[str] = frozenset(CLASSES)
        self.is_open = True
        self.interleaves = False
        self._write = write
        self._close = close
        self.later = later
        self._held: list[bytes] = []
        self.is_waiting = False
        """An action that is not over yet: what the client sends meanwhile is answered after it."""
        self.queued: list[Request] = []
        self.answer: Callable[[Request], None] = lambda _request: None
        write(BANNER)

    # -- events

    def wants(self, kind: str) -> bool:
        return self.account is not None and kind in self.mask and kind in self.account.read

    def event(self, sent: Sent) -> None:
        if self.is_open and self.wants(sent.kind):
            self._write(sent.data)
            if self._held:
                self.release()

    def set_mask(self, text: str) -> bool:
        """EventMask: on, off, or classes; what means nothing is off. True: something is on."""
        word = text.strip().lower()
        if word in {"on", "all", "true", "yes", "1"}:
            self.mask = frozenset(CLASSES)
        else:
            self.mask = frozenset(part.strip() for part in word.split(",")) & frozenset(CLASSES)
        return bool(self.mask)

    # -- an action that takes time

    def hold(self) -> None:
        """Answer nothing more until `go_on`."""
        self.is_waiting = True

    def go_on(self) -> None:
        """The action is over: what was sent meanwhile is answered now."""
        self.is_waiting = False
        while self.queued and self.is_open and not self.is_waiting:
            self.answer(self.queued.pop(0))

    # -- replies

    def send(self, text: str) -> None:
        """A reply's bytes."""
        if not self.is_open:
            return
        data = text.encode("utf-8", "surrogateescape")
        if self._held:
            self._held.append(data)
        else:
            self._write(data)

    def reply(self, response: str, action_id: str, *lines: str) -> None:
        """`Response`, the asker's ActionID if he gave one, then whole lines."""
        self.send(f"Response: {response}\r\n{id_line(action_id)}{''.join(lines)}\r\n")

    def send_list(self, action_id: str, message: str, items: list[str], done: str) -> None:
        """A list: its reply, its items, and `done`, the event that completes it."""
        start = f"Response: Success\r\n{id_line(action_id)}EventList: start\r\nMessage: {message}\r\n\r\n"
        end = f"Event: {done}\r\n{id_line(action_id)}EventList: Complete\r\nListItems: {len(items)}\r\n\r\n"
        if not self.interleaves or len(items) < 2:
            self.send("".join((start, *items, end)))
            return
        half = len(items) // 2
        self.send("".join((start, *items[:half])))
        self._held.append("".join((*items[half:], end)).encode("utf-8", "surrogateescape"))
        self.later(0.1, self.release)

    def release(self) -> None:
        """The rest of a list that a live event was let into."""
        held, self._held = self._held, []
        if held and self.is_open:
            self._write(b"".join(held))

    def close(self) -> None:
        if self.is_open:
            self.release()
            self.is_open = False
            self._close()


def id_line(action_id: str) -> str:
    return f"ActionID: {action_id}\r\n" if action_id else ""
