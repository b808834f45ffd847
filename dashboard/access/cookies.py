"""Names and attributes of our cookies, the same for pages and gateway.

Under TLS they carry the prefix `__Host-`: a browser then takes them only from this host, over TLS, for the whole host, so that
no neighbour under the same domain can plant one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

CookieName = Literal["session", "screen", "pairing", "oidc"]

LIFETIME_S: dict[CookieName, int | None] = {"session": None, "screen": 400 * 86_400, "pairing": 600, "oidc": 600}
"""None: until the browser is closed. 400 days is the longest that browsers keep; a screen's is set again at each visit."""


def cookie_name(name: CookieName, *, is_secure: bool) -> str:
    """As it travels."""
    return f"{'__Host-' if is_secure else ''}floorwatch_{name}"


def attributes(name: CookieName, *, is_secure: bool) -> dict[str, Any]:
    """Keyword arguments of Flask's `set_cookie`."""
    return {"max_age": LIFETIME_S[name], "path": "/", "httponly": True, "samesite": "Lax", "secure": is_secure}


def value_of(cookies: Mapping[str, str], name: CookieName, *, is_secure: bool) -> str:
    """The cookie's value; "" for none. Under TLS only the prefixed one counts."""
    return cookies.get(cookie_name(name, is_secure=is_secure), "")
