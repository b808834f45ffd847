"""What a paired TV needs to keep going, found by its device token, and when each TV was last seen.

The database is the truth; Redis has a copy of each record, so that a database outage blanks no TV, and the database brings the
copies back when Redis was emptied. No key signs a device token (it is 256 random bits, kept as SHA-256), so there is no key
whose change could send a TV away. A revocation leaves a tombstone in Redis that no older copy can overwrite.
"""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
import redis
from sqlalchemy import Engine, select

from dashboard.access import scope as scopes
from dashboard.access.actor import Actor, Grant
from dashboard.access.asking import asking
from dashboard.access.cookies import LIFETIME_S
from dashboard.access.keys import digest, screen_key, screen_seen_key
from dashboard.access.permissions import SCREEN_PERMISSIONS
from dashboard.access.unavailable import AccessUnavailable
from dashboard.store.engine import StoreError
from dashboard.store.schema import screens

TOKEN_LENGTH: Final = 43
"""Characters of a device token: 256 bits in URL-safe Base64."""

_KEPT_S: Final = LIFETIME_S["screen"] or 0
_TOMBSTONE: Final = b"revoked"
_PUT: Final = "if redis.call('GET', KEYS[1]) ~= ARGV[2] then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3]) end"
"""A copy that was read before a revocation may arrive after it."""


class ScreenRecord(msgspec.Struct, frozen=True):
    """A paired screen. `scope`: as `dashboard.access.scope.dump` writes it. `reload_at_ms`: 0 until one was ordered."""

    id: str
    name: str
    board: str
    scope: str
    lang: str
    theme: str
    address_range: str = ""
    is_blank: bool = False
    reload_at_ms: int = 0

    def actor(self, address: str, token_hash: str) -> Actor:
        """The screen as it asks for something; `session` is its token's digest. A scope that cannot be read shows nothing."""
        grant = Grant("screen", scopes.load_or_nothing(self.scope), SCREEN_PERMISSIONS)
        return Actor(
            "screen",
            self.id,
            self.name,
            (grant,),
            session=token_hash,
            address=address,
            lang=self.lang,
            board=self.board,
            theme=self.theme,
        )

    def may_come_from(self, address: str) -> bool:
        """Whether the screen's address range, where it has one, holds `address`."""
        return not self.address_range or is_within(address, self.address_range)


_RECORD: Final = msgspec.json.Decoder(ScreenRecord)


def is_within(address: str, address_range: str) -> bool:
    """Whether an address lies in a network (`10.1.0.0/16`); what is no address lies nowhere."""
    try:
        found = ipaddress.ip_address(address)
        network = ipaddress.ip_network(address_range, strict=False)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found) in network


def record_of(row: Mapping[Any, Any]) -> ScreenRecord:
    """The record of a row of `screens`."""
    fields = {
        name: row[name] for name in ("id", "name", "board", "scope", "lang", "theme", "address_range", "is_blank")
    }
    return ScreenRecord(**fields, reload_at_ms=row["reload_wanted_at_ms"] or 0)


class ScreenRecords:
    """The records of one site."""

    def __init__(self, site: str, link: redis.Redis, engine: Engine) -> None:
        self._site = site
        self._redis = link
        self._engine = engine

    def by_token(self, token: str, address: str) -> ScreenRecord | None:
        """Whose device token this is; None for nobody's, a revoked one, or one that comes from outside its address range.

        Raises `AccessUnavailable` when that cannot be said.
        """
        if len(token) != TOKEN_LENGTH or not token.isascii():
            return None
        return self.by_hash(digest(token), address)

    def by_hash(self, token_hash: str, address: str) -> ScreenRecord | None:
        """The same by the token's digest, for who looks again."""
        record = self._find(token_hash)
        return record if record is not None and record.may_come_from(address) else None

    def put(self, token_hash: str, record: ScreenRecord) -> None:
        """Renews the copy; without Redis the next reading does it."""
        with contextlib.suppress(redis.RedisError):
            key = screen_key(self._site, token_hash)
            self._redis.eval(_PUT, 1, key, msgspec.json.encode(record), _TOMBSTONE, str(_KEPT_S))

    def bury(self, token_hash: str) -> None:
        """This token counts no more, whatever older copies say. Without Redis the row alone says so."""
        with contextlib.suppress(redis.RedisError):
            self._redis.set(screen_key(self._site, token_hash), _TOMBSTONE, ex=_KEPT_S)

    def _find(self, token_hash: str) -> ScreenRecord | None:
        copy, is_revoked = self._copy(token_hash)
        if is_revoked:
            return None
        try:
            row = self._row(token_hash)
        except StoreError as error:
            if copy is None:
                raise AccessUnavailable("The database is away, and Redis has no copy of this screen.") from error
            return copy
        if row is None:
            if copy is not None:
                self.bury(token_hash)
            return None
        if row != copy:
            self.put(token_hash, row)
        return row

    def _copy(self, token_hash: str) -> tuple[ScreenRecord | None, bool]:
        """The copy, and whether there is a tombstone in its place."""
        try:
            body = self._redis.get(screen_key(self._site, token_hash))
        except redis.RedisError:
            return None, False
        if not isinstance(body, bytes):
            return None, False
        if body == _TOMBSTONE:
            return None, True
        try:
            return _RECORD.decode(body), False
        except msgspec.MsgspecError:
            return None, False

    def _row(self, token_hash: str) -> ScreenRecord | None:
        table = screens.c
        query = select(screens).where(
            table.token_hash == token_hash, table.site == self._site, table.revoked_at_ms.is_(None)
        )
        with asking(self._engine) as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else record_of(row)


class Seen(msgspec.Struct, frozen=True):
    """The last sign of life of a screen's socket. `release`: of the page that it shows. `is_open`: not closed since. `restarts`:
    how often its page had to load itself anew within a day, because it drew no more."""

    at_ms: int
    address: str
    board: str
    release: str
    is_open: bool
    restarts: int = 0


_SEEN: Final = msgspec.json.Decoder(Seen)


class Sightings:
    """When each screen of a site was last seen: written by the gateways, read by the list of screens."""

    def __init__(self, site: str, link: redis.Redis) -> None:
        self._site = site
        self._redis = link

    def saw(self, seen: Mapping[str, Seen]) -> None:
        """Notes all of them in one go. Lost without Redis: the next note comes in seconds."""
        if not seen:
            return
        with contextlib.suppress(redis.RedisError), self._redis.pipeline(transaction=False) as pipe:
            for screen_id, one in seen.items():
                pipe.set(screen_seen_key(self._site, screen_id), msgspec.json.encode(one), ex=_KEPT_S)
            pipe.execute()

    def seen(self, screen_ids: Iterable[str]) -> dict[str, Seen]:
        """What is known of each of them; nothing without Redis."""
        ids = list(screen_ids)
        if not ids:
            return {}
        try:
            bodies = self._redis.mget([screen_seen_key(self._site, screen_id) for screen_id in ids])
        except redis.RedisError:
            return {}
        found: dict[str, Seen] = {}
        for screen_id, body in zip(ids, bodies, strict=True):
            if body is not None:
                with contextlib.suppress(msgspec.MsgspecError):
                    found[screen_id] = _SEEN.decode(body)
        return found

    def forget(self, screen_id: str) -> None:
        """A revoked screen is seen no more."""
        with contextlib.suppress(redis.RedisError):
            self._redis.delete(screen_seen_key(self._site, screen_id))
