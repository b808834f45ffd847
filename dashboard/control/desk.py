"""The control of one switch: takes what people ask, decides, puts it on record, does it, and tells what became of it.

One command's way: claimed → who asks (`Asking`) → rules → reserved → audit line → deadline and call looked at once more → sent →
confirmed by the switch. Invariants:

* Commands of one person are taken one after the other up to being sent, and what was allowed is reserved before anything is waited
  for: so nobody is in two calls, and no call is taken over twice.
* Between the last look at deadline and call and the sending nothing is awaited.
* Stopping is held up by nothing but the switch: one's own session ends even where nobody can say who asks, or write it down, and
  before whatever else one has asked for.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from msgspec import structs

from collectors.clock import Clock
from collectors.events import CommandState, MonitorMode
from collectors.stream import StreamError
from dashboard.access.actor import Actor
from dashboard.access.unavailable import AccessUnavailable
from dashboard.control.asking import Asking, Found, Who
from dashboard.control.asterisk.lines import CallKey
from dashboard.control.happenings import Stop, Wish
from dashboard.control.inbox import Inbox, is_late
from dashboard.control.open_session import Open
from dashboard.control.orders import order
from dashboard.control.records import Entry, Records
from dashboard.control.room import Room
from dashboard.control.scene import scene
from dashboard.control.sessions import FOLLOWS, Session, State
from dashboard.control.told import of_command, of_session
from dashboard.floor.state import Floor
from dashboard.store import StoreError
from dashboard.supervision import rules
from dashboard.supervision.commands import LONGEST_PURPOSE, Request, leg_of, new_id
from dashboard.supervision.facts import Ask, Scene
from dashboard.supervision.reasons import ON_RECORD, Reason

log = logging.getLogger("floorwatch.control")

MOST_AT_ONCE: Final = 200
"""Commands that are being decided; further ones wait in the stream, where they grow old."""

SETTLES_S: Final = 2.0
"""How long the floor and the state of the supervisor's phone may be behind the switch's own word that a call was answered."""
LOOKS_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class _Case:
    """A command that is being decided. `before`: the session that it goes on from, to the agent's next call."""

    request: Request
    found: Found
    actor: Actor
    scene: Scene
    before: Open | None = None


