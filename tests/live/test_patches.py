"""A screen that applies every patch has the view: the protocol's central promise."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.frames import plain_json
from dashboard.live.patches import apply, diff, refresh
from dashboard.live.values import Number, Row, Rows, RowsPatch, View, WaitingLine

ids = st.text("abcdefgh", min_size=1, max_size=2)
lines = st.builds(
    WaitingLine,
    id=ids,
    queue=ids,
    number=st.none() | st.just("138****5678"),
    since=st.integers(0, 5),
    ringing=st.booleans(),
    level=st.sampled_from(["ok", "red"]),
)
line_lists = st.lists(lines, max_size=8, unique_by=lambda line: line.id)
numbers = st.builds(Number, v=st.none() | st.integers(0, 3))
views = st.builds(lambda number, lines: {"n": number, "l": Rows[Row](lines)}, numbers, line_lists)


def shown(value: object) -> Any:
    return msgspec.json.decode(plain_json(value))


@given(views, views)
def test_applying_the_difference_gives_the_new_view(before: View, after: View) -> None:
    patch = diff(before, after)
    assert apply(shown(before), shown(patch)) == shown(after)
    assert bool(patch) == (shown(before) != shown(after))


@given(st.lists(views, min_size=2, max_size=6))
def test_a_chain_of_patches_from_one_snapshot_gives_the_last_view(chain: list[View]) -> None:
    screen = shown(chain[0])
    for before, after in itertools.pairwise(chain):
        screen = apply(screen, shown(diff(before, after)))
    assert screen == shown(chain[-1])


@given(line_lists, line_lists)
def test_refreshing_rows_in_place_says_what_a_screen_must_do(
    before: list[WaitingLine], after: list[WaitingLine]
) -> None:
    rows = Rows(before)
    on_screen = {"l": shown(rows)}
    new = {line.id: line for line in after}
    fresh = {line.id: new.get(line.id) for line in [*before, *after]}
    patch = refresh(rows, fresh, list(new))
    assert list(rows) == after
    assert apply(on_screen, {"l": shown(patch)} if patch else {}) == {"l": shown(Rows(after))}
    assert (patch is None) == (before == after)


def test_an_order_that_follows_by_itself_is_not_sent() -> None:
    def line(key: str) -> WaitingLine:
        return WaitingLine(key, "q", None, 1, ringing=False, level="ok")

    gone_first_new_last = diff({"l": Rows[Row]([line("a"), line("b")])}, {"l": Rows[Row]([line("b"), line("c")])})
    assert gone_first_new_last == {"l": RowsPatch(set=[line("c")], gone=["a"])}
    turned = diff({"l": Rows[Row]([line("a"), line("b")])}, {"l": Rows[Row]([line("b"), line("a")])})
    assert shown(turned) == {"l": {"order": ["b", "a"]}}
