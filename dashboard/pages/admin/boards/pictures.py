"""`/admin/boards/pictures/`: the shelf of pictures; and `/wall/pictures/<id>`, where walls get them."""

from __future__ import annotations

from pathlib import PurePath

from flask import Response, request

from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.admin.boards import section
from dashboard.pages.admin.boards.section import NEED
from dashboard.pages.doors import Doors, needs
from dashboard.pages.moments import site_moments
from dashboard.pages.services import Services
from dashboard.refusal import NotThere, Refused
from dashboard.wallboards.pictures import Picture
from layouts.forms.boards.pictures import FILES, PICTURES, PictureCard, pictures_page

ASKED_AGAIN = "private, no-cache"
"""A browser keeps a picture and asks each time whether it may show it: who has signed out, or was sent away, may not. An id is made of
the picture's bytes, so "it is the same" needs no look at them."""


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = PicturePages(services)
    doors.route(PICTURES, "pictures", pages.shelf, NEED)
    doors.route(PICTURES, "picture_add", pages.add, NEED, methods=("POST",), takes_files=True)
    doors.route(f"{PICTURES}<picture_id>/remove", "picture_remove", pages.remove, NEED, methods=("POST",))
    doors.route(f"{FILES}<picture_id>", "picture", pages.file, needs(Permission.WALL_VIEW), gives_files=True)


class PicturePages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pictures = services.pictures

    def shelf(self) -> Response:
        """All of them."""
        return self._page()

    def add(self) -> Response:
        """One more."""
        name = forms.posted()["name"]
        try:
            file = section.sent_file()
            shown = "".join(letter for letter in PurePath(file.filename or "").stem if letter.isprintable())
            self._pictures.add(forms.actor(), name or shown[-100:], file.read())
        except Refused as refused:
            return self._page(name, refused)
        return forms.said(PICTURES, "said.picture_added")

    def remove(self, picture_id: str) -> Response:
        """One less, unless a board shows it."""
        try:
            self._pictures.remove(forms.actor(), picture_id)
        except NotThere:
            raise
        except Refused as refused:
            return self._page(removal=section.words()(refused.word, **refused.values))
        return forms.said(PICTURES, "said.picture_removed")

    def file(self, picture_id: str) -> Response:
        """Its bytes, or that the browser has them."""
        headers = {"Cache-Control": ASKED_AGAIN, "ETag": f'"{picture_id}"'}
        if request.if_none_match.contains(picture_id):
            return Response(status=304, headers=headers)
        found = self._pictures.file(forms.actor(), picture_id)
        return Response(found.body, mimetype=found.media_type, headers=headers)

    def _page(self, name: str = "", refused: Refused | None = None, removal: str = "") -> Response:
        texts, moments = section.words(), site_moments(self._services)
        cards = [
            PictureCard(
                id=one.id,
                name=one.name,
                size=f"{one.width} × {one.height}, {max(1, one.size_bytes // 1024)} KB",
                by=one.made_by,
                at=moments(one.made_at_ms),
                boards=_boards(one),
            )
            for one in self._pictures.listed(forms.actor())
        ]
        errors = forms.field_errors(refused, texts) if refused else {}
        status = 422 if refused or removal else 200
        return section.page("pictures", pictures_page(cards, name, errors, texts, removal=removal), status=status)


def _boards(one: Picture) -> str:
    texts = section.words()
    others = texts("boards.other_boards", n=one.other_boards) if one.other_boards else ""
    return texts.listing(part for part in (*one.boards, others) if part)
