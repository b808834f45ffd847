"""An independent counter over a stream of entries, and a recording's truth in the same shape.

It knows nothing of the floor: it only adds up what the entries say, so that a test of the translator does not lean on the fold.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectors.events import (
    Answered,
    Entry,
    HandlingEnded,
    MemberPaused,
    MemberResumed,
    MembershipAdded,
    MembershipRemoved,
    OfferEnded,
    QueueAbandoned,
    QueueEntered,
    QueueLeft,
    QueueLeftExplained,
    SnapshotTaken,
    SwitchRestarted,
)

RECORDINGS = Path(__file__).parent.parent / "recordings"

EXITS = {"timeout": "EXITWITHTIMEOUT", "key": "EXITWITHKEY", "empty": "EXITEMPTY", "withdraw": "WITHDRAW"}

Key = tuple[str, str, int]


@dataclass
class Talk:
    queue: str
    call: str
    agent: str
    from_ms: int
    to_ms: int = 0
    wait_s: int | None = None
    talk_s: int | None = None

    @property
    def seconds(self) -> int:
        return self.talk_s if self.talk_s is not None else round((self.to_ms - self.from_ms) / 1000)


@dataclass
class Pause:
    from_ms: int
    to_ms: int | None
    reason: str | None


@dataclass
class Tally:
    """What the entries add up to."""

    offered: Counter[str] = field(default_factory=Counter)
    abandon_waits: dict[str, list[int | None]] = field(default_factory=lambda: defaultdict(list))
    left: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    not_answered: Counter[str] = field(default_factory=Counter)
    missed_by: Counter[str] = field(default_factory=Counter)
    lost_waiting: Counter[str] = field(default_factory=Counter)
    lost_talking: Counter[str] = field(default_factory=Counter)
    talks: dict[Key, Talk] = field(default_factory=dict)
    ended: list[Talk] = field(default_factory=list)
    answered: list[Talk] = field(default_factory=list)
    pauses: dict[tuple[str, str], list[Pause]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    waiting: dict[Key, str] = field(default_factory=dict)
    unexplained: dict[Key, str] = field(default_factory=dict)
    offers: set[tuple[str, str, int, str]] = field(default_factory=set)
    last_ms: int = 0
    lost_sight: int = 0
    out_of_sight: dict[Key, Talk] = field(default_factory=dict)
    first_seen_in_a_list: int = 0

    # -- what a test asks ---------------------------------------------------------------------------------------------------

    def talks_of(self, queue: str) -> list[Talk]:
        return [talk for talk in self.ended if talk.queue == queue]

    def waits(self, queue: str) -> list[int | None]:
        return [talk.wait_s for talk in self.answered if talk.queue == queue]

    def talk_seconds(self, agent: str) -> int:
        return sum(talk.seconds for talk in self.ended if talk.agent == agent)


def count(entries: Iterable[Entry]) -> Tally:
    """Add up."""
    tally = Tally()
    for entry in entries:
        _count(tally, entry)
        tally.last_ms = max(tally.last_ms, entry.at_ms)
    return tally


def _count(tally: Tally, entry: Entry) -> None:
    event = entry.event
    match event:
        case QueueEntered():
            key = (event.queue, event.call, event.visit)
            assert key not in tally.waiting, f"entered twice: {key}"
            tally.offered[event.queue] += 1
            tally.waiting[key] = event.queue
        case Answered():
            _count_answer(tally, event, entry.at_ms)
        case HandlingEnded():
            key = (event.queue, event.call, event.visit)
            ended = tally.talks.pop(key, None) or tally.out_of_sight.pop(key)
            ended.to_ms, ended.talk_s = entry.at_ms, event.talk_s
            assert ended.agent == event.agent
            tally.ended.append(ended)
        case QueueAbandoned():
            del tally.waiting[event.queue, event.call, event.visit]
            tally.abandon_waits[event.queue].append(event.wait_s)
        case QueueLeft():
            key = (event.queue, event.call, event.visit)
            del tally.waiting[key]
            tally.left[event.queue][event.reason] += 1
            if event.reason == "unknown":
                tally.unexplained[key] = event.queue
        case QueueLeftExplained():
            del tally.unexplained[event.queue, event.call, event.visit]
            tally.left[event.queue]["unknown"] -= 1
            if event.reason == "abandoned":
                tally.abandon_waits[event.queue].append(event.wait_s)
            else:
                tally.left[event.queue][event.reason] += 1
        case OfferEnded():
            if event.outcome in {"missed", "rejected"}:
                tally.not_answered[event.queue] += 1
                tally.missed_by[event.agent] += 1
        case SwitchRestarted():
            _lose_all(tally)
        case _:
            _count_members(tally, entry)


def _count_answer(tally: Tally, event: Answered, at_ms: int) -> None:
    key = (event.queue, event.call, event.visit)
    tally.waiting.pop(key, None)
    listed = tally.talks.pop(key, None)
    if listed is not None:
        assert listed.wait_s is None, f"answered twice: {key}"
        tally.answered.remove(listed)
    talk = Talk(event.queue, event.call, event.agent, at_ms, wait_s=event.wait_s)
    tally.talks[key] = talk
    tally.answered.append(talk)


def _lose_all(tally: Tally) -> None:
    tally.lost_waiting.update(tally.waiting.values())
    tally.lost_talking.update(talk.queue for talk in tally.talks.values())
    tally.waiting.clear()
    tally.talks.clear()


def _count_members(tally: Tally, entry: Entry) -> None:
    event = entry.event
    match event:
        case MembershipAdded():
            if event.name:
                tally.names[event.name].add(event.agent)
            if event.paused:
                _pause(tally, event.queue, event.agent, event.reason, entry.at_ms)
        case MemberPaused():
            _pause(tally, event.queue, event.agent, event.reason, entry.at_ms)
        case MemberResumed() | MembershipRemoved():
            _resume(tally, event.queue, event.agent, entry.at_ms)
        case SnapshotTaken():
            _count_snapshot(tally, event, entry.at_ms)
        case _:
            pass


def _count_snapshot(tally: Tally, event: SnapshotTaken, at_ms: int) -> None:
    """The rows are the switch: what they do not hold is over, what they hold is known."""
    for row in event.members:
        if row.name:
            tally.names[row.name].add(row.agent)
        pause = _open_pause(tally, row.queue, row.agent)
        if row.paused and pause is None:
            _pause(tally, row.queue, row.agent, row.reason, row.paused_at_ms or at_ms)
        elif not row.paused and pause is not None:
            pause.to_ms = at_ms
    waiting = {(row.queue, row.call, row.visit): row for row in event.waiting}
    handled = {(row.queue, row.call, row.visit): row for row in event.handlings}
    for key in waiting.keys() | handled.keys():
        if key not in tally.waiting and key not in tally.talks:
            tally.offered[key[0]] += 1
            tally.first_seen_in_a_list += 1
    for key in [key for key in tally.waiting if key not in waiting]:
        del tally.waiting[key]
        tally.lost_sight += key not in handled
    for key in [key for key in tally.talks if key not in handled]:
        tally.out_of_sight[key] = tally.talks.pop(key)
        tally.lost_sight += 1
    for key in waiting:
        tally.waiting[key] = key[0]
    for key, handling in handled.items():
        if key not in tally.talks:
            talk = Talk(key[0], key[1], handling.agent, handling.answered_at_ms or at_ms, wait_s=handling.wait_s)
            tally.talks[key] = talk
            tally.answered.append(talk)


def _open_pause(tally: Tally, queue: str, agent: str) -> Pause | None:
    pauses = tally.pauses.get((queue, agent), [])
    return pauses[-1] if pauses and pauses[-1].to_ms is None else None


def _pause(tally: Tally, queue: str, agent: str, reason: str | None, at_ms: int) -> None:
    pause = _open_pause(tally, queue, agent)
    if pause is not None:
        if pause.reason == reason:
            return
        pause.to_ms = at_ms
    tally.pauses[queue, agent].append(Pause(at_ms, None, reason))


def _resume(tally: Tally, queue: str, agent: str, at_ms: int) -> None:
    pause = _open_pause(tally, queue, agent)
    if pause is not None:
        pause.to_ms = at_ms


# -- the truth --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Overcounted:
    """A talk that the log counts on after the caller was moved to another agent."""

    call: str
    queue: str
    logged_s: int
    connected_s: int
    moved_s: int


@dataclass(frozen=True)
class Truth:
    queues: dict[str, dict[str, Any]]
    agents: dict[str, dict[str, Any]]
    overcounted: list[Overcounted]


def truth_of(name: str) -> Truth:
    """`truth.json`, with what its own log says of the talks that it overcounts."""
    raw = json.loads((RECORDINGS / name / "truth.json").read_text("utf-8"))
    log = [line.split("|") for line in (RECORDINGS / name / "queue_log").read_text("utf-8", "replace").splitlines()]
    overcounted = []
    for moved in raw["talk_overcounted_by_queue_log"]:
        mine = [line for line in log if line[1] == moved["caller"] and line[2] == moved["queue"]]
        connected_s = max(int(line[0]) for line in mine if line[4] == "CONNECT" and int(line[0]) <= moved["reentered"])
        ends = [int(line[6]) for line in mine if line[4] in {"COMPLETECALLER", "COMPLETEAGENT"}]
        if ends:
            overcounted.append(Overcounted(moved["caller"], moved["queue"], max(ends), connected_s, moved["reentered"]))
    return Truth(raw["queues"], raw["agents"], overcounted)
