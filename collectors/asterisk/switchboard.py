"""What the translator knows of one switch, and the facts that it is about to tell.

Invariants: `Outbox` is the only place where a `Fact` is made, so each one has its times and its boot; the rooms that read events
(`queue_calls`, `own_calls`, `monitoring`, `memberships`, `backfill`, `reconcile`) share one `Switchboard` and hold nothing of it twice.
"""

from __future__ import annotations

from collectors.asterisk.channels import Channels
from collectors.asterisk.codec import Message
from collectors.asterisk.members import Members
from collectors.asterisk.visits import Visit, Visits
from collectors.events import AnyEvent, Fact

_LATEST_S = 1 << 33


class Outbox:
    """Facts in the order in which they are told."""

    __slots__ = ("boot", "facts", "now_ms", "source")

    def __init__(self, boot: str) -> None:
        self.facts: list[Fact] = []
        self.boot = boot
        self.now_ms = 0
        self.source: Message | None = None
        """The event that is being read. Its own time is looked up only when a fact comes of it: four of five tell nothing."""

    def tell(self, event: AnyEvent, at_ms: int | None = None) -> None:
        """It happened now, or at `at_ms` where another event of this life told so."""
        if at_ms is None:
            self.facts.append(Fact(event, self.now_ms, self._switch_at_ms(), self.boot))
        else:
            self.facts.append(Fact(event, at_ms, None, self.boot))

    def tell_past(self, event: AnyEvent, at_ms: int) -> None:
        """It happened at `at_ms`, unseen, and is known only now."""
        self.facts.append(Fact(event, min(at_ms, self.now_ms), None, self.boot, backfilled=True))

    def take(self) -> list[Fact]:
        """What was told since the last call."""
        facts, self.facts = self.facts, []
        return facts

    def _switch_at_ms(self) -> int | None:
        stamp = self.source.get("Timestamp") if self.source is not None else ""
        if not stamp:
            return None
        try:
            at_s = float(stamp)
        except ValueError:
            return None
        return int(at_s * 1000) if 0 <= at_s < _LATEST_S else None


class Switchboard:
    """Everything that is known, shared by the rooms that read events."""

    def __init__(self, boot: str = "") -> None:
        self.out = Outbox(boot)
        self.channels = Channels()
        self.visits = Visits()
        self.members = Members()
        self.legs: dict[str, tuple[Visit, str]] = {}
        """Unique id of a leg → the visit that it serves, and the agent: offers and handlings."""

    def serves(self, uniqueid: str) -> tuple[Visit, str] | None:
        """Which visit (and agent) a channel works for, directly or behind Local channels; None: none."""
        if not uniqueid:
            return None
        found = self.legs.get(uniqueid)
        if found is not None:
            return found
        for leg in self.channels.towards_caller(uniqueid)[1:]:
            found = self.legs.get(leg)
            if found is not None:
                return found
        return None

    def agent_of(self, device: str) -> str | None:
        """The member whose first leg or phone a channel of `device` is."""
        for interface in (device, device + "/n"):
            if self.members.is_agent(interface):
                return interface
        return self.members.agent_at(device)

    def restart(self) -> None:
        """The switch is another process: calls are gone, memberships are read anew."""
        self.channels.clear()
        self.visits.clear()
        self.legs.clear()


def seconds(text: str) -> int | None:
    """A header's whole seconds, None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
