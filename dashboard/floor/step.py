"""One entry on its way into the floor: what every fold needs beside the event."""

from __future__ import annotations

from collectors.events import Entry
from dashboard.floor.changes import Changes
from dashboard.floor.state import Agent, Floor, Link, Queue, Visit


class Step:
    """The entry's place and time. `is_past`: it tells of a time that a later snapshot has already settled, so it may correct
    counters but not the floor as it is now."""

    __slots__ = ("at_ms", "boot", "changes", "floor", "is_backfilled", "is_past", "link", "switch")

    def __init__(self, floor: Floor, link: Link, entry: Entry, changes: Changes) -> None:
        self.floor = floor
        self.link = link
        self.switch = link.switch
        self.at_ms = entry.at_ms
        self.boot = link.boot if entry.boot in {"", link.boot} else entry.boot
        self.is_backfilled = entry.backfilled
        self.is_past = entry.backfilled and entry.at_ms <= link.snapshot_ms
        self.changes = changes

    def key(self, call: str, visit: int) -> str:
        """The identity of a visit (or, with visit 0, of an own call)."""
        return f"{self.switch}/{self.boot}/{call}/{visit}"

    def queue(self, queue_id: str) -> Queue:
        """The queue of that id, known or new; it counts as changed."""
        self.changes.queues.add(queue_id)
        queue = self.floor.queues.get(queue_id)
        if queue is None:
            queue = self.floor.queues[queue_id] = Queue(queue_id)
        return queue

    def visit_changed(self, visit: Visit) -> None:
        """Something of the visit is new: whoever keeps visits is told."""
        if self.floor.derived.recorder is not None:
            self.floor.derived.recorder.visit_changed(visit)

    def agent(self, agent_id: str) -> Agent:
        """The agent of that id, known or new."""
        agent = self.floor.agents.get(agent_id)
        if agent is None:
            agent = self.floor.agents[agent_id] = Agent(
                agent_id, since_ms=self.at_ms, presence_since_ms=self.at_ms, activity_since_ms=self.at_ms
            )
        return agent
