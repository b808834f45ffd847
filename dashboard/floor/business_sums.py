"""What business systems told, over a window: of one agent or queue at once, of many by adding up only when something was told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from dashboard.floor.calendar import QUARTER_MS
from dashboard.floor.ledger import TEN_MS
from dashboard.floor.state import Floor, Told
from dashboard.floor.windows import Span

_FEW: Final = 8
_NOTHING: Final[Mapping[str, int]] = {}


class _Sums:
    """Sums of a set of agents or queues, as they were when `n` facts were booked and the window began at `start_ms`."""

    __slots__ = ("amounts", "n", "start_ms")

    def __init__(self) -> None:
        self.n = -1
        self.start_ms = -1
        self.amounts: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.amounts)


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
        return _added(floor, _told(known, ids), span)
    what = "agents" if agents is not None else "queues"
    sums = floor.derived.remember(("business", what, tuple(ids), window), _Sums)
    if sums.n != business.n or sums.start_ms != span.start_ms:
        sums.amounts = _added(floor, _told(known, ids), span)
        sums.n, sums.start_ms = business.n, span.start_ms
    return sums.amounts


def _told(known: Mapping[str, Told], ids: Iterable[str]) -> Iterator[Told]:
    return (known[one] for one in ids if one in known)


def _added(floor: Floor, told: Iterable[Told], span: Span) -> dict[str, int]:
    return _total(_window_of(floor, one, span) for one in told)


def _window_of(floor: Floor, told: Told, span: Span) -> Mapping[str, int]:
    if span.kind == "day":
        if span.start_ms == floor.core.today.start_ms:
            return told.today
        return told.yesterday if span.start_ms == floor.core.yesterday.start_ms else _NOTHING
    if span.kind == "sliding":
        return _total(_within(told.tens, span, TEN_MS))
    return _total(_within(told.quarters, span, QUARTER_MS))


def _within(buckets: Mapping[int, dict[str, int]], span: Span, step_ms: int) -> Iterator[dict[str, int]]:
    """Of the buckets that the window reaches into: its bounds lie between two, but for an end that is now."""
    first = span.start_ms // step_ms
    end = max(-(-span.end_ms // step_ms), first + 1)
    return (amounts for bucket, amounts in buckets.items() if first <= bucket < end)


def _total(several: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for amounts in several:
        for measure, amount in amounts.items():
            total[measure] = total.get(measure, 0) + amount
    return total
