"""What agents did in a stretch of the past, added up from half-hours: what a period needs from before the floor's own two days.

Read in a thread; blocks. A sum says up to which entry of the stream history was written when it was read: what was told later of that
stretch is not in it, and whoever heard of that reads again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import CTE, BigInteger, ColumnElement, Connection, Engine, cast, func, literal, select

from dashboard.access.unavailable import AccessUnavailable
from dashboard.floor import counters as c
from dashboard.floor.metrics import evaluated
from dashboard.floor.scoring.scheme import Scheme
from dashboard.floor.state import Core, Floor
from dashboard.leaderboards.standings.kept_sums import LONG_MS, begin, kept, kept_of, put
from dashboard.leaderboards.standings.period_query import PeriodQuery, added
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.reports.gaps import Gaps
from dashboard.reports.period import Stretch
from dashboard.store.engine import StoreError, snapshot, unhurried
from dashboard.store.schema import agent_intervals, business_intervals, history_cursors, interval_gaps

Position = tuple[int, int]
"""An entry of the stream."""

NOWHERE: Final[Position] = (0, 0)


@dataclass(frozen=True, slots=True)
class AgentSum:
    """What one agent did. `queues`: for which they worked."""

    counts: tuple[int, ...]
    amounts: Mapping[str, int] = field(default_factory=dict)
    queues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PastSums:
    """Everybody's of one stretch, as history had it at `position`, when its own time was `at_ms`. Counters that no metric asked for are
    0. `gap_s`: unknown seconds of it."""

    bounds: Bounds
    agents: Mapping[str, AgentSum]
    position: Position
    at_ms: int
    gap_s: float = 0

    def is_whole(self) -> bool:
        """Whether history had come to the end of the stretch."""
        return self.at_ms >= self.bounds.to_ms


class PastReading:
    """Where sums come from: one site's history."""

    def __init__(self, engine: Engine, site: str) -> None:
        self._engine = engine
        self._site = site

    def read(self, bounds: Bounds, metrics: Collection[str], *, with_queues: bool = True) -> PastSums:
        """What these metrics need of the stretch. `with_queues`: for whom they worked, too, which is as much again to read. Blocks;
        raises `AccessUnavailable`."""
        try:
            with snapshot(self._engine) as connection, unhurried(connection):
                counters = counters_of(metrics)
                return past_sums(connection, self._site, bounds, counters, with_queues=with_queues, with_kept=True)
        except StoreError as error:
            raise AccessUnavailable(str(error)) from error

    def keep(self, bounds: Bounds, metrics: Collection[str], *, with_queues: bool = True) -> PastSums:
        """The same for the historian, which writes: a long stretch is kept for others who start."""
        with suppress(StoreError):  # somebody writes for long: it is kept another time; who cannot read says so
            self._keep(bounds, counters_of(metrics), with_queues=with_queues)
        return self.read(bounds, metrics, with_queues=with_queues)

    def _keep(self, bounds: Bounds, counters: Collection[int], *, with_queues: bool) -> None:
        if bounds.to_ms - bounds.from_ms <= LONG_MS or not self._is_to_be_kept(
            bounds, counters, with_queues=with_queues
        ):
            return
        begin(self._engine, self._site, bounds)
        with snapshot(self._engine) as connection, unhurried(connection):
            sums = _worked(connection, self._site, bounds, counters, with_queues=with_queues, with_kept=True)
        put(self._engine, self._site, bounds, kept_of(*sums, counters, has_queues=with_queues))

    def _is_to_be_kept(self, bounds: Bounds, counters: Collection[int], *, with_queues: bool) -> bool:
        """History has all of it, and nothing that fits is kept."""
        with snapshot(self._engine) as connection:
            found = kept(connection, self._site, bounds, counters, with_queues=with_queues)
            return written(connection, self._site)[0] >= bounds.to_ms and (found is None or found[0] < bounds.to_ms)


def past_sums(
    connection: Connection,
    site: str,
    bounds: Bounds,
    counters: Collection[int],
    *,
    with_queues: bool = True,
    with_kept: bool = False,
) -> PastSums:
    """In a transaction that is open. `with_queues`: for whom they worked, too. `with_kept`: sums that are kept are taken, and only the rest
    is added up."""
    at_ms, position = written(connection, site)
    counts, queues = _worked(connection, site, bounds, counters, with_queues=with_queues, with_kept=with_kept)
    amounts = _amounts(connection, site, bounds)
    zero = (0,) * c.AGENT_COUNTERS
    found = {
        agent: AgentSum(tuple(counts.get(agent, zero)), amounts.get(agent, {}), frozenset(queues.get(agent, ())))
        for agent in counts.keys() | amounts.keys()
    }
    return PastSums(bounds, found, position, at_ms, _gap_s(connection, site, bounds))


