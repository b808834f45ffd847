"""Messages to agents: people write them at their desks, agents read them on their own page.

Each is judged on the floor first (what somebody does not see is not there), then written by the room that keeps messages, which checks
permission and scope itself and puts it on record. Nothing here waits for the database but its own task.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, Protocol

from dashboard.access.actor import Actor, Denied
from dashboard.access.audit_line import Target
from dashboard.access.permissions import Permission
from dashboard.access.unavailable import AccessUnavailable
from dashboard.live import frames
from dashboard.live.clocks import Instant, read_clocks
from dashboard.live.command_scene import agent_facts
from dashboard.live.denials import Denials, InThread
from dashboard.live.gateway import Gateway
from dashboard.live.reach import Reach
from dashboard.live.said import Words
from dashboard.live.screens import Screen
from dashboard.live.viewer import Viewer
from dashboard.refusal import Refused
from dashboard.store import StoreError
from dashboard.supervision.facts import AgentFacts
from dashboard.supervision.messages import Message
from dashboard.supervision.reasons import Reason

log = logging.getLogger("floorwatch.live.commands")

MOST_AT_ONCE: Final = 50
"""Writings and readings under way; what is more is refused."""

REASONS: Final[Mapping[str, Reason]] = {
    "message.refused.often": Reason.THROTTLED,
    "message.refused.many": Reason.THROTTLED,
    "message.refused.text_missing": Reason.REASON_MISSING,
}
"""Why no message was written, in the words of frames; all else is a wrong value."""


class Letters(Protocol):
    """Where messages are kept; see `dashboard.supervision.messages`. Blocks."""

    def send(self, actor: Actor, to: Sequence[AgentFacts], text: str) -> tuple[str, ...]: ...

    def read(self, actor: Actor, message_id: str) -> None: ...

    def current(self) -> Mapping[str, tuple[Message, ...]]: ...


class NoLetters:
    """Where nobody writes."""

    def send(self, actor: Actor, to: Sequence[AgentFacts], text: str) -> tuple[str, ...]:  # noqa: ARG002 — as it is asked
        """It is not written."""
        raise AccessUnavailable("No messages are kept here.")

    def read(self, actor: Actor, message_id: str) -> None:
        """There is none."""

    def current(self) -> Mapping[str, tuple[Message, ...]]:
        """None."""
        return {}


class Writing:
    """Takes what people write, and what agents have read."""

    def __init__(
        self,
        gateway: Gateway,
        letters: Letters,
        denials: Denials,
        in_thread: InThread,
        clocks: Callable[[], Instant] = read_clocks,
    ) -> None:
        self._gateway = gateway
        self._letters = letters
        self._denials = denials
        self._in_thread = in_thread
        self._clocks = clocks
        self._under_way: set[asyncio.Task[None]] = set()

    def wrote(self, screen: Screen, words: Words) -> None:
        """Somebody writes to agents."""
        if len(self._under_way) >= MOST_AT_ONCE:
            self._refuse(screen, words, Reason.THROTTLED)
            return
        try:
            to = self._whom(screen.visitor.actor, words)
        except _NotThere as away:
            if away.is_on_record:
                self._denials.add(screen.visitor.actor, str(Permission.AGENTS_MESSAGE), Target("agent", away.agent))
            self._refuse(screen, words, away.reason)
        else:
            self._begin(self._write(screen, words, to))

    def has_read(self, screen: Screen, message_id: str) -> None:
        """An agent has read a message of theirs; whatever else it may be is not answered."""
        if screen.visitor.is_person and len(self._under_way) < MOST_AT_ONCE:
            self._begin(self._note_read(screen.visitor.actor, message_id))

    # -- inside -------------------------------------------------------------------------------------------------------

    def _begin(self, task: Coroutine[Any, Any, None]) -> None:
        begun = asyncio.ensure_future(task)
        self._under_way.add(begun)
        begun.add_done_callback(self._under_way.discard)

    def _whom(self, actor: Actor, words: Words) -> list[AgentFacts]:
        floor, people = self._gateway.floor, self._gateway.people
        if actor.kind != "person" or not actor.may(Permission.AGENTS_MESSAGE):
            raise _NotThere(Reason.NOT_PERMITTED, words.agents[0], is_on_record=True)
        if floor is None or people is None:
            raise _NotThere(Reason.RULES_UNAVAILABLE, "")
        seen = Reach(floor, Viewer(actor.scope(Permission.FLOOR_VIEW)), people)
        mine = Reach(floor, Viewer(actor.scope(Permission.AGENTS_MESSAGE)), people)
        for agent in words.agents:
            if agent not in floor.agents or not seen.sees_agent(agent):
                raise _NotThere(Reason.NOT_THERE, agent, is_on_record=agent in floor.agents)
            if not mine.sees_agent(agent):
                raise _NotThere(Reason.OUT_OF_SCOPE, agent, is_on_record=True)
        return [agent_facts(floor, floor.agents[agent]) for agent in dict.fromkeys(words.agents)]

    async def _write(self, screen: Screen, words: Words, to: list[AgentFacts]) -> None:
        actor = screen.visitor.actor
        try:
            ids = await self._in_thread(lambda: self._letters.send(actor, to, words.text))
        except Denied as denied:
            self._denials.add(actor, str(denied.permission), Target("agent", to[0].id))
            self._refuse(screen, words, Reason.OUT_OF_SCOPE)
        except Refused as refused:
            self._refuse(screen, words, REASONS.get(refused.word, Reason.WRONG_VALUE))
        except (StoreError, AccessUnavailable):
            self._refuse(screen, words, Reason.AUDIT_UNAVAILABLE)
        except Exception:
            log.exception("A message is not written.")
            self._refuse(screen, words, Reason.AUDIT_UNAVAILABLE)
        else:
            self._gateway.audience.tell(screen, frames.written(words.ref, list(ids), self._clocks().at_ms))

    async def _note_read(self, actor: Actor, message_id: str) -> None:
        try:
            await self._in_thread(lambda: self._letters.read(actor, message_id))
        except Denied as denied:
            self._denials.add(actor, str(denied.permission), Target("message", message_id))
        except (StoreError, AccessUnavailable):
            log.warning("Whether a message was read cannot be noted.")

    def _refuse(self, screen: Screen, words: Words, reason: Reason) -> None:
        self._gateway.audience.tell(screen, frames.not_written(words.ref, reason, self._clocks().at_ms))


class _NotThere(Exception):  # noqa: N818 — the field's word
    def __init__(self, reason: Reason, agent: str, *, is_on_record: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.agent = agent
        self.is_on_record = is_on_record
