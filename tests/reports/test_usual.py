"""The usual of a weekday, worked out by hand. Now is Friday, 2026-11-20, 12:10."""

from __future__ import annotations

import pytest

from dashboard.access.actor import Denied
from dashboard.reports import Archive
from tests.reports.past import Past, at, day, manager, of_queues

FRIDAYS = ("2026-11-13", "2026-11-06", "2026-10-30", "2026-10-23", "2026-10-16")


def test_there_is_no_usual_yet(past: Past, archive: Archive) -> None:
    past.half_hour("q", at("2026-11-19", "09:00"), answered=(1,))
    usual = archive.usuals.of_day(manager(), ("offered",))
    assert (usual.days, usual.by_clock, usual.whole, usual.so_far) == ((), {}, {}, {})


def test_the_mean_of_the_fridays_that_there_are(past: Past, archive: Archive) -> None:
    """At 09:00: 4 and 2 offered, 3 and 1 answered within 20 s; at 12:00: 6 and 0; at 15:00: 1 and 3. The fifth Friday back counts not."""
    first, second, fifth = FRIDAYS[0], FRIDAYS[2], FRIDAYS[4]
    past.half_hour("q", at(first, "09:00"), answered=(5, 5, 5), abandoned=(50,))
    past.half_hour("q", at(second, "09:00"), answered=(5,), abandoned=(90,))
    past.half_hour("q", at(first, "12:00"), answered=(30,) * 6)
    past.half_hour("q", at(first, "15:00"), answered=(1,))
    past.half_hour("q", at(second, "15:00"), answered=(1, 1, 1))
    past.half_hour("q", at(fifth, "09:00"), answered=(1,) * 100)
    usual = archive.usuals.of_day(manager(), ("offered", "service_level", "max_wait"))
    assert usual.days == (day(first), day(second))
    assert len(usual.by_clock) == 48
    assert usual.by_clock["09:00"] == {
        "offered": (4 + 2) / 2,
        "service_level": (3 + 1) / (4 + 2),
        "max_wait": (50 + 90) / 2,
    }
    assert usual.by_clock["12:00"] == {"offered": 6 / 2, "service_level": 0 / 6, "max_wait": 30}
    assert usual.by_clock["18:00"] == {"offered": 0, "service_level": None, "max_wait": None}
    assert usual.whole["offered"] == (4 + 6 + 1 + 2 + 0 + 3) / 2
    assert usual.so_far["offered"] == (4 + 2) / 2 + 6 / 2 * (10 / 30), "of the half-hour that runs a third has passed"
    assert usual.so_far["service_level"] == (3 + 1) / (4 + 2 + 6)


def test_of_a_day_that_is_over_and_of_queues_in_scope(past: Past, archive: Archive) -> None:
    past.half_hour("q", at("2026-11-12", "09:00"), answered=(1, 1))
    past.half_hour("other", at("2026-11-05", "09:00"), answered=(1,) * 8)
    whole = archive.usuals.of_day(manager(), ("offered",), day("2026-11-19"))
    assert (whole.days, whole.so_far) == ((day("2026-11-12"), day("2026-11-05")), {"offered": (2 + 8) / 2})
    mine = archive.usuals.of_day(of_queues("q"), ("offered",), day("2026-11-19"))
    assert (mine.days, mine.so_far) == ((day("2026-11-12"),), {"offered": 2})
    with pytest.raises(Denied):
        archive.usuals.of_day(of_queues("q"), ("offered",), queues=("other",))
