"""What the sound's server tells the process that answers for the sessions. Called on the event loop; none of it may wait."""

from __future__ import annotations

from typing import Protocol

from dashboard.supervision.reasons import Reason


class Hears(Protocol):
    """By the command that opened the session."""

    def browser_came(self, command: str) -> None:
        """The right page stands ready: the switch may be asked for the leg now."""

    def switch_came(self, command: str) -> None:
        """The leg of this command is connected with us."""

    def browser_left(self, command: str, reason: Reason) -> None:
        """The page is gone, or too slow. The leg is being hung up."""

    def switch_left(self, command: str) -> None:
        """The leg is gone. Say why (`Media.end`) within `SAY_WHY_S`, else the page hears `call_ended`."""
