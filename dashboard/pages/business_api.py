"""`POST /api/v1/events`: business systems tell what came of calls.

The only part of the API that takes anything, and so the only one that the page server answers: the gateway reads no bodies. It asks for
an API token or a source's signature itself; a browser's session opens nothing here. Answers are JSON, in English: programs read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import msgspec
from flask import Response, request

from dashboard.access.actor import Actor
from dashboard.access.audit import Target
from dashboard.access.keys import digest
from dashboard.access.permissions import Permission
from dashboard.access.seal import SealBroken
from dashboard.access.unavailable import AccessUnavailable
from dashboard.business import signing
from dashboard.business.outcome import Outcome
from dashboard.business.pace import MOST_AT_ONCE
from dashboard.business.told import account_source
from dashboard.pages.doors import PUBLIC, Doors
from dashboard.pages.services import Services, now_ms
from dashboard.store import StoreError
from layouts.texts import catalogue

PATH: Final = "/api/v1/events"
_BEARER: Final = "Bearer "
_LANG: Final = "en"
_AGAIN_S: Final = 5
REMEMBERED_S: Final = 1.0
_MOST_REMEMBERED: Final = 1_000


def register(doors: Doors, services: Services) -> None:
    """Enters the route."""
    doors.route(PATH, "business_events", EventsApi(services).post, PUBLIC, methods=("POST",))


class _Answer(Exception):  # noqa: N818 — an answer
    """A request that goes no further. `code`: id of its sentence after `business.request.`."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class _Teller:
    """Who tells. `source`: whose ids its items have. `is_repeated`: it has sent just this before. `signed`: with this signature, ""
    by a token."""

    actor: Actor
    source: str
    is_repeated: bool = False
    signed: str = ""


class EventsApi:
    """The route of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._business = services.business
        self._remembered: dict[tuple[str, str], tuple[Actor, float]] = {}

    def post(self) -> Response:
        """Takes what is right, and says what became of each item."""
        body = request.get_data(cache=False)
        try:
            teller = self._teller(body)
            outcomes, is_list = self._taken(teller, body)
        except _Answer as answer:
            return _failed(answer)
        except (StoreError, AccessUnavailable):
            return _failed(_Answer(503, "unavailable", wait_s=_AGAIN_S))
        return _told(outcomes, is_list=is_list)

    def _taken(self, teller: _Teller, body: bytes) -> tuple[list[Outcome], bool]:
        """What became of each, and whether it was a list. What came to nothing may be sent again as it is: it is not a repeated one."""
        try:
            items, is_list = _items(body)
            wait_s = self._business.pace.wait_s(teller.source, len(items))
            if wait_s:
                raise _Answer(429, "too_fast", wait_s=wait_s)  # noqa: TRY301 — one way out
            taking = self._business.taking
            return taking.take(teller.actor, teller.source, items, is_repeated=teller.is_repeated), is_list
        except (_Answer, StoreError, AccessUnavailable):
            if teller.signed and not teller.is_repeated:
                self._business.pace.was_not_taken(teller.actor.id, teller.signed)
            raise

    # -- who tells -----------------------------------------------------------------------------------------------------

    def _teller(self, body: bytes) -> _Teller:
        shown = request.headers.get("Authorization", "")
        if shown.startswith(_BEARER):
            return self._by_token(shown.removeprefix(_BEARER).strip())
        if signing.SOURCE_HEADER in request.headers:
            return self._by_signature(body)
        raise _Answer(401, "unknown")

    def _by_token(self, bearer: str) -> _Teller:
        actor = self._known(bearer)
        if not actor.may(Permission.BUSINESS_TELL):
            self._services.audit.denied(actor, Permission.BUSINESS_TELL, Target("route", "business_events", PATH))
            raise _Answer(403, "denied")
        return _Teller(actor, account_source(actor.account_id))

    def _known(self, bearer: str) -> Actor:
        """Whose token this is: looked up once in `REMEMBERED_S`, because systems tell one item after the other. So long a token that was
        revoked may still tell."""
        key, now_s = (digest(bearer), request.remote_addr or ""), monotonic()
        found = self._remembered.get(key)
        if found is not None and now_s - found[1] < REMEMBERED_S:
            return found[0]
        actor = self._services.doorkeeper.by_token(bearer, key[1])
        if actor is None:
            raise _Answer(401, "unknown")
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = (actor, now_s)
        return actor

    def _by_signature(self, body: bytes) -> _Teller:
        headers = request.headers
        source = self._business.sources.find(headers[signing.SOURCE_HEADER], "hmac", request.remote_addr or "")
        if source is None:
            raise _Answer(401, "signature")
        timestamp, shown = headers.get(signing.TIME_HEADER, ""), headers.get(signing.SIGNATURE_HEADER, "")
        try:
            secret = self._business.sources.secret_of(source)
        except SealBroken as error:
            raise AccessUnavailable(str(error)) from error
        if not signing.is_right(secret, timestamp, body, shown):
            self._services.audit.denied(source.actor, "business.signature", Target("business_source", source.actor.id))
            raise _Answer(401, "signature")
        if not signing.is_timely(timestamp, now_ms()):
            raise _Answer(401, "stale")
        name = signing.signature(secret, timestamp, body)
        return _Teller(source.actor, source.name, self._business.pace.is_repeated(source.actor.id, name), name)


def _items(body: bytes) -> tuple[Sequence[bytes | msgspec.Raw], bool]:
    """The items of a body, and whether it was a list. One that is no JSON is one item, which is refused."""
    if not body.strip():
        raise _Answer(400, "empty")
    if not body.lstrip().startswith(b"["):
        return [body], False
    try:
        items = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return [body], False
    if not items:
        raise _Answer(400, "empty")
    if len(items) > MOST_AT_ONCE:
        raise _Answer(413, "too_many", most=MOST_AT_ONCE)
    return items, True


def _told(outcomes: Sequence[Outcome], *, is_list: bool) -> Response:
    """A list is answered with 200 and what became of each; a single item that is wrong with 422."""
    refused = sum(one.word == "refused" for one in outcomes)
    answer = {"items": [_outcome(one) for one in outcomes], "refused": refused}
    return _json(422 if refused and not is_list else 200, answer)


def _outcome(one: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"id": one.id, "outcome": one.word}
    if one.why is not None:
        sentence = catalogue(_LANG, "business")(one.why.word, **one.why.values)
        told |= {"code": one.why.word.rpartition(".")[2], "field": one.why.field, "sentence": sentence}
    return told


def _failed(answer: _Answer) -> Response:
    sentence = catalogue(_LANG, "business")(f"business.request.{answer.code}", **answer.values)
    response = _json(answer.status, {"error": {"code": answer.code, "sentence": sentence}})
    if "wait_s" in answer.values:
        response.headers["Retry-After"] = str(answer.values["wait_s"])
    if answer.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _json(status: int, value: object) -> Response:
    return Response(msgspec.json.encode(value), status, content_type="application/json; charset=utf-8")
