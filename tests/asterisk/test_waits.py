"""Back-off: never a hot loop, and never late by more than a little when a switch comes back."""

from __future__ import annotations

import pytest

from collectors.events import LINK_REASONS
from collectors.waits import Waits


def waits_over(reason: str, seconds: float, jitter: float = 0.0) -> list[float]:
    waits, taken = Waits(lambda: jitter), list[float]()
    while sum(taken) < seconds:
        taken.append(waits.after(reason, 0))
    return taken


@pytest.mark.parametrize("reason", LINK_REASONS)
@pytest.mark.parametrize("jitter", [0.0, 1.0])
def test_at_most_one_attempt_a_second_growing_to_a_minute(reason: str, jitter: float) -> None:
    taken = waits_over(reason, 3600, jitter)
    assert min(taken) >= 1
    assert max(taken) <= 60 * 1.25
    assert taken == sorted(taken)


def test_a_switch_that_keeps_turning_us_away_is_asked_once_a_minute() -> None:
    assert waits_over("closed", 3600)[-1] == 60
    assert len(waits_over("closed", 3600)) < 90


@pytest.mark.parametrize("reason", ["closed", "refused", "timeout", "unreachable"])
def test_after_an_outage_of_twenty_seconds_the_next_attempt_is_near(reason: str) -> None:
    assert waits_over(reason, 20, jitter=1.0)[-1] <= 6.5


def test_a_host_that_is_not_there_is_asked_every_five_seconds() -> None:
    assert waits_over("refused", 3600)[-1] == 5


def test_a_wrong_password_is_not_hammered() -> None:
    assert waits_over("login_failed", 100)[0] == 10


def test_a_stable_life_starts_again_from_a_second() -> None:
    waits = Waits(lambda: 0.0)
    for _ in range(50):
        waits.after("closed", 5)
    assert waits.after("closed", 5) == 60
    assert waits.after("closed", 10) == 1
