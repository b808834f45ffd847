"""Accounts: who there is, what they may do, and whether a password is theirs.

After each change the copy in Redis is renewed and every process told (`Notice`), so that it counts at once everywhere. Whether
an account is unknown, disabled, without a password, or the password wrong: the answer, its work and its waiting are the same.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine, RowMapping, select, update

from dashboard.access.account_changes import AccountChanges, count_admins
from dashboard.access.account_record import AccountRecords, read_account
from dashboard.access.account_view import AccountView, RoleGiven, account_views
from dashboard.access.account_words import login_of
from dashboard.access.actor import NOBODY, Actor
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice, publish
from dashboard.access.passwords import Passwords
from dashboard.access.permissions import Permission
from dashboard.access.reach import require_everywhere, require_own, require_setting_up
from dashboard.access.session_record import SecondFactor, Via
from dashboard.access.sessions import Sessions
from dashboard.access.throttle import Throttle
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import Refused
from dashboard.store import StoreError
from dashboard.store.engine import reading, writing
from dashboard.store.schema import accounts

__all__ = ["AccountView", "Accounts", "Outcome", "RoleGiven"]

log = logging.getLogger("floorwatch.access")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a sign-in. `wrong` says no more than that. `wait_s`: seconds before the next try may be made."""

    kind: Literal["ok", "wrong", "wait"]
    account_id: str = ""
    needs_second_factor: bool = False
    wait_s: int = 0


