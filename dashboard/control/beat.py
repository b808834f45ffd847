"""The heartbeat: what control can do now, told when it changes and every few seconds, so that its silence shows."""

from __future__ import annotations

from typing import Final

from collectors.clock import Clock
from dashboard.control.room import Room
from dashboard.control.teller import Teller
from dashboard.supervision.reasons import Reason

EVERY_MS: Final = 5_000
TICK_S: Final = 0.1


class Beat:
    """Of one switch."""

    def __init__(self, room: Room, teller: Teller, clock: Clock) -> None:
        self._room = room
        self._teller = teller
        self._clock = clock
        self._told: object = None
        self._told_ms = 0

    async def run(self) -> None:
        """Time goes on, until cancelled."""
        while True:
            self._room.tick()
            self.look()
            await self._clock.sleep(TICK_S)

    def again(self) -> None:
        """What was told may be lost."""
        self._told = None

    def goodbye(self) -> None:
        """Nobody is there any more."""
        self._teller.control(self._room.name, str(Reason.CONTROL_DOWN), str(Reason.CONTROL_DOWN), {}, "")

    def look(self) -> None:
        """Tells, if there is something to tell or it is time."""
        room, now_ms = self._room, self._clock.monotonic_ms()
        why_not, why_no_browser = str(room.why_not or ""), str(room.why_no_browser or "")
        state = (why_not, why_no_browser, room.phones, room.link.version)
        if state != self._told or now_ms - self._told_ms >= EVERY_MS:
            self._told, self._told_ms = state, now_ms
            self._teller.control(room.name, why_not, why_no_browser, room.phones, room.link.version)
