"""What paired screens are told beside their view: how the desk wants them to look, and what people have to say there.

Once for each change; a screen whose socket is full hears it with the next look.
"""

from __future__ import annotations

from dashboard.live import frames
from dashboard.live.announcer import Announcer
from dashboard.live.audience import Audience
from dashboard.live.screens import Screen


class Paired:
    """The paired screens among an audience."""

    def __init__(self, audience: Audience, announcer: Announcer) -> None:
        self._audience = audience
        self._announcer = announcer

    def order(self, screen: Screen, now_ms: int, at_ms: float) -> None:
        """How its record says that it should look."""
        orders = screen.visitor.orders
        if orders is not None and not screen.is_ordered and not screen.has_ended:
            screen.is_ordered = self._audience.say(screen, frames.order(orders, now_ms), at_ms, "order")

    def announce(self, screen: Screen, now_ms: int, at_ms: float) -> None:
        """The announcements that stand there now."""
        if screen.visitor.orders is None or screen.board is None or screen.has_ended:
            return
        wanted = self._announcer.list_of(screen.visitor.actor.id, now_ms)
        if wanted is None or wanted == screen.announced:
            return
        if self._audience.say(screen, self._announcer.frame(wanted, now_ms), at_ms, "announce"):
            screen.announced = wanted
