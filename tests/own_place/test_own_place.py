"""One's own place on a leaderboard as the page is told of it: numbers that were used, what is missing, what would lift it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec

from collectors.events import MeasureSettings, Names
from dashboard.boards.document import Title
from dashboard.boards.pages_of_people import OwnPlaceTile
from dashboard.floor.scoring.ranks import Ranks
from dashboard.floor.scoring.scheme import Least, Part, QualityFloor, Scheme
from dashboard.floor.scoring.standing import Did
from dashboard.live.leaderboards import OwnPlace
from dashboard.live.tiles.own_place import own_line, own_place
from dashboard.live.values import OwnPlaceLine

SCHEME = Scheme(
    parts=(
        Part("calls_handled", weight=3, by="target", target=40),
        Part("aht", weight=1, by="range", low=400, high=200),
    ),
    quality=(QualityFloor("custom:kindness", 4),),
    least=Least(calls=10),
)
MEASURES = {"kindness": MeasureSettings(names=Names("微笑", "Kindness"), sums="mean")}
HIDDEN = frozenset({"hidden"})


def did(agent: str, calls: float, aht: float | None = 300, kindness: float | None = 5) -> Did:
    values = {"calls_handled": calls, "aht": aht, "custom:kindness": kindness}
    return Did(agent, values, calls=int(calls), signed_in_s=8 * 3600)


def places(*everybody: Did) -> dict[str, OwnPlace]:
    """Where each stands, as the gateway finds it."""
    ranks = Ranks(SCHEME, MEASURES)
    for one in everybody:
        ranks.put(one)
    found = {}
    for one in everybody:
        standing = ranks.standing(one.id, HIDDEN)
        assert standing is not None
        above = ranks.above(one.id, HIDDEN)
        found[one.id] = OwnPlace(
            "b1", Title("服务之星", "Star"), "day", "running", 1, 2, SCHEME, one, standing, above, one.id in HIDDEN
        )
    return found


def line(of: OwnPlace) -> OwnPlaceLine:
    return own_line(of, MEASURES)


def test_rank_score_and_parts_with_the_numbers_that_were_used() -> None:
    found = places(did("first", 40), did("hidden", 36), did("second", 32, aht=250.04), did("third", 20))
    second = line(found["second"])
    assert (second.rank, second.only_me, second.zh, second.en) == (2, False, "服务之星", "Star")
    assert second.score == 6000 + 1875
    calls, aht = second.parts
    assert (calls.zh, calls.unit, calls.points, calls.most, calls.v) == ("接听量", "calls", 6000, 7500, 32)
    assert (aht.points, aht.most, aht.v) == (1875, 2500, 250)
    assert line(found["hidden"]).rank == 2, "who only looks themselves stands among those who are shown, and themselves"
    assert line(found["hidden"]).only_me
    assert line(found["third"]).rank == 3
    assert line(found["first"]).needed == 0


def test_the_step_that_lifts_is_enough_and_no_smaller_one_is() -> None:
    everybody = did("first", 40), did("second", 32), did("third", 27)
    third = line(places(*everybody)["third"])
    assert (third.score, third.needed) == (5063 + 1250, 7250 - 6313 + 1)
    lift = next(part for part in third.parts if part.metric == third.lift)
    assert lift.metric == "calls_handled"
    assert lift.to == 33
    assert places(*everybody[:2], did("third", 33))["third"].standing.rank == 2
    assert places(*everybody[:2], did("third", 32))["third"].standing.rank == 2, "a shared place is none won"
    assert places(*everybody[:2], did("third", 31))["third"].standing.rank == 3


def test_what_is_still_missing_is_told_and_what_is_met_is_not() -> None:
    found = places(did("few", 4), did("unkind", 30, kindness=3), did("first", 40))
    few, unkind = line(found["few"]), line(found["unkind"])
    assert (few.rank, few.why_not, few.needed) == (0, "too_few_calls", 0)
    assert [(one.metric, one.v, one.least) for one in few.asked] == [("calls", 4, 10)]
    assert (unkind.rank, unkind.why_not) == (0, "quality")
    (asked,) = unkind.asked
    assert (asked.metric, asked.zh, asked.en, asked.v, asked.least) == ("custom:kindness", "微笑", "Kindness", 3, 4)
    assert line(found["first"]).asked == []


def test_nothing_of_anybody_else_is_in_it() -> None:
    found = places(did("first-SECRET", 40, aht=211), did("second", 32))
    told = msgspec.json.encode(line(found["second"])).decode()
    assert "SECRET" not in told
    assert "211" not in told
    assert "ranked" not in told
    assert '"of"' not in told


def test_who_is_several_agents_has_the_best_of_their_places() -> None:
    found = places(did("a", 4), did("b", 20), did("c", 40))
    told = {"a": (found["a"],), "b": (found["b"],), "c": ()}
    sight: Any = SimpleNamespace(
        scope=SimpleNamespace(agents=frozenset("abc")),
        leaderboards=SimpleNamespace(own=lambda agent: told[agent]),
        floor=SimpleNamespace(settings=SimpleNamespace(measures=MEASURES)),
    )
    aim: Any = None
    tile = OwnPlaceTile(id="own_place")
    assert [one.rank for one in own_place(sight, aim, tile)] == [2]
    told["b"] = ()
    assert [one.rank for one in own_place(sight, aim, tile)] == [0]
    told["a"] = ()
    assert list(own_place(sight, aim, tile)) == []


def test_what_is_short_is_never_told_as_if_it_were_enough() -> None:
    unkind = line(places(did("unkind", 30, kindness=3.96))["unkind"])
    assert [(one.v, one.least) for one in unkind.asked] == [(3.9, 4)]
