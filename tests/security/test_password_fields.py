"""Fields for passwords hide what is typed, let password managers help, and hinder no pasting; all of them, everywhere."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.access.account_view import RoleGiven
from dashboard.access.actor import system
from dashboard.access.passwords import LONGEST
from tests.access_pages.conftest import site
from tests.access_pages.site import PageSite

__all__ = ["site"]

SCRIPTS = Path(__file__).resolve().parents[2] / "assets" / "js" / "forms"


def test_a_password_field_hides_and_helps(site: PageSite) -> None:
    made = site.services.accounts.create(
        system("test"), "fields", "王芳", password="maple 44 lantern dusk", roles=[RoleGiven("manager")]
    )
    owner = site.visitor(site.session(made))
    for client, path, kinds in (
        (site.client(), "/sign-in", {"current-password"}),
        (site.client(), "/welcome", {"new-password"}),
        (owner, "/account/password/", {"current-password", "new-password"}),
    ):
        fields = re.findall(r"<input[^>]*type=\"password\"[^>]*>", client.get(path).text)
        assert {kind for field in fields for kind in re.findall(r'autocomplete="([\w-]+)"', field)} == kinds, path
        for field in fields:
            longest = re.search(r'maxlength="(\d+)"', field)
            assert longest is None or int(longest[1]) >= LONGEST
            assert not re.search(r"\son\w+=|readonly", field)
    for script in SCRIPTS.glob("*.js"):
        assert not re.search(r"[\"']paste[\"']|onpaste", script.read_text(encoding="utf-8")), script.name
