"""The evidence of a period comes from history alone, and is what the floor said of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace
from sqlalchemy import Engine

from dashboard.access.scope import EVERYTHING
from dashboard.boards.document import Title
from dashboard.floor.scoring.ranks import score
from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.history.numbers import Numbers as NumbersOf
from dashboard.history.offline import numbered, record
from dashboard.leaderboards.current import Current, Known
from dashboard.leaderboards.document import Leaderboard, Period
from dashboard.leaderboards.standings.counting import Counting, Crew, served_on
from dashboard.leaderboards.standings.past import PastReading
from dashboard.leaderboards.standings.periods import Bounds, before, clock_of, running
from dashboard.leaderboards.standings.scoreboard import Scoreboard
from tests.leaderboards.told import DAY_MS, some_days
from tests.live.scene import START_MS

DAY = Leaderboard(
    Title(en="Stars"),
    Scheme(
        (
            Part("calls_handled", 40, by="rank"),
            Part("csat", 30, by="range", low=0, high=1),
            Part("sales", 30, target=2, per_hour=True),
        )
    ),
)
NOBODY: Mapping[str, date] = {}


def test_a_day_counted_from_history_is_what_the_floor_said_of_it(engine: Engine) -> None:
    told = some_days(START_MS - DAY_MS, 2, seed=11)
    floor = record(engine, "main", numbered(told.entries), NumbersOf(b"k" * 32))
    counting, settings = Counting(engine, "main"), floor.settings
    past, now_ms = PastReading(engine, "main"), floor.stream_ms
    today = running(DAY.period, now_ms, clock_of(settings))
    assert today is not None
    crew = Crew(served_on(floor))
    for document in (
        DAY,
        replace(DAY, scheme=replace(DAY.scheme, groups="team")),
        replace(DAY, scheme=replace(DAY.scheme, groups="queue")),
        replace(DAY, scheme=Scheme((Part("calls_handled", target=3),), compares="progress")),
        replace(DAY, scheme=replace(DAY.scheme, compares="teams")),
    ):
        known = Known("b1", document, EVERYTHING)
        board = Scoreboard(floor)
        board.know(Current((known,)), now_ms)
        live = board.running("b1")
        assert live is not None
        for wanted in board.wanted():
            board.know_past(wanted, past.read(wanted.bounds, wanted.metrics))
        board.settle(now_ms)
        evidence = counting.count(known, Bounds(today.from_ms, now_ms), settings, NOBODY, crew)
        assert any(did.values["calls_handled"] for did in evidence)
        assert score(document.scheme, evidence) == score(document.scheme, live.dids())
    yesterday = before(Period("day"), today, clock_of(settings))
    whole = counting.count(Known("b1", DAY, EVERYTHING), yesterday, settings, NOBODY, crew)
    assert any(did.calls for did in whole)
    assert {did.id for did in whole} == set(floor.agents)


def test_who_took_part_then_is_counted_in_the_team_of_then(engine: Engine) -> None:
    told = some_days(START_MS, 1, seed=12, steps=30)
    floor = record(engine, "main", numbered(told.entries), NumbersOf(b"k" * 32))
    one, two = sorted(floor.agents)[:2]
    bounds = Bounds(START_MS - DAY_MS, floor.stream_ms)
    crew = Crew(places={one: ("then", "old"), two: None, "PJSIP/gone": ("then", "")})
    found = {
        did.id: did
        for did in Counting(engine, "main").count(Known("b1", DAY, EVERYTHING), bounds, floor.settings, NOBODY, crew)
    }
    assert (found[one].team, found[one].group) == ("then", "old")
    assert two not in found
    assert found["PJSIP/gone"].values["calls_handled"] == 0
