"""Leaderboards that a historian's watch looks at: a floor that is told what happens, a database, and a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Engine, insert, select, update

from collectors import events as e
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.current import Known
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.standings.counting import Crew
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.leaderboards.stored import dumped
from dashboard.leaderboards.watch import SLOWLY_MS, Watch
from dashboard.store.engine import reading, writing
from dashboard.store.schema import (
    history_cursors,
    leaderboard_marks,
    leaderboard_outbox,
    leaderboard_results,
    leaderboards,
)
from tests.floor.site import Site, handled
from tests.floor.world import T0

AGENTS = ("PJSIP/1", "PJSIP/2", "PJSIP/3")
SETTINGS = e.FloorSettings(
    agents={agent: e.AgentSettings(f"Agent {agent[-1]}", agent[-1], "red") for agent in AGENTS},
    teams={"red": e.TeamSettings(e.Names("红组", "Red"))},
)
MIDNIGHT_MS = 1_795_276_800_000
"""The begin of the day of `T0`, 22 November 2026, in Shanghai."""


class Arena:
    """`restart`: another historian, that knows only what the database does. `history`: what a count of the past finds."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.site = Site(SETTINGS)
        self.now_s: float = 0
        self.calls_made = 0
        self.told = 0
        self.history: tuple[Did, ...] = ()
        self.counted: list[tuple[Known, Bounds]] = []
        self.restart()
        self.tell(*(e.MembershipAdded("q", agent, dynamic=True) for agent in AGENTS))

    def restart(self) -> None:
        """The floor stays: it is folded anew to what it was."""
        self.watch = Watch(self.engine, "main", lambda: self.site.floor, self._count, self._told, now_ms=self.now_ms)

    def now_ms(self) -> int:
        return T0 + round(self.now_s * 1000)

    def put(self, document: Leaderboard, leaderboard: str = "b1", *, since_ms: int = 0) -> None:
        """A leaderboard that is on, of this document now."""
        values: dict[str, Any] = {"document": dumped(document), "since_ms": since_ms, "changed_at_ms": self.now_ms()}
        with writing(self.engine) as connection:
            this = leaderboards.c.id == leaderboard
            version = connection.execute(select(leaderboards.c.version).where(this)).scalar()
            if version is not None:
                connection.execute(update(leaderboards).where(this).values(version=version + 1, **values))
                return
            row = {"id": leaderboard, "site": "main", "name": "x", "scope": '{"all":true}', "version": 1, "is_on": True}
            connection.execute(insert(leaderboards).values(**row, changed_by="x", **values))

    def tell(self, *events: e.AnyEvent) -> None:
        self.watch.folded(self.site.tell(self.now_s, *events), self.site.floor)

    def serve(self, agent: str, calls: int = 1) -> None:
        """So many calls, from the queue to their end."""
        for _ in range(calls):
            self.calls_made += 1
            for events in handled(f"c{self.calls_made}", agent, "q"):
                self.tell(*events)

    def look(self, at_s: float) -> None:
        """One look, at this moment."""
        self.now_s = at_s
        self.tell(e.SourceAlive())
        asyncio.run(self.watch.look())

    def look_until(self, at_s: float, every_s: float = 1) -> None:
        """One look after the other."""
        while self.now_s < at_s:
            self.look(min(self.now_s + every_s, at_s))

    def look_slowly(self, at_s: float) -> None:
        """A look at which periods that are over are looked at, whenever that was done last."""
        self.look(at_s)
        self.look(at_s + SLOWLY_MS / 1000)

    def written_up_to(self, at_ms: int) -> None:
        """History is."""
        values = {"stream_ms": at_ms, "stream_n": 0, "at_ms": at_ms}
        with writing(self.engine) as connection:
            if not connection.execute(update(history_cursors).values(values)).rowcount:
                connection.execute(insert(history_cursors).values(site="main", **values))

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(select(table)).all())

    @property
    def called(self) -> list[e.CelebrationCalled]:
        """In the order in which the stream is to hear of them."""
        rows = sorted(self.rows(leaderboard_outbox), key=lambda row: int(row.id))
        return [msgspec.msgpack.decode(row.event, type=e.CelebrationCalled) for row in rows]

    @property
    def causes(self) -> list[str]:
        return [row.cause for row in sorted(self.rows(leaderboard_outbox), key=lambda row: int(row.id))]

    @property
    def results(self) -> list[Any]:
        return sorted(self.rows(leaderboard_results), key=lambda row: (row.leaderboard_id, row.from_ms))

    def marks(self, kind: str) -> dict[str, Any]:
        """Key → value."""
        return {row.key: msgspec.json.decode(row.value) for row in self.rows(leaderboard_marks) if row.kind == kind}

    def _count(
        self, known: Known, bounds: Bounds, _settings: e.FloorSettings, _joined: Mapping[str, date], _crew: Crew
    ) -> tuple[Did, ...]:
        self.counted.append((known, bounds))
        return self.history

    async def _told(self) -> None:
        self.told += 1
