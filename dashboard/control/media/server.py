"""The two ports of the sound and the sessions between them: `/audio` for supervisors' pages, `/media` for switches.

Each of the two knows only what it needs: a page shows who it is and its ticket, a switch its credentials and whose leg it brings.
The process that answers for the sessions says which there are, in which mode, and when they are over.
"""

from __future__ import annotations

import asyncio
from typing import Final

from websockets.asyncio.server import Server

from collectors.events import MonitorMode
from dashboard.control.media import page_frames
from dashboard.control.media.bridge import Bridge, Key
from dashboard.control.media.config import MediaConfig
from dashboard.control.media.hears import Hears
from dashboard.control.media.page_side import PageSide, Recognise
from dashboard.control.media.switch_side import SwitchSide
from dashboard.supervision.commands import DEADLINE_MS
from dashboard.supervision.reasons import Reason

SAY_WHY_S: Final = 1.0
"""A leg that is gone was hung up for a reason; whoever knows it has so long to say it."""


class Media:
    """All calls by command are idempotent; one that is not known (any more) is ignored."""

    def __init__(self, config: MediaConfig, recognise: Recognise, hears: Hears) -> None:
        self.config = config
        self.why_not: Reason | None = None if config.media_secret else Reason.BROWSER_OFF
        self.bridges: dict[str, Bridge] = {}
        self._hears = hears
        self._wanted: dict[str, asyncio.Event] = {}
        self._pages = PageSide(config, recognise, self._find, self._page_left)
        self._switches = SwitchSide(config, self.bridges.get, self._leg_left)
        self._listening: list[Server] = []

    @property
    def page_port(self) -> int:
        """Where pages come; 0 while not listening."""
        return _port(self._listening[0]) if self._listening else 0

    @property
    def switch_port(self) -> int:
        """Where switches come; 0 while not listening."""
        return _port(self._listening[1]) if self._listening else 0

    async def listen(self) -> None:
        """Opens both ports, or none where there is no secret. Raises `MediaError`."""
        if self.why_not is not None:
            return
        pages = await self._pages.listen()
        try:
            self._listening = [pages, await self._switches.listen()]
        except BaseException:
            pages.close()
            raise

    async def close(self) -> None:
        """Every session is over."""
        for bridge in tuple(self.bridges.values()):
            self.end(bridge.command, Reason.CONTROL_RESTARTED)
        listening, self._listening = self._listening, []
        for server in listening:
            server.close(code=page_frames.RESTARTING, reason="This server restarts.")
        for server in listening:
            await server.wait_closed()

    # -- sessions

    def expect(self, command: str, *, session: str, ticket: str, mode: MonitorMode) -> None:
        """A page of `session` may come with the ticket of this digest; perhaps it is there already."""
        if command not in self.bridges:
            self.bridges[command] = Bridge(command, Key(session, ticket), mode, self._hears)
            wanted = self._wanted.pop(command, None)
            if wanted is not None:
                wanted.set()

    def mode(self, command: str, mode: MonitorMode) -> None:
        """What the session is now. To listen: say it before the switch is asked; else when the switch has confirmed."""
        bridge = self.bridges.get(command)
        if bridge is not None:
            bridge.set_mode(mode)

    def move(self, old: str, new: str, mode: MonitorMode) -> None:
        """The page of `old` stays, for the next call, which `new` opens."""
        bridge = self.bridges.pop(old, None)
        if bridge is not None:
            self.bridges[new] = bridge
            bridge.move(new, mode)

    def keep(self, command: str) -> None:
        """The call is over and the page stays: a next one comes (`move`), or the session ends (`end`)."""
        bridge = self.bridges.get(command)
        if bridge is not None:
            bridge.is_kept = True

    def end(self, command: str, reason: Reason) -> None:
        """Page and leg."""
        bridge = self.bridges.pop(command, None)
        if bridge is not None:
            bridge.end(reason)

    # -- what the sides ask

    async def _find(self, command: str) -> Bridge | None:
        """The session that a page asks for. Its ticket comes to it as soon as the command is asked, so it may be here first."""
        if command not in self.bridges:
            wanted = self._wanted.setdefault(command, asyncio.Event())
            try:
                async with asyncio.timeout(DEADLINE_MS / 1000):
                    await wanted.wait()
            except TimeoutError:
                self._wanted.pop(command, None)
        return self.bridges.get(command)

    def _leg_left(self, bridge: Bridge) -> None:
        command = bridge.command

        def unless_told() -> None:
            if self.bridges.get(command) is bridge and not bridge.is_kept:
                self.end(command, Reason.CALL_ENDED)

        asyncio.get_running_loop().call_later(SAY_WHY_S, unless_told)

    def _page_left(self, bridge: Bridge) -> None:
        """A session ends with its page, whoever ended it."""
        if self.bridges.get(bridge.command) is bridge:
            del self.bridges[bridge.command]


def _port(server: Server) -> int:
    port: int = next(iter(server.sockets)).getsockname()[1]
    return port
