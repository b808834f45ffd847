"""Who is signed in: sessions on the server, in Redis; a browser holds only a random number.

A session has an id that stays and opens nothing (`Actor.session`), and a cookie that changes under it: when one signs in, when
the second factor is proven, and every `ROTATE_MS`. Cookies are kept as SHA-256. A value that we did not make opens nothing and
never becomes a session. Redis lost: people sign in again.

A session ends when it was idle too long, at its absolute age, at sign-out, when it is revoked, and with its account. Ending it
is told as a `Notice`, so that open sockets end too.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Final, cast

from redis import Redis

from dashboard.access import session_scripts
from dashboard.access.browser import browser_words
from dashboard.access.keys import digest, session_cookie_key, session_key, sessions_of_key
from dashboard.access.notices import Notice, publish
from dashboard.access.redis_link import hash_of, members_of
from dashboard.access.session_record import SecondFactor, Session, Stage, Via, read
from dashboard.access.unavailable import told_as_unavailable
from dashboard.settings import AccessSettings

ROTATE_MS: Final = 15 * 60_000
GRACE_MS: Final = 30_000
"""How long the old cookie goes on: requests that were on their way with it, and other tabs."""
SECOND_FACTOR_MS: Final = 10 * 60_000
"""How long one may take between password and second factor."""
_SEEN_EVERY_MS: Final = 60_000
_SLACK_MS: Final = 60_000
_COOKIE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class SessionStore:
    """The sessions of a site. Everything raises `AccessUnavailable` while Redis is away."""

    def __init__(self, redis: Redis, site: str, rules: AccessSettings, now_ms: Callable[[], int]) -> None:
        self._redis = redis
        self._site = site
        self._idle_ms = rules.session_idle_min * 60_000
        self._longest_ms = rules.session_hours * 3_600_000
        self._now_ms = now_ms
        self._touch = redis.register_script(session_scripts.TOUCH)
        self._rotate = redis.register_script(session_scripts.ROTATE)
        self._rise = redis.register_script(session_scripts.RISE)
        self._proven = redis.register_script(session_scripts.PROVEN)

    # -- one browser's -------------------------------------------------------------------------------------------------

    def begin(
        self,
        account_id: str,
        address: str,
        user_agent: str,
        *,
        stage: Stage = "full",
        second_factor: SecondFactor = "",
        via: Via = "password",
        replaces: str = "",
    ) -> str:
        """A new session; returns its cookie's value. What the browser held before (`replaces`) ends."""
        self.end(replaces)
        cookie, now = secrets.token_urlsafe(32), self._now_ms()
        session = Session(
            id=secrets.token_hex(16),
            account_id=account_id,
            stage=stage,
            second_factor=second_factor,
            via=via,
            created_at_ms=now,
            seen_at_ms=now,
            rotated_at_ms=now,
            address=address,
            browser=browser_words(user_agent),
            cookie=digest(cookie),
            previous="",
        )
        record, of_account = session_key(self._site, session.id), sessions_of_key(self._site, account_id)
        with told_as_unavailable(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(record, mapping=session.fields())  # type: ignore[arg-type]  # invariant mapping types
            pipe.pexpire(record, self._kept_ms(session))
            pipe.set(session_cookie_key(self._site, session.cookie), session.id, px=self._longest_ms + _SLACK_MS)
            pipe.sadd(of_account, session.id)
            pipe.pexpire(of_account, self._longest_ms + _SLACK_MS)
            pipe.execute()
        return cookie

    def read(self, cookie: str) -> Session | None:
        """The session that a cookie opens; None for none, an ended one, or a cookie that has been replaced for too long."""
        if not _COOKIE.fullmatch(cookie):
            return None
        shown = digest(cookie)
        with told_as_unavailable():
            found = cast("bytes | None", self._redis.get(session_cookie_key(self._site, shown)))
        session = self.by_id(found.decode(errors="replace")) if found else None
        if session is None or shown == session.cookie:
            return session
        goes_on = shown == session.previous and abs(self._now_ms() - session.rotated_at_ms) < GRACE_MS
        return session if goes_on else None

    def by_id(self, session_id: str) -> Session | None:
        """A session that goes on, for who looks again."""
        with told_as_unavailable():
            session = read(session_id, hash_of(self._redis, session_key(self._site, session_id)))
        if session is not None and self._ends_at_ms(session) <= self._now_ms():
            self.drop(session)
            return None
        return session

    def touch(self, session: Session) -> None:
        """A sign of life; written once a minute, also by a clock that was set back since the last one."""
        now = self._now_ms()
        if session.stage == "full" and abs(now - session.seen_at_ms) >= _SEEN_EVERY_MS:
            with told_as_unavailable():
                self._touch(keys=[session_key(self._site, session.id)], args=[now, self._idle_ms + _SLACK_MS])

    def renewed(self, cookie: str) -> str | None:
        """The value to set instead of this cookie's, when it is time; None to leave it. The old one goes on for `GRACE_MS`."""
        session = self.read(cookie)
        now = self._now_ms()
        if session is None or session.stage != "full" or abs(now - session.rotated_at_ms) < ROTATE_MS:
            return None
        new = secrets.token_urlsafe(32)
        args: list[str | int] = [
            digest(cookie),
            digest(new),
            now,
            ROTATE_MS,
            GRACE_MS,
            self._longest_ms + _SLACK_MS,
            session.id,
        ]
        with told_as_unavailable():
            return new if self._rotate(keys=self._keys(session, cookie, new), args=args) else None

    def rise(self, cookie: str, second_factor: SecondFactor) -> str | None:
        """The second factor is proven: the session is full, under a new cookie; the old one ends at once.
        None if there is no session that waits for it."""
        session = self.read(cookie)
        if session is None:
            return None
        new = secrets.token_urlsafe(32)
        lives_ms, cookie_ms = self._idle_ms + _SLACK_MS, self._longest_ms + _SLACK_MS
        args: list[str | int] = [
            digest(cookie),
            digest(new),
            self._now_ms(),
            second_factor,
            lives_ms,
            cookie_ms,
            session.id,
        ]
        with told_as_unavailable():
            return new if self._rise(keys=self._keys(session, cookie, new), args=args) else None

    def proven(self, session_id: str, second_factor: SecondFactor) -> None:
        """The second factor was set up in this full session, by showing a code of it."""
        with told_as_unavailable():
            self._proven(keys=[session_key(self._site, session_id)], args=[second_factor])

    def end(self, cookie: str) -> None:
        """Sign-out, with any cookie that still opens it. Nothing for one that opens nothing."""
        session = self.read(cookie)
        if session is not None:
            self.drop(session)

    # -- an account's --------------------------------------------------------------------------------------------------

    def all_of(self, account_id: str) -> list[Session]:
        """An account's that go on, in no order."""
        of_account = sessions_of_key(self._site, account_id)
        found: list[Session] = []
        with told_as_unavailable():
            for session_id in members_of(self._redis, of_account):
                session = self.by_id(session_id)
                if session is None or session.account_id != account_id:
                    self._redis.srem(of_account, session_id)
                else:
                    found.append(session)
        return found

    def end_all(self, account_id: str, *, but: str = "") -> None:
        """The account was disabled, or its password changed: all end, except one that goes on. The caller writes the line."""
        for session in self.all_of(account_id):
            if session.id != but:
                self.drop(session)

    def drop(self, session: Session) -> None:
        """Ends it, and tells so."""
        cookies = [session_cookie_key(self._site, one) for one in (session.cookie, session.previous) if one]
        with told_as_unavailable(), self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(session_key(self._site, session.id), *cookies)
            pipe.srem(sessions_of_key(self._site, session.account_id), session.id)
            publish(pipe, self._site, Notice("session", session.id))
            pipe.execute()

    # ------------------------------------------------------------------------------------------------------------------

    def _keys(self, session: Session, old: str, new: str) -> list[str]:
        cookies = (session_cookie_key(self._site, digest(value)) for value in (old, new))
        return [session_key(self._site, session.id), *cookies]

    def _ends_at_ms(self, session: Session) -> int:
        if session.stage == "password":
            return session.created_at_ms + SECOND_FACTOR_MS
        return min(session.seen_at_ms + self._idle_ms, session.created_at_ms + self._longest_ms)

    def _kept_ms(self, session: Session) -> int:
        return (SECOND_FACTOR_MS if session.stage == "password" else self._idle_ms) + _SLACK_MS
