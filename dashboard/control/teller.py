"""What control tells everybody, by the stream: each command's states, and what it can do at all.

Telling never waits: facts go through an outbox that waits out an outage of Redis, and what had to be dropped is told again whole.
"""

from __future__ import annotations

from collectors.clock import Clock
from collectors.events import CommandChanged, ControlChanged, Device, Fact, control_writer
from collectors.outbox import Outbox
from collectors.stream import Client, Lease, Writer


class Teller:
    """Under the lease of one switch's control."""

    def __init__(self, client: Client, lease: Lease, switch: str, clock: Clock) -> None:
        self.outbox = Outbox(Writer(client, lease, control_writer(switch)), lease, clock)
        self._clock = clock

    def command(self, changed: CommandChanged) -> None:
        """A command came to another state."""
        self.outbox.put([Fact(changed, self._clock.now_ms())])

    def control(self, switch: str, why_not: str, why_no_browser: str, phones: dict[str, Device], version: str) -> None:
        """What can be done now."""
        changed = ControlChanged(switch, why_not, why_no_browser, phones, version)
        self.outbox.put([Fact(changed, self._clock.now_ms())])
