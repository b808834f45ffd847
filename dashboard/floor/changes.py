"""What one folded entry changed, so that whoever shows the floor computes only that anew."""

from __future__ import annotations


class Changes:
    """Ids of what changed. Merge several with `add`; a fold returns a fresh one each time."""

    __slots__ = ("agents", "links", "queues", "settings", "waiting")

    def __init__(self) -> None:
        self.queues: set[str] = set()
        self.agents: set[str] = set()
        self.waiting = False
        self.links = False
        self.settings = False

    @property
    def any(self) -> bool:
        """True if anything changed at all."""
        return bool(self.queues or self.agents or self.waiting or self.links or self.settings)

    def add(self, other: Changes) -> None:
        """Take in what another entry changed."""
        self.queues |= other.queues
        self.agents |= other.agents
        self.waiting |= other.waiting
        self.links |= other.links
        self.settings |= other.settings

    def __repr__(self) -> str:
        flags = [word for word in ("waiting", "links", "settings") if getattr(self, word)]
        return f"Changes(queues={sorted(self.queues)}, agents={sorted(self.agents)}, {', '.join(flags)})"
