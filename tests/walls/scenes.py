"""Floors to look at walls with: a simulated working day, a real switch's recording, an empty one, one whose link is down.

A scene has a floor and its own time, which goes on as real time does. What it shows was folded from entries like any floor.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from collectors.asterisk.recording import entries
from collectors.events import (
    Entry,
    FloorSettings,
    LinkLost,
    LinkRestored,
    Names,
    SettingsChanged,
    SnapshotTaken,
    SourceAlive,
)
from collectors.simulator import SimulatorConfig
from collectors.simulator.floor_file import floor_file
from dashboard.floor.changes import Changes
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.floor_file import read
from tests.observed import Observed

RECORDINGS = Path(__file__).parent.parent / "recordings"
TEN_O_CLOCK_S: Final = 1_795_312_800.0
"""A Sunday, 10:00 in Shanghai."""

DOWN_FOR_MS: Final = 41_000


class Scene:
    """`now_ms`: the scene's time as it opens; it goes on unless `is_still`. `moved(now_ms)`: brings it there and says what changed."""

    is_still = False

    def __init__(self, floor: Floor, now_ms: int, position: str = "1-0") -> None:
        self.floor = floor
        self.now_ms = now_ms
        self.position = position

    def moved(self, now_ms: int) -> Changes:
        """The switch gives a sign of life, and nothing else happens."""
        changes = Changes()
        for link in tuple(self.floor.core.links.values()):
            if link.state == "live":
                entry = Entry("main", link.switch, link.boot, link.epoch, link.n + 1, now_ms, SourceAlive())
                changes.add(fold(self.floor, entry, self.position))
        return changes


class Still(Scene):
    """Another scene's floor at one moment of it: every number stays what it is, and can be asked for twice."""

    is_still = True

    def __init__(self, scene: Scene) -> None:
        scene.moved(scene.now_ms)
        super().__init__(scene.floor, scene.now_ms, scene.position)

    def moved(self, now_ms: int) -> Changes:  # noqa: ARG002 — a scene's signature
        """Nothing happens, not even a sign of life."""
        return Changes()


class Simulated(Scene):
    """A simulated floor that goes on living. `told`: what it is told of its names, teams and limits, of what the simulator says."""

    def __init__(
        self, agents: int, hours: float, told: Callable[[FloorSettings], FloorSettings] = lambda settings: settings
    ) -> None:
        chosen = SimulatorConfig(agents=agents, warm_up_s=0, curve_hour_at_start=None, seed=7)
        self._seen = Observed(chosen, TEN_O_CLOCK_S - hours * 3600, told(settings_of(chosen)))
        self._seen.live_until(TEN_O_CLOCK_S)
        super().__init__(self._seen.floor, self._seen.now_ms)
        self._seen.take_changes()

    def moved(self, now_ms: int) -> Changes:
        """Whatever the simulated switch does until then."""
        self._seen.live_until(now_ms / 1000)
        self._seen.alive()
        self.position = self._seen.position
        return self._seen.take_changes()


def settings_of(config: SimulatorConfig) -> FloorSettings:
    """What the simulator says of its own floor: names, teams, limits."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as file:
        file.write(floor_file(config))
        file.flush()
        return read(file.name)


LONG_QUEUES: Final = (
    ("华东大区投诉升级与重要客户回访专席", "Complaints, escalations and key account call-backs"),
    ("全球贵宾理财顾问及跨境汇款咨询", "Private banking and international transfers desk"),
    ("售后维修预约与备件进度查询热线", "After-sales repair appointments and spare parts"),
)
LONG_TEAMS: Final = (("客户服务中心二部夜间值班小组", "Customer care, second floor, night shift"),)
LONG_AGENTS: Final = (
    "阿卜杜热西提·买买提艾力江",
    "Venkatanarasimharajuvaripeta Krishnamurthy",
    "欧阳娜娜",
    "Anne-Sophie von Hohenzollern-Sigmaringen",
    "司马相如（外包，客服二部）",
    "Bartholomew Featherstonehaugh",
)
LONG_NAMES: Final = tuple(name for both in (*LONG_QUEUES, *LONG_TEAMS) for name in both) + LONG_AGENTS


def long_names(settings: FloorSettings) -> FloorSettings:
    """The same floor, where people typed names that no tile was made for."""
    queues = {
        queue: replace(one, names=Names(*LONG_QUEUES[n % len(LONG_QUEUES)]))
        for n, (queue, one) in enumerate(settings.queues.items())
    }
    teams = {team: replace(one, names=Names(*LONG_TEAMS[0])) for team, one in settings.teams.items()}
    agents = {
        interface: replace(one, name=LONG_AGENTS[n % len(LONG_AGENTS)])
        for n, (interface, one) in enumerate(settings.agents.items())
    }
    return replace(settings, queues=queues, teams=teams, agents=agents)


def recorded(name: str = "small") -> Scene:
    """A real switch's recording at its end."""
    floor, last_ms, n = Floor("main"), 0, 0
    for n, entry in enumerate(entries(RECORDINGS / name), start=1):
        fold(floor, entry, f"{n}-0")
        last_ms = max(last_ms, entry.at_ms)
    return Scene(floor, last_ms, f"{n}-0")


def empty() -> Scene:
    """A switch that is there, and nobody and nothing else."""
    floor, at_ms = Floor("main"), int(TEN_O_CLOCK_S * 1000)
    fold(floor, Entry("main", "settings", "s", 1, 1, at_ms, SettingsChanged(FloorSettings())), "1-0")
    fold(floor, Entry("main", "pbx", "1", 1, 1, at_ms, LinkRestored()), "2-0")
    fold(floor, Entry("main", "pbx", "1", 1, 2, at_ms, SnapshotTaken([], [], [], [], [], [], [])), "3-0")
    return Scene(floor, at_ms, "3-0")


def failed() -> Scene:
    """An ordinary floor whose link has been down for `DOWN_FOR_MS`."""
    seen = Simulated(60, 1.0)
    link = seen.floor.core.links["pbx"]
    entry = Entry("main", "pbx", link.boot, link.epoch, link.n + 1, seen.now_ms, LinkLost("timeout", seen.now_ms))
    fold(seen.floor, entry, seen.position)
    return Scene(seen.floor, seen.now_ms + DOWN_FOR_MS, seen.position)


SCENES: Final[dict[str, Callable[[], Scene]]] = {
    "ordinary": lambda: Simulated(60, 2.0),
    "team": lambda: Simulated(10, 2.0),
    "crowd200": lambda: Simulated(200, 0.5),
    "crowd500": lambda: Simulated(500, 0.4),
    "small": recorded,
    "empty": empty,
    "failed": failed,
    "long": lambda: Simulated(60, 1.0, long_names),
}
"""Name → a scene, made when asked for."""
