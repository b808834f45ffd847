"""`/admin/boards/<id>`: the designer. The page itself, and what its scripts post: drafts and publications, as JSON.

Everything is decided by the library; here its answers get their sentences, in the user's language, at the field that they are about.
A draft with mistakes is not kept: the last good one stays, and so does what stands on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec
from flask import Response, request

from dashboard.access.permissions import Permission
from dashboard.boards.document import Board
from dashboard.boards.mistakes import ROOM, BoardRefused, Mistake, sentence
from dashboard.boards.portrait import packed
from dashboard.boards.reading import MOST_BYTES, document_of
from dashboard.boards.sizes import smallest
from dashboard.pages import forms
from dashboard.pages.admin.designer import offers
from dashboard.pages.admin.designer.fields import board_fields, page_fields
from dashboard.pages.asking import actor
from dashboard.pages.doors import Doors, needs
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.wallboards.stored import DraftConflict, StoredBoard
from layouts.forms.designer import DesignerView, designer

SECTION: Final = "boards"
NEED: Final = needs(Permission.BOARDS_EDIT)
ADDRESS: Final = "/admin/boards/<board_id>"
ROOMS: Final = (ROOM, "wall")
STYLES: Final = ("vendor/gridstack/gridstack.css", "css/forms/designer.css")
LIBRARIES: Final = ("vendor/gridstack/gridstack-all.js", "js/base/places.js", "js/base/words.js")
SCRIPTS: Final = tuple(
    f"designer/{name}.js"
    for name in (
        "say",
        "paths",
        "draft",
        "saving",
        "preview",
        "room",
        "grid",
        "metrics",
        "panel",
        "tiles",
        "pages",
        "designer",
    )
)
MOST_CHARACTERS_OF_NOTE: Final = 200
MOST_CHARACTERS_OF_ID: Final = 64
"""Of a tile, as it is told with its mistakes: whatever is longer is no tile's."""

_NUMBER: Final = re.compile(r"\[(\d+)\]")


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = DesignerPages(services)
    doors.route(ADDRESS, "designer", pages.shown, NEED)
    doors.route(f"{ADDRESS}/draft", "designer.draft", pages.draft, NEED)
    doors.route(f"{ADDRESS}/draft", "designer.save", pages.save, NEED, methods=("POST",))
    doors.route(f"{ADDRESS}/publish", "designer.publish", pages.publish, NEED, methods=("POST",))
    doors.frames.add("designer")


class _Posted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the scripts send. `document`: kept as it came, for the library to read."""

    version: int
    document: msgspec.Raw = msgspec.Raw(b"")
    note: str = ""


_POSTED: Final = msgspec.json.Decoder(_Posted)


class DesignerPages:
    """The pages with their services."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def shown(self, board_id: str) -> Response:
        """The designer with the draft as it is."""
        found = self._services.library.get(actor(), board_id)
        lang = forms.chosen().lang
        view = DesignerView(
            id=found.id,
            document=document_of(found.draft),
            version=found.draft_version,
            packed=_packed(found.draft),
            least=_least(found.draft),
            saved=self._saved(found),
            shown=found.revision,
            is_changed=found.is_changed,
            lang=lang,
            kinds=offers.kinds(),
            metrics=offers.metrics(lang, self._services.business.measures.declared(actor())),
            offered=offers.names(self._services, actor(), found.scope, lang),
            page_fields=page_fields(),
            board_fields=board_fields(),
            zones=offers.zones(),
        )
        return forms.page(
            SECTION,
            "designer.title",
            designer(view, forms.texts(*ROOMS)),
            rooms=ROOMS,
            styles=STYLES,
            libraries=LIBRARIES,
            scripts=SCRIPTS,
            name=_title(found.draft, lang),
        )

    def draft(self, board_id: str) -> Response:
        """The draft as it is now, for a page that fell behind."""
        found = self._services.library.get(actor(), board_id)
        return _json(200, {**self._state(found), "document": document_of(found.draft)})

    def save(self, board_id: str) -> Response:
        """Another draft. 422 with every mistake, 409 where somebody else saved meanwhile."""
        posted = _posted()
        if posted is None or len(bytes(posted.document)) > MOST_BYTES:
            return _json(400, {"error": "unreadable"})
        library = self._services.library
        try:
            library.save_draft(actor(), board_id, bytes(posted.document), posted.version)
        except BoardRefused as refused:
            return _json(422, {"mistakes": self._told(refused.mistakes)})
        except DraftConflict as conflict:
            return self._conflict(conflict)
        return _json(200, self._state(library.get(actor(), board_id)))

    def publish(self, board_id: str) -> Response:
        """The draft goes to the screens."""
        posted = _posted()
        if posted is None:
            return _json(400, {"error": "unreadable"})
        library, texts = self._services.library, forms.texts(*ROOMS)
        note = "".join(letter for letter in posted.note if letter.isprintable())[:MOST_CHARACTERS_OF_NOTE].strip()
        try:
            library.publish(actor(), board_id, posted.version, note)
        except BoardRefused as refused:
            return _json(422, {"mistakes": self._told(refused.mistakes)})
        except DraftConflict as conflict:
            return self._conflict(conflict)
        except Refused as refused:
            return _json(422, {"sentence": texts(refused.word, **refused.values), "mistakes": []})
        return _json(200, self._state(library.get(actor(), board_id)))

    def _conflict(self, conflict: DraftConflict) -> Response:
        sentence_ = forms.texts(*ROOMS)(conflict.word, **conflict.values)
        return _json(409, {"version": conflict.version, "sentence": sentence_})

    def _state(self, found: StoredBoard) -> dict[str, Any]:
        texts = forms.texts(*ROOMS)
        return {
            "version": found.draft_version,
            "saved": self._saved(found),
            "by": found.draft_by,
            "packed": _packed(found.draft),
            "least": _least(found.draft),
            "shown": found.revision,
            "shown_words": texts("designer.shown", n=found.revision)
            if found.revision
            else texts("designer.shown.none"),
            "is_changed": found.is_changed,
        }

    def _saved(self, found: StoredBoard) -> str:
        zone = self._services.directory.rules.time_zone()
        at = datetime.fromtimestamp(found.draft_at_ms / 1000, zone)
        return forms.texts(*ROOMS)("designer.saved", who=found.draft_by, time=at.strftime("%m-%d %H:%M:%S"))

    def _told(self, mistakes: Iterable[Mistake]) -> list[dict[str, Any]]:
        texts = forms.texts(*ROOMS)
        return [
            {
                "page": one.page - 1,
                "tile": one.tile[:MOST_CHARACTERS_OF_ID] if isinstance(one.tile, str) else one.tile,
                "field": _NUMBER.sub(lambda found: f".{int(found[1]) - 1}", one.field),
                "sentence": sentence(one, texts),
            }
            for one in mistakes
        ]


def _posted() -> _Posted | None:
    try:
        return _POSTED.decode(request.get_data())
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _packed(board: Board) -> tuple[dict[str, Any], ...]:
    return tuple(msgspec.to_builtins(packed(page)) for page in board.pages)


def _least(board: Board) -> dict[str, tuple[tuple[int, int], tuple[int, int]]]:
    """Tile → its smallest size on a screen that is wider than high, and on one that is higher than wide."""
    return {tile.id: (smallest(tile), smallest(tile, portrait=True)) for tile in board.tiles}


def _title(board: Board, lang: str) -> str:
    zh, en = board.title.zh, board.title.en
    return ((zh or en) if lang.startswith("zh") else (en or zh)) or board.id


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(body), status, mimetype="application/json")
