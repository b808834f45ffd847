"""`/account/phone/`: the phone on which one is called; only for who steps into calls."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response

from dashboard.pages import account, forms
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.supervision.policy import Phone
from layouts.forms import own_phone as layout
from layouts.forms.directory.state import Filled

ROOMS = ("access", "monitoring_rules")


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = OwnPhonePages(services)
    doors.route(layout.ROOT, "own_phone", pages.shown, account.STEPS_IN)
    doors.route(layout.ROOT, "own_phone.post", pages.choose, account.STEPS_IN, methods=("POST",))
    doors.route(f"{layout.ROOT}remove", "own_phone.remove", pages.remove, account.STEPS_IN, methods=("POST",))


@dataclass(frozen=True, slots=True)
class OwnPhonePages:
    """One form."""

    services: Services

    def shown(self) -> Response:
        """The phone that is chosen."""
        return self._page()

    def choose(self) -> Response:
        """Another one."""
        posted = forms.posted()
        typed = {name: posted[name] for name in ("switch", "device", "answers_itself")}
        try:
            self.services.phones.choose(
                forms.actor(), typed["switch"], typed["device"], answers_itself=typed["answers_itself"] == "yes"
            )
        except Refused as refused:
            return self._page(Filled(typed, forms.field_errors(refused, forms.texts(*ROOMS))))
        return forms.said(layout.ROOT, "said.saved")

    def remove(self) -> Response:
        """None any more."""
        self.services.phones.forget(forms.actor())
        return forms.said(layout.ROOT, "said.removed")

    def _page(self, again: Filled | None = None) -> Response:
        phones = self.services.phones
        phone = phones.own(forms.actor())
        filled = again or _kept(phone)
        content = layout.own_phone(filled, phones.switches, forms.texts(*ROOMS), has_one=phone is not None)
        return account.page(layout.ROOT, content, is_refused=again is not None)


def _kept(phone: Phone | None) -> Filled:
    if phone is None:
        return Filled({})
    return Filled(
        {"switch": phone.switch, "device": phone.device, "answers_itself": "yes" if phone.answers_itself else ""}
    )
