"""Leaderboards as they stand in the table, read into values; and why a change to one is refused."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import RowMapping

from dashboard.access.scope import Scope, load_or_everything
from dashboard.leaderboards.countable import is_countable
from dashboard.leaderboards.document import Leaderboard
from dashboard.refusal import NotThere, Refused

DOCUMENT: Final = msgspec.json.Decoder(Leaderboard)

log = logging.getLogger("floorwatch.leaderboards")


class UnknownLeaderboard(NotThere):
    """There is no such leaderboard: told only to whom nothing is hidden."""

    def __init__(self, leaderboard_id: str) -> None:
        super().__init__("leaderboards.refused.unknown", id=leaderboard_id)


class LeaderboardConflict(Refused):
    """Somebody else has changed it since it was read. `version`: of it now."""

    def __init__(self, version: int, by: str, at_ms: int, time: str) -> None:
        super().__init__("leaderboards.refused.conflict", who=by, time=time)
        self.version = version
        self.by = by
        self.at_ms = at_ms


class LeaderboardRefused(Exception):  # noqa: N818 — refused, with several sentences
    """`every`: one a mistake, in the order of the form."""

    def __init__(self, every: list[Refused]) -> None:
        super().__init__(", ".join(one.word for one in every))
        self.every = every


@dataclass(frozen=True, slots=True)
class StoredLeaderboard:
    """One of a site. `since_ms`: from when on it counts in a period that begins earlier; 0: from its begin. `readable` None: this
    release cannot read its document."""

    id: str
    name: str
    scope: Scope
    readable: Leaderboard | None
    version: int
    is_on: bool
    since_ms: int
    changed_by: str
    changed_at_ms: int
    is_removed: bool = False

    @property
    def document(self) -> Leaderboard:
        """Raises `Refused` for one that this release cannot read."""
        if self.readable is None:
            raise Refused("leaderboards.refused.unreadable", id=self.id)
        return self.readable


def stored(row: RowMapping) -> StoredLeaderboard:
    """Of a row of `leaderboards`."""
    return StoredLeaderboard(
        id=row["id"],
        name=row["name"],
        scope=load_or_everything(row["scope"]),
        readable=readable(row["document"], row["id"]),
        version=row["version"],
        is_on=row["is_on"],
        since_ms=row["since_ms"],
        changed_by=row["changed_by"],
        changed_at_ms=row["changed_at_ms"],
        is_removed=row["removed_at_ms"] is not None,
    )


def dumped(document: Leaderboard) -> str:
    """As the database keeps it: equal ones give equal text."""
    return msgspec.json.encode(document).decode()


def readable(text: str, leaderboard_id: str) -> Leaderboard | None:
    """What the database keeps; None if this release cannot read it, or cannot count by it."""
    try:
        found = DOCUMENT.decode(text)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        log.info("The document of leaderboard %r is none of this release: %s.", leaderboard_id, error)
        return None
    if is_countable(found):
        return found
    log.info("This release cannot count by the document of leaderboard %r.", leaderboard_id)
    return None
