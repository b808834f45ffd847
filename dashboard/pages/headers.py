"""What every answer says to the browser: run only our own scripts, talk only to our own gateway, show us in no frame.

Dash needs one inline script (its renderer's start), which is named by its hash; there is no `unsafe-inline` for scripts and
no `unsafe-eval`. Styles are another matter: the grid and Dash's components put `<style>` elements into the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Response, request


def gateway_sources(gateway: str, host: str) -> str:
    """`gateway` (see `WebConfig`) as sources of `connect-src`, for a page of `host` (with or without a port)."""
    if gateway.startswith(":"):
        name = urlsplit(f"//{host}").hostname or "localhost"
        name = f"[{name}]" if ":" in name else name
        return f"ws://{name}{gateway} wss://{name}{gateway}"
    if gateway.startswith("/"):
        return f"ws://{host} wss://{host}"
    address = urlsplit(gateway)
    return f"{address.scheme}://{address.netloc}"


def content_security_policy(script_hashes: Sequence[str], gateway: str, host: str) -> str:
    """The policy of a page."""
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": f"'self' {gateway_sources(gateway, host)}",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def guarded(response: Response, script_hashes: Sequence[str], gateway: str) -> Response:
    """`response` with all of it."""
    response.headers["Content-Security-Policy"] = content_security_policy(script_hashes, gateway, request.host)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), screen-wake-lock=(self)"
    return response
