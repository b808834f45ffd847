"""Who is asking: from a cookie or a token to an actor, the same for pages, gateway and API.

The database is the truth. While it is away its copies in Redis answer, so that nothing that runs goes dark; what was taken away
is taken away in the copy too. With both away nobody can be known, which is neither yes nor no: `AccessUnavailable`.
"""

from __future__ import annotations

from collections.abc import Callable

from redis import Redis
from sqlalchemy import Engine

from dashboard.access.account_record import AccountRecord, AccountRecords
from dashboard.access.actor import Actor, Grant
from dashboard.access.keys import digest
from dashboard.access.screen_record import ScreenRecords
from dashboard.access.session_record import Session
from dashboard.access.session_store import SessionStore
from dashboard.access.token_record import FORM, TokenRecord, TokenRecords
from dashboard.settings import AccessSettings


class Doorkeeper:
    """Makes the actors of a site. All of it raises `AccessUnavailable`."""

    def __init__(
        self,
        site: str,
        redis: Redis,
        engine: Engine,
        rules: AccessSettings,
        now_ms: Callable[[], int],
    ) -> None:
        self.screens = ScreenRecords(site, redis, engine)
        self._sessions = SessionStore(redis, site, rules, now_ms)
        self._accounts = AccountRecords(site, redis, engine)
        self._tokens = TokenRecords(site, redis, engine, now_ms)
        self._second_factor = frozenset(rules.second_factor)

    def by_session(self, cookie: str, address: str) -> Actor | None:
        """The person whose browser holds this cookie; a sign of life of their session. None for nobody, or for somebody who
        has not proven their second factor yet."""
        return self._of_session(self._sessions.read(cookie), address)

    def by_token(self, bearer: str, address: str) -> Actor | None:
        """The program that shows this token; it notes the use."""
        if not FORM.fullmatch(bearer):
            return None
        actor = self._of_token(digest(bearer), address)
        if actor is not None:
            self._tokens.used(actor.id)
        return actor

    def by_screen(self, cookie: str, address: str) -> Actor | None:
        """The paired TV that holds this cookie, if it comes from its address range."""
        record = self.screens.by_token(cookie, address)
        return None if record is None else record.actor(address, digest(cookie))

    def again(self, actor: Actor) -> Actor | None:
        """The same one, looked up anew: for sockets that stay open while cookies change and roles are taken away.
        An open live page is a sign of life of its session. None: it is over."""
        match actor.kind:
            case "person":
                return self._of_session(self._sessions.by_id(actor.session), actor.address)
            case "token":
                return self._of_token(actor.session, actor.address)
            case "screen":
                record = self.screens.by_hash(actor.session, actor.address)
                return None if record is None else record.actor(actor.address, actor.session)
            case "system":
                return actor
            case "nobody":
                return None

    def _of_session(self, session: Session | None, address: str) -> Actor | None:
        if session is None or session.stage != "full":
            return None
        record = self._accounts.find(session.account_id)
        if record is None or not record.is_enabled or self._is_unproven(record, session):
            return None
        self._sessions.touch(session)
        owed = self._owed(record, session)
        return Actor(
            kind="person",
            id=record.id,
            name=record.name,
            grants=() if owed else record.grants(),
            account_id=record.id,
            session=session.id,
            address=address,
            lang=record.lang,
            must_set_up=owed,
        )

    def _owed(self, record: AccountRecord, session: Session) -> str:
        """What has to be done before anything else."""
        if record.must_choose and session.via == "password":
            return "password"
        return "second_factor" if self._wants_second_factor(record) and not session.second_factor else ""

    def _is_unproven(self, record: AccountRecord, session: Session) -> bool:
        """Whether a second factor is there and was not asked for, because the role that wants it was given only afterwards:
        one signs in again."""
        return record.has_second_factor and self._wants_second_factor(record) and not session.second_factor

    def _wants_second_factor(self, record: AccountRecord) -> bool:
        return any(role in self._second_factor for role, _ in record.roles)

    def _of_token(self, token_hash: str, address: str) -> Actor | None:
        token = self._tokens.find(token_hash)
        owner = None if token is None else self._accounts.find(token.account_id)
        if token is None or owner is None or not owner.is_enabled:
            return None
        return Actor(
            kind="token",
            id=token.id,
            name=f"{owner.name}: {token.name}"[:100],
            grants=_part(owner.grants(), token),
            account_id=owner.id,
            session=token_hash,
            address=address,
            lang=owner.lang,
        )


def _part(grants: tuple[Grant, ...], token: TokenRecord) -> tuple[Grant, ...]:
    """What of its owner's grants a token has, and where. A limited one that reaches none of its owner's places has nothing."""
    where = token.where
    parts = (Grant(grant.role, grant.scope & where, grant.permissions & token.allowed) for grant in grants)
    return tuple(part for part in parts if part.permissions and (where.is_everything or not part.scope.is_nothing))
