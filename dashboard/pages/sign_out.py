"""`/sign-out`: ends the session. Only what is posted does; a link to it shows a button."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response

from dashboard.pages import coming_in, forms, session_cookie
from dashboard.pages.doors import PUBLIC, Doors
from dashboard.pages.headers import CACHE
from dashboard.pages.services import Services
from layouts.forms import sign_in as layout


def register(doors: Doors, services: Services) -> None:
    """Mounts the page: public, because whoever has half a session may leave too."""
    page = SignOutPage(services)
    doors.route("/sign-out", "sign_out", page.show, PUBLIC)
    doors.route("/sign-out", "sign_out.post", page.sign_out, PUBLIC, methods=("POST",))


@dataclass(frozen=True, slots=True)
class SignOutPage:
    """The page with its services."""

    services: Services

    def show(self) -> Response:
        """A button."""
        if forms.actor().kind != "person":
            return forms.see_other("/sign-in")
        return coming_in.card("sign_out.title", layout.sign_out(forms.texts("access")))

    def sign_out(self) -> Response:
        """Ends it, here and on every open page of it."""
        self.services.sessions.end(session_cookie.shown())
        answer = session_cookie.taken_back(forms.said("/sign-in", "said.signed_out"))
        answer.headers["Clear-Site-Data"] = CACHE
        return answer
