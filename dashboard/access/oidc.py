"""Sign-in through an OpenID Connect provider: authorization code flow with PKCE, bound to the browser that began it.

Who comes back with a proven identity and a group that means something here has an account and its roles; nobody else gets in.
An account is known by issuer and subject alone: names and e-mail addresses are chosen by people at the provider. Roles from
groups are replaced at each sign-in, those given here by hand stay. Whatever the provider says in words stays unread: pages and
audit show our own sentences.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from redis import Redis
from sqlalchemy import Engine

from dashboard.access.account_changes import EVERYWHERE_ONLY
from dashboard.access.accounts import Accounts
from dashboard.access.audit import Audit
from dashboard.access.oidc_groups import groups_of, is_multi_factor, roles_of, shown_name, wished_login
from dashboard.access.oidc_link import Line, ProviderAway
from dashboard.access.oidc_pending import Pending, PendingSignIns
from dashboard.access.oidc_people import Identity, OidcPeople
from dashboard.access.oidc_provider import CodeRefused, Provider, error_code, is_acceptable
from dashboard.access.oidc_token import TokenRefused
from dashboard.access.unavailable import told_as_unavailable
from dashboard.refusal import Refused
from dashboard.settings import OidcSettings, Settings, SettingsError

LONGEST_ANSWER: Final = 4096

log = logging.getLogger(__name__)


class SignInRefused(Refused):
    """No sign-in by the provider. `word`: the sentence for the page (it may name the `provider`). `why`: for log and audit, in
    our own words."""

    def __init__(self, word: str, why: str) -> None:
        super().__init__(word)
        self.why = why
        log.warning("oidc: nobody is signed in: %s", why)


@dataclass(frozen=True, slots=True)
class Begun:
    """`url`: where the browser goes. `cookie`: value of the cookie `oidc`, by which it is known when it comes back."""

    url: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who came back. `is_multi_factor`: the provider says that it asked for more than a password. `needs_second_step`: it did
    not, and the account's role wants more; the account has a second factor here, so that is asked for."""

    account_id: str
    next_path: str
    is_multi_factor: bool
    needs_second_step: bool


