"""A client at the manager interface of a world, without a network: sends actions, reads what comes back."""

from __future__ import annotations

from collections.abc import Callable

from collectors.simulator.manager import Manager
from collectors.simulator.session import Session

from .worlds import Event, Run


class Desk:
    """`ask("Ping")` gives the messages of the answer; `received` is everything so far. Time passes with `wait`."""

    def __init__(
        self,
        run: Run,
        *,
        user: str = "sup",
        secret: str = "ami-secret",  # noqa: S107 - the simulator's own
        login: bool = True,
        events: str = "",
    ) -> None:
        self.run = run
        self.manager = Manager(run.world)
        self.received = b""
        self.closed = False
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.session = Session(1, self._take, self._close, self._later)
        self.manager.joins(self.session)
        if login:
            extra = {"Events": events} if events else {}
            self.login = self.ask("Login", Username=user, Secret=secret, **extra)

    def _take(self, data: bytes) -> None:
        self.received += data

    def _close(self) -> None:
        self.closed = True

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        self.later.append((seconds, act))

    def time_out(self) -> None:
        """Real time passes: what the session put off happens."""
        due, self.later = self.later, []
        for _, act in due:
            act()

    def send(self, data: bytes) -> bytes:
        before = len(self.received)
        self.manager.received(self.session, data)
        return self.received[before:]

    def ask(self, action: str, *pairs: tuple[str, str], **headers: str) -> list[Event]:
        rows = [("Action", action), *headers.items(), *pairs]
        if "ActionID" not in headers:
            rows.insert(1, ("ActionID", "a1"))
        data = "".join(f"{key}: {value}\r\n" for key, value in rows) + "\r\n"
        return messages(self.send(data.encode("utf-8", "surrogateescape")))

    def wait(self, seconds: float) -> list[Event]:
        """The world lives on; what it sent meanwhile."""
        before = len(self.received)
        self.run.world.run_until(self.run.world.engine.now + seconds)
        return messages(self.received[before:])


def messages(data: bytes) -> list[Event]:
    return [Event(part) for part in data.split(b"\r\n\r\n") if part.strip(b"\r\n")]
