"""Scores worked by hand: every way of making points, ties, minimums, prorating, the quality floor, groups, teams, progress."""

from __future__ import annotations

import msgspec
import pytest

from collectors.events import MeasureSettings
from dashboard.floor.scoring.explanation import explained
from dashboard.floor.scoring.points import calls_asked, shares
from dashboard.floor.scoring.ranks import Ranks, score
from dashboard.floor.scoring.scheme import Least, Part, QualityFloor, Scheme
from dashboard.floor.scoring.standing import Did, Standing


def did(name: str, calls: int = 100, hours: float = 8, team: str = "", group: str = "", **values: float | None) -> Did:
    return Did(name, values, calls, hours * 3600, team, group)


def of(metric: str, value: float | None, name: str = "a", hours: float = 8) -> Did:
    return Did(name, {metric: value}, 100, hours * 3600)


def points(part: Part, value: float | None, hours: float = 8) -> float:
    """Of a part that is the whole score."""
    (one,) = score(Scheme((part,)), [of(part.metric, value, hours=hours)])
    assert one.score == one.parts[0].points
    return one.score / 100


@pytest.mark.parametrize(
    ("part", "value", "expected"),
    [
        # 40 asked: 30 are three quarters
        (Part("calls_served", target=40), 30, 75),
        (Part("calls_served", target=40), 40, 100),
        (Part("calls_served", target=40), 60, 100),
        (Part("calls_served", target=40, cap=120), 44, 110),
        (Part("calls_served", target=40, cap=120), 60, 120),
        (Part("calls_served", target=40), 0, 0),
        (Part("calls_served", target=40), None, 0),
        (Part("calls_served", target=40, low=20), 25, 25),
        (Part("calls_served", target=40, low=20), 10, 0),
        # 1 of 3 is 33.333… → 33.33; 2 of 3 is 66.666… → 66.67
        (Part("calls_served", target=3), 1, 33.33),
        (Part("calls_served", target=3), 2, 66.67),
        # half up: 1 of 16 is 6.25, 1 of 800 is 0.125 → 0.13
        (Part("calls_served", target=800), 1, 0.13),
        # less is better: all at 300 s or less, none at 600
        (Part("aht", target=300, low=600), 300, 100),
        (Part("aht", target=300, low=600), 200, 100),
        (Part("aht", target=300, low=600), 400, 66.67),
        (Part("aht", target=300, low=600), 700, 0),
        (Part("aht", target=300, low=600, cap=110), 200, 110),
        (Part("calls_missed", target=0, low=5), 0, 100),
        (Part("calls_missed", target=0, low=5), 1, 80),
        # from 80 % to 100 %
        (Part("csat", by="range", low=0.8, high=1), 0.85, 25),
        (Part("csat", by="range", low=0.8, high=1), 0.8, 0),
        (Part("csat", by="range", low=0.8, high=1), 0.5, 0),
        (Part("csat", by="range", low=0.8, high=1), 1, 100),
        (Part("csat", by="range", low=0.8, high=1), 0.866_666_666_666, 33.33),
        (Part("avg_wrap_up", by="range", low=60, high=20), 30, 75),
    ],
)
def test_points(part: Part, value: float | None, expected: float) -> None:
    assert points(part, value) == expected


def test_for_each_hour_signed_in() -> None:
    part = Part("calls_served", target=10, per_hour=True)
    assert points(part, 40, hours=8) == 50  # 5 an hour
    assert points(part, 20, hours=4) == 50  # half the day, half the calls: the same
    assert points(part, 20, hours=0) == 0  # was not there


def test_parts_add_up_without_a_rest() -> None:
    assert shares([40, 30, 30]) == [4000, 3000, 3000]
    assert shares([1, 1, 1]) == [3334, 3333, 3333]
    assert shares([2, 5]) == [2857, 7143]
    assert sum(shares([7, 11, 13, 17, 19, 23, 29, 31])) == 10_000
    scheme = Scheme((Part("calls_served", target=40), Part("csat", by="range", low=0, high=1), Part("sales", target=3)))
    (one,) = score(scheme, [did("a", calls_served=40, csat=1, sales=3)])
    assert (one.score, [part.points for part in one.parts]) == (10_000, [3334, 3333, 3333])


TWO = Scheme((Part("calls_served", 60, target=50), Part("csat", 40, by="range", low=0.5, high=1, is_quality=True)))


def told(standings: tuple[Standing, ...]) -> list[tuple[str, int, float]]:
    return [(one.id, one.rank, one.score / 100) for one in standings]


