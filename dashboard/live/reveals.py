"""A caller's whole number, told to one person, for a reason, after it was put on record.

The order is the promise: the line in the audit log is committed before the number leaves; without the log nothing leaves. A
number is bound to the call that the person looked at: it is told only while the row still shows that (masked) number. What
lies outside the person's scope is "gone", as if it were not there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from redis import Redis

from dashboard.access.actor import Actor
from dashboard.access.audit_line import Target
from dashboard.access.keys import digest, throttle_key
from dashboard.access.masking import masked
from dashboard.access.permissions import Permission
from dashboard.access.unavailable import AccessUnavailable, told_as_unavailable
from dashboard.live.denials import AuditLog
from dashboard.live.frames import ErrorCode
from dashboard.live.said import Wanted
from dashboard.live.sight import Sight
from dashboard.live.viewer import Viewer

log = logging.getLogger("floorwatch.live.access")

ACTION: Final = "number.revealed"
SHORTEST_REASON: Final = 3
LONGEST_REASON: Final = 200
A_MINUTE: Final = 30
"""Numbers that one account may have revealed in a minute."""


class NotRevealed(Exception):  # noqa: N818 — the field's word
    """Why no number leaves. `code`: the word of the error frame; `is_denied`: it goes on record; `target`: what was asked for."""

    def __init__(self, code: ErrorCode, *, is_denied: bool = False, target: str = "") -> None:
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


def find(sight: Sight, actor: Actor, wanted: Wanted) -> Found:
    """The number, if this actor may have it and the row that they looked at (`sight`: theirs) still shows it. Pure.

    Raises `NotRevealed`: nobody but a person has numbers revealed, only in the scope of that permission.
    """
    asked = wanted.visit or wanted.agent
    if actor.kind != "person" or not actor.may(Permission.NUMBERS_REVEAL):
        raise NotRevealed("denied", is_denied=True, target=asked)
    theirs = _contact(sight, wanted)
    if theirs is None:
        raise NotRevealed("gone", is_denied=_exists(sight, wanted), target=asked)
    allowed = _contact(Sight(sight.floor, Viewer(actor.scope(Permission.NUMBERS_REVEAL)), sight.now_ms), wanted)
    if allowed is None or allowed.call != theirs.call:
        raise NotRevealed("denied", is_denied=True, target=asked)
    if masked(allowed.number) != wanted.number:
        raise NotRevealed("gone")
    return allowed


def _contact(sight: Sight, wanted: Wanted) -> Found | None:
    """What a row shows to this sight."""
    if wanted.agent:
        seen = sight.seen(wanted.agent)
        return Found(seen.call, seen.number) if seen is not None and seen.call and seen.number else None
    waiting = next((caller for caller in sight.waiting() if caller.key == wanted.visit), None)
    return Found(waiting.key, waiting.number) if waiting is not None and waiting.number else None


def _exists(sight: Sight, wanted: Wanted) -> bool:
    """Whether somebody asked for what is there, but not for them."""
    if wanted.agent:
        return wanted.agent in sight.floor.agents and not sight.sees_agent(wanted.agent)
    visit = sight.floor.visits.get(wanted.visit)
    return visit is not None and not sight.scope.has_queue(visit.queue)


class Reveals:
    """Counts and records. Blocks: for threads."""

    def __init__(self, audit: AuditLog, is_too_many: Callable[[str], bool]) -> None:
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
