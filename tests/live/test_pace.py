"""When frames go out. Times are arguments: nothing sleeps."""

from __future__ import annotations

from dashboard.live.pace import FIRST_MS, FLOOD_EVENTS_PER_S, FLOOD_SPACING_MS, SPACING_MS, Pace


def test_nothing_is_due_on_a_quiet_floor() -> None:
    assert Pace().due_at_ms() is None


def test_the_first_change_after_quiet_goes_out_after_20_ms() -> None:
    pace = Pace()
    pace.changed(1, 5_000.0)
    assert pace.due_at_ms() == 5_000.0 + FIRST_MS == 5_020.0


def test_further_changes_do_not_postpone_it() -> None:
    pace = Pace()
    pace.changed(1, 5_000.0)
    pace.changed(1, 5_015.0)
    assert pace.due_at_ms() == 5_020.0


def test_after_a_frame_the_next_keeps_its_distance() -> None:
    pace = Pace()
    pace.changed(1, 5_000.0)
    pace.ticked(5_020.0, cost_ms=1.0)
    assert pace.due_at_ms() is None
    pace.changed(1, 5_021.0)
    assert pace.due_at_ms() == 5_020.0 + SPACING_MS


def test_a_steady_stream_of_changes_never_exceeds_the_frame_rate() -> None:
    pace = Pace()
    frames = 0
    for at_ms in range(0, 10_000, 3):
        due = pace.due_at_ms()
        if due is not None and due <= at_ms:
            pace.ticked(float(at_ms), cost_ms=2.0)
            frames += 1
        pace.changed(1, float(at_ms))
    assert 140 <= frames <= 10_000 / SPACING_MS + 1


def test_expensive_ticks_take_at_most_half_of_the_time() -> None:
    pace = Pace()
    pace.changed(1, 0.0)
    pace.ticked(20.0, cost_ms=40.0)
    pace.changed(1, 61.0)
    assert pace.due_at_ms() == 20.0 + 80.0


def test_under_a_flood_four_frames_a_second_and_afterwards_quick_again() -> None:
    pace = Pace()
    pace.changed(FLOOD_EVENTS_PER_S + 1, 0.0)
    pace.ticked(20.0, cost_ms=1.0)
    pace.changed(1, 30.0)
    assert pace.due_at_ms() == 20.0 + FLOOD_SPACING_MS
    pace.ticked(3_000.0, cost_ms=1.0)
    pace.changed(1, 3_001.0)
    assert pace.due_at_ms() == 3_000.0 + SPACING_MS


def test_even_the_worst_tick_leaves_four_frames_a_second() -> None:
    pace = Pace()
    pace.changed(1, 0.0)
    pace.ticked(20.0, cost_ms=900.0)
    pace.changed(1, 921.0)
    assert pace.due_at_ms() == 941.0
