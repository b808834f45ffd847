"""Sums over long stretches, kept by the historian, so that a gateway that starts does not add up a month of half-hours.

A sum that is there is what its half-hours add up to: the database takes it away in the same transaction in which one of them is written,
changed or removed, whoever does it (triggers on `agent_intervals`). What is being added up is told first (`begin`), and kept only if
nothing of the stretch changed meanwhile (`put`); who has none adds up as ever. Results that are frozen do not look here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine

from dashboard.floor import counters as c
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.store.engine import writing
from dashboard.store.schema import agent_sums

LONG_MS: Final = 2 * 86_400_000
"""What is shorter is read as quickly."""
OLD_MS: Final = 70 * 86_400_000
"""So long after its end nobody asks for a stretch: not even who compares a month with the one before."""


class KeptSums(msgspec.Struct, array_like=True):
    """`counters`: which; `agents`: of each agent those counters, in their order, and the queues that they worked for (if `has_queues`)."""

    counters: list[int]
    has_queues: bool
    agents: dict[str, tuple[list[int], list[str]]]

    def fits(self, counters: Collection[int], *, with_queues: bool) -> bool:
        """Whether all that is asked for is in it."""
        return set(counters) <= set(self.counters) and (self.has_queues or not with_queues)

    def counts(self) -> dict[str, list[int]]:
        """Of each agent every counter, those that were not kept 0."""
        found: dict[str, list[int]] = {}
        for agent, (numbers, _) in self.agents.items():
            one = found[agent] = [0] * c.AGENT_COUNTERS
            for counter, amount in zip(self.counters, numbers, strict=True):
                one[counter] = amount
        return found

    def queues(self) -> dict[str, set[str]]:
        """For whom everybody worked."""
        return {agent: set(queues) for agent, (_, queues) in self.agents.items() if queues}


def kept_of(
    counts: Mapping[str, list[int]],
    queues: Mapping[str, Collection[str]],
    counters: Collection[int],
    *,
    has_queues: bool,
) -> KeptSums:
    """As it is kept."""
    wanted = sorted(counters)
    agents = {agent: ([one[n] for n in wanted], sorted(queues.get(agent, ()))) for agent, one in counts.items()}
    return KeptSums(wanted, has_queues, agents)


_DECODER: Final = msgspec.msgpack.Decoder(KeptSums)


def kept(
    connection: Connection, site: str, bounds: Bounds, counters: Collection[int], *, with_queues: bool
) -> tuple[int, KeptSums] | None:
    """The longest kept beginning of a stretch that has all that is asked for, and where it ends."""
    table = agent_sums.c
    query = agent_sums.select().where(
        table.site == site, table.from_ms == bounds.from_ms, table.to_ms <= bounds.to_ms, table.sums.is_not(None)
    )
    for row in connection.execute(query.order_by(table.to_ms.desc())):
        found = _DECODER.decode(row.sums)
        if found.fits(counters, with_queues=with_queues):
            return int(row.to_ms), found
    return None


def begin(engine: Engine, site: str, bounds: Bounds) -> None:
    """From now on a change of the stretch is noticed. Whoever is just writing half-hours ends first: what is read after this has theirs.
    Raises `StoreError` where that takes long."""
    table = agent_sums.c
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = '1s'")  # others who write wait behind us
            connection.exec_driver_sql("LOCK TABLE agent_intervals IN SHARE MODE")
        mine = table.site == site, table.from_ms == bounds.from_ms, table.to_ms == bounds.to_ms
        connection.execute(agent_sums.delete().where(*mine))
        connection.execute(agent_sums.insert().values(site=site, from_ms=bounds.from_ms, to_ms=bounds.to_ms, sums=None))


def put(engine: Engine, site: str, bounds: Bounds, sums: KeptSums) -> bool:
    """Keeps what was added up since `begin`, instead of shorter ones; False: something changed meanwhile."""
    table = agent_sums.c
    with writing(engine) as connection:
        mine = table.site == site, table.from_ms == bounds.from_ms
        told = agent_sums.update().where(*mine, table.to_ms == bounds.to_ms)
        is_kept = connection.execute(told.values(sums=msgspec.msgpack.encode(sums))).rowcount == 1
        if is_kept:
            connection.execute(agent_sums.delete().where(*mine, table.to_ms < bounds.to_ms))
        connection.execute(agent_sums.delete().where(table.site == site, table.to_ms < bounds.to_ms - OLD_MS))
    return is_kept
