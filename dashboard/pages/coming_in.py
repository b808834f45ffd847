"""What sign-in pages share: the card they are shown on, how long to wait in words, and the new session at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

import htpy as h
from flask import Response, request

from dashboard.access.session_record import SecondFactor, Stage, Via
from dashboard.pages import forms, session_cookie
from dashboard.pages.services import Services
from dashboard.refusal import Refused

SECOND_STEP: Final = "/sign-in/second"


def card(title_word: str, *content: h.Node, status: int = 200, said: str = "") -> Response:
    """A page of one card. `said`: a sentence on top about what has to be done again."""
    return forms.page(
        "",
        title_word,
        *content,
        is_standalone=True,
        status=status,
        styles=("css/forms/sign_in.css",),
        scripts=("secrets.js", "pair_code.js"),
        said=said,
        said_kind="warn" if said else "good",
    )


def waiting(seconds: int) -> str:
    """That one has to wait, and how long."""
    unit, n = ("s", seconds) if seconds <= 99 else ("min", -(-seconds // 60))
    return forms.texts("access")(f"sign_in.wait.{unit}", n=n)


def slowed(response: Response, seconds: int) -> Response:
    """`response` to somebody who has to wait."""
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    return response


def refused(refusal: Refused, form: Callable[[Mapping[str, str]], Response]) -> Response:
    """The form again, with what is wrong at its fields, or with how long to wait."""
    if refusal.word == "access.wait":
        seconds = int(str(refusal.values["seconds"]))
        return slowed(form({"": waiting(seconds)}), seconds)
    return form(forms.field_errors(refusal, forms.texts("access")))


def address() -> str:
    """Where the request comes from, behind proxies too."""
    return request.remote_addr or ""


def come_in(
    services: Services,
    account_id: str,
    next_path: str,
    *,
    via: Via,
    second_factor: SecondFactor = "",
    needs_second_step: bool = False,
) -> Response:
    """A new session in place of whatever this browser had, and on to where the person wanted to go."""
    stage: Stage = "password" if needs_second_step else "full"
    if stage == "full":
        services.accounts.signed_in(account_id, address(), via=via, second_factor=second_factor)
    cookie = services.sessions.begin(
        account_id,
        address(),
        request.headers.get("User-Agent", ""),
        stage=stage,
        second_factor=second_factor,
        via=via,
        replaces=session_cookie.shown(),
    )
    onward = f"{SECOND_STEP}?{urlencode({'next': next_path})}" if needs_second_step else next_path
    return session_cookie.given(forms.see_other(onward), cookie)
