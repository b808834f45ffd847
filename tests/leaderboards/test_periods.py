"""Bounds of periods, where clocks are awkward too."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.boards.document import Hours
from dashboard.leaderboards.document import Period, PeriodKind
from dashboard.leaderboards.standings.periods import Bounds, Clock, before, coming, last, running, shown

SHANGHAI = Clock("Asia/Shanghai", 0)
NEW_YORK = Clock("America/New_York", 0)
NIGHT = Period("shift", Hours("22:00", "06:00"))
CONTEST = Period("contest", from_time="2026-03-02T09:00", to_time="2026-03-27T18:30")


def ms(text: str, clock: Clock) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(clock.time_zone)).timestamp() * 1000)


def told(bounds: Bounds | None, clock: Clock) -> str:
    if bounds is None:
        return "-"
    zone = ZoneInfo(clock.time_zone)
    ends = (datetime.fromtimestamp(at / 1000, zone).strftime("%m-%d %H:%M") for at in (bounds.from_ms, bounds.to_ms))
    return " to ".join(ends)


@pytest.mark.parametrize(
    ("period", "clock", "at", "now", "was", "next_"),
    [
        (Period("day"), SHANGHAI, "2026-03-05 12:00", "03-05 00:00 to 03-06 00:00", "03-04 00:00 to 03-05 00:00",
         "03-06 00:00 to 03-07 00:00"),
        (Period("day"), Clock("Asia/Shanghai", 240), "2026-03-05 03:59", "03-04 04:00 to 03-05 04:00", "03-03 04:00 to 03-04 04:00",
         "03-05 04:00 to 03-06 04:00"),
        (Period("week"), SHANGHAI, "2026-03-01 23:59", "02-23 00:00 to 03-02 00:00", "02-16 00:00 to 02-23 00:00",
         "03-02 00:00 to 03-09 00:00"),
        (Period("week"), Clock("Asia/Shanghai", 360), "2026-03-02 05:59", "02-23 06:00 to 03-02 06:00", "02-16 06:00 to 02-23 06:00",
         "03-02 06:00 to 03-09 06:00"),
        (Period("month"), SHANGHAI, "2026-02-28 12:00", "02-01 00:00 to 03-01 00:00", "01-01 00:00 to 02-01 00:00",
         "03-01 00:00 to 04-01 00:00"),
        (Period("month"), SHANGHAI, "2026-12-31 12:00", "12-01 00:00 to 01-01 00:00", "11-01 00:00 to 12-01 00:00",
         "01-01 00:00 to 02-01 00:00"),
        (NIGHT, SHANGHAI, "2026-03-05 02:00", "03-04 22:00 to 03-05 06:00", "03-03 22:00 to 03-04 06:00",
         "03-05 22:00 to 03-06 06:00"),
        (NIGHT, SHANGHAI, "2026-03-05 12:00", "-", "03-04 22:00 to 03-05 06:00", "03-05 22:00 to 03-06 06:00"),
        (Period("shift", Hours("14:00", "00:00")), SHANGHAI, "2026-03-05 23:59", "03-05 14:00 to 03-06 00:00",
         "03-04 14:00 to 03-05 00:00",
         "03-06 14:00 to 03-07 00:00"),
        (NIGHT, NEW_YORK, "2026-03-08 01:00", "03-07 22:00 to 03-08 06:00", "03-06 22:00 to 03-07 06:00",
         "03-08 22:00 to 03-09 06:00"),
        (Period("shift", Hours("02:00", "03:00")), NEW_YORK, "2026-03-08 12:00", "-", "03-07 02:00 to 03-07 03:00",
         "03-09 02:00 to 03-09 03:00"),  # the clock skips it on the 8th
        (CONTEST, SHANGHAI, "2026-03-01 12:00", "-", "-", "03-02 09:00 to 03-27 18:30"),
        (CONTEST, SHANGHAI, "2026-03-02 09:00", "03-02 09:00 to 03-27 18:30", "-", "-"),
        (CONTEST, SHANGHAI, "2026-03-27 18:30", "-", "03-02 09:00 to 03-27 18:30", "-"),
    ],
)  # fmt: skip
def test_bounds(period: Period, clock: Clock, at: str, now: str, was: str, next_: str) -> None:
    at_ms = ms(at, clock)
    assert told(running(period, at_ms, clock), clock) == now
    assert told(last(period, at_ms, clock), clock) == was
    assert told(coming(period, at_ms, clock), clock) == next_


@pytest.mark.parametrize(
    ("kind", "at", "hours"),
    [
        ("day", "2026-03-08 12:00", 23),
        ("day", "2026-11-01 12:00", 25),
        ("week", "2026-03-08 12:00", 167),
        ("month", "2026-11-15 12:00", 721),
    ],
)
def test_a_period_is_as_long_as_the_clock_makes_it(kind: PeriodKind, at: str, hours: int) -> None:
    bounds = shown(Period(kind), ms(at, NEW_YORK), NEW_YORK)
    assert (bounds.to_ms - bounds.from_ms) / 3_600_000 == hours


def test_a_night_shift_is_shorter_where_the_clock_jumps() -> None:
    lengths = [shown(NIGHT, ms(f"2026-{day} 03:30", NEW_YORK), NEW_YORK) for day in ("03-07", "03-08", "11-01")]
    assert [(one.to_ms - one.from_ms) / 3_600_000 for one in lengths] == [8, 7, 9]


def test_progress_is_against_the_time_before() -> None:
    at_ms = ms("2026-03-11 12:00", SHANGHAI)
    week = shown(Period("week"), at_ms, SHANGHAI)
    assert told(before(Period("week"), week, SHANGHAI), SHANGHAI) == "03-02 00:00 to 03-09 00:00"
    contest = shown(CONTEST, at_ms, SHANGHAI)
    assert told(before(CONTEST, contest, SHANGHAI), SHANGHAI) == "02-04 23:30 to 03-02 09:00"


PERIODS = (Period("day"), Period("week"), Period("month"), NIGHT, Period("shift", Hours("09:00", "17:30")))
ZONES = ("Asia/Shanghai", "America/New_York", "America/Santiago", "Australia/Lord_Howe")


@settings(max_examples=60)
@given(
    st.sampled_from(PERIODS), st.sampled_from(ZONES), st.sampled_from((0, 240, 1380)),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001
)  # fmt: skip
def test_a_moment_is_in_one_period_between_two_others(period: Period, zone: str, starts: int, wall: datetime) -> None:
    clock = Clock(zone, starts)
    at_ms = ms(wall.isoformat(), clock)
    chain = [last(period, at_ms, clock), running(period, at_ms, clock), coming(period, at_ms, clock)]
    found = [one for one in chain if one is not None]
    assert found[-1].from_ms > at_ms >= found[0].to_ms
    for one, after in pairwise(found):
        assert one.to_ms <= after.from_ms
        assert one.to_ms == after.from_ms or period.kind == "shift"
        assert coming(period, one.from_ms, clock) == after
        assert before(period, after, clock) == one
    assert all(running(period, one.from_ms, clock) == one == running(period, one.to_ms - 1, clock) for one in found)
    assert max(one.to_ms - one.from_ms for one in found) <= timedelta(days=31, hours=1).total_seconds() * 1000
