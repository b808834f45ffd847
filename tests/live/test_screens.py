"""One screen: room, distance, allowance. Times are arguments."""

from __future__ import annotations

import pytest

from dashboard.live.frames import Refused
from dashboard.live.screens import BEHIND_MS, FRAMES_ALLOWED, HELLO_WITHIN_MS, Screen
from tests.live.people import ALL, visitor


class Memory:
    """A socket in memory: holds what it was told, and as many unsent bytes as the test says."""

    def __init__(self) -> None:
        self.unsent = 0
        self.ended: tuple[int, str] | None = None

    def waiting_bytes(self) -> int:
        return self.unsent

    def end(self, code: int, reason: str) -> None:
        self.ended = (code, reason)

    def cut(self) -> None:
        self.unsent = 0


def screen() -> tuple[Screen, Memory]:
    socket = Memory()
    shown = Screen(socket, visitor(), 0.0)
    shown.shows("default", ALL)
    return shown, socket


def test_a_frame_is_written_only_into_an_empty_buffer() -> None:
    shown, socket = screen()
    assert shown.has_room(0.0)
    socket.unsent = 1
    assert not shown.has_room(1.0)


def test_full_for_30_s_is_behind_and_a_drain_in_between_starts_anew() -> None:
    shown, socket = screen()
    socket.unsent = 5
    assert not shown.has_room(0.0)
    assert shown.overdue(BEHIND_MS) is None
    socket.unsent = 0
    assert shown.has_room(20_000.0)
    socket.unsent = 5
    assert not shown.has_room(25_000.0)
    assert shown.overdue(BEHIND_MS + 1) is None
    assert shown.overdue(25_000.0 + BEHIND_MS + 1) == (4008, "This screen is 30 s behind.")


def test_a_screen_that_acknowledges_must_go_on_doing_so() -> None:
    shown, _ = screen()
    shown.was_sent(5, 0.0)
    shown.acknowledged(5, 5, 100.0)
    shown.was_sent(6, 200.0)
    shown.was_sent(7, 300.0)
    assert shown.overdue(200.0 + BEHIND_MS) is None
    assert shown.overdue(200.0 + BEHIND_MS + 1) == (4008, "This screen has drawn nothing for 30 s.")


def test_an_acknowledgement_of_an_older_frame_counts_from_there() -> None:
    shown, _ = screen()
    shown.was_sent(6, 0.0)
    shown.acknowledged(6, 9, 10_000.0)
    assert shown.overdue(10_000.0 + BEHIND_MS) is None
    assert shown.overdue(10_000.0 + BEHIND_MS + 1) is not None
    shown.acknowledged(9, 9, 11_000.0)
    assert shown.overdue(99_000.0) is None, "nothing is open: a quiet floor makes nobody late"


def test_a_screen_that_never_acknowledges_is_judged_by_its_buffer_alone() -> None:
    shown, _ = screen()
    shown.was_sent(6, 0.0)
    assert shown.overdue(10 * BEHIND_MS) is None


def test_who_asks_for_nothing_is_sent_away() -> None:
    silent = Screen(Memory(), visitor(), 0.0)
    assert silent.overdue(HELLO_WITHIN_MS) is None
    assert silent.overdue(HELLO_WITHIN_MS + 1) == (1008, "No board was asked for.")


def test_too_many_frames_are_refused_and_the_protocols_own_rate_never() -> None:
    chatty, _ = screen()
    for _ in range(FRAMES_ALLOWED):
        chatty.speaks(0.0)
    with pytest.raises(Refused, match="Too many"):
        chatty.speaks(0.0)
    calm, _ = screen()
    for second in range(0, 10_000, 5):
        calm.speaks(second * 1000.0)
