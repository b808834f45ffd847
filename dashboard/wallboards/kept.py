"""Documents as we keep them: they were right when they were saved, by whichever release that was.

A newer release may want more room for a kind of tile. That blanks no wall overnight: such a board is shown as it is, and the
next person who saves it is told.
"""

from __future__ import annotations

from typing import Final

import msgspec

from dashboard.boards.document import Board
from dashboard.boards.reading import BoardRefused, read

_BOARD: Final = msgspec.json.Decoder(Board)

STILL_SHOWN: Final = frozenset({"too_small"})
"""Mistakes that are matters of taste on a screen."""


def kept(document: str) -> Board:
    """The board. Raises `BoardRefused` for what this release cannot show."""
    try:
        return read(document)
    except BoardRefused as refused:
        if any(one.word not in STILL_SHOWN for one in refused.mistakes):
            raise
    return _BOARD.decode(document)