def test_a_whole_field() -> None:
    field = [
        did("ann", calls_served=30, csat=0.9),  # 36 + 32
        did("bob", calls_served=50, csat=0.6),  # 60 + 8
        did("cai", calls_served=25, csat=None),  # 30 + 0
        did("dan", calls_served=55, csat=1),  # 60 + 40
    ]
    assert told(score(TWO, field)) == [("dan", 1, 100), ("ann", 2, 68), ("bob", 2, 68), ("cai", 4, 30)]


@pytest.mark.parametrize(
    ("values", "ranks"),
    [([5, 5, 3], [1, 1, 3]), ([5, 3, 3], [1, 2, 2]), ([5, 5, 5], [1, 1, 1]), ([9, 5, 5, 1], [1, 2, 2, 4])],
)
def test_ties_share(values: list[int], ranks: list[int]) -> None:
    standings = score(Scheme((Part("sales", target=10),)), [did(f"a{i}", sales=v) for i, v in enumerate(values)])
    assert [one.rank for one in standings] == ranks


def test_by_rank() -> None:
    """Five: all for the first, none for the last, a quarter a place; the two who share the second place have three quarters."""
    scheme = Scheme((Part("sales", by="rank"),))
    field = [did(name, sales=v) for name, v in (("a", 9), ("b", 7), ("c", 7), ("d", 3), ("e", 1))]
    standings = score(scheme, field)
    assert told(standings) == [("a", 1, 100), ("b", 2, 75), ("c", 2, 75), ("d", 4, 25), ("e", 5, 0)]
    less = Scheme((Part("aht", by="rank"),))
    assert told(score(less, [did("a", aht=300), did("b", aht=200)])) == [("b", 1, 100), ("a", 2, 0)]
    assert told(score(scheme, [did("alone", sales=1)])) == [("alone", 1, 100)]


def test_by_rank_is_held_against_who_did_the_minimum() -> None:
    scheme = Scheme((Part("csat", by="rank"),), least=Least(calls=10))
    field = [did("a", csat=0.9), did("b", csat=0.8), did("lucky", calls=1, csat=1.0)]
    found = {one.id: one for one in score(scheme, field)}
    assert (found["a"].score, found["b"].score) == (10_000, 0)
    assert (found["lucky"].score, found["lucky"].rank, found["lucky"].why_not) == (10_000, 0, "too_few_calls")


@pytest.mark.parametrize(
    ("least", "calls", "hours", "why"),
    [
        (Least(calls=20), 19, 8, "too_few_calls"),
        (Least(calls=20), 20, 8, ""),
        (Least(minutes=60), 20, 0.99, "too_little_time"),
        (Least(minutes=60), 20, 1, ""),
        # 20 in 8 hours: 10 in 4, 2.5 → 3 in one, never more than 20
        (Least(calls=20, is_prorated=True), 10, 4, ""),
        (Least(calls=20, is_prorated=True), 9, 4, "too_few_calls"),
        (Least(calls=20, is_prorated=True), 3, 1, ""),
        (Least(calls=20, is_prorated=True), 2, 1, "too_few_calls"),
        (Least(calls=20, is_prorated=True), 20, 12, ""),
        (Least(calls=20, is_prorated=True), 0, 0, "too_few_calls"),
    ],
)
def test_minimum(least: Least, calls: int, hours: float, why: str) -> None:
    (one,) = score(Scheme((Part("sales", target=10),), least=least), [did("a", calls, hours, sales=5)])
    assert (one.why_not, one.rank, one.score) == (why, 0 if why else 1, 5000)


def test_minimum_in_proportion() -> None:
    least = Least(calls=20, is_prorated=True, full_hours=40)
    assert [calls_asked(least, hours * 3600) for hours in (0, 1, 2, 3, 39, 40, 60)] == [1, 1, 1, 2, 20, 20, 20]


def test_below_the_quality_floor_there_is_no_rank_whatever_else() -> None:
    scheme = Scheme(
        (Part("sales", target=10),), quality=(QualityFloor("csat", 0.8), QualityFloor("complaints_per_10k", 50))
    )
    field = [
        did("best", sales=10, csat=0.79),
        did("loud", sales=9, csat=0.9, complaints_per_10k=51),
        did("edge", sales=5, csat=0.8, complaints_per_10k=50),
        did("unasked", sales=4, csat=None),
    ]
    standings = {one.id: one for one in score(scheme, field)}
    assert {name: (one.rank, one.why_not) for name, one in standings.items()} == {
        "best": (0, "quality"), "loud": (0, "quality"), "edge": (1, ""), "unasked": (2, ""),
    }  # fmt: skip
    assert standings["best"].score == 10_000


