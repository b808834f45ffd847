"""A small site with people, queues and a measure, on each kind of database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Permission
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.business.taking import Taking
from dashboard.directory.seen import Seen, SeenAgent
from dashboard.store.engine import writing
from dashboard.store.schema import agents, business_measures, people, queues, teams
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine"]

NOW_MS = 1_700_000_000_000
SITE = "north"


def teller(scope: Scope = EVERYTHING) -> Actor:
    """A program that may tell of a scope."""
    return Actor("token", "t1", "CRM", (Grant("", scope, frozenset({Permission.BUSINESS_TELL})),), account_id="a1")


def item(kind: str, item_id: str, **fields: Any) -> bytes:
    """One item as JSON; told of now, unless it says when."""
    told = {"id": item_id, "kind": kind, "at": NOW_MS, **fields}
    return msgspec.json.encode({name: value for name, value in told.items() if value is not None})


def fill(engine: Engine) -> None:
    """Two people of two teams, three agents, two queues."""
    with writing(engine) as connection:
        connection.execute(teams.insert(), [{"id": "t-a", "name_en": "A"}, {"id": "t-b", "name_en": "B"}])
        for number, team in (("7001", "t-a"), ("7002", "t-b")):
            person = {"id": f"p{number}", "display_name": number, "staff_number": number, "team_id": team}
            connection.execute(people.insert().values(**person, changed_at_ms=0))
        for agent, of in (("PJSIP/1", "p7001"), ("PJSIP/2", "p7002"), ("PJSIP/22", "p7002")):
            connection.execute(agents.insert().values(site=SITE, id=agent, person_id=of, is_set_aside=False))
        for queue in ("sales", "care"):
            limits = {"service_level_target": 0.8, "threshold_s": 20, "short_abandon_s": 5, "formula": "answered_only"}
            more = {"overflow_counts": False, "wrap_up_s": 0, "wait_amber_s": 20, "wait_red_s": 60}
            connection.execute(queues.insert().values(site=SITE, id=queue, **limits, **more))
        measure = {"name": "upsell", "worse": "below", "sums": "total", "is_removed": False, "name_en": "Upsell"}
        connection.execute(business_measures.insert().values(site=SITE, **measure))


def seen() -> Seen:
    """The switch shows one agent whom the directory does not have."""
    return Seen(1, (SeenAgent("PJSIP/9", queues=("care",)), SeenAgent("PJSIP/1", queues=("sales",))), ("care", "sales"))


Clock = Callable[[], int]


class At:
    """A clock that stands where it was put."""

    def __init__(self) -> None:
        self.now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> At:
    return At()


@pytest.fixture
def taking(engine: Engine, clock: At) -> Taking:
    """Of the filled site."""
    fill(engine)
    return Taking(engine, SITE, clock, seen)
