"""One test call that proves each mode: the switch calls itself, a supervisor's leg goes in, and events say what came of it.

Invariants: only legs of our own are touched, by ids that we chose; they are hung up whatever happens, and end by themselves after a
minute; a mode that failed does not hide the next.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from collectors.asterisk.codec import Message
from collectors.asterisk.control_actions import LIVE_CALL_EXTEN
from collectors.asterisk.session import Session
from collectors.events import MonitorMode, Via
from collectors.link import ActionRefused, LinkError, RingDropped
from dashboard.control.asterisk import causes, live_call_words, recipes
from dashboard.control.asterisk.recipes import Action, Spot
from dashboard.supervision.reasons import Reason

Outcome = Literal["ok", "note", "wrong"]

MODES: Final[tuple[MonitorMode, ...]] = ("listen", "whisper", "barge", "private", "takeover")
REFUSED: Final = "21"
"""The dialplan's own cause, of its extension `refuse`."""
ANSWER_S: Final = 3.0
"""How long the switch may take for what needs nobody."""
RING_S: Final = recipes.RINGS_MS / 1000 + 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the report."""

    outcome: Outcome
    what: str
    words: str


class Way(Protocol):
    """How the supervisor's leg is reached: a phone, or our own sound server. `stay_s`: how long each mode is held."""

    via: Via
    stay_s: float

    def call(self, mode: MonitorMode, spot: Spot) -> tuple[str, Action]:
        """A new leg's id, and what calls it."""

    def changes(self, mode: MonitorMode) -> None:
        """The leg is in this mode from now on."""

    def sound(self, mode: MonitorMode) -> tuple[Outcome, str]:
        """What was heard since `changes`."""


class _Refused(Exception):  # noqa: N818 — the switch's own word
    """What was sent came back; the sentence says why."""


@dataclass(slots=True)
class _Leg:
    """The supervisor's. `is_in`: some mode stands."""

    id: str = ""
    is_answered: bool = False
    is_gone: bool = False
    asked_itself: bool = False
    """Its phone, or our server, hung up."""
    last_exten: str = ""
    cause: str = ""
    failed: bool = False

    def heard(self, event: Message) -> None:
        if event.get("Uniqueid") != self.id:
            return
        if event.event == "OriginateResponse":
            self.is_answered = event.get("Response") == "Success"
            self.failed = not self.is_answered
        elif event.event in {"SoftHangupRequest", "HangupRequest"}:
            self.asked_itself |= event.event == "HangupRequest"
            self.last_exten = event.get("Exten")
        elif event.event == "Hangup":
            self.is_gone, self.cause = True, event.get("Cause")


