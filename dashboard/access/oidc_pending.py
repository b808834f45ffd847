"""Sign-ins that a browser began at the provider and has not come back from.

The answer counts only in the browser that asked: its cookie names the record, the record holds the state and nonce that the answer
must bring. A record is taken once, whatever comes of it, and ends by itself after ten minutes.
"""

from __future__ import annotations

import secrets
from typing import Final

import msgspec
import redis

from dashboard.access.cookies import LIFETIME_S
from dashboard.access.keys import digest, oidc_key

LIFETIME_MS: Final = 1000 * (LIFETIME_S["oidc"] or 600)


class Pending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`verifier`: of PKCE. `next_path`: where the person wanted to go, a path of ours."""

    issuer: str
    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    next_path: str

    @classmethod
    def fresh(cls, issuer: str, redirect_uri: str, next_path: str) -> Pending:
        """With new random values."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(issuer, state, nonce, verifier, redirect_uri, next_path)


_PENDING: Final = msgspec.json.Decoder(Pending)


class PendingSignIns:
    """The records, in Redis."""

    def __init__(self, site: str, redis_client: redis.Redis) -> None:
        self._site = site
        self._redis = redis_client

    def keep(self, pending: Pending) -> str:
        """The value of the cookie that names it."""
        cookie = secrets.token_urlsafe(32)
        self._redis.set(oidc_key(self._site, digest(cookie)), msgspec.json.encode(pending), px=LIFETIME_MS)
        return cookie

    def take(self, cookie: str) -> Pending | None:
        """The record, and nobody gets it again. None for none, or one that is over."""
        if not cookie:
            return None
        body = self._redis.getdel(oidc_key(self._site, digest(cookie)))
        try:
            return _PENDING.decode(body) if isinstance(body, bytes) else None
        except msgspec.MsgspecError:
            return None
