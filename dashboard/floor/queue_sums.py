"""A queue's counters over a window, without adding up what did not change.

Days are kept as they are, intervals are made of quarters of an hour. A sliding window is a row of its own, begun when somebody
asks for it: each booked fact is added as it comes, and each bucket that falls out of the window is taken out again.
"""

from __future__ import annotations

from dashboard.floor import counters as c
from dashboard.floor import histogram
from dashboard.floor.calendar import QUARTER_MS
from dashboard.floor.ledger import TEN_MS, TENS_KEPT_MS, negated, put, unpacked
from dashboard.floor.state import Floor, Queue, Row
from dashboard.floor.windows import Span

_EMPTY = Row()


class SlidingSums:
    """The running sums of one queue over one sliding window. `first`: its oldest bucket."""

    __slots__ = ("first", "minutes", "queue", "row")

    def __init__(self, queue: Queue, minutes: int, first: int) -> None:
        self.queue = queue
        self.minutes = minutes
        self._begin(first)

    def _begin(self, first: int) -> None:
        self.first = first
        self.row = Row()
        for ten, facts in self.queue.tens.items():
            if ten >= first:
                put(self.row, unpacked(facts))

    def booked(self, ten: int, facts: tuple[int, ...]) -> None:
        """A fact was booked in bucket `ten`."""
        if ten >= self.first:
            put(self.row, facts)

    def at(self, first: int, oldest_kept: int) -> Row:
        """The sums with `first` as the oldest bucket."""
        if first < self.first or self.first < oldest_kept:
            self._begin(first)
        elif first > self.first:
            for ten in range(self.first, first):
                facts = self.queue.tens.get(ten)
                if facts is not None:
                    put(self.row, negated(unpacked(facts)))
            self.first = first
        return self.row


def rows_of(floor: Floor, queue: Queue, span: Span) -> tuple[Row, ...]:
    """The rows that make up the window, to be added."""
    if span.kind == "day":
        return (_day(floor, queue, span.start_ms),)
    if span.kind == "sliding":
        return (_sliding(floor, queue, span),)
    quarters = queue.quarters
    first, end = span.start_ms // QUARTER_MS, -(-span.end_ms // QUARTER_MS)
    return tuple(quarters[quarter] for quarter in range(first, max(end, first + 1)) if quarter in quarters)


def _day(floor: Floor, queue: Queue, start_ms: int) -> Row:
    if start_ms == floor.core.today.start_ms:
        return queue.today
    return queue.yesterday if start_ms == floor.core.yesterday.start_ms else _EMPTY


def _sliding(floor: Floor, queue: Queue, span: Span) -> Row:
    first = span.start_ms // TEN_MS
    minutes = -(-(span.end_ms - span.start_ms) // 60_000)
    asked: list[SlidingSums] = floor.derived.sliding.setdefault(queue.id, [])
    for sums in asked:
        if sums.minutes == minutes:
            return sums.at(first, (floor.core.stream_ms - TENS_KEPT_MS) // TEN_MS)
    sums = SlidingSums(queue, minutes, first)
    asked.append(sums)
    return sums.row


def longest_wait_s(queue: Queue, rows: tuple[Row, ...], span: Span) -> int:
    """The longest wait of any visit of the window that has left the queue."""
    if span.kind != "sliding":
        return max((row.max_wait_s for row in rows), default=0)
    longest = max(
        (histogram.longest(bins) for row in rows for bins in (row.answered, row.abandoned, row.left)), default=0
    )
    if longest <= histogram.FINE_S:
        return longest
    first = span.start_ms // TEN_MS
    runs = (unpacked(facts) for ten, facts in queue.tens.items() if ten >= first)
    return max(facts[i + 1] for facts in runs for i in range(0, len(facts), 2) if facts[i] >= c.WAITED_ANSWERED)
