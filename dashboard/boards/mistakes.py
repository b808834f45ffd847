"""What is wrong with a board document, as data: where, what, and with which values.

A mistake becomes one sentence in the reader's language, with the place and the remedy. What it quotes came from outside: it is cut
and freed of control characters here, and stays text.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dashboard.boards.spots import Spot, short, spoken
from layouts.texts import Catalogue

ROOM: Final = "boards"
"""Folder of the words: `catalogue(lang, ROOM)`."""

MOST_MISTAKES: Final = 100
"""Reading goes on after a mistake, up to so many."""


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
        return short(value)
    if isinstance(value, dict | list | tuple):
        return "{…}" if isinstance(value, dict) else "[…]"
    if isinstance(value, int) and abs(value) > 10**20:
        return "1e20…" if value > 0 else "-1e20…"
    return short(json.dumps(value)) if isinstance(value, int | float | None) else "?"


def sentence(one: Mistake, texts: Catalogue) -> str:
    """One sentence: place, what is wrong, remedy. `texts` holds the room `boards`."""
    place = spoken(Spot(one.page, one.tile, one.field, one.titled), texts)
    what = texts(f"mistake.{one.word}", **{name: _said(value, texts) for name, value in one.values.items()})
    whole = texts("mistake.at", place=place, what=what) if place else what
    return whole[:1].upper() + whole[1:]


def literal(value: object) -> str:
    """The same as it stands in JSON: a text with its quotes."""
    return f'"{short(value)}"' if isinstance(value, str) else quoted(value)


def _said(value: Any, texts: Catalogue) -> str:
    if isinstance(value, tuple):
        return texts.listing(_said(one, texts) for one in value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str) and value.startswith(("board.", "metric.")) and value in texts.words:
        return texts(value)
    return str(value)
