"""`/me/appearance/`: how one appears on leaderboards; `/avatars/…`: people's pictures; and what is taken back from who offends."""

from __future__ import annotations

from typing import Final

import htpy as h
from flask import Response, request

from dashboard.access.permissions import Permission
from dashboard.leaderboards.people.appearances import Appearance, Wishes
from dashboard.leaderboards.people.appearing import AVATARS, TINTS
from dashboard.leaderboards.people.nickname import MOST_CELLS
from dashboard.pages import forms
from dashboard.pages.admin.leaderboards import section
from dashboard.pages.doors import SIGNED_IN, Doors, needs
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms import appearance as layout
from layouts.forms.avatar import Face
from layouts.forms.directory.state import Filled

OWN: Final = needs(Permission.ACCOUNT_OWN)
EDIT: Final = needs(Permission.LEADERBOARDS_EDIT)
ROOMS: Final = ("access", "boards", "own_place")
STYLES: Final = ("css/core/avatars.css", "css/forms/appearance.css")
FIELDS: Final = ("shown_as", "nickname", "takes_part", "tint")
LIBRARIES: Final = ("js/base/places.js", "js/parts/avatar.js")
PAGE_LINES: Final = 100
IMMUTABLE: Final = "private, max-age=31536000, immutable"


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    own, admin = AppearancePages(services), ChosenPages(services)
    doors.route(layout.ROOT, "appearance", own.shown, OWN)
    doors.route(layout.ROOT, "appearance.post", own.choose, OWN, methods=("POST",))
    doors.route(f"{layout.ROOT}picture", "appearance.picture", own.draw, OWN, methods=("POST",), takes_files=True)
    doors.route(f"{layout.ROOT}picture/remove", "appearance.undraw", own.undraw, OWN, methods=("POST",))
    doors.route(f"{AVATARS}<avatar_id>", "avatar", own.file, SIGNED_IN, gives_files=True)
    doors.route(layout.ADMIN, "appearances", admin.overview, EDIT)
    doors.route(f"{layout.ADMIN}<person_id>/", "appearances.one", admin.one, EDIT)
    doors.route(f"{layout.ADMIN}<person_id>/", "appearances.reset", admin.reset, EDIT, methods=("POST",))


class AppearancePages:
    """One's own, and the files."""

    def __init__(self, services: Services) -> None:
        self._appearances = services.appearances

    def shown(self) -> Response:
        """As it is."""
        return self._page()

    def choose(self) -> Response:
        """Another name, colour, or way of taking part."""
        if not self._appearances.is_somebody(forms.actor()):
            return self._nobody()
        posted = forms.posted()
        typed = {name: posted[name] for name in FIELDS}
        try:
            self._appearances.choose(forms.actor(), Wishes(**typed))
        except Refused as refused:
            return self._page(Filled(typed, forms.field_errors(refused, forms.texts(*ROOMS))))
        return forms.said(layout.ROOT, "said.saved")

    def draw(self) -> Response:
        """Another picture."""
        if not self._appearances.is_somebody(forms.actor()):
            return self._nobody()
        file = request.files.get("file")
        try:
            self._appearances.draw(forms.actor(), file.read() if file is not None else b"")
        except Refused as refused:
            return self._page(picture_error=forms.texts(*ROOMS)(refused.word, **refused.values))
        return forms.said(layout.ROOT, "said.saved")

    def undraw(self) -> Response:
        """The drawn one again."""
        if not self._appearances.is_somebody(forms.actor()):
            return self._nobody()
        try:
            self._appearances.undraw(forms.actor())
        except Refused as refused:
            return self._page(picture_error=forms.texts(*ROOMS)(refused.word, **refused.values))
        return forms.said(layout.ROOT, "said.removed")

    def file(self, avatar_id: str) -> Response:
        """A picture. It never changes under its address; whose it is may, so no proxy keeps it."""
        headers = {"Cache-Control": IMMUTABLE, "ETag": f'"{avatar_id}"'}
        body = self._appearances.file(forms.actor(), avatar_id)
        return Response(body, mimetype="image/webp", headers=headers)

    def _nobody(self, status: int = 422) -> Response:
        return _drawn(layout.nobody_page(forms.texts(*ROOMS)), status)

    def _page(self, again: Filled | None = None, picture_error: str = "") -> Response:
        actor, texts = forms.actor(), forms.texts(*ROOMS)
        if not self._appearances.is_somebody(actor):
            return self._nobody(200)
        own = self._appearances.own(actor)
        view = layout.AppearanceView(
            face=_face(own),
            filled=again or _kept(own),
            name=own.name,
            number=own.staff_number,
            tints=TINTS,
            takes_part=own.takes_part,
            longest=MOST_CELLS,
            picture_error=picture_error,
            reset_reason=own.reset_reason,
            has_place=actor.may(Permission.OWN_VIEW),
        )
        is_refused = bool(again or picture_error)
        return _drawn(layout.appearance_page(view, texts), status=422 if is_refused else 200)


