"""What may be a login and a name."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from dashboard.refusal import Refused

_LOGIN: Final = re.compile(r"\w[\w.@+-]{0,63}")
_NAME_LENGTH: Final = 100
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories of what is not seen, or turns the writing direction: two names must not look like one."""


def login_of(typed: str) -> str:
    """What was typed as a login, in the form that accounts have: full-width letters and capitals make no other account."""
    seen = "".join(one for one in typed[:200] if unicodedata.category(one) not in _UNSEEN)
    return unicodedata.normalize("NFKC", seen).strip().casefold()[:64]


def new_login(typed: str) -> str:
    """The same for a new account. Refuses what is none."""
    login = unicodedata.normalize("NFKC", typed).strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise Refused("account.refused.login_form", "login")
    return login


def account_name(typed: str) -> str:
    """A name as it is kept. Refuses none, one that is too long, or one with characters that nobody sees."""
    name = " ".join(typed.split())
    if not name or len(name) > _NAME_LENGTH or any(unicodedata.category(one) in _UNSEEN for one in name):
        raise Refused("account.refused.name_form", "name")
    return name
