"""chan_websocket: legs whose other end is a media server that the switch dials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.simulator.channels import Channel

if TYPE_CHECKING:
    from collectors.simulator.monitoring.originations import Origination
    from collectors.simulator.world import World


class Lines:
    """All websocket channels."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.is_known = False

    def call(self, origination: Origination) -> None:
        self._world.originations.tell(origination, 0)

    def gone(self, channel: Channel) -> None:
        """The channel ended."""

    def forget_all(self) -> None:
        """The switch died."""
