"""Answers that are no page of anybody's: designed all the same, in the user's language, with what to do next, and without a
word about how the server is made.
"""

from __future__ import annotations

import logging

import htpy as h
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from dashboard.access.actor import Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.unavailable import AccessUnavailable
from dashboard.pages import forms
from dashboard.refusal import NotThere, Refused
from dashboard.store.engine import StoreError
from layouts.forms import actions, link_button
from layouts.texts import ROOMS, catalogue

log = logging.getLogger("floorwatch.web")

_SHOWN = {400, 403, 404, 405, 413, 429, 500, 503}
"""Others are told as the nearest of these."""
COME_BACK_S = 5
"""A screen that meets an outage asks again by itself."""


def install(server: Flask, audit: Audit) -> None:
    """Every exception that a page lets through becomes such an answer."""

    @server.errorhandler(Denied)
    def denied(error: Denied) -> Response:
        target = Target("route", request.endpoint or "", error.target or request.path[:200])
        audit.denied(forms.actor(), error.permission, target)
        return answer(403)

    @server.errorhandler(NotThere)
    def not_there(_error: NotThere) -> Response:
        return answer(404)

    @server.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        sentence = forms.texts(*ROOMS)(error.word, **error.values)
        return _page("failed.422", sentence, 422, rooms=ROOMS)

    @server.errorhandler(AccessUnavailable)
    @server.errorhandler(StoreError)
    def unavailable(error: Exception) -> Response:
        log.error("%s %r: %s", request.method, request.path, error)
        return answer(503)

    @server.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return Response(status=status, headers=error.get_headers())
        return answer(status)

    @server.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        log.error("%s %r failed.", request.method, request.path, exc_info=error)
        return answer(500)


def answer(status: int, words: str = "") -> Response:
    """The answer of `status`. `words`: id of other words (`failed.WORDS`)."""
    shown = status if status in _SHOWN else 400 if status < 500 else 500
    if request.path.startswith("/api/"):
        sentence = catalogue("en", "forms")(f"failed.{words or shown}.remedy")
        response = jsonify(error={"code": words or str(status), "sentence": sentence})
        response.status_code = status
    elif "/_dash-" in request.path or request.is_json:
        response = jsonify(error=words or str(shown))
        response.status_code = status
    else:
        name = words or str(shown)
        response = _page(f"failed.{name}", forms.texts()(f"failed.{name}.remedy"), status)
    if status == 503 and request.method == "GET":
        response.headers["Refresh"] = str(COME_BACK_S)
    return response


def _page(title: str, sentence: str, status: int, *, rooms: tuple[str, ...] = ()) -> Response:
    texts, who = forms.texts(), forms.actor()
    is_known = who.kind == "person" and not who.must_set_up
    way = link_button(texts("frame.home"), "/") if is_known else link_button(texts("frame.sign_in"), "/sign-in")
    return forms.page(
        "", title, h.p(class_="lead")[sentence], actions(way), rooms=rooms, status=status, is_standalone=True
    )
