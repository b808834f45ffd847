"""Levels that are shown: they hold both ways, are silent in quiet hours, and are remembered by what they are of."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.boards.document import Hours, Limits
from dashboard.boards.quiet import is_quiet
from dashboard.live.holding import FORGOTTEN_MS, Held, ShownLevels, held
from dashboard.live.values import Level

LEVELS: tuple[Level, ...] = ("none", "ok", "amber", "red")
SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


def told(*raw: tuple[float, Level], hold_s: float = 20) -> list[Level]:
    """What is shown after each of these; times in seconds."""
    shown: list[Level] = []
    before: Held | None = None
    for at_s, level in raw:
        before = held(before, level, round(at_s * 1000), hold_s)
        shown.append(before.level)
    return shown


def test_what_is_seen_for_the_first_time_is_shown_as_it_stands() -> None:
    for level in LEVELS:
        assert held(None, level, 7_000, 20) == held(None, level, 7_000, 0)
        assert held(None, level, 7_000, 20).level == level
    assert held(None, "red", 7_000, 20).since_ms == 7_000
    assert held(None, "none", 7_000, 20).since_ms is None


def test_a_level_changes_after_it_has_lasted_and_says_since_when() -> None:
    assert told((0, "ok"), (1, "red"), (20.9, "red"), (21, "red")) == ["ok", "ok", "ok", "red"]
    assert told((0, "red"), (1, "ok"), (20.9, "ok"), (21, "ok")) == ["red", "red", "red", "ok"]
    one = held(held(None, "ok", 0, 20), "amber", 1_000, 20)
    assert (one.level, one.since_ms, one.is_pending) == ("ok", 0, True)
    two = held(one, "amber", 21_000, 20)
    assert (two.level, two.since_ms, two.is_pending) == ("amber", 21_000, False)
    assert held(two, "amber", 90_000, 20) == two


def test_a_number_that_jumps_over_its_limit_changes_no_colour() -> None:
    jumping: list[tuple[float, Level]] = [(n * 15, "red" if n % 2 else "ok") for n in range(100)]
    assert set(told(*jumping)) == {"ok"}
    assert set(told((0, "red"), *((n * 15 + 1, "ok" if n % 2 else "red") for n in range(100)))) == {"red"}
    between: list[tuple[float, Level]] = [(n * 15, "red" if n % 2 else "amber") for n in range(100)]
    assert set(told(*between)) == {"amber"}


def test_what_goes_on_getting_worse_is_first_amber_then_red() -> None:
    assert told((0, "ok"), (1, "amber"), (15, "red"), (21, "red"), (34, "red"), (35, "red")) == [
        "ok", "ok", "ok", "amber", "amber", "red",
    ]  # fmt: skip
    assert told((0, "red"), (1, "amber"), (15, "ok"), (21, "ok"), (35, "ok")) == ["red", "red", "red", "amber", "ok"]


def test_no_value_is_no_level_at_once_and_what_comes_after_has_to_last() -> None:
    assert told((0, "red"), (1, "none"), (2, "red"), (21.9, "red"), (22, "red")) == [
        "red", "none", "ok", "ok", "red",
    ]  # fmt: skip


def test_without_a_hold_time_it_is_the_number_itself() -> None:
    assert told((0, "ok"), (1, "red"), (2, "amber"), (3, "ok"), hold_s=0) == ["ok", "red", "amber", "ok"]


@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(LEVELS)), min_size=2, max_size=60))
def test_a_shown_level_was_true_for_the_hold_time_before_it_began(steps: list[tuple[int, Level]]) -> None:
    """Whatever the story: red is only shown anew where the number was red at every look of the last 20 s."""
    at_s, before, past = 0, None, list[tuple[int, Level]]()
    for wait_s, raw in steps:
        at_s += wait_s
        past.append((at_s, raw))
        now = held(before, raw, at_s * 1000, 20)
        if before is not None and now.level == "red" and before.level != "red":
            red_since = next(at for at, level in reversed(past) if level == "red" and _was_other(past, at))
            assert at_s - red_since >= 20
        if raw == "none":
            assert now.level == "none"
        assert (now.since_ms is None) == (now.level == "none")
        before = now


def _was_other(past: list[tuple[int, Level]], at_s: int) -> bool:
    """Whether the run of reds that holds at `at_s` began there."""
    place = [at for at, _ in past].index(at_s)
    return place == 0 or past[place - 1][1] != "red"


def at(zone: str, *when: int, fold: int = 0) -> int:
    return int(datetime(*when, tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("hours", "clock", "expected"),
    [
        (("12:00", "13:30"), (12, 0), True),
        (("12:00", "13:30"), (13, 29), True),
        (("12:00", "13:30"), (13, 30), False),
        (("12:00", "13:30"), (11, 59), False),
        (("22:00", "07:00"), (23, 59), True),
        (("22:00", "07:00"), (0, 0), True),
        (("22:00", "07:00"), (6, 59), True),
        (("22:00", "07:00"), (7, 0), False),
        (("22:00", "07:00"), (21, 59), False),
    ],
)
def test_quiet_hours_are_the_sites_and_go_past_midnight(
    hours: tuple[str, str], clock: tuple[int, int], *, expected: bool
) -> None:
    assert is_quiet([Hours(*hours)], at(SHANGHAI, 2025, 11, 21, *clock), SHANGHAI) is expected
    assert not is_quiet([], at(SHANGHAI, 2025, 11, 21, *clock), SHANGHAI)


def test_an_hour_that_comes_twice_is_quiet_twice_and_one_that_is_left_out_never() -> None:
    quiet = [Hours("02:00", "03:00")]
    first, second = (at(BERLIN, 2025, 10, 26, 2, 30, fold=fold) for fold in (0, 1))
    assert second - first == 3_600_000
    assert is_quiet(quiet, first, BERLIN)
    assert is_quiet(quiet, second, BERLIN)
    day = range(at(BERLIN, 2025, 3, 30, 0, 0), at(BERLIN, 2025, 3, 31, 0, 0), 600_000)
    assert len(day) == 23 * 6
    assert not any(is_quiet(quiet, now_ms, BERLIN) for now_ms in day)


def test_shown_levels_are_silent_in_quiet_hours_and_forget_what_nobody_looks_at() -> None:
    levels = ShownLevels()
    limits = Limits(amber=1, red=2, quiet=(Hours("12:00", "13:00"),))
    noon = at(SHANGHAI, 2025, 11, 21, 12, 0)
    assert levels.held("x", "red", limits, noon - 1_000, SHANGHAI).level == "red"
    assert levels.held("x", "red", limits, noon, SHANGHAI).level == "none"
    over = noon + 3_600_000
    assert levels.held("x", "red", limits, over - 1_000, SHANGHAI).level == "none"
    assert levels.held("x", "red", limits, over, SHANGHAI).level == "ok", "what was silent has to last again"
    assert levels.is_pending("x")
    assert levels.held("x", "red", limits, over + 20_000, SHANGHAI).level == "red"
    assert not levels.is_pending("x")
    later = over + 20_000 + FORGOTTEN_MS
    levels.forget_old(later)
    assert levels.held("x", "ok", limits, later, SHANGHAI).level == "red", "remembered for a minute"
    levels.forget_old(later + FORGOTTEN_MS + 1)
    assert levels.held("x", "ok", limits, later + FORGOTTEN_MS + 1, SHANGHAI).level == "ok"