def test_groups_are_compared_with_themselves() -> None:
    scheme = Scheme((Part("sales", target=10), Part("csat", by="rank")))
    field = [
        did("old1", group="old", sales=10, csat=0.9), did("old2", group="old", sales=8, csat=0.8),
        did("new1", group="new", sales=4, csat=0.5), did("new2", group="new", sales=2, csat=0.4),
    ]  # fmt: skip
    assert told(score(scheme, field)) == [("new1", 1, 70), ("new2", 2, 10), ("old1", 1, 100), ("old2", 2, 40)]


def test_teams_by_the_mean_of_their_members() -> None:
    scheme = Scheme(
        (Part("sales", target=10),), compares="teams", quality=(QualityFloor("csat", 0.8),), least=Least(calls=10)
    )
    field = [
        did("a", team="red", sales=10, csat=0.9), did("b", team="red", sales=5, csat=0.7),  # below the floor: 0
        did("c", team="blue", sales=6, csat=1), did("d", team="blue", calls=9, sales=1, csat=1),  # too few: is not there
        did("e", team="green", sales=7, csat=1), did("f", team="green", sales=5, csat=1),
        did("g", team="black", calls=0, sales=9),
    ]  # fmt: skip
    standings = score(scheme, field)
    assert told(standings) == [("blue", 1, 60), ("green", 1, 60), ("red", 3, 50)]
    assert [one.of for one in standings] == [1, 2, 2]


def test_progress_is_against_the_own_time_before() -> None:
    scheme = Scheme(
        (Part("calls_served", target=40), Part("csat", by="range", low=0, high=1)),
        compares="progress",
        least=Least(calls=10),
    )
    before = {"up": (20, 0.5), "same": (40, 0.9), "down": (40, 0.9), "new": None, "lazy": (1, 0.1)}
    now = {"up": (30, 0.6), "same": (40, 0.9), "down": (30, 0.95), "new": (40, 1), "lazy": (40, 1)}
    field = [
        msgspec.structs.replace(
            did(name, calls_served=now[name][0], csat=now[name][1]),
            before=None if was is None else did(name, calls=50 if was[0] > 1 else 1, calls_served=was[0], csat=was[1]),
        )
        for name, was in before.items()
    ]  # fmt: skip
    standings = {one.id: one for one in score(scheme, field)}
    assert {name: (one.rank, one.why_not) for name, one in standings.items()} == {
        "up": (1, ""), "same": (0, "no_progress"), "down": (0, "no_progress"), "new": (0, "no_baseline"), "lazy": (0, "no_baseline"),
    }  # fmt: skip
    up = standings["up"]  # 37.5 + 30 now, 25 + 25 then
    assert (up.score, [part.points for part in up.parts], [part.before for part in up.parts]) == (
        1750,
        [1250, 500],
        [20, 0.5],
    )
    assert standings["down"].score == 3750 + 4750 - 5000 - 4500
    with pytest.raises(ValueError, match="progress is not scored by rank"):
        Ranks(Scheme((Part("csat", by="rank"),), compares="progress"))


def test_a_measure_of_the_sites_own_has_its_own_good_side() -> None:
    scheme = Scheme((Part("custom:returns", by="rank"),))
    field = [of("custom:returns", 1), of("custom:returns", 5, "b")]
    assert [one.id for one in score(scheme, field)] == ["b", "a"]
    assert [one.id for one in score(scheme, field, {"returns": MeasureSettings(worse="above")})] == ["a", "b"]


SALES = Scheme((Part("sales", target=10),))


def field_of(*sales: int) -> Ranks:
    ranks = Ranks(SALES)
    for i, value in enumerate(sales):
        ranks.put(did(f"a{i}", sales=value))
    return ranks


@pytest.mark.parametrize(
    ("sales", "most", "without", "shown"),
    [
        ((9, 7, 5, 3), 10, (), [("a0", 1), ("a1", 2), ("a2", 3)]),  # nobody's last place
        ((9, 7, 5, 3), 2, (), [("a0", 1), ("a1", 2)]),
        ((9, 7, 3, 3), 10, (), [("a0", 1), ("a1", 2)]),  # nor one that is shared
        ((9, 7, 5, 3), 10, ("a0",), [("a1", 1), ("a2", 2)]),  # who opted out leaves no hole
        ((9, 7, 5, 3), 10, ("a3",), [("a0", 1), ("a1", 2)]),
        ((5, 5, 5), 10, (), [("a0", 1), ("a1", 1), ("a2", 1)]),  # all first
        ((5,), 10, (), [("a0", 1)]),
        ((), 10, (), []),
    ],
)
def test_what_a_screen_may_show(
    sales: tuple[int, ...], most: int, without: tuple[str, ...], shown: list[tuple[str, int]]
) -> None:
    assert [(one.id, one.rank) for one in field_of(*sales).top(most, without=without)] == shown


