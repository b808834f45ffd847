"""Canaille as a process of its own, and somebody who signs in there as a browser would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, cast
from urllib.parse import urljoin, urlsplit

import requests

from dashboard.settings import OidcRole, OidcSettings
from tests.oidc.canaille_server import CLIENT_ID, CLIENT_SECRET, PASSWORD
from tests.patience import HANG_S

ROLES = {
    "floor-managers": OidcRole(role="manager"),
    "sales-leads": OidcRole(role="supervisor", teams=("sales",)),
    "admins": OidcRole(role="admin"),
}


class RealProvider:
    """The process. `issuer`: its address."""

    def __init__(self, redirect_uris: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.oidc.canaille_server", *redirect_uris],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},  # it checks its own callers; this is loopback
            text=True,
        )
        self.issuer = str(self._answer()["issuer"])

    def settings(self) -> OidcSettings:
        """As an administrator would write them."""
        return OidcSettings(
            issuer=self.issuer,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            name="企业登录",
            scopes=("openid", "profile", "email", "groups"),
            roles=ROLES,
        )

    def set_groups(self, user: str, *groups: str) -> None:
        """The person's groups at the provider are these now."""
        self._order({"user": user, "groups": list(groups)})

    def rotate_keys(self) -> None:
        """New keys; the old ones are gone."""
        self._order({"rotate": True})

    def sign_in(self, url: str, user: str) -> str:
        """Does what a person does there, from the address that we sent them to; the address where the provider sends them."""
        with requests.Session() as browser:
            answer = browser.get(url, timeout=HANG_S, allow_redirects=False)
            for _ in range(12):
                target = answer.headers.get("Location")
                if target and urlsplit(target).path == "/sign-in/oidc/callback":
                    return target
                if target:
                    answer = browser.get(urljoin(answer.url, target), timeout=HANG_S, allow_redirects=False)
                else:
                    answer = browser.post(answer.url, _filled(answer.text, user), timeout=HANG_S, allow_redirects=False)
        raise AssertionError(f"The provider does not send {user} back: {answer.status_code} {answer.url}")

    def close(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.communicate()

    def _order(self, order: dict[str, object]) -> None:
        stdin = cast("IO[str]", self._process.stdin)
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        self._answer()

    def _answer(self) -> dict[str, object]:
        line = cast("IO[str]", self._process.stdout).readline()
        assert line, f"The provider has ended: {self._process.poll()}"
        return cast("dict[str, object]", json.loads(line))


def _filled(page: str, user: str) -> dict[str, str]:
    """The form of the page at hand: its hidden token, and the login or the password."""
    (token,) = set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page))
    field = "password" if 'type="password"' in page else "login"
    return {"csrf_token": token, field: PASSWORD if field == "password" else user}


@contextmanager
def real_provider(redirect_uris: Sequence[str]) -> Iterator[RealProvider]:
    """One that runs."""
    provider = RealProvider(redirect_uris)
    try:
        yield provider
    finally:
        provider.close()
