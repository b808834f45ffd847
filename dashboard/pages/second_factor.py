"""`/sign-in/second`: the second step, for whoever has proven their password. What proves it makes the session a full one,
under a new cookie.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request

from dashboard.access.session_record import Session
from dashboard.pages import coming_in, forms, session_cookie
from dashboard.pages.doors import PUBLIC, Doors
from dashboard.pages.local_path import local_path
from dashboard.pages.services import Services
from layouts.forms import sign_in as layout


def register(doors: Doors, services: Services) -> None:
    """Mounts the page."""
    page = SecondStepPage(services)
    doors.route("/sign-in/second", "second_factor", page.show, PUBLIC)
    doors.route("/sign-in/second", "second_factor.post", page.prove, PUBLIC, methods=("POST",))


@dataclass(frozen=True, slots=True)
class SecondStepPage:
    """The page with its services."""

    services: Services

    def show(self) -> Response:
        """The form; without a session that waits for it, back to the beginning."""
        next_path = local_path(request.args.get("next"))
        if self._session() is None:
            return _from_the_beginning(next_path)
        return _form(next_path, is_recovery=request.args.get("with") == "recovery")

    def prove(self) -> Response:
        """Takes a code."""
        posted, texts = forms.posted(), forms.texts("access")
        next_path, is_recovery = local_path(posted["next"]), posted["with"] == "recovery"
        session = self._session()
        if session is None:
            return _from_the_beginning(next_path)
        if not posted["code"]:
            return _form(next_path, is_recovery=is_recovery, error=texts("second.code.missing"))
        proof = self.services.second_factors.prove(session.account_id, posted["code"], coming_in.address())
        if proof.kind == "wait":
            sentence = coming_in.waiting(proof.wait_s)
            return coming_in.slowed(_form(next_path, is_recovery=is_recovery, error=sentence), proof.wait_s)
        if proof.kind == "wrong":
            error = texts("second.recovery.wrong" if is_recovery else "second.totp.wrong")
            return _form(next_path, is_recovery=is_recovery, error=error)
        cookie = self.services.sessions.rise(session_cookie.shown(), proof.by)
        if cookie is None:
            return _from_the_beginning(next_path)
        self.services.accounts.signed_in(
            session.account_id, coming_in.address(), via=session.via, second_factor=proof.by
        )
        return session_cookie.given(forms.see_other(next_path), cookie)

    def _session(self) -> Session | None:
        session = self.services.sessions.read(session_cookie.shown())
        return session if session is not None and session.stage == "password" else None


def _from_the_beginning(next_path: str) -> Response:
    if forms.actor().kind == "person":
        return forms.see_other(next_path)
    return forms.said(f"/sign-in?{urlencode({'next': next_path})}", "said.sign_in_again")


def _form(next_path: str, *, is_recovery: bool, error: str = "") -> Response:
    other = {"next": next_path} if is_recovery else {"with": "recovery", "next": next_path}
    view = layout.SecondStep(is_recovery, next_path, error, other_href=f"{coming_in.SECOND_STEP}?{urlencode(other)}")
    content = layout.second_step(view, forms.texts("access"))
    return coming_in.card("second.title", content, status=422 if error else 200)
