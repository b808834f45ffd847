"""`/first-admin`: the first administrator, by the one-time code that the server printed. There is such a page only while there
is no administrator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response

from dashboard.pages import coming_in, forms
from dashboard.pages.doors import PUBLIC, Doors
from dashboard.pages.services import Services
from dashboard.pages.welcome import errors_of
from dashboard.refusal import Refused
from layouts.forms import sign_in as layout


def register(doors: Doors, services: Services) -> None:
    """Mounts the page."""
    page = FirstAdminPage(services)
    doors.route("/first-admin", "first_admin", page.show, PUBLIC)
    doors.route("/first-admin", "first_admin.post", page.make, PUBLIC, methods=("POST",))


@dataclass(frozen=True, slots=True)
class FirstAdminPage:
    """The page with its services."""

    services: Services

    def show(self) -> Response:
        """The form, or that there is none any more."""
        if self.services.accounts.has_admin():
            return coming_in.card("first_admin.over.title", layout.no_first_admin(forms.texts("access")), status=404)
        return _form(layout.NewPassword(is_first_admin=True))

    def make(self) -> Response:
        """Makes the account, and signs in with it."""
        if self.services.accounts.has_admin():
            return self.show()
        posted = forms.posted()
        code, login, name = posted["code"], posted["login"], posted["name"]

        def form(errors: Mapping[str, str]) -> Response:
            return _form(layout.NewPassword(True, code[:100], login[:64], name[:100], errors))

        errors = errors_of(posted, "code", "login", "name")
        if errors:
            return form(errors)
        try:
            account_id = self.services.invitations.redeem_first_admin(
                code, login, name, posted.secret("password"), coming_in.address()
            )
        except Refused as refused:
            return coming_in.refused(refused, form)
        return coming_in.come_in(self.services, account_id, "/", via="invitation")


def _form(view: layout.NewPassword) -> Response:
    content = layout.new_password(view, forms.texts("access"))
    return coming_in.card("first_admin.title", content, status=422 if view.errors else 200)
