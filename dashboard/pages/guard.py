"""What stands before every request, in this order: is it for us, who asks, does it come from our own pages, may they.

Deny by default: a route that nobody entered into the table of doors answers 403, so does a callback of a page that is not in
it. Services ask the actor again; this is the outer wall, not the only one.

Cross-site requests: a browser says where a request that changes something comes from (`Sec-Fetch-Site`, `Origin`). Both must
be ours where they are there. A request with neither comes from a program, which nobody's browser can be made to be.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode, urlsplit

from flask import Response, after_this_request, g, jsonify, request

from dashboard.access import cookies
from dashboard.access.actor import NOBODY, Actor
from dashboard.access.audit import Target
from dashboard.access.origins import Callers, WrongOrigin
from dashboard.access.unavailable import AccessUnavailable
from dashboard.pages import failures
from dashboard.pages.asking import actor as asking
from dashboard.pages.doors import Doors, Need
from dashboard.pages.forms import see_other
from dashboard.pages.local_path import local_path
from dashboard.pages.services import Services

log = logging.getLogger("floorwatch.web")

SIGN_IN: Final = "/sign-in"
TV: Final = "/tv"
SET_UP: Final = "/account/set-up/"

MOST_BYTES: Final = 1_000_000
MOST_BYTES_OF_FILES: Final = 6_000_000

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CALLBACK: Final = "_dash-update-component"
_OF_OURS: Final = frozenset({"same-origin", "none"})
"""`none`: the user's own doing, such as a reload."""


class Guard:
    """The guard of one server."""

    def __init__(self, services: Services, doors: Doors) -> None:
        self._services = services
        self._doors = doors
        address = services.settings.web.public_url
        self._callers = Callers.of((*services.settings.live.origins, *([address] if address else [])))
        self._public = _origin(address)

    def install(self) -> None:
        """Before everything else that happens to a request."""
        self._doors.server.before_request(self.check)

    def check(self) -> Response | None:
        """The answer to a request that goes no further; None lets it pass."""
        g.actor = replace(NOBODY, address=request.remote_addr or "")
        try:
            self._callers.check(request.headers.get("Host"), None)
        except WrongOrigin:
            return failures.answer(403, "host")
        g.is_for_us = True
        if "\0" in request.path or b"%00" in request.query_string:
            return failures.answer(400)  # no id of ours has one, and PostgreSQL takes none
        if (request.content_length or 0) > self._most_bytes():
            return failures.answer(413)
        if "Transfer-Encoding" in request.headers:
            return failures.answer(411)  # no browser sends a form without its length; cutting one off would be worse
        request.max_content_length = request.max_form_memory_size = self._most_bytes()
        need = self._doors.routes.get(request.endpoint or "")
        if need is not None and need.kind == "file":
            return None
        self._identify(is_needed=need is not None and need.kind != "public")
        if request.endpoint is None:
            return None  # Flask says what is wrong: no such page, another method, a slash that is missing
        if request.method not in _READING and not self._is_from_ourselves():
            return self._denied("request.foreign", "foreign")
        if need is not None and request.path.endswith(f"/{_CALLBACK}"):
            need = self._of_callback()
        return self._answer(need)

    def _answer(self, need: Need | None) -> Response | None:
        actor = asking()
        if need is None:
            log.error("%s %r is not in the table of doors: refused.", request.method, request.path)
            return self._denied("request.unknown")
        if need.is_met_by(actor):
            return None
        if actor.must_set_up:
            return see_other(SET_UP) if _is_page() else _told(403, "set_up")
        if actor.kind == "nobody":
            return see_other(_way_in()) if _is_page() else _told(401, "sign_in")
        return self._denied(min(need.permissions, default="request.denied"))

    def _denied(self, what: str, words: str = "") -> Response:
        target = Target("route", request.endpoint or "", request.path[:200])
        self._services.audit.denied(asking(), what, target)
        return failures.answer(403, words) if _is_page() else _told(403, "denied")

    def _of_callback(self) -> Need | None:
        try:
            body = request.get_json(silent=True)
        except RecursionError:  # brackets within brackets, thousands deep: nobody's callback
            return None
        output = body.get("output") if isinstance(body, dict) else None
        page = request.path.strip("/").partition("/")[0]
        return self._doors.callbacks.get((page, output)) if isinstance(output, str) else None

    def _most_bytes(self) -> int:
        return MOST_BYTES_OF_FILES if request.endpoint in self._doors.uploads else MOST_BYTES

    # -- who asks ------------------------------------------------------------------------------------------------------

    def _identify(self, *, is_needed: bool) -> None:
        try:
            g.actor = self._by_cookies() or g.actor
        except AccessUnavailable:
            if is_needed:
                raise

    def _by_cookies(self) -> Actor | None:
        """A known session first, else the paired screen's cookie: as the gateway does."""
        doorkeeper, address = self._services.doorkeeper, request.remote_addr or ""
        session = "" if _is_as_screen() else cookies.value_of(request.cookies, "session", is_secure=request.is_secure)
        actor = doorkeeper.by_session(session, address) if session else None
        if actor is not None:
            self._renew(session)
            return actor
        screen = cookies.value_of(request.cookies, "screen", is_secure=request.is_secure)
        return doorkeeper.by_screen(screen, address) if screen else None

    def _renew(self, session: str) -> None:
        new = self._services.sessions.renewed(session)
        if new is None:
            return
        name = cookies.cookie_name("session", is_secure=request.is_secure)

        @after_this_request
        def keep(response: Response) -> Response:
            is_set = any(value.startswith(f"{name}=") for value in response.headers.getlist("Set-Cookie"))
            if not is_set:  # a page that signs in or out knows better
                response.set_cookie(name, new, **cookies.attributes("session", is_secure=request.is_secure))
            return response

    # -- where it comes from -------------------------------------------------------------------------------------------

    def _is_from_ourselves(self) -> bool:
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        return (site is None or site in _OF_OURS) and (origin is None or self._is_own(origin))

    def _is_own(self, origin: str) -> bool:
        named = _origin(origin)
        if not named:
            return False
        schemes = ("https",) if request.is_secure else ("https", "http")  # TLS may end at a proxy that says nothing
        return named == self._public or named in {_origin(f"{scheme}://{request.host}") for scheme in schemes}


def _origin(address: str) -> str:
    """`https://floor.example` of an address there, a scheme's own port left out; "" for what is none."""
    try:
        parts = urlsplit(address.lower())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    is_usual = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}{'' if is_usual else f':{port}'}"


def _is_page() -> bool:
    """Whether people read the answer, not a script."""
    return "/_dash-" not in request.path and not request.is_json


def _told(status: int, code: str) -> Response:
    answer = jsonify(error=code)
    answer.status_code = status
    return answer


def _is_as_screen() -> bool:
    """A TV's wall: only its own cookie counts there, so that what is kept for the TV is never a person's."""
    return request.path == "/wall/" and request.args.get("as") == "screen"


def _way_in() -> str:
    """Where one becomes known: a TV, whose wall's address says so, by being paired."""
    if _is_as_screen():
        return TV
    return f"{SIGN_IN}?{urlencode({'next': _way_back()})}"


def _way_back() -> str:
    """Where a sign-in leads to. What was posted is gone by then, so that leads to the page that the form was on."""
    if request.method in _READING:
        return local_path(request.full_path.rstrip("?"))
    parts = urlsplit(request.headers.get("Referer", ""))
    return local_path(parts.path) if parts.netloc == request.host else "/"
