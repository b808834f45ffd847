"""When a schedule is due: by the site's clock, once a local date, over changes of the clock and short months."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from dashboard.refusal import Refused
from dashboard.reports.schedules.timing import Timing, load, timing

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


def ms(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def due(one: Timing, after: str, count: int, zone: ZoneInfo = SHANGHAI) -> list[str]:
    at_ms, found = ms(after, zone), []
    for _ in range(count):
        at_ms = one.next_after(at_ms, zone)
        found.append(f"{datetime.fromtimestamp(at_ms / 1000, zone):%m-%d %H:%M}")
    return found


def test_each_day_and_the_moment_itself_is_past() -> None:
    daily = timing("day", "08:30")
    assert due(daily, "2026-11-21T08:29:59", 2) == ["11-21 08:30", "11-22 08:30"]
    assert due(daily, "2026-11-21T08:30:00", 1) == ["11-22 08:30"]


def test_days_of_the_week_and_of_the_month() -> None:
    weekly = timing("week", "07:00", ("5", "1", "1"))
    assert due(weekly, "2026-11-21T12:00:00", 3) == ["11-23 07:00", "11-27 07:00", "11-30 07:00"]
    last = timing("month", "6:05", month_day="31")
    assert due(last, "2026-12-31T07:00:00", 4) == ["01-31 06:05", "02-28 06:05", "03-31 06:05", "04-30 06:05"]
    assert due(timing("month", "00:00", month_day="1"), "2026-11-01T00:00:00", 1) == ["12-01 00:00"]


def test_a_time_that_the_clock_skips_or_shows_twice_comes_once_a_date() -> None:
    night = timing("day", "02:30")
    assert due(night, "2026-03-28T12:00:00", 2, BERLIN) == ["03-29 03:30", "03-30 02:30"]  # 02:30 does not exist
    assert due(night, "2026-10-24T12:00:00", 2, BERLIN) == ["10-25 02:30", "10-26 02:30"]  # it exists twice
    at_ms = ms("2026-01-01T00:00:00", BERLIN)
    year = [at_ms := night.next_after(at_ms, BERLIN) for _ in range(365)]
    assert len({datetime.fromtimestamp(one / 1000, BERLIN).date() for one in year}) == 365
    assert {round((b - a) / 3_600_000) for a, b in pairwise(year)} == {23, 24, 25}


@pytest.mark.parametrize(
    "one", [timing("day", "23:59"), timing("week", "0:00", ("7",)), timing("month", "12:00", (), "31")]
)
def test_what_is_kept_is_what_was_said(one: Timing) -> None:
    assert load(one.dump()) == one


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (("hour", "08:30"), "every"), (("day", "24:00"), "at"), (("day", "8"), "at"), (("day", "08:60"), "at"), (("day", "-8:00"), "at"),
        (("day", "٠٨:٣٠"), "at"), (("week", "08:30", ("8", "")), "weekdays"), (("month", "08:30", (), "0"), "month_day"),
        (("month", "08:30", (), "32"), "month_day"), (("month", "08:30", (), "x"), "month_day"),
    ],
)  # fmt: skip
def test_what_is_no_timing_is_refused_at_its_field(said: tuple[str, ...], field: str) -> None:
    with pytest.raises(Refused) as refused:
        timing(*said)  # type: ignore[arg-type]
    assert refused.value.field == field


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"every":"day","at":"99:99","weekdays":[],"month_day":1}'])
def test_a_row_that_is_none_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        load(text)
