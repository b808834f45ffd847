"""What may have changed: on the floor since the last tick, and of it what one viewer may see. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboard.floor.changes import Changes


@dataclass(slots=True)
class Dirty:
    """What may have changed since the last tick. `time`: a second has passed."""

    queues: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    waiting: bool = False
    links: bool = False
    settings: bool = False
    time: bool = False
    everything: bool = False
    supervision: bool = False
    """Sessions, or what was asked of a switch."""
    leaderboards: bool = False
    """One of them stands otherwise, or is another."""

    def add(self, changes: Changes) -> None:
        """What a fold says."""
        self.queues |= changes.queues
        self.agents |= changes.agents
        self.waiting |= changes.waiting
        self.links |= changes.links
        self.settings |= changes.settings
        self.supervision |= bool(changes.monitorings or changes.commands)

    def __bool__(self) -> bool:
        return bool(
            self.queues
            or self.agents
            or self.waiting
            or self.links
            or self.settings
            or self.time
            or self.everything
            or self.supervision
            or self.leaderboards
        )


@dataclass(slots=True)
class Moved:
    """What a sight's last `move` put in doubt: what tiles look at."""

    queues: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    waiting: bool = False
    time: bool = False
    minute: bool = False
    """With `time`: a minute is over. Each scope's minutes end at moments of their own, so that not all are due at once."""
    sessions: bool = False
    """Who listens to whom, for viewers who may know."""
    leaderboards: bool = False
    """One of them stands otherwise."""
    order: bool = False
    """Somebody came, went to other queues, or is called otherwise."""
