"""What a past is told: the floor as the simulator has it, which days, and how busy they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from collectors.simulator.config import SimulatorConfig, SimulatorError

LARGE = 200
"""From so many agents on the centre is open day and night; below from eight to ten in the evening."""


@dataclass(frozen=True, slots=True)
class PastConfig:
    """`last_day` is the last whole day that is lived, by the floor's own clock. `is_busy`: every day is a Monday on which the whole
    staff comes to work, as on the living floor, which knows no weekend. The same values give the same past."""

    floor: SimulatorConfig
    last_day: date
    days: int
    is_busy: bool = False

    def __post_init__(self) -> None:
        if self.days < 1:
            raise SimulatorError(f"days = {self.days}: a past has one day at least.")

    @property
    def is_open_at_night(self) -> bool:
        return self.floor.agents >= LARGE
