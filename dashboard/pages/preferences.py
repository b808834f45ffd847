"""Language and theme of one page view: from its address, else from a cookie, else the account's language, else the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qs

from flask import Response, request

from layouts.screen import Theme
from layouts.texts import LANGUAGES

T = TypeVar("T", bound=str)

THEMES: tuple[Theme, Theme] = ("dark", "light")
DEFAULT_LANGUAGE = "zh-CN"
_YEAR_S = 31_536_000
LANGUAGE_COOKIE = "floorwatch_lang"


def theme_cookie(page: str) -> str:
    """The cookie of `page`'s theme: a wall is dark while the same browser's desk is light."""
    return f"floorwatch_theme_{page}"


_OF_THIS_HOST = "__Host-"
"""Under TLS these cookies too belong to this host alone."""


@dataclass(frozen=True, slots=True)
class Preferences:
    lang: str
    theme: Theme


def query_of(search: str | None) -> dict[str, str]:
    """The first value of each parameter of `?a=b&c=d`."""
    return {name: values[0] for name, values in parse_qs((search or "").lstrip("?")).items()}


def preferences(
    page: str,
    query: Mapping[str, str],
    cookies: Mapping[str, str],
    *,
    lang: str = "",
    shown_lang: str | None = None,
    shown_theme: str | None = None,
) -> Preferences:
    """What this viewer reads: an unknown language or theme counts as none given. `lang`: the account's. `shown_lang`,
    `shown_theme`: those of what is shown (a board's own), which come before all but the address."""
    lang = (
        _first_of(LANGUAGES, query.get("lang"), shown_lang, _kept(cookies, LANGUAGE_COOKIE), lang) or DEFAULT_LANGUAGE
    )
    default_theme: Theme = "dark" if page == "wall" else "light"
    theme = _first_of(THEMES, query.get("theme"), shown_theme, _kept(cookies, theme_cookie(page))) or default_theme
    return Preferences(lang, theme)


def remember(page: str, chosen: Preferences, response: Response) -> Response:
    """`response`, which makes this browser keep the choice."""
    is_secure = request.is_secure
    for name, value in ((LANGUAGE_COOKIE, chosen.lang), (theme_cookie(page), chosen.theme)):
        full = f"{_OF_THIS_HOST}{name}" if is_secure else name
        response.set_cookie(full, value, max_age=_YEAR_S, samesite="Lax", httponly=True, secure=is_secure)
    return response


def _kept(cookies: Mapping[str, str], name: str) -> str | None:
    return cookies.get(f"{_OF_THIS_HOST}{name}") or cookies.get(name)


def _first_of(known: tuple[T, ...], *asked: str | None) -> T | None:
    return next((value for name in asked for value in known if name == value), None)
