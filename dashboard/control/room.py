"""Where open sessions are: what the switch, the browsers and time do to them, and what is sent and told for it.

Invariants: a session changes only through its table (`sessions.step`); whatever it becomes is told. What the switch says comes in by
`SwitchEar`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from collectors.clock import Clock
from collectors.events import CommandChanged, Device
from collectors.source import SourcePace
from dashboard.access.actor import Actor
from dashboard.control.asterisk import recipes, versions
from dashboard.control.asterisk.link import ControlLink
from dashboard.control.asterisk.recipes import Action
from dashboard.control.config import SwitchConfig
from dashboard.control.deeds import Began, Call, Deed, Ended, HangUp, ModeBegan, SwitchTo, WishOver
from dashboard.control.happenings import BrowserCame, Cut, Event, Late, Refused, Stop
from dashboard.control.media import Media
from dashboard.control.open_session import Book, Open
from dashboard.control.orders import Order
from dashboard.control.records import Records
from dashboard.control.sent_orders import SentOrders
from dashboard.control.sessions import Follow, State, opened, step
from dashboard.control.switch_ear import SwitchEar
from dashboard.control.told import of_command, of_session
from dashboard.supervision.commands import Request
from dashboard.supervision.facts import SwitchFacts
from dashboard.supervision.policy import Phone
from dashboard.supervision.reasons import Reason
from dashboard.supervision.standing import Standing

log = logging.getLogger("floorwatch.control")

CLOSE_S: Final = 1.0
CLOSE_LOOK_S: Final = 0.02
"""At the end: how long we wait for the switch to say that everybody is out."""

Say = Callable[[CommandChanged], None]


class Room:
    """One switch's. `next_call`: told when an agent who is followed has another call (by the desk). `is_open`: commands are taken."""

    def __init__(
        self,
        config: SwitchConfig,
        media: Media,
        records: Records,
        say: Say,
        clock: Clock,
        pace: SourcePace | None = None,
    ) -> None:
        self.name = config.name
        self.is_open = False
        self.book = Book()
        self.link = ControlLink(config.link, SwitchEar(self), clock, pace)
        self.lines = self.link.lines
        self.standing: Standing | None = None
        self.next_call: Callable[[Open, str], Awaitable[None]] | None = None
        self.may_hear: Callable[[Open, str, str | None], Awaitable[bool]] | None = None
        self.unexplained = 0
        self.unknown_legs = 0
        self._config = config
        self._media = media
        self.records = records
        self._say = say
        self._clock = clock
        self.orders = SentOrders(self.link, records, say, clock)
        self._tasks: set[asyncio.Task[None]] = set()

    # -- what can be done -----------------------------------------------------------------------------------------------

    @property
    def why_not(self) -> Reason | None:
        """Why nothing can be done at the switch now."""
        if not self.link.is_live:
            return Reason.SWITCH_DOWN
        return None if self.is_open else Reason.CONTROL_DOWN

    @property
    def why_no_browser(self) -> Reason | None:
        """Why nobody can listen in a browser."""
        if self._media.why_not is not None or not self._config.websocket_client:
            return Reason.BROWSER_OFF
        return None if versions.speaks_with_browsers(self.link.version) else Reason.BROWSER_UNSUPPORTED

    def switch_facts(self, phone: Phone | None) -> SwitchFacts:
        """What the rules look at."""
        return SwitchFacts(self.name, self.why_not, self.why_no_browser, self._state_of(phone))

    def _state_of(self, phone: Phone | None) -> Device | None:
        return None if phone is None or phone.switch != self.name else self.link.devices.get(phone.device)

    def is_with_listed(self, leg: str) -> bool:
        """Whether somebody whom nobody monitors is in the call that a leg is in: whoever hears the leg would hear them."""
        return self.standing is not None and not self.standing.policy.never.isdisjoint(self.lines.agents_with(leg))

    def learn(self, standing: Standing) -> None:
        """The rules as they were just read."""
        self.standing = standing

    @property
    def phones(self) -> dict[str, Device]:
        """The state of each phone that somebody has chosen here."""
        chosen = () if self.standing is None else self.standing.phones.values()
        return {one.device: self._state_of(one) or "unknown" for one in chosen if one.switch == self.name}

    # -- telling --------------------------------------------------------------------------------------------------------

    def tell(self, changed: CommandChanged) -> None:
        """A command's state, to everybody."""
        self._say(changed)

    def tell_again(self) -> None:
        """What was told may be lost."""
        for one in self.book:
            if one.began_ms:
                self.tell(of_session(one, "confirmed"))

    # -- sessions: their life --------------------------------------------------------------------------------------------

    def is_audited(self, one: Open, before: Open | None = None) -> None:
        """It is on record: off it goes, if the call is still the one that was meant (`_call` looks)."""
        self.tell(of_session(one, "audited"))
        session, now_ms = one.session, self._clock.now_ms()
        if before is not None:
            self._media.move(before.request.id, one.request.id, session.mode)
            self.feed(before, Stop(Reason.CALL_ENDED))
        elif session.via == "browser":
            self._media.expect(
                one.request.id, session=one.request.session, ticket=one.request.ticket, mode=session.mode
            )
        self._enter(one, *opened(session, now_ms, one.request.deadline_ms))
        if before is not None and session.via == "browser":
            self.feed(one, BrowserCame())

    def forget(self, one: Open) -> None:
        """It could not be put on record, so it never was."""
        one.session = replace(one.session, state=State.OVER)
        self.book.drop(one)

    def feed(self, one: Open, event: Event) -> None:
        """Something happened to a session."""
        if not one.session.is_over:
            self._enter(one, *step(one.session, event, self._clock.now_ms()))

    def _enter(self, one: Open, session: Any, deeds: tuple[Deed, ...]) -> None:
        was = one.session.state
        one.session = session
        if session.state is State.WAITING and was is not State.WAITING:
            self._media.keep(one.request.id)
            self.tell(of_session(one, "confirmed"))
        for deed in deeds:
            self._do(one, deed)

    def _do(self, one: Open, deed: Deed) -> None:
        match deed:
            case Call():
                self.spawn(self._call(one))
            case SwitchTo():
                self.spawn(self._switch_to(one, deed))
            case HangUp():
                self.spawn(self._hang_up(one))
            case Began():
                self._began(one)
            case ModeBegan():
                self._mode_began(one, deed)
            case WishOver():
                self._wish_over(one, deed)
            case Ended():
                self._ended(one, deed)

    async def _call(self, one: Open) -> None:
        request = one.request
        spot = self.lines.spot(one.key, one.queue, one.session.agent)
        if self._clock.now_ms() > request.deadline_ms:
            self.feed(one, Refused(Reason.TOO_LATE))
        elif spot is None:
            self.feed(one, Refused(Reason.CALL_CHANGED))
        elif self.is_with_listed(spot.target):
            self.feed(one, Refused(Reason.NEVER_MONITORED))
        else:
            session = one.session = replace(one.session, spot=spot)  # a Local channel may be optimised away meanwhile
            stays = session.follow == "caller"
            if one.phone is not None:
                action = recipes.call_phone(session.leg, one.phone, session.mode, session.spot, stays=stays)
            else:
                client = self._config.websocket_client
                action = recipes.call_browser(session.leg, request.id, client, session.mode, session.spot, stays=stays)
            self.tell(of_session(one, "sent"))
            await self._send(one, action)

    async def _switch_to(self, one: Open, deed: SwitchTo) -> None:
        session = one.session
        wish = session.wish
        if session.state is not State.SWITCHING:
            return
        reason = self._why_not_now(one, deed, wish.due_ms if wish is not None else None)
        if reason is not None:
            self.feed(one, Refused(reason))
            return
        if wish is not None and wish.command in one.wishes:
            request, actor = one.wishes[wish.command]
            self.tell(of_command(request, "sent", None, actor.name, one))
        if deed.mode == "listen":
            self._media.mode(one.request.id, "listen")
        setting = recipes.retarget(session.leg, deed.spot) if deed.spot is not None else ()
        for action in (*setting, recipes.switch_mode(session.leg, deed.mode)):
            if not await self._send(one, action):
                return

    def _why_not_now(self, one: Open, deed: SwitchTo, due_ms: int | None) -> Reason | None:
        if due_ms is not None and self._clock.now_ms() > due_ms:
            return Reason.TOO_LATE
        spot = deed.spot or one.session.spot
        if not self.lines.is_up(spot.target):
            return Reason.CALL_OVER
        if deed.mode == "takeover" and not self.lines.is_in_call(spot.target, spot.caller):
            return Reason.CALL_CHANGED
        return None

    async def _hang_up(self, one: Open) -> None:
        await self._send(one, recipes.hang_up(one.session.leg))

    async def _send(self, one: Open, action: Action) -> bool:
        reason = await self.link.send(action)
        if reason is not None:
            self.feed(one, Refused(reason))
        return reason is None

    # -- sessions: what is told ------------------------------------------------------------------------------------------

    def _began(self, one: Open) -> None:
        now_ms, session = self._clock.now_ms(), one.session
        one.began_ms = now_ms
        one.ends_at_ms = one.ends_at_ms or now_ms + one.most_min * 60_000
        one.modes.append((now_ms, session.mode))
        self.records.began(one.request.id, now_ms, session.mode)
        self._media.mode(one.request.id, session.mode)
        self.tell(of_session(one, "confirmed"))

    def _mode_began(self, one: Open, deed: ModeBegan) -> None:
        one.gone_why = Reason.CALL_ENDED
        if one.modes and one.modes[-1][1] != deed.mode:
            one.modes.append((self._clock.now_ms(), deed.mode))
            self.records.switched(one.request.id, one.modes)
        self._media.mode(one.request.id, deed.mode)
        asked = one.wishes.pop(deed.command, None)
        if asked is not None:
            self.tell(of_command(asked[0], "confirmed", None, asked[1].name, one))
        self.tell(of_session(one, "confirmed"))

    def _wish_over(self, one: Open, deed: WishOver) -> None:
        asked = one.wishes.pop(deed.command, None)
        if asked is None:
            return
        request, actor = asked
        if request.kind == "call.take_over":
            one.is_taking = False
        self.tell(of_command(request, deed.state, deed.reason, actor.name, one))
        self.records.failed(request, actor, deed.state, deed.reason)

    def _ended(self, one: Open, deed: Ended) -> None:
        self.book.drop(one)
        self._media.end(one.request.id, deed.reason)
        self.records.ended(one.request, one.actor, deed.state, deed.reason, self._clock.now_ms(), one.modes)
        self.tell(of_session(one, deed.state, deed.reason))
        for request, actor in one.stops:
            self.tell(of_command(request, "confirmed", None, actor.name, one))
        for request, actor in one.wishes.values():
            self.tell(of_command(request, "failed", deed.reason, actor.name, one))

    def follow(self, one: Open, request: Request, actor: Actor, follow: Follow) -> None:
        """What a session stays with, from now on."""

        async def set_it() -> None:
            stays, has_leg = follow == "caller", one.session.state not in {State.WAITING, State.OVER}
            reason = await self.link.send(recipes.stay(one.session.leg, stays=stays)) if has_leg else None
            if one.session.is_over:
                reason = Reason.SESSION_OVER
            if reason is not None:
                self.tell(of_command(request, "failed", reason, actor.name, one))
                return
            one.session = replace(one.session, follow=follow)
            self.tell(of_command(request, "confirmed", None, actor.name, one))
            self.tell(of_session(one, "confirmed"))
            if one.session.state is State.WAITING and follow != "agent":
                self.feed(one, Stop(Reason.CALL_ENDED))

        self.tell(of_command(request, "sent", None, actor.name, one))
        self.spawn(set_it())

    def send_order(self, request: Request, actor: Actor, make: Callable[[], Order | Reason]) -> None:
        """Something that opens no session; made when it is sent, from what is so then."""
        self.spawn(self.orders.send(request, actor, make))

    # -- browsers --------------------------------------------------------------------------------------------------------

    def browser_came(self, command: str) -> None:
        """The page stands ready."""
        one = self.book.get(command)
        if one is not None:
            self.feed(one, BrowserCame())

    def switch_came(self, _command: str) -> None:
        """The leg is connected with our media server; its sound begins with ChanSpyStart."""

    def browser_left(self, command: str, reason: Reason) -> None:
        """The page is gone or too slow."""
        one = self.book.get(command)
        if one is not None:
            self.feed(one, Stop(reason))

    def switch_left(self, _command: str) -> None:
        """Its Hangup tells why."""

    # -- time ------------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """What time alone decides; to be called about ten times a second."""
        now_ms = self._clock.now_ms()
        for one in self.book:
            session = one.session
            if session.due_ms and now_ms >= session.due_ms:
                self.feed(one, Late())
            if one.ends_at_ms and now_ms >= one.ends_at_ms and session.state is not State.WITH_CALLER:
                self.feed(one, Stop(Reason.TIME_UP))
        self.orders.tick(now_ms)

    async def close(self) -> None:
        """We end: everybody who is in a call by us and not with a caller is taken out; whoever comes next cleans up the rest."""
        for one in self.book:
            if one.session.state is State.WITH_CALLER:
                self.feed(one, Cut(Reason.CONTROL_RESTARTED))
            else:
                self.feed(one, Stop(Reason.CONTROL_RESTARTED))
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                while len(self.book) and self.link.is_live:
                    await self._clock.sleep(CLOSE_LOOK_S)
        for one in self.book:
            self.feed(one, Cut(Reason.CONTROL_RESTARTED))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Something that waits for the switch or the stores, on the side."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("A step of control failed: %r", task.exception(), exc_info=task.exception())
