"""The board of a leaderboard is a board like any other: it reads, nothing lies over anything, every tile has the room that it needs."""

from __future__ import annotations

from itertools import product

import pytest
from msgspec.structs import replace

from dashboard.boards import LeaderboardShape, Title, kind_of, leaderboard_board, leaderboard_of, queue_of
from dashboard.boards.document import OF_LEADERBOARDS
from dashboard.boards.portrait import packed, packed_anew
from dashboard.boards.reading import document_of, read

SHAPES = [
    LeaderboardShape(Title(zh="榜"), is_between_teams=between, has_teams=teams, has_goals=goals)
    for between, teams, goals in product((False, True), repeat=3)
]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_a_whole_board(shape: LeaderboardShape) -> None:
    board = leaderboard_board("a1", shape)
    alike = replace(board, id="a1")
    assert read(document_of(alike)) == alike
    (page,) = board.pages
    assert packed(page) != {}
    assert set(packed(page)) == {tile.id for tile in page.tiles} == set(packed_anew(page))
    kinds = {kind_of(tile) for tile in page.tiles}
    assert kinds <= OF_LEADERBOARDS
    assert ("goals" in kinds) is shape.has_goals
    assert ("podium" in kinds) is not shape.is_between_teams
    assert {"leaderboard_head", "ranking", "bests", "celebration"} <= kinds
    assert all(getattr(tile, "leaderboard", None) == "a1" for tile in page.tiles)


def test_its_id_says_whose_it_is() -> None:
    board = leaderboard_board("a1", SHAPES[0])
    assert (board.id, leaderboard_of(board.id), queue_of(board.id)) == ("leaderboard:a1", "a1", None)
    assert leaderboard_of("default") is None
    assert leaderboard_board("a1", SHAPES[0]) is board
