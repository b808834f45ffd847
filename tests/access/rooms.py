"""All rooms of access on one database and one Redis, at a cost of hashing that tests can afford, and people to live in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
from redis import Redis
from sqlalchemy import Engine

from dashboard.access.accounts import Accounts, RoleGiven
from dashboard.access.actor import Actor, system
from dashboard.access.audit import Audit
from dashboard.access.doorkeeper import Doorkeeper
from dashboard.access.invitations import Invitations
from dashboard.access.passwords import Cost, Passwords
from dashboard.access.seal import Seal
from dashboard.access.second_factor import STEP_S, SecondFactors
from dashboard.access.session_record import SecondFactor
from dashboard.access.sessions import Sessions
from dashboard.access.throttle import Throttle
from dashboard.access.tokens import Tokens
from dashboard.settings import AccessSettings
from dashboard.store import open_store
from tests.access.ledger import Clock

SITE = "main"
SYSTEM = system("floorwatch test")
PASSWORD = "春眠不觉晓 then rain"
OTHER = "quiet harbour 七点半 lamp"
CHEAP = Cost(passes=1, memory_kib=8)
HOME = "10.1.0.7"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
ADMIN = (RoleGiven("admin"),)
AGENT = RoleGiven("agent")


@dataclass
class Rooms:
    """What one process would have."""

    engine: Engine
    redis: Redis
    clock: Clock
    audit: Audit
    folder: Path
    rules: AccessSettings = field(default_factory=lambda: AccessSettings(second_factor=()))

    def __post_init__(self) -> None:
        self.throttle = Throttle(self.redis, SITE, self.clock)
        self.sessions = Sessions(self.redis, SITE, self.rules, self.audit, self.clock)
        self.passwords = Passwords(SITE, CHEAP)
        self.accounts = Accounts(
            self.engine,
            self.audit,
            self.redis,
            SITE,
            self.clock,
            passwords=self.passwords,
            throttle=self.throttle,
            sessions=self.sessions,
        )
        self.seal = Seal(self.folder / "secrets" / "access.key")
        self.second_factors = SecondFactors(
            self.engine,
            self.audit,
            self.redis,
            SITE,
            self.clock,
            seal=self.seal,
            accounts=self.accounts,
            throttle=self.throttle,
            sessions=self.sessions,
        )
        self.invitations = Invitations(self.engine, self.audit, self.accounts, self.throttle, self.clock)
        self.tokens = Tokens(self.engine, self.audit, self.redis, SITE, self.clock)
        self.doorkeeper = Doorkeeper(SITE, self.redis, self.engine, self.rules, self.clock)

    def person(
        self, login: str, roles: Iterable[RoleGiven] = (), *, password: str = PASSWORD, person_id: str | None = None
    ) -> str:
        """A new account; its id."""
        return self.accounts.create(
            SYSTEM, login, f"Name of {login}", password=password, roles=roles, person_id=person_id
        )

    def cookie(self, account_id: str, *, second_factor: SecondFactor = "") -> str:
        """The cookie of a new session of theirs."""
        return self.sessions.begin(account_id, HOME, FIREFOX, second_factor=second_factor)

    def at_the_desk(self, account_id: str) -> Actor:
        """They, signed in."""
        actor = self.doorkeeper.by_session(self.cookie(account_id), HOME)
        assert actor is not None
        return actor

    def newcomer(self, login: str, *roles: RoleGiven) -> Actor:
        """A new account, signed in."""
        return self.at_the_desk(self.person(login, roles))

    def totp(self, seed: str, steps: int = 0) -> str:
        """What the phone shows now, or some steps away from now."""
        return pyotp.TOTP(seed).generate_otp(self.clock.ms // 1000 // STEP_S + steps)

    def without_database(self) -> Doorkeeper:
        """The doorkeeper while nobody answers where the database was."""
        away = open_store("postgresql+psycopg://nobody@127.0.0.1:1/none")
        return Doorkeeper(SITE, self.redis, away, self.rules, self.clock)
