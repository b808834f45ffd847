"""Callers' numbers as everybody may read them: masked here, on the server, before they go anywhere. Pure."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "****"
_NUMBER_MARKS: Final = frozenset("0123456789+-() ")


def masked(number: str) -> str:
    """`13812345678` → `138****5678`. At least four characters are hidden; what is no phone number is hidden whole.

    11 characters and more keep the last four and at most the first six; 8 to 10 the last four; 6 and 7 the last two.
    """
    length = len(number)
    if length < 6 or not _NUMBER_MARKS.issuperset(number):
        return HIDDEN
    if length >= 11:
        return f"{number[: min(length - 8, 6)]}{HIDDEN}{number[-4:]}"
    return HIDDEN + number[-4 if length >= 8 else -2 :]


_DATE = r"(?!\d{4}-\d\d-\d\d(?!\d))"
_START = r"(?<![A-Za-z0-9_])(?<!\d[-.: ])" + _DATE + r"\+?\(?\d"
_END = r"(?![A-Za-z0-9_])(?!\.\d)"
_IN_TEXT: Final = {
    least: re.compile(f"{_START}(?:[-() ]{{0,2}}\\d){{{least - 1},18}}{_END}", re.ASCII) for least in (7, 10)
}


def masked_in(text: str, *, is_prose: bool = False) -> str:
    """The text with everything in it masked that looks like a phone number: 10 digits or more, in prose 7 or more.

    Dates, channel ids (`1700000000.12`) and digits within words stay.
    """
    return _IN_TEXT[7 if is_prose else 10].sub(lambda found: masked(found[0]), text)
