"""Addresses of reports: whole, relative where they were, and never believed."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.refusal import Refused
from dashboard.reports.period import STEPS
from dashboard.reports.question import DAYS, EACH, LONGEST_DAYS, Question, days_of, question

TODAY = date(2026, 11, 22)
"""A Sunday."""

_days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
_names = st.lists(st.text("aé/&=?#1 队", min_size=1, max_size=9).filter(str.strip), max_size=3, unique=True).map(tuple)


@given(
    from_day=_days,
    length=st.integers(0, 30),
    days=st.sampled_from(("", *DAYS)),
    step=st.sampled_from((None, *STEPS)),
    each=st.sampled_from((None, *EACH)),
    names=st.tuples(_names, _names, _names),
    threshold_s=st.sampled_from((None, 0, 20, 3600)),
)
def test_an_address_asks_the_same_question(
    from_day: date, length: int, days: str, step: str | None, each: str | None,
    names: tuple[tuple[str, ...], ...], threshold_s: int | None,
) -> None:  # fmt: skip
    first, last = from_day, date.fromordinal(from_day.toordinal() + length)
    asked = Question(
        "queues", first, last, days, step, each, queues=names[0], teams=names[1], agents=names[2],  # type: ignore[arg-type]
        threshold_s=threshold_s, metric="asa", after="1.2",
    ).at(TODAY)  # fmt: skip
    assert question(parse_qs(asked.query()), TODAY) == asked


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        ("today", "2026-11-22", "2026-11-22"), ("yesterday", "2026-11-21", "2026-11-21"), ("this_week", "2026-11-16", "2026-11-22"),
        ("last_week", "2026-11-09", "2026-11-15"), ("this_month", "2026-11-01", "2026-11-22"),
        ("last_month", "2026-10-01", "2026-10-31"), ("last_7_days", "2026-11-15", "2026-11-21"),
        ("last_30_days", "2026-10-23", "2026-11-21"),
    ],
)  # fmt: skip
def test_relative_days(days: str, first: str, last: str) -> None:
    asked = question({"days": [days]}, TODAY)
    assert (asked.from_day, asked.to_day) == (date.fromisoformat(first), date.fromisoformat(last))
    assert asked.at(date(2027, 1, 1)).query() == asked.query()
    assert days_of("last_month", date(2027, 1, 1)) == (date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("query", "word", "field"),
    [
        ({"from": ["2026-11-31"]}, "no_day", "from"),
        ({"to": ["0001-01-01"]}, "no_day", "to"),
        ({"days": ["ever"]}, "unknown_choice", "days"),
        ({"from": ["2026-11-02"], "to": ["2026-11-01"]}, "days_turned", "to"),
        ({"from": ["2020-01-01"], "to": ["2026-11-01"]}, "too_long", "to"),
        ({"from": ["2026-01-01"], "to": ["2026-11-01"], "step": ["hour"]}, "too_fine", "step"),
        ({"step": ["second"]}, "unknown_choice", "step"),
        ({"threshold": ["-1"]}, "no_threshold", "threshold"),
        ({"threshold": ["²"]}, "no_threshold", "threshold"),
        ({"queue": ["x" * 201]}, "no_name", "queue"),
        ({"agent": ["a\u0000b"]}, "no_name", "agent"),
        ({"team": [str(n) for n in range(201)]}, "many_names", "team"),
        ({"report": ["a", "b"]}, "twice", "report"),
        ({"formula": ["mine"]}, "unknown_choice", "formula"),
    ],
)
def test_what_is_none_is_refused_at_its_field(query: dict[str, list[str]], word: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        question(query, TODAY)
    assert (refused.value.word, refused.value.field) == (f"reports.refused.{word}", field)


def test_without_days_it_is_today() -> None:
    assert question({}, TODAY, report="agents") == Question("agents", TODAY, TODAY)
    assert LONGEST_DAYS == 400
