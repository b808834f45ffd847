"""The second factor: six digits from an app on the phone (TOTP, RFC 6238), or a recovery code.

A code of one step before or after counts too, because phones' clocks differ; no step counts twice, not even for two requests
at once. The seed is sealed (`seal`), and in the database only once its owner has shown a code made from it.
"""

from __future__ import annotations

import contextlib
import logging
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, cast

import pyotp
from pyotp.utils import strings_equal
from redis import Redis
from sqlalchemy import Connection, Engine, RowMapping, select, update

from dashboard.access import recovery
from dashboard.access.accounts import Accounts
from dashboard.access.actor import NOBODY, Actor
from dashboard.access.audit import Audit, Target
from dashboard.access.keys import second_factor_key
from dashboard.access.permissions import Permission
from dashboard.access.reach import require_everywhere, require_own, require_setting_up
from dashboard.access.seal import Seal, SealBroken
from dashboard.access.session_record import SecondFactor as By
from dashboard.access.sessions import Sessions
from dashboard.access.throttle import Throttle
from dashboard.access.unavailable import AccessUnavailable, told_as_unavailable
from dashboard.refusal import Refused
from dashboard.store import StoreError
from dashboard.store.engine import reading, writing
from dashboard.store.schema import accounts, alert_channels, business_sources

ISSUER: Final = "Floorwatch"
STEP_S: Final = 30
SET_UP_S: Final = 600
"""How long one may take to type the seed into the phone."""
FRESH_MS: Final = 600_000
"""How long after sign-in the password need not be asked again."""
SEALED_TOO: Final = ((alert_channels, "address"), (business_sources, "secret"))
"""What else the key seals; empty where there is nothing."""
_TOLERANCE: Final = 1
_EMPTY: Final = {"totp_sealed": None, "totp_confirmed_at_ms": None, "totp_last_step": 0}

log = logging.getLogger("floorwatch.access")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the phone needs: the seed in base 32, and the same as a QR code's text."""

    seed: str
    uri: str


@dataclass(frozen=True, slots=True)
class Proof:
    """`by`: what was shown, "" for nothing right."""

    kind: Literal["ok", "wrong", "wait"]
    by: By = ""
    wait_s: int = 0


