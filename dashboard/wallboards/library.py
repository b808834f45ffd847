"""The boards of a site that people keep: made from a template, drafted, published, gone back, removed, in and out as files.

A board belongs to a scope. Who may edit boards there, and nobody else, sees it in lists and may touch it; what is out of reach
answers as if it were not there. Its document may name no queue or team outside that scope. Only `publish` and `restore` change
what screens show. Each change is one transaction with its audit line; after it the copy in Redis is renewed and everybody who
shows boards is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from redis import Redis
from sqlalchemy import Engine

from dashboard.access import notices
from dashboard.access import scope as scopes
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice
from dashboard.access.scope import Scope
from dashboard.boards import TEMPLATES
from dashboard.boards.document import Board, Title
from dashboard.boards.reading import BoardRefused, document_of, read, written
from dashboard.refusal import Refused
from dashboard.store.engine import reading, writing
from dashboard.wallboards.fitting import misfits
from dashboard.wallboards.naming import checked_id, proposed_id
from dashboard.wallboards.published import PublishedBoards
from dashboard.wallboards.shelf import Shelf
from dashboard.wallboards.stored import (
    EDIT,
    DraftConflict,
    Revision,
    StoredBoard,
    UnknownBoard,
    readable,
    revision,
    stored,
)

MOST_BOARDS: Final = 500
"""Of a site, with the removed ones."""
LONGEST_NOTE: Final = 200

Document = bytes | str | dict[str, Any]


class Library:
    """The boards of one site. Calls block on the database; may be shared by threads. `now_ms`: the clock (epoch)."""

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        redis: Redis,
        site: str,
        now_ms: Callable[[], int],
        published: PublishedBoards,
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = redis
        self._site = site
        self._now_ms = now_ms
        self._published = published

    @classmethod
    def on(cls, engine: Engine, audit: Audit, redis: Redis, site: str, now_ms: Callable[[], int]) -> Library:
        """With the published boards of the same site."""
        return cls(engine, audit, redis, site, now_ms, PublishedBoards(site, redis, engine))

    # -- looking -------------------------------------------------------------------------------------------------------

    def scope_of(self, actor: Actor) -> Scope:
        """Where this actor may edit boards. Raises `Denied`."""
        return actor.require(EDIT)

    def listed(self, actor: Actor) -> list[StoredBoard]:
        """The boards that the actor may edit, by id, each with the screens that show it."""
        within = actor.require(EDIT)
        with self._reading() as shelf:
            tree = shelf.tree()
            shown_on = shelf.shown_on(actor, tree)
            rows = [row for row in shelf.rows() if within.covers(scopes.load_or_everything(row["scope"]), tree)]
        return [stored(row, *([shown_on[row["id"]]] if row["id"] in shown_on else [])) for row in rows]

    def walls(self, actor: Actor) -> dict[str, Title]:
        """The boards that the actor may put on a screen, by title: the templates, and what is published of those that they may
        edit."""
        found = {board_id: board.title for board_id, board in TEMPLATES.items()}
        if not actor.may(EDIT):
            return found
        within, published = actor.scope(EDIT), self._published.all()
        with self._reading() as shelf:
            tree = shelf.tree()
            ids = [
                row["id"]
                for row in shelf.rows()
                if row["revision"] and within.covers(scopes.load_or_everything(row["scope"]), tree)
            ]
        return found | {board_id: published[board_id].board.title for board_id in ids if board_id in published}

    def get(self, actor: Actor, board_id: str) -> StoredBoard:
        """One of them. Raises `UnknownBoard`, or `Denied` for one out of reach."""
        with self._reading() as shelf:
            row, tree = self._mine(shelf, actor, board_id), shelf.tree()
            return stored(row, *[shown for board, shown in shelf.shown_on(actor, tree).items() if board == board_id])

    def history(self, actor: Actor, board_id: str) -> list[Revision]:
        """What was published of it, newest first."""
        with self._reading() as shelf:
            shown = self._mine(shelf, actor, board_id)["revision"]
            return [revision(row, shown) for row in shelf.revisions(board_id)]

    def revision(self, actor: Actor, board_id: str, number: int) -> Revision:
        """One of its history. Raises `UnknownBoard`, `Denied`."""
        found = next((one for one in self.history(actor, board_id) if one.number == number), None)
        if found is None:
            raise self._missing(actor, board_id)
        return found

    def proposed_id(self, actor: Actor, title: Title) -> str:
        """A free id for a board of this title."""
        actor.require(EDIT)
        with self._reading() as shelf:
            return proposed_id(title, shelf.taken())

    def exported(self, actor: Actor, board_id: str, number: int | None = None) -> bytes:
        """A document as JSON for people: a template's, a revision's, or else what is published, or else the draft."""
        actor.require(EDIT)
        if board_id in TEMPLATES:
            return written(TEMPLATES[board_id])
        found = self.get(actor, board_id)
        wanted = found.revision if number is None else number
        board = self.revision(actor, board_id, wanted).board if wanted else found.draft
        if board is None:
            raise Refused("boards.refused.unreadable", id=board_id)
        return written(board)

    # -- changing ------------------------------------------------------------------------------------------------------

    def make(self, actor: Actor, source: str, board_id: str, title: Title, scope: Scope) -> StoredBoard:
        """A new draft like `source`, a template or a board that the actor may edit. Raises `Refused`, `BoardRefused`, `Denied`."""
        actor.require(EDIT)
        board = TEMPLATES[source] if source in TEMPLATES else self.get(actor, source).draft
        if not (title.zh.strip() or title.en.strip()):
            raise Refused("boards.refused.title_missing", "title")
        made = read(_text(msgspec.structs.replace(board, title=Title(title.zh.strip(), title.en.strip()))))
        return self._new(actor, board_id, made, scope, "board.made", {"from": source})

    def save_draft(self, actor: Actor, board_id: str, document: Document, version: int) -> int:
        """Another draft; gives its version. Raises `BoardRefused` with all mistakes, and `DraftConflict` when the draft is not
        of `version` any more. One audit line for all that a person changes until it is published or another one goes on."""
        board = read(document)
        before = self.get(actor, board_id)
        begins = not before.is_changed or before.draft_by != _name(actor)
        with self._draft_of(actor, board_id, version, is_heard=begins) as (shelf, row):
            text = self._fitting(shelf, board, board_id, scopes.load_or_everything(row["scope"]))
            if text == row["draft"]:
                return version
            self._change(shelf, row, self._drafted(actor, row, text))
            if begins:
                details = {"draft_version": version + 1, "revision": row["revision"]}
                self._audit.append(shelf.connection, actor, "board.changed", _target(row, board), details=details)
        self._tell(board_id)
        return version + 1

    def publish(self, actor: Actor, board_id: str, version: int, note: str = "") -> int:
        """Lets screens show the draft of `version`; gives its revision. Raises `Refused`, `DraftConflict`, `Denied`."""
        with self._draft_of(actor, board_id, version) as (shelf, row):
            if row["draft"] == row["document"]:
                raise Refused("boards.refused.nothing_new", id=board_id)
            board = read(row["draft"])
            text = self._fitting(shelf, board, board_id, scopes.load_or_everything(row["scope"]))
            number = self._revise(shelf, actor, row, text, note)
            self._change(shelf, row, {"revision": number})
            details = {"revision": number, "before": row["revision"], "draft_version": version, "note": note}
            self._audit.append(shelf.connection, actor, "board.published", _target(row, board), details=details)
        self._tell(board_id, is_shown=True)
        return number

    def restore(self, actor: Actor, board_id: str, number: int, version: int) -> int:
        """Goes back: what was revision `number` becomes a new one and the draft; gives the new one. `version`: of the draft that
        is given up for it. Raises `Refused`, `BoardRefused`, `DraftConflict`, `UnknownBoard`, `Denied`."""
        with self._draft_of(actor, board_id, version) as (shelf, row):
            old = next((one for one in shelf.revisions(board_id) if one["revision"] == number), None)
            if old is None:
                raise self._missing(actor, board_id)
            if number == row["revision"]:
                raise Refused("boards.refused.shown_already", n=number)
            board = readable(old["document"], board_id)
            if board is None:
                raise Refused("boards.refused.unreadable", id=board_id)
            text = self._fitting(shelf, board, board_id, scopes.load_or_everything(row["scope"]))
            new = self._revise(shelf, actor, row, text, "", restored_from=number)
            self._change(shelf, row, {"revision": new, **self._drafted(actor, row, text)})
            details = {"revision": new, "before": row["revision"], "restored_from": number}
            self._audit.append(shelf.connection, actor, "board.restored", _target(row, board), details=details)
        self._tell(board_id, is_shown=True)
        return new

    def remove(self, actor: Actor, board_id: str) -> None:
        """Takes it away; its history and its id stay. Raises `Refused` while a paired screen shows it."""
        with self._audit.writing() as connection:
            shelf = Shelf(connection, self._site)
            row = self._mine(shelf, actor, board_id)
            shown_on = shelf.shown_on(actor, shelf.tree()).get(board_id)
            if shown_on:
                raise Refused(
                    "boards.refused.on_screens", names=", ".join(shown_on.names) or "–", others=shown_on.others
                )
            self._change(shelf, row, {"removed_at_ms": self._now_ms()})
            target = _target(row, readable(row["draft"], board_id))
            self._audit.append(connection, actor, "board.removed", target, details={"revision": row["revision"]})
        self._tell(board_id, is_shown=True)

    def imported(
        self,
        actor: Actor,
        body: bytes,
        *,
        scope: Scope,
        board_id: str = "",
        replaces: bool = False,
    ) -> StoredBoard:
        """A file as a new draft: of a new board in `scope` whose id is `board_id` (else the document's own), or, with `replaces`, of
        the board that has the id. Publishes nothing. Raises `BoardRefused` with all mistakes; then nothing is saved."""
        actor.require(EDIT)
        board = read(body)
        wanted = board_id or board.id
        if not replaces:
            return self._new(actor, wanted, board, scope, "board.imported", {"bytes": len(body)})
        with self._audit.writing() as connection:
            shelf = Shelf(connection, self._site)
            row = self._mine(shelf, actor, wanted)
            text = self._fitting(shelf, board, wanted, scopes.load_or_everything(row["scope"]))
            self._change(shelf, row, self._drafted(actor, row, text))
            details = {"bytes": len(body), "replaces": row["draft_version"]}
            self._audit.append(connection, actor, "board.imported", _target(row, board), details=details)
        self._tell(wanted)
        return self.get(actor, wanted)

    # -- parts of it ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[Shelf]:
        with reading(self._engine) as connection:
            yield Shelf(connection, self._site)

    def _new(
        self, actor: Actor, board_id: str, board: Board, scope: Scope, action: str, details: Mapping[str, Any]
    ) -> StoredBoard:
        within = actor.require(EDIT)
        if scope.is_nothing:
            raise Refused("boards.refused.scope_missing", "scope")
        with self._audit.writing() as connection:
            shelf = Shelf(connection, self._site)
            if not within.covers(scope, shelf.tree()):
                raise Denied(EDIT, f"board {board_id}")
            taken = shelf.taken()
            board_id = checked_id(board_id, taken)
            if len(taken) >= MOST_BOARDS:
                raise Refused("boards.refused.too_many", most=MOST_BOARDS)
            kept = scopes.dump(scope)
            text = self._fitting(shelf, board, board_id, scope)
            by = self._by(actor)
            made = {"made_by": by["draft_by"], "made_at_ms": by["draft_at_ms"]}
            shelf.put(board_id, {"scope": kept, "draft": text, "draft_version": 1, "revision": 0, **by, **made})
            facts = {**details, "after": {"scope": kept}}
            self._audit.append(connection, actor, action, _target({"id": board_id}, board), details=facts)
        self._tell(board_id)
        return self.get(actor, board_id)

    @contextmanager
    def _draft_of(
        self, actor: Actor, board_id: str, version: int, *, is_heard: bool = True
    ) -> Iterator[tuple[Shelf, Mapping[str, Any]]]:
        """A board whose draft is of `version`, to be changed. `is_heard`: with a line in the log."""
        with self._audit.writing() if is_heard else writing(self._engine) as connection:
            shelf = Shelf(connection, self._site)
            row = self._mine(shelf, actor, board_id)
            if row["draft_version"] != version:
                raise self._conflict(shelf, row)
            yield shelf, row

    def _drafted(self, actor: Actor, row: Mapping[str, Any], text: str) -> dict[str, Any]:
        return {"draft": text, "draft_version": row["draft_version"] + 1, **self._by(actor)}

    def _change(self, shelf: Shelf, row: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        if not shelf.change(row["id"], row["draft_version"], values):
            raise self._conflict(shelf, row)

    def _conflict(self, shelf: Shelf, row: Mapping[str, Any]) -> DraftConflict:
        now = shelf.row(row["id"]) or row
        at_ms = now["draft_at_ms"]
        return DraftConflict(now["draft_version"], now["draft_by"], at_ms, shelf.time_of(at_ms))

    def _revise(
        self, shelf: Shelf, actor: Actor, row: Mapping[str, Any], text: str, note: str, restored_from: int | None = None
    ) -> int:
        newest = max((one["revision"] for one in shelf.revisions(row["id"])), default=0)
        by = self._by(actor)
        values = {
            "revision": newest + 1,
            "document": text,
            "published_by": by["draft_by"],
            "published_at_ms": by["draft_at_ms"],
            "restored_from": restored_from,
            "note": " ".join(note.split())[:LONGEST_NOTE],
        }
        shelf.add_revision(row["id"], values)
        return newest + 1

    def _fitting(self, shelf: Shelf, board: Board, board_id: str, scope: Scope) -> str:
        """The document as it is kept. Raises `BoardRefused` for what does not fit."""
        found = misfits(board, scope, shelf.tree(), shelf.pictures())
        if found:
            raise BoardRefused(found)
        return _text(msgspec.structs.replace(board, id=board_id))

    def _by(self, actor: Actor) -> dict[str, Any]:
        return {"draft_by": _name(actor), "draft_at_ms": self._now_ms()}

    def _mine(self, shelf: Shelf, actor: Actor, board_id: str) -> Mapping[str, Any]:
        within = actor.require(EDIT)
        row, tree = shelf.row(board_id), shelf.tree()  # the same questions for another's as for none, in the same time
        if row is None:
            raise self._missing(actor, board_id)
        if not within.covers(scopes.load_or_everything(row["scope"]), tree):
            raise Denied(EDIT, f"board {board_id}")
        return row

    def _missing(self, actor: Actor, board_id: str) -> UnknownBoard | Denied:
        """Who does not see everything gets the answer of one out of reach, so that ids cannot be guessed."""
        return UnknownBoard(board_id) if actor.require(EDIT).is_everything else Denied(EDIT, f"board {board_id}")

    def _tell(self, board_id: str, *, is_shown: bool = False) -> None:
        if is_shown:
            self._published.renew()
        notices.tell(self._redis, self._site, Notice("boards", board_id))


def _name(actor: Actor) -> str:
    return actor.name[:100]


def _text(board: Board) -> str:
    """Equal boards give equal text."""
    return msgspec.json.encode(document_of(board)).decode()


def _target(row: Mapping[str, Any], board: Board | None) -> Target:
    title = Title() if board is None else board.title
    return Target("board", row["id"], title.zh or title.en or row["id"])
