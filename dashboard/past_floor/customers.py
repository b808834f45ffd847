"""What callers of a simulated centre do after their calls: buy, answer, complain, leave tickets; what quality finds in them. Pure.

The same seed, call and agent give the same, so that a demo that is started again tells the same story. Agents differ: each has a knack of
their own for selling and for pleasing, which is what a leaderboard is to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final
from zlib import crc32

from collectors.events import BusinessFact

PRICES: Final = (19_900, 29_900, 59_900, 129_900, 299_900)
"""Hundredths."""
_DEAREST_LAST: Final = (0.4, 0.7, 0.87, 0.96, 1.0)
TICKET_MS: Final = 2 * 3_600_000

_BUYS, _ANSWERS, _PLEASED, _SCORE, _RESOLVED, _COMPLAINS, _TICKET, _IN_TIME, _REVIEWED, _REVIEW, _PRICE, _KNACK = range(
    1, 13
)
_MASK: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Customers:
    """`seed`: of the floor. `selling`: the queues in which something is sold."""

    seed: int
    selling: frozenset[str]

    def after(
        self, call: str, agent: str, queue: str, ended_ms: int, team: str | None = None
    ) -> Iterator[BusinessFact]:
        """What came of a call that ended then. A ticket comes as it will have been in the end."""
        number = crc32(f"{self.seed}/{call}".encode())
        pleasing, selling = _knacks(self.seed, agent)
        if queue in self.selling and _drawn(number, _BUYS) < 0.2 + 0.12 * selling:
            price = PRICES[next(n for n, most in enumerate(_DEAREST_LAST) if _drawn(number, _PRICE) <= most)]
            yield BusinessFact("sale", ended_ms, agent, queue, price, team=team)
        if _drawn(number, _ANSWERS) < 0.35:
            is_pleased = _drawn(number, _PLEASED) < 0.87 + 0.1 * pleasing
            score = 4 + (_drawn(number, _SCORE) < 0.75) if is_pleased else 1 + int(3 * _drawn(number, _SCORE))
            yield BusinessFact("satisfaction", ended_ms, agent, queue, 2_000 * score, good=is_pleased, team=team)
            is_resolved = _drawn(number, _RESOLVED) < (0.9 if is_pleased else 0.4)
            yield BusinessFact("resolution", ended_ms, agent, queue, good=is_resolved, team=team)
        if _drawn(number, _COMPLAINS) < 0.003 * (1.5 - pleasing):
            yield BusinessFact("complaint", ended_ms, agent, queue, team=team)
        if _drawn(number, _TICKET) < 0.07:
            yield self._ticket(number, agent, queue, ended_ms, team)
        if _drawn(number, _REVIEWED) < 0.02:
            found = min(100, int(82 + 8 * pleasing + 20 * (_drawn(number, _REVIEW) - 0.5)))
            yield BusinessFact("qa", ended_ms, agent, queue, 100 * found, team=team)

    def _ticket(self, number: int, agent: str, queue: str, ended_ms: int, team: str | None) -> BusinessFact:
        share = _drawn(number, _IN_TIME)
        is_in_time = share < 0.92
        done_ms = ended_ms + int(TICKET_MS * (0.1 + 0.9 * share if is_in_time else 1))
        return BusinessFact("ticket", done_ms, agent, queue, good=is_in_time, team=team)


@cache
def _knacks(seed: int, agent: str) -> tuple[float, float]:
    """From -1 to 1: for pleasing, for selling."""
    number = crc32(f"{seed}:{agent}".encode())
    return 2 * _drawn(number, _KNACK) - 1, 2 * _drawn(number, _BUYS) - 1


def _drawn(number: int, what: int) -> float:
    """From 0 to 1: another one for each `what` (MurmurHash3's last step)."""
    mixed = (number + what * 0x9E3779B9) & _MASK
    mixed = ((mixed ^ (mixed >> 16)) * 0x85EBCA6B) & _MASK
    mixed = ((mixed ^ (mixed >> 13)) * 0xC2B2AE35) & _MASK
    return (mixed ^ (mixed >> 16)) / (_MASK + 1)
