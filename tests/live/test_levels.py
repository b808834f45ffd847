"""Thresholds: at the limit it counts."""

from __future__ import annotations

import pytest

from dashboard.live.levels import level, service_level_level, wait_level, worst


@pytest.mark.parametrize(
    ("value", "amber", "red", "worse", "expected"),
    [
        (None, 5, 10, "above", "none"),
        (7, None, None, "above", "none"),
        (4.9, 5, 10, "above", "ok"),
        (5, 5, 10, "above", "amber"),
        (10, 5, 10, "above", "red"),
        (11, None, 10, "above", "red"),
        (9, None, 10, "above", "ok"),
        (6, 5, 2, "below", "ok"),
        (5, 5, 2, "below", "amber"),
        (2, 5, 2, "below", "red"),
    ],
)
def test_a_number_against_its_limits(
    value: float | None, amber: float | None, red: float | None, worse: str, expected: str
) -> None:
    assert level(value, amber, red, "above" if worse == "above" else "below") == expected


@pytest.mark.parametrize(
    ("waited_s", "expected"), [(0, "ok"), (59, "ok"), (60, "amber"), (119, "amber"), (120, "red"), (4000, "red")]
)
def test_a_wait_grows_into_its_limits(waited_s: int, expected: str) -> None:
    assert wait_level(1_000_000, 1_000_000 + waited_s * 1000, 60, 120) == expected


def test_nobody_waits_and_no_limits() -> None:
    assert wait_level(None, 5, 60, 120) == "none"
    assert wait_level(0, 10_000_000, 0, 0) == "none"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.8, "ok"), (0.95, "ok"), (0.799, "amber"), (0.70, "amber"), (0.699, "red"), (None, "none")],
)
def test_a_service_level_against_its_target(value: float | None, expected: str) -> None:
    assert service_level_level(value, 0.8) == expected


def test_the_worst_leads() -> None:
    assert worst("ok", "red", "none") == "red"
    assert worst("none", "ok") == "ok"
