"""Whether a document fits where it is kept: its queues and teams lie within the board's scope, and its pictures are there. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dashboard.access.scope import Scope
from dashboard.boards.document import Board, PictureTile
from dashboard.boards.mistakes import Mistake, mistake
from dashboard.boards.spots import Spot


def misfits(board: Board, scope: Scope, tree: Mapping[str, str], pictures: Collection[str]) -> tuple[Mistake, ...]:
    """Everything that does not fit, in the order of the document. `tree`: each team's parent. `pictures`: ids of those that are
    there."""
    return (*_out_of_scope(board, scope.with_subteams(tree)), *_without_picture(board, pictures))


def pictures_of(board: Board) -> frozenset[str]:
    """Ids of the pictures that a board shows."""
    return frozenset(tile.picture for tile in board.tiles if isinstance(tile, PictureTile) and tile.picture)


def _out_of_scope(board: Board, scope: Scope) -> Iterator[Mistake]:
    if scope.is_everything:
        return
    yield from _strangers(Spot(), board.queues, board.teams, scope)
    for number, page in enumerate(board.pages, start=1):
        for tile in page.tiles:
            yield from _strangers(Spot(number, tile.id), tile.queues, tile.teams, scope)


def _strangers(spot: Spot, queues: Collection[str], teams: Collection[str], scope: Scope) -> Iterator[Mistake]:
    found = {
        "queues": tuple(queue for queue in queues if not scope.has_queue(queue)),
        "teams": tuple(team for team in teams if not scope.has_team(team)),
    }
    for field, names in found.items():
        if names:
            yield mistake(spot.at(field), "out_of_scope", names=names)


def _without_picture(board: Board, pictures: Collection[str]) -> Iterator[Mistake]:
    for number, page in enumerate(board.pages, start=1):
        for tile in page.tiles:
            if isinstance(tile, PictureTile) and tile.picture and tile.picture not in pictures:
                yield mistake(Spot(number, tile.id).at("picture"), "picture_gone", picture=tile.picture)
