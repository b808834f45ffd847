"""When callers came on one day of the past: the simulator's curve, weekdays, and days that are busier than others. Pure.

Invariant: a day's callers follow from the seed and the date alone, so that a longer past has the same last days.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from collectors.simulator.arrivals import CURVE, share_of_peak
from collectors.simulator.staff import QueuePlan, plan

from .config import PastConfig
from .roster import PEAK_SHARE, WORKDAY_SHARE

WEEKDAYS = (1.12, 1.05, 1.0, 0.98, 0.95, 0.56, 0.45)
"""Monday's to Sunday's share of an ordinary day."""
DAY_SPREAD = 0.07
OPENS_H, CLOSES_H = 8, 22
_SLOT_MS = 1_800_000


def day_bounds(day: date, time_zone: str) -> tuple[int, int]:
    """From the local midnight to the next one, epoch ms."""
    zone = ZoneInfo(time_zone)
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1000


def calls_a_day(config: PastConfig) -> float:
    """How many callers a mean day of the week has."""
    hours = range(24) if config.is_open_at_night else range(OPENS_H, CLOSES_H)
    week = WEEKDAYS[0] if config.is_busy else sum(WEEKDAYS) / 7
    return _peak(config) * sum(CURVE[hour] for hour in hours) * week


def _peak(config: PastConfig) -> float:
    """Calls in the busiest hour: as many as suit a floor of those who are there then."""
    floor, share = config.floor, PEAK_SHARE if config.is_busy else WORKDAY_SHARE * PEAK_SHARE
    if floor.calls_per_hour:
        return floor.calls_per_hour * share
    return plan(replace(floor, agents=max(1, round(floor.agents * share)))).calls_per_hour


def arrivals(config: PastConfig, queues: tuple[QueuePlan, ...], day: date) -> list[tuple[int, int]]:
    """(moment in ms, place of the queue) of each caller of the day, in order."""
    rng = np.random.default_rng([config.floor.seed, 71, day.toordinal()])
    zone = ZoneInfo(config.floor.time_zone)
    start_ms, end_ms = day_bounds(day, config.floor.time_zone)
    slots = np.arange(start_ms, end_ms, _SLOT_MS)
    hours = np.array([_hour(int(slot), zone) for slot in slots])
    shares = np.array([share_of_peak(hour + 0.25) for hour in hours])
    if not config.is_open_at_night:
        shares = np.where((hours >= OPENS_H) & (hours < CLOSES_H), shares, 0.0)
    busy = WEEKDAYS[0 if config.is_busy else day.weekday()] * float(rng.lognormal(-(DAY_SPREAD**2) / 2, DAY_SPREAD))
    counts = rng.poisson(shares * _peak(config) * busy / 2 * rng.lognormal(0, 0.05, len(slots)))
    moments = np.repeat(slots, counts) + rng.integers(0, _SLOT_MS, int(counts.sum()))
    moments = np.sort(moments[moments < end_ms])
    chances = np.array([queue.share for queue in queues])
    places = rng.choice(len(queues), len(moments), p=chances / chances.sum())
    return list(zip(moments.tolist(), places.tolist(), strict=True))


def _hour(at_ms: int, zone: ZoneInfo) -> float:
    local = datetime.fromtimestamp(at_ms / 1000, zone)
    return local.hour + local.minute / 60
