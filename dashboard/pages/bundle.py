"""A page's own styles and scripts, each as one file: a screen asks once for what is ninety small files here.

Made when the server starts, from the files as they stand in `assets/`, in the order in which Dash would load them: by folder, then
by name. Files below `assets/` are written as they run; there is no step in between, and nothing to build before a start.

Invariants: every file of a page is in its bundle exactly once. An address names its content (`?m=…`): browsers keep what it gives for
good, and another content has another address. Asked for by another release's address, a bundle answers with its own and says
that it must not be kept. Drawings stand in the style sheet itself: a mark that comes later than its word is a page that flickers.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Response, request

ASSETS: Final = Path(__file__).resolve().parents[2] / "assets"
YEAR_S: Final = 31_536_000
FONTS: Final = "fonts"
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
_ADDRESS: Final = re.compile(r'url\("(?P<path>[^"]+)"\)')
_HEAD: Final = re.compile(r"\A\s*/\*.*?\*/\s*", re.DOTALL)
_UNQUOTED: Final = " =:/'()"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One file made of `sources` (names below `assets/`). `name`: as the address ends. `mark`: of its content."""

    name: str
    sources: tuple[str, ...]
    body: bytes
    packed: bytes
    mark: str

    @property
    def address(self) -> str:
        """Below the page's own `assets/`."""
        return f"{self.name}?m={self.mark}"

    def answer(self) -> Response:
        """To the request at hand: in gzip where the browser takes it, 304 where it has it."""
        takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
        response = Response(self.packed if takes_gzip else self.body, mimetype=_TYPES[Path(self.name).suffix])
        if takes_gzip:
            response.content_encoding = "gzip"
        response.vary.add("Accept-Encoding")
        response.set_etag(f"{self.mark}-gzip" if takes_gzip else self.mark)
        _say_how_long(response, is_this=request.args.get("m") == self.mark)
        response.make_conditional(request)
        return response


def sources(suffix: str, without: Collection[str]) -> tuple[str, ...]:
    """Names of all files below `assets/` that end so and stand in no folder `without`, in Dash's order."""
    found = (path.relative_to(ASSETS) for path in ASSETS.rglob(f"*{suffix}"))
    mine = (name for name in found if not set(name.parent.parts) & set(without))
    return tuple(name.as_posix() for name in sorted(mine, key=lambda name: (str(name.parent), name.name)))


def scripts(name: str, names: Sequence[str]) -> Bundle:
    """Of scripts. Each keeps its strictness to itself: it is a function that is called at once."""
    return _bundle(name, names, lambda _source, text: f"{text}\n;")


def styles(name: str, names: Sequence[str]) -> Bundle:
    """Of style sheets, with their drawings inside and addresses of fonts as seen from the page's own `assets/`."""
    return _bundle(name, names, _with_addresses)


def as_published(name: str, source: str) -> Bundle:
    """One file of somebody else's, with its head: that has its licence."""
    body = (ASSETS / source).read_bytes()
    return Bundle(name, (source,), body, gzip.compress(body, compresslevel=9, mtime=0), _mark(body))


@cache
def mark_of(source: str) -> str:
    """The mark of a file as it was published."""
    return _mark((ASSETS / source).read_bytes())


@cache
def font(name: str) -> str:
    """The address of a font, as seen from the page's own `assets/`."""
    return f"{FONTS}/{name}?m={_mark((ASSETS / FONTS / name).read_bytes())}"


def font_answer(name: str) -> Response:
    """A font: kept for good where the address names its content."""
    path = ASSETS / FONTS / name
    if path.suffix != ".woff2" or path.parent != ASSETS / FONTS or not path.is_file():
        return Response(status=404)
    response = Response(path.read_bytes(), mimetype=_TYPES[path.suffix])
    mark = font(name).partition("?m=")[2]
    response.set_etag(mark)
    _say_how_long(response, is_this=request.args.get("m") == mark)
    response.make_conditional(request)
    return response


def _bundle(name: str, names: Sequence[str], text_of: Callable[[str, str], str]) -> Bundle:
    pieces = []
    for source in names:
        text = _HEAD.sub("", (ASSETS / source).read_text(encoding="utf-8"), count=1)  # that is for who edits it
        pieces.append(f"/* {source} */\n{text_of(source, text)}")
    body = "\n".join(pieces).encode()
    return Bundle(name, tuple(names), body, gzip.compress(body, compresslevel=9, mtime=0), _mark(body))


def _with_addresses(source: str, text: str) -> str:
    def address(found: re.Match[str]) -> str:
        path = (ASSETS / source).parent.joinpath(found["path"]).resolve()
        if path.parent == ASSETS / FONTS:
            return f'url("{font(path.name)}")'
        drawing = " ".join(path.read_text(encoding="utf-8").split()).replace('"', "'")
        return f'url("data:image/svg+xml,{quote(drawing, safe=_UNQUOTED)}")'

    return _ADDRESS.sub(address, text)


def _mark(content: bytes) -> str:
    """In digits, as Dash's own marks are: the service worker of TVs knows by them what never changes."""
    return str(int.from_bytes(hashlib.sha256(content).digest()[:8]))


def _say_how_long(response: Response, *, is_this: bool) -> None:
    """`is_this`: whether the address names this content."""
    response.cache_control.public = True
    if is_this:
        response.cache_control.max_age = YEAR_S
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
