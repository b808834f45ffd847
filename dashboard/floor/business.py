"""What business systems tell, in sums: which amounts a fact is worth, and where they are booked.

A fact is booked at the time it occurred, for its agent, its queue and everybody: into the day, the quarter of an hour and the 10-second
bucket that contain it. A correction takes back what was told before, at its own time, and books what holds now, so sums never
depend on the order in which things were told. What is older than yesterday is counted in the history alone: the recorder is told of
everything.

Nothing here costs anything on a floor of which nobody tells. `Told` is sparse: only who was told of has one. Agents' quarters reach back
to the previous interval, as their logs do; queues' and everybody's to the beginning of yesterday.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from sys import intern
from typing import Final

from collectors.events import BusinessFact, BusinessKind, BusinessTold
from dashboard.floor.business_amounts import Amounts, add_amounts
from dashboard.floor.calendar import QUARTER_MS
from dashboard.floor.directions import CUSTOM
from dashboard.floor.ledger import TEN_MS, TENS_KEPT_MS, kept_from_ms
from dashboard.floor.state import Core, Floor, Told
from dashboard.floor.step import Step

HUNDREDTHS: Final = 100
"""`sales_amount`, `review_score` and the amounts of custom measures are hundredths of their unit."""
MOST_VALUE: Final = 10**13
"""No fact is worth more, so that no sum leaves 64 bits."""
_TIMES: Final = "#"


def custom_amount(name: str) -> str:
    """The measure with a custom measure's amounts."""
    return CUSTOM + name


def custom_times(name: str) -> str:
    """The measure with how often a custom measure was told of."""
    return CUSTOM + name + _TIMES


def _value(fact: BusinessFact) -> int:
    return max(-MOST_VALUE, min(MOST_VALUE, fact.value))


_AMOUNTS: Final[dict[BusinessKind, Callable[[BusinessFact], Amounts]]] = {
    "sale": lambda fact: {"sales": 1, "sales_amount": _value(fact)},
    "satisfaction": lambda fact: {"rated": 1, "satisfied": int(fact.good is True)},
    "resolution": lambda fact: {"asked": 1, "resolved": int(fact.good is True)},
    "complaint": lambda fact: {"complaints": 1},  # noqa: ARG005 (it is one, whatever it says)
    "ticket": lambda fact: {"tickets": 1, "tickets_in_time": int(fact.good is True)},
    "qa": lambda fact: {"reviews": 1, "review_score": _value(fact)},
    "custom": lambda fact: {intern(custom_amount(fact.name)): _value(fact), intern(custom_times(fact.name)): 1},
}


def amounts(fact: BusinessFact) -> Amounts:
    """What a fact adds to each of its measures. All of a kind's measures are named, with 0 where it adds nothing."""
    return _AMOUNTS[fact.kind](fact)


def business_told(step: Step, event: BusinessTold) -> None:
    """What was told before is taken back, what holds now is booked."""
    if event.replaces is not None:
        _book(step, event.replaces, -1)
    if event.fact is not None:
        _book(step, event.fact, 1)


def _book(step: Step, fact: BusinessFact, sign: int) -> None:
    floor, changes = step.floor, step.changes
    agent, queue, at_ms = fact.agent or "", fact.queue or "", fact.occurred_ms
    booked = {measure: sign * amount for measure, amount in amounts(fact).items()}
    if floor.derived.recorder is not None:
        floor.derived.recorder.business_booked(fact, booked)
    business = floor.core.business
    business.n += 1
    floor.derived.business_told((agent, queue, at_ms, booked))
    business.measures.update(dict.fromkeys(booked, True))
    changes.of_past(at_ms)
    if agent:
        changes.told_of(agent)
    if at_ms < floor.core.yesterday.start_ms:
        return
    _put(floor.core, business.whole, at_ms, booked)
    if agent:
        _put(floor.core, _of(business.agents, agent), at_ms, booked)
        if agent in floor.agents:
            changes.agents.add(agent)
            floor.derived.agent_changed(agent)
    if queue:
        _put(floor.core, _of(business.queues, queue), at_ms, booked)
        if queue in floor.queues:
            changes.queues.add(queue)


def _of(told: dict[str, Told], name: str) -> Told:
    found = told.get(name)
    if found is None:
        found = told[intern(name)] = Told()
    return found


def _put(core: Core, told: Told, at_ms: int, booked: Amounts) -> None:
    add_amounts(told.today if at_ms >= core.today.start_ms else told.yesterday, booked)
    add_amounts(told.quarters.setdefault(at_ms // QUARTER_MS, {}), booked)
    if at_ms > core.stream_ms - TENS_KEPT_MS:
        add_amounts(told.tens.setdefault(at_ms // TEN_MS, {}), booked)


def roll_business(core: Core, *, is_next: bool) -> None:
    """A business day is over; `is_next`: the one that begins is the one after it. After `core.yesterday` is another one."""
    business, oldest = core.business, core.yesterday.start_ms // QUARTER_MS
    for told in _everything(core):
        told.yesterday, told.today = told.today if is_next else {}, {}
        told.quarters = {quarter: booked for quarter, booked in told.quarters.items() if quarter >= oldest}
    business.agents = {agent: told for agent, told in business.agents.items() if told.yesterday or told.tens}
    business.queues = {queue: told for queue, told in business.queues.items() if told.yesterday or told.quarters}


def drop_old_business(floor: Floor) -> None:
    """Buckets older than an hour, and agents' quarters that end before the previous interval began."""
    core = floor.core
    if not core.business.n:
        return
    oldest_ten = (core.stream_ms - TENS_KEPT_MS) // TEN_MS
    for told in _everything(core):
        for ten in [ten for ten in told.tens if ten < oldest_ten]:
            del told.tens[ten]
    oldest_quarter = kept_from_ms(floor) // QUARTER_MS
    for told in core.business.agents.values():
        for quarter in [quarter for quarter in told.quarters if quarter < oldest_quarter]:
            del told.quarters[quarter]


def _everything(core: Core) -> Iterator[Told]:
    yield core.business.whole
    yield from core.business.agents.values()
    yield from core.business.queues.values()
