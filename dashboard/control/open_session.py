"""One open session with everything around it: who asked, in which words, what was seen of its leg, which commands wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from collectors.events import MonitorMode
from dashboard.access.actor import Actor
from dashboard.control.asking import Who
from dashboard.control.asterisk.lines import CallKey
from dashboard.control.sessions import Session, State
from dashboard.supervision.commands import Request
from dashboard.supervision.policy import Phone
from dashboard.supervision.reasons import Reason

Asked = tuple[Request, Actor]


@dataclass(slots=True, eq=False)
class Open:
    """`supervisor`: the device that is called. `modes`: as the switch confirmed them. `ends_at_ms` 0: it has not begun. `wishes`,
    `stops`: commands about this session that are not answered yet. `is_told`: it was sent, and everybody knows."""

    session: Session
    request: Request
    actor: Actor
    key: CallKey
    queue: str | None
    phone: Phone | None
    supervisor: str
    most_min: int
    modes: list[tuple[int, MonitorMode]] = field(default_factory=list)
    began_ms: int = 0
    ends_at_ms: int = 0
    wishes: dict[str, Asked] = field(default_factory=dict)
    stops: list[Asked] = field(default_factory=list)
    hung_up_by_itself: bool = False
    gone_why: Reason = Reason.CALL_ENDED
    """Why the call is no more the agent's, as far as was heard."""
    is_taking: bool = False
    """A take over is on its way: nobody else may take this call."""
    is_looking: bool = False
    unknown_since_ms: int = 0
    """Since when nobody can say whether it may go on; 0: somebody can."""

    @property
    def who(self) -> Who:
        return Who(self.request.account, self.request.session, self.request.address)


class Book:
    """All that are open, by the command that opened them; and the legs of those that were, for what is heard of them late."""

    def __init__(self) -> None:
        self._open: dict[str, Open] = {}
        self._legs: dict[str, Open] = {}
        self._former: dict[str, None] = {}

    def __iter__(self) -> Iterator[Open]:
        return iter(list(self._open.values()))

    def __len__(self) -> int:
        return len(self._open)

    def add(self, one: Open) -> None:
        """From now on it counts."""
        self._open[one.request.id] = one
        self._legs[one.session.leg] = one

    def drop(self, one: Open) -> None:
        """It is over."""
        self._open.pop(one.request.id, None)
        self._legs.pop(one.session.leg, None)
        self._former[one.session.leg] = None
        while len(self._former) > 1_000:
            del self._former[next(iter(self._former))]

    def get(self, command: str) -> Open | None:
        return self._open.get(command)

    def of_leg(self, leg: str) -> Open | None:
        return self._legs.get(leg)

    def knows(self, leg: str) -> bool:
        """Whether a session of ours is or was on this leg."""
        return leg in self._legs or leg in self._former

    def waiting_for(self, agent: str) -> list[Open]:
        """Who follows this agent to the next call."""
        return [one for one in self if one.session.state is State.WAITING and one.session.agent == agent]
