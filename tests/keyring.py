"""Ways into a site under test, made by the product's own services on the site's own database and Redis: accounts, session
cookies, API tokens. Nothing here goes round a check; a key opens what its role opens.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Actor, system
from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import TOKEN_PERMISSIONS, Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.pages.services import Services
from dashboard.settings import Settings
from dashboard.store import upgrade

HERE = system("tests")
ADDRESS = "127.0.0.1"


class Keyring:
    """The accounts of one site, each made when it is first asked for. Needs its Redis to run."""

    def __init__(self, settings: Settings) -> None:
        self.services = Services.of(settings)
        upgrade(self.services.engine)
        self._accounts: dict[tuple[tuple[Role, ...], Scope], str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives its connections back."""
        self.services.close()

    def account(self, *roles: Role, scope: Scope = EVERYTHING) -> str:
        """Id of an account with these roles there; the same account for the same question."""
        known = self._accounts.get((roles, scope))
        if known is None:
            login = f"{'-'.join(roles)}-{len(self._accounts)}"
            given = [RoleGiven(role, scope) for role in roles]
            known = self.services.accounts.create(HERE, login, login.capitalize(), roles=given)
            self._accounts[roles, scope] = known
        return known

    def cookie(self, *roles: Role, scope: Scope = EVERYTHING) -> str:
        """Value of a session cookie, signed in with a second factor."""
        account = self.account(*roles, scope=scope)
        return self.services.sessions.begin(account, ADDRESS, "tests", stage="full", second_factor="totp")

    def headers(self, *roles: Role, scope: Scope = EVERYTHING) -> dict[str, str]:
        """The same as a `Cookie` header of a server without TLS."""
        return {"Cookie": f"{cookie_name('session', is_secure=False)}={self.cookie(*roles, scope=scope)}"}

    def actor(self, *roles: Role, scope: Scope = EVERYTHING) -> Actor:
        """Whom such a cookie makes."""
        found = self.services.doorkeeper.by_session(self.cookie(*roles, scope=scope), ADDRESS)
        assert found is not None
        return found

    def token(self, *roles: Role, scope: Scope = EVERYTHING) -> str:
        """An API token with all that a token of these roles may have."""
        actor = self.actor(*roles, scope=scope)
        permissions = [one for one in TOKEN_PERMISSIONS if actor.may(one)]
        return self.services.tokens.make(actor, "tests", permissions, 1)[1]
