"""What many distinct eyes cost the gateway: a hundred supervisors with a scope each, and two thousand agents' own pages.

Ticks alone are measured, computing and encoding, against sockets that swallow everything: sending costs the same per frame for any
view (see `bench.gateway`). `python -m bench.scopes FOLDER` measures the checkout in FOLDER as well, once for each case, as the
peer: processor time on a shared machine says little by itself, the ratio of the two says what a change did.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from bench.fold import Traffic, folded, take
from collectors import events as e
from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Role, permissions_of
from dashboard.access.scope import Scope
from dashboard.boards import SHIPPED
from dashboard.floor.changes import Changes
from dashboard.floor.fold import fold
from dashboard.live.clocks import Instant
from dashboard.live.gateway import Gateway
from dashboard.live.screens import Socket
from dashboard.live.visitor import Visitor

HERE: Final = Path(__file__).parent
RESULT: Final = HERE / "results" / "scopes.json"
RUNS: Final = 3
TICK_MS: Final = 40
TICKS_A_SECOND: Final = 1000 // TICK_MS
EVENTS_PER_S: Final = 100
SECONDS: Final = 4
TEAM: Final = 10
Figure = dict[str, Any]

CASES: Final[dict[str, tuple[str, int, int]]] = {
    "1 scope, a team of 10": ("team", 1, 1_000),
    "20 scopes, a team of 10 each": ("team", 20, 1_000),
    "100 scopes, a team of 10 each": ("team", 100, 1_000),
    "20 scopes, a team and a queue of 150 agents each": ("queue", 20, 1_000),
    "100 scopes, a team and a queue of 150 agents each": ("queue", 100, 1_000),
    "2,000 own pages": ("own", 2_000, 2_000),
}
"""Who looks, how many of them, at how many agents."""


class Drain:
    """A socket that swallows everything."""

    def waiting_bytes(self) -> int:
        return 0

    def end(self, code: int, reason: str) -> None:
        raise AssertionError(f"closed: {code} {reason}")

    def cut(self) -> None:
        """Nothing is open."""


class Stage:
    """A gateway before a floor with half a day behind it and `EVENTS_PER_S` to come."""

    def __init__(self, agents: int) -> None:
        self.frames = self.bytes = 0
        traffic = Traffic(agents)
        self.agents = traffic.agents
        self.floor, self.entries = folded(traffic, 100 * agents)
        traffic.step_ms = 1000 // EVENTS_PER_S
        fold(self.floor, e.Entry("bench", "settings", "", 1, 2, self.floor.stream_ms, e.SettingsChanged(self._teams())))
        self.gateway = Gateway(SHIPPED, "bench", self._swallow, most_views=10_000)
        self.steady_ms = 0.0
        self._tell(Changes(), 1)

    def _teams(self) -> e.FloorSettings:
        people = {
            agent: e.AgentSettings(f"Agent {n}", str(n), f"team{n // TEAM}") for n, agent in enumerate(self.agents)
        }
        teams = {f"team{n}": e.TeamSettings(e.Names(f"{n} 组", f"Team {n}")) for n in range(len(people) // TEAM)}
        return e.FloorSettings(default_queue=e.QueueSettings(wrap_up_s=10), agents=people, teams=teams)

    def _swallow(self, sockets: Iterable[Socket], frame: bytes, *, as_text: bool = True) -> None:
        del as_text
        count = len(list(sockets))
        self.frames += count
        self.bytes += count * len(frame)

    @property
    def now(self) -> Instant:
        return Instant(self.floor.stream_ms, self.steady_ms)

    def _tell(self, changes: Changes, events: int) -> None:
        self.gateway.folded(changes, self.floor, f"{self.floor.stream_ms}-0", events, self.now)

    def open(self, who: Visitor, board: str) -> None:
        """One more screen."""
        screen = self.gateway.opened(Drain(), who, self.now)
        self.gateway.heard(screen, json.dumps({"board": board}), self.now)

    def run(self, seconds: int) -> Iterator[float]:
        """Milliseconds of processor time of each tick, the slow one of a second included."""
        for tick in range(seconds * TICKS_A_SECOND):
            changes = Changes()
            batch = take(self.entries, EVENTS_PER_S // TICKS_A_SECOND)
            for entry in batch:
                changes.add(fold(self.floor, entry))
            self.steady_ms += TICK_MS
            self._tell(changes, len(batch))
            yield cpu_ms(self.gateway.tick, self.now)
            if tick % TICKS_A_SECOND == 0:
                yield cpu_ms(self.gateway.second, self.now)


def cpu_ms(work: Any, now: Instant) -> float:
    began = time.process_time_ns()
    work(now)
    return (time.process_time_ns() - began) / 1e6


def audience(kind: str, count: int, agents: list[str]) -> Iterator[tuple[Visitor, str]]:
    """Who opens what."""
    for n in range(count):
        if kind == "own":
            yield visitor(n, Role.AGENT, Scope(frozenset(), frozenset(), frozenset({agents[n]}))), "me"
            continue
        queues = frozenset({f"queue{n % 20}"}) if kind == "queue" else frozenset[str]()
        who = visitor(n, Role.SUPERVISOR, Scope(queues, frozenset({f"team{n}"})))
        yield from ((who, board) for board in ("default", "floor"))


def visitor(number: int, role: Role, scope: Scope) -> Visitor:
    grant = Grant(role, scope, permissions_of(role))
    return Visitor(Actor("person", f"p{number}", "bench", (grant,), account_id=f"a{number}", session=f"s{number}"))


def measure(case: str) -> dict[str, float]:
    """One case in this process."""
    kind, count, agents = CASES[case]
    stage = Stage(agents)
    everybody = list(audience(kind, count, stage.agents))
    timed, weighed = everybody[: len(everybody) // 2], everybody[len(everybody) // 2 :]
    began = time.process_time_ns()
    for who, board in timed:
        stage.open(who, board)
    opened_ms = (time.process_time_ns() - began) / 1e6 / max(len(timed), 1)
    gc.collect()
    tracemalloc.start()
    for who, board in weighed:
        stage.open(who, board)
    gc.collect()
    memory_kb = tracemalloc.get_traced_memory()[0] / 1000 / len(weighed)
    tracemalloc.stop()
    list(stage.run(2))
    stage.frames = stage.bytes = 0
    ticks = list(stage.run(SECONDS))
    return {
        "median": statistics.median(ticks),
        "p99": sorted(ticks)[int(len(ticks) * 0.99)],
        "share": sum(ticks) / (SECONDS * 1000) * 100,
        "frames": stage.frames / SECONDS,
        "kilobytes": stage.bytes / SECONDS / 1000,
        "opened": opened_ms,
        "memory": memory_kb,
    }


def measured_in(folder: Path, case: str) -> dict[str, float]:
    """The same in a process of its own, with the code in `folder`."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    command = [sys.executable, str(Path(__file__).resolve()), "--case", case]
    out = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(out)
    return found


