"""The whole document around a page of forms: where one is, where one may go, and what was just done.

Language and theme stand in the first bytes, so that nothing flashes. No inline script and no inline style: these pages go
under a policy without `unsafe-inline`.
"""

from __future__ import annotations

from dataclasses import dataclass

import htpy as h

from layouts.forms.notice import NoticeKind, notice
from layouts.navigation import CLOSED_ID, PLACES_ID, SIGN_OUT, Navigation
from layouts.screen import Theme
from layouts.texts import LANGUAGES, Catalogue

CONTENT = "content"
"""Id of the page's main part: where the skip link leads."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several pages of a section, shown side by side above the content."""

    label: str
    href: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """`is_standalone`: without navigation, for whoever is not signed in (yet) and for errors. `said`: what was just done, or
    refused. `styles`, `scripts`, `icon`: addresses of files."""

    title: str
    lang: str
    theme: Theme
    navigation: Navigation
    is_standalone: bool = False
    tabs: tuple[Tab, ...] = ()
    said: str = ""
    said_kind: NoticeKind = "good"
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    icon: str = ""


def frame(view: Frame, texts: Catalogue, *content: h.Node) -> h.Element:
    """The document. `texts` needs the room `forms`."""
    body = _standalone(view, texts, content) if view.is_standalone else _with_navigation(view, texts, content)
    return h.html(lang=view.lang, data_theme=view.theme)[
        h.head[
            h.meta(charset="utf-8"),
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.title[f"{view.title} · Floorwatch"],
            view.icon and h.link(rel="icon", type="image/svg+xml", href=view.icon),
            (h.link(rel="stylesheet", href=href) for href in view.styles),
            (h.script(src=src, defer=True) for src in view.scripts),
        ],
        body,
    ]


def icon(name: str) -> h.Element:
    """One of assets/icons, in the colour of the text beside it."""
    return h.i(class_=f"icon icon-{name}", aria_hidden="true")


def _with_navigation(view: Frame, texts: Catalogue, content: tuple[h.Node, ...]) -> h.Element:
    return h.body(class_="forms")[
        h.a(class_="skip", href=f"#{CONTENT}")[texts("frame.skip")],
        _navigation(view, texts),
        h.div(class_="page")[
            h.header[
                h.h1[view.title], view.navigation.who and h.a(class_="who", href="/account/")[view.navigation.who]
            ],
            _tabs(view, texts) if view.tabs else None,
            h.main(id=CONTENT, tabindex="-1")[_said(view), content],
        ],
    ]


def _standalone(view: Frame, texts: Catalogue, content: tuple[h.Node, ...]) -> h.Element:
    return h.body(class_="forms standalone")[
        h.main(id=CONTENT)[
            h.p(class_="brand")[icon("brand"), h.span["Floorwatch"]],
            h.div(class_="panel")[h.h1[view.title], _said(view), content],
        ],
        h.footer[_choices(view, texts)],
    ]


def _said(view: Frame) -> h.Node:
    return notice(view.said_kind, view.said) if view.said else None


def _navigation(view: Frame, texts: Catalogue) -> h.Element:
    return h.nav(class_="places", id=PLACES_ID, aria_label=texts("nav"))[
        h.span(class_="brand")[icon("brand")],
        (
            h.a(
                href=place.href,
                class_={"here": place.name == view.navigation.here},
                aria_current="page" if place.name == view.navigation.here else None,
                target="_blank" if place.new_tab else None,
                rel="noopener" if place.new_tab else None,
            )[
                icon(place.name),
                h.span[texts(f"nav.{place.name}")],
                h.b(class_="count")[place.count, h.span(class_="unseen")[texts(f"nav.count.{place.name}")]]
                if place.count
                else None,
            ]
            for place in view.navigation.places
        ),
        h.a(class_="more", href=f"#{PLACES_ID}")[icon("more"), h.span[texts("nav.more")]],
        h.a(class_="less", href=f"#{CLOSED_ID}")[icon("less"), h.span[texts("nav.less")]],
        h.span(class_="space"),
        _choices(view, texts),
        view.navigation.who and _sign_out(texts),
    ]


def _choices(view: Frame, texts: Catalogue) -> h.Node:
    other_theme = "light" if view.theme == "dark" else "dark"
    other_lang = next(lang for lang in LANGUAGES if lang != view.lang)
    return [
        h.a(class_="choice", href=view.navigation.theme_href)[icon("theme"), h.span[texts(f"nav.theme.{other_theme}")]],
        h.a(class_="choice", href=view.navigation.lang_href, lang=other_lang)[
            icon("lang"), h.span[texts(f"nav.lang.{other_lang}")]
        ],
    ]


def _sign_out(texts: Catalogue) -> h.Element:
    return h.form(action=SIGN_OUT, method="post")[
        h.button(type="submit")[icon("sign_out"), h.span[texts("nav.sign_out")]]
    ]


def _tabs(view: Frame, texts: Catalogue) -> h.Element:
    return h.nav(class_="tabs", aria_label=texts("frame.tabs"))[
        (
            h.a(href=tab.href, class_={"here": tab.is_here}, aria_current="page" if tab.is_here else None)[tab.label]
            for tab in view.tabs
        )
    ]
