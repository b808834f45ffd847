"""Booking: how facts get into the counters of days, quarters of an hour and 10-second buckets.

A queue's fact is booked at a time of its own (the joining of its visit for J, its own time for E) into the day, the quarter
and the bucket that contain it: so a visit over midnight is counted once, by that rule, and a fact that is read late from the
switch's log lands where it belongs. Facts older than yesterday are counted nowhere. An agent keeps two days and a log of its
facts; time in state is booked when a state ends.

A fact is a flat run of pairs (counter, amount); waits carry their seconds as amount (see `counters`).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final

from dashboard.floor import counters as c
from dashboard.floor import histogram
from dashboard.floor.arrays import Longs, Words, zeros
from dashboard.floor.calendar import QUARTER_MS
from dashboard.floor.display import PARTS, PAUSED, SIGNED_OUT
from dashboard.floor.state import Agent, Floor, Queue, Row

TEN_MS: Final = 10_000
TENS_KEPT_MS: Final = 3_660_000
"""Buckets reach an hour back, and a little more for a `now` that lags."""
_COUNTER_BITS: Final = 29
_FACT_BITS: Final = 34
_AMOUNT: Final = 1 << _COUNTER_BITS
_WORD_BITS: Final = 26
_WORD_ZERO: Final = 1 << 25
LONGEST_S: Final = 7 * 86_400
"""No wait or talk counts for more than a week: it would be a wrong clock's."""
LONGEST_WRAP_UP_MS: Final = 8 * 3_600_000


def put(row: Row, facts: tuple[int, ...]) -> None:
    """Add facts to one row."""
    counts = row.counts
    pairs = iter(facts)
    for counter, amount in zip(pairs, pairs, strict=True):
        if counter < c.WAITED_ANSWERED:
            counts[counter] += amount
        else:
            _put_wait(row, counter, amount)


def _put_wait(row: Row, counter: int, wait_s: int) -> None:
    kind = counter & ~c.TAKEN_BACK
    bins = row.answered if kind == c.WAITED_ANSWERED else row.abandoned if kind == c.WAITED_ABANDONED else row.left
    if counter == kind:
        histogram.change(bins, wait_s, 1)
        row.max_wait_s = max(row.max_wait_s, wait_s)
    else:
        histogram.change(bins, wait_s, -1)
        if wait_s >= row.max_wait_s:
            row.max_wait_s = max(map(histogram.longest, (row.answered, row.abandoned, row.left)))


def negated(facts: tuple[int, ...]) -> tuple[int, ...]:
    """The facts that take `facts` back."""
    out: list[int] = []
    for i in range(0, len(facts), 2):
        is_wait = facts[i] >= c.WAITED_ANSWERED
        out += (facts[i] ^ c.TAKEN_BACK, facts[i + 1]) if is_wait else (facts[i], -facts[i + 1])
    return tuple(out)


def book(floor: Floor, queue: Queue, at_ms: int, facts: tuple[int, ...]) -> None:
    """Count facts of a queue at `at_ms`."""
    core, recorder = floor.core, floor.derived.recorder
    if recorder is not None:
        recorder.queue_booked(queue.id, at_ms, facts)
    if at_ms >= core.today.start_ms:
        put(queue.today, facts)
    elif at_ms >= core.yesterday.start_ms:
        put(queue.yesterday, facts)
    else:
        return
    quarter = at_ms // QUARTER_MS
    row = queue.quarters.get(quarter)
    if row is None:
        row = queue.quarters[quarter] = Row()
    put(row, facts)
    if at_ms > core.stream_ms - TENS_KEPT_MS:
        ten = at_ms // TEN_MS
        run = queue.tens.get(ten)
        if run is None:
            queue.tens[ten] = packed(facts)
        else:
            run.extend(packed(facts))
        floor.derived.booked(queue.id, ten, facts)


def packed(facts: tuple[int, ...]) -> Words:
    """Facts of a queue, 32 bits each; those that add nothing are left out. Amounts are below 2²⁵ (see `LONGEST_S`)."""
    pairs = iter(facts)
    return Words(
        "I",
        [
            counter << _WORD_BITS | amount + _WORD_ZERO
            for counter, amount in zip(pairs, pairs, strict=True)
            if amount or counter >= c.WAITED_ANSWERED
        ],
    )


def unpacked(words: Words) -> tuple[int, ...]:
    """The facts that `packed` took."""
    facts: list[int] = []
    for word in words:
        facts += (word >> _WORD_BITS, (word & (2 * _WORD_ZERO - 1)) - _WORD_ZERO)
    return tuple(facts)


