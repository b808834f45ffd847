"""Periods that are over become results: once, when history is known to be past their end, with what was told late until then.

Invariants: the evidence comes from history alone, so that it can be counted anew, and that two historians find the same. The result, its
celebration and that nothing of the period may be called any more are one transaction. While a switch cannot be heard, or nothing is
written, a period waits to be frozen, but not for ever: what comes after that is a correction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Final

from sqlalchemy import Connection, Engine, select

from collectors.events import FloorSettings
from dashboard.boards.quiet import is_quiet
from dashboard.floor.scoring.ranks import Ranks, ranks_of
from dashboard.floor.scoring.standing import Did, Standing
from dashboard.leaderboards.celebrations import marks
from dashboard.leaderboards.celebrations.causes import Seen, finish
from dashboard.leaderboards.celebrations.outbox import call
from dashboard.leaderboards.current import Current, Known
from dashboard.leaderboards.results.frozen import GRACE_MS, Counted, freeze, is_frozen
from dashboard.leaderboards.standings.counting import NO_CREW, Crew
from dashboard.leaderboards.standings.past import id_of, written
from dashboard.leaderboards.standings.periods import Bounds, Clock, clock_of, last, running
from dashboard.store.engine import reading, writing
from dashboard.store.schema import leaderboards

LATEST_MS: Final = 2 * 3_600_000
"""So long after its end a period waits for a switch that cannot be heard."""
CELEBRATED_MS: Final = 4 * GRACE_MS
"""A period, or a day, that was counted later than so long after its end is over without a word."""


@dataclass(frozen=True, slots=True)
class Over:
    """A period of a leaderboard that is over and not frozen."""

    known: Known
    bounds: Bounds


Count = Callable[[Known, Bounds, FloorSettings, Mapping[str, date], Crew], tuple[Did, ...]]
"""What everybody did in a period, from history (`dashboard.leaderboards.standings.counting`). Blocks."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else is known at that moment. `hidden`: agents whom nobody may see."""

    settings: FloorSettings
    joined: Mapping[str, date]
    hidden: Collection[str]
    crew: Crew = NO_CREW


class Freezing:
    """One site's. Calls block on the database and raise `StoreError`."""

    def __init__(self, engine: Engine, site: str, count: Count) -> None:
        self._engine = engine
        self._site = site
        self._count = count

    def due(self, current: Current, settings: FloorSettings, heard: Iterable[int], now_ms: int) -> list[Over]:
        """What is to be frozen now. `heard`: up to when each switch was heard."""
        heard = tuple(heard)
        with reading(self._engine) as connection:
            written_ms, _ = written(connection, self._site)
            return [
                one
                for one in over(connection, self._site, current, clock_of(settings), now_ms)
                if is_due(one.bounds, written_ms, heard, now_ms)
            ]

    def freeze(self, one: Over, around: Circumstances, now_ms: int) -> bool:
        """Freezes one of them; False if somebody else did."""
        known, document, settings = one.known, one.known.document, around.settings
        with reading(self._engine) as connection:
            _, position = written(
                connection, self._site
            )  # what is written later may be counted too, what is before it is
        counts = known.counts(one.bounds)
        evidence = self._count(known, counts, settings, around.joined, around.crew)
        ranks = ranks_of(document.scheme, evidence, settings.measures)
        counted = Counted(ranks.standings(), evidence)
        with writing(self._engine) as connection:
            is_new = freeze(
                connection, known.id, document, one.bounds, counts.from_ms, counted, id_of(position), now_ms
            )
            is_told = is_new and _is_told(one, settings, now_ms)
            wanted = finish(seen_of(known, one.bounds, ranks, around.hidden)) if is_told else None
            if wanted is not None:
                call(connection, self._site, wanted, now_ms)
            marks.forget_period(connection, known.id, one.bounds.from_ms)
        return is_new


def is_due(bounds: Bounds, written_ms: int, heard: Iterable[int], now_ms: int) -> bool:
    """Whether a period that is over may be frozen. `written_ms`: up to when history is; `heard`: up to when each switch was heard; one
    that was silent all the time says nothing of the period."""
    past_ms = min([written_ms, *(one for one in heard if one >= bounds.from_ms)])
    return past_ms >= bounds.to_ms + GRACE_MS or now_ms >= bounds.to_ms + LATEST_MS


def over(connection: Connection, site: str, current: Current, clock: Clock, now_ms: int) -> list[Over]:
    """What is over and not frozen: periods that somebody saw running, and the last one of a leaderboard that was there all the time."""
    table = leaderboards.c
    query = select(table.id, table.changed_at_ms).where(table.site == site)
    changed_ms = {row.id: row.changed_at_ms for row in connection.execute(query)}
    found: list[Over] = []
    for known in current.known:
        period = known.document.period
        begins = set(marks.ran(connection, known.id))
        newest = last(period, now_ms, clock)
        if newest is not None and changed_ms.get(known.id, now_ms) <= newest.from_ms:
            begins.add(newest.from_ms)
        for from_ms in sorted(begins):
            bounds = running(period, from_ms, clock)
            is_over = bounds is not None and bounds.from_ms == from_ms and bounds.to_ms <= now_ms
            if bounds is not None and is_over and not is_frozen(connection, known.id, from_ms):
                found.append(Over(known, bounds))
    return found


def _is_told(one: Over, settings: FloorSettings, now_ms: int) -> bool:
    celebrations = one.known.document.celebrations
    is_late = now_ms - one.bounds.to_ms > CELEBRATED_MS
    return celebrations.finish and not is_late and not is_quiet(celebrations.quiet, now_ms, settings.time_zone)


def seen_of(known: Known, bounds: Bounds, ranks: Ranks, hidden: Collection[str]) -> Seen:
    """Who is first, as everybody may see it. Nobody is with nothing: before the first call all share the first rank."""
    are_teams = known.document.scheme.compares == "teams"
    firsts: dict[str, tuple[str, ...]] = {}
    if are_teams:
        firsts[""] = _firsts(ranks.teams())
    else:
        for group in ranks.groups():
            firsts[group] = _firsts(ranks.ranked(group, hidden))
    return Seen(known.id, bounds, {group: ids for group, ids in firsts.items() if ids}, are_teams=are_teams)


def _firsts(best_first: Iterable[Standing]) -> tuple[str, ...]:
    return tuple(one.id for one in takewhile(lambda one: one.rank == 1 and one.score > 0, best_first))
