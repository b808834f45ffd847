"""How much passes, on either side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.control.media.chan_websocket import FRAME_BYTES, FRAME_MS
from dashboard.control.media.pace import AHEAD_MS, MESSAGES, SLOW_MS, UNHEARD, Allowance, Hearing, Playing


@given(st.lists(st.floats(0, 60), max_size=300))
def test_the_switch_never_holds_more_than_a_few_frames(gaps_ms: list[float]) -> None:
    playing, now_ms, unplayed_ms = Playing(), 1_000.0, 0.0
    for gap_ms in gaps_ms:
        now_ms, unplayed_ms = now_ms + gap_ms, max(0.0, unplayed_ms - gap_ms)
        if playing.takes(now_ms):
            unplayed_ms += FRAME_MS
        assert unplayed_ms < AHEAD_MS + FRAME_MS


def test_frames_in_time_all_pass_and_a_heap_is_cut() -> None:
    playing = Playing()
    assert all(playing.takes(1_000 + i * FRAME_MS) for i in range(200))
    heap = [playing.takes(10_000.0) for _ in range(50)]
    assert heap == [True] * 4 + [False] * 46
    playing.forget()
    assert playing.takes(10_000.0), "what was thrown away is not waited for"


def test_what_a_heap_left_at_the_switch_does_not_stay_there() -> None:
    playing, now_ms = Playing(), 1_000.0
    assert sum(playing.takes(now_ms) for _ in range(4)) == 4
    taken = [playing.takes(now_ms + i * FRAME_MS) for i in range(1, 500)]
    assert taken.count(False) == 2, "a frame a second, until it is low"
    assert sum(playing.takes(now_ms + 20_000) for _ in range(10)) == 4
    assert all(taken[250:])


def test_a_page_that_takes_nothing_is_soon_too_slow() -> None:
    hearing = Hearing()
    taken = [hearing.takes(0) for _ in range(UNHEARD + int(SLOW_MS / FRAME_MS))]
    assert taken.count(True) == UNHEARD
    assert hearing.is_too_slow


def test_a_page_that_falters_loses_sound_and_stays() -> None:
    hearing = Hearing()
    for _ in range(20):
        for _ in range(30):
            hearing.takes(10 * FRAME_BYTES)
        for _ in range(40):
            assert hearing.takes(0), "the newest goes as soon as there is room"
        hearing.confirms(hearing.sent)
    assert not hearing.is_too_slow


def test_a_page_cannot_have_heard_what_was_not_sent() -> None:
    hearing = Hearing()
    hearing.takes(0)
    for lie in (2, -1, 10**30):
        hearing.confirms(lie)
        assert hearing.heard == 0


def test_a_page_may_say_so_much_and_no_more() -> None:
    allowance = Allowance(0.0)
    assert not any(allowance.is_spent(0.0) for _ in range(MESSAGES))
    assert allowance.is_spent(0.0)
    usual = Allowance(0.0)
    assert not any(usual.is_spent(i * FRAME_MS) for i in range(10_000))
