"""What is computed from a floor and remembered only to be quick: never in a checkpoint, never in a hash.

`journal` lists the agents that changed, in order, so that a sum over thousands of agents only looks at those that did.
`booked` passes each booked fact of a queue on to the sliding sums that somebody asked for. `wraps` is the order in which
wrap-ups will end. `recorder` is told what is booked, if there is one. `told` lists what business systems told last, for sums over many.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from heapq import heapify
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from dashboard.floor.recorder import Recorder
    from dashboard.floor.state import Floor

SumsT = TypeVar("SumsT", bound=Sized)

ToldLine = tuple[str, str, int, dict[str, int]]
"""Agent and queue ("" for none), when it occurred, amounts by measure."""

_JOURNAL_MAX: Final = 20_000
_TOLD_MAX: Final = 4_000
_MEMORY_ALWAYS: Final = 64
_MEMORY_MAX: Final = 1_024
_MEMBERS_MAX: Final = 100_000
"""Further sums are kept while all of them together have no more members: a hundred teams' sums weigh less than one floor's."""


class Derived:
    """The journal and the remembered sums of one floor."""

    __slots__ = ("floor", "journal", "journal_base", "memory", "recorder", "sliding", "told", "told_base", "wraps")

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.recorder: Recorder | None = None
        self.journal: list[str] = []
        self.journal_base = 0
        self.sliding: dict[str, list[Any]] = {}
        self.memory: dict[Any, Any] = {}
        self.told: list[ToldLine] = []
        self.told_base = floor.core.business.n
        self.wraps = [(agent.wrap_until_ms, agent.id) for agent in floor.agents.values() if agent.wrap_until_ms]
        heapify(self.wraps)

    def forget(self) -> None:
        """Forget all sums: days or settings changed under them."""
        self.sliding.clear()
        self.memory.clear()

    def remember(self, key: Any, make: Callable[[], SumsT]) -> SumsT:
        """The sums that were remembered under `key`, or `make()`; the longest unused are forgotten when there are too many."""
        memory = self.memory
        sums: SumsT | None = memory.pop(key, None)
        if sums is None:
            self._make_room()
            sums = make()
        memory[key] = sums
        return sums

    def _make_room(self) -> None:
        memory = self.memory
        if len(memory) < _MEMORY_ALWAYS:
            return
        members = sum(len(sums) for sums in memory.values())
        while len(memory) >= _MEMORY_MAX or (len(memory) >= _MEMORY_ALWAYS and members > _MEMBERS_MAX):
            members -= len(memory.pop(next(iter(memory))))

    def booked(self, queue: str, ten: int, facts: tuple[int, ...]) -> None:
        """A fact was booked in bucket `ten`."""
        for sums in self.sliding.get(queue, ()):
            sums.booked(ten, facts)

    def business_told(self, line: ToldLine) -> None:
        """A fact was booked or taken back; `Business.n` counts it."""
        self.told.append(line)
        if len(self.told) > _TOLD_MAX:
            half = _TOLD_MAX // 2
            del self.told[:half]
            self.told_base += half

    def told_since(self, n: int) -> list[ToldLine] | None:
        """What was told after the first `n` facts; None if that is not remembered so far back."""
        return None if n < self.told_base else self.told[n - self.told_base :]

    def agent_changed(self, agent: str) -> None:
        """An agent's state or counters changed."""
        self.journal.append(agent)
        if len(self.journal) > _JOURNAL_MAX:
            half = _JOURNAL_MAX // 2
            del self.journal[:half]
            self.journal_base += half

    def journal_end(self) -> int:
        """The position after the newest line of the journal."""
        return self.journal_base + len(self.journal)

    def changed_since(self, position: int) -> list[str] | None:
        """Agents that changed after `position`; None if the journal does not reach back so far."""
        if position < self.journal_base:
            return None
        return self.journal[position - self.journal_base :]
