"""What everybody did in a stretch of the past, from history alone: the evidence of a period that is over.

No floor is needed: whoever counts the same stretch anew, wherever and whenever, finds the same, but for what was told or corrected
meanwhile. Of a stretch that still runs it is what history has so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, get_args

from sqlalchemy import Connection, Engine, select

from collectors.events import BusinessFact, BusinessKind, FloorSettings
from dashboard.floor.business import amounts
from dashboard.floor.scoring.standing import Did
from dashboard.floor.state import Core, Floor
from dashboard.leaderboards.current import Known
from dashboard.leaderboards.standings import periods
from dashboard.leaderboards.standings.past import counters_of, metrics_of, past_sums
from dashboard.leaderboards.standings.period_numbers import PeriodNumbers
from dashboard.leaderboards.standings.periods import Bounds, clock_of, day_of
from dashboard.leaderboards.standings.taking_part import TakingPart
from dashboard.store.engine import snapshot
from dashboard.store.schema import business_intervals

Place = tuple[str, str]
"""Team and group."""

_NO_QUEUES: Final[frozenset[str]] = frozenset()
_OF_KINDS: Final = tuple(
    frozenset(amounts(BusinessFact(kind, 0))) for kind in get_args(BusinessKind) if kind != "custom"
)
"""Measures that are told together."""


@dataclass(frozen=True, slots=True)
class Crew:
    """What history does not know of agents. `served`: the queues that each serves now, of all whom the floor knows. `places`: where
    somebody is counted whatever holds now; None: nowhere."""

    served: Mapping[str, frozenset[str]] = field(default_factory=dict)
    places: Mapping[str, Place | None] = field(default_factory=dict)


NO_CREW = Crew()


def served_on(floor: Floor) -> dict[str, frozenset[str]]:
    """The queues that everybody serves now."""
    return {agent: frozenset(one.queue for one in known.memberships.values()) for agent, known in floor.agents.items()}


class Counting:
    """One site's. Blocks on the database and raises `StoreError`."""

    def __init__(self, engine: Engine, site: str) -> None:
        self._engine = engine
        self._site = site

    def count(
        self,
        known: Known,
        bounds: Bounds,
        settings: FloorSettings,
        joined: Mapping[str, date],
        crew: Crew = NO_CREW,
    ) -> tuple[Did, ...]:
        """Everybody who takes part, by id, with the time before where progress is compared."""
        metrics = metrics_of(known.document.scheme)
        with snapshot(self._engine) as connection:
            floor = Floor(self._site, Core(self._site, settings=settings))
            floor.core.business.measures.update(self._measures(connection))
            numbers = self._numbers(connection, floor, bounds, metrics)
            before = self._before(connection, floor, known, bounds, metrics)
        today = day_of(bounds.to_ms - 1, clock_of(settings))
        taking = TakingPart(known.document, known.scope, floor, joined, today)
        found: list[Did] = []
        for agent in sorted(
            numbers.agents() | crew.served.keys() | {one for one, place in crew.places.items() if place}
        ):
            place = crew.places[agent] if agent in crew.places else _place(taking, numbers, agent, crew)
            if place is not None:
                earlier = before.of(agent).did(agent, metrics, *place) if before is not None else None
                found.append(numbers.of(agent).did(agent, metrics, *place, before=earlier))
        return tuple(found)

    def _before(
        self, connection: Connection, floor: Floor, known: Known, bounds: Bounds, metrics: tuple[str, ...]
    ) -> PeriodNumbers | None:
        if known.document.scheme.compares != "progress":
            return None
        period, clock = known.document.period, clock_of(floor.settings)
        whole = periods.running(period, bounds.from_ms, clock) or bounds
        return self._numbers(connection, floor, periods.before(period, whole, clock), metrics)

    def _numbers(self, connection: Connection, floor: Floor, bounds: Bounds, metrics: tuple[str, ...]) -> PeriodNumbers:
        numbers = PeriodNumbers(floor, bounds, bounds.to_ms)
        numbers.needs(metrics)
        for wanted in list(numbers.wanted()):
            sums = past_sums(connection, self._site, wanted.bounds, counters_of(wanted.metrics))
            numbers.know(wanted, replace(sums, at_ms=max(sums.at_ms, bounds.to_ms)))
        return numbers

    def _measures(self, connection: Connection) -> dict[str, bool]:
        """Of which anything was ever told: of the others there is no value, and not none. History has no row for what came to nothing, so
        one measure of a kind speaks for all of it."""
        table = business_intervals.c
        query = select(table.measure).where(table.site == self._site).distinct()
        told = set(connection.execute(query).scalars())
        of_kinds = [one for one in _OF_KINDS if not told.isdisjoint(one)]
        return dict.fromkeys(sorted(told.union(*of_kinds)), True)


def _place(taking: TakingPart, numbers: PeriodNumbers, agent: str, crew: Crew) -> Place | None:
    worked, served = numbers.worked(agent), crew.served.get(agent, _NO_QUEUES)
    if not taking.has(agent, worked | served):
        return None
    return taking.team(agent), taking.group(agent, served or worked)
