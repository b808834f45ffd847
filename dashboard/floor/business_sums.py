"""What business systems told, over a window: of one agent or queue at once, of many by adding only what was told since.

A sum over many is begun anew when its window begins elsewhere (every ten seconds where it slides), else it takes in what the floor has
been told of its agents or queues meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from dashboard.floor.business_amounts import Amounts, add_amounts
from dashboard.floor.calendar import QUARTER_MS
from dashboard.floor.ledger import TEN_MS
from dashboard.floor.state import Floor, Told
from dashboard.floor.windows import Span

_FEW: Final = 8
_ENDLESS: Final = 1 << 62
_NOTHING: Final[Mapping[str, int]] = {}


class _Sums:
    """Sums of a set of agents (or queues), as they were when `n` facts were booked and the window began at `start_ms`."""

    __slots__ = ("_are_agents", "_ids", "amounts", "n", "start_ms")

    def __init__(self, ids: frozenset[str], *, are_agents: bool) -> None:
        self._ids = ids
        self._are_agents = are_agents
        self.n = -1
        self.start_ms = -1
        self.amounts: Amounts = {}

    def __len__(self) -> int:
        return len(self._ids)

    def at(self, floor: Floor, span: Span) -> Amounts:
        """The sums as they are now."""
        business = floor.core.business
        since = floor.derived.told_since(self.n) if self.start_ms == span.start_ms else None
        if since is None:
            known = business.agents if self._are_agents else business.queues
            self.amounts = _total(_window_of(floor, known[one], span) for one in self._ids if one in known)
        else:
            end_ms = _end_ms(floor, span)
            for agent, queue, at_ms, booked in since:
                if span.start_ms <= at_ms < end_ms and (agent if self._are_agents else queue) in self._ids:
                    add_amounts(self.amounts, booked)
        self.n, self.start_ms = business.n, span.start_ms
        return self.amounts


def amounts_of(
    floor: Floor, queues: Sequence[str] | None, agents: Sequence[str] | None, window: str, span: Span
) -> Mapping[str, int]:
    """Amounts by measure of these agents; `agents` None: of these queues; both None: of everything. Not to be changed."""
    business = floor.core.business
    if agents is None and queues is None:
        return _window_of(floor, business.whole, span)
    ids, known = (agents, business.agents) if agents is not None else (queues or (), business.queues)
    if len(ids) == 1:
        told = known.get(ids[0])
        return _NOTHING if told is None else _window_of(floor, told, span)
    if len(ids) <= _FEW:
        return _total(_window_of(floor, known[one], span) for one in ids if one in known)
    are_agents = agents is not None
    key = ("business", are_agents, tuple(ids), window)
    sums = floor.derived.remember(key, lambda: _Sums(frozenset(ids), are_agents=are_agents))
    return sums.at(floor, span)


def _end_ms(floor: Floor, span: Span) -> int:
    """What is booked before it counts: today and what ends now have no end."""
    core = floor.core
    if span.kind == "day":
        return core.today.start_ms if span.start_ms == core.yesterday.start_ms else _ENDLESS
    return -(-span.end_ms // QUARTER_MS) * QUARTER_MS if span.kind == "interval" else _ENDLESS


def _window_of(floor: Floor, told: Told, span: Span) -> Mapping[str, int]:
    if span.kind == "day":
        if span.start_ms == floor.core.today.start_ms:
            return told.today
        return told.yesterday if span.start_ms == floor.core.yesterday.start_ms else _NOTHING
    if span.kind == "sliding":
        return _total(_within(told.tens, span, TEN_MS))
    return _total(_within(told.quarters, span, QUARTER_MS))


def _within(buckets: Mapping[int, Amounts], span: Span, step_ms: int) -> Iterator[Amounts]:
    """Of the buckets that the window reaches into: its bounds lie between two, but for an end that is now."""
    first = span.start_ms // step_ms
    end = max(-(-span.end_ms // step_ms), first + 1)
    return (amounts for bucket, amounts in buckets.items() if first <= bucket < end)


def _total(several: Iterable[Mapping[str, int]]) -> Amounts:
    total: Amounts = {}
    for amounts in several:
        add_amounts(total, amounts)
    return total
