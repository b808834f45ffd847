"""The pairing page: a code that one reads across the room, the same as a picture for a phone, and what to do with it.

Its script asks every two seconds how it stands; nobody touches a TV.
"""

from __future__ import annotations

from dataclasses import dataclass

import htpy as h

from layouts.forms.frame import icon
from layouts.screen import Theme
from layouts.texts import LANGUAGES, Catalogue

QUIET_CELLS = 4
"""White around a QR code, in cells, as its standard wants it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code: `path` draws its dark cells in a square of `size` cells, without the white around it."""

    size: int
    path: str


@dataclass(frozen=True, slots=True)
class TvView:
    """`code` "": there is none for now, and the page tries again in `again_s`. `address`: what one types at the desk."""

    lang: str
    theme: Theme
    code: str
    left_s: int
    address: str
    picture: Picture | None
    again_s: int
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    icon: str


def tv(view: TvView, texts: Catalogue) -> h.Element:
    """The whole document. `texts` needs the room `screens`."""
    content = _offer(view, texts) if view.code else _nothing(texts)
    return h.html(lang=view.lang, data_theme=view.theme)[
        h.head[
            h.meta(charset="utf-8"),
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.title[f"{texts('tv.title')} · Floorwatch"],
            h.link(rel="icon", type="image/svg+xml", href=view.icon),
            (h.link(rel="stylesheet", href=href) for href in view.styles),
            (h.script(src=src, defer=True) for src in view.scripts),
        ],
        h.body[
            h.div(class_="screen tv", data_left_s=str(view.left_s), data_again_s=str(view.again_s))[
                _header(view, texts),
                h.main[content],
                h.footer[h.p(data_part="trouble", role="status", hidden=True)[icon("broken"), texts("tv.trouble")]],
            ]
        ],
    ]


def _header(view: TvView, texts: Catalogue) -> h.Element:
    other = next(lang for lang in LANGUAGES if lang != view.lang)
    return h.header[
        h.p(class_="brand")[icon("brand"), h.span["Floorwatch"]],
        h.a(href=f"?lang={other}", lang=other)[texts(f"tv.lang.{other}")],
    ]


def _offer(view: TvView, texts: Catalogue) -> h.Node:
    half = len(view.code) // 2
    return [
        h.section(class_="how")[
            h.h1[texts("tv.title")],
            h.p(class_="code", role="img", aria_label=f"{texts('tv.code')}: {' '.join(view.code)}")[
                (
                    h.span(class_="half")[(h.b[letter] for letter in part)]
                    for part in (view.code[:half], view.code[half:])
                )
            ],
            h.p(class_="left")[
                h.span(class_="meter", aria_hidden="true")[h.i(data_part="meter")],
                texts("tv.left"),
                " ",
                h.b(data_part="left")[f"{view.left_s // 60}:{view.left_s % 60:02d}"],
            ],
            h.ol[
                h.li[texts("tv.step.open"), " ", h.b(class_="address")[view.address]],
                h.li[texts("tv.step.enter")],
                h.li[texts("tv.step.name")],
            ],
        ],
        h.section(class_="scan")[_drawn(view.picture, texts), h.p[texts("tv.scan")]] if view.picture else None,
    ]


def _drawn(picture: Picture, texts: Catalogue) -> h.Element:
    whole = picture.size + 2 * QUIET_CELLS
    box = f"{-QUIET_CELLS} {-QUIET_CELLS} {whole} {whole}"
    return h.svg(class_="qr", viewBox=box, role="img", aria_label=texts("tv.scan"), shape_rendering="crispEdges")[
        h.path(d=picture.path)
    ]


def _nothing(texts: Catalogue) -> h.Node:
    return h.section(class_="how none")[h.h1[texts("tv.none.title")], h.p[texts("tv.none.text")]]
