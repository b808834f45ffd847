"""What every page of forms does: the document around it, what was said after a redirect, and the text that was posted.

A form posts, the service acts, the answer redirects (303): a reload never does anything twice. What comes in is hostile: it is
cut of control characters, limited in length, and shown again only as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import htpy as h
from flask import Response, after_this_request, current_app, request

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.pages.asking import actor as actor  # noqa: PLC0414 — pages ask it here too
from dashboard.pages.asset_addresses import asset_address
from dashboard.pages.preferences import Preferences, preferences, remember
from dashboard.refusal import Refused
from layouts.forms.frame import Frame, Tab, frame
from layouts.forms.notice import NoticeKind
from layouts.navigation import Navigation, Place
from layouts.texts import LANGUAGES, Catalogue, catalogue

PAGE = "floor"
"""Pages of forms share language and theme with the desk."""

SAID = "said."
"""What a page may be asked to say by its address: sentences whose ids begin so, and no others."""

WAITING: Final = "floorwatch.waiting"
"""Extension of the server: for places of the navigation, how many things wait there for somebody."""

MOST_CHARACTERS: Final = 10_000
MOST_CHARACTERS_OF_SECRET: Final = 1_000

PLACES: Final[tuple[tuple[Place, Permission], ...]] = (
    (Place("today", "/today/"), Permission.REPORTS_VIEW),
    (Place("reports", "/reports/"), Permission.REPORTS_VIEW),
    (Place("floor", "/floor/"), Permission.FLOOR_VIEW),
    (Place("alerts", "/alerts/"), Permission.ALERTS_VIEW),
    (Place("alerts", "/admin/alerts/channels/"), Permission.ALERTS_CHANNELS),
    (Place("monitor", "/monitor/"), Permission.MONITOR_VIEW),
    (Place("wall", "/wall/", new_tab=True), Permission.WALL_VIEW),
    (Place("me", "/me/"), Permission.OWN_VIEW),
    (Place("leaderboards", "/admin/leaderboards/"), Permission.LEADERBOARDS_EDIT),
    (Place("leaderboards", "/admin/leaderboards/"), Permission.LEADERBOARDS_WHOLE),
    (Place("leaderboards", "/admin/leaderboards/"), Permission.LEADERBOARDS_VIEW),
    (Place("screens", "/screens/"), Permission.SCREENS_MANAGE),
    (Place("boards", "/admin/boards/"), Permission.BOARDS_EDIT),
    (Place("people", "/admin/people/"), Permission.DIRECTORY_VIEW),
    (Place("queues", "/admin/queues/"), Permission.DIRECTORY_VIEW),
    (Place("business", "/admin/business/"), Permission.BUSINESS_TELL),
    (Place("business", "/admin/business/"), Permission.BUSINESS_SOURCES),
    (Place("accounts", "/admin/accounts/"), Permission.ACCOUNTS_VIEW),
    (Place("audit", "/audit/"), Permission.AUDIT_VIEW),
    (Place("account", "/account/"), Permission.ACCOUNT_OWN),
)
"""Where one can go, and with what. Of two with one name the first that is open is shown."""

_ASKING: Final = frozenset({"sign_in_again"})
"""What an address says that is no success: somebody has to do something again."""

_STYLES: Final = (
    "css/core/tokens.css",
    "css/core/icons.css",
    "css/core/places.css",
    "css/forms/frame.css",
    "css/forms/fields.css",
    "css/forms/table.css",
)


def texts(*rooms: str) -> Catalogue:
    """The words for the request at hand; the room `forms` is always in it."""
    return catalogue(chosen().lang, "forms", *rooms)


def chosen() -> Preferences:
    """Language and theme: from the address, else from the cookie, else the account's language, else the defaults."""
    return preferences(PAGE, request.args, request.cookies, lang=actor().lang)


def places(who: Actor) -> tuple[Place, ...]:
    """Where `who` may go, in the order of the navigation."""
    found: dict[str, Place] = {}
    for place, permission in PLACES:
        if who.may(permission) and not who.must_set_up:
            found.setdefault(place.name, place)
    return tuple(found.values())


def _with_counts(found: Iterable[Place], who: Actor) -> tuple[Place, ...]:
    waiting: Mapping[str, Callable[[Actor], int]] = current_app.extensions.get(WAITING, {})
    return tuple(replace(place, count=waiting[place.name](who)) if place.name in waiting else place for place in found)


def navigation(who: Actor, here: str = "") -> Navigation:
    """What `who` sees of the navigation."""
    seen = chosen()
    other_lang = next(lang for lang in LANGUAGES if lang != seen.lang)
    other_theme = "light" if seen.theme == "dark" else "dark"
    name = who.name if who.kind == "person" else ""
    return Navigation(
        _with_counts(places(who), who),
        here,
        name,
        lang_href=_here(lang=other_lang),
        theme_href=_here(theme=other_theme),
    )