def _worked(
    connection: Connection, site: str, bounds: Bounds, counters: Collection[int], *, with_queues: bool, with_kept: bool
) -> tuple[dict[str, list[int]], dict[str, set[str]]]:
    """Counters and queues of everybody."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL jit = off")  # compiling the sums takes longer than making them
    known = kept(connection, site, bounds, counters, with_queues=with_queues) if with_kept else None
    to_ms, counts, queues = bounds.from_ms, dict[str, list[int]](), dict[str, set[str]]()
    if known is not None:
        to_ms, counts, queues = known[0], known[1].counts(), known[1].queues() if with_queues else {}
    if to_ms < bounds.to_ms:
        rest = Bounds(to_ms, bounds.to_ms)
        for agent, more in _counts(connection, site, rest, sorted(counters)).items():
            counts[agent] = added(counts[agent], more) if agent in counts else more
        for agent, served in _queues(connection, site, rest).items() if with_queues else ():
            queues.setdefault(agent, set()).update(served)
    return counts, queues


class _Asked(PeriodQuery):
    """Notes which counters a metric asks for. Of everything there is one, so that no formula stops early."""

    def __init__(self) -> None:
        super().__init__(Floor("", Core("")), (1,) * c.AGENT_COUNTERS, {}, ())
        self.counters: set[int] = set()

    def time(self, counter: int) -> int:
        self.counters.add(counter)
        return 1

    def last_call_ms(self) -> int:
        self.counters.add(c.A_LAST_CALL_MS)
        return 1

    def business(self, measure: str) -> int | None:  # noqa: ARG002 (as it is asked)
        return 1


def counters_of(metrics: Collection[str]) -> frozenset[int]:
    """The counters that metrics are made of, and those of minimums: half of what a half-hour holds is read for nothing else."""
    asked = _Asked()
    for metric in (*metrics, *OF_EVERYBODY):
        evaluated(metric, asked)
    return frozenset(asked.counters)


OF_EVERYBODY: Final = ("call_count", "signed_in")
"""What minimums and rates look at, whatever a scheme counts."""


def metrics_of(scheme: Scheme) -> tuple[str, ...]:
    """What a scheme looks at, each once."""
    return tuple(dict.fromkeys((*(part.metric for part in scheme.parts), *(floor.metric for floor in scheme.quality))))


def id_of(position: Position) -> str:
    """As the stream names the entry."""
    return f"{position[0]}-{position[1]}"


def written(connection: Connection, site: str) -> tuple[int, Position]:
    """How far history is written: up to which moment of its own (ms), and up to which entry."""
    table = history_cursors.c
    row = connection.execute(select(history_cursors).where(table.site == site)).one_or_none()
    return (0, NOWHERE) if row is None else (row.at_ms, (row.stream_ms, row.stream_n))


def _within(table: Any, site: str, bounds: Bounds) -> list[ColumnElement[bool]]:
    return [table.c.site == site, table.c.start_ms >= bounds.from_ms, table.c.start_ms < bounds.to_ms]


def _counts(connection: Connection, site: str, bounds: Bounds, counters: list[int]) -> dict[str, list[int]]:
    table = agent_intervals.c
    sums = [(func.max if counter in c.A_HIGHEST else func.sum)(table[c.AGENT_NAMES[counter]]) for counter in counters]
    amounts = [cast(one, BigInteger) for one in sums]
    within = _within(agent_intervals, site, bounds)
    if connection.dialect.name == "sqlite":
        known = _agents(site)
        of_agent = (
            select(known.c.agent, *amounts).select_from(known).join(agent_intervals, table.agent == known.c.agent)
        )
        query = of_agent.where(*within).group_by(known.c.agent)
    else:
        query = select(table.agent, *amounts).where(*within).group_by(table.agent)
    found: dict[str, list[int]] = {}
    for agent, *numbers in connection.execute(query):
        one = found[agent] = [0] * c.AGENT_COUNTERS
        for counter, amount in zip(counters, numbers, strict=True):
            one[counter] = amount
    return found


def _agents(site: str) -> CTE:
    """Everybody who has half-hours, found from one to the next by the key: SQLite then reads each one's stretch, and nothing else."""
    table, later = agent_intervals.c, agent_intervals.alias("later").c
    known = select(func.min(table.agent).label("agent")).where(table.site == site).cte("known", recursive=True)
    following = select(func.min(later.agent)).where(later.site == site, later.agent > known.c.agent).scalar_subquery()
    return known.union_all(select(following).where(known.c.agent.is_not(None)))


def _queues(connection: Connection, site: str, bounds: Bounds) -> dict[str, set[str]]:
    """For whom everybody worked."""
    table = agent_intervals.c
    query = select(table.agent, table.queue).where(*_within(agent_intervals, site, bounds), table.queue != literal(""))
    found: dict[str, set[str]] = {}
    for agent, queue in connection.execute(query.distinct()):
        found.setdefault(agent, set()).add(queue)
    return found


def _amounts(connection: Connection, site: str, bounds: Bounds) -> dict[str, dict[str, int]]:
    table = business_intervals.c
    query = (
        select(table.agent, table.measure, cast(func.sum(table.amount), BigInteger))
        .where(*_within(business_intervals, site, bounds), table.agent != literal(""))
        .group_by(table.agent, table.measure)
    )
    found: dict[str, dict[str, int]] = {}
    for agent, measure, amount in connection.execute(query):
        found.setdefault(agent, {})[measure] = amount
    return found


def _gap_s(connection: Connection, site: str, bounds: Bounds) -> float:
    table = interval_gaps.c
    query = select(table.from_ms, table.to_ms).where(
        table.site == site, table.from_ms < bounds.to_ms, table.to_ms > bounds.from_ms
    )
    spans = [(int(row.from_ms), int(row.to_ms)) for row in connection.execute(query)]
    return Gaps(spans).seconds(Stretch(date.min, "", bounds.from_ms, bounds.to_ms))
