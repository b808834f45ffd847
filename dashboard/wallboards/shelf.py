"""The rows of one site's boards, on an open transaction. Asks nobody's permission: that is `library`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, insert, select, update

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.access.scope import load_or_everything
from dashboard.access.team_tree import parents
from dashboard.store.schema import board_revisions, boards, floor_rules, pictures, screens
from dashboard.wallboards.stored import ShownOn

_PLAIN_ZONE: Final = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the boards of a site stand."""

    connection: Connection
    site: str

    def rows(self) -> list[Mapping[str, Any]]:
        """Every board that was not removed, beside the revision that is shown, by id."""
        return [dict(row) for row in self.connection.execute(self._boards().order_by(boards.c.id)).mappings()]

    def row(self, board_id: str) -> Mapping[str, Any] | None:
        """One of them."""
        found = self.connection.execute(self._boards().where(boards.c.id == board_id)).mappings().one_or_none()
        return None if found is None else dict(found)

    def taken(self) -> frozenset[str]:
        """Ids that boards have or had."""
        return frozenset(self.connection.execute(select(boards.c.id).where(boards.c.site == self.site)).scalars())

    def revisions(self, board_id: str) -> list[Mapping[str, Any]]:
        """All of a board, newest first."""
        query = select(board_revisions).where(self._of(board_id)).order_by(board_revisions.c.revision.desc())
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def put(self, board_id: str, values: Mapping[str, Any]) -> None:
        """A new board."""
        self.connection.execute(insert(boards).values(site=self.site, id=board_id, **values))

    def change(self, board_id: str, version: int, values: Mapping[str, Any]) -> bool:
        """Changes a board whose draft still has this version; False if it has not."""
        is_same = (boards.c.site == self.site) & (boards.c.id == board_id) & (boards.c.draft_version == version)
        is_there = boards.c.removed_at_ms.is_(None)
        return self.connection.execute(update(boards).where(is_same & is_there).values(values)).rowcount == 1

    def add_revision(self, board_id: str, values: Mapping[str, Any]) -> None:
        """One more of its history."""
        self.connection.execute(insert(board_revisions).values(site=self.site, board_id=board_id, **values))

    def pictures(self) -> frozenset[str]:
        """Ids of the pictures that are there."""
        return frozenset(self.connection.execute(select(pictures.c.id).where(pictures.c.site == self.site)).scalars())

    def shown_on(self, actor: Actor, tree: Mapping[str, str]) -> dict[str, ShownOn]:
        """Board id → the paired screens that show it, as this actor may know them."""
        within = actor.scope(Permission.SCREENS_MANAGE)
        paired = select(screens.c.board, screens.c.name, screens.c.scope).where(
            screens.c.site == self.site, screens.c.revoked_at_ms.is_(None)
        )
        found: dict[str, ShownOn] = {}
        for row in self.connection.execute(paired.order_by(screens.c.name)):
            sofar = found.get(row.board, ShownOn())
            is_mine = within.covers(load_or_everything(row.scope), tree)
            names = (*sofar.names, row.name) if is_mine else sofar.names
            found[row.board] = ShownOn(names, sofar.others + (not is_mine))
        return found

    def tree(self) -> dict[str, str]:
        """Each team's parent."""
        return parents(self.connection)

    def time_of(self, at_ms: int) -> str:
        """A moment by the site's clock."""
        query = select(floor_rules.c.time_zone).where(floor_rules.c.site == self.site)
        zone = ZoneInfo(self.connection.execute(query).scalar_one_or_none() or _PLAIN_ZONE)
        return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%Y-%m-%d %H:%M")

    def _of(self, board_id: str) -> ColumnElement[bool]:
        return (board_revisions.c.site == self.site) & (board_revisions.c.board_id == board_id)

    def _boards(self) -> Select[Any]:
        is_shown = (
            (board_revisions.c.site == boards.c.site)
            & (board_revisions.c.board_id == boards.c.id)
            & (board_revisions.c.revision == boards.c.revision)
        )
        shown = (board_revisions.c.document, board_revisions.c.published_by, board_revisions.c.published_at_ms)
        return (
            select(boards, *shown)
            .join_from(boards, board_revisions, is_shown, isouter=True)
            .where(boards.c.site == self.site, boards.c.removed_at_ms.is_(None))
        )
