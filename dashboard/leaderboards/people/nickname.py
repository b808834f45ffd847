"""What somebody may call themselves on a screen that the whole floor looks at. Pure.

A nickname is read across a room and stands beside others: so it is short, of letters that are read here, digits and a few signs, turns
no text around and hides nothing, and cannot be mistaken for somebody else's name, nickname or number. What it means is for people to judge
(`Appearances.reset`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from dashboard.refusal import Refused

MOST_CELLS: Final = 20
"""In half-widths: ten Chinese characters, or twenty letters."""

_SIGNS: Final = frozenset(" ·・-_.'")
_KINDS: Final = frozenset({"Lu", "Ll", "Lt", "Lo", "Nd"})
_SCRIPTS: Final = frozenset({"CJK", "LATIN", "DIGIT", "HIRAGANA", "KATAKANA", "HANGUL", "GREEK", "CYRILLIC"})
"""By the first word of a letter's name. Of all others some look like letters of these, and nobody here reads them."""
_OF_THEIR_OWN: Final = frozenset("ßæøœÆØŒ")
"""Latin letters beyond A to Z with signs above and below; others are small capitals, turned ones, or strokes that look like i and l."""

_ALIKE: Final = str.maketrans(
    "авеікмнорстухјѕԁαβεικνορτυχ0liカニロエタトハ",
    "abe1kmhopctyxjsdabe1kvoptuxo11力二口工夕卜八",
)
"""Letters and digits that look like others, as one of them."""


def checked_nickname(text: str) -> str:
    """As it is kept and shown: composed, one space between words. Raises `Refused`; "" stays ""."""
    raw = unicodedata.normalize("NFKC", text)
    if not all(_is_fit(letter) for letter in raw):
        raise Refused("own_place.refused.nickname_signs", "nickname")
    found = " ".join(raw.split())
    if found and not any(letter.isalpha() for letter in found):
        raise Refused("own_place.refused.nickname_letters", "nickname")
    if _cells(found) > MOST_CELLS:
        raise Refused("own_place.refused.nickname_long", "nickname", most=MOST_CELLS, cjk=MOST_CELLS // 2)
    return found


def looks_like(name: str, others: Iterable[str]) -> bool:
    """Whether it can be mistaken for one of these across a room: capitals, spaces and signs, and letters that look the same, make no
    difference."""
    mine = skeleton(name)
    return bool(mine) and any(mine == skeleton(other) for other in others)


def skeleton(name: str) -> str:
    """What of a name the eye tells apart."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(letter for letter in folded if letter.isalnum()).translate(_ALIKE)


def _is_fit(letter: str) -> bool:
    return letter in _SIGNS or (unicodedata.category(letter) in _KINDS and _is_read_here(letter))


def _is_read_here(letter: str) -> bool:
    name = unicodedata.name(letter, "")
    script = name.partition(" ")[0]
    if script == "HANGUL":
        return "SYLLABLE" in name  # the others are parts of one, and some of them nothing to the eye
    if script == "LATIN":
        return unicodedata.normalize("NFKD", letter)[0].isascii() or letter in _OF_THEIR_OWN
    return script in _SCRIPTS


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1 for letter in text)
