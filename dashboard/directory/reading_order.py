"""In which order names are listed: as people of the trade look for them, the same on every database.

Databases sort by their own collation, and by code points 三组 would stand before 二组. Here a number counts as a number,
whether in digits or in Chinese (二组 before 十一组), Latin names come first, and Chinese ones follow by their sound: GB 2312
keeps the common characters in the order of pinyin. A rare character stands after them.
"""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_TENS: Final = {"十": 10, "百": 100}
_FIRST_HAN: Final = "\u2e80"
_NUMBER: Final = re.compile(r"(\d+|[〇零一二两三四五六七八九十百]+(?=[组班队部区线楼层号期科室]|$))")

Key = tuple[tuple[int, int, bytes], ...]


def reading_order(name: str) -> Key:
    """The key to sort names by."""
    parts = (part for part in _NUMBER.split(name.casefold()) if part)
    return tuple(_part(part) for part in parts)


def _part(part: str) -> tuple[int, int, bytes]:
    if not _NUMBER.fullmatch(part):
        return 1, 0, b"".join(_sound(sign) for sign in part)
    return 0, int(part) if part.isdecimal() else _chinese(part), b""


def _sound(sign: str) -> bytes:
    if sign < _FIRST_HAN:
        return sign.encode() if sign.isascii() else b"\x7f" + sign.encode("utf-8", "replace")
    try:
        return sign.encode("gb2312")
    except UnicodeEncodeError:
        return b"\xff" + sign.encode("utf-8", "replace")


def _chinese(number: str) -> int:
    """Up to 九百九十九, or digit by digit (二〇二六)."""
    if not any(sign in _TENS for sign in number):
        return int("".join(str(_DIGITS[sign]) for sign in number))
    total = digit = 0
    for sign in number:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total, digit = total + (digit or 1) * _TENS[sign], 0
    return total + digit
