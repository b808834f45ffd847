"""What a gateway knows of stepping in, beside the floor: the rules as they stand, messages to agents, and who is in which call now.

One for all sights of a floor: sessions are found once per move. What cannot be read is None: then nothing is known to be allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.floor.state import Floor
from dashboard.live.dirty import Dirty
from dashboard.live.sessions_now import SessionNow, by_agent, sessions_now
from dashboard.supervision.circumstances import barred
from dashboard.supervision.reasons import Reason

if TYPE_CHECKING:
    from dashboard.supervision.messages import Message
    from dashboard.supervision.standing import Standing

NOBODY: tuple[SessionNow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Now:
    floor: Floor
    sessions: list[SessionNow]
    of_agent: Mapping[str, tuple[SessionNow, ...]]
    agents: frozenset[str]


class Supervision:
    """`standing`: the rules, phones and who is who, as they were read last. `messages`: what is written to each agent."""

    def __init__(self) -> None:
        self.standing: Standing | None = None
        self.messages: Mapping[str, tuple[Message, ...]] = {}
        self._now: _Now | None = None
        self._told: _Now | None = None
        """As of the last move."""

    def move(self, floor: Floor, dirty: Dirty, now_ms: int) -> set[str]:
        """The floor changed as `dirty` says, or time passed. Returns the agents of whom something else is to be told."""
        before = self._told
        if before is not None and before.floor is floor and not self._is_touched(before, dirty):
            return set()
        now = self._told = self._look(floor, now_ms)
        was = before.of_agent if before is not None else {}
        changed = {one for one in was.keys() | now.of_agent.keys() if was.get(one) != now.of_agent.get(one)}
        dirty.supervision = dirty.supervision or before is None or before.sessions != now.sessions
        return changed & floor.agents.keys()

    def doubt(self) -> None:
        """A fold changed sessions or commands: who asks before the next move is told of now."""
        self._now = None

    def sessions(self, floor: Floor, now_ms: int) -> list[SessionNow]:
        """The open sessions."""
        return self._at(floor, now_ms).sessions

    def listening_to(self, floor: Floor, agent: str, now_ms: int) -> tuple[SessionNow, ...]:
        """Who hears this agent."""
        return self._at(floor, now_ms).of_agent.get(agent, NOBODY)

    def barred(self, agent: str, queue: str | None, *, is_own_call: bool) -> Reason | None:
        """What the company's rules have against hearing this agent in this call, whoever asks."""
        if self.standing is None:
            return Reason.RULES_UNAVAILABLE
        return barred(self.standing.policy, agent, queue, is_own_call=is_own_call)

    def written_otherwise(self, messages: Mapping[str, tuple[Message, ...]]) -> set[str]:
        """These are the messages now; returns the agents whose are others than before."""
        before, self.messages = self.messages, messages
        return {one for one in before.keys() | messages.keys() if before.get(one) != messages.get(one)}

    def _is_touched(self, before: _Now, dirty: Dirty) -> bool:
        is_new = dirty.supervision or dirty.everything or dirty.settings
        return is_new or dirty.time or not before.agents.isdisjoint(dirty.agents)

    def _at(self, floor: Floor, now_ms: int) -> _Now:
        now = self._now
        return now if now is not None and now.floor is floor else self._look(floor, now_ms)

    def _look(self, floor: Floor, now_ms: int) -> _Now:
        found = sessions_now(floor, now_ms)
        self._now = _Now(floor, found, by_agent(found), frozenset(one.agent for one in found))
        return self._now


def newest_first(messages: Iterable[Message]) -> list[Message]:
    """As they are shown."""
    return sorted(messages, key=lambda one: -one.sent_at_ms)
