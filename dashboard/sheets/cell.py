"""One cell's text: free of what no spreadsheet can hold, and of what a spreadsheet would run.

`unquoted(quoted(text)) == text` for every text: a quote that was there before is kept by one more.
"""

from __future__ import annotations

import re
from typing import Final

from dashboard.sheets.sheet import CELL_CHARACTERS

_STARTS_A_FORMULA: Final = re.compile(r"'* *[=+\-@＝＋－＠\t\r\n]")
"""The signs that start a formula, with their full-width twins, which East Asian spreadsheets take for the same; also behind
spaces, which some programs skip. Quotes in front are counted in, so that quoting can be undone."""

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, halves of surrogate pairs and non-characters: XML has no place for most of them, people for none."""


def quoted(text: str) -> str:
    """`text` so that a spreadsheet shows it and runs nothing."""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text


def unquoted(text: str) -> str:
    """What was given to `quoted`."""
    return text[1:] if text.startswith("'") and _STARTS_A_FORMULA.match(text) else text


def has_unprintable(text: str) -> bool:
    """Whether there is a character in it that belongs into no table."""
    return _UNPRINTABLE.search(text) is not None


def writable(value: object) -> str:
    """`value` as text for a file: None is empty, lines end with a line feed, unprintable characters are left out, what is
    longer than a cell can be is cut, and nothing in it runs."""
    text = "" if value is None else str(value)
    text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > CELL_CHARACTERS:
        text = text[: CELL_CHARACTERS - 1] + "…"
    return quoted(text)
