"""Masking, and which eyes are the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access.masking import masked
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.live.viewer import Viewer
from dashboard.live.visitor import Visitor
from tests.live.people import person, screen


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "+86138****5678"),
        ("02165550123", "021****0123"),
        ("65550123", "****0123"),
        ("955881", "****81"),
        ("1001", "****"),
        ("", "****"),
        ("Anonymous", "****"),
        ("<img src=x onerror=alert(1)>", "****"),
        ("13812345678\r\nX: 1", "****"),
        ("１３８１２３４５６７８", "****"),
    ],
)
def test_what_stays_of_a_number(number: str, shown: str) -> None:
    assert masked(number) == shown


@given(st.text("0123456789+-() ", max_size=40))
def test_four_characters_are_always_hidden_and_the_rest_is_the_numbers_own(number: str) -> None:
    head, hidden, tail = masked(number).partition("****")
    assert hidden
    assert number.startswith(head)
    assert number.endswith(tail)
    assert len(head) + len(tail) <= max(len(number) - 4, 0)
    assert len(head) <= 6


@given(st.text(max_size=40))
def test_hostile_text_never_comes_through(number: str) -> None:
    assert set(masked(number)) <= set("0123456789+*#-() ")


def test_equal_viewers_share_their_views() -> None:
    assert hash(Viewer(Scope(queues=frozenset({"a", "b"})))) == hash(Viewer(Scope(queues=frozenset({"b", "a"}))))


def test_only_people_at_their_desks_are_told_of_listeners() -> None:
    """Whatever a token or a TV was given: it is no person."""
    manager = person()
    seen = {
        (kind, board): Visitor(replace(manager, kind=kind)).viewer(board)
        for kind in ("person", "token", "screen")
        for board in ("floor", "monitor", "default")
    }
    assert {place for place, viewer in seen.items() if viewer is not None and viewer.hears} == {
        ("person", "floor"),
        ("person", "monitor"),
    }
    tv = screen(scope=EVERYTHING).viewer("default")
    assert tv is not None
    assert not tv.hears