class Accounts:
    """The accounts, as one site's processes use them."""

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        redis: Redis,
        site: str,
        now_ms: Callable[[], int],
        *,
        passwords: Passwords,
        throttle: Throttle,
        sessions: Sessions,
    ) -> None:
        self.passwords = passwords
        self._engine = engine
        self._audit = audit
        self._redis = redis
        self._site = site
        self._now_ms = now_ms
        self._throttle = throttle
        self._sessions = sessions
        self._records = AccountRecords(site, redis, engine)
        self._secret = secrets.token_bytes(32)

    # -- changing ------------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[AccountChanges]:
        """Several changes at once: all of them with their lines, or none. Told when they are committed."""
        with self._audit.writing() as connection:
            change = AccountChanges(connection, self._audit, self._now_ms)
            yield change
        self._tell(change)

    def create(
        self,
        actor: Actor,
        login: str,
        name: str,
        *,
        password: str = "",
        must_choose: bool = False,
        roles: Iterable[RoleGiven] = (),
        person_id: str | None = None,
        lang: str = "",
    ) -> str:
        """A new account; its id. Without a password its owner comes in by an invitation or through the provider."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        password_hash = None
        if password:
            self.passwords.check(password, (login, name))
            password_hash = self.passwords.hash(password)
        with self.writing() as change:
            return change.create(
                actor,
                login,
                name,
                password_hash=password_hash,
                must_choose=must_choose,
                roles=roles,
                person_id=person_id,
                lang=lang,
            )

    def rename(self, actor: Actor, account_id: str, name: str) -> None:
        """Another name."""
        with self.writing() as change:
            change.rename(actor, account_id, name)

    def disable(self, actor: Actor, account_id: str, reason: str = "") -> None:
        """Closes an account: its sessions end, its tokens open nothing, its invitations are void."""
        with self.writing() as change:
            change.set_enabled(actor, account_id, is_enabled=False, reason=reason)

    def enable(self, actor: Actor, account_id: str, reason: str = "") -> None:
        """Opens it again, with its roles as they were."""
        with self.writing() as change:
            change.set_enabled(actor, account_id, is_enabled=True, reason=reason)

    def set_roles(self, actor: Actor, account_id: str, roles: Iterable[RoleGiven]) -> None:
        """The roles given by hand are these now; those from the provider stay."""
        with self.writing() as change:
            change.replace_roles(actor, account_id, roles)

    def link_person(self, actor: Actor, account_id: str, person_id: str | None) -> None:
        """Whose account it is; None: nobody's in the directory."""
        with self.writing() as change:
            change.link_person(actor, account_id, person_id)

    def set_password(self, actor: Actor, account_id: str, password: str, *, must_choose: bool = True) -> None:
        """A password for somebody else, who then has to choose their own (`must_choose`). Their sessions end."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        with reading(self._engine) as connection:
            view = _one(account_views(connection, account_id))
        self.passwords.check(password, (view.login, view.name, view.person_name))
        password_hash = self.passwords.hash(password)
        with self.writing() as change:
            change.set_password(actor, account_id, password_hash, must_choose=must_choose)

    def change_password(self, actor: Actor, old: str, new: str) -> None:
        """One's own, by who knows the old one. All other sessions end."""
        account_id = require_setting_up(actor)
        view = self.prove_password(actor, old, field="old")
        self.passwords.check(new, (view.login, view.name, view.person_name))
        if old == new:
            raise Refused("password.same", "password")
        password_hash = self.passwords.hash(new)
        with self.writing() as change:
            change.set_password(actor, account_id, password_hash, must_choose=False, goes_on=actor.session)

    def prove_password(self, actor: Actor, password: str, *, field: str = "password") -> AccountView:
        """Whoever is at this browser knows the account's password, or is refused; asked before sensitive changes."""
        account_id = require_setting_up(actor)
        row, view = self._row_by_id(account_id)
        if row["password_hash"] is None:
            raise Refused("password.none", field)
        self._throttle.demand("password", actor.address, row["login"])
        if not self.passwords.verify(row["password_hash"], password):
            self._audit.denied(actor, "account.password_asked", Target("account", account_id, view.name))
            raise Refused("password.wrong", field)
        self._throttle.passed("password", actor.address, row["login"])
        return view

    def set_lang(self, actor: Actor, lang: str) -> None:
        """One's own language; "" for the browser's."""
        account_id = require_own(actor)
        with writing(self._engine) as connection:
            change = AccountChanges(connection, self._audit, self._now_ms)
            change.set_lang(account_id, lang)
        self._tell(change)

    # -- looking -------------------------------------------------------------------------------------------------------

    def find(self, actor: Actor, account_id: str) -> AccountView:
        """One account. Refuses an id that nobody has."""
        require_everywhere(actor, Permission.ACCOUNTS_VIEW)
        with reading(self._engine) as connection:
            return _one(account_views(connection, account_id))

    def by_login(self, actor: Actor, login: str) -> AccountView:
        """The same, by what is typed at sign-in."""
        require_everywhere(actor, Permission.ACCOUNTS_VIEW)
        with reading(self._engine) as connection:
            found = connection.execute(select(accounts.c.id).where(accounts.c.login == login_of(login))).scalar()
            return _one(account_views(connection, found or ""))

    def listed(self, actor: Actor) -> list[AccountView]:
        """All accounts, by login."""
        require_everywhere(actor, Permission.ACCOUNTS_VIEW)
        with reading(self._engine) as connection:
            return account_views(connection)

    def own(self, actor: Actor) -> AccountView:
        """One's own, also for who still has something to set up."""
        account_id = require_setting_up(actor)
        with reading(self._engine) as connection:
            return _one(account_views(connection, account_id))

    def has_admin(self) -> bool:
        """Whether anybody can administer this installation. Raises `StoreError`."""
        with reading(self._engine) as connection:
            return count_admins(connection) > 0

    # -- signing in ----------------------------------------------------------------------------------------------------

    def verify_password(self, login: str, password: str, address: str) -> Outcome:
        """Whose password this is. Raises `AccessUnavailable`."""
        login = login_of(login) or "-"
        wait_s = self._throttle.enter("sign_in", address, login)
        if wait_s:
            self._failed(login, "", address, "account.sign_in_delayed")
            return Outcome("wait", wait_s=wait_s)
        try:
            row = self._row_by_login(login)
        except AccessUnavailable:
            self._throttle.take_back("sign_in", address, login)  # whoever tries during an outage need not wait after it
            raise
        is_open = row is not None and row["disabled_at_ms"] is None
        kept = row["password_hash"] if row is not None and is_open else None
        if not self.passwords.verify(kept, password) or row is None:
            self._failed(login, row["id"] if row else "", address, "account.sign_in")
            return Outcome("wrong")
        self._throttle.passed("sign_in", address, login)
        if self.passwords.is_outdated(row["password_hash"]):
            self._hash_anew(row["id"], row["password_hash"], password)
        return Outcome("ok", row["id"], needs_second_factor=row["totp_confirmed_at_ms"] is not None)

    def signed_in(self, account_id: str, address: str, *, via: Via, second_factor: SecondFactor = "") -> None:
        """The sign-in is complete: on record, and the address known from now on. To be called once, when the session is full."""
        with self._audit.writing() as connection:
            view = _one(account_views(connection, account_id))
            now = self._now_ms()
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(last_sign_in_ms=now))
            record = read_account(connection, self._site, account_id)
            grants = record.grants() if record else ()
            actor = Actor("person", account_id, view.name, grants, account_id, address=address)
            target, details = Target("account", account_id, view.name), {"via": via, "second_factor": second_factor}
            self._audit.append(connection, actor, "account.sign_in", target, details=details)
        self._throttle.remember(view.login, address)

    # ------------------------------------------------------------------------------------------------------------------

    def _failed(self, login: str, account_id: str, address: str, action: str) -> None:
        """On record without the text that was typed: people type their password there. The same typed again is the same."""
        typed = hmac.digest(self._secret, login.encode("utf-8", "surrogatepass"), "sha256").hex()[:12]
        target = Target("account", account_id) if account_id else Target("login", typed)
        self._audit.denied(replace(NOBODY, address=address), action, target)

    def _hash_anew(self, account_id: str, kept: str, password: str) -> None:
        """At today's cost. Its owner and the password stay the same, so it is no change that the log is about."""
        try:
            with writing(self._engine) as connection:
                same = (accounts.c.id == account_id) & (accounts.c.password_hash == kept)
                connection.execute(update(accounts).where(same).values(password_hash=self.passwords.hash(password)))
        except StoreError as error:
            log.warning("A password is not hashed anew: %s", error)

    def _row_by_login(self, login: str) -> RowMapping | None:
        try:
            with reading(self._engine) as connection:
                return connection.execute(select(accounts).where(accounts.c.login == login)).mappings().first()
        except StoreError as error:
            raise AccessUnavailable("The database is away: nobody can sign in.") from error

    def _row_by_id(self, account_id: str) -> tuple[RowMapping, AccountView]:
        with reading(self._engine) as connection:
            row = connection.execute(select(accounts).where(accounts.c.id == account_id)).mappings().first()
            if row is None:
                raise Refused("account.refused.unknown")
            return row, _one(account_views(connection, account_id))

    def _tell(self, change: AccountChanges) -> None:
        """Without Redis the change counts when a process looks again: within 30 s."""
        try:
            for account_id in sorted(change.touched):
                self._records.renew(account_id)
                publish(self._redis, self._site, Notice("account", account_id))
            for account_id, goes_on in change.signed_out.items():
                self._sessions.end_all(account_id, but=goes_on)
        except (StoreError, AccessUnavailable, RedisError, OSError) as error:
            log.warning("A change of an account is not told yet: %s", error)


def _one(found: list[AccountView]) -> AccountView:
    if not found:
        raise Refused("account.refused.unknown")
    return found[0]
