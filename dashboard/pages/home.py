"""`/`: leads to where this person works."""

from __future__ import annotations

from flask import Response

from dashboard.pages import forms
from dashboard.pages.doors import SIGNED_IN, Doors
from dashboard.pages.services import Services


def register(doors: Doors, services: Services) -> None:
    """Mounts the way home."""
    del services
    doors.route("/", "home", _home, SIGNED_IN)


def _home() -> Response:
    """The first place of the navigation; whoever has none sees their account."""
    return forms.see_other(next((place.href for place in forms.places(forms.actor())), "/account/"))
