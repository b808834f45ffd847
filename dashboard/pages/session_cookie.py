"""The session's cookie in an answer: set when somebody comes in or rises, taken back when they leave."""

from __future__ import annotations

from flask import Response, request

from dashboard.access import cookies
from dashboard.access.cookies import CookieName


def shown(name: CookieName = "session") -> str:
    """The cookie's value in the request at hand; "" for none."""
    return cookies.value_of(request.cookies, name, is_secure=request.is_secure)


def given(response: Response, value: str, name: CookieName = "session") -> Response:
    """`response`, with the cookie."""
    is_secure = request.is_secure
    response.set_cookie(
        cookies.cookie_name(name, is_secure=is_secure), value, **cookies.attributes(name, is_secure=is_secure)
    )
    return response


def taken_back(response: Response, name: CookieName = "session") -> Response:
    """`response`, after which the browser has the cookie no longer."""
    is_secure = request.is_secure
    how = {key: value for key, value in cookies.attributes(name, is_secure=is_secure).items() if key != "max_age"}
    response.delete_cookie(cookies.cookie_name(name, is_secure=is_secure), **how)
    return response
