"""What every answer says to the browser: run only our own scripts, talk only to our own gateway, show us in no frame, keep
nothing that is somebody's. One page may be framed, by us alone: a board's draft on the wall, which the designer looks at.

Dash needs one inline script (its renderer's start), which is named by its hash; there is no `unsafe-inline` for scripts and
no `unsafe-eval`. Styles are another matter on Dash's pages: the grid and Dash's components put `<style>` elements into the
page. Pages of forms go without.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from flask import Response, g, request

from dashboard.access.permissions import Permission
from dashboard.pages.asking import actor
from dashboard.pages.doors import FILE, Doors

_YEAR_S = 31_536_000

HEARING_PAGES: Final = ("floor", "monitor")

CACHE: Final = '"cache"'
"""`Clear-Site-Data` for who goes: pictures that the browser was shown. Not "cookies" and "storage": a TV may be paired on the browser
that a person leaves, and the other way round."""


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


def content_security_policy(
    script_hashes: Sequence[str],
    connect: str,
    *,
    styles: str = "'self'",
    frames: str = "'none'",
    framed_by: str = "'none'",
) -> str:
    """The policy of a page. `connect`: sources that it may talk to beside this server. `frames`: what it shows in frames;
    `framed_by`: who may show it in one."""
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": styles,
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "worker-src": "'self'",
        "connect-src": f"'self' {connect}".strip(),
        "frame-src": frames,
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": framed_by,
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Of what people uploaded: opened by itself it runs, loads and frames nothing."""


@dataclass(frozen=True, slots=True)
class Headers:
    """`live_pages`: first part of the path of Dash's pages, which alone talk to the gateway and need Dash's inline script. `audio`: where
    those that hear calls find their sound, as `gateway`; "" for nowhere."""

    doors: Doors
    live_pages: Collection[str]
    script_hashes: Sequence[str]
    gateway: str
    audio: str = ""

    def added(self, response: Response) -> Response:
        """`response` with all of it."""
        response.headers["Content-Security-Policy"] = self._policy()
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        microphone = "(self)" if _hears_calls() else "()"
        response.headers["Permissions-Policy"] = (
            f"camera=(), geolocation=(), microphone={microphone}, screen-wake-lock=(self)"
        )
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR_S}; includeSubDomains"
        if not self._may_be_kept() or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response

    def _may_be_kept(self) -> bool:
        """Whether the answer itself says how long."""
        endpoint = request.endpoint or ""
        return self.doors.routes.get(endpoint) == FILE or endpoint in self.doors.files_of_people

    def _is_live(self) -> bool:
        """Whether this is of a Dash page, and not a document that stands below its address."""
        is_below = request.path.strip("/").partition("/")[0] in self.live_pages
        return is_below and request.endpoint not in self.doors.documents

    def _connect(self) -> str:
        """What a live page talks to beside this server."""
        addresses = [self.gateway, *([self.audio] if self.audio and _hears_calls() else [])]
        return " ".join(gateway_sources(address, request.host) for address in addresses)

    def _policy(self) -> str:
        if request.endpoint in self.doors.files_of_people:
            return FILE_POLICY
        if self._is_live():
            # Only a host that the guard has accepted comes into a header.
            connect = self._connect() if g.get("is_for_us") else ""
            framed_by = "'self'" if _is_preview() else "'none'"
            return content_security_policy(
                self.script_hashes, connect, styles="'self' 'unsafe-inline'", framed_by=framed_by
            )
        frames = "'self'" if request.endpoint in self.doors.frames else "'none'"
        return content_security_policy((), "", frames=frames)


def _hears_calls() -> bool:
    """Pages from which one steps into calls, for who may: they alone may ask for the microphone."""
    is_one = request.path.strip("/").partition("/")[0] in HEARING_PAGES
    return is_one and actor().may(Permission.MONITOR_VIEW)


def _is_preview() -> bool:
    """A draft on the wall: nobody's to see but its editors'."""
    return request.path == "/wall/" and request.args.get("board", "").startswith("draft:")