def test_ones_own_place_and_the_next_better_one() -> None:
    ranks = field_of(9, 7, 7, 3)
    own = ranks.standing("a3", without={"a1"})
    assert own is not None
    assert own.rank == 3
    hidden = ranks.standing("a1", without={"a1", "a0"})
    assert hidden is not None
    assert hidden.rank == 1  # among who is shown, and oneself
    above = ranks.above("a3")
    assert above is not None
    assert (above.id, above.rank) == ("a2", 2)
    assert ranks.above("a0") is None
    assert ranks.standing("nobody") is None
    assert ranks.count(without={"a1"}) == 3


def test_every_score_opens_into_its_parts() -> None:
    scheme = Scheme(
        (
            Part("calls_served", 40, target=10, per_hour=True),
            Part("aht", 20, target=200, low=400),
            Part("sales", 40, by="rank"),
        ),
        quality=(QualityFloor("csat", 0.8),),
        least=Least(calls=20, minutes=60, is_prorated=True),
    )
    ranks = Ranks(scheme)
    ranks.put(did("a", calls=40, hours=4, calls_served=32, aht=300, sales=3, csat=0.9))  # 8 an hour: 32, 10, 0
    ranks.put(did("b", calls=40, hours=4, calls_served=20, aht=250, sales=4, csat=None))  # 5 an hour: 20, 15, 40
    one, above = ranks.standing("a"), ranks.above("a")
    assert one is not None
    assert above is not None
    why = explained(scheme, did("a", calls=40, hours=4, calls_served=32, aht=300, sales=3, csat=0.9), one, above)
    assert sum(part.points for part in why.parts) == one.score == 4200
    calls, aht, sales = why.parts
    assert (calls.value, calls.sum, calls.hours, calls.full, calls.points, calls.missing) == (8, 32, 4, 10, 3200, 800)
    assert (aht.value, aht.zero, aht.full, aht.points, aht.missing) == (300, 400, 200, 1000, 1000)
    assert (sales.value, sales.points, sales.missing, sales.lift_to) == (3, 0, 4000, None)
    assert why.needed == 7500 - 4200 + 1
    assert [(ask.metric, ask.value, ask.least, ask.is_met) for ask in why.asked] == [
        ("calls", 40, 10, True), ("minutes", 240, 60, True), ("csat", 0.9, 0.8, True),
    ]  # fmt: skip
    assert why.lift == ""  # no single part brings 33 points more


def test_what_would_lift_is_enough_and_no_more_than_that() -> None:
    scheme = Scheme((Part("calls_served", 60, target=10, per_hour=True), Part("aht", 40, target=200, low=400)))
    ranks = Ranks(scheme)
    mine = did("a", hours=4, calls_served=20, aht=300)
    ranks.put(mine)  # 30 + 20
    ranks.put(did("b", hours=4, calls_served=24, aht=300))  # 36 + 20
    one, above = ranks.standing("a"), ranks.above("a")
    assert one is not None
    assert above is not None
    why = explained(scheme, mine, one, above)
    calls, aht = why.parts
    assert calls.lift_to is not None
    assert aht.lift_to is not None
    assert calls.lift_to == pytest.approx(24.0033, abs=0.001)  # 36.005 points, rounded up: 6.0008 an hour
    assert aht.lift_to == pytest.approx(269.975, abs=0.001)
    for name, value in (("calls_served", calls.lift_to), ("aht", aht.lift_to)):
        ranks.put(msgspec.structs.replace(mine, values={**mine.values, name: value}))
        lifted = ranks.standing("a")
        assert lifted is not None
        assert lifted.rank == 1
    assert why.lift == "calls_served"  # a tenth of the way; of the other 15 %


def test_who_moves_costs_only_that() -> None:
    ranks = field_of(9, 7, 5)
    assert ranks.put(did("a1", sales=7)) is False
    assert ranks.put(did("a1", sales=10)) is True
    assert [one.id for one in ranks.ranked()] == ["a1", "a0", "a2"]
    ranks.drop("a0")
    ranks.drop("never there")
    assert [(one.id, one.rank) for one in ranks.ranked()] == [("a1", 1), ("a2", 2)]
    ranks.put(did("a2", group="new", sales=5))
    assert ranks.groups() == ["", "new"]
    assert len(ranks) == 2
