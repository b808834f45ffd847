"""What is computed from a floor and remembered only to be quick: never in a checkpoint, never in a hash.

`journal` lists the agents that changed, in order, so that a sum over thousands of agents only looks at those that did.
`booked` passes each booked fact of a queue on to the sliding sums that somebody asked for. `wraps` is the order in which
wrap-ups will end.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dashboard.floor.state import Floor

_JOURNAL_MAX: Final = 20_000
_MEMORY_MAX: Final = 64


class Derived:
    """The journal and the remembered sums of one floor."""

    __slots__ = ("floor", "journal", "journal_base", "memory", "sliding", "wraps")

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.journal: list[str] = []
        self.journal_base = 0
        self.sliding: dict[str, list[Any]] = {}
        self.memory: dict[Any, Any] = {}
        self.wraps = [(agent.wrap_until_ms, agent.id) for agent in floor.agents.values() if agent.wrap_until_ms]
        heapify(self.wraps)

    def forget(self) -> None:
        """Forget all sums: days or settings changed under them."""
        self.sliding.clear()
        self.memory.clear()

    def remember(self, key: Any, make: Callable[[], Any]) -> Any:
        """What was remembered under `key`, or `make()`; the longest unused is forgotten when there is too much."""
        memory = self.memory
        value = memory.pop(key, None)
        if value is None:
            if len(memory) >= _MEMORY_MAX:
                del memory[next(iter(memory))]
            value = make()
        memory[key] = value
        return value

    def booked(self, queue: str, ten: int, facts: tuple[int, ...]) -> None:
        """A fact was booked in bucket `ten`."""
        for sums in self.sliding.get(queue, ()):
            sums.booked(ten, facts)

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
