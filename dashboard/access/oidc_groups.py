"""What a person's claims mean here: roles by groups, a name to show, a login, whether more than a password was asked. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from dashboard.access.account_view import RoleGiven
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, NOTHING, Scope
from dashboard.settings import OidcRole

MOST_GROUPS: Final = 2000
LONGEST_NAME: Final = 100
MULTI_FACTOR_AMR: Final = frozenset({"mfa", "otp", "hwk", "sc", "fpt", "face", "iris", "retina", "vbm"})
"""Methods of RFC 8176 that say: more than one factor, or something other than knowledge alone. SMS and calls do not count."""
MULTI_FACTOR_ACR: Final = frozenset(
    {
        "phr",
        "phrh",
        "https://refeds.org/profile/mfa",
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
        "http://schemas.microsoft.com/claims/multipleauthn",
    }
)


def groups_of(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    """A person's groups. `claim`: a claim's name, or a way into one (`realm_access.roles`)."""
    found: object = claims.get(claim)
    if found is None and "." in claim:
        found = claims
        for step in claim.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(group for group in listed[:MOST_GROUPS] if isinstance(group, str))


def roles_of(groups: Iterable[str], meanings: Mapping[str, OidcRole]) -> tuple[RoleGiven, ...]:
    """The roles that these groups give, each with its scope, in the order of the settings."""
    held = set(groups)
    found = (role_of(meaning) for group, meaning in meanings.items() if group in held)
    return tuple(dict.fromkeys(found))


def role_of(meaning: OidcRole) -> RoleGiven:
    """What one group gives."""
    return RoleGiven(meaning.role, _scope(meaning), "oidc")


def _scope(meaning: OidcRole) -> Scope:
    if meaning.role == Role.AGENT.value:
        return NOTHING  # an agent sees themselves: that follows from the person
    if not meaning.teams and not meaning.queues:
        return EVERYTHING
    return Scope(frozenset(meaning.queues), frozenset(meaning.teams))


def shown_name(claims: Mapping[str, Any]) -> str:
    """A name to show, on one line and free of control characters."""
    for claim in ("name", "nickname", "preferred_username", "email", "sub"):
        value = claims.get(claim)
        if isinstance(value, str) and (name := _one_line(value)):
            return name
    return "?"


def _one_line(text: str) -> str:
    shown = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text[:1000])
    return " ".join(shown.split())[:LONGEST_NAME]


def wished_login(claims: Mapping[str, Any]) -> str:
    """What the account may be called in lists: never a proof of anything, because people choose it at the provider."""
    for claim in ("preferred_username", "email", "name"):
        value = claims.get(claim)
        if isinstance(value, str) and (login := re.sub(r"[^a-z0-9._-]+", "", value.split("@")[0].lower()).strip("._-")):
            return login[:40]
    return "oidc"


def is_multi_factor(claims: Mapping[str, Any]) -> bool:
    """Whether the provider says that it asked for more than a password."""
    methods, level = claims.get("amr"), claims.get("acr")
    if isinstance(methods, list) and any(isinstance(name, str) and name in MULTI_FACTOR_AMR for name in methods):
        return True
    return isinstance(level, str) and level in MULTI_FACTOR_ACR
