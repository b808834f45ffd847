"""What of a websocket handshake or a request counts as a way in, the same for every server of ours that is no page.

A cookie travels by itself, so it counts only when a page of ours sent it: by its Origin (a websocket always has one) and by
what the browser says of the page (`Sec-Fetch-Site`). A bearer token is sent on purpose and needs neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from websockets.datastructures import Headers

from dashboard.access.cookies import value_of
from dashboard.access.proxies import Proxies

OUR_PAGES: Final = frozenset({"", "same-origin", "same-site", "none"})
"""What `Sec-Fetch-Site` may say; older browsers, and pages without TLS, say nothing."""

LONGEST_SECRET: Final = 512


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows; "" for what it does not, or what does not count."""

    address: str
    bearer: str | None = None
    session: str = ""
    screen: str = ""


def credentials(
    headers: Headers, peer: str, proxies: Proxies, *, is_socket: bool, only_as_screen: bool = False
) -> Credentials:
    """What of a request counts. `is_socket`: without an Origin no cookie does. The Origin itself was checked before."""
    seen = proxies.seen(peer, headers.get_all("X-Forwarded-For"), headers.get_all("X-Forwarded-Proto"))
    authorization = headers.get_all("Authorization")
    if authorization:
        scheme, _, bearer = authorization[0].strip().partition(" ")
        is_ours = scheme.lower() == "bearer" and len(authorization) == 1
        return Credentials(seen.address, bearer.strip()[:LONGEST_SECRET] if is_ours else "")
    site = headers.get_all("Sec-Fetch-Site")
    if (is_socket and not headers.get_all("Origin")) or not OUR_PAGES.issuperset(site or [""]):
        return Credentials(seen.address)
    cookies = _cookies(headers)
    session = "" if only_as_screen else value_of(cookies, "session", is_secure=seen.is_secure)
    return Credentials(seen.address, None, session, value_of(cookies, "screen", is_secure=seen.is_secure))


def _cookies(headers: Headers) -> dict[str, str]:
    """The first of each name: a browser sends the one with the narrowest path first."""
    found: dict[str, str] = {}
    for header in headers.get_all("Cookie"):
        for pair in header.split(";"):
            name, separator, value = pair.strip().partition("=")
            if separator and len(value) <= LONGEST_SECRET:
                found.setdefault(name, value.strip('"'))
    return found
