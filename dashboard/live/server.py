"""The gateway's sockets, timers and tasks around `Gateway`.

One task folds, one ticks, each screen has its reader. A request that is no websocket is answered by `dashboard.live.routes`
on the same port. Nothing here waits for a screen. Who nobody knows gets an open socket that closes at once with a code of its
own, because a browser tells its page nothing of a handshake that was refused.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import MultipleValuesError
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from dashboard.access.actor import Actor
from dashboard.access.audit_line import Target
from dashboard.access.notices import Notice
from dashboard.access.origins import Callers, WrongOrigin
from dashboard.access.permissions import Permission
from dashboard.access.revealing import ACTION, Found, NotRevealed, Reveals, reason_of
from dashboard.access.unavailable import AccessUnavailable
from dashboard.alerts.current import OpenNow
from dashboard.floor.changes import Changes
from dashboard.floor.state import Floor
from dashboard.live import frames, said
from dashboard.live.admission import Admission
from dashboard.live.board_reading import BoardReading, NoBoards, Readable
from dashboard.live.clocks import read_clocks
from dashboard.live.commands import Commands, NoControl, Sends
from dashboard.live.config import LiveConfig, LiveError
from dashboard.live.denials import Denials
from dashboard.live.gateway import Asked, Gateway
from dashboard.live.http import ApiError, error_reply
from dashboard.live.last_seen import LastSeen, Sightings
from dashboard.live.leaderboard_reading import LeaderboardReading, NoLeaderboards
from dashboard.live.leaderboard_reading import Readable as Leaderboards
from dashboard.live.positions import Positions
from dashboard.live.rechecks import Rechecks
from dashboard.live.repeated_reading import following
from dashboard.live.reveals import find
from dashboard.live.routes import Routes
from dashboard.live.screens import Screen
from dashboard.live.sight import Sight
from dashboard.live.visitor import Visitor
from dashboard.live.writing import Letters, NoLetters, Writing
from dashboard.supervision.messages import Message
from dashboard.supervision.standing import Standing
from dashboard.wallboards.announcement import Announcement
from dashboard.web_socket import WebSocket, tune

log = logging.getLogger("floorwatch.live.sockets")
log.setLevel(logging.WARNING)

LIVE_PATH = "/live"
BACKLOG = 4096
"""A thousand screens come back at once after a restart; with the usual 100 that takes 9 s."""

UNSENT_BYTES = 131_072
SILENT_PEER_MS = 30_000
RETRY_SNAPSHOTS_MS = 50.0
SECOND_MS = 1_000.0
RESTARTING = 1012
"""Close code at the end: screens come back at once."""


def _none() -> Sequence[Announcement]:
    return ()


def _no_alerts() -> tuple[OpenNow, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Access:
    """What the gateway asks about people: who they are, what they may have revealed, where refusals and screens go on record, and
    what they announce (blocks, and raises `AccessUnavailable`); which boards they made; by which rules they step into calls (blocks,
    and raises it, too), where their commands go, what they write to agents, which alerts are
    open (blocks, and raises it), and which leaderboards run."""

    admission: Admission
    denials: Denials
    reveals: Reveals
    sightings: Sightings
    announcements: Callable[[], Sequence[Announcement]] = _none
    boards: Readable = field(default_factory=NoBoards)
    rules: Callable[[], Standing] = Standing
    commands: Sends = field(default_factory=NoControl)
    letters: Letters = field(default_factory=NoLetters)
    alerts: Callable[[], tuple[OpenNow, ...]] = _no_alerts
    leaderboards: Leaderboards = field(default_factory=NoLeaderboards)


@dataclass(frozen=True, slots=True)
class _Admitted:
    """`heard`: how many notices had come when the visitor was asked about."""

    visitor: Visitor | None
    heard: int


class LiveServer:
    """One running gateway; `listen` binds its port, `tick_forever` and `look_after_visitors` keep it alive."""

    def __init__(
        self, config: LiveConfig, gateway: Gateway, routes: Routes, positions: Positions, access: Access
    ) -> None:
        self.config = config
        self.gateway = gateway
        self.access = access
        self.rechecks = Rechecks(access.admission.again, self._found)
        in_thread = access.admission.in_thread
        self.last_seen = LastSeen(
            access.sightings, in_thread, lambda: gateway.audience.screens, lambda: read_clocks().at_ms
        )
        self.announcements = following(
            access.announcements, in_thread, self._announce, "Announcements cannot be read; what is known stays."
        )
        self.boards = BoardReading(gateway, access.boards, in_thread, read_clocks)
        self.rules = following(
            access.rules, in_thread, self._rules_are, "The rules of monitoring cannot be read; what is known stays."
        )
        self.messages = following(
            access.letters.current, in_thread, self._messages_are, "Messages cannot be read; what is known stays."
        )
        self.alerts = following(
            access.alerts, in_thread, self._alerts_are, "Alerts cannot be read; what is known stays."
        )
        self.leaderboards = LeaderboardReading(gateway, access.leaderboards, in_thread, read_clocks)
        self.commands = Commands(gateway, access.commands, access.denials)
        self.writing = Writing(gateway, access.letters, access.denials, in_thread)
        self._admitted: WeakKeyDictionary[ServerConnection, _Admitted] = WeakKeyDictionary()
        self._revealing: set[asyncio.Task[None]] = set()
        gateway.denied = self._denied
        self._routes = routes
        self._positions = positions
        self._changed = asyncio.Event()
        try:
            self._callers = Callers.of(config.origins, config.pages_port)
        except ValueError as error:
            raise LiveError(str(error)) from None

    async def listen(self) -> Server:
        """Bind the port. Raises `LiveError` when that is not possible."""
        config = self.config
        try:
            return await serve(
                self._screen,
                config.host,
                config.port,
                process_request=self._answer,
                compression=None,
                server_header=None,
                backlog=BACKLOG,
                max_size=said.FRAME_LIMIT_BYTES,
                max_queue=4,
                ping_interval=None,
                logger=log,
                close_timeout=5,
            )
        except OSError as error:
            raise LiveError(
                f"live: cannot listen on {config.host}:{config.port} ({error.strerror or error}); "
                "set live.host and live.port to a free address."
            ) from None

    async def close(self, listening: Server) -> None:
        """End every connection and let screens know that they may come back at once."""
        for screen in self.gateway.audience.screens:
            if screen.socket.waiting_bytes():
                screen.socket.cut()
        listening.close(code=RESTARTING, reason="The gateway restarts.")
        await listening.wait_closed()
        await self.access.admission.close()

    def folded(self, changes: Changes, floor: Floor, position: str, events: int) -> None:
        """The replica moved on."""
        self.gateway.folded(changes, floor, position, events, read_clocks())
        self._positions.move(position)
        self._changed.set()

    async def look_after_visitors(self) -> None:
        """Looks again at who is connected, writes refusals down, tells which screens were seen; until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.rechecks.run())
            tasks.create_task(self.access.denials.run())
            tasks.create_task(self.last_seen.run())
            tasks.create_task(self.announcements.run())
            tasks.create_task(self.boards.run())
            tasks.create_task(self.rules.run())
            tasks.create_task(self.messages.run())
            tasks.create_task(self.alerts.run())
            tasks.create_task(self.leaderboards.run())

    def noticed(self, notice: Notice) -> None:
        """Something changed."""
        self.rechecks.notice(notice)
        match notice.kind:
            case "announcements":
                self.announcements.look_again()
            case "boards":
                self.boards.look_again()
            case "messages":
                self.messages.look_again()
            case "alerts":
                self.alerts.look_again()
            case "leaderboards":
                self.leaderboards.look_again()
            case "supervision" | "account" | "everybody":
                self.rules.look_again()

    def may_have_missed(self) -> None:
        """Notices may have been lost: everything is looked at again."""
        self.rechecks.everybody()
        self.announcements.look_again()
        self.boards.look_again()
        self.rules.look_again()
        self.messages.look_again()
        self.alerts.look_again()
        self.leaderboards.look_again()

    async def tick_forever(self) -> None:
        """Ticks when they are due, and the slow tick each second."""
        next_second = read_clocks().steady_ms
        while True:
            now = read_clocks()
            if now.steady_ms >= next_second:
                self.gateway.second(now)
                next_second = max(next_second + SECOND_MS, now.steady_ms)
            due = self.gateway.pace.due_at_ms()
            if (due is not None and due <= now.steady_ms) or self.gateway.someone_waits:
                self.gateway.tick(now)
            await self._sleep_until(next_second)

    async def _sleep_until(self, next_second: float) -> None:
        """Until something is due; woken by a change only while nothing is."""
        self._changed.clear()
        due = self.gateway.pace.due_at_ms()
        now = read_clocks().steady_ms
        if self.gateway.someone_waits:
            due = min(due if due is not None else now + RETRY_SNAPSHOTS_MS, now + RETRY_SNAPSHOTS_MS)
        wake_at = min(next_second, due if due is not None else next_second)
        seconds = max(wake_at - now, 0) / 1000
        if due is not None:
            await asyncio.sleep(seconds)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    # -- connections --------------------------------------------------------------------------------------------------

    async def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """None lets the websocket open; anything else is the answer."""
        try:
            self._callers.check(request.headers.get("Host"), request.headers.get("Origin"))
            path, _, query = request.path.partition("?")
            if path != LIVE_PATH:
                return await self._routes.answer(request, _peer(connection))
            self._check_room()
            await self._admit(connection, request, query)
        except WrongOrigin as error:
            self.gateway.tally.refused.add(1, "origin")
            return error_reply(ApiError(HTTPStatus.FORBIDDEN, "wrong_origin", str(error)))
        except MultipleValuesError:
            return error_reply(ApiError(HTTPStatus.BAD_REQUEST, "bad_request", "Host and Origin are sent once."))
        except ApiError as error:
            self.gateway.tally.refused.add(1, error.code)
            return error_reply(error)
        tune(connection, UNSENT_BYTES, SILENT_PEER_MS)
        return None

    async def _admit(self, connection: ServerConnection, request: Request, query: str) -> None:
        heard = self.rechecks.heard
        as_screen = parse_qs(query, max_num_fields=10).get("as") == ["screen"] if len(query) < 200 else False
        try:
            visitor = await self.access.admission.visitor(
                request.headers, _peer(connection), is_socket=True, only_as_screen=as_screen
            )
        except AccessUnavailable:
            raise ApiError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "access_unavailable",
                "Nobody can be recognised now, because Redis or the database is away; come back.",
            ) from None
        self._admitted[connection] = _Admitted(visitor, heard)

    def _check_room(self) -> None:
        most = self.config.most_screens
        if len(self.gateway.audience.screens) + len(self._admitted) >= most:
            raise ApiError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too_many_screens",
                f"{most} screens are connected already; raise live.max_screens.",
            )

    async def _screen(self, connection: ServerConnection) -> None:
        """One screen's life: what it says; what it sees comes from the ticks."""
        admitted = self._admitted.pop(connection)
        visitor = admitted.visitor
        if visitor is None:
            self.gateway.tally.refused.add(1, "nobody")
            await connection.close(frames.NOBODY, "Nobody is known here: sign in, or pair this screen.")
            return
        gateway = self.gateway
        screen = gateway.opened(WebSocket(connection), visitor, read_clocks())
        self.rechecks.add(screen, visitor, admitted.heard)
        try:
            async for message in connection:
                wanted = gateway.heard(screen, message, read_clocks())
                if wanted is not None:
                    self._asked(screen, wanted)
                if gateway.someone_waits:
                    self._changed.set()
        except frames.Refused as refused:
            gateway.audience.end(screen, refused.code, refused.reason)
            await _discard(connection)
        except ConnectionClosed:
            pass
        finally:
            gateway.left(screen, read_clocks())
            self.rechecks.drop(screen, visitor)
            self.last_seen.closed(screen)

    # -- who they are ---------------------------------------------------------------------------------------------------

    def _found(self, screen: Screen, visitor: Visitor | None) -> None:
        """A visitor was looked at again."""
        now = read_clocks()
        if visitor is None:
            self.gateway.dismiss(screen, frames.NOBODY, "This is over: sign in, or pair this screen, again.")
        else:
            self.gateway.is_now(screen, visitor, now)

    def _denied(self, actor: Actor, need: Permission, board: str) -> None:
        self.gateway.tally.denied.add(1, str(need))
        self.access.denials.add(actor, str(need), Target("board", board))

    def _asked(self, screen: Screen, wanted: Asked) -> None:
        """A person asks for more than looking. Raises `frames.Refused` for what no page of ours sends."""
        match wanted:
            case said.Reveal(reveal):
                self._reveal(screen, reveal)
            case said.Command(wish):
                self.commands.wished(screen, wish)
            case said.Message(words):
                self.writing.wrote(screen, words)
            case said.Read(message_id):
                self.writing.has_read(screen, message_id)

    def _rules_are(self, standing: Standing) -> None:
        self.gateway.rules_are(standing, read_clocks())
        self._changed.set()

    def _alerts_are(self, every: tuple[OpenNow, ...]) -> None:
        self.gateway.alerts_are(every, read_clocks())

    def _messages_are(self, messages: Mapping[str, tuple[Message, ...]]) -> None:
        self.gateway.messages_are(messages, read_clocks())
        self._changed.set()

    def _announce(self, current: Sequence[Announcement]) -> None:
        self.gateway.announcer.know(current)
        self.gateway.announce(read_clocks())

    def _reveal(self, screen: Screen, wanted: said.Wanted) -> None:
        task = asyncio.ensure_future(self._revealed(screen, wanted))
        self._revealing.add(task)
        task.add_done_callback(self._revealing.discard)

    async def _revealed(self, screen: Screen, wanted: said.Wanted) -> None:
        """On record first; then, if the person is still who they were, the number leaves."""
        actor = screen.visitor.actor
        try:
            reason = reason_of(wanted.reason)
            found = self._number(screen, actor, wanted)
            await self.access.admission.in_thread(lambda: self.access.reveals.record(actor, found, reason))
        except NotRevealed as refused:
            if refused.is_denied:
                self.gateway.tally.denied.add(1, str(Permission.NUMBERS_REVEAL))
                self.access.denials.add(actor, ACTION, Target("call", refused.target))
            frame = frames.error(refused.code, read_clocks().at_ms)
        else:
            is_same = screen.visitor.actor == actor
            now_ms = read_clocks().at_ms
            frame = (
                frames.revealed(found.number, now_ms, visit=wanted.visit, agent=wanted.agent)
                if is_same
                else frames.error("denied", now_ms)
            )
        self.gateway.audience.tell(screen, frame)

    def _number(self, screen: Screen, actor: Actor, wanted: said.Wanted) -> Found:
        if self.gateway.floor is None or screen.viewer is None:
            raise NotRevealed("gone")
        return find(Sight(self.gateway.floor, screen.viewer, read_clocks().at_ms), actor, wanted)


def _peer(connection: ServerConnection) -> str:
    address = connection.remote_address
    return str(address[0]) if isinstance(address, tuple) else ""


async def _discard(connection: ServerConnection) -> None:
    """Whatever a refused screen still says, down to its own close frame."""
    with suppress(ConnectionClosed):
        async for _ in connection:
            pass