NAMES: Final[dict[str, tuple[str, str]]] = {
    "median": ("tick, median", "ms"),
    "p99": ("tick, p99", "ms"),
    "share": ("ticks' share of a core", "%"),
    "frames": ("frames", "per s"),
    "kilobytes": ("bytes", "kB/s"),
    "opened": ("opening", "ms each"),
    "memory": ("memory, the screen included, without its socket", "kB each"),
}


def figures(case: str, ours: list[dict[str, float]], theirs: list[dict[str, float]]) -> Iterator[Figure]:
    for key, (name, unit) in NAMES.items():
        if key in {"opened", "memory"} and "own" not in case:
            continue
        values = [run[key] for run in ours]
        typical = statistics.median(values)
        figure: Figure = {
            "name": f"{case}: {name}",
            "value": round(typical, 2),
            "unit": unit,
            "runs": [round(value, 2) for value in values],
        }
        if theirs:
            was = theirs[0][key]
            figure |= {
                "peer": f"{was:.2f} before, in the same run",
                "ratio": round(was / max(typical, 0.01), 1),
            }
        yield figure


def main() -> None:
    if sys.argv[1:2] == ["--case"]:
        print(json.dumps(measure(sys.argv[2])))
        return
    peer = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    found: list[Figure] = []
    for case in CASES:
        ours: list[dict[str, float]] = []
        theirs: list[dict[str, float]] = []
        for _ in range(RUNS):
            ours.append(measured_in(HERE.parent, case))
            if peer is not None and not theirs:
                theirs.append(measured_in(peer, case))
        for figure in figures(case, ours, theirs):
            found.append(figure)
            print(f"{figure['name']}: {figure['value']} {figure['unit']} {figure.get('peer', '')}", flush=True)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    RESULT.write_text(json.dumps({"machine": machine, "figures": found}, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
