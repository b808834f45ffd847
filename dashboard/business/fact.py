"""From an item to the fact that the floor books. Pure.

Amounts are hundredths of their unit, whole numbers, so that sums are exact whatever the order. A ticket that is not done has no fact
until it falls due; done late or never done, it counts at the moment at which it fell due, so that totals are the same whether its
falling due was told before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from collectors.events import BusinessFact
from dashboard.business.item import Complaint, Custom, Item, Resolution, Review, Sale, Satisfaction, Ticket, shown
from dashboard.refusal import Refused

MOST: Final = Decimal(10_000_000_000)
"""No single sale or amount is larger: a slip of a decimal point shall not spoil a month."""

OLDEST: Final = timedelta(days=400)
AHEAD: Final = timedelta(minutes=5)
"""Clocks differ."""

SATISFIED_FROM: Final = Decimal("0.8")
"""Of the scale: 4 of 5, 8 of 10."""

SCALES: Final = (2, 100)
_WHOLE_SCORE: Final = 10_000
_CENT: Final = Decimal("0.01")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judged:
    """What an item says. `fact` None: nothing counts yet, until `due_ms`. `occurred_ms`: when it was, or will have been."""

    fact: BusinessFact | None
    occurred_ms: int
    due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """As they are known here. `team`: the agent's, when it was first told."""

    agent: str | None = None
    queue: str | None = None
    team: str | None = None


def judged(item: Item, whose: Whose, measures: Collection[str], now_ms: int) -> Judged:
    """`measures`: what the site has declared. Raises `Refused`."""
    if isinstance(item, Ticket):
        return _ticket(item, whose, now_ms)
    at_ms = moment_ms(item.at, "at", now_ms)
    value, good, name = 0, None, ""
    match item:
        case Sale():
            value = hundredths(item.amount, "amount", least=0)
        case Satisfaction():
            value, good = _answer(item)
        case Resolution():
            good = item.resolved
        case Review():
            value = hundredths(item.score, "score", least=0, most=100)
        case Custom():
            value, name = hundredths(item.amount, "amount"), _measure(item.name, measures)
        case Complaint():
            pass
        case _:
            raise AssertionError(item)
    return Judged(BusinessFact(item.kind, at_ms, whose.agent, whose.queue, value, good, name, whose.team), at_ms)


def fallen_due(due_ms: int, whose: Whose) -> BusinessFact:
    """A ticket that nobody has done in time."""
    return BusinessFact("ticket", due_ms, whose.agent, whose.queue, 0, good=False, team=whose.team)


def hundredths(amount: Decimal, field: str, *, least: int | Decimal | None = None, most: int | Decimal = MOST) -> int:
    """Raises `Refused` for what is no number of at most two decimals, or out of bounds."""
    low = -MOST if least is None else Decimal(least)
    if not amount.is_finite() or not low <= amount <= most:
        raise Refused("business.refused.amount_bounds", field, named=field, least=low, most=most)
    if amount != amount.quantize(_CENT):
        raise Refused("business.refused.amount_decimals", field, named=field)
    return int(amount * 100)


def moment_ms(at: int | str, field: str, now_ms: int, *, is_past: bool = True) -> int:
    """Epoch ms of a moment as it was written. `is_past`: it must have been; what a fast clock puts a little ahead is now. Raises
    `Refused`."""
    if at in ("", 0):
        raise Refused("business.refused.missing", field, named=field)
    at_ms = at if isinstance(at, int) else _iso_ms(at, field)
    ahead = AHEAD if is_past else OLDEST
    if at_ms > now_ms + _ms(ahead):
        raise Refused("business.refused.future" if is_past else "business.refused.far_future", field, named=field)
    if at_ms < now_ms - _ms(OLDEST):
        raise Refused("business.refused.too_old", field, named=field, days=OLDEST.days)
    return min(at_ms, now_ms) if is_past else at_ms


def _iso_ms(text: str, field: str) -> int:
    try:
        moment = datetime.fromisoformat(text.strip()) if len(text) <= 64 else None
        if moment is None or moment.tzinfo is None:
            raise Refused("business.refused.moment", field, named=field, text=shown(text))
        return _ms(moment - _EPOCH)
    except (ValueError, OverflowError):
        raise Refused("business.refused.moment", field, named=field, text=shown(text)) from None


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _answer(item: Satisfaction) -> tuple[int, bool]:
    if item.score is None:
        if item.satisfied is None:
            raise Refused("business.refused.no_answer", "score")
        return 0, item.satisfied
    if not SCALES[0] <= item.scale <= SCALES[1]:
        raise Refused("business.refused.scale", "scale", least=SCALES[0], most=SCALES[1])
    score = hundredths(item.score, "score", least=0, most=item.scale)
    share = Decimal(score) / (100 * item.scale)
    is_satisfied = share >= SATISFIED_FROM if item.satisfied is None else item.satisfied
    return int((share * _WHOLE_SCORE).to_integral_value()), is_satisfied


def _measure(name: str, measures: Collection[str]) -> str:
    if name not in measures:
        raise Refused(
            "business.refused.measure", "name", name=shown(name), known=", ".join(sorted(measures)[:20]) or "–"
        )
    return name


def _ticket(item: Ticket, whose: Whose, now_ms: int) -> Judged:
    due_ms = moment_ms(item.due, "due", now_ms, is_past=False)
    if item.opened and item.at:
        moment_ms(item.at, "at", now_ms)  # it says nothing more, and is kept
    opened_ms = moment_ms(item.opened or item.at, "opened", now_ms) if item.opened or item.at else None
    done_ms = moment_ms(item.done, "done", now_ms) if item.done is not None else None
    if opened_ms is not None and opened_ms > min(due_ms, due_ms if done_ms is None else done_ms):
        raise Refused("business.refused.opened_late", "opened")
    if done_ms is not None and done_ms <= due_ms:
        fact = BusinessFact("ticket", done_ms, whose.agent, whose.queue, 0, good=True, team=whose.team)
        return Judged(fact, done_ms)
    if due_ms > now_ms:
        return Judged(None, due_ms, due_ms)
    return Judged(fallen_due(due_ms, whose), due_ms)
