"""A simulated switch and the floor that its bytes give, in one process: simulator → codec → translator → fold.

No sockets and no clock: the simulated world says when each of its steps happens, so a day passes in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from collectors.asterisk.codec import Decoder
from collectors.asterisk.translate import Translator
from collectors.events import Entry, Fact, FloorSettings, QueueSettings, SettingsChanged, SourceAlive
from collectors.simulator import SimulatorConfig, World
from collectors.simulator.manager import Manager
from collectors.simulator.session import Session
from dashboard.floor.changes import Changes
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor


class Observed:
    """`settings`: what the floor is told before anything happens; without them, the simulator's wrap-up time. `changes`: what the
    folds since the last `take_changes` touched."""

    def __init__(self, config: SimulatorConfig, start_s: float, settings: FloorSettings | None = None) -> None:
        self.config = config
        self.settings = settings or FloorSettings(default_queue=QueueSettings(wrap_up_s=config.wrap_up_s))
        self.world = World(config, start_s)
        self.world.wake()
        self.floor = Floor("main")
        self.changes = Changes()
        self._sent: list[bytes] = []
        self._count = 0
        self._decoder, self._translator = Decoder(), Translator()
        self._manager = Manager(self.world)
        self._session = Session(1, self._sent.append, lambda: None, lambda *_: None)
        self._manager.joins(self._session)
        self._link()
        self._other = Session(2, lambda _: None, lambda: None, lambda *_: None)
        self._manager.joins(self._other)
        self._manager.received(self._other, b"Action: Login\r\nUsername: sup\r\nSecret: ami-secret\r\n\r\n")

    @property
    def now_ms(self) -> int:
        """The simulated world's time."""
        return int(self.world.engine.now * 1000)

    @property
    def position(self) -> str:
        """The stream id of the last entry."""
        return f"{self._count}-0"

    def take_changes(self) -> Changes:
        """What changed since the last call."""
        changes, self.changes = self.changes, Changes()
        return changes

    def live_until(self, until_s: float) -> None:
        """Step by step, so that each event is folded at its own time."""
        while (at_s := self.world.engine.next_at()) is not None and at_s <= until_s:
            self.world.run_until(at_s)
            self._hear()
        self.world.run_until(until_s)
        self._fold(self._translator.tick(self.now_ms))

    def ask(self, action: bytes) -> None:
        """Somebody with every right sends this, by a link of their own."""
        self._hear()
        self._manager.received(self._other, action)

    def alive(self) -> None:
        """The switch answers a ping."""
        self._fold([Fact(SourceAlive(), self.now_ms)])

    def _link(self) -> None:
        self._fold([Fact(SettingsChanged(self.settings), self.now_ms)])
        self._ask("Login\r\nUsername: sup\r\nSecret: ami-secret")
        self._fold(self._translator.linked(self.now_ms))
        (status,) = [message for message in self._ask("CoreStatus\r\nActionID: c") if message.response]
        self._fold(self._translator.booted(status, self.now_ms))
        self._translator.listing(self.now_ms)
        lists = [
            item
            for name in ("QueueStatus", "CoreShowChannels", "BridgeList")
            for item in self._ask(f"{name}\r\nActionID: l")
        ]
        self._fold(self._translator.snapshot(lists, self.now_ms))

    def _ask(self, action: str) -> list[Any]:
        self._manager.received(self._session, f"Action: {action}\r\n\r\n".encode())
        return self._messages()

    def _hear(self) -> None:
        for message in self._messages():
            if message.event:
                self._fold(self._translator.message(message, self.now_ms))

    def _messages(self) -> list[Any]:
        data, self._sent[:] = b"".join(self._sent), []
        return self._decoder.feed(data)

    def _fold(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self._count += 1
            boot = fact.boot or self._translator.boot
            entry = Entry("main", "pbx", boot, 1, self._count, fact.at_ms, fact.event)
            self.changes.add(fold(self.floor, entry, self.position))