class ChosenPages:
    """What the people of one's scope have chosen, and taking it back."""

    def __init__(self, services: Services) -> None:
        self._appearances = services.appearances

    def overview(self) -> Response:
        """Those whom the address asks for (`q`): by any of their names."""
        query = request.args.get("q", "").strip()[:100]
        wanted = query.casefold()
        found = [
            one
            for one in self._appearances.listed(forms.actor())
            if any(wanted in text.casefold() for text in (one.name, one.nickname, one.staff_number))
        ]
        lines = [_line(one) for one in found[:PAGE_LINES]]
        content = layout.chosen_list(lines, query, len(found), forms.texts(*ROOMS))
        return _admin("own_place.admin.title", content)

    def one(self, person_id: str) -> Response:
        """One of them."""
        return self._one(person_id, Filled({}))

    def reset(self, person_id: str) -> Response:
        """Takes back what was posted."""
        posted = forms.posted()
        typed = {name: posted[name] for name in ("what", "reason")}
        try:
            self._appearances.reset(forms.actor(), person_id, typed["what"], typed["reason"])
        except Refused as refused:
            return self._one(person_id, Filled(typed, forms.field_errors(refused, forms.texts(*ROOMS))))
        return forms.said(layout.ADMIN, "said.taken_back")

    def _one(self, person_id: str, filled: Filled) -> Response:
        line = _line(self._appearances.get(forms.actor(), person_id))
        content = layout.reset_page(line, filled, forms.texts(*ROOMS))
        return _admin("own_place.admin.title", content, name=line.name, status=422 if filled.errors else 200)


def _drawn(content: h.Node, status: int = 200) -> Response:
    place = "me" if forms.actor().may(Permission.OWN_VIEW) else "account"
    return forms.page(
        place,
        "own_place.title",
        content,
        rooms=ROOMS,
        styles=STYLES,
        libraries=LIBRARIES,
        scripts=("appearance.js",),
        status=status,
    )


def _admin(title: str, content: h.Node, *, name: str = "", status: int = 200) -> Response:
    rooms = (*ROOMS, *section.ROOMS)
    return forms.page(
        "leaderboards",
        title,
        content,
        rooms=rooms,
        tabs=section.tabs(title, forms.texts(*rooms)),
        styles=STYLES,
        name=name,
        status=status,
    )


def _face(one: Appearance) -> Face:
    return Face(one.shown.name, one.avatar, one.tint)


def _kept(one: Appearance) -> Filled:
    return Filled(
        {"shown_as": one.shown_as, "nickname": one.nickname, "takes_part": one.takes_part, "tint": str(one.tint)}
    )


def _line(one: Appearance) -> layout.ChosenLine:
    return layout.ChosenLine(one.person_id, one.name, one.staff_number, one.nickname, one.shown_as, _face(one))
