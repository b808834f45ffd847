"""Ids of boards: words for addresses, chosen by people, once and for good."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Final

from dashboard.boards import SHIPPED
from dashboard.boards.document import Title
from dashboard.refusal import Refused

LONGEST: Final = 64
_FORM: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_NO_LETTERS: Final = re.compile(r"[^a-z0-9]+")
_PLAIN: Final = "board"
RESERVED: Final = frozenset(SHIPPED) | {"new", "import", "pictures", "template"}
"""Ids of what we ship, and words that stand in the place of an id in an address."""


def is_id(text: str) -> bool:
    """Whether it may be a board's: what is none is asked of no database."""
    return len(text) <= LONGEST and _FORM.fullmatch(text) is not None


def checked_id(board_id: str, taken: Container[str]) -> str:
    """The same. Raises `Refused` for one that is none, is reserved, or is taken (also by a board that was removed)."""
    board_id = board_id.strip()
    if not board_id:
        raise Refused("boards.refused.id_missing", "id")
    if not is_id(board_id):
        raise Refused("boards.refused.id", "id", most=LONGEST)
    if board_id in RESERVED:
        raise Refused("boards.refused.id_reserved", "id", id=board_id)
    if board_id in taken:
        raise Refused("boards.refused.id_taken", "id", id=board_id)
    return board_id


def proposed_id(title: Title, taken: Container[str]) -> str:
    """A free one: the letters of the title that may stand in an address, a number behind where that is taken."""
    plain = unicodedata.normalize("NFKD", title.en or title.zh).encode("ascii", "ignore").decode().lower()
    stem = _NO_LETTERS.sub("-", plain).strip("-")[: LONGEST - 5].strip("-") or _PLAIN
    proposed, number = stem, 2
    while proposed in RESERVED or proposed in taken:
        proposed, number = f"{stem}-{number}", number + 1
    return proposed
