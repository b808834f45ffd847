"""What stepping in costs the gateway: twenty supervisors at their desks, 2,000 agents, 25 changes a second; alone, and while ten of
them are in calls, where every second somebody goes in, changes the mode or leaves.

Ticks alone are measured, as in `bench.scopes`. `python -m bench.desks FOLDER` measures the checkout in FOLDER as well, in turn with
this one: as the peer, the release before desks and commands. It knows no sessions, so it is measured without.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bench import scopes
from collectors import events as e
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.floor.changes import Changes
from dashboard.floor.fold import fold

HERE: Final = Path(__file__).parent
RESULT: Final = HERE / "results" / "desks.json"
RUNS: Final = 3
SECONDS: Final = 12
AGENTS, DESKS, IN_CALLS = 2_000, 20, 10
CHANGES_PER_S: Final = 25
CONTROL_S: Final = 5
"""How often a control process says that it is there."""

CASES: Final = {
    "20 desks that see everything": (False, 0),
    "20 desks of a team and a queue each": (True, 0),
    "20 desks that see everything, 10 in calls": (False, IN_CALLS),
    "20 desks of a team and a queue each, 10 in calls": (True, IN_CALLS),
}
"""Whether each has a scope of its own; how many are in calls."""

Figure = dict[str, Any]


class Desks(scopes.Stage):
    """A stage whose people may step in. `sessions`: how many are in calls."""

    def __init__(self, sessions: int) -> None:
        super().__init__(AGENTS)
        self._sessions = sessions
        self._told: dict[str, int] = {}
        if hasattr(e, "ControlChanged"):
            self._learn_rules()

    def _learn_rules(self) -> None:
        from dashboard.supervision.policy import Phone, Policy
        from dashboard.supervision.standing import Standing

        phones = {f"a{n}": Phone(f"a{n}", "pbx1", f"PJSIP/{8001 + n}", answers_itself=False) for n in range(DESKS)}
        policy = Policy(announced=frozenset(self.floor.queues))
        self.gateway.rules_are(Standing(policy, phones), self.now)
        self._hear(self._control())
        for number in range(self._sessions):
            self._hear(*self._began(number, 0, "listen"))

    def _hear(self, *told: e.AnyEvent) -> None:
        """As the replica gives it on: each a change of its own."""
        for one in told:
            writer = "pbx2" if isinstance(one, e.MonitoringStarted | e.MonitoringStopped) else "control:pbx1"
            n = self._told[writer] = self._told.get(writer, 0) + 1  # the traffic counts for pbx1
            changes = Changes()
            changes.add(fold(self.floor, e.Entry("bench", writer, "boot", 1, n, self.floor.stream_ms, one)))
            self._tell(changes, 1)

    def _control(self) -> e.AnyEvent:
        return e.ControlChanged("pbx1", phones={f"PJSIP/{8001 + n}": "free" for n in range(DESKS)})

    def _command(self, number: int, serial: int, state: Any, mode: Any) -> e.AnyEvent:
        name = f"{number:08x}{serial:08x}"
        return e.CommandChanged(
            command=name, kind="monitor.start", state=state, switch="pbx1", account=f"a{number}", by=f"p{number}",
            agent=self.agents[number * 10], session=f"fw-{name}", mode=mode, via="phone",
            supervisor=f"PJSIP/{8001 + number}", asked_at_ms=self.floor.stream_ms,
        )  # fmt: skip

    def _began(self, number: int, serial: int, mode: Any) -> Iterator[e.AnyEvent]:
        name = f"{number:08x}{serial:08x}"
        for state in ("authorised", "audited", "sent"):
            yield self._command(number, serial, state, mode)
        yield e.MonitoringStarted(
            f"fw-{name}", self.agents[number * 10], f"PJSIP/{8001 + number}", mode=mode, command=name
        )
        yield self._command(number, serial, "confirmed", mode)

    def _ended(self, number: int, serial: int) -> Iterator[e.AnyEvent]:
        yield e.MonitoringStopped(f"fw-{number:08x}{serial:08x}", self.agents[number * 10])
        yield self._command(number, serial, "ended", "listen")

    def live(self, seconds: int) -> Iterator[float]:
        """`run`, and what supervisors do meanwhile: each second one leaves and is in again."""
        serials = [0] * self._sessions
        for second in range(seconds):
            if self._told and second % CONTROL_S == 0:
                self._hear(self._control())
            yield from self.run(1)
            if self._sessions:
                number = second % self._sessions
                self._hear(*self._ended(number, serials[number]))
                yield scopes.cpu_ms(self.gateway.tick, self.now)
                serials[number] += 1
                self._hear(*self._began(number, serials[number], "whisper" if second % 2 else "listen"))
                yield scopes.cpu_ms(self.gateway.tick, self.now)


def measure(case: str) -> dict[str, float]:
    """One case in this process."""
    has_scopes, sessions = CASES[case]
    setattr(scopes, "EVENTS_PER_S", CHANGES_PER_S)  # noqa: B010 — of whichever checkout this is
    stage = Desks(sessions)
    for n in range(DESKS):
        scope = Scope(frozenset({f"queue{n % 20}"}), frozenset({f"team{n}"})) if has_scopes else EVERYTHING
        who = scopes.visitor(n, Role.SUPERVISOR, scope)
        stage.open(who, "floor")
    list(stage.live(2))
    stage.frames = stage.bytes = 0
    ticks = list(stage.live(SECONDS))
    if sessions:
        found = stage.gateway.supervision.sessions(stage.floor, stage.floor.stream_ms)
        assert sum(one.is_heard for one in found) == sessions, found
    return {
        "median": statistics.median(ticks),
        "p99": sorted(ticks)[int(len(ticks) * 0.99)],
        "share": sum(ticks) / (SECONDS * 1000) * 100,
        "frames": stage.frames / SECONDS,
        "kilobytes": stage.bytes / SECONDS / 1000,
    }


def measured_in(folder: Path, case: str) -> dict[str, float]:
    """The same in a process of its own, with the code in `folder`."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    command = [sys.executable, str(Path(__file__).resolve()), "--case", case]
    out = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(out)
    return found


def figures(case: str, ours: list[dict[str, float]], theirs: list[dict[str, float]]) -> Iterator[Figure]:
    for key in ("median", "p99", "share", "frames", "kilobytes"):
        name, unit = scopes.NAMES[key]
        values = [run[key] for run in ours]
        figure: Figure = {
            "name": f"{case}: {name}",
            "value": round(statistics.median(values), 2),
            "unit": unit,
            "runs": [round(value, 2) for value in values],
        }
        if theirs:
            was = statistics.median(run[key] for run in theirs)
            figure |= {"peer": f"{was:.2f} before, in turn", "ratio": round(was / max(figure["value"], 0.01), 2)}
        yield figure


def main() -> None:
    if sys.argv[1:2] == ["--case"]:
        print(json.dumps(measure(sys.argv[2])))
        return
    peer = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    found: list[Figure] = []
    for case, (_, sessions) in CASES.items():
        ours: list[dict[str, float]] = []
        theirs: list[dict[str, float]] = []
        for _ in range(RUNS):
            ours.append(measured_in(HERE.parent, case))
            if peer is not None and not sessions:
                theirs.append(measured_in(peer, case))
        for figure in figures(case, ours, theirs):
            found.append(figure)
            print(f"{figure['name']}: {figure['value']} {figure['unit']} {figure.get('peer', '')}", flush=True)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    RESULT.write_text(json.dumps({"machine": machine, "figures": found}, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
