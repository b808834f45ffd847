"""What was recorded and is not written yet: a few dictionaries, so that many changes of one row are one writing.

Everything here is either the newest word about something (a visit as it is now) or something to be added to what the table holds
(counters, offers, wrap-up): so it gives the same rows however often it was emptied on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboard.floor.counters import AGENT_COUNTERS
from dashboard.floor.state import Visit
from dashboard.history.recording.stretches import Told

IntervalKey = tuple[str, int]
"""Queue and beginning of the interval."""
AgentKey = tuple[str, int, str, str]
"""Agent, beginning of the interval, queue ("" for none), team ("" for none)."""


BusinessKey = tuple[str, int, str, str, str]
"""Agent, beginning of the interval, queue, team ("" for none each), measure."""


@dataclass(slots=True)
class QueueFacts:
    """Facts of one queue in one interval, flat pairs as they were booked. `revised_ms`: when a late one came."""

    end_ms: int
    facts: list[int] = field(default_factory=list)
    revised_ms: int | None = None


@dataclass(slots=True)
class AgentFacts:
    """What is to be added to one agent's counters of one interval (the highest ones: to be raised to)."""

    end_ms: int
    counts: list[int] = field(default_factory=lambda: [0] * AGENT_COUNTERS)
    paused_ms: dict[str, int] = field(default_factory=dict)
    revised_ms: int | None = None


@dataclass(slots=True)
class BusinessFacts:
    """What is to be added to one measure of one interval."""

    end_ms: int
    amount: int = 0
    revised_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One ringing that is over. `key`: the visit's. `is_late`: told after the link was back."""

    key: str
    queue: str
    agent: str
    started_ms: int | None
    ended_ms: int
    outcome: str
    ring_s: float | None
    revised_ms: int | None


@dataclass(frozen=True, slots=True)
class OwnCallRow:
    """One own call that is over. `key`: switch/boot/call/0."""

    key: str
    agent: str
    kind: str
    started_ms: int
    connected_ms: int | None
    ended_ms: int
    ended_by: str
    talk_s: int | None
    number: str | None


@dataclass(slots=True)
class VisitNews:
    """What is new of a visit. `visit`: as it is on the floor, None where only the rest is news. `offers`, `wrap_ms`: to be added."""

    visit: Visit | None = None
    number: str | None = None
    name: str | None = None
    transfer: tuple[str, str | None, str | None] | None = None
    offers: int = 0
    wrap_ms: int | None = None
    revised_ms: int | None = None


@dataclass(slots=True)
class Pending:
    """Everything between two positions of the stream."""

    visits: dict[str, VisitNews] = field(default_factory=dict)
    offers: list[Offer] = field(default_factory=list)
    own_calls: list[OwnCallRow] = field(default_factory=list)
    states: dict[str, list[Told]] = field(default_factory=dict)
    queues: dict[IntervalKey, QueueFacts] = field(default_factory=dict)
    agents: dict[AgentKey, AgentFacts] = field(default_factory=dict)
    business: dict[BusinessKey, BusinessFacts] = field(default_factory=dict)
    gaps: dict[str, tuple[int, tuple[int, ...]]] = field(default_factory=dict)
    """By switch: from when on its gaps are known, and the gaps since then, flat pairs."""
    booked: int = 0
    """Facts in `queues`, lines in `states`: the parts that grow though no row is added."""

    def __len__(self) -> int:
        """How much there is, roughly in rows."""
        rows = len(self.visits) + len(self.offers) + len(self.own_calls) + len(self.queues) + len(self.agents)
        return rows + len(self.business) + len(self.gaps) + self.booked // 4