@dataclass(slots=True)
class LiveCall:
    """`session`: opened with `LIVE_CALL`. `steps` are said as they come."""

    session: Session
    way: Way
    say: Callable[[Step], None]
    _events: list[Message] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _leg: _Leg = field(default_factory=_Leg)
    _end: LinkError | None = None
    _is_in: bool = False
    _spot: Spot = field(default_factory=lambda: Spot("", ""))
    _ours: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """All steps. Raises LinkError when the link is lost; then the test call ends by itself."""
        async with self._hearing():
            try:
                if await self._begin():
                    await self._modes()
            finally:
                await self._clean()

    # -- the call

    async def _begin(self) -> bool:
        """The switch calls itself: one half is the agent, the other the caller."""
        stem = f"live-call-{secrets.token_hex(4)}"
        agent, caller = f"{stem}-agent", f"{stem}-caller"
        place = f"Local/{LIVE_CALL_EXTEN}@{recipes.MONITOR}/n"
        headers = (
            ("Channel", place), ("Context", recipes.MONITOR), ("Exten", LIVE_CALL_EXTEN), ("Priority", "1"), ("Async", "true"),
            ("Timeout", "3000"), ("ChannelId", agent), ("OtherChannelId", caller),
        )  # fmt: skip
        self._spot = Spot(agent, caller)
        self._ours += [caller, agent]
        try:
            await self._send(Action("Originate", headers), LIVE_CALL_EXTEN)
        except _Refused as refusal:
            return self._tell("wrong", "test call", str(refusal))
        answer = await self._until(lambda e: e.event == "OriginateResponse" and e.get("Uniqueid") == agent, ANSWER_S)
        if answer is None:
            return self._tell("wrong", "test call", live_call_words.DEAF)
        if answer.get("Response") != "Success":
            return self._tell("wrong", "test call", live_call_words.NO_TEST_CALL)
        self._tell("ok", "test call", f"{LIVE_CALL_EXTEN} answers")
        return True

    async def _modes(self) -> None:
        for mode in MODES:
            if not await (self._changes(mode) if self._is_in else self._enters(mode)) and self._is_hopeless:
                rest = MODES[MODES.index(mode) + 1 :]
                if rest:
                    self._tell(
                        "note", ", ".join(rest), "not tried: the supervisor's leg cannot be reached, or is not let in."
                    )
                return
        if self._is_in:
            await self._ends()

    @property
    def _is_hopeless(self) -> bool:
        """Nothing was reached, or this phone is not let in: another mode would ring it again and tell the same."""
        return not self._leg.is_answered or self._leg.cause == REFUSED

    async def _enters(self, mode: MonitorMode) -> bool:
        """A new leg straight into a mode."""
        leg, action = self.way.call(mode, self._spot)
        self._leg = _Leg(leg)
        self._ours.append(leg)
        return await self._stands(mode, action, RING_S + ANSWER_S)

    async def _changes(self, mode: MonitorMode) -> bool:
        return await self._stands(mode, recipes.switch_mode(self._leg.id, mode), ANSWER_S)

    async def _stands(self, mode: MonitorMode, action: Action, within_s: float) -> bool:
        """Sends it, and waits until the switch says that the mode stands, or the leg is gone."""
        self._events.clear()
        if mode == "listen" or not self._is_in:
            self.way.changes(mode)
        try:
            await self._send(action, mode)
        except _Refused as refusal:
            return self._tell("wrong", mode, str(refusal))
        found = await self._until(lambda event: self._is(mode, event) or self._is_over(event), within_s)
        if found is None or not self._is(mode, found):
            return await self._failed(mode)
        self.way.changes(mode)
        await asyncio.sleep(self.way.stay_s)
        if self._leg.is_gone:
            return await self._failed(mode)
        self._is_in = True
        self._tell(*self._proven(mode))
        return True

    def _is(self, mode: MonitorMode, event: Message) -> bool:
        """Whether this event says that the mode stands, on the right call."""
        if mode == "takeover":
            return event.event == "BridgeEnter" and self._are_bridged()
        return (
            event.event == "ChanSpyStart"
            and event.get("SpyerUniqueid") == self._leg.id
            and event.get("SpyeeUniqueid") == self._spot.target
            and (event.get("SpyerContext"), event.get("SpyerExten")) == (recipes.MONITOR, mode)
        )

    def _are_bridged(self) -> bool:
        entered = [e for e in self._events if e.event == "BridgeEnter"]
        bridges = {
            who: {e.get("BridgeUniqueid") for e in entered if e.get("Uniqueid") == who}
            for who in (self._leg.id, self._spot.caller)
        }
        return bool(bridges[self._leg.id] & bridges[self._spot.caller])

    def _is_over(self, _event: Message) -> bool:
        return self._leg.is_gone or self._leg.failed

    def _proven(self, mode: MonitorMode) -> tuple[Outcome, str, str]:
        outcome, heard = self.way.sound(mode)
        said = "the caller and the leg are in one bridge" if mode == "takeover" else "ChanSpyStart on the test call"
        return outcome, mode, f"{said}{f'; {heard}' if heard else ''}"

    async def _failed(self, mode: MonitorMode) -> bool:
        if self._leg.failed and not self._leg.is_gone:
            await self._until(lambda _event: self._leg.is_gone, 1.0)  # the cause comes after the response
        words = self._why(mode)
        self._is_in = False
        await self._hang_up(self._leg.id)
        return self._tell("wrong", mode, words)

    def _why(self, mode: MonitorMode) -> str:
        leg, via = self._leg, self.way.via
        words = live_call_words.of_failure
        if not leg.is_answered:
            reason = causes.unanswered(leg.cause, via) if leg.is_gone else causes.never_made(via)
            return words(reason if leg.failed or leg.is_gone else Reason.NOT_CONFIRMED, mode, leg.cause)
        if not leg.is_gone:
            return words(Reason.NOT_CONFIRMED, mode)
        if leg.asked_itself:
            return words(Reason.HUNG_UP, mode)
        if leg.cause == REFUSED:
            return live_call_words.refused(mode)
        if leg.last_exten != mode:
            return words(Reason.DIALPLAN_MISSING, mode)
        return words(Reason.GROUP_REFUSED, mode) if mode != "takeover" else words(Reason.CALL_OVER, mode)

    async def _ends(self) -> None:
        """The caller hangs up: the supervisor's leg must go too."""
        await self._hang_up(self._spot.caller)
        if await self._until(lambda _event: self._leg.is_gone, ANSWER_S) is None and not self._leg.is_gone:
            self._tell("wrong", "end", "the caller is gone and the supervisor's leg stays. It is hung up now.")
        else:
            self._tell("ok", "end", "the supervisor's leg ends with the call")

    # -- sending and hearing

    async def _send(self, action: Action, exten: str) -> None:
        try:
            await self.session.ask(action.name, action.headers)
        except ActionRefused as refusal:
            reason = causes.refused(refusal.words)
            raise _Refused(live_call_words.of_reply(reason, action.name, exten, refusal.words)) from None

    async def _hang_up(self, channel: str) -> None:
        with suppress(ActionRefused, LinkError):
            action = recipes.hang_up(channel)
            await self.session.ask(action.name, action.headers)

    async def _clean(self) -> None:
        """Every leg of ours, whatever it is in; then a look whether one is left."""
        for channel in self._ours:
            await self._hang_up(channel)
        with suppress(ActionRefused, LinkError):
            await asyncio.sleep(0.3)
            listed = await self.session.ask_list("CoreShowChannels")
            left = [one.get("Channel") for one in listed if one.get("Uniqueid") in self._ours]
            if left:
                words = f"{', '.join(left)} could not be hung up. They end by themselves within a minute."
                self._tell("wrong", "clean-up", words)
            else:
                self._tell("ok", "clean-up", "no leg is left")

    @asynccontextmanager
    async def _hearing(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._hear())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _hear(self) -> None:
        while True:
            try:
                heard = await self.session.heard()
            except RingDropped:
                continue
            except LinkError as error:
                self._end = error
                self._news.set()
                return
            for one in heard:
                self._take(one.messages)
            self._news.set()

    def _take(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._leg.heard(message)
            self._events.append(message)

    async def _until(self, is_it: Callable[[Message], bool], within_s: float) -> Message | None:
        """The first event, since the last action, for which it is so. Raises LinkError."""
        read = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while True:
                    self._news.clear()
                    while read < len(self._events):
                        read += 1
                        if is_it(self._events[read - 1]):
                            return self._events[read - 1]
                    if self._end is not None:
                        raise self._end
                    await self._news.wait()
        return None

    def _tell(self, outcome: Outcome, what: str, words: str) -> bool:
        """Says it; True unless something is wrong."""
        self.say(Step(outcome, what, words))
        return outcome != "wrong"