class Oidc:
    """Sign-in by one provider. `clock_ms`: UTC. `second_factor`: roles that need one. Raises `SettingsError` for settings that
    cannot work."""

    def __init__(
        self,
        settings: OidcSettings,
        pending: PendingSignIns,
        people: OidcPeople,
        clock_ms: Callable[[], int],
        *,
        second_factor: Collection[str],
        line: Line | None = None,
    ) -> None:
        check(settings)
        self._settings = settings
        self._second_factor = frozenset(second_factor)
        self._pending = pending
        self._people = people
        self._provider = Provider(settings, clock_ms, line)

    @property
    def name(self) -> str:
        """What the button says."""
        return self._settings.name or str(urlsplit(self._settings.issuer).hostname)

    def begin(self, next_path: str, redirect_uri: str, lang: str) -> Begun:
        """Sends a browser to the provider. Raises `SignInRefused` (`sign_in.oidc.away`), `AccessUnavailable`."""
        pending = Pending.fresh(self._settings.issuer, redirect_uri, next_path)
        try:
            url = self._provider.sign_in_url(
                redirect_uri=redirect_uri,
                state=pending.state,
                nonce=pending.nonce,
                verifier=pending.verifier,
                lang=lang,
            )
        except ProviderAway as away:
            raise _away(away) from None
        with told_as_unavailable():
            return Begun(url, self._pending.keep(pending))

    def finish(self, cookie: str, answer: Mapping[str, str], address: str) -> Admitted:
        """Lets in who came back with `answer` (the address's query). Raises `SignInRefused`, after an audit line where
        somebody tried to come in, and `AccessUnavailable`."""
        with told_as_unavailable():
            pending = self._pending.take(cookie)
        if pending is None:
            raise SignInRefused("sign_in.oidc.over", "no sign-in was begun in this browser")
        try:
            claims = self._claims(pending, answer)
        except SignInRefused as refused:
            self._people.refused(Identity(self._settings.issuer, ""), address, refused.why)
            raise
        return self._admitted(claims, pending.next_path, address)

    def _claims(self, pending: Pending, answer: Mapping[str, str]) -> dict[str, Any]:
        self._check_answer(pending, answer)
        try:
            return self._provider.claims(
                code=answer["code"],
                redirect_uri=pending.redirect_uri,
                verifier=pending.verifier,
                nonce=pending.nonce,
            )
        except ProviderAway as away:
            raise _away(away) from None
        except CodeRefused as refused:
            raise SignInRefused("sign_in.oidc.over", f"the provider refused the code ({refused})") from None
        except TokenRefused as refused:
            raise SignInRefused("sign_in.oidc.wrong", f"the ID token was refused: {refused}") from None

    def _check_answer(self, pending: Pending, answer: Mapping[str, str]) -> None:
        """Whether `answer` belongs to what this browser began, at this provider."""
        if not hmac.compare_digest(pending.state.encode(), answer.get("state", "").encode()):
            raise SignInRefused("sign_in.oidc.over", "the answer's state is another one")
        names_itself = "iss" in answer or (self._described() and "error" not in answer)
        if pending.issuer != self._settings.issuer or (names_itself and answer.get("iss") != pending.issuer):
            raise SignInRefused("sign_in.oidc.wrong", "the answer is another issuer's")
        if "error" in answer:
            code = error_code(answer["error"])
            word = "sign_in.oidc.cancelled" if code == "access_denied" else "sign_in.oidc.wrong"
            raise SignInRefused(word, f"the provider answered with the error {code}")
        if not 0 < len(answer.get("code", "")) <= LONGEST_ANSWER:
            raise SignInRefused("sign_in.oidc.wrong", "the answer has no code")

    def _described(self) -> bool:
        """Whether the provider promises to name itself in its answers (RFC 9207)."""
        try:
            return self._provider.description().names_itself_in_answers
        except ProviderAway as away:
            raise _away(away) from None

    def _admitted(self, claims: Mapping[str, Any], next_path: str, address: str) -> Admitted:
        identity = Identity(self._settings.issuer, claims["sub"], shown_name(claims), wished_login(claims))
        roles = roles_of(groups_of(claims, self._settings.groups_claim), self._settings.roles)
        account = self._people.known(identity, roles)
        if not roles:
            self._people.refused(identity, address, "no group of theirs means anything here", account)
            raise SignInRefused("sign_in.oidc.no_group", "no group")
        if account is None:
            account = self._people.added(identity, roles)
        if not account.is_enabled:
            self._people.refused(identity, address, "the account is disabled", account)
            raise SignInRefused("sign_in.oidc.disabled", "disabled")
        is_wanted = any(one.role in self._second_factor for one in account.roles) and account.has_second_factor
        is_proven = is_multi_factor(claims)
        return Admitted(account.id, next_path, is_proven, needs_second_step=is_wanted and not is_proven)


def _away(away: ProviderAway) -> SignInRefused:
    return SignInRefused("sign_in.oidc.away", f"the provider is away: {away}")


def oidc_of(
    settings: Settings,
    redis_client: Redis,
    engine: Engine,
    accounts: Accounts,
    audit: Audit,
    clock_ms: Callable[[], int],
) -> Oidc | None:
    """As the settings say: None without a provider. Raises `SettingsError`."""
    if not settings.oidc.issuer:
        return None
    pending, people = PendingSignIns(settings.site, redis_client), OidcPeople(engine, accounts, audit)
    return Oidc(settings.oidc, pending, people, clock_ms, second_factor=settings.access.second_factor)


def check(settings: OidcSettings) -> None:
    """Raises `SettingsError` for settings with which nobody could sign in, or not safely."""
    if not is_acceptable(settings.issuer, settings.issuer):
        raise SettingsError("oidc.issuer: must be an https:// address (http:// only on this machine).")
    if not settings.roles:
        raise SettingsError('oidc.roles: no group means anything here. Add a table [oidc.roles."GROUP"].')
    if "openid" not in settings.scopes:
        raise SettingsError("oidc.scopes: must hold openid.")
    for group, meaning in settings.roles.items():
        if meaning.role in EVERYWHERE_ONLY and (meaning.teams or meaning.queues):
            raise SettingsError(
                f"oidc.roles.{group}: the role {meaning.role} holds everywhere; leave teams and queues out."
            )
