"""What people write into cells: dates, shares, minutes, yes and no, words of either language.

Each function takes a cell and its column's name and gives the value, or raises `Refused` about that column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from dashboard.refusal import Refused
from layouts.texts import LANGUAGES, catalogue

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 00:00(?::00)?)?")
_YES = {"yes", "y", "true", "1", "是", "对", "√", "✓"}
_NO = {"no", "n", "false", "0", "否", "不", "×", "✗", ""}
_SEPARATORS = re.compile(r"[\s,;、|]+")


def plain(text: str) -> str:
    """As texts of people are compared: widths and case do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def day(text: str, column: str) -> str:
    """`2024-03-01` of `2024/3/1`, `2024年3月1日`, `20240301`; "" for an empty cell."""
    if not text:
        return ""
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise Refused("cell.no_date", column, text=text)
    year, month, number, month_, number_ = found.groups()
    try:
        return date(int(year), int(month or month_), int(number or number_)).isoformat()
    except ValueError:
        raise Refused("cell.no_date", column, text=text) from None


def is_yes(text: str, column: str) -> bool:
    """Yes or no, in either language; an empty cell is no."""
    word = plain(text)
    if word not in _YES | _NO:
        raise Refused("cell.no_yes_or_no", column, text=text)
    return word in _YES


def share(text: str, column: str) -> float:
    """0.8 of `80%`, `80` or `0.8`."""
    cell = unicodedata.normalize("NFKC", text).strip()
    value = _number(cell.removesuffix("%"), column)
    return round(value / 100, 6) if cell.endswith("%") or value > 1 else value


def minutes(text: str, column: str) -> float:
    """Minutes, which may have a fraction of whole seconds; 0 for an empty cell."""
    return round(_number(text, column) * 60) / 60 if text else 0.0


def whole(text: str, column: str) -> int:
    """A whole number from 0 on."""
    value = _number(unicodedata.normalize("NFKC", text).strip(), column)
    if not value.is_integer():
        raise Refused("cell.no_number", column, text=text)
    return int(value)


def shown_number(value: float) -> str:
    """Without zeros behind the point: 10, 1.5."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def word_of(family: str, known: Iterable[str], text: str, column: str, *rooms: str) -> str:
    """Which of `known` is meant: its id, or its word (`FAMILY.ID`) in any language."""
    words = {plain(one): one for one in known}
    for lang in LANGUAGES:
        texts = catalogue(lang, *rooms)
        words |= {plain(texts(f"{family}.{one}")): one for one in set(words.values())}
    found = words.get(plain(text))
    if found is None:
        raise Refused("cell.unknown_word", column, text=text, known=", ".join(sorted(set(words) - set(words.values()))))
    return found


def several(text: str) -> tuple[str, ...]:
    """The parts of a cell that holds several ids, each once."""
    parts = _SEPARATORS.split(text.replace("，", ",").replace("；", ";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _number(text: str, column: str) -> float:
    cell = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", cell):
        raise Refused("cell.no_number", column, text=text)
    return float(cell)
