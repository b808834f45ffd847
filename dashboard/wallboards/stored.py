"""Boards as the library shows them: what stands in the tables, read into values."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope, load_or_everything
from dashboard.boards.document import Board, Title
from dashboard.boards.mistakes import BoardRefused
from dashboard.refusal import NotThere, Refused
from dashboard.wallboards.kept import kept

log = logging.getLogger("floorwatch.boards")

EDIT = Permission.BOARDS_EDIT


class UnknownBoard(NotThere):
    """There is no such board: told only to whom nothing is hidden."""

    def __init__(self, board_id: str) -> None:
        super().__init__("boards.refused.unknown", id=board_id)


class DraftConflict(Refused):
    """Somebody else has changed the draft since it was read. `version`: the draft's now."""

    def __init__(self, version: int, by: str, at_ms: int, time: str) -> None:
        super().__init__("boards.refused.conflict", who=by, time=time)
        self.version = version
        self.by = by
        self.at_ms = at_ms


@dataclass(frozen=True, slots=True)
class ShownOn:
    """The paired screens that show a board: those that the actor may manage by name, the others as a number."""

    names: tuple[str, ...] = ()
    others: int = 0

    def __bool__(self) -> bool:
        return bool(self.names or self.others)


@dataclass(frozen=True, slots=True)
class StoredBoard:
    """A board with its draft. `revision`: what screens show, 0 for nothing yet; then nobody has published it. `is_changed`: the
    draft is not what screens show. `draft` None: this release cannot read it."""

    id: str
    scope: Scope
    readable_draft: Board | None
    draft_version: int
    draft_by: str
    draft_at_ms: int
    revision: int
    published_by: str
    published_at_ms: int | None
    is_changed: bool
    made_by: str
    made_at_ms: int
    shown_on: ShownOn = field(default=ShownOn(), compare=False)

    @property
    def draft(self) -> Board:
        """Raises `Refused` for one that this release cannot read."""
        if self.readable_draft is None:
            raise Refused("boards.refused.unreadable", id=self.id)
        return self.readable_draft

    @property
    def title(self) -> Title:
        """The draft's; empty where it cannot be read."""
        return Title() if self.readable_draft is None else self.readable_draft.title


@dataclass(frozen=True, slots=True)
class Revision:
    """One that was published. `board` None: this release cannot read it."""

    number: int
    board: Board | None
    published_by: str
    published_at_ms: int
    restored_from: int | None
    note: str
    is_shown: bool


def stored(row: Mapping[str, Any], shown_on: ShownOn = ShownOn()) -> StoredBoard:
    """Of a row of `boards` beside the revision that is shown (`document`, `published_by`, `published_at_ms`; None for none)."""
    return StoredBoard(
        id=row["id"],
        scope=load_or_everything(row["scope"]),
        readable_draft=readable(row["draft"], row["id"]),
        draft_version=row["draft_version"],
        draft_by=row["draft_by"],
        draft_at_ms=row["draft_at_ms"],
        revision=row["revision"],
        published_by=row["published_by"] or "",
        published_at_ms=row["published_at_ms"],
        is_changed=row["draft"] != row["document"],
        made_by=row["made_by"],
        made_at_ms=row["made_at_ms"],
        shown_on=shown_on,
    )


def revision(row: Mapping[str, Any], shown: int) -> Revision:
    """Of a row of `board_revisions`."""
    return Revision(
        number=row["revision"],
        board=readable(row["document"], row["board_id"]),
        published_by=row["published_by"],
        published_at_ms=row["published_at_ms"],
        restored_from=row["restored_from"],
        note=row["note"],
        is_shown=row["revision"] == shown,
    )


def readable(document: str, board_id: str) -> Board | None:
    """The board of a document that we keep; None if this release cannot read it."""
    try:
        return kept(document)
    except BoardRefused as refused:
        log.info("A document of board %r is none of this release: %s.", board_id, refused)
        return None