def pack_fact(at_ms: int, counter: int, amount: int) -> int:
    """A fact of an agent as one number, ordered by its 10-second bucket; `amount` may be negative."""
    return ((at_ms // TEN_MS) << _FACT_BITS) | (counter << _COUNTER_BITS) | (amount + (_AMOUNT >> 1))


def unpack_fact(fact: int) -> tuple[int, int]:
    """Counter and amount of a packed fact."""
    return (fact >> _COUNTER_BITS) & 31, (fact & (_AMOUNT - 1)) - (_AMOUNT >> 1)


def facts_from(facts: Longs, start_ms: int) -> int:
    """The index of the first packed fact in or after the bucket that begins at `start_ms`."""
    return bisect_left(facts, (start_ms // TEN_MS) << _FACT_BITS)


def book_agent(floor: Floor, agent: Agent, at_ms: int, facts: tuple[int, ...], queue: str = "") -> None:
    """Count facts of an agent at `at_ms`. `queue`: what they were for; "" for own calls."""
    core, recorder = floor.core, floor.derived.recorder
    if recorder is not None:
        recorder.agent_booked(agent.id, queue, at_ms, facts)
    if at_ms >= core.today.start_ms:
        day = agent.today
    elif at_ms >= core.yesterday.start_ms:
        day = agent.yesterday
    else:
        return
    for i in range(0, len(facts), 2):
        counter, amount = facts[i], facts[i + 1]
        if not amount:
            continue
        if counter in c.A_HIGHEST:
            day[counter] = max(day[counter], amount)
        else:
            day[counter] += amount
        if counter != c.A_LAST_CALL_MS:
            insort(agent.facts, pack_fact(at_ms, counter, amount))


def kept_from_ms(floor: Floor) -> int:
    """From when on agents' logs are whole: the previous interval, and an hour at least."""
    return floor.core.stream_ms - max(TENS_KEPT_MS, 2 * floor.settings.interval_min * 60_000)


def _trim(floor: Floor, agent: Agent) -> None:
    limit_ms = kept_from_ms(floor)
    first = bisect_left(agent.log, limit_ms << 8) - 1
    if first > 0:
        del agent.log[:first]
    old = facts_from(agent.facts, limit_ms)
    if old > 0:
        del agent.facts[:old]


def begin_state(floor: Floor, agent: Agent, code: int, at_ms: int) -> int:
    """End the open segment and begin one of `code`. Returns the time it began: never before the open one did."""
    log, recorder = agent.log, floor.derived.recorder
    if not log:
        if recorder is not None:
            recorder.state_began(agent, code, at_ms, None)
        log.append(at_ms << 8 | code)
        return at_ms
    start_ms = log[-1] >> 8
    at_ms = max(at_ms, start_ms)
    if recorder is not None:
        recorder.state_began(agent, code, at_ms, start_ms)
    if at_ms == start_ms:
        log[-1] = at_ms << 8 | code
    else:
        book_time(floor, agent, agent.code, start_ms, at_ms)
        log.append(at_ms << 8 | code)
        if len(log) >= 32 and (log[16] >> 8) < kept_from_ms(floor):
            _trim(floor, agent)
    return at_ms


def book_time(floor: Floor, agent: Agent, code: int, start_ms: int, end_ms: int, sign: int = 1) -> None:
    """Count (or with `sign` -1 take back) the time from `start_ms` to `end_ms` in a state, each day its share."""
    if code == SIGNED_OUT:
        return
    core = floor.core
    midnight = core.today.start_ms
    if end_ms > midnight:
        _add_time(agent.today, agent.paused_today_ms, code, sign * (end_ms - max(start_ms, midnight)))
    if start_ms < midnight:
        start_ms = max(start_ms, core.yesterday.start_ms)
        if start_ms < min(end_ms, midnight):
            _add_time(agent.yesterday, agent.paused_yesterday_ms, code, sign * (min(end_ms, midnight) - start_ms))


def _add_time(day: Longs, paused_ms: dict[int, int], code: int, span_ms: int) -> None:
    day[PARTS[code]] += span_ms
    day[c.SIGNED_IN_MS] += span_ms
    if code >= PAUSED:
        paused_ms[code - PAUSED] = paused_ms.get(code - PAUSED, 0) + span_ms


def roll_agent(agent: Agent) -> None:
    """Yesterday's counters become history's, today's become yesterday's. What was open stays open."""
    agent.yesterday, agent.paused_yesterday_ms = agent.today, agent.paused_today_ms
    agent.today, agent.paused_today_ms = zeros(c.AGENT_COUNTERS), {}
