"""A caller's whole number, told to one person, for a reason, after it was put on record: the rules, wherever a number is looked at.

The order is the promise: the line in the audit log is committed before the number leaves; without the log nothing leaves. Whose
number may be asked for is the asker's own question (`dashboard.live.reveals`, `dashboard.reports.contact`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol, cast

from redis import Redis

from dashboard.access.actor import Actor
from dashboard.access.audit_line import Target
from dashboard.access.keys import digest, throttle_key
from dashboard.access.masking import masked
from dashboard.access.unavailable import AccessUnavailable, told_as_unavailable

log = logging.getLogger("floorwatch.access")

WhyNot = Literal["denied", "gone", "reason_missing", "audit_unavailable", "throttled"]
"""Why no number leaves; each has a sentence `reveal.trouble.…`."""

ACTION: Final = "number.revealed"
SHORTEST_REASON: Final = 3
LONGEST_REASON: Final = 200
A_MINUTE: Final = 30
"""Numbers that one account may have revealed in a minute."""


class NotRevealed(Exception):  # noqa: N818 — the field's word
    """Why no number leaves. `code`: one of the words; `is_denied`: it goes on record; `target`: what was asked for."""

    def __init__(self, code: WhyNot, *, is_denied: bool = False, target: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.is_denied = is_denied
        self.target = target


@dataclass(frozen=True, slots=True)
class Found:
    """A number of a call. `call`: key of the visit or of the agent's own call."""

    call: str
    number: str


def reason_of(text: str) -> str:
    """The reason in one line. Raises `NotRevealed` for none."""
    reason = " ".join(text.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise NotRevealed("reason_missing")
    return reason


class Log(Protocol):
    """The audit log, as far as it is asked here."""

    def record(self, actor: Actor, action: str, target: Target = ..., *, reason: str = ...) -> int:
        """Puts a line on record, or raises."""


class Reveals:
    """Counts and records. Blocks: for threads."""

    def __init__(self, audit: Log, is_too_many: Callable[[str], bool]) -> None:
        self._audit = audit
        self._is_too_many = is_too_many

    def record(self, actor: Actor, found: Found, reason: str) -> None:
        """Puts it on record. Raises `NotRevealed`; else the number may leave."""
        try:
            is_too_many = self._is_too_many(actor.account_id)
            if not is_too_many:
                self._audit.record(actor, ACTION, Target("call", found.call, masked(found.number)), reason=reason)
        except AccessUnavailable:
            raise NotRevealed("audit_unavailable") from None
        except Exception as error:
            log.exception("A number is not revealed, because that cannot be put on record.")
            raise NotRevealed("audit_unavailable") from error
        if is_too_many:
            raise NotRevealed("throttled", is_denied=True, target=found.call)


class RevealCount:
    """How many an account had revealed in this minute, over all gateways of a site."""

    def __init__(self, redis: Redis, site: str, now_ms: Callable[[], int]) -> None:
        self._redis = redis
        self._site = site
        self._now_ms = now_ms

    def is_too_many(self, account_id: str) -> bool:
        """Counts one more. Raises `AccessUnavailable`."""
        key = throttle_key(self._site, "reveal", digest(f"{account_id} {self._now_ms() // 60_000}"))
        with told_as_unavailable(), self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(key)
            pipe.expire(key, 120)
            count = cast("int", pipe.execute()[0])
        return count > A_MINUTE
