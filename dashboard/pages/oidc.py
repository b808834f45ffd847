"""`/sign-in/oidc`: to the OpenID provider and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Response, request

from dashboard.access.oidc import Oidc, SignInRefused
from dashboard.pages import coming_in, failures, forms, session_cookie
from dashboard.pages.doors import PUBLIC, Doors
from dashboard.pages.local_path import local_path
from dashboard.pages.services import Services
from layouts.forms import sign_in as layout

BEGIN: Final = "/sign-in/oidc"
CALLBACK: Final = "/sign-in/oidc/callback"
REFUSED: Final = "/sign-in/oidc/refused"
_WORDS: Final = "sign_in.oidc."
_STATUS: Final = {"away": 503, "over": 403, "wrong": 403, "cancelled": 403, "no_group": 403, "disabled": 403}
"""Why nobody was signed in, and the status that says so."""


def register(doors: Doors, services: Services) -> None:
    """Mounts both ways; without a provider there is no such page."""
    page = OidcPage(services)
    doors.route(BEGIN, "oidc", page.begin, PUBLIC)
    doors.route(CALLBACK, "oidc.callback", page.come_back, PUBLIC)
    doors.route(REFUSED, "oidc.refused", page.refused, PUBLIC)


@dataclass(frozen=True, slots=True)
class OidcPage:
    """The pages with their services."""

    services: Services

    def begin(self) -> Response:
        """Sends the browser there."""
        oidc, next_path = self.services.oidc, local_path(request.args.get("next"))
        if oidc is None:
            return failures.answer(404)
        wait_s = self.services.throttle.enter("oidc", coming_in.address())
        if wait_s:
            return coming_in.slowed(self._page(coming_in.waiting(wait_s), next_path, 429), wait_s)
        try:
            begun = oidc.begin(next_path, self._redirect_uri(), forms.chosen().lang)
        except SignInRefused as refused:
            return _refused(refused, next_path)
        return session_cookie.given(_to(begun.url), begun.cookie, "oidc")

    def come_back(self) -> Response:
        """Lets in whoever the provider vouches for."""
        oidc = self.services.oidc
        if oidc is None:
            return failures.answer(404)
        response = self._finished(oidc)
        return session_cookie.taken_back(response, "oidc")

    def refused(self) -> Response:
        """Why nobody was signed in, and the ways on."""
        oidc, texts, next_path = self.services.oidc, forms.texts("access"), local_path(request.args.get("next"))
        why = request.args.get("why", "")
        if oidc is None or why not in _STATUS:
            return failures.answer(404)
        return self._page(texts(f"{_WORDS}{why}", provider=oidc.name), next_path, _STATUS[why])

    def _page(self, sentence: str, next_path: str, status: int) -> Response:
        onward = urlencode({"next": next_path})
        content = layout.refused(
            sentence, forms.texts("access"), again_href=f"{BEGIN}?{onward}", local_href=f"/sign-in?{onward}"
        )
        return coming_in.card("sign_in.oidc.title", content, status=status)

    def _finished(self, oidc: Oidc) -> Response:
        answer = {name: request.args[name] for name in ("state", "code", "iss", "error") if name in request.args}
        try:
            admitted = oidc.finish(session_cookie.shown("oidc"), answer, coming_in.address())
        except SignInRefused as refused:
            return _refused(refused, "/")
        return coming_in.come_in(
            self.services,
            admitted.account_id,
            admitted.next_path,
            via="provider",
            second_factor="provider" if admitted.is_multi_factor else "",
            needs_second_step=admitted.needs_second_step,
        )

    def _redirect_uri(self) -> str:
        """As it is known at the provider: the public address where one is set, else the one that the browser used."""
        return (self.services.settings.web.public_url or request.url_root).rstrip("/") + CALLBACK


def _to(url: str) -> Response:
    response = Response(status=303, headers={"Location": url})
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(refused: SignInRefused, next_path: str) -> Response:
    """To a page whose address holds nothing of the provider's answer."""
    why = refused.word.removeprefix(_WORDS)
    return forms.see_other(f"{REFUSED}?{urlencode({'why': why, 'next': next_path})}")
