"""The published boards, as screens need them: read by the gateways and by the pages, again and again, from any thread.

The database is asked first; each reading renews the copy in Redis where it is another, so that a database outage blanks no TV.
Nobody's permission is asked here: a board says what is shown of what the viewer may see, and the gateway cuts that. But it has words
of its own, so a person is shown one only if something that it is about may be seen by them (`is_for`); a TV shows what it was given.
Drafts are asked for by an `Actor`, and have no copy.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

import msgspec
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine, select

from dashboard.access import scope as scopes
from dashboard.access.actor import Actor
from dashboard.access.asking import asking
from dashboard.access.keys import boards_key
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.access.team_tree import parents
from dashboard.access.unavailable import AccessUnavailable
from dashboard.boards.document import Board
from dashboard.boards.mistakes import BoardRefused
from dashboard.store.engine import StoreError
from dashboard.store.schema import board_revisions, boards
from dashboard.wallboards.kept import kept as kept_board
from dashboard.wallboards.naming import is_id

log = logging.getLogger("floorwatch.boards")

_MARK: Final = b""
"""The copy's field that says of which revisions it is: no board's id is empty, and a copy of no boards is still a copy."""


class Published(NamedTuple):
    """A board and which revision of it this is; of a draft, its version. `queues`, `teams`: what its scope is about, with the teams
    above and below; `queues` None: everything."""

    board: Board
    revision: int
    queues: frozenset[str] | None = None
    teams: frozenset[str] = frozenset()

    def is_for(self, scope: Scope) -> bool:
        """Whether somebody who sees this scope sees anything that the board is about."""
        if self.queues is None or scope.is_everything:
            return True
        roots = scope.teams.union(*(roots for meet in scope.meets for roots in meet))
        return bool(self.queues & (scope.queues or frozenset()) or self.teams & roots)


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """A published board as database and copy have it. `document`: JSON; the rest as in `Published`."""

    revision: int
    document: str
    queues: tuple[str, ...] | None = None
    teams: tuple[str, ...] = ()

    def published(self, board: Board) -> Published:
        """With its document read."""
        queues = None if self.queues is None else frozenset(self.queues)
        return Published(board, self.revision, queues, frozenset(self.teams))


_KEPT: Final = msgspec.json.Decoder(_Kept)


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of reading a document: None if this release cannot."""

    document: str
    published: Published | None


class _Nowhere(AccessUnavailable):
    def __init__(self) -> None:
        super().__init__("The database is away, and Redis has no copy of the boards.")


