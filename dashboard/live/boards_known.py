"""What the ids of boards mean now: the shipped ones and those of single queues, always; the published ones and those of leaderboards, as
they were last read.

Pure. What is published may be another board a moment later; who shows it is told by `dashboard.live.gateway`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard.boards import Board, leaderboard_of, queue_board, queue_of
from dashboard.wallboards.published import Published

DRAFT: Final = "draft:"
"""Before the id of a board: as it is being edited, for who edits it."""


def draft_of(board_id: str) -> str | None:
    """The board whose draft is asked for; None where no draft is."""
    return board_id.removeprefix(DRAFT) if board_id.startswith(DRAFT) else None


class BoardsKnown:
    """`shipped`: by id; their revision is 0. `are_published_known`: False while nobody could read what is published."""

    def __init__(self, shipped: Mapping[str, Board], *, are_published_known: bool = True) -> None:
        self.are_published_known = are_published_known
        self._shipped = {board_id: Published(board, 0) for board_id, board in shipped.items()}
        self._published: Mapping[str, Published] = {}
        self._leaderboards: Mapping[str, Published] = {}

    def replace_leaderboards(self, leaderboards: Mapping[str, Published]) -> None:
        """The boards of leaderboards now, by the leaderboard's id."""
        self._leaderboards = leaderboards

    def replace(self, published: Mapping[str, Published]) -> None:
        """What is published now."""
        self._published = published
        self.are_published_known = True

    def find(self, board_id: str) -> Published | None:
        """The board of an id; a shipped one cannot be replaced."""
        queue = queue_of(board_id)
        if queue is not None:
            return Published(queue_board(queue), 0, frozenset({queue}))
        leaderboard = leaderboard_of(board_id)
        if leaderboard is not None:
            return self._leaderboards.get(leaderboard)
        return self._shipped.get(board_id) or self._published.get(board_id)
