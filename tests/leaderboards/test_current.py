"""What gateways and the historian read of leaderboards: only what is on and readable, with marks, results and how people appear."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.unavailable import AccessUnavailable
from dashboard.leaderboards.celebrations.badges import Won
from dashboard.leaderboards.celebrations.marks import Honours, Hour, Mark, of_hour, put
from dashboard.leaderboards.current import CurrentLeaderboards
from dashboard.store import open_store
from dashboard.store.engine import writing
from dashboard.store.schema import agents, leaderboards, people
from tests.leaderboards.hall import CONTEST, DAY, HELD, MANAGER, NOW_MS, SITE, Hall

HOUR_MS = 3_600_000


def test_everything_that_runs_is_read_at_once(hall: Hall) -> None:
    current = CurrentLeaderboards(hall.engine, SITE)
    nothing = current.read(NOW_MS)
    assert (nothing.known, nothing.appearing) == ((), {})

    day = hall.shelf.make(MANAGER, DAY, Scope(frozenset({"sales"}), frozenset({"night-team"})), is_on=True)
    contest = hall.shelf.make(MANAGER, CONTEST, EVERYTHING, is_on=True)
    hall.shelf.make(MANAGER, DAY, EVERYTHING, is_on=False)
    broken = hall.shelf.make(MANAGER, DAY, EVERYTHING, is_on=True)
    with writing(hall.engine) as connection:
        connection.execute(leaderboards.update().where(leaderboards.c.id == broken).values(document='{"format":99}'))
        person = {"id": "p1", "display_name": "王芳", "joined_on": date(2024, 5, 1), "changed_at_ms": 0}
        connection.execute(people.insert().values(**person))
        connection.execute(agents.insert().values(site=SITE, id="PJSIP/1", person_id="p1", is_set_aside=False))
        old, new = (of_hour(day, 7, NOW_MS - ago * HOUR_MS, {"PJSIP/1": ago}) for ago in (9, 1))
        badge = Mark(day, "badge", "PJSIP/1", 0, 5, '{"badges":["star"],"streak":3,"runs":{}}')
        put(connection, [old, new, badge, Mark(day, "hour", "x", 7, NOW_MS, "no JSON")])
    hall.freeze(contest)

    found = current.read(NOW_MS)
    assert {one.id for one in found.known} == {day, contest}
    known = next(one for one in found.known if one.id == day)
    assert (known.document, known.version, known.queues) == (DAY, 1, frozenset({"sales"}))
    assert known.teams == {"night-team", "sales-team"}, "with the team above it"
    assert found.hours == {(day, 7): (Hour(NOW_MS - HOUR_MS, {"PJSIP/1": 1}),)}
    assert found.honours == {day: {"PJSIP/1": Honours(Won(("star",), 3), 5)}}
    assert found.joined == {"PJSIP/1": date(2024, 5, 1)}
    assert (found.appearing or {})["PJSIP/1"].name == "王芳"
    assert found.ended == {}, "a contest's result is nobody's business before somebody publishes it"


def test_a_published_result_is_read_with_its_evidence(hall: Hall) -> None:
    contest = hall.shelf.make(MANAGER, CONTEST, EVERYTHING, is_on=True)
    result = hall.freeze(contest)
    hall.results.publish(MANAGER, result)
    ended = CurrentLeaderboards(hall.engine, SITE).read(NOW_MS).ended[contest]
    assert (ended.from_ms, ended.to_ms, ended.document) == (HELD.from_ms, HELD.to_ms, CONTEST)
    assert {did.id for did in ended.evidence} == {"PJSIP/1", "PJSIP/2", "PJSIP/3", "PJSIP/4"}


def test_without_a_database_nobody_can_say() -> None:
    away = open_store("postgresql+psycopg://nobody@127.0.0.1:9/none", wait_s=0.2)
    with pytest.raises(AccessUnavailable):
        CurrentLeaderboards(away, SITE).read(NOW_MS)
