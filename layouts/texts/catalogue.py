"""The words of the screens: gettext catalogues, read from `.po` files.

`LANG.po` has the words of the live pages, which travel to the browser whole; the forms' words stand in a folder each
(`access/LANG.po`), so that a wall does not carry them.

Message ids are names (`state.talking`), not sentences, so that no language is the original of the others. A sentence may
hold `{names}` in braces; what is put in stays text. Both catalogues hold the same ids (kept by a test), so a word that is
asked for exists: a wrong id is a `KeyError`, never an empty place on a wall.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("zh-CN", "en")
_FOLDER = Path(__file__).parent

ROOMS = tuple(sorted(path.parent.name for path in _FOLDER.glob(f"*/{LANGUAGES[0]}.po")))
"""Every folder of words beside those of the live pages."""


class CatalogueError(Exception):
    """A `.po` file that is not one. The text names the file and the line."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All words of one language (BCP 47 tag `lang`)."""

    lang: str
    words: Mapping[str, str]

    def __call__(self, msgid: str, **values: object) -> str:
        """The sentence of `msgid` with `{names}` filled in. Raises `KeyError` for an unknown id."""
        sentence = self.words[msgid]
        return sentence.format(**values) if values else sentence

    def listing(self, names: Iterable[str]) -> str:
        """Several names in one line, with the comma that the language sets between them."""
        return ("、" if self.lang.startswith("zh") else ", ").join(names)


@cache
def catalogue(lang: str, *rooms: str) -> Catalogue:
    """The catalogue of `lang`, one of `LANGUAGES`: the words of the live pages, and those of `rooms` (folders beside them)."""
    files = [_FOLDER / f"{lang}.po", *(_FOLDER / room / f"{lang}.po" for room in rooms)]
    words: dict[str, str] = {}
    for file in files:
        words |= _messages(file.read_text(encoding="utf-8"), str(file.relative_to(_FOLDER)))
    return Catalogue(lang, words)


def _messages(text: str, name: str) -> Iterator[tuple[str, str]]:
    """(msgid, msgstr) of a `.po` text, header and untranslated entries left out."""
    msgid, msgstr, reading = "", "", ""
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        stripped = line.strip()
        if stripped.startswith("#"):
            continue
        if stripped.startswith("msgid ") or not stripped:
            if msgid and msgstr:
                yield msgid, msgstr
            msgid, msgstr, reading = "", "", ""
        if not stripped:
            continue
        keyword, _, rest = stripped.partition(" ") if not stripped.startswith('"') else (reading, "", stripped)
        if keyword not in {"msgid", "msgstr"}:
            raise CatalogueError(f"{name}, line {number}: expected msgid or msgstr, found {stripped[:20]!r}.")
        reading, piece = keyword, _unquoted(rest, f"{name}, line {number}")
        if keyword == "msgid":
            msgid += piece
        else:
            msgstr += piece


def _unquoted(quoted: str, place: str) -> str:
    try:
        value = ast.literal_eval(quoted)
    except (SyntaxError, ValueError):
        value = None
    if not isinstance(value, str):
        raise CatalogueError(f"{place}: expected one quoted string.")
    return value
