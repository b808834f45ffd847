"""Leaderboards and their results on a database, people who may do different things with them, and what was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import redis
from msgspec.structs import replace
from sqlalchemy import Engine, select

from dashboard.access.actor import Actor, Grant
from dashboard.access.audit import Audit
from dashboard.access.keys import notices_channel
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards.document import Title
from dashboard.floor.scoring.ranks import score
from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.document import Leaderboard, Period, Who
from dashboard.leaderboards.results.book import Results
from dashboard.leaderboards.results.frozen import Counted, Frozen, freeze
from dashboard.leaderboards.shelf import Leaderboards
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.store.engine import writing
from dashboard.store.schema import leaderboard_results
from tests.access.ledger import Clock, lines_of
from tests.patience import HANG_S

SITE = "main"
NOW_MS = 1_700_020_500_000
"""Wednesday, 15 November 2023, 11:55 in Shanghai."""
SALES = Scope(frozenset({"sales"}), frozenset({"sales-team"}))
SUPPORT = Scope(frozenset({"support"}), frozenset({"support-team"}))
DAY = Leaderboard(Title("服务之星", "Service stars"), Scheme((Part("calls_handled", target=20),)))
CONTEST = replace(
    DAY, period=Period("contest", from_time="2023-11-13T09:00", to_time="2023-11-15T11:00"), title=Title(en="Sprint")
)
HELD = Bounds(1_699_837_200_000, 1_700_017_200_000)
"""The contest's."""


def person(role: Role, scope: Scope = EVERYTHING, name: str = "") -> Actor:
    """Somebody with one role in a scope."""
    return Actor("person", name or role, name or role, (Grant.of(role, scope),), account_id=name, address="10.0.0.7")


MANAGER = person(Role.MANAGER, name="陈经理")
SELLER = person(Role.SUPERVISOR, SALES, "Sally")
HELPER = person(Role.SUPERVISOR, SUPPORT, "Sam")
ANALYST = person(Role.ANALYST, SALES, "Ann")
TRAINER = person(Role.TRAINER)


def did(agent: str, calls: float | None, team: str = "sales-team") -> Did:
    """What somebody did."""
    return Did(agent, {"calls_handled": calls}, int(calls or 0), 28_800, team)


FIELD = (did("PJSIP/1", 20), did("PJSIP/2", 15), did("PJSIP/3", 18, "night-team"), did("PJSIP/4", 10, "support-team"))


@dataclass
class Hall:
    """What a test of leaderboards has. `late`: what a recount finds."""

    engine: Engine
    redis: redis.Redis
    audit: Audit
    clock: Clock
    late: tuple[Did, ...] = FIELD
    asked: list[Frozen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shelf = Leaderboards(self.engine, self.audit, self.redis, SITE, self.clock)
        self.results = Results(self.engine, self.audit, self.redis, SITE, self.clock, self._recount)

    def freeze(
        self, leaderboard: str, document: Leaderboard = CONTEST, bounds: Bounds = HELD, evidence: Iterable[Did] = FIELD
    ) -> str:
        """A period of it is over; the result's id."""
        known = tuple(evidence)
        counted = Counted(score(document.scheme, known), known)
        with writing(self.engine) as connection:
            freeze(connection, leaderboard, document, bounds, bounds.from_ms, counted, "7-0", self.clock())
            this = (leaderboard_results.c.leaderboard_id == leaderboard) & (
                leaderboard_results.c.from_ms == bounds.from_ms
            )
            return str(connection.execute(select(leaderboard_results.c.id).where(this)).scalar_one())

    def actions(self) -> list[str]:
        """What stands in the audit log."""
        return [line.action for line in lines_of(self.engine)]

    def hears(self) -> Any:
        """Hears notices from now on."""
        heard = self.redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        heard.subscribe(notices_channel(SITE))
        heard.get_message(timeout=HANG_S)
        return heard

    def _recount(self, found: Frozen, _document: Leaderboard) -> tuple[Did, ...]:
        self.asked.append(found)
        return self.late


def of_team(team: str) -> Leaderboard:
    """One that names a team."""
    return replace(DAY, who=Who(teams=(team,)))
