"""A floor told one event after the other, for tests that read like a story."""

from __future__ import annotations

from typing import Any

from collectors import events as e
from dashboard.floor.agent_view import AgentNow, agent_view
from dashboard.floor.changes import Changes
from dashboard.floor.fold import fold
from dashboard.floor.metrics import Value, value
from dashboard.floor.state import Floor
from tests.floor.world import T0

EMPTY = e.SnapshotTaken([], [], [], [], [], [], [])


class Site:
    """Times are seconds after `T0`."""

    def __init__(self, settings: e.FloorSettings | None = None, *, linked: bool = True) -> None:
        self.floor = Floor("site")
        self.n = 0
        self.boot = "boot-1"
        self.now_s: float = 0
        if settings is not None:
            self.tell(0, e.SettingsChanged(settings), switch="settings")
        if linked:
            self.tell(0, e.LinkRestored(), EMPTY)

    def tell(self, at_s: float, *events: e.AnyEvent, switch: str = "pbx1", backfilled: bool = False) -> Changes:
        """Fold events that all happened at one time."""
        changes = Changes()
        for event in events:
            self.n += 1
            at_ms = T0 + round(at_s * 1000)
            entry = e.Entry("site", switch, self.boot, 1, self.n, at_ms, event, backfilled=backfilled)
            changes.add(fold(self.floor, entry))
        self.now_s = self.now_s if backfilled else max(self.now_s, at_s)
        return changes

    def look(self, metric: str, at_s: float | None = None, **query: Any) -> Value:
        """A metric's whole answer at a time (the last one told by default)."""
        now_s = self.now_s if at_s is None else at_s
        return value(self.floor, metric, now_ms=T0 + round(now_s * 1000), **query)

    def of(self, metric: str, at_s: float | None = None, **query: Any) -> Any:
        """A metric's value."""
        return self.look(metric, at_s, **query).value

    def agent(self, agent: str, at_s: float | None = None) -> AgentNow:
        """The agent at a time."""
        now_s = self.now_s if at_s is None else at_s
        found = agent_view(self.floor, agent, T0 + round(now_s * 1000))
        assert found is not None
        return found


def handled(
    call: str, agent: str, queue: str = "q", *, wait_s: int | None = None, number: str | None = None
) -> tuple[list[e.AnyEvent], list[e.AnyEvent], list[e.AnyEvent]]:
    """The events of joining, of being answered, and of the end, of one visit."""
    key = (queue, call, 1)
    return (
        [e.QueueEntered(*key, number), e.OfferStarted(*key, agent)],
        [e.OfferEnded(*key, agent, "answered"), e.Answered(*key, agent, wait_s)],
        [e.HandlingEnded(*key, agent, "caller")],
    )
