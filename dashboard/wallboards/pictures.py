"""Pictures for boards: a site's own shelf of logos and photographs, each as `picture_reading` has encoded it.

A picture's id is made of its bytes: it never changes, so a browser that has it is told so and no more, and the same file is kept
once. All who may edit boards share the shelf; a picture that a board shows cannot be removed. Of those that published boards
show, Redis has a copy, so that a wall that starts while the database is away is whole; a browser that had it needs neither.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Connection, Engine, delete, func, insert, select

from dashboard.access.actor import Actor
from dashboard.access.asking import asking
from dashboard.access.audit import Audit, Target
from dashboard.access.keys import picture_key
from dashboard.access.permissions import Permission
from dashboard.access.scope import load_or_everything
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import NotThere, Refused
from dashboard.store.engine import StoreError, reading
from dashboard.store.schema import pictures
from dashboard.wallboards.fitting import pictures_of
from dashboard.wallboards.picture_reading import drawn
from dashboard.wallboards.published import PublishedBoards
from dashboard.wallboards.shelf import Shelf
from dashboard.wallboards.stored import readable

EDIT: Final = Permission.BOARDS_EDIT
MOST_PICTURES: Final = 200
"""Of a site."""
LONGEST_NAME: Final = 100
KEPT_S: Final = 90 * 86_400
"""How long the copy in Redis stays after it was last asked for."""


class UnknownPicture(NotThere):
    """There is no such picture."""

    def __init__(self, picture_id: str) -> None:
        super().__init__("boards.refused.unknown_picture", id=picture_id)


@dataclass(frozen=True, slots=True)
class Picture:
    """One of the shelf. `boards`: titles of those that show it and that the actor may edit; `other_boards`: how many more."""

    id: str
    name: str
    media_type: str
    width: int
    height: int
    size_bytes: int
    made_by: str
    made_at_ms: int
    boards: tuple[str, ...] = ()
    other_boards: int = 0

    @property
    def is_used(self) -> bool:
        """Whether a board shows it."""
        return bool(self.boards or self.other_boards)


@dataclass(frozen=True, slots=True)
class PictureFile:
    """What goes to the browser."""

    media_type: str
    body: bytes


class Pictures:
    """The pictures of one site. Calls block on the database; may be shared by threads."""

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

    def listed(self, actor: Actor) -> list[Picture]:
        """All of the shelf, newest first."""
        actor.require(EDIT)
        size = func.length(pictures.c.body).label("size_bytes")
        facts = (column for column in pictures.c if column.name not in {"body", "site"})
        query = select(*facts, size).where(pictures.c.site == self._site)
        with reading(self._engine) as connection:
            used = self._used(connection, actor)
            rows = connection.execute(query.order_by(pictures.c.made_at_ms.desc(), pictures.c.id)).mappings()
            return [Picture(**row, **used.get(row["id"], {})) for row in rows]

    def add(self, actor: Actor, name: str, uploaded: bytes) -> str:
        """The picture of an uploaded file; its id. Raises `Refused`."""
        actor.require(EDIT)
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise Refused("boards.refused.picture_name", "name", most=LONGEST_NAME)
        found = drawn(uploaded)
        picture_id = hashlib.sha256(self._site.encode() + b"\0" + found.body).hexdigest()[:32]
        here = select(pictures.c.id).where(pictures.c.site == self._site)
        with self._audit.writing() as connection:
            there = frozenset(connection.execute(here).scalars())
            if picture_id in there:
                return picture_id
            if len(there) >= MOST_PICTURES:
                raise Refused("boards.refused.too_many_pictures", "file", most=MOST_PICTURES)
            row = {
                "id": picture_id, "site": self._site, "name": name, "media_type": found.media_type, "width": found.width,
                "height": found.height, "body": found.body, "made_by": actor.name[:100], "made_at_ms": self._now_ms(),
            }  # fmt: skip
            connection.execute(insert(pictures).values(row))
            details = {"bytes": len(found.body), "width": found.width, "height": found.height}
            self._audit.append(connection, actor, "picture.added", Target("picture", picture_id, name), details=details)
        return picture_id

    def remove(self, actor: Actor, picture_id: str) -> None:
        """Takes it away. Raises `Refused` while a board shows it, published or as a draft, and `UnknownPicture`."""
        actor.require(EDIT)
        mine = (pictures.c.site == self._site) & (pictures.c.id == picture_id)
        with self._audit.writing() as connection:
            name = connection.execute(select(pictures.c.name).where(mine)).scalar_one_or_none()
            if name is None:
                raise UnknownPicture(picture_id)
            used = self._used(connection, actor).get(picture_id)
            if used is not None:
                names = ", ".join(used["boards"]) or "–"
                raise Refused("boards.refused.picture_used", names=names, others=used["other_boards"])
            connection.execute(delete(pictures).where(mine))
            self._audit.append(connection, actor, "picture.removed", Target("picture", picture_id, name))
        with contextlib.suppress(RedisError, OSError):
            self._redis.delete(picture_key(self._site, picture_id))

    def file(self, actor: Actor, picture_id: str) -> PictureFile:
        """For whoever may see walls. Raises `UnknownPicture`, and `AccessUnavailable` when neither the database nor a copy is
        there."""
        actor.require(Permission.WALL_VIEW)
        query = select(pictures.c.media_type, pictures.c.body)
        mine = (pictures.c.site == self._site) & (pictures.c.id == picture_id)
        try:
            with asking(self._engine) as connection:
                row = connection.execute(query.where(mine)).one_or_none()
        except StoreError as error:
            return self._copy(picture_id, error)
        if row is None:
            raise UnknownPicture(picture_id)
        found = PictureFile(row.media_type, bytes(row.body))
        self._keep(picture_id, found)
        return found

    def _copy(self, picture_id: str, error: StoreError) -> PictureFile:
        found: Mapping[bytes, bytes] = {}
        with contextlib.suppress(RedisError, OSError):
            found = cast("Mapping[bytes, bytes]", self._redis.hgetall(picture_key(self._site, picture_id)))
        if not found.get(b"body"):
            raise AccessUnavailable("The database is away, and Redis has no copy of this picture.") from error
        return PictureFile(found[b"type"].decode(), found[b"body"])

    def _keep(self, picture_id: str, found: PictureFile) -> None:
        """Keeps a copy of what published boards show; the rest can wait for the database."""
        with contextlib.suppress(RedisError, OSError, AccessUnavailable):
            if not any(picture_id in pictures_of(one.board) for one in self._published.all().values()):
                return
            key = picture_key(self._site, picture_id)
            with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(key, mapping={"type": found.media_type, "body": found.body})
                pipe.expire(key, KEPT_S)
                pipe.execute()

    def _used(self, connection: Connection, actor: Actor) -> dict[str, dict[str, Any]]:
        """Picture → the boards that show it, published or as a draft."""
        shelf = Shelf(connection, self._site)
        within, tree = actor.scope(EDIT), shelf.tree()
        found: dict[str, dict[str, Any]] = {}
        for row in shelf.rows():
            documents = {row["draft"], row["document"] or row["draft"]}
            shown = [board for board in (readable(text, row["id"]) for text in documents) if board is not None]
            is_mine = within.covers(load_or_everything(row["scope"]), tree)
            for picture_id in frozenset[str]().union(*map(pictures_of, shown)):
                used = found.setdefault(picture_id, {"boards": (), "other_boards": 0})
                title = shown[0].title
                if is_mine:
                    used["boards"] = (*used["boards"], title.zh or title.en or row["id"])
                else:
                    used["other_boards"] += 1
        return found
