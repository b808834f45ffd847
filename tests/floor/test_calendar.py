"""Business days and intervals where clocks are awkward."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import events as e
from dashboard.floor import counters as c
from dashboard.floor.calendar import business_day, interval_starts
from dashboard.floor.fold import fold
from dashboard.floor.metrics import value
from dashboard.floor.state import Floor
from dashboard.floor.summary import summary

ZONES = ("Asia/Shanghai", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


def ms(text: str, zone: str, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


def clock(at_ms: int, zone: str) -> str:
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("zone", "noon", "starts_at_min", "hours", "begins"),
    [
        ("Asia/Shanghai", "2026-03-08 12:00", 0, 24, "03-08 00:00"),
        ("Asia/Shanghai", "2026-03-08 03:00", 240, 24, "03-07 04:00"),
        ("America/New_York", "2026-03-08 12:00", 0, 23, "03-08 00:00"),
        ("America/New_York", "2026-11-01 12:00", 0, 25, "11-01 00:00"),
        ("America/New_York", "2026-03-08 12:00", 150, 23.5, "03-08 03:00"),  # 02:30 does not exist: the jump's end
        ("America/New_York", "2026-03-07 12:00", 150, 23.5, "03-07 02:30"),
        ("America/Santiago", "2026-09-06 12:00", 0, 23, "09-06 01:00"),  # no midnight
        ("America/Santiago", "2026-09-05 12:00", 0, 24, "09-05 00:00"),
        ("America/Santiago", "2026-04-04 12:00", 0, 25, "04-04 00:00"),
        ("Australia/Lord_Howe", "2026-10-04 12:00", 0, 23.5, "10-04 00:00"),
        ("Australia/Lord_Howe", "2026-04-05 12:00", 0, 24.5, "04-05 00:00"),
        ("Australia/Lord_Howe", "2026-04-05 12:00", 105, 24.5, "04-05 01:45"),
    ],
)
def test_business_day(zone: str, noon: str, starts_at_min: int, hours: float, begins: str) -> None:
    day = business_day(ms(noon, zone), zone, starts_at_min)
    assert clock(day.start_ms, zone) == begins
    assert (day.end_ms - day.start_ms) / 3_600_000 == hours


def test_the_repeated_hour_begins_no_second_day() -> None:
    zone = "America/New_York"  # 01:30 comes twice on 1 November; the day begins at the first
    day = business_day(ms("2026-11-01 12:00", zone), zone, 90)
    assert day.start_ms == ms("2026-11-01 01:30", zone)
    assert business_day(ms("2026-11-01 01:45", zone, fold=1), zone, 90) == day


@settings(max_examples=60)
@given(
    st.sampled_from(ZONES), st.integers(1_750_000_000, 1_830_000_000), st.integers(0, 95), st.sampled_from([15, 30, 60])
)
def test_days_and_intervals_tile_time(zone: str, at_s: int, quarter: int, interval_min: int) -> None:
    day = business_day(at_s * 1000, zone, quarter * 15)
    assert day.start_ms <= at_s * 1000 < day.end_ms
    assert 22 <= (day.end_ms - day.start_ms) / 3_600_000 <= 26
    assert business_day(day.end_ms, zone, quarter * 15).start_ms == day.end_ms
    assert business_day(day.start_ms - 1, zone, quarter * 15).end_ms == day.start_ms
    starts = interval_starts(day, zone, interval_min)
    assert starts[0] == day.start_ms
    bounds = [*starts, day.end_ms]
    assert all(0 < b - a <= interval_min * 60_000 for a, b in pairwise(bounds))


def test_intervals_follow_the_local_clock_over_a_half_hour_jump() -> None:
    zone = "Australia/Lord_Howe"
    day = business_day(ms("2026-04-05 12:00", zone), zone)
    hours = [clock(at, zone)[6:] for at in interval_starts(day, zone, 60)][:5]
    assert hours == ["00:00", "01:00", "01:30", "02:00", "03:00"]


class Site:
    """A floor told one event after the other, in a time zone."""

    def __init__(self, zone: str, **more: int) -> None:
        self.floor = Floor("site")
        self.n = 0
        self.tell(e.SettingsChanged(e.FloorSettings(time_zone=zone, **more)), 0, "settings")  # type: ignore[arg-type]

    def tell(self, event: e.AnyEvent, at_ms: int, switch: str = "pbx1") -> None:
        self.n += 1
        fold(self.floor, e.Entry("site", switch, "b", 1, self.n, at_ms, event))


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Asia/Shanghai", "2026-06-30 23:59:30", "2026-07-01 00:00:30"),
        ("America/New_York", "2026-03-07 23:59:30", "2026-03-08 00:00:30"),
        ("America/Santiago", "2026-09-05 23:59:30", "2026-09-06 01:00:30"),
        ("Australia/Lord_Howe", "2026-10-03 23:59:30", "2026-10-04 00:00:30"),
    ],
)
def test_a_visit_over_midnight_is_counted_once_where_it_joined(zone: str, before: str, after: str) -> None:
    site, t0, t1 = Site(zone), ms(before, zone), ms(after, zone)
    assert t1 - t0 == 60_000
    site.tell(e.MembershipAdded("q", "a"), t0)
    site.tell(e.QueueEntered("q", "c1", 1), t0)
    site.tell(e.QueueEntered("q", "c2", 1), t0)
    site.tell(e.SourceAlive(), t1 - 1000)
    assert value(site.floor, "waiting", now_ms=t1).value == 2
    assert value(site.floor, "offered", now_ms=t1).value == 0
    site.tell(e.Answered("q", "c1", 1, "a"), t1)
    queue = site.floor.queues["q"]
    assert (queue.yesterday.counts[c.OFFERED], queue.yesterday.counts[c.ANSWERED]) == (2, 1)
    assert sum(queue.today.counts) == 0
    site.tell(e.HandlingEnded("q", "c1", 1, "a", "caller"), t1 + 40_000)
    assert value(site.floor, "aht", now_ms=t1 + 40_000).value == 40
    assert value(site.floor, "offered", now_ms=t1 + 40_000).value == 0
    talked = value(site.floor, "talk", agents=["a"], now_ms=t1 + 40_000)
    assert talked.value == 40
    assert len(queue.waiting) == 1
    later = t1 + 40_000
    yesterday = [
        value(site.floor, name, window="yesterday", now_ms=later).value for name in ("offered", "answered", "aht")
    ]
    assert yesterday == [2, 1, None]
    assert value(site.floor, "available", agents=["a"], window="yesterday", now_ms=later).value == 30


def test_time_in_state_is_split_at_the_days_end() -> None:
    zone = "America/Santiago"
    site, t0, end = Site(zone), ms("2026-09-05 23:00:00", zone), ms("2026-09-06 01:00:00", zone)
    site.tell(e.MembershipAdded("q", "a"), t0)
    site.tell(e.SourceAlive(), end + 1000)
    site.tell(e.MemberPaused("q", "a", "lunch"), end + 600_000)
    assert value(site.floor, "available", agents=["a"], now_ms=end + 600_000).value == 600
    agent = site.floor.agents["a"]
    assert agent.yesterday[c.AVAILABLE_MS] == end - t0
    assert value(site.floor, "signed_in", agents=["a"], now_ms=end + 660_000).value == 660
    assert (
        value(site.floor, "signed_in", agents=["a"], window="yesterday", now_ms=end + 660_000).value
        == (end - t0) / 1000
    )
    assert summary(site.floor, end + 660_000)["agents"]["a"]["paused_by_reason"] == {"lunch": 60}


def test_before_the_first_event_of_a_new_day_the_day_is_empty() -> None:
    zone = "Asia/Shanghai"
    site, t0 = Site(zone), ms("2026-06-30 23:59:00", zone)
    site.tell(e.MembershipAdded("q", "a"), t0)
    site.tell(e.QueueEntered("q", "c1", 1), t0)
    later = t0 + 120_000
    assert value(site.floor, "offered", now_ms=later).value == 0
    assert value(site.floor, "available", agents=["a"], now_ms=later).value == 60
    assert value(site.floor, "offered", window="interval:-1", now_ms=later).value == 1


def test_intervals_go_back_over_midnight() -> None:
    zone = "Asia/Shanghai"
    site, t0 = Site(zone), ms("2026-06-30 23:40:00", zone)
    for minute in (0, 10, 25, 55):  # 23:40, 23:50, 00:05, 00:35
        site.tell(e.QueueEntered("q", f"c{minute}", 1), t0 + minute * 60_000)
    now_ms = t0 + 56 * 60_000
    counts = [value(site.floor, "offered", window=f"interval:-{back}", now_ms=now_ms).value for back in range(3)]
    assert counts == [1, 1, 2]


def test_an_unknown_time_zone_leaves_the_calendar() -> None:
    site = Site("Australia/Lord_Howe")
    site.tell(e.SettingsChanged(e.FloorSettings(time_zone="Mars/Olympus", interval_min=15)), 10, "settings")
    assert site.floor.settings.time_zone == "Australia/Lord_Howe"
    assert site.floor.settings.interval_min == 15


def test_agents_who_are_gone_are_forgotten_after_two_days() -> None:
    zone = "Asia/Shanghai"
    site, t0 = Site(zone), ms("2026-06-30 12:00:00", zone)
    site.tell(e.MembershipAdded("q", "a", dynamic=True), t0)
    site.tell(e.MembershipRemoved("q", "a"), t0 + 1000)
    for day in (1, 2):
        assert "a" in site.floor.agents
        site.tell(e.SourceAlive(), t0 + day * 86_400_000)
    assert "a" not in site.floor.agents
