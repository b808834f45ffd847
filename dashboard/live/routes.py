"""What the gateway answers over HTTP: the live API, its health, its counts.

`?after=<stream id>` holds an answer back until the floor is at or past that position, at most `LONGEST_WAIT_S`; then 504. Every
answer of the API carries `position` (true at least up to there) and `at`. The API answers whom it knows, within their scope.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from websockets.http11 import Request, Response

from dashboard.access.actor import Actor
from dashboard.access.audit_line import Target as Audited
from dashboard.access.permissions import Permission
from dashboard.access.unavailable import AccessUnavailable
from dashboard.live import api, views
from dashboard.live.admission import Admission
from dashboard.live.clocks import Instant
from dashboard.live.denials import Denials
from dashboard.live.gateway import Gateway
from dashboard.live.http import ApiError, Target, error_reply, json_reply, reply
from dashboard.live.positions import Positions, TooManyWaiting
from dashboard.live.sight import Sight
from dashboard.live.viewer import Viewer

API = "/api/v1/"
LONGEST_WAIT_S = 5.0
FRESH_MS = 5_000
"""A link whose last sign of life is older makes its part of the floor stale."""

PLAIN = "text/plain; charset=utf-8"
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


NOBODY = "This needs an API token (Authorization: Bearer …) or a signed-in browser."


class Routes:
    """The answers. `why_not_current`: a sentence while the replica does not follow the stream, else ""."""

    def __init__(
        self,
        gateway: Gateway,
        positions: Positions,
        clocks: Callable[[], Instant],
        why_not_current: Callable[[], str],
        admission: Admission,
        denials: Denials,
        *,
        open_metrics: bool = False,
    ) -> None:
        self._gateway = gateway
        self._admission = admission
        self._denials = denials
        self._open_metrics = open_metrics
        self._positions = positions
        self._clocks = clocks
        self._why_not_current = why_not_current
        gateway.tally.vitals.why_not_ready = self.why_not_ready
        gateway.tally.vitals.before_scrape.append(self._read_gauges)

    async def answer(self, request: Request, peer: str) -> Response:
        """The answer to any request that is not the websocket's. `peer`: the connection's address."""
        path = request.path.partition("?")[0]
        try:
            response = await self._answer(request, peer)
        except ApiError as error:
            response = error_reply(error)
        known = path if response.status_code != HTTPStatus.NOT_FOUND else "other"
        self._gateway.tally.requests.add(1, known, str(response.status_code))
        if request.method == "HEAD":
            response.body = b""
        return response

    async def _answer(self, request: Request, peer: str) -> Response:
        if request.method not in {"GET", "HEAD"}:
            raise ApiError(HTTPStatus.METHOD_NOT_ALLOWED, "method", "Only GET and HEAD are answered here.")
        target = Target.of(request.path)
        name = target.path.removeprefix(API)
        if target.path.startswith(API):
            actor = await self._known(request, peer)
            if name in api.ANSWERS:
                return await self._live(name, target, actor)
        match target.path:
            case "/healthz":
                return reply(HTTPStatus.OK, PLAIN, b"ok\n")
            case "/readyz":
                why_not = self.why_not_ready()
                status = HTTPStatus.SERVICE_UNAVAILABLE if why_not else HTTPStatus.OK
                return reply(status, PLAIN, f"{why_not or 'ready'}\n".encode())
            case "/metrics":
                if not self._open_metrics:
                    self._require(await self._known(request, peer), Permission.METRICS_READ, target)
                return reply(HTTPStatus.OK, PROMETHEUS, self._gateway.tally.vitals.text().encode())
            case _:
                paths = ", ".join(f"{API}{name}" for name in api.ANSWERS)
                raise ApiError(HTTPStatus.NOT_FOUND, "not_found", f"Here are {paths}, and the websocket at /live.")

    async def _known(self, request: Request, peer: str) -> Actor:
        """Who asks. Raises `ApiError` (401) for nobody, 503 when that cannot be said."""
        try:
            visitor = await self._admission.visitor(request.headers, peer, is_socket=False)
        except AccessUnavailable:
            sentence = "Nobody can be recognised now, because Redis or the database is away; ask again."
            raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "access_unavailable", sentence) from None
        if visitor is None:
            raise ApiError(HTTPStatus.UNAUTHORIZED, "unauthorized", NOBODY)
        return visitor.actor

    def _require(self, actor: Actor, need: Permission, target: Target) -> None:
        if not actor.may(need):
            self._gateway.tally.denied.add(1, str(need))
            self._denials.add(actor, str(need), Audited("path", target.path))
            raise ApiError(HTTPStatus.FORBIDDEN, "denied", f"This needs the permission {need}.")

    def _viewer(self, actor: Actor, target: Target) -> Viewer:
        """What the API lets this actor see: the floor in their scope, and themselves."""
        if not actor.may(Permission.OWN_VIEW):
            self._require(actor, Permission.FLOOR_VIEW, target)
        return Viewer(actor.scope(Permission.FLOOR_VIEW) | actor.scope(Permission.OWN_VIEW))

    async def _live(self, name: str, target: Target, actor: Actor) -> Response:
        viewer = self._viewer(actor, target)
        await self._reach(target.one("after"))
        gateway = self._gateway
        if gateway.floor is None:
            raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "starting", "The floor is still being rebuilt; ask again.")
        now = self._clocks()
        sight = Sight(gateway.floor, viewer, now.at_ms)
        try:
            asked = api.question(sight, name, target)
        except api.OutOfScope as error:
            gateway.tally.denied.add(1, str(Permission.FLOOR_VIEW))
            self._denials.add(actor, str(Permission.FLOOR_VIEW), Audited(error.kind, error.target))
            raise
        head = {"position": gateway.position, "at": sight.now_ms, "window": asked.how.window}
        return json_reply(head | api.ANSWERS[name](sight, asked))

    async def _reach(self, position: str | None) -> None:
        if position is None:
            return
        try:
            in_time = await self._positions.wait_for(position, LONGEST_WAIT_S)
        except ValueError as error:
            raise ApiError(HTTPStatus.BAD_REQUEST, "bad_parameter", f"after: {error}.") from None
        except TooManyWaiting:
            raise ApiError(
                HTTPStatus.SERVICE_UNAVAILABLE, "too_many_waiting", "Too many requests wait for a position; ask again."
            ) from None
        if not in_time:
            raise ApiError(
                HTTPStatus.GATEWAY_TIMEOUT,
                "not_yet",
                f"The floor is at {self._gateway.position or 'the start'}, not yet at {position}; ask again.",
            )

    def why_not_ready(self) -> str:
        """A sentence while screens cannot be shown what is true now; "" while they can."""
        gateway = self._gateway
        if gateway.floor is None:
            return "The floor is still being rebuilt from the stream."
        why_not = self._why_not_current()
        if why_not:
            return why_not
        now_ms = self._clocks().at_ms
        for link in views.links(gateway.floor, now_ms):
            if link.alive_at is None or now_ms - link.alive_at > FRESH_MS:
                return f"Switch {link.switch} has given no sign of life for more than {FRESH_MS // 1000} s."
        return ""

    def _read_gauges(self) -> None:
        gateway, tally = self._gateway, self._gateway.tally
        tally.screens.set(len(gateway.audience.screens))
        tally.channels.set(len(gateway.channels))
        tally.lag_s.set((gateway.lag_ms or 0) / 1000)
        if gateway.floor is not None:
            now_ms = self._clocks().at_ms
            tally.link_age_s.set_all(
                {
                    link.switch: (now_ms - link.alive_at) / 1000
                    for link in views.links(gateway.floor, now_ms)
                    if link.alive_at is not None
                }
            )
