"""Looking again at everybody who is in a call: every few seconds, and at once when a notice says that something changed.

Rights, the session at the desk, scope and rules may be taken away while somebody listens: then the session ends within five seconds.
Where nobody can say, it goes on for `UNKNOWN_MS` and then ends too: who may not be asked about may not go on for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from collectors.clock import Clock
from dashboard.access.notices import Notice
from dashboard.access.unavailable import AccessUnavailable
from dashboard.control.asking import Asking, Found
from dashboard.control.happenings import Stop
from dashboard.control.open_session import Open
from dashboard.control.room import Room
from dashboard.control.scene import agent_facts, facts_of
from dashboard.floor.state import Floor
from dashboard.store import StoreError
from dashboard.supervision import rules
from dashboard.supervision.facts import CallFacts
from dashboard.supervision.reasons import Reason
from dashboard.supervision.standing import Standing

log = logging.getLogger("floorwatch.control")

EVERY_S: Final = 3.0
UNKNOWN_MS: Final = 30_000
_KINDS: Final = frozenset({"session", "account", "everybody", "supervision"})


class Watch:
    """Of one switch's room."""

    def __init__(self, room: Room, asking: Asking, floor: Callable[[], Floor], clock: Clock) -> None:
        self._room = room
        self._asking = asking
        self._floor = floor
        self._clock = clock
        self._is_wanted = asyncio.Event()
        self._rules_changed = True
        room.may_hear = self.may_hear

    def noticed(self, notice: Notice) -> None:
        """Somebody's rights, or the rules, changed."""
        if notice.kind in _KINDS:
            self._rules_changed = self._rules_changed or notice.kind in {"supervision", "everybody"}
            self._is_wanted.set()

    def may_have_missed(self) -> None:
        """Notices may have been lost."""
        self._rules_changed = True
        self._is_wanted.set()

    async def run(self) -> None:
        """Looks until cancelled."""
        while True:
            try:
                await self._look()
            except Exception:  # whatever it is: whoever is in a call is looked at again
                log.exception("Looking again at open sessions failed.")
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._is_wanted.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        self._is_wanted.clear()
        opened = list(self._room.book)
        standing = None
        if opened or self._rules_changed or self._room.standing is None:
            standing = await self._learn()
        for one in opened:
            await self.look_at(one, standing)

    async def _learn(self) -> Standing | None:
        """The rules and phones as they are now, once for all sessions; also while nobody asks: what can be done is told to all
        pages. None: they cannot be read."""
        try:
            standing = await asyncio.to_thread(self._asking.standing)
        except StoreError as error:
            log.debug("The rules of monitoring cannot be read: %s", error)
            return None
        self._rules_changed = False
        self._room.learn(standing)
        return standing

    async def look_at(self, one: Open, standing: Standing | None) -> None:
        """May this session go on?"""
        if standing is None:
            self._nobody_says(one)
            return
        try:
            found = Found(await asyncio.to_thread(self._asking.actor, one.who), standing)
        except (AccessUnavailable, StoreError):
            self._nobody_says(one)
            return
        one.unknown_since_ms = 0
        reason = self._why_end(one, found, one.session.agent, one.queue)
        if reason is not None:
            self._room.feed(one, Stop(reason))
        elif one.began_ms:
            one.ends_at_ms = min(one.ends_at_ms, one.began_ms + found.standing.policy.most_min * 60_000)

    async def may_hear(self, one: Open, agent: str, queue: str | None) -> bool:
        """Whether a session may go on with its caller's next agent, in the queue to which the caller went."""
        try:
            found = await asyncio.to_thread(self._asking.look, one.who)
        except (AccessUnavailable, StoreError):
            return False
        return self._why_end(one, found, agent, queue) is None

    def _why_end(self, one: Open, found: Found, agent: str, queue: str | None) -> Reason | None:
        standing = found.standing
        facts = agent_facts(agent, self._floor(), self._room.lines, standing)
        call = CallFacts(one.session.visit, queue)
        return rules.why_end(facts_of(one), found.asker, standing.policy, facts, call)

    def _nobody_says(self, one: Open) -> None:
        now_ms = self._clock.now_ms()
        one.unknown_since_ms = one.unknown_since_ms or now_ms
        if now_ms - one.unknown_since_ms >= UNKNOWN_MS:
            self._room.feed(one, Stop(Reason.RULES_UNAVAILABLE))
