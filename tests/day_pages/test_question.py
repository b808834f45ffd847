"""A question about calls and its address say the same; what is none is refused in words; stretches of time are those of the local clock."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.refusal import Refused
from dashboard.reports.calls import windows_of
from dashboard.reports.calls_question import CallsQuestion, agent_href, contact_href, read_question
from dashboard.reports.period import Calendar

HOUR_MS = 3_600_000
FULL = CallsQuestion(
    from_day=date(2026, 11, 20), to_day=date(2026, 11, 21), clock=(600, 630), weekdays=(1, 5), basis="ended",
    queues=("sales", "售后 & 会员"), teams=("t1",), agents=("PJSIP/1001",), outcome="abandoned", reason="timeout", rang="yes", short="no",
    within="no", wait_from=0, wait_to=20, talk_from=5, talk_to=86_400, transferred="out", overflow="in", repeat="yes",
    ended_by="agent", back="no", same="pbx/b/1.2", sort="-wait", after="12.5",
)  # fmt: skip


@pytest.mark.parametrize(
    "question",
    [
        CallsQuestion(),
        FULL,
        CallsQuestion(which="own", kind="outbound", connected="no", sort="talk"),
        CallsQuestion(which="offers", outcome="missed", agents=("Local/7@x/n",)),
    ],
)
def test_an_address_says_the_whole_question(question: CallsQuestion) -> None:
    assert read_question(parse_qs(urlsplit(question.href()).query)) == question


def test_one_day_is_both_ends_and_what_is_usual_is_left_out() -> None:
    day = date(2026, 11, 20)
    for name in ("from", "to"):
        asked = read_question({name: ["2026-11-20"], "queue": ["", ""], "outcome": [""]})
        assert asked == CallsQuestion(from_day=day, to_day=day)
    assert CallsQuestion().href() == "/calls/"
    assert contact_href("pbx", "b/1", "17.2 x") == "/calls/pbx/b/1/17.2%20x"
    assert agent_href("PJSIP/1001", day) == "/agents/PJSIP/1001?day=2026-11-20"


@pytest.mark.parametrize(
    ("query", "field", "word"),
    [
        ("colour=red", "", "unknown"),
        ("from=20.11.2026", "from", "day"),
        ("to=9999-12-31", "to", "day"),
        ("from=2026-11-21&to=2026-11-20", "from", "days"),
        ("from=2026-01-01&to=2026-11-20", "to", "many_days"),
        ("outcome=lucky", "outcome", "choice"),
        ("weekday=8", "weekday", "choice"),
        ("wait_from=-1", "wait_from", "seconds"),
        ("wait_to=٣", "wait_to", "seconds"),
        ("wait_from=9&wait_to=8", "wait_from", "seconds_order"),
        ("clock=10:30-10:00", "clock", "clock"),
        ("clock=23:00-24:30", "clock", "clock"),
        ("after=1;2", "after", "mark"),
        ("same=nothing", "same", "contact"),
        ("list=own&queue=sales", "queue", "mixed"),
        ("list=offers&back=no", "back", "mixed"),
        ("kind=outbound", "kind", "mixed"),
        ("&".join(f"queue={n}" for n in range(51)), "queue", "names"),
    ],
)
def test_what_is_none_is_refused(query: str, field: str, word: str) -> None:
    with pytest.raises(Refused) as refused:
        read_question(parse_qs(query, keep_blank_values=True))
    assert (refused.value.field, refused.value.word) == (field, f"calls.refused.{word}")


def test_windows_are_business_days_or_parts_of_them() -> None:
    calendar = Calendar("Asia/Shanghai")
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    start_ms = calendar.day(friday).start_ms
    assert windows_of(calendar, friday, monday, CallsQuestion()) == [(start_ms, start_ms + 96 * HOUR_MS)]
    at_ten = windows_of(calendar, friday, monday, CallsQuestion(clock=(600, 630), weekdays=(1, 5)))
    assert at_ten == [(start_ms + at * HOUR_MS, start_ms + at * HOUR_MS + HOUR_MS // 2) for at in (10, 82)]
    late = Calendar("Asia/Shanghai", day_starts_at_min=360)
    at_two = windows_of(late, friday, friday, CallsQuestion(clock=(120, 150)))
    assert at_two == [
        (start_ms + 26 * HOUR_MS, start_ms + 26 * HOUR_MS + HOUR_MS // 2)
    ]  # the night belongs to the day before


def test_an_hour_that_the_clock_shows_twice_counts_twice() -> None:
    calendar, day = Calendar("Europe/Berlin"), date(2026, 10, 25)
    start_ms = calendar.day(day).start_ms
    twice = windows_of(calendar, day, day, CallsQuestion(clock=(120, 180)))
    assert twice == [(start_ms + 2 * HOUR_MS, start_ms + 4 * HOUR_MS)]
    spring = date(2026, 3, 29)
    assert windows_of(calendar, spring, spring, CallsQuestion()) == [
        (calendar.day(spring).start_ms, calendar.day(spring).start_ms + 23 * HOUR_MS)
    ]
    for window in windows_of(calendar, spring, spring, CallsQuestion(clock=(120, 180))):
        assert window[1] - window[0] <= HOUR_MS  # the hour that is not there
