"""`/welcome`: a one-time code from an administrator, and a password of one's own. The code is typed, never part of an address
that a server or a log sees (a link may carry it behind `#`, which stays in the browser).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Response

from dashboard.access.actor import system
from dashboard.pages import coming_in, forms
from dashboard.pages.doors import PUBLIC, Doors
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms import sign_in as layout

_SERVER: Final = system("floorwatch web")


def register(doors: Doors, services: Services) -> None:
    """Mounts the page."""
    page = WelcomePage(services)
    doors.route("/welcome", "welcome", page.show, PUBLIC)
    doors.route("/welcome", "welcome.post", page.redeem, PUBLIC, methods=("POST",))


@dataclass(frozen=True, slots=True)
class WelcomePage:
    """The page with its services."""

    services: Services

    def show(self) -> Response:
        """The form."""
        return _form({})

    def redeem(self) -> Response:
        """Sets the password, and signs in: the code proved who it is; a second factor that is set up is still asked for."""
        posted = forms.posted()
        code, password = posted["code"], posted.secret("password")
        errors = errors_of(posted, "code")
        if errors:
            return _form(errors, code)
        try:
            account_id = self.services.invitations.redeem(code, password, coming_in.address())
        except Refused as refused:
            return coming_in.refused(refused, lambda errors: _form(errors, code))
        return coming_in.come_in(
            self.services,
            account_id,
            "/",
            via="invitation",
            needs_second_step=self.services.accounts.find(_SERVER, account_id).has_second_factor,
        )


def errors_of(posted: forms.Posted, *names: str) -> Mapping[str, str]:
    """What is wrong with a form of a new password before any service is asked."""
    texts = forms.texts("access")
    missing = {name: texts("new_password.missing") for name in names if not posted[name]}
    if not posted.secret("password"):
        missing["password"] = texts("new_password.missing")
    elif posted.secret("password") != posted.secret("again"):
        missing["again"] = texts("new_password.again.different")
    return missing


def _form(errors: Mapping[str, str], code: str = "") -> Response:
    content = layout.new_password(layout.NewPassword(code=code[:100], errors=errors), forms.texts("access"))
    return coming_in.card("welcome.title", content, status=422 if errors else 200)
