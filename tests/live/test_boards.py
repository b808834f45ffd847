"""Boards as data: the shipped ones pass their own checks, wrong ones are named by tile and field."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dashboard.boards import FIELDS_OF_KIND, SHIPPED, Board, BoardError, Tile, board_from, check
from dashboard.live.views import KINDS


def test_the_shipped_boards_pass_and_survive_json() -> None:
    for board in SHIPPED.values():
        check(board)
        assert board_from(msgspec.json.encode(board)) == board
        assert board.title.zh
        assert board.title.en


def test_every_kind_of_tile_has_its_fields_and_its_value() -> None:
    assert set(FIELDS_OF_KIND) == set(KINDS)
    for fields in FIELDS_OF_KIND.values():
        assert fields <= set(Tile.__struct_fields__)


def board(**tile: Any) -> dict[str, Any]:
    plain = {"id": "t1", "kind": "metric", "metric": "answered"}
    return {"id": "north", "title": {"zh": "北"}, "tiles": [{**plain, **tile}]}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (b"{", "Board: this is not valid JSON: Input data was truncated."),
        ({"id": "north"}, "Board 'north': Object missing required field `title`."),
        (board(kind="pie"), "Board 'north', tile 't1', kind: Invalid enum value 'pie'."),
        (board(colour="red"), "Board 'north', tile 't1': Object contains unknown field `colour`."),
        (board(metric="nonesuch"), "Board 'north', tile 't1', metric: there is no metric 'nonesuch'"),
        (board(metric=None), "Board 'north', tile 't1', metric: say which metric it shows."),
        (board(also=["state"]), "Board 'north', tile 't1', also: 'state' is a moment or a word, not a number"),
        (board(signed_out=True), "Board 'north', tile 't1', signed_out: a tile of kind 'metric' has no such field"),
        (board(amber=10, red=5), "Board 'north', tile 't1', red: it must lie above amber (10.0)"),
        (board(amber=5, red=10, worse="below"), "Board 'north', tile 't1', red: it must lie below amber"),
        (board(id="x y"), "Board 'north', tile 'x y', id:"),
        (board(window="fortnight"), "Board 'north', tile 't1', window: Invalid enum value 'fortnight'."),
        (board(queues=[""]), "Board 'north', tile 't1', queues[0]:"),
        ({"id": "north", "title": {}, "tiles": [7]}, "Board 'north', tile 1: Expected `object`, got `int`."),
        ({"id": "north", "title": {}, "tiles": []}, "Board 'north', tiles: it has 0; give it 1 to 40."),
        ([], "Board: Expected `object`, got `array`."),
    ],
)
def test_what_is_wrong_is_named_by_board_tile_and_field(document: Any, sentence: str) -> None:
    with pytest.raises(BoardError) as wrong:
        board_from(document if isinstance(document, dict | bytes) else msgspec.json.encode(document))
    assert str(wrong.value).startswith(sentence)
    assert "\n" not in str(wrong.value)


def test_tile_ids_are_unique() -> None:
    twice = board()
    twice["tiles"] *= 2
    with pytest.raises(BoardError, match="another tile has the same id"):
        board_from(twice)


def test_equal_boards_are_one() -> None:
    assert len({board_from(board()), board_from(board())}) == 1
    assert isinstance(board_from(board()), Board)
