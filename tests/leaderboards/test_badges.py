"""Who wins a badge, holds it and loses it; on how many working days on end."""

from __future__ import annotations

import pytest

from collectors.events import MeasureSettings
from dashboard.boards.document import Title
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.celebrations.badges import NOTHING, Won, grows, is_met, newly, over, so_far, without_gone
from dashboard.leaderboards.document import Badge

FIFTY = Badge("fifty", Title(en="Fifty"), "calls_handled", 50)
NONE_MISSED = Badge("none-missed", Title(en="None missed"), "calls_missed", 0, calls=20)
STEADY = Badge("steady", Title(en="Steady"), "served_rate", 0.95, days=3)
ALL = (FIFTY, NONE_MISSED, STEADY)
DAY_MS = 86_400_000


def _did(calls: int, missed: int = 0, rate: float | None = None, hours: float = 8) -> Did:
    values = {"calls_handled": float(calls), "calls_missed": float(missed), "served_rate": rate}
    return Did("a", values, calls, hours * 3600)


@pytest.mark.parametrize(
    ("badge", "did", "met"),
    [
        (FIFTY, _did(50), True),
        (FIFTY, _did(49), False),
        (NONE_MISSED, _did(20), True),
        (NONE_MISSED, _did(19), False),  # too few calls
        (NONE_MISSED, _did(30, missed=1), False),
        (STEADY, _did(30), False),  # no value
        (STEADY, _did(30, rate=0.95), True),
    ],
)
def test_a_rule_is_met_or_not(badge: Badge, did: Did, *, met: bool) -> None:
    assert is_met(badge, did, {}) is met


def test_the_good_side_of_a_declared_measure_is_its_own() -> None:
    fewer = Badge("few", Title(en="Few"), "custom:returns", 2)
    did = Did("a", {"custom:returns": 1.0}, 9)
    assert not is_met(fewer, did, {"returns": MeasureSettings(worse="below")})
    assert is_met(fewer, did, {"returns": MeasureSettings(worse="above")})


def test_what_only_grows_is_won_in_the_middle_of_the_day_and_once() -> None:
    assert [grows(metric) for metric in ("calls_handled", "sales", "calls_missed")] == [True] * 3
    assert [grows(metric) for metric in ("served_rate", "aht", "calls_served", "nonsense")] == [False] * 4
    won = so_far(NOTHING, ALL, _did(60, rate=1.0), 0, {})
    assert (won.badges, won.streak) == (("fifty",), 1)  # none missed so far may be missed yet
    assert newly(NOTHING, won) == ("fifty",)
    assert so_far(won, ALL, _did(61, rate=1.0), 0, {}) is won
    done = over(won, ALL, _did(61, rate=1.0), 0, {})
    assert (done.badges, newly(won, done)) == (("fifty", "none-missed"), ("none-missed",))
    assert done.runs["fifty"].days == 1


def test_a_streak_needs_its_working_days_on_end() -> None:
    won = NOTHING
    for day in range(2):
        won = over(won, (STEADY,), _did(30, rate=0.99), day * DAY_MS, {})
    assert (won.badges, won.streak) == ((), 2)
    won = over(won, (STEADY,), _did(0, hours=0), 2 * DAY_MS, {})  # a day off
    won = over(won, (STEADY,), _did(30, rate=0.99), 3 * DAY_MS, {})
    assert (won.badges, won.streak) == (("steady",), 3)
    won = over(won, (STEADY,), _did(30, rate=0.5), 4 * DAY_MS, {})
    assert (won.badges, won.streak, won.runs) == ((), 0, {})
    won = over(won, (STEADY,), _did(30, rate=0.99), 5 * DAY_MS, {})
    assert (won.badges, won.streak) == ((), 1)


def test_who_was_signed_in_without_a_call_had_a_working_day() -> None:
    won = over(NOTHING, (FIFTY,), _did(50), 0, {})
    assert over(won, (FIFTY,), _did(0, hours=0.5), DAY_MS, {}) is won
    assert over(won, (FIFTY,), _did(0, hours=4), DAY_MS, {}) == Won()


def test_a_day_that_is_judged_twice_counts_once() -> None:
    once = over(NOTHING, ALL, _did(60, rate=1.0), 0, {})
    assert over(once, ALL, _did(60, rate=1.0), 0, {}) == once


def test_a_badge_that_is_no_more_is_held_by_nobody() -> None:
    won = over(NOTHING, ALL, _did(60, rate=1.0), 0, {})
    left = without_gone(won, (STEADY,))
    assert (left.badges, left.streak, set(left.runs)) == ((), 1, {"steady"})
    assert without_gone(left, ALL) is left