def page(
    section: str,
    title_word: str,
    *content: h.Node,
    rooms: Sequence[str] = ("access",),
    status: int = 200,
    tabs: Iterable[Tab] = (),
    is_standalone: bool = False,
    scripts: Sequence[str] = (),
    libraries: Sequence[str] = (),
    styles: Sequence[str] = (),
    name: str = "",
    said: str = "",
    said_kind: NoticeKind = "good",
) -> Response:
    """A whole page. `section`: name of its place in the navigation. `title_word`: id of its title. `scripts`: files under
    assets/js/forms. `libraries`: further scripts under assets, which come first. `styles`: further files under assets. `name`: what
    the page is about, before its title. `said`: a sentence on top; without one, what the address asks for (`said()`)."""
    words, seen = texts(*rooms), chosen()
    view = Frame(
        title=f"{name} · {words(title_word)}" if name else words(title_word),
        lang=seen.lang,
        theme=seen.theme,
        navigation=navigation(actor(), section),
        is_standalone=is_standalone,
        tabs=tuple(tabs),
        said=said or _asked_for(words),
        said_kind="warn" if not said and request.args.get("said") in _ASKING else said_kind,
        styles=tuple(asset_address(file) for file in (*_STYLES, *styles)),
        scripts=tuple(asset_address(file) for file in (*libraries, *(f"js/forms/{script}" for script in scripts))),
        icon=asset_address("icons/favicon.svg"),
    )
    if request.args.keys() & {"lang", "theme"}:
        after_this_request(lambda response: remember(PAGE, seen, response))
    return Response(str(frame(view, words, *content)), status, mimetype="text/html")


def said(location: str, word: str) -> Response:
    """303 to `location` (a path of ours), where the sentence `word` (`said.…`) is shown."""
    if not word.startswith(SAID):
        raise ValueError(f"{word!r} cannot be said by an address: its id must begin with {SAID!r}.")
    return see_other(_with(location, said=word.removeprefix(SAID)))


def see_other(location: str) -> Response:
    """303: what was posted is done, the page is there. Only to paths of ours."""
    if not location.startswith("/") or location.startswith("//"):
        raise ValueError(f"{location!r} is no path of ours.")
    return Response(status=303, headers={"Location": location})


def field_errors(refused: Refused | Iterable[Refused], words: Catalogue) -> dict[str, str]:
    """Field → sentence; "" for what is about the whole form."""
    every = [refused] if isinstance(refused, Refused) else list(refused)
    return {one.field: words(one.word, **one.values) for one in every}


class Posted(Mapping[str, str]):
    """What a form sent: stripped, without control characters, limited in length. A field that was not sent is ""."""

    def __getitem__(self, name: str) -> str:
        return _clean(request.form.get(name, ""), name)

    def __contains__(self, name: object) -> bool:
        return name in request.form

    def __iter__(self) -> Iterator[str]:
        return iter(request.form)

    def __len__(self) -> int:
        return len(request.form)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that is sent several times (`checks_field`), each once."""
        return tuple(dict.fromkeys(_clean(value, name) for value in request.form.getlist(name)))

    def secret(self, name: str) -> str:
        """A password: as it was typed, blanks and all."""
        value = request.form.get(name, "")
        if len(value) > MOST_CHARACTERS_OF_SECRET:
            raise Refused("form.too_long", name, most=MOST_CHARACTERS_OF_SECRET)
        return value


def posted() -> Posted:
    """The form of the request at hand. Reading a field raises `Refused` when it is too long."""
    return Posted()


def whole(text: str) -> int:
    """A number that people or pages of ours count with; 0 for what is none, or has more digits than such numbers have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _clean(value: str, name: str) -> str:
    kept = "".join(letter for letter in value.replace("\r\n", "\n") if letter in "\n\t" or letter.isprintable())
    if len(kept) > MOST_CHARACTERS:
        raise Refused("form.too_long", name, most=MOST_CHARACTERS)
    return kept.strip()


def _asked_for(words: Catalogue) -> str:
    return words.words.get(SAID + request.args.get("said", ""), "")


def _here(**changed: str) -> str:
    """The page at hand with other values in its address; a form's answer has no address of its own, so its page's."""
    kept = {name: value for name, value in request.args.items() if name != "said"} if request.method == "GET" else {}
    return f"?{urlencode(kept | changed)}"


def _with(location: str, **added: str) -> str:
    parts = urlsplit(location)
    query = "&".join(piece for piece in (parts.query, urlencode(added)) if piece)
    return urlunsplit(("", "", parts.path, query, parts.fragment))