class Desk:
    """Decides. `room` is where sessions are and where things are sent from; `floor` gives the floor as it is now."""

    def __init__(
        self, room: Room, inbox: Inbox, asking: Asking, records: Records, floor: Callable[[], Floor], clock: Clock
    ) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        """Commands so far, by kind and how they were answered at the desk."""
        self._room = room
        self._inbox = inbox
        self._asking = asking
        self._records = records
        self._floor = floor
        self._clock = clock
        self._turns: dict[str, asyncio.Lock] = {}
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        room.next_call = self.go_on

    async def run(self) -> None:
        """Takes commands until cancelled."""
        await self._inbox.begin()
        self._room.is_open = True  # what was asked before nobody reads
        async with asyncio.TaskGroup() as tasks:
            while True:
                for request in await self._inbox.read():
                    await self._slots.acquire()
                    tasks.create_task(self._take_one(request))

    async def _take_one(self, request: Request) -> None:
        try:
            if is_late(request, self._clock.now_ms()):
                self._answer(request, "expired", Reason.TOO_LATE)
            elif await self._inbox.claim(request):
                await self.take(request)
        except StreamError as error:
            log.warning("The command %s was not taken: %s", request.id, error)
        except Exception:
            log.exception("The command %s (%s) failed.", request.id, request.kind)
            self._answer(request, "failed", Reason.SWITCH_REFUSED)
        finally:
            self._slots.release()

    async def take(self, request: Request, before: Open | None = None) -> None:
        """One command, claimed. Returns when it is answered at the desk, or sent; what the switch says comes later."""
        request = structs.replace(request, purpose=request.purpose[:LONGEST_PURPOSE])
        own = self._own_to_stop(request)
        if own is not None and own.session.state is not State.RESERVED:  # else its record decides what becomes of it
            self._stop(request, own)
            return
        turn = self._turns.setdefault(request.account, asyncio.Lock())
        async with turn:
            await self._decide(request, before)

    async def _decide(self, request: Request, before: Open | None) -> None:
        opened = self._room.book.get(request.opened)
        own = self._own_to_stop(request)
        if own is not None:
            self._stop(request, own)
            return
        try:
            found = await asyncio.to_thread(self._asking.look, Who(request.account, request.session, request.address))
        except (AccessUnavailable, StoreError) as error:
            log.warning("Nobody can say who asks for %s: %s", request.kind, error)
            self._answer(request, "refused", Reason.RULES_UNAVAILABLE, before=before)
            return
        self._room.learn(found.standing)
        asker = found.asker
        if found.actor is None or asker is None:
            self._answer(request, "refused", Reason.SIGNED_OUT, before=before)
            return
        sessions = [one for one in self._room.book if one is not before]
        facts = self._room.switch_facts(asker.phone)
        if opened is not None and opened.request.account == request.account:
            request = structs.replace(request, agent=opened.session.agent, visit=opened.session.visit)
        case = _Case(
            request,
            found,
            found.actor,
            scene(request, self._floor(), self._room.lines, found.standing, sessions, facts),
            before,
        )
        reason = rules.why_not(Ask.of(request), asker, case.scene)
        if reason is not None:
            self._refuse(case, reason)
        else:
            await self._do(case)

    async def _do(self, case: _Case) -> None:
        request = case.request
        opened = self._room.book.get(request.opened)
        if request.kind == "monitor.start" or (request.kind == "call.take_over" and opened is None):
            await self._open(case)
        elif request.kind in {"monitor.mode", "call.take_over"} and opened is not None:
            await self._wish(case, opened)
        elif request.kind == "monitor.follow" and opened is not None:
            await self._follow(case, opened)
        elif request.kind == "monitor.stop" and opened is not None:
            self._stop(request, opened)
        else:
            await self._order(case)

    def _refuse(self, case: _Case, reason: Reason) -> None:
        self._answer(case.request, "refused", reason, case.actor.name, before=case.before)
        if reason in ON_RECORD:
            self._records.denied(case.actor, case.request, reason)

    def _answer(
        self,
        request: Request,
        state: CommandState,
        reason: Reason | None,
        by: str = "",
        *,
        before: Open | None = None,
        opening: Open | None = None,
    ) -> None:
        """Told to everybody; but what control asked by itself and was refused is nobody's business."""
        self.counts[request.kind, state] += 1
        if before is None:
            self._room.tell(of_command(request, state, reason, by, opening))

    # -- sessions --------------------------------------------------------------------------------------------------------

    async def _open(self, case: _Case) -> None:
        one = self._reserve(case)
        if isinstance(one, Reason):
            self._refuse(case, one)
            return
        room, request = self._room, case.request
        room.tell(of_session(one, "authorised"))
        entry = self._entry(case, opens=True, supervisor=one.supervisor, mode=one.session.mode)
        is_on_record = False
        try:
            is_on_record = await self._on_record(entry)
        finally:
            if not is_on_record:
                room.forget(one)
        if is_on_record:
            room.is_audited(one, case.before)
        else:
            self._answer(request, "refused", Reason.AUDIT_UNAVAILABLE, case.actor.name, before=case.before)

    def _reserve(self, case: _Case) -> Open | Reason:
        """The session as it will be: it counts from now on, so that nobody else gets in its way."""
        request, call = case.request, case.scene.call
        key = CallKey.of(request.visit)
        if key is None or call is None or key.switch != self._room.name:
            return Reason.CALL_CHANGED
        spot = self._room.lines.spot(key, call.queue, request.agent)
        asker = case.found.asker
        mode: MonitorMode | None = "takeover" if request.kind == "call.take_over" else request.mode
        if spot is None or mode is None or asker is None:
            return Reason.CALL_CHANGED
        session = Session(
            command=request.id,
            leg=leg_of(request.id),
            account=request.account,
            agent=request.agent,
            visit=request.visit,
            spot=spot,
            mode=mode,
            via=request.via,
            follow=FOLLOWS.get(request.value, "none"),
        )
        phone = asker.phone if request.via == "phone" else None
        one = Open(
            session=session,
            request=request,
            actor=case.actor,
            key=key,
            queue=call.queue,
            phone=phone,
            supervisor=phone.device if phone is not None else "browser",
            most_min=case.found.standing.policy.most_min,
        )
        if case.before is not None:
            one.ends_at_ms = case.before.ends_at_ms
        self._room.book.add(one)
        return one

    async def _wish(self, case: _Case, opened: Open) -> None:
        request = case.request
        mode: MonitorMode | None = "takeover" if request.kind == "call.take_over" else request.mode
        if mode is None:
            self._refuse(case, Reason.WRONG_VALUE)
            return
        if mode == "takeover":
            opened.is_taking = True  # from now on nobody else may take this call
        is_on_record = False
        try:
            is_on_record = await self._recorded(
                case, self._entry(case, supervisor=opened.supervisor, mode=mode), opened
            )
        finally:
            opened.is_taking = opened.is_taking and (is_on_record or mode != "takeover")
        if not is_on_record:
            return
        if opened.session.is_over:
            self._answer(request, "failed", Reason.SESSION_OVER, case.actor.name, opening=opened)
            return
        opened.wishes[request.id] = (request, case.actor)
        self._room.feed(opened, Wish(request.id, mode, request.deadline_ms))

    async def _follow(self, case: _Case, opened: Open) -> None:
        request = case.request
        follow = FOLLOWS.get(request.value, "none")
        if await self._recorded(case, self._entry(case, supervisor=opened.supervisor), opened):
            self._room.follow(opened, request, case.actor, follow)

    def _own_to_stop(self, request: Request) -> Open | None:
        """From the desk that began it; from any other one it is asked first who that is."""
        opened = self._room.book.get(request.opened) if request.kind == "monitor.stop" else None
        mine = (request.account, request.session)
        return opened if opened is not None and (opened.request.account, opened.request.session) == mine else None

    def _stop(self, request: Request, opened: Open) -> None:
        """One's own session, whoever can be reached to say so."""
        actor = opened.actor
        opened.stops.append((request, actor))
        self.counts[request.kind, "sent"] += 1
        self._room.tell(of_command(request, "sent", None, actor.name, opened))
        self._room.feed(opened, Stop(Reason.STOPPED))

    async def go_on(self, before: Open, visit: str) -> None:
        """The agent who is followed has the next call: asked for again, by the same person, with all rules."""
        await self._settled(before, visit)
        if before.session.is_over:
            return
        old = before.request
        await self.take(
            structs.replace(
                old,
                id=new_id(),
                kind="monitor.start",
                visit=visit,
                agent=before.session.agent,
                mode=before.session.mode,
                opened="",
                value="agent",
                asked_at_ms=self._clock.now_ms(),
            ),
            before,
        )

    async def _settled(self, before: Open, visit: str) -> None:
        """The answer came over our own link, so the rules might look at a floor that does not know it yet, or at a phone that was
        hung up just now."""
        phone = before.phone
        for _ in range(round(SETTLES_S / LOOKS_S)):
            found = self._floor().visits.get(visit)
            is_known = found is not None and found.agent == before.session.agent
            is_free = phone is None or self._room.switch_facts(phone).phone == "free"
            if before.session.is_over or (is_known and is_free):
                return
            await self._clock.sleep(LOOKS_S)

    # -- callers and agents ----------------------------------------------------------------------------------------------

    async def _order(self, case: _Case) -> None:
        request, room = case.request, self._room
        if not await self._recorded(case, self._entry(case)):
            return
        asker = case.found.asker
        phone = asker.phone if asker is not None else None
        name = self._floor().agent_name(request.agent)
        room.send_order(request, case.actor, lambda: order(request, room.lines, phone=phone, name=name))

    # -- records ---------------------------------------------------------------------------------------------------------

    def _entry(
        self, case: _Case, *, opens: bool = False, supervisor: str = "", mode: MonitorMode | None = None
    ) -> Entry:
        call, request = case.scene.call, case.request
        agent = request.agent or (case.scene.opened.agent if case.scene.opened is not None else "")
        return Entry(
            request=request,
            actor=case.actor,
            agent=agent,
            agent_name=self._floor().agent_name(agent),
            queue=call.queue if call is not None else None,
            mode=mode or request.mode,
            supervisor=supervisor,
            opens=opens,
        )

    async def _recorded(self, case: _Case, entry: Entry, opening: Open | None = None) -> bool:
        """Tells how far it is: allowed, then on record. False: it could not be put there, and is refused."""
        request, by = case.request, case.actor.name
        self._room.tell(of_command(request, "authorised", None, by, opening))
        if not await self._on_record(entry):
            self._answer(request, "refused", Reason.AUDIT_UNAVAILABLE, by, opening=opening)
            return False
        self._room.tell(of_command(request, "audited", None, by, opening))
        return True

    async def _on_record(self, entry: Entry) -> bool:
        try:
            await asyncio.to_thread(self._records.audited, entry)
        except StoreError as error:
            log.warning("%s is refused, because it cannot be put on record: %s", entry.request.kind, error)
            return False
        return True
