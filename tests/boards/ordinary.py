"""A simulated working day, looked at through templates: how long each tile is amber or red, and how often it changes its colour.

Every few seconds the gateway's own values are computed with what it remembers of levels (hold times, queues' limits). Small print
and lines are left out: no level depends on them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import structs

from collectors.simulator import SimulatorConfig
from collectors.simulator.floor_file import floor_file
from dashboard import floor_file as floor_files
from dashboard.access.scope import EVERYTHING
from dashboard.boards import TEMPLATES, Tile, kind_of
from dashboard.boards.document import HAVE_LIMITS
from dashboard.live.dirty import Dirty
from dashboard.live.sight import Sight
from dashboard.live.values import WORST_FIRST
from dashboard.live.viewer import Viewer
from dashboard.live.views import KINDS
from tests.observed import Observed

LOOK_EVERY_S: Final = 5
DAY: Final = datetime(2026, 11, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
COLOURS: Final = {"red": "red", "amber": "amber"}
"""Levels that have a colour of their own; `ok` and `none` look alike."""


class Looked:
    """What was seen: `red_s`, `amber_s` by (template, tile), `board_red_s` by template (any tile of it red), `turns` by
    (template, tile): changes of colour in each hour. `hours`: how long it was looked at."""

    def __init__(self, config: SimulatorConfig, names: list[str], hours: float, folder: Path) -> None:
        self.hours = hours
        self.red_s: Counter[tuple[str, str]] = Counter()
        self.amber_s: Counter[tuple[str, str]] = Counter()
        self.board_red_s: Counter[str] = Counter()
        self.turns: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        self._tiles = [(name, tile) for name in names for tile in TEMPLATES[name].tiles if _has_level(tile)]
        self._colours: dict[tuple[str, str], str] = {}
        self._observe(config, folder)

    def red_share(self, name: str) -> float:
        """How much of the time a template was red."""
        return self.board_red_s[name] / (self.hours * 3600)

    def _observe(self, config: SimulatorConfig, folder: Path) -> None:
        assert config.start_at is not None
        file = folder / "floor.toml"
        file.write_text(floor_file(config), encoding="utf-8")
        seen = Observed(config, config.start_at, floor_files.read(str(file)))
        sight = Sight(seen.floor, Viewer(EVERYTHING), seen.now_ms).watch()
        for step in range(round(self.hours * 3600 / LOOK_EVERY_S)):
            seen.live_until(config.start_at + (step + 1) * LOOK_EVERY_S)
            seen.alive()
            dirty = Dirty(time=True)
            dirty.add(seen.take_changes())
            sight.move(seen.now_ms, dirty)
            self._look(sight, step * LOOK_EVERY_S // 3600)

    def _look(self, sight: Sight, hour: int) -> None:
        red = set()
        for name, tile in self._tiles:
            plain = _plain(tile)
            colour = _colour(KINDS[kind_of(tile)].value(sight, sight.aim(TEMPLATES[name], plain), plain))
            at = (name, tile.id)
            self.turns[at][hour] += self._colours.get(at, colour) != colour
            self._colours[at] = colour
            if colour == "amber":
                self.amber_s[at] += LOOK_EVERY_S
            elif colour == "red":
                self.red_s[at] += LOOK_EVERY_S
                red.add(name)
        for name in red:
            self.board_red_s[name] += LOOK_EVERY_S


def at_hour(hour: float) -> float:
    """A moment of the day, epoch seconds."""
    return DAY.timestamp() + hour * 3600


def _has_level(tile: Tile) -> bool:
    return kind_of(tile) in HAVE_LIMITS | {"rest_quota"}


def _plain(tile: Tile) -> Any:
    dropped = {"also": (), "trend": "none"}
    return structs.replace(tile, **{name: value for name, value in dropped.items() if hasattr(tile, name)})


def _colour(value: Any) -> str:
    if hasattr(value, "level"):
        return COLOURS.get(value.level, "")
    return COLOURS.get(min((row.level for row in value), key=WORST_FIRST.__getitem__, default="none"), "")
