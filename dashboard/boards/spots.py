"""Places in a board document, and how they are said: page, tile, field.

What a document calls its tiles came from outside: it is repeated short and without control characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from layouts.texts import Catalogue

_LONGEST: Final = 40
_NO_TEXT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_NUMBERED: Final = re.compile(r"^(?P<name>.*?)\[(?P<number>\d+)\]$")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands. `page` from 1, 0: none. `tile`: its id, or its number on the page from 1, "": none. `titled`: what people
    read on that tile, by language. `field`: path within the tile, the page or the board; numbers in it count from 1
    (`ticker.messages[2].from`)."""

    page: int = 0
    tile: str | int = ""
    field: str = ""
    titled: tuple[tuple[str, str], ...] = ()

    def at(self, name: str) -> Spot:
        """A field further in."""
        path = f"{self.field}.{name}" if self.field else name
        return Spot(self.page, self.tile, path, self.titled)

    def item(self, number: int) -> Spot:
        """An item of the list that this is, from 1."""
        return Spot(self.page, self.tile, f"{self.field}[{number}]", self.titled)


def spoken(spot: Spot, texts: Catalogue, *, paths: bool = True) -> str:
    """The place in words. `paths`: with the field's path as it stands in the document. `texts` holds the room `boards`."""
    parts = [texts("mistake.page", page=spot.page)] if spot.page else []
    if isinstance(spot.tile, int):
        parts.append(texts("mistake.tile_number", number=spot.tile))
    elif spot.tile:
        parts.append(_tile(spot, short(spot.tile), texts, paths=paths))
    if spot.field:
        parts.append(_field(spot.field, texts, paths=paths))
    return texts("mistake.comma").join(parts)


def short(text: str) -> str:
    """A text of a document, fit to be repeated in a sentence."""
    shown = _NO_TEXT.sub("�", text[: _LONGEST * 2])
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _tile(spot: Spot, tile: str, texts: Catalogue, *, paths: bool) -> str:
    name = short(dict(spot.titled).get(texts.lang, ""))
    if not name:
        return texts("mistake.tile", tile=tile)
    return texts("mistake.tile_titled", tile=tile, name=name) if paths else texts("change.tile", name=name)


def _field(path: str, texts: Catalogue, *, paths: bool) -> str:
    """The last field's name in the reader's language, and the path."""
    last = path.rpartition(".")[2]
    numbered = _NUMBERED.match(last)
    name = numbered["name"] if numbered else last
    word = f"board.field.{name}"
    named = texts(word) if word in texts.words else short(path)
    shown = texts("mistake.field", name=named, path=path) if paths and named != path else named
    return f"{shown} {texts('mistake.item', number=numbered['number'])}" if numbered else shown
