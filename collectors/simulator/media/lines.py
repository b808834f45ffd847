"""chan_websocket: legs whose other end is a media server that the switch dials.

Invariants: a version without the module has no such technology; an unknown connection has no channel; a media server that cannot
be reached ends the channel with cause 3; a connection ends with its channel and the other way round.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from collectors.simulator.channels import Channel
from collectors.simulator.config import WebSocketClient

if TYPE_CHECKING:
    from collectors.simulator.monitoring.originations import Origination
    from collectors.simulator.world import World

    from .line import Line

CONGESTED, NO_ROUTE = 8, 3
SINCE = {20: 18, 22: 8, 23: 2}
"""The first minor version of each major one that has the module as it is here."""
CLOSES_S = 0.02


def has_websockets(version: str) -> bool:
    """Whether this Asterisk can carry sound over a websocket."""
    major, _, rest = version.partition(".")
    minor = rest.partition(".")[0]
    if not major.isdigit() or not minor.isdigit():
        return False
    return int(major) > max(SINCE) or int(minor) >= SINCE.get(int(major), 1 << 30)


class Lines:
    """All websocket channels. `dial` is the shell's: it connects, and tells `connected` or `unreachable`; None: nobody can."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._clients = {client.name: client for client in world.config.websocket_clients}
        self._by_channel: dict[str, Line] = {}
        self._rng = random.Random(f"{world.config.seed}:websockets")
        self.is_known = has_websockets(world.config.asterisk)
        self.dial: Callable[[WebSocketClient, Line, Origination], None] | None = None
        self.close: Callable[[Line], None] = lambda _line: None

    def call(self, origination: Origination) -> None:
        """Originate to `WebSocket/NAME/options`."""
        from .line import Line, options_of  # sound needs numpy: only who wants it pays for it

        world = self._world
        name, _, rest = origination.asked.removeprefix("WebSocket/").partition("/")
        client = self._clients.get(name)
        options = options_of(rest, speaks_json=world.config.websocket_json) if client is not None else None
        is_taken = bool(origination.unique_id) and world.exchange.find(origination.unique_id) is not None
        if client is None or options is None or is_taken:
            world.originations.tell(origination, CONGESTED)
            return
        full_name = f"WebSocket/{name}/0x7f{self._rng.randrange(16**10):010x}"
        channel = world.originations.open(origination, full_name, "", "", "default", full_name=full_name)
        world.exchange.dial_begin(None, channel, f"{name}/{rest}")
        line = self._by_channel[channel.unique_id] = Line(channel, name, options)
        line.hang_up = lambda: self._hung_up(line)
        line.answer = lambda: world.originations.answered(origination)
        if self.dial is None:
            world.engine.after(0.2, self.unreachable, line, origination)
        else:
            self.dial(client, line, origination)

    def connected(self, line: Line, origination: Origination) -> None:
        """The media server took the connection and has had its MEDIA_START: the channel answers itself."""
        if not line.channel.is_up:
            self.close(line)
        elif line.options.answers:
            self._world.originations.answered(origination)

    def unreachable(self, line: Line, origination: Origination) -> None:
        """No connection, a wrong answer, or no subprotocol."""
        self._by_channel.pop(line.channel.unique_id, None)
        if line.channel.is_up:
            self._world.originations.failed(origination, NO_ROUTE)

    def closed(self, line: Line) -> None:
        """The media server closed the connection, as a phone hangs up."""
        line.is_closed = True
        if line.channel.is_up and not self._world.originations.phone_hangs_up(line.channel):
            self._world.exchange.hang_up(line.channel, 0)

    def _hung_up(self, line: Line) -> None:
        """HANGUP of the media server: the channel ends as by a manager."""
        channel = line.channel
        course = self._world.courses.by_channel.get(channel.unique_id)
        if course is not None:
            self._world.courses.hang_up(course, requested=False)
        elif channel.is_up:
            self._world.exchange.leave(channel)
            self._world.exchange.hang_up(channel, 0)

    def find(self, unique_id: str) -> Line | None:
        return self._by_channel.get(unique_id)

    def gone(self, channel: Channel) -> None:
        """The channel ended: so does its connection."""
        line = self._by_channel.pop(channel.unique_id, None)
        if line is not None and not line.is_closed:
            line.is_closed = True
            self.close(line)

    def forget_all(self) -> None:
        """The switch died."""
        for line in list(self._by_channel.values()):
            self.gone(line.channel)
