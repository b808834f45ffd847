"""What the switch says of supervisors' legs, agents' legs and callers, as what happens to sessions.

Invariants: who is in a call without having been asked for by us is on record once; a leg of ours that no session answers for is hung
up, unless somebody talks on it (then a caller would be cut off).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from collectors.asterisk import tables
from collectors.asterisk.codec import Message
from collectors.events import Answered as CallAnswered
from collectors.events import Fact, HandlingEnded, MonitorMode, Transferred
from dashboard.control.asterisk import causes, recipes
from dashboard.control.asterisk.lines import OURS
from dashboard.control.happenings import (
    AgentFound,
    Answered,
    Bridged,
    Cut,
    LegGone,
    SpyStarted,
    SpyStopped,
    Stop,
    Unanswered,
)
from dashboard.control.open_session import Open
from dashboard.control.sessions import State
from dashboard.supervision.reasons import Reason

if TYPE_CHECKING:
    from dashboard.control.room import Room

log = logging.getLogger("floorwatch.control")

MODES: Final[dict[str, MonitorMode]] = {**tables.MODES, "takeover": "takeover"}
"""The extensions of the dialplan's context are the modes."""


class SwitchEar:
    """Hears for one room. See `dashboard.control.asterisk.link.Ear`."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._unexplained: dict[str, None] = {}

    # -- what the switch says --------------------------------------------------------------------------------------------

    def heard(self, message: Message, facts: list[Fact], _at_ms: int) -> None:
        """A live event."""
        if not self._room.link.is_live:
            return
        hears = _EARS.get(message.event)
        if hears is not None:
            hears(self, message)
        self._room.orders.heard(message)
        for fact in facts:
            self._told(fact)

    def _told(self, fact: Fact) -> None:
        match fact.event:
            case Transferred(call=call):
                self._call_went(call, Reason.TRANSFERRED)
            case HandlingEnded(call=call, by="takeover"):
                self._call_went(call, Reason.TAKEN_OVER)
            case CallAnswered(agent=agent, call=call, visit=visit):
                for one in self._room.book.waiting_for(agent):
                    self._follow_agent(one, call, visit)

    def _call_went(self, call: str, why: Reason) -> None:
        for one in self._room.book:
            is_theirs = one.is_taking or one.session.mode == "takeover"
            if one.key.call == call and not is_theirs:
                one.gone_why = why

    def _response(self, message: Message) -> None:
        one = self._room.book.of_leg(message.get("Uniqueid"))
        if one is None:
            return
        if message.get("Response") == "Success":
            self._room.feed(one, Answered())
        else:
            there = self._room.lines.is_up(one.session.leg)
            self._room.feed(one, Unanswered(None if there else causes.never_made(one.session.via)))

    def _spy_started(self, message: Message) -> None:
        leg, target = message.get("SpyerUniqueid"), message.get("SpyeeUniqueid")
        one = self._room.book.of_leg(leg)
        if one is None:
            self._unexplained_one(leg, message.get("SpyerChannel"), self._room.lines.whose(target) or "")
            return
        is_ours = message.get("SpyerContext") == recipes.MONITOR
        mode = MODES.get(message.get("SpyerExten")) if is_ours else None
        self._room.feed(one, SpyStarted(target, mode, self._is_right(one)))

    def _is_right(self, one: Open) -> bool:
        """Whether the leg that is heard is in the call that was meant: with its caller, or at least with no other customer."""
        spot = one.session.spot
        if not one.session.has_begun or not self._room.lines.is_with_another_caller(spot.target, spot.caller):
            return one.session.has_begun or not spot.caller or self._room.lines.is_in_call(spot.target, spot.caller)
        return False

    def _spy_stopped(self, message: Message) -> None:
        one = self._room.book.of_leg(message.get("SpyerUniqueid"))
        if one is None:
            return
        self._room.feed(one, SpyStopped())
        if one.session.state is State.BETWEEN:
            if self._room.lines.is_up(one.session.spot.caller):
                self._look_for_next(one)
            else:
                self._room.feed(one, Stop(Reason.CALL_ENDED))

    def _entered(self, message: Message) -> None:
        leg = message.get("Uniqueid")
        for one in self._room.book:
            session, spot = one.session, one.session.spot
            if leg in {session.leg, spot.caller}:
                self._joined(one)
            if session.state is State.BETWEEN:
                self._look_for_next(one)
            elif session.mode != "takeover" and (leg == spot.target or self._room.lines.is_together(leg, spot.target)):
                self._company_came(one)

    def _company_came(self, one: Open) -> None:
        """Somebody is with the leg that is heard now, whichever of the two came to the other."""
        spot = one.session.spot
        if self._room.lines.is_with_another_caller(spot.target, spot.caller):
            self._room.feed(one, Stop(Reason.CALL_CHANGED))
        elif self._room.is_with_listed(spot.target):
            self._room.feed(one, Stop(Reason.NEVER_MONITORED))

    def _joined(self, one: Open) -> None:
        """Our leg or its caller entered a bridge: a take over is done when they are in the same one."""
        session = one.session
        if self._room.lines.is_together(session.leg, session.spot.caller):
            self._room.feed(one, Bridged())
        elif self._room.lines.has_company(session.leg):
            self._room.feed(one, Bridged(is_right=False))

    def _asked_to_hang_up(self, message: Message) -> None:
        one = self._room.book.of_leg(message.get("Uniqueid"))
        if one is not None:
            one.hung_up_by_itself = True

    def _hung_up(self, message: Message) -> None:
        leg = message.get("Uniqueid")
        one = self._room.book.of_leg(leg)
        if one is not None:
            via = one.session.via
            spot = one.session.spot
            target = spot.caller if one.session.mode == "takeover" else spot.target
            self._room.feed(
                one,
                LegGone(
                    causes.unanswered(message.get("Cause"), via),
                    one.hung_up_by_itself,
                    self._room.lines.is_up(target),
                    one.gone_why,
                ),
            )
        for other in self._room.book:
            if other.session.state is State.BETWEEN and other.session.spot.caller == leg:
                self._room.feed(other, Stop(Reason.CALL_ENDED))

    # -- going on --------------------------------------------------------------------------------------------------------

    def _follow_agent(self, one: Open, call: str, visit: int) -> None:
        if self._room.next_call is not None and not one.is_looking:
            key = f"{self._room.name}/{self._room.lines.boot}/{call}/{visit}"
            self._room.spawn(self._until_looked(one, self._room.next_call(one, key)))

    def _look_for_next(self, one: Open) -> None:
        found = self._room.lines.successor(one.session.spot.caller, one.session.spot.target)
        if found is not None and not one.is_looking:
            self._room.spawn(self._until_looked(one, self._stay_with_caller(one, *found)))

    async def _stay_with_caller(self, one: Open, agent: str, leg: str) -> None:
        """The caller's next agent may be somebody whom this supervisor may not hear, and so may the queue in which they meet."""
        lines, spot = self._room.lines, one.session.spot
        latest = lines.latest_queue(spot.caller, agent)
        queue = one.queue if latest is None else latest[0]
        is_allowed = self._room.may_hear is not None and await self._room.may_hear(one, agent, queue)
        if not is_allowed or self._room.is_with_listed(leg):
            self._room.feed(one, Stop(Reason.TRANSFERRED))
            return
        if lines.is_together(leg, spot.caller) and lines.latest_queue(spot.caller, agent) == latest:
            number = 0 if latest is None else latest[1]
            visit = f"{self._room.name}/{lines.boot}/{spot.caller if number else leg}/{number}"
            one.queue = queue
            self._room.feed(one, AgentFound(agent, visit, spot._replace(target=leg)))

    async def _until_looked(self, one: Open, look: Awaitable[None]) -> None:
        one.is_looking = True
        try:
            await look
        finally:
            one.is_looking = False

    # -- the link --------------------------------------------------------------------------------------------------------

    def listed(self, _at_ms: int) -> None:
        """The switch is known (again): what is there of ours and unknown to us is left over from before."""
        for leg, is_talking in self._room.lines.legs_of_ours().items():
            if self._room.book.of_leg(leg) is None and not is_talking:
                self._room.spawn(self._clean(leg))
        for session, device, agent in self._room.lines.spies():
            if not session.startswith(OURS):
                self._unexplained_one(session, device, agent)

    def lost(self, reason: str, _at_ms: int) -> None:
        """Nothing is heard any more: every session is over for us, and nothing that was asked is done later."""
        word = Reason.SWITCH_RESTARTED if reason == "shutdown" else Reason.LINK_LOST
        for one in self._room.book:
            self._room.feed(one, Cut(word))
        self._room.orders.lost(word)

    def restarted(self) -> None:
        """Another process of the switch: its legs are gone with it."""
        for one in self._room.book:
            self._room.feed(one, Cut(Reason.SWITCH_RESTARTED))

    def _unexplained_one(self, leg: str, device: str, agent: str) -> None:
        """Somebody is in a call whom nobody asked us for. A leg with a name like ours has no right to be there."""
        if leg.startswith(OURS):
            self._room.spawn(self._clean(leg))
        if not leg or leg in self._unexplained or self._room.book.knows(leg):
            return
        self._unexplained[leg] = None
        while len(self._unexplained) > 10_000:
            del self._unexplained[next(iter(self._unexplained))]
        self._room.unexplained += 1
        log.warning("Nobody asked us for %s on the line of %s.", device, agent or "somebody who is no agent")
        self._room.records.unexplained(leg, device, agent, "")

    async def _clean(self, leg: str) -> None:
        self._room.unknown_legs += 1
        log.warning("The leg %s belongs to no session and is hung up.", leg)
        await self._room.link.send(recipes.hang_up(leg))


_EARS: Final[dict[str, Callable[[SwitchEar, Message], None]]] = {
    "OriginateResponse": SwitchEar._response,
    "ChanSpyStart": SwitchEar._spy_started,
    "ChanSpyStop": SwitchEar._spy_stopped,
    "BridgeEnter": SwitchEar._entered,
    "HangupRequest": SwitchEar._asked_to_hang_up,
    "Hangup": SwitchEar._hung_up,
}
