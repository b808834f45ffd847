"""Masking and scope: what a viewer may see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.viewer import ANYBODY, EVERYTHING, Scope, Viewer, masked


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


def test_numbers_are_masked_unless_a_viewer_may_see_them() -> None:
    assert ANYBODY.number("13812345678") == "138****5678"
    assert ANYBODY.number(None) is None
    assert Viewer(sees_numbers=True).number("13812345678") == "13812345678"


def test_a_scope_knows_its_queues_and_teams() -> None:
    assert EVERYTHING.has_queue("sales")
    scope = Scope(queues=frozenset({"sales"}), teams=frozenset({"north"}))
    assert scope.has_queue("sales")
    assert scope.has_queue(None), "an agent's own call belongs to no queue"
    assert not scope.has_queue("support")
    assert scope.has_team("north")
    assert not scope.has_team("south")


def test_equal_viewers_share_their_views() -> None:
    assert hash(Viewer(Scope(queues=frozenset({"a", "b"})))) == hash(Viewer(Scope(queues=frozenset({"b", "a"}))))
