"""What really happened, and what is so now: the simulator's own books, kept beside what it prints.

Shape: `snapshot()` is JSON: `queues` and `agents` as in the recordings' truth.json (agents by interface, their `name` inside),
and `live`: who waits, rings, talks, is paused, since when. Whole seconds are the switch's (differences of whole-second clocks).

Invariants: for every queue, offered = answered + abandoned + exits + lost_waiting + still_waiting; what the switch's own log
gets wrong (a redirected caller's talk) is right here and listed under `talk_overcounted_by_queue_log`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .floor import Member, Offer, OwnCall, Queue, Talk, Visit
from .live import live

if TYPE_CHECKING:
    from .world import World

SERVICE_LEVEL_S = 20


@dataclass(slots=True)
class QueueBooks:
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    answered_in_20s: int = 0
    abandoned_in_20s: int = 0
    exits: Counter[str] = field(default_factory=Counter)
    lost_waiting: int = 0
    lost_talking: int = 0
    ringnoanswer: int = 0
    offers: int = 0
    rejected: int = 0
    refused: int = 0
    transfers: int = 0
    redirected: int = 0
    waits: list[int] = field(default_factory=list)
    abandon_waits: list[int] = field(default_factory=list)
    talks: list[int] = field(default_factory=list)
    ended_by: Counter[str] = field(default_factory=Counter)
    held_s: float = 0.0


@dataclass(slots=True)
class AgentBooks:
    calls_taken: int = 0
    talk_seconds: int = 0
    completed: int = 0
    ringnoanswer: int = 0
    rejected: int = 0
    dialled: int = 0
    connected: int = 0
    per_queue: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    pauses: defaultdict[str, list[list[Any]]] = field(default_factory=lambda: defaultdict(list))


class Truth:
    """Told of every fact by the rooms that make it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.queues: defaultdict[str, QueueBooks] = defaultdict(QueueBooks)
        self.agents: defaultdict[str, AgentBooks] = defaultdict(AgentBooks)
        self.visits: list[dict[str, Any]] = []
        self.overcounted_talks: list[dict[str, Any]] = []
        self.monitorings = 0
        self.restarts = 0
        self._keeps = world.config.keep_visits
        self._rows: dict[int, dict[str, Any]] = {}

    # -- visits

    def entered(self, visit: Visit) -> None:
        self.queues[visit.queue.id].offered += 1
        if self._keeps:
            row: dict[str, Any] = {
                "queue": visit.queue.id, "call": visit.call_id, "visit": visit.number, "number": visit.channel.number,
                "entered_at": visit.entered_at,
            }  # fmt: skip
            self.visits.append(row)
            self._rows[id(visit)] = row

    def refused(self, queue: Queue) -> None:
        self.queues[queue.id].refused += 1

    def left(self, visit: Visit, word: str) -> None:
        """Left unanswered; `word` as in queue_log."""
        books, wait_s = self.queues[visit.queue.id], self._world.callers.waited(visit)
        if word == "ABANDON":
            books.abandoned += 1
            books.abandon_waits.append(wait_s)
            books.abandoned_in_20s += wait_s <= SERVICE_LEVEL_S
        else:
            books.exits[word] += 1
        self._closes(visit, outcome=word, wait_s=wait_s)

    def answered(self, talk: Talk) -> None:
        books, agent = self.queues[talk.visit.queue.id], self.agents[talk.member.agent.interface]
        books.answered += 1
        books.waits.append(talk.wait_s)
        books.answered_in_20s += talk.wait_s <= SERVICE_LEVEL_S
        agent.calls_taken += 1
        agent.per_queue[talk.visit.queue.id][0] += 1
        row = self._rows.get(id(talk.visit))
        if row is not None:
            row.update(agent=talk.member.agent.interface, wait_s=talk.wait_s, answered_at=talk.answered_at)

    def ended(self, talk: Talk, by: str) -> None:
        talk_s = int(self._world.engine.now) - int(talk.answered_at)
        books, agent = self.queues[talk.visit.queue.id], self.agents[talk.member.agent.interface]
        books.talks.append(talk_s)
        books.ended_by[by] += 1
        agent.completed += 1
        agent.talk_seconds += talk_s
        agent.per_queue[talk.visit.queue.id][1] += talk_s
        self._closes(talk.visit, outcome="answered", talk_s=talk_s, ended_by=by)

    def _closes(self, visit: Visit, **values: Any) -> None:
        row = self._rows.pop(id(visit), None)
        if row is not None:
            row.update(values, ended_at=self._world.engine.now)

    def transferred(self, talk: Talk, kind: str) -> None:
        books = self.queues[talk.visit.queue.id]
        if kind == "redirect":
            books.redirected += 1
        else:
            books.transfers += 1

    def overcounted(self, talk: Talk, said_s: int) -> None:
        """AgentComplete and queue_log will say `said_s`; the bridge was shorter."""
        self.overcounted_talks.append({
            "call": talk.visit.call_id, "queue": talk.visit.queue.id, "agent": talk.member.agent.interface, "said_s": said_s,
        })  # fmt: skip

    def resumed_hold(self, talk: Talk) -> None:
        if talk.held_at is not None:
            self.queues[talk.visit.queue.id].held_s += self._world.engine.now - talk.held_at

    # -- offers, pauses, own calls

    def offered(self, offer: Offer) -> None:
        self.queues[offer.visit.queue.id].offers += 1

    def offer_ended(self, offer: Offer, outcome: str) -> None:
        books, agent = self.queues[offer.visit.queue.id], self.agents[offer.member.agent.interface]
        if outcome in {"missed", "rejected"}:
            books.ringnoanswer += 1
            agent.ringnoanswer += 1
        if outcome == "rejected":
            books.rejected += 1
            agent.rejected += 1

    def paused(self, member: Member) -> None:
        self.agents[member.agent.interface].pauses[member.queue.id].append([int(member.paused_at), None, member.reason])

    def resumed(self, member: Member) -> None:
        intervals = self.agents[member.agent.interface].pauses[member.queue.id]
        if intervals and intervals[-1][1] is None:
            intervals[-1][1] = int(self._world.engine.now)

    def own_started(self, own: OwnCall) -> None:
        if own.kind == "outbound":
            self.agents[own.agent.interface].dialled += 1

    def own_connected(self, own: OwnCall) -> None:
        if own.kind == "outbound":
            self.agents[own.agent.interface].connected += 1

    def monitoring_started(self) -> None:
        self.monitorings += 1

    # -- the switch dies

    def died(self) -> None:
        """SIGKILL: whoever waited or talked is lost with the switch."""
        self.restarts += 1
        for queue in self._world.queues.values():
            for visit in queue.waiting:
                self.queues[queue.id].lost_waiting += 1
                self._closes(visit, outcome="lost_waiting")
        for agent in self._world.agents:
            if agent.talk is not None:
                self.queues[agent.talk.visit.queue.id].lost_talking += 1
                self._closes(agent.talk.visit, outcome="lost_talking")

    # -- as JSON

    def snapshot(self) -> dict[str, Any]:
        """Everything, at the world's present moment."""
        world = self._world
        result: dict[str, Any] = {
            "source": "simulator",
            "now": world.engine.now,
            "first": world.born_at,
            "boot": world.startup_at,
            "servicelevel": SERVICE_LEVEL_S,
            "queues": {queue.id: self._queue(queue) for queue in world.queues.values()},
            "agents": {agent.interface: self._agent(agent.interface, agent.plan.name) for agent in world.agents},
            "talk_overcounted_by_queue_log": self.overcounted_talks,
            "monitorings": self.monitorings,
            "restarts": self.restarts,
            "live": live(world),
        }
        if self._keeps:
            result["visits"] = self.visits
        return result

    def _queue(self, queue: Queue) -> dict[str, Any]:
        books = self.queues[queue.id]
        talking = sum(a.talk is not None and a.talk.visit.queue is queue for a in self._world.agents)
        return {
            "offered": books.offered, "answered": books.answered, "abandoned": books.abandoned,
            "answered_in_20s": books.answered_in_20s, "abandoned_in_20s": books.abandoned_in_20s, "exits": dict(books.exits),
            "lost_waiting": books.lost_waiting, "lost_talking": books.lost_talking,
            "still_waiting": len(queue.waiting),
            "still_talking": talking, "offers": books.offers,
            "ringnoanswer": books.ringnoanswer, "rejected": books.rejected, "refused": books.refused,
            "waits": books.waits, "abandon_waits": books.abandon_waits, "talks": books.talks, "transfers": books.transfers,
            "redirected": books.redirected,
            "ended_by": dict(books.ended_by), "held_s": round(books.held_s, 3),
        }  # fmt: skip

    def _agent(self, interface: str, name: str) -> dict[str, Any]:
        books, now = self.agents[interface], int(self._world.engine.now)
        pause = {
            queue: {"seconds": sum((end or now) - start for start, end, _ in rows), "intervals": rows}
            for queue, rows in books.pauses.items()
        }
        return {
            "name": name, "calls_taken": books.calls_taken, "talk_seconds": books.talk_seconds, "completed": books.completed,
            "ringnoanswer": books.ringnoanswer, "rejected": books.rejected, "dialled": books.dialled, "connected": books.connected,
            "per_queue": {q: {"calls_taken": c, "talk_seconds": t} for q, (c, t) in books.per_queue.items()}, "pause": pause,
        }  # fmt: skip
