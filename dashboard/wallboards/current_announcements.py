"""The announcements that stand on screens now, as the gateways look them up: from the database, else from their copy in Redis."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Collection, Sequence
from typing import Final, cast

import msgspec
import redis
from sqlalchemy import Connection, Engine, RowMapping, select

from dashboard.access.asking import asking
from dashboard.access.keys import announcements_key
from dashboard.access.unavailable import AccessUnavailable
from dashboard.store.engine import StoreError
from dashboard.store.schema import announcements
from dashboard.wallboards.announcement import Announcement

_ANNOUNCEMENT: Final = msgspec.json.Decoder(Announcement)


class Copies:
    """The announcements in Redis, for the time that the database is away: a hash of id → announcement. One that was withdrawn
    stays there without a text until it would have ended, so that no older copy brings it back."""

    def __init__(self, site: str, link: redis.Redis) -> None:
        self._key = announcements_key(site)
        self._redis = link

    def keep(self, one: Announcement) -> None:
        """A new one. Without Redis the next reading keeps it."""
        with contextlib.suppress(redis.RedisError):
            self._redis.hsetnx(self._key, one.id, msgspec.json.encode(one))

    def bury(self, one: Announcement) -> None:
        """One that was withdrawn."""
        with contextlib.suppress(redis.RedisError):
            self._redis.hset(self._key, one.id, msgspec.json.encode(msgspec.structs.replace(one, text="", screens=())))

    def all(self) -> list[Announcement]:
        """What stands there, the withdrawn and the ended ones too. Raises `redis.RedisError`."""
        bodies = cast("dict[bytes, bytes]", self._redis.hgetall(self._key))
        found: list[Announcement] = []
        for body in bodies.values():
            with contextlib.suppress(msgspec.MsgspecError):
                found.append(_ANNOUNCEMENT.decode(body))
        return found

    def renew(self, current: Sequence[Announcement], withdrawn: Collection[str], now_ms: int) -> None:
        """As the database has them: adds what is missing, blanks what was withdrawn while Redis was away, drops what has ended."""
        with contextlib.suppress(redis.RedisError):
            kept = {one.id: one for one in self.all()}
            for one in current:
                if one.id not in kept:
                    self.keep(one)
            for id_, one in kept.items():
                if id_ in withdrawn and one.screens:
                    self.bury(one)
            ended = [id_ for id_, one in kept.items() if one.until_ms <= now_ms]
            if ended:
                self._redis.hdel(self._key, *ended)


class CurrentAnnouncements:
    """What gateways look up: everything that stands on screens of a site now."""

    def __init__(self, site: str, link: redis.Redis, engine: Engine, now_ms: Callable[[], int]) -> None:
        self._site = site
        self._engine = engine
        self._now_ms = now_ms
        self._copies = Copies(site, link)

    def current(self) -> list[Announcement]:
        """From the database, else the copy. Raises `AccessUnavailable` when neither can say."""
        now_ms = self._now_ms()
        try:
            with asking(self._engine) as connection:
                found = standing(connection, self._site, now_ms)
                gone = _withdrawn(connection, self._site, now_ms)
        except StoreError:
            return [one for one in self._from_copies() if one.screens and one.until_ms > now_ms]
        self._copies.renew(found, gone, now_ms)
        return found

    def _from_copies(self) -> list[Announcement]:
        try:
            return self._copies.all()
        except redis.RedisError as error:
            raise AccessUnavailable("The database and Redis are away.") from error


def standing(connection: Connection, site: str, now_ms: int) -> list[Announcement]:
    """What stands on the site's screens, the oldest first."""
    table = announcements.c
    is_current = (table.site == site) & table.withdrawn_at_ms.is_(None) & (table.expires_at_ms > now_ms)
    rows = connection.execute(select(announcements).where(is_current).order_by(table.made_at_ms, table.id)).mappings()
    return [announcement(row) for row in rows]


def _withdrawn(connection: Connection, site: str, now_ms: int) -> set[str]:
    table = announcements.c
    is_gone = (table.site == site) & table.withdrawn_at_ms.is_not(None) & (table.expires_at_ms > now_ms)
    return set(connection.execute(select(table.id).where(is_gone)).scalars())


def announcement(row: RowMapping) -> Announcement:
    """Of a row of the table."""
    return Announcement(
        id=row["id"],
        form=row["form"],
        text=row["text"],
        priority=row["priority"],
        until_ms=row["expires_at_ms"],
        seconds=row["seconds"],
        screens=ids(row),
    )


def ids(row: RowMapping) -> tuple[str, ...]:
    """Its screens."""
    return tuple(json.loads(row["screens"]))
