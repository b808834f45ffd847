"""The OpenID provider as we speak with it: its own description, its keys, codes exchanged for proven claims.

The description and the keys are read when first needed and again every hour; the description also before a browser is sent there,
the keys also when a token names one that we do not know, because providers change theirs. Everything the provider says is
outside text: no sentence of it reaches a page or the log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from joserfc.jwk import Key
from requests import RequestException

from dashboard.access.oidc_link import Line, Link, ProviderAway, json_of
from dashboard.access.oidc_token import ALGORITHMS, TokenRefused, checked, usable_keys
from dashboard.settings import OidcSettings

READ_AGAIN_MS: Final = 3_600_000
FRESH_MS: Final = 10_000
"""Who is about to be sent there shall find somebody: the description is then not older than that."""
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")


class CodeRefused(Exception):  # noqa: N818 — the field's word
    """The provider does not take the code (any more). The text is its error code, if that is one."""


@dataclass(frozen=True, slots=True)
class Description:
    """What we use of the provider's document."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    auth_method: str
    algorithms: tuple[str, ...]
    names_itself_in_answers: bool


class Provider:
    """One provider. `clock_ms`: UTC."""

    def __init__(self, settings: OidcSettings, clock_ms: Callable[[], int], line: Line | None = None) -> None:
        self._settings = settings
        self._clock_ms = clock_ms
        self._line = line or Line()
        self._description: tuple[int, Description] | None = None
        self._keys: tuple[int, tuple[Key, ...]] | None = None

    @property
    def issuer(self) -> str:
        """As configured, and as every token must name it."""
        return self._settings.issuer

    def description(self, at_most_ms: int = READ_AGAIN_MS) -> Description:
        """As read at most so long ago. Raises `ProviderAway`."""
        now_ms = self._clock_ms()
        if self._description is None or now_ms - self._description[0] > at_most_ms:
            address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            with self._line.talking(), self._link() as link:
                self._description = (now_ms, described(json_of(link, address), self._settings))
        return self._description[1]

    def sign_in_url(self, *, redirect_uri: str, state: str, nonce: str, verifier: str, lang: str) -> str:
        """Where the browser goes to sign in. Raises `ProviderAway`."""
        description = self.description(FRESH_MS)
        with self._link() as link:
            url, _ = link.create_authorization_url(
                description.authorization_endpoint,
                state=state,
                code_verifier=verifier,
                redirect_uri=redirect_uri,
                scope=" ".join(self._settings.scopes),
                nonce=nonce,
                ui_locales=lang,
            )
        return str(url)

    def claims(self, *, code: str, redirect_uri: str, verifier: str, nonce: str) -> dict[str, Any]:
        """Who signed in: the claims of the ID token, and of the userinfo if the token has no groups.

        Raises `ProviderAway`, `CodeRefused`, `TokenRefused`.
        """
        description = self.description()
        with self._line.talking(), self._link(description) as link:
            answer = _exchanged(link, description, code=code, redirect_uri=redirect_uri, verifier=verifier)
            claims = self._proven(link, description, answer, nonce)
            if self._settings.groups_claim not in claims and description.userinfo_endpoint and answer["access_token"]:
                claims = _with_userinfo(link, description.userinfo_endpoint, answer["access_token"], claims)
        return claims

    def _proven(self, link: Link, description: Description, answer: dict[str, str], nonce: str) -> dict[str, Any]:
        def check(keys: Sequence[Key]) -> dict[str, Any]:
            return checked(
                answer["id_token"],
                keys,
                issuer=self.issuer,
                client_id=self._settings.client_id,
                nonce=nonce,
                access_token=answer["access_token"],
                now_s=self._clock_ms() // 1000,
                algorithms=description.algorithms,
            )

        read_at_ms, keys = self._keys or (0, ())
        if self._clock_ms() - read_at_ms <= READ_AGAIN_MS:
            try:
                return check(keys)
            except TokenRefused as refused:
                if not refused.is_key_unknown:
                    raise
        return check(self._keys_anew(link, description))

    def _keys_anew(self, link: Link, description: Description) -> tuple[Key, ...]:
        keys = usable_keys(json_of(link, description.jwks_uri))
        self._keys = (self._clock_ms(), keys)
        return keys

    def _link(self, description: Description | None = None) -> Link:
        return Link(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret.get_secret_value(),
            token_endpoint_auth_method=description.auth_method if description else None,
            code_challenge_method="S256",
        )


def described(document: dict[str, Any], settings: OidcSettings) -> Description:
    """What we use of the document. Raises `ProviderAway` if it is another issuer's, or lacks something."""
    if document.get("issuer") != settings.issuer:
        raise ProviderAway("The provider's document names another issuer than the setting oidc.issuer.")
    addresses = {name: document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    for name, address in addresses.items():
        if not isinstance(address, str) or not is_acceptable(address, settings.issuer):
            raise ProviderAway(f"The provider's document has no usable {name}.")
    userinfo = document.get("userinfo_endpoint")
    has_userinfo = isinstance(userinfo, str) and is_acceptable(userinfo, settings.issuer)
    return Description(
        issuer=settings.issuer,
        **{name: str(address) for name, address in addresses.items()},
        userinfo_endpoint=str(userinfo) if has_userinfo else "",
        auth_method=_auth_method(document, has_secret=bool(settings.client_secret.get_secret_value())),
        algorithms=_algorithms(document),
        names_itself_in_answers=document.get("authorization_response_iss_parameter_supported") is True,
    )


def is_acceptable(address: str, issuer: str) -> bool:
    """An address over TLS; in clear only on this machine, for a provider on this machine."""
    try:
        parts, home = urlsplit(address), urlsplit(issuer)
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and {parts.hostname, home.hostname} <= LOOPBACK


def _auth_method(document: dict[str, Any], *, has_secret: bool) -> str:
    if not has_secret:
        return "none"
    offered = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"


def _algorithms(document: dict[str, Any]) -> tuple[str, ...]:
    offered = document.get("id_token_signing_alg_values_supported")
    return tuple(name for name in ALGORITHMS if not isinstance(offered, list) or name in offered)


def _exchanged(link: Link, description: Description, *, code: str, redirect_uri: str, verifier: str) -> dict[str, str]:
    """The tokens for a code: `id_token` and `access_token` ("" for none)."""
    try:
        answer = link.fetch_token(
            description.token_endpoint,
            grant_type="authorization_code",
            code=code,
            redirect_uri=redirect_uri,
            code_verifier=verifier,
        )
    except OAuthError as error:
        raise CodeRefused(error_code(error.error)) from None
    except RequestException:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ProviderAway(f"The provider's tokens cannot be read ({type(error).__name__}).") from None
    found = {name: answer.get(name) or "" for name in ("id_token", "access_token")}
    if not all(isinstance(token, str) for token in found.values()) or not found["id_token"]:
        raise TokenRefused("the provider sent no ID token")
    return found


def _with_userinfo(link: Link, address: str, access_token: str, claims: dict[str, Any]) -> dict[str, Any]:
    """The token's claims with what only the userinfo says. Raises `TokenRefused` if that is about somebody else."""
    more = json_of(link, address, bearer=access_token)
    if more.get("sub") != claims["sub"]:
        raise TokenRefused("the userinfo is about another subject")
    return more | claims


def error_code(text: object) -> str:
    """A provider's error, if it looks like a code; its sentences are outside text and go nowhere."""
    return text if isinstance(text, str) and _ERROR_CODE.fullmatch(text) else "unknown"
