"""Looking at sessions, and ending them: one's own, and those of others.

Ending a session from a list is on record; leaving by one's own sign-out is not.
"""

from __future__ import annotations

from collections.abc import Callable

from redis import Redis

from dashboard.access.actor import Actor
from dashboard.access.audit import Audit, Target
from dashboard.access.permissions import Permission
from dashboard.access.reach import require_everywhere, require_own
from dashboard.access.session_record import Session
from dashboard.access.session_store import SessionStore
from dashboard.settings import AccessSettings


class Sessions(SessionStore):
    """The sessions of a site, for pages and commands."""

    def __init__(self, redis: Redis, site: str, rules: AccessSettings, audit: Audit, now_ms: Callable[[], int]) -> None:
        super().__init__(redis, site, rules, now_ms)
        self._audit = audit

    def own(self, actor: Actor) -> list[Session]:
        """One's own, newest first; `session.id == actor.session` is this one."""
        return self._full(require_own(actor))

    def of(self, actor: Actor, account_id: str) -> list[Session]:
        """An account's, newest first."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        return self._full(account_id)

    def revoke(self, actor: Actor, session_id: str) -> None:
        """Ends a session of one's own, or (ACCOUNTS_EDIT) anybody's. Nothing for one that is not there."""
        session = self.by_id(session_id)
        is_own = session is not None and session.account_id == actor.account_id
        if is_own:
            require_own(actor)
        else:
            require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        if session is not None:
            self._revoke(actor, session.account_id, [session])

    def revoke_others(self, actor: Actor) -> int:
        """Ends all of one's own but this one; how many."""
        others = [session for session in self.own(actor) if session.id != actor.session]
        return self._revoke(actor, actor.account_id, others)

    def revoke_all(self, actor: Actor, account_id: str) -> int:
        """Ends all of an account's; how many."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        return self._revoke(actor, account_id, self.all_of(account_id))

    def _revoke(self, actor: Actor, account_id: str, ending: list[Session]) -> int:
        if ending:
            with self._audit.writing() as connection:
                details = {"sessions": [{"address": one.address, "browser": one.browser} for one in ending]}
                self._audit.append(
                    connection, actor, "session.revoked", target=Target("account", account_id, ""), details=details
                )
                for session in ending:
                    self.drop(session)
        return len(ending)

    def _full(self, account_id: str) -> list[Session]:
        found = [session for session in self.all_of(account_id) if session.stage == "full"]
        return sorted(found, key=lambda session: -session.created_at_ms)
