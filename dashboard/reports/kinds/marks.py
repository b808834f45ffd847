"""Where a list goes on: after the row of a moment and an id. What an address holds as one is hostile."""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, true

from dashboard.refusal import Refused

_MARK: Final = re.compile(r"(\d{1,16})\.(\d{1,18})", re.ASCII)


def mark_of(at_ms: int, row: int) -> str:
    """Of the last row of a page."""
    return f"{at_ms}.{row}"


def after_mark(mark: str, at_ms: ColumnElement[Any], row: ColumnElement[Any]) -> ColumnElement[bool]:
    """What comes after it in a list of the newest first. Raises `Refused`."""
    if not mark:
        return true()
    found = _MARK.fullmatch(mark)
    if found is None:
        raise Refused("reports.refused.no_mark", "after")
    at, number = map(int, found.groups())
    return or_(at_ms < at, and_(at_ms == at, row < number))


def place_after(mark: str) -> int:
    """The same of a list that is counted through. Raises `Refused`."""
    if not mark:
        return 0
    if not (mark.isascii() and mark.isdigit() and len(mark) <= 9):
        raise Refused("reports.refused.no_mark", "after")
    return int(mark)
