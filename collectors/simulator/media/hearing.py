"""Who hears whom, as channels, bridges, holds and ChanSpy hooks have it now. Symbols only: no sample is made here.

Invariants: whoever spies never hears another who spies on the same channel; a phone that holds plays nothing; a whisper goes where
its hook is, wherever the hooked channel has been bridged since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.simulator.channels import UP, Channel

if TYPE_CHECKING:
    from collectors.simulator.world import World

MUSIC = "moh"
DEPTH = 6
"""Through so many Local channels and hooks a sound is followed."""


class Hearing:
    """Answers by unique ids of the speaking channels, and MUSIC."""

    def __init__(self, world: World) -> None:
        self._world = world

    def heard_by(self, channel: Channel) -> list[str]:
        """What comes out of this party's phone (or websocket) now."""
        if not channel.is_up or channel.state != UP or channel.is_holding:
            return []
        return sorted({*self._written(channel, DEPTH), *self._whispered(channel, DEPTH)})

    def flows_to(self, channel: Channel) -> bool:
        """Whether the switch sends this leg any sound at all (silence too): in a bridge, with music, or while it spies."""
        if channel.bridge is not None or channel.hears_music:
            return True
        return channel.unique_id in self._world.spying.sessions

    def _written(self, channel: Channel, depth: int) -> list[str]:
        """What the switch writes to the channel, without what is whispered."""
        if depth <= 0:
            return []
        if channel.hears_music:
            return [MUSIC]
        spying = self._world.spying.sessions.get(channel.unique_id)
        if spying is not None and spying.spied is not None:
            if spying.mode == "private":
                return []
            return [*self._said(spying.spied, depth - 1), *self._written(spying.spied, depth - 1)]
        if channel.bridge is None:
            return []
        return [
            each for other in channel.bridge.channels if other is not channel for each in self._said(other, depth - 1)
        ]

    def _whispered(self, channel: Channel, depth: int) -> list[str]:
        if depth <= 0:
            return []
        return [
            each
            for spying in self._world.spying.hooked_to(channel)
            if (spying.spied is channel and spying.mode != "listen") or spying.peer is channel
            for each in self._said(spying.channel, depth - 1)
        ]

    def _said(self, channel: Channel, depth: int) -> list[str]:
        """What comes from the channel's own side."""
        if depth <= 0:
            return []
        other = self._other_half(channel)
        if other is not None:
            return [*self._written(other, depth - 1), *self._whispered(other, depth - 1)]
        return [channel.unique_id] if channel.state == UP and channel.is_up else []

    def _other_half(self, channel: Channel) -> Channel | None:
        if not channel.name.startswith("Local/"):
            return None
        stem, _, half = channel.name.rpartition(";")
        return self._world.exchange.channels.get(f"{stem};{3 - int(half)}")
