"""Who works when on one day of the past, and what they do beside queue calls: breaks, calls of their own, lost phones. Pure.

Invariant: a day's roster follows from the seed and the date alone. Shifts overlap so that the staff follows the calls' curve.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collectors.simulator.names import REASONS
from collectors.simulator.own_calls import OUTBOUND_SHARE
from collectors.simulator.shifts import LOST_PER_HOUR
from collectors.simulator.staff import AgentPlan

from .config import PastConfig

WORKDAY_SHARE, WEEKEND_SHARE = 0.78, 0.46
SHIFTS = (
    (7.5, 8.5, 0.276),
    (9.0, 8.5, 0.166),
    (10.0, 8.5, 0.11),
    (13.5, 8.5, 0.265),
    (15.5, 8.5, 0.15),
    (23.75, 8.25, 0.033),
)
"""Local hour of the beginning, hours, share of who works that day."""
PEAK_SHARE = 0.55
"""Of who works, so many are there in the busiest hour."""
_NIGHT_FROM_H, _CLOSES_H = 20.0, 22.0
_BREAKS = [reason for reason in REASONS if reason.category != "work_after_call"]


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that keeps an agent from queue calls. `kind`: a state's name, or `outbound`, `internal`."""

    at_ms: int
    kind: str
    lasts_ms: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    agent: int
    start_ms: int
    end_ms: int
    errands: tuple[Errand, ...]


def shifts(config: PastConfig, agents: tuple[AgentPlan, ...], day: date) -> list[Shift]:
    """Everybody who begins to work on `day`, by agent. Who begins before midnight may work into the next day."""
    rng = random.Random(f"{config.floor.seed}:roster:{day.isoformat()}")
    share = 1.0 if config.is_busy else WEEKEND_SHARE if day.weekday() >= 5 else WORKDAY_SHARE
    kinds = [shift for shift in SHIFTS if config.is_open_at_night or shift[0] < _NIGHT_FROM_H]
    found = []
    for place in range(len(agents)):
        at_work = rng.random() < share
        # The same people have the same shift for a week; so nobody works a late one and the early one after it.
        own = random.Random(f"{config.floor.seed}:week:{place}:{(day.toordinal() - 1) // 7}")
        begins_h, hours, _ = own.choices(kinds, [kind[2] for kind in kinds])[0]
        if not config.is_open_at_night:
            hours = min(hours, _CLOSES_H - begins_h)
        lag_ms = int(rng.uniform(-240_000, 240_000))
        if at_work:
            start_ms = _local_ms(day, begins_h, config.floor.time_zone) + lag_ms
            end_ms = start_ms + int(hours * 3_600_000) - abs(lag_ms)
            found.append(Shift(place, start_ms, end_ms, _errands(config, rng, start_ms, end_ms)))
    return found


def _local_ms(day: date, hour: float, time_zone: str) -> int:
    wall = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone)) + timedelta(hours=hour)
    return int(wall.timestamp()) * 1000


def _errands(config: PastConfig, rng: random.Random, start_ms: int, end_ms: int) -> tuple[Errand, ...]:
    found = []
    for per_hour, draw in (
        (config.floor.pauses_per_hour, _break),
        (config.floor.own_calls_per_hour, _own_call),
        (LOST_PER_HOUR, _lost),
    ):
        at_ms = float(start_ms)
        while per_hour > 0 and (at_ms := at_ms + rng.expovariate(per_hour) * 3_600_000) < end_ms - 600_000:
            found.append(draw(rng, int(at_ms)))
    return tuple(sorted(found, key=lambda errand: errand.at_ms))


def _break(rng: random.Random, at_ms: int) -> Errand:
    reason = rng.choices(_BREAKS, [each.share for each in _BREAKS])[0]
    return Errand(at_ms, "paused", int(60_000 * rng.gammavariate(3, reason.mean_min / 3)) + 1000, reason.id)


def _own_call(rng: random.Random, at_ms: int) -> Errand:
    return Errand(at_ms, "outbound" if rng.random() < OUTBOUND_SHARE else "internal", 0)


def _lost(rng: random.Random, at_ms: int) -> Errand:
    return Errand(at_ms, "unreachable", int(rng.uniform(15_000, 150_000)))
