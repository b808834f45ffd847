"""A TV that asks to be let in: it shows a code, somebody at a desk enters it, and the TV fetches its device token.

A pairing lives in Redis for ten minutes and goes one way: waiting → claiming → claimed → fetched (gone). Two secrets keep two
people apart: the code, which everybody in the room reads, only says *which* TV is meant; the TV's own secret, a cookie that no
script reads, says who may fetch the token. A code that expired, was used or never was gives one and the same answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import redis

from dashboard.access import codes, cookies
from dashboard.access.codes import typed_code
from dashboard.access.keys import digest, pairing_key
from dashboard.access.redis_link import hash_of
from dashboard.access.throttle import Throttle
from dashboard.access.unavailable import AccessUnavailable, told_as_unavailable
from dashboard.refusal import Refused

ALPHABET: Final = "".join(letter for letter in codes.ALPHABET if letter not in "MW")
"""As for all codes; and all as wide, for a TV. 29^6 codes are 595 million."""

CODE_LENGTH: Final = 6
LIFETIME_S: Final = cookies.LIFETIME_S["pairing"] or 0
_ATTEMPTS: Final = 8

State = Literal["waiting", "claiming", "claimed"]

_START: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'secret', ARGV[1], 'address', ARGV[2], 'created_at_ms', ARGV[3], 'state', 'waiting')
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
"""
_MOVE: Final = """
if redis.call('HGET', KEYS[1], 'state') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'screen', ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A pairing as its TV sees it. `cookie`: what the TV keeps. `screen_id`: "" until somebody has entered the code."""

    code: str
    cookie: str
    left_s: int
    screen_id: str = ""


class Pairing:
    """The pairings in progress at one site. Every call raises `AccessUnavailable` while Redis is away."""

    def __init__(self, site: str, link: redis.Redis, throttle: Throttle, now_ms: Callable[[], int]) -> None:
        self._site = site
        self._redis = link
        self._throttle = throttle
        self._now_ms = now_ms

    def start(self, address: str) -> Offer:
        """A new code for a TV at `address`. Raises `Refused` for who asks for too many."""
        wait_s = self._throttle.enter("pairing_code", address)
        if wait_s:
            raise Refused("refused.screen.many", wait_s=wait_s)
        secret = secrets.token_urlsafe(32)
        for _ in range(_ATTEMPTS):
            code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
            with told_as_unavailable():
                is_free = self._redis.eval(
                    _START, 1, self._key(code), digest(secret), address, str(self._now_ms()), str(LIFETIME_S)
                )
            if is_free:
                return Offer(code, f"{code}.{secret}", LIFETIME_S)
        raise AccessUnavailable("No free pairing code was found: too many TVs are being paired at once.")

    def look(self, cookie: str) -> Offer | None:
        """How it stands with this TV's pairing; None when it is over or never was this TV's."""
        code, _, secret = cookie.partition(".")
        if not _is_code(code) or not secret.isascii():
            return None
        fields = self._fields(code)
        if not fields or not secrets.compare_digest(fields["secret"], digest(secret)):
            return None
        left_s = LIFETIME_S - (self._now_ms() - int(fields["created_at_ms"])) // 1000
        is_claimed = fields["state"] == "claimed"
        return Offer(code, cookie, min(left_s, LIFETIME_S), fields.get("screen", "") if is_claimed else "")

    def claim(self, typed: str) -> str:
        """Takes the code that a person typed, so that nobody else can, and returns it as it is kept.

        Raises `Refused`. To be ended with `confirm` or `release`.
        """
        code = typed_code(typed)
        if not _is_code(code) or not self._fields(code) or not self._move(code, "waiting", "claiming"):
            raise Refused("refused.screen.code", "code")
        return code

    def confirm(self, code: str, screen_id: str) -> None:
        """The screen is in the database: its TV may fetch the token."""
        self._move(code, "claiming", "claimed", screen_id)

    def release(self, code: str) -> None:
        """Nothing came of it: the code waits again."""
        self._move(code, "claiming", "waiting")

    def finish(self, offer: Offer) -> None:
        """The TV has its token, or never will."""
        with told_as_unavailable():
            self._redis.delete(self._key(offer.code))

    def address_of(self, code: str) -> str:
        """Where the TV with this code is; "" when it is over."""
        return self._fields(code).get("address", "")

    def _fields(self, code: str) -> dict[str, str]:
        """What is kept of a pairing; nothing once its time is over."""
        with told_as_unavailable():
            fields = hash_of(self._redis, self._key(code))
        is_over = not fields or self._now_ms() - int(fields["created_at_ms"]) >= LIFETIME_S * 1000
        return {} if is_over else fields

    def _move(self, code: str, before: State, after: State, screen_id: str = "") -> bool:
        with told_as_unavailable():
            return bool(self._redis.eval(_MOVE, 1, self._key(code), before, after, screen_id))

    def _key(self, code: str) -> str:
        return pairing_key(self._site, code)


def _is_code(text: str) -> bool:
    return len(text) == CODE_LENGTH and set(text) <= set(ALPHABET)
