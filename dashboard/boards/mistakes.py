"""What is wrong with a board document, as data: where, what, and with which values.

A mistake becomes one sentence in the reader's language, with the place and the remedy. What it quotes came from outside: it is cut
and freed of control characters here, and stays text.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from layouts.texts import Catalogue

ROOM: Final = "boards"
"""Folder of the words: `catalogue(lang, ROOM)`."""

MOST_MISTAKES: Final = 100
"""Reading goes on after a mistake, up to so many."""

_LONGEST_QUOTE: Final = 40
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


@dataclass(frozen=True, slots=True)
class Mistake:
    """`word` (id without `mistake.`) and `values` make the sentence; the rest is the place, see `Spot`. A value that is a tuple of
    strings is a list of names; a string that begins with `board.` is itself a word of the room."""

    word: str
    page: int = 0
    tile: str | int = ""
    field: str = ""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    titled: tuple[tuple[str, str], ...] = ()


class BoardRefused(Exception):  # noqa: N818 — the field's word
    """A document that is no board. `mistakes`: all of them as far as they can be told, at least one, in the order of the document."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(f"{len(mistakes)} mistakes, the first: {mistakes[0].word} {mistakes[0].field}")
        self.mistakes = mistakes


def mistake(spot: Spot, word: str, **values: Any) -> Mistake:
    """A mistake at a place."""
    return Mistake(word, spot.page, spot.tile, spot.field, values, spot.titled)


def unknown(spot: Spot, word: str, found: object, near: str, **values: Any) -> Mistake:
    """A name that nobody knows; with the one that was meant, if one can tell."""
    if near:
        return mistake(spot, f"{word}_near", found=quoted(found), near=near, **values)
    return mistake(spot, word, found=quoted(found), **values)


def quoted(value: object) -> str:
    """What stands in a document, short enough to be repeated in a sentence."""
    if isinstance(value, str):
        return _short(value)
    if isinstance(value, dict | list | tuple):
        return "{…}" if isinstance(value, dict) else "[…]"
    if isinstance(value, int) and abs(value) > 10**20:
        return "1e20…" if value > 0 else "-1e20…"
    return _short(json.dumps(value)) if isinstance(value, int | float | None) else "?"


def sentence(one: Mistake, texts: Catalogue) -> str:
    """One sentence: place, what is wrong, remedy. `texts` holds the room `boards`."""
    place = _place(one, texts)
    what = texts(f"mistake.{one.word}", **{name: _said(value, texts) for name, value in one.values.items()})
    whole = texts("mistake.at", place=place, what=what) if place else what
    return whole[:1].upper() + whole[1:]


def literal(value: object) -> str:
    """The same as it stands in JSON: a text with its quotes."""
    return f'"{_short(value)}"' if isinstance(value, str) else quoted(value)


def _short(text: str) -> str:
    shown = _NO_TEXT.sub("�", text[: _LONGEST_QUOTE * 2])
    return shown if len(shown) <= _LONGEST_QUOTE else f"{shown[:_LONGEST_QUOTE]}…"


def _said(value: Any, texts: Catalogue) -> str:
    if isinstance(value, tuple):
        return texts.listing(_said(one, texts) for one in value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str) and value.startswith(("board.", "metric.")) and value in texts.words:
        return texts(value)
    return str(value)


def _place(one: Mistake, texts: Catalogue) -> str:
    parts = [texts("mistake.page", page=one.page)] if one.page else []
    if isinstance(one.tile, int):
        parts.append(texts("mistake.tile_number", number=one.tile))
    elif one.tile:
        name = dict(one.titled).get(texts.lang, "")
        word = "mistake.tile_titled" if name else "mistake.tile"
        parts.append(texts(word, tile=_short(one.tile), **({"name": _short(name)} if name else {})))
    if one.field:
        parts.append(_field(one.field, texts))
    return texts("mistake.comma").join(parts)


def _field(path: str, texts: Catalogue) -> str:
    """A path in words: the last field's name in the reader's language, and the path as it stands in the document."""
    steps = path.split(".")
    last = _NUMBERED.match(steps[-1])
    name = last["name"] if last else steps[-1]
    word = f"board.field.{name}"
    named = texts(word) if word in texts.words else path
    shown = texts("mistake.field", name=named, path=path) if named != path else path
    return f"{shown} {texts('mistake.item', number=last['number'])}" if last else shown