class SecondFactors:
    """Setting up, proving and taking away second factors."""

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        redis: Redis,
        site: str,
        now_ms: Callable[[], int],
        *,
        seal: Seal,
        accounts: Accounts,
        throttle: Throttle,
        sessions: Sessions,
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = redis
        self._site = site
        self._now_ms = now_ms
        self._seal = seal
        self._accounts = accounts
        self._throttle = throttle
        self._sessions = sessions
        self._cost = accounts.passwords.cost

    # -- setting up ----------------------------------------------------------------------------------------------------

    def needs_password(self, actor: Actor) -> bool:
        """Whether `start` asks for the password: signed in too long ago."""
        session = self._sessions.by_id(actor.session)
        return session is None or self._now_ms() - session.created_at_ms >= FRESH_MS

    def start(self, actor: Actor, password: str = "") -> Enrolment:
        """A new seed for one's own phone; nothing counts before `confirm`. Refuses while there is a second factor."""
        view = self._accounts.own(actor)
        if view.has_second_factor:
            raise Refused("second_factor.there_already")
        if self.needs_password(actor):
            if not view.has_password:
                raise Refused("second_factor.sign_in_again")
            self._accounts.prove_password(actor, password)
        seed = pyotp.random_base32()
        with told_as_unavailable():
            self._redis.set(self._pending_key(actor), self._closed(seed), ex=SET_UP_S)
        uri = pyotp.TOTP(seed).provisioning_uri(name=view.login, issuer_name=ISSUER)
        return Enrolment(seed, uri)

    def confirm(self, actor: Actor, code: str) -> list[str]:
        """The phone shows the right code: from now on it is wanted. Gives the recovery codes, to be shown this once.
        All other sessions end."""
        account_id = require_setting_up(actor)
        view = self._accounts.own(actor)
        if view.has_second_factor:
            raise Refused("second_factor.there_already")
        with told_as_unavailable():
            sealed = cast("bytes | None", self._redis.get(self._pending_key(actor)))
        if sealed is None:
            raise Refused("second_factor.start_again")
        self._throttle.demand("second_factor", actor.address, view.login)
        step = self._step_of(self._opened(sealed), code)
        if step is None:
            raise Refused("second_factor.wrong", "code")
        self._throttle.passed("second_factor", actor.address, view.login)
        codes = recovery.new_codes()
        hashes = [recovery.hashed(account_id, one, self._cost) for one in codes]
        values = {"totp_sealed": sealed, "totp_confirmed_at_ms": self._now_ms(), "totp_last_step": step}
        with self._accounts.writing() as change:
            change.set_second_factor(actor, account_id, values, "account.second_factor_set_up")
            recovery.replace_codes(change.connection, account_id, hashes)
            change.signed_out[account_id] = actor.session
        self._sessions.proven(actor.session, "totp")
        with told_as_unavailable():
            self._redis.delete(self._pending_key(actor))
        return codes

    def new_recovery_codes(self, actor: Actor, code: str) -> list[str]:
        """Ten new ones instead of the old, to be shown this once; asks for a code of the phone."""
        account_id = require_own(actor)
        self._demand(actor, account_id, code)
        codes = recovery.new_codes()
        hashes = [recovery.hashed(account_id, one, self._cost) for one in codes]
        with self._accounts.writing() as change:
            view = change.find(account_id)
            recovery.replace_codes(change.connection, account_id, hashes)
            change.line(actor, "account.recovery_codes_made", account_id, view.name, {})
        return codes

    def recovery_codes_left(self, actor: Actor) -> int:
        """How many of one's own are still good."""
        account_id = require_own(actor)
        with reading(self._engine) as connection:
            return recovery.count_left(connection, account_id)

    def remove(self, actor: Actor, code: str) -> None:
        """One's own, by who can show a code of it (or a recovery code)."""
        account_id = require_own(actor)
        self._demand(actor, account_id, code)
        self._take_away(actor, account_id, "account.second_factor_removed", goes_on=actor.session)

    def reset(self, actor: Actor, account_id: str) -> None:
        """Somebody else's, who lost phone and codes. Their sessions end."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        self._take_away(actor, account_id, "account.second_factor_reset")

    # -- proving -------------------------------------------------------------------------------------------------------

    def prove(self, account_id: str, code: str, address: str) -> Proof:
        """Whether this is the account's code now, or one of its recovery codes; either is good once.

        Raises `AccessUnavailable`.
        """
        try:
            return self._prove(account_id, code, address)
        except StoreError as error:
            raise AccessUnavailable("The database is away: nobody can sign in.") from error

    def reseal(self, actor: Actor) -> int:
        """A new key, and all seeds sealed with it; how many. So is whatever else the key seals (`SEALED_TOO`). Older
        keys stay in the file, for backups of the database."""
        require_everywhere(actor, Permission.ACCOUNTS_EDIT)
        self._seal.add_key()
        with self._audit.writing() as connection:
            rows = connection.execute(
                select(accounts.c.id, accounts.c.totp_sealed).where(accounts.c.totp_sealed.is_not(None))
            ).all()
            for account_id, sealed in rows:
                sealed_again = {"totp_sealed": self._seal.close_again(sealed)}
                connection.execute(update(accounts).where(accounts.c.id == account_id).values(sealed_again))
            self._reseal_others(connection)
            self._audit.append(connection, actor, "access.key_rotated", details={"sealed": len(rows)})
        return len(rows)

    def _reseal_others(self, connection: Connection) -> None:
        """One that cannot be opened stays as it is: its channel, or who signs with it, says so."""
        for table, column in SEALED_TOO:
            sealed_rows = connection.execute(select(table.c.id, table.c[column]).where(table.c[column] != b"")).all()
            for row_id, sealed in sealed_rows:
                with contextlib.suppress(SealBroken):
                    again = {column: self._seal.close_again(sealed)}
                    connection.execute(update(table).where(table.c.id == row_id).values(again))

    # ------------------------------------------------------------------------------------------------------------------

    def _prove(self, account_id: str, code: str, address: str) -> Proof:
        with reading(self._engine) as connection:
            row = connection.execute(select(accounts).where(accounts.c.id == account_id)).mappings().first()
        if row is None or row["totp_confirmed_at_ms"] is None or row["disabled_at_ms"] is not None:
            return Proof("wrong")
        wait_s = self._throttle.enter("second_factor", address, row["login"])
        if wait_s:
            return Proof("wait", wait_s=wait_s)
        by: By = "recovery" if recovery.is_form(code) else "totp"
        is_right = self._use_recovery(row, code, address) if by == "recovery" else self._use_step(row, code)
        if not is_right:
            actor = replace(NOBODY, address=address)
            self._audit.denied(actor, "account.second_factor", Target("account", account_id, row["name"]))
            return Proof("wrong")
        self._throttle.passed("second_factor", address, row["login"])
        return Proof("ok", by)

    def _use_step(self, row: RowMapping, code: str) -> bool:
        """Compare and set: of two requests with one code, one is right."""
        try:
            step = self._step_of(self._seal.open(row["totp_sealed"]), code)
        except SealBroken as error:
            log.error("Second factors cannot be read; recovery codes still work: %s", error)  # noqa: TRY400 — a sentence, no trace
            return False
        if step is None:
            return False
        newer = (accounts.c.id == row["id"]) & (accounts.c.totp_last_step < step)
        with writing(self._engine) as connection:
            return connection.execute(update(accounts).where(newer).values(totp_last_step=step)).rowcount == 1

    def _use_recovery(self, row: RowMapping, code: str, address: str) -> bool:
        account_id = row["id"]
        code_hash = recovery.hashed(account_id, code, self._cost)
        with self._audit.writing() as connection:
            if not recovery.use(connection, account_id, code_hash, self._now_ms()):
                return False
            actor = Actor("person", account_id, row["name"], (), account_id, address=address)
            target, details = (
                Target("account", account_id, row["name"]),
                {"left": recovery.count_left(connection, account_id)},
            )
            self._audit.append(connection, actor, "account.recovery_code_used", target, details=details)
            return True

    def _demand(self, actor: Actor, account_id: str, code: str) -> None:
        proof = self.prove(account_id, code, actor.address)
        if proof.kind == "wait":
            raise Refused("access.wait", seconds=proof.wait_s)
        if proof.kind == "wrong":
            raise Refused("second_factor.wrong", "code")

    def _take_away(self, actor: Actor, account_id: str, action: str, *, goes_on: str = "") -> None:
        with self._accounts.writing() as change:
            change.set_second_factor(actor, account_id, _EMPTY, action)
            recovery.replace_codes(change.connection, account_id, ())
            change.signed_out[account_id] = goes_on

    def _step_of(self, seed: str, typed: str) -> int | None:
        """The step whose code this is; None for no code of now."""
        code = unicodedata.normalize("NFKC", "".join(typed[:50].split()))
        if not (code.isascii() and code.isdecimal()):
            return None
        now = self._now_ms() // 1000 // STEP_S
        totp = pyotp.TOTP(seed, interval=STEP_S)
        steps = [
            step
            for step in range(now - _TOLERANCE, now + _TOLERANCE + 1)
            if strings_equal(totp.generate_otp(step), code)
        ]
        return steps[-1] if steps else None

    def _closed(self, seed: str) -> bytes:
        try:
            return self._seal.close(seed)
        except SealBroken as error:
            raise AccessUnavailable(str(error)) from error

    def _opened(self, sealed: bytes) -> str:
        try:
            return self._seal.open(sealed)
        except SealBroken as error:
            raise AccessUnavailable(str(error)) from error

    def _pending_key(self, actor: Actor) -> str:
        return second_factor_key(self._site, actor.session)
