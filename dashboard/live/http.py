"""HTTP on the gateway's port: requests as values, answers as `websockets` responses.

`websockets` reads a GET and lets us answer it instead of opening a socket: no body, one request per connection. That is all
that a read-only API needs.
"""

from __future__ import annotations

import email.utils
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

import msgspec
from websockets.datastructures import Headers
from websockets.http11 import Response

JSON = "application/json; charset=utf-8"
LONGEST_PATH = 4_096
MOST_PARAMETERS = 400


class ApiError(Exception):
    """A request that cannot be answered: status, a word for programs, one sentence for people."""

    def __init__(self, status: HTTPStatus, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Target:
    """Path and parameters of a request. A parameter may be repeated, or hold several values with commas."""

    path: str
    parameters: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, raw: str) -> Target:
        """Raises `ApiError` (400) for what is no path of ours."""
        if len(raw) > LONGEST_PATH:
            raise ApiError(HTTPStatus.BAD_REQUEST, "too_long", f"A request has at most {LONGEST_PATH} characters.")
        try:
            parts = urlsplit(raw)
            pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
        except ValueError:
            raise ApiError(HTTPStatus.BAD_REQUEST, "bad_request", "This address is not well formed.") from None
        found: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            found[name] = (*found.get(name, ()), value)
        return cls(parts.path, found)

    def one(self, name: str) -> str | None:
        """The last value of a parameter."""
        values = self.parameters.get(name)
        return values[-1] if values else None

    def whole(self, name: str, default: int, most: int) -> int:
        """A whole number from 0 to `most`. Raises `ApiError`."""
        text = self.one(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) > most:
            raise ApiError(HTTPStatus.BAD_REQUEST, "bad_parameter", f"{name} must be a whole number from 0 to {most}.")
        return int(text)


def reply(status: HTTPStatus, content_type: str, body: bytes, **headers: str) -> Response:
    """An answer that nothing caches and no page may sniff."""
    fields = Headers(
        {
            "Date": email.utils.formatdate(usegmt=True),
            "Connection": "close",
            "Content-Length": str(len(body)),
            "Content-Type": content_type,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
        }
    )
    for name, value in headers.items():
        fields[name.replace("_", "-")] = value
    return Response(status.value, status.phrase, fields, body)


def json_reply(value: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """An object as JSON."""
    return reply(status, JSON, msgspec.json.encode(value))


def error_reply(error: ApiError) -> Response:
    """`{"error":{"code":word,"sentence":one sentence}}`."""
    response = json_reply({"error": {"code": error.code, "sentence": error.sentence}}, error.status)
    if error.status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
