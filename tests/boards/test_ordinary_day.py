"""On an ordinary day a wall is calm, and on a bad one it is not: limits and hold times of the templates, on the simulator.

The parts of the day that are looked at hold its busiest hours. A floor of the simulator is staffed so that its service level is about
80 to 90 % then; what is counted is what the gateway would send.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from collectors.simulator import SimulatorConfig
from dashboard.boards import TEMPLATES
from tests.boards.ordinary import Looked, at_hour

MOST_RED = 0.10
MOST_TURNS = 6
"""Changes of colour of a tile in an hour."""


@dataclass(frozen=True)
class Day:
    """Templates on a floor of their size, for some hours from an hour of the day."""

    agents: int
    names: tuple[str, ...]
    from_hour: float
    hours: float
    seed: int


DAYS = (
    Day(60, ("default", "outbound", "escalation", "agents", "number"), 9.5, 2, 1),
    Day(10, ("team",), 9.0, 8, 2),
    Day(200, ("centre", "agents-200"), 10.0, 0.75, 1),
    Day(500, ("agents-500",), 10.0, 0.25, 1),
)


def looked(day: Day, folder: Path, calls_per_hour: float = 0) -> Looked:
    config = SimulatorConfig(
        agents=day.agents, calls_per_hour=calls_per_hour, seed=day.seed, start_at=at_hour(day.from_hour), warm_up_s=600,
        curve_hour_at_start=None,
    )  # fmt: skip
    return Looked(config, list(day.names), day.hours, folder)


def test_every_template_has_its_day() -> None:
    assert {name for day in DAYS for name in day.names} == set(TEMPLATES)


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day.agents}-agents")
def test_a_template_is_calm_on_an_ordinary_day(day: Day, tmp_path: Path) -> None:
    seen = looked(day, tmp_path)
    assert {name: seen.red_share(name) for name in day.names if seen.red_share(name) > MOST_RED} == {}
    restless = {tile: dict(turns) for tile, turns in seen.turns.items() if max(turns.values()) > MOST_TURNS}
    assert restless == {}
    assert any(any(turns.values()) for turns in seen.turns.values()) or day.hours < 1, "limits are within reach"


def test_a_day_with_half_as_many_calls_again_is_red(tmp_path: Path) -> None:
    seen = looked(Day(60, ("default", "escalation"), 10.0, 0.75, 1), tmp_path, calls_per_hour=1350)
    assert seen.red_share("default") > 0.5
    assert seen.red_share("escalation") > 0.5
    for tile in ("longest_wait", "waiting"):
        assert seen.amber_s["default", tile] + seen.red_s["default", tile] > 1200, tile
        assert seen.red_s["escalation", tile] > seen.red_s["default", tile] > 0, "escalations are told earlier"