class PublishedBoards:
    """The published boards of one site."""

    def __init__(self, site: str, redis: Redis, engine: Engine) -> None:
        self._site = site
        self._redis = redis
        self._engine = engine
        self._read: dict[str, _Read] = {}

    def all(self) -> dict[str, Published]:
        """Board id → board, those that this release can read. Raises `AccessUnavailable` when neither database nor copy is there."""
        try:
            kept = self._rows()
        except StoreError as error:
            found = self._copy()
            if found is None:
                raise _Nowhere from error
            kept = found
        else:
            self._renew(kept)
        self._read = {board_id: self._reading(board_id, one) for board_id, one in kept.items()}
        return {board_id: one.published for board_id, one in self._read.items() if one.published is not None}

    def find(self, board_id: str) -> Published | None:
        """One of them, for who needs no other; the copy stays as it is."""
        if not is_id(board_id):
            return None
        try:
            kept = self._rows(board_id).get(board_id)
        except StoreError as error:
            kept = self._copied(board_id, error)
        if kept is None:
            self._read.pop(board_id, None)
            return None
        self._read[board_id] = found = self._reading(board_id, kept)
        return found.published

    def renew(self) -> None:
        """Makes the copy say what the database says; without either, the next reading does it."""
        with contextlib.suppress(AccessUnavailable):
            self.all()

    def draft(self, board_id: str, actor: Actor) -> Published | None:
        """The board as it is being edited, and its version. None for one that is not there, that the actor may not edit, or that
        this release cannot read. Raises `AccessUnavailable` while the database is away."""
        if not actor.may(Permission.BOARDS_EDIT) or not is_id(board_id):
            return None
        within = actor.scope(Permission.BOARDS_EDIT)
        mine = (boards.c.site == self._site) & (boards.c.id == board_id) & boards.c.removed_at_ms.is_(None)
        try:
            with asking(self._engine) as connection:
                row = connection.execute(select(boards).where(mine)).one_or_none()
                if row is None or not within.covers(scopes.load_or_everything(row.scope), parents(connection)):
                    return None
        except StoreError as error:
            raise AccessUnavailable("The database is away: drafts are only there.") from error
        try:
            return Published(kept_board(row.draft), row.draft_version)
        except BoardRefused:
            return None

    def _rows(self, board_id: str | None = None) -> dict[str, _Kept]:
        """All of them, or this one."""
        is_shown = (
            (board_revisions.c.site == boards.c.site)
            & (board_revisions.c.board_id == boards.c.id)
            & (board_revisions.c.revision == boards.c.revision)
        )
        query = (
            select(boards.c.id, boards.c.scope, board_revisions.c.revision, board_revisions.c.document)
            .join_from(boards, board_revisions, is_shown)
            .where(boards.c.site == self._site, boards.c.removed_at_ms.is_(None))
            .order_by(boards.c.id)
        )
        if board_id is not None:
            query = query.where(boards.c.id == board_id)
        with asking(self._engine) as connection:
            tree = parents(connection)
            return {
                row.id: _Kept(row.revision, row.document, *_about(scopes.load_or_everything(row.scope), tree))
                for row in connection.execute(query)
            }

    def _reading(self, board_id: str, kept: _Kept) -> _Read:
        """What was read before is not read again: documents are long, and readings many."""
        before = self._read.get(board_id)
        if before is not None and before.document == kept.document:
            again = before.published
            return _Read(kept.document, None if again is None else kept.published(again.board))
        try:
            return _Read(kept.document, kept.published(kept_board(kept.document)))
        except BoardRefused as refused:
            words = ", ".join(sorted({one.word for one in refused.mistakes}))
            log.warning(
                "Board %r, revision %d, is none of this release, and left out: %s.", board_id, kept.revision, words
            )
            return _Read(kept.document, None)

    def _copy(self) -> dict[str, _Kept] | None:
        """None: there is none."""
        try:
            found = cast("Mapping[bytes, bytes]", self._redis.hgetall(boards_key(self._site)))
        except (RedisError, OSError):
            return None
        if _MARK not in found:
            return None
        kept = {}
        for board_id, body in found.items():
            if board_id != _MARK:
                with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
                    kept[board_id.decode()] = _KEPT.decode(body)
        return kept

    def _copied(self, board_id: str, why: StoreError) -> _Kept | None:
        """One board of the copy. Raises `AccessUnavailable`: there is no copy."""
        try:
            mark, body = cast(
                "list[bytes | None]", self._redis.hmget(boards_key(self._site), [_MARK.decode(), board_id])
            )
        except (RedisError, OSError):
            mark = body = None
        if mark is None:
            raise _Nowhere from why
        with contextlib.suppress(msgspec.MsgspecError):
            return None if body is None else _KEPT.decode(body)
        return None

    def _renew(self, kept: Mapping[str, _Kept]) -> None:
        key, mark = boards_key(self._site), _mark(kept)
        with contextlib.suppress(RedisError, OSError):
            if self._redis.hget(key, _MARK.decode()) == mark:
                return
            with self._redis.pipeline(transaction=True) as pipe:
                pipe.delete(key)
                pipe.hset(key, items=[_MARK, mark, *_encoded(kept)])
                pipe.execute()


def _about(scope: scopes.Scope, tree: Mapping[str, str]) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Its queues (None: everything), and its teams with all above and below them; equal scopes give the same."""
    teams, above = scopes.subtree(scope.teams, tree), set(scope.teams)
    while above:
        above = {parent for team in above if (parent := tree.get(team, ""))} - teams
        teams |= above
    return None if scope.queues is None else tuple(sorted(scope.queues)), tuple(sorted(teams))


def _mark(kept: Mapping[str, _Kept]) -> bytes:
    """The same for equal boards."""
    found = hashlib.sha256()
    for board_id in sorted(kept):
        found.update(msgspec.json.encode((board_id, kept[board_id])))
    return found.hexdigest().encode()


def _encoded(kept: Mapping[str, _Kept]) -> Iterator[bytes]:
    for board_id, one in kept.items():
        yield board_id.encode()
        yield msgspec.json.encode(one)
