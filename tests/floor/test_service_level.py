"""The worked example of the dictionary, exactly."""

from __future__ import annotations

import pytest

from collectors import events as e
from dashboard.floor.fold import fold
from dashboard.floor.metrics import value
from dashboard.floor.service_level import FORMULAS, Counts, met_and_counted
from dashboard.floor.state import Floor
from tests.floor.world import T0

EXAMPLE = Counts(
    answered=1000, abandoned=60, answered_in_t=860, abandoned_in_t=20, abandoned_in_s=10, left_otherwise=40
)


@pytest.mark.parametrize(
    ("formula", "met", "counted", "percent", "with_overflow"),
    [
        ("answered_only", 860, 1000, "86.0", 1000),
        ("abandons_count", 860, 1060, "81.1", 1100),
        ("early_abandons_met", 880, 1060, "83.0", 1100),
        ("early_abandons_ignored", 860, 1040, "82.7", 1080),
        ("short_abandons_removed", 860, 1050, "81.9", 1090),
    ],
)
def test_worked_example(formula: e.SlFormula, met: int, counted: int, percent: str, with_overflow: int) -> None:
    assert met_and_counted(formula, EXAMPLE) == (met, counted)
    assert f"{100 * met / counted:.1f}" == percent
    assert met_and_counted(formula, EXAMPLE, overflow_counts=True) == (met, with_overflow)


def test_there_are_five() -> None:
    assert len(FORMULAS) == 5


def example_floor(settings: e.QueueSettings) -> Floor:
    """The example as events: 1000 answered, 860 of them within 20 s; 60 abandoned: 10 ≤ 5 s, 10 more ≤ 20 s; 40 timed out."""
    floor = Floor("site")
    waits = [("answered", 20)] * 860 + [("answered", 21)] * 140
    waits += [("abandoned", 5)] * 10 + [("abandoned", 6)] * 10 + [("abandoned", 21)] * 40 + [("left", 30)] * 40
    events: list[e.AnyEvent] = [e.SettingsChanged(e.FloorSettings(default_queue=settings))]
    for i, (outcome, wait_s) in enumerate(waits):
        events.append(e.QueueEntered("q", f"c{i}", 1))
        if outcome == "answered":
            events += [e.Answered("q", f"c{i}", 1, "a", wait_s), e.HandlingEnded("q", f"c{i}", 1, "a", "caller", 60)]
        elif outcome == "abandoned":
            events.append(e.QueueAbandoned("q", f"c{i}", 1, wait_s))
        else:
            events.append(e.QueueLeft("q", f"c{i}", 1, "timeout", wait_s))
    for n, event in enumerate(events):
        fold(floor, e.Entry("site", "pbx1", "b", 1, n, T0, event))
    return floor


def test_worked_example_from_events() -> None:
    floor = example_floor(e.QueueSettings())
    for window in ("day", "interval", "last_5_min"):
        for formula in FORMULAS:
            met, counted = met_and_counted(formula, EXAMPLE)
            assert value(floor, "service_level", window=window, now_ms=T0, formula=formula).value == met / counted
    assert value(floor, "service_level", now_ms=T0).value == 860 / 1050
    assert value(floor, "service_level", now_ms=T0, threshold_s=21, formula="answered_only").value == 1
    assert value(floor, "service_level", now_ms=T0, threshold_s=19, formula="answered_only").value == 0
    assert value(floor, "left_otherwise", now_ms=T0).value == 40


def test_overflow_counts_when_the_queue_says_so() -> None:
    floor = example_floor(e.QueueSettings(overflow_counts=True, formula="early_abandons_ignored"))
    assert value(floor, "service_level", now_ms=T0).value == 860 / 1080
    assert value(floor, "service_level", now_ms=T0, formula="answered_only").value == 860 / 1000


def test_a_set_adds_counts_not_ratios() -> None:
    floor = Floor("site")
    mine = {
        "a": e.QueueSettings(formula="answered_only", threshold_s=10),
        "b": e.QueueSettings(formula="abandons_count"),
    }
    events: list[e.AnyEvent] = [e.SettingsChanged(e.FloorSettings(queues=mine))]
    for i, (queue, wait_s) in enumerate([("a", 10), ("a", 11), ("b", 20), ("b", 3), ("b", 4)]):
        events += [e.QueueEntered(queue, f"c{i}", 1), e.Answered(queue, f"c{i}", 1, "x", wait_s)]
    for i in range(3):
        events += [e.QueueEntered("b", f"d{i}", 1), e.QueueAbandoned("b", f"d{i}", 1, 60)]
    for n, event in enumerate(events):
        fold(floor, e.Entry("site", "pbx1", "b", 1, n, T0, event))
    assert value(floor, "service_level", queues=["a"], now_ms=T0).value == 1 / 2
    assert value(floor, "service_level", queues=["b"], now_ms=T0).value == 3 / 6
    assert value(floor, "service_level", now_ms=T0).value == 4 / 8
    assert value(floor, "service_level", queues=["nobody"], now_ms=T0).value is None


def test_live_counts_who_waits_beyond_the_threshold_as_missed() -> None:
    floor = Floor("site")
    answered = e.Answered("q", "c1", 1, "a", 0)
    events: list[e.AnyEvent] = [e.QueueEntered("q", "c1", 1), answered, e.QueueEntered("q", "c2", 1)]
    for n, event in enumerate(events):
        fold(floor, e.Entry("site", "pbx1", "b", 1, n, T0, event))
    assert value(floor, "service_level_live", now_ms=T0 + 20_999).value == 1
    assert value(floor, "service_level_live", now_ms=T0 + 21_000).value == 1 / 2
    assert value(floor, "service_level", now_ms=T0 + 21_000).value == 1
