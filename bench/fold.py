"""How fast the fold is, what a floor of 5,000 agents takes, and what a wall's figures cost.

A made-up day's traffic on 1,000 agents in 20 queues, in the mix of a real recording (device changes, offers, calls, pauses, a
sign of life every two seconds). No peer: no other product folds this vocabulary.
"""

from __future__ import annotations

import json
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from collectors import events as e
from dashboard.floor.agent_view import agent_view
from dashboard.floor.checkpoint import dump, load
from dashboard.floor.fold import fold
from dashboard.floor.metrics import value, values
from dashboard.floor.state import Floor

RUNS = 5
EVENTS = 100_000
CALLS_PER_H = 12
T0 = 1_795_285_400_000
QUEUES = [f"queue{n}" for n in range(20)]
WALL = (
    "waiting", "ringing", "in_progress", "longest_wait", "estimated_wait", "agents_staffed", "agents_available",
    "agents_talking", "agents_paused", "offered", "answered", "abandoned", "abandon_rate", "answer_rate", "service_level",
    "service_level_live", "asa", "max_wait", "aht", "occupancy",
)  # fmt: skip


class Traffic:
    """An endless legal stream of events."""

    def __init__(self, agents: int, seed: int = 1) -> None:
        self.rng = random.Random(seed)
        self.agents = [f"PJSIP/{10_000 + n}" for n in range(agents)]
        self.n = 0
        self.at_ms = T0
        self.step_ms = 3_600_000 // (agents * CALLS_PER_H * 10)
        self.calls = 0

    def entry(self, event: e.AnyEvent) -> e.Entry:
        self.n += 1
        return e.Entry("bench", "pbx1", "boot", 1, self.n, self.at_ms, event)

    def start(self) -> Iterator[e.Entry]:
        queue = e.QueueSettings(wrap_up_s=10)
        settings = e.FloorSettings(default_queue=queue)
        yield e.Entry("bench", "settings", "", 1, 1, self.at_ms, e.SettingsChanged(settings))
        members = [
            e.MemberRow(QUEUES[(i + k) % 20], a, f"Agent {i}", dynamic=True, device="free")
            for i, a in enumerate(self.agents)
            for k in range(3)
        ]
        yield self.entry(e.SnapshotTaken([e.QueueRow(queue) for queue in QUEUES], members, [], [], [], [], []))

    def events(self) -> Iterator[e.Entry]:
        """A call takes about ten events; those of many calls are mixed."""
        due: list[tuple[int, int, e.AnyEvent]] = []
        serial, alive_ms = 0, 0
        from heapq import heappop, heappush

        while True:
            for offset_ms, event in self._call():
                serial += 1
                heappush(due, (self.at_ms + offset_ms, serial, event))
            self.at_ms += self.rng.randrange(2 * self.step_ms * 10)
            while due and due[0][0] <= self.at_ms:
                yield self.entry(heappop(due)[2])
            if self.at_ms - alive_ms > 2000:
                alive_ms = self.at_ms
                yield self.entry(e.SourceAlive(3, 1))

    def _call(self) -> list[tuple[int, e.AnyEvent]]:
        rng, queue, agent = self.rng, self.rng.choice(QUEUES), self.rng.choice(self.agents)
        self.calls += 1
        key = (queue, f"{T0}.{self.calls}", 1)
        wait_ms, talk_ms = rng.randrange(1, 40_000), rng.randrange(5_000, 400_000)
        script: list[tuple[int, e.AnyEvent]] = [(0, e.QueueEntered(*key, f"138{rng.randrange(10**8):08}"))]
        if rng.random() < 0.08:
            return [*script, (wait_ms, e.QueueAbandoned(*key, wait_ms // 1000))]
        script += [(wait_ms // 2, e.OfferStarted(*key, agent)), (wait_ms // 2, e.DeviceChanged(agent, "ringing"))]
        script += [
            (wait_ms, e.OfferEnded(*key, agent, "answered")),
            (wait_ms, e.Answered(*key, agent, wait_ms // 1000)),
        ]
        script.append((wait_ms, e.DeviceChanged(agent, "in_use")))
        end_ms = wait_ms + talk_ms
        if rng.random() < 0.1:
            held = (key[1], 1, agent)
            script += [(wait_ms + talk_ms // 3, e.Held(*held)), (wait_ms + talk_ms // 2, e.Resumed(*held))]
        script += [
            (end_ms, e.HandlingEnded(*key, agent, "caller", talk_ms // 1000)),
            (end_ms, e.DeviceChanged(agent, "free")),
        ]
        if rng.random() < 0.1:
            paused_ms = end_ms + 1000
            script += [
                (paused_ms, e.MemberPaused(queue, agent, "lunch")),
                (paused_ms + 60_000, e.MemberResumed(queue, agent)),
            ]
        return script


def take(entries: Iterator[e.Entry], n: int) -> list[e.Entry]:
    return [next(entries) for _ in range(n)]


def seconds(work: Callable[[], Any]) -> float:
    """Processor time, so that neighbours on the machine do not count."""
    began = time.process_time()
    work()
    return time.process_time() - began


def folded(traffic: Traffic, n: int) -> tuple[Floor, Iterator[e.Entry]]:
    floor = Floor("bench")
    for entry in traffic.start():
        fold(floor, entry)
    entries = traffic.events()
    for entry in take(entries, n):
        fold(floor, entry)
    return floor, entries


def fold_all(floor: Floor, entries: list[e.Entry]) -> None:
    for entry in entries:
        fold(floor, entry)


def figure(name: str, unit: str, values: list[float], target: float | None = None, digits: int = 2) -> dict[str, Any]:
    out: dict[str, Any] = {
        "name": name,
        "value": round(statistics.median(values), digits),
        "unit": unit,
        "runs": len(values),
    }
    return out | ({"target": target} if target is not None else {})


def fold_figures() -> list[dict[str, Any]]:
    floor, entries = folded(Traffic(1000), 50_000)
    rates, alive, wall, rows = [], [], [], []
    for _ in range(RUNS):
        batch = take(entries, EVENTS)
        rates.append(EVENTS / seconds(lambda batch=batch: fold_all(floor, batch)))  # type: ignore[misc]
        first = batch[-1]
        signs = [
            e.Entry("bench", "pbx2", "boot", 2, first.n + i, first.at_ms + i, e.SourceAlive()) for i in range(20_000)
        ]
        alive.append(20_000 / seconds(lambda signs=signs: fold_all(floor, signs)))  # type: ignore[misc]
        for window in ("day", "last_30_min"):
            for name in WALL:
                value(floor, name, queues=QUEUES[:10], window=window, now_ms=floor.stream_ms)
        costs = []
        for _ in range(20):
            fold_all(floor, take(entries, 10))
            costs.append(
                seconds(
                    lambda: [
                        value(
                            floor,
                            name,
                            queues=QUEUES[:10],
                            window="day" if i % 2 else "last_30_min",
                            now_ms=floor.stream_ms,
                        )
                        for i, name in enumerate(WALL)
                    ]
                )
            )
        wall.append(1000 * statistics.median(costs))
        ids = list(floor.agents)[:200]
        rows.append(1e6 / 200 * seconds(lambda ids=ids: [row(floor, agent) for agent in ids]))  # type: ignore[misc]
    return [
        figure("fold, ordinary events, 1,000 agents", "events/s", rates, 100_000, 0),
        figure("fold, signs of life", "events/s", alive, None, 0),
        figure("figures of a wall: 20 metrics of 10 queues, after 10 events", "ms", wall, 2.0, 3),
        figure("one agent's row: view and five metrics", "µs", rows, None, 1),
    ]


def row(floor: Floor, agent: str) -> tuple[Any, ...]:
    names = ("calls_handled", "calls_missed", "aht", "talk_total", "occupancy")
    return agent_view(floor, agent, floor.stream_ms), values(floor, names, agents=(agent,), now_ms=floor.stream_ms)


def size_figures() -> list[dict[str, Any]]:
    floor, entries = folded(Traffic(5000), 900_000)
    data = dump(floor)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    loaded = load(data)
    held = (tracemalloc.get_traced_memory()[0] - before) / 1e6
    tracemalloc.stop()
    del loaded
    dumps = [1000 * seconds(lambda: dump(floor)) for _ in range(RUNS)]
    loads = [1000 * seconds(lambda: load(data)) for _ in range(RUNS)]
    sums = []
    value(floor, "occupancy", window="last_30_min", now_ms=floor.stream_ms)
    value(floor, "occupancy", window="day", now_ms=floor.stream_ms)
    for _ in range(20):
        fold_all(floor, take(entries, 30))
        sums.append(1000 * seconds(lambda: value(floor, "occupancy", window="day", now_ms=floor.stream_ms)))
    anew = [
        1000 * seconds(lambda i=i: value(floor, "occupancy", window="last_30_min", now_ms=floor.stream_ms + 10_000 * i))  # type: ignore[misc]
        for i in range(1, RUNS + 1)
    ]
    return [
        figure("memory of a floor: 5,000 agents, 12 calls an hour each", "MB", [held], 30, 1),
        figure("checkpoint, 5,000 agents: size", "MB", [len(data) / 1e6], None, 1),
        figure("checkpoint, 5,000 agents: dump", "ms", dumps, 500, 0),
        figure("checkpoint, 5,000 agents: load", "ms", loads, 1000, 0),
        figure("sum over 5,000 agents after 30 events", "ms", sums, None, 3),
        figure("sum over 5,000 agents, window moved (every 10 s)", "ms", anew, None, 1),
    ]


def business_figures() -> list[dict[str, Any]]:
    """What business systems tell of 5,000 agents: each agent of twenty facts, a tenth of them corrected."""
    rng, floor = random.Random(1), Floor("bench")
    agents = [f"PJSIP/{10_000 + n}" for n in range(5_000)]
    kinds: tuple[e.BusinessKind, ...] = ("sale", "satisfaction", "resolution", "complaint", "ticket", "qa")
    told: list[e.Entry] = []
    facts: list[e.BusinessFact] = []
    for n in range(110_000):
        fact = e.BusinessFact(rng.choice(kinds), T0 + 70 * n, rng.choice(agents), rng.choice(QUEUES), 9_900, good=True)
        before = facts[rng.randrange(len(facts))] if n >= 100_000 else None
        facts.append(fact)
        told.append(
            e.Entry("bench", e.BUSINESS_WRITER, "", 1, n, T0 + 70 * n, e.BusinessTold("crm", f"{n}", fact, before))
        )
    tracemalloc.start()
    before_bytes = tracemalloc.get_traced_memory()[0]
    fold_all(floor, told)
    held = (tracemalloc.get_traced_memory()[0] - before_bytes) / 1e6
    tracemalloc.stop()
    rates, sums = [], []
    for _ in range(RUNS):
        empty = Floor("bench")
        rates.append(len(told) / seconds(lambda empty=empty: fold_all(empty, told)))  # type: ignore[misc]
        floor.derived.forget()
        sums.append(
            1000 * seconds(lambda: value(floor, "csat", agents=agents, window="last_30_min", now_ms=floor.stream_ms))
        )
    return [
        figure("fold, what business systems tell", "events/s", rates, None, 0),
        figure("memory of 100,000 facts of 5,000 agents, two hours", "MB", [held], None, 1),
        figure("one figure of business over 5,000 agents, made anew", "ms", sums, None, 1),
    ]


def main() -> None:
    figures = fold_figures() + size_figures() + business_figures()
    path = Path(__file__).parent / "results" / "fold.json"
    path.write_text(json.dumps({"machine": "2 cores", "figures": figures}, ensure_ascii=False, indent=1) + "\n")
    for one in figures:
        print(f"{one['name']}: {one['value']} {one['unit']}")


if __name__ == "__main__":
    main()
