"""`/sign-in`: login and password, or the way to the OpenID provider.

A wrong password, an unknown login and a disabled account get the same answer, after the same work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request

from dashboard.pages import coming_in, forms, session_cookie
from dashboard.pages.doors import PUBLIC, Doors
from dashboard.pages.local_path import local_path
from dashboard.pages.services import Services
from layouts.forms import sign_in as layout


def register(doors: Doors, services: Services) -> None:
    """Mounts the page."""
    page = SignInPage(services)
    doors.route("/sign-in", "sign_in", page.show, PUBLIC)
    doors.route("/sign-in", "sign_in.post", page.sign_in, PUBLIC, methods=("POST",))


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The page with its services."""

    services: Services

    def show(self) -> Response:
        """The form; whoever is in already goes on."""
        next_path = local_path(request.args.get("next"))
        if forms.actor().kind == "person":
            return forms.see_other(next_path)
        return self._form(next_path, said=self._why_again())

    def sign_in(self) -> Response:
        """Takes login and password."""
        posted, texts = forms.posted(), forms.texts("access")
        login, password = posted["login"], posted.secret("password")
        next_path = local_path(posted["next"])
        missing = {
            name: texts(f"sign_in.{name}.missing")
            for name, value in (("login", login), ("password", password))
            if not value
        }
        if missing:
            return self._form(next_path, login, missing)
        outcome = self.services.accounts.verify_password(login, password, coming_in.address())
        if outcome.kind == "wait":
            errors = {"": coming_in.waiting(outcome.wait_s)}
            return coming_in.slowed(self._form(next_path, login, errors), outcome.wait_s)
        if outcome.kind == "wrong":
            return self._form(next_path, login, {"": texts("sign_in.wrong")})
        return coming_in.come_in(
            self.services,
            outcome.account_id,
            next_path,
            via="password",
            needs_second_step=outcome.needs_second_factor,
        )

    def _why_again(self) -> str:
        """To whoever comes with a cookie that is worth nothing any more, what happened; nothing to a newcomer."""
        cookie = session_cookie.shown()
        if not cookie or "said" in request.args or self.services.sessions.read(cookie) is not None:
            return ""
        return forms.texts("access")("sign_in.over")

    def _form(
        self, next_path: str, login: str = "", errors: Mapping[str, str] | None = None, *, said: str = ""
    ) -> Response:
        oidc = self.services.oidc
        view = layout.SignIn(
            login=login[:64],
            next_path=next_path,
            provider=oidc.name if oidc else "",
            provider_href=f"/sign-in/oidc?{urlencode({'next': next_path})}",
            is_first=not self.services.accounts.has_admin(),
            errors=errors or {},
        )
        return coming_in.card(
            "sign_in.title",
            layout.sign_in(view, forms.texts("access")),
            status=422 if errors else 200,
            said=said,
        )
