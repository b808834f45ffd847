"""What holds for any scheme and any field: order does not matter, better is never worse, others' choices change nobody's score."""

from __future__ import annotations

from random import Random
from typing import Literal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.floor.directions import worse_side
from dashboard.floor.scoring.ranks import Ranks, score
from dashboard.floor.scoring.scheme import By, Least, Part, QualityFloor, Scheme
from dashboard.floor.scoring.standing import Did, Standing

METRICS = ("calls_served", "csat", "aht", "calls_missed")
FAST = settings(max_examples=120)


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    compares: Literal["agents", "progress"] = draw(st.sampled_from(("agents", "progress")))
    parts = []
    for metric in draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=4, unique=True)):
        low, high = sorted(draw(st.lists(st.integers(0, 60), min_size=2, max_size=2, unique=True)))
        if worse_side(metric) == "above":
            low, high = high, low
        by: By = draw(st.sampled_from(("target", "range", "rank") if compares == "agents" else ("target", "range")))
        weight, cap = draw(st.integers(1, 100)), draw(st.sampled_from((100, 120, 200)))
        per_hour = metric in {"calls_served", "calls_missed"} and draw(st.booleans())
        if by == "target":
            parts.append(Part(metric, weight, by, target=high, low=low, cap=cap, per_hour=per_hour))
        else:
            parts.append(Part(metric, weight, by, low=low, high=high, cap=cap, per_hour=per_hour))
    quality = (QualityFloor("csat", draw(st.integers(0, 50))),) if draw(st.booleans()) else ()
    least = Least(draw(st.integers(0, 8)), draw(st.integers(0, 90)), draw(st.booleans()))
    return Scheme(tuple(parts), compares=compares, quality=quality, least=least)


VALUES = st.one_of(st.none(), st.integers(0, 60), st.floats(0, 60, allow_nan=False))


@st.composite
def fields(draw: st.DrawFn) -> list[Did]:
    found = []
    for i in range(draw(st.integers(1, 9))):
        now, before = (
            Did(
                f"a{i}",
                {metric: draw(VALUES) for metric in METRICS},
                draw(st.integers(0, 12)),
                draw(st.integers(0, 20_000)),
            )
            for _ in range(2)
        )
        group, team = draw(st.sampled_from(("", "new"))), draw(st.sampled_from(("red", "blue")))
        found.append(
            msgspec.structs.replace(now, group=group, team=team, before=before if draw(st.booleans()) else None)
        )
    return found


def scores(standings: tuple[Standing, ...]) -> dict[str, int]:
    return {one.id: one.score for one in standings}


@FAST
@given(schemes(), fields(), st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_changes_nothing(scheme: Scheme, field: list[Did], random: Random) -> None:
    straight = score(scheme, field)
    ranks = Ranks(scheme)
    for one in random.sample(field, len(field)):  # others' numbers first, then twice, and somebody who comes and goes
        ranks.put(msgspec.structs.replace(one, values=random.choice(field).values))
    ranks.put(Did("gone", field[0].values, 99, 99_999))
    list(ranks.ranked())
    ranks.drop("gone")
    for one in random.sample(field, len(field)):
        ranks.put(one)
    assert ranks.all() == straight
    anew = Ranks(scheme)
    for one in field:
        anew.put(one)
    assert ranks.teams() == anew.teams()


@FAST
@given(schemes(), fields(), st.sampled_from(METRICS), st.floats(0, 30))
def test_a_better_number_never_lowers_a_score_or_a_rank(
    scheme: Scheme, field: list[Did], metric: str, step: float
) -> None:
    old = {one.id: one for one in score(scheme, field)}["a0"]
    value = field[0].values[metric]
    if value is None:
        return
    better = value + step if worse_side(metric) == "below" else max(value - step, 0)
    lifted = msgspec.structs.replace(field[0], values={**field[0].values, metric: better})
    new = {one.id: one for one in score(scheme, [lifted, *field[1:]])}["a0"]
    assert new.score >= old.score
    if old.rank:
        assert 0 < new.rank <= old.rank
    teams = [{one.id: one.score for one in _teams(scheme, every)} for every in (field, [lifted, *field[1:]])]
    if not any(part.by == "rank" for part in scheme.parts) and field[0].team in teams[0]:
        assert teams[1][field[0].team] >= teams[0][field[0].team]


def _teams(scheme: Scheme, field: list[Did]) -> tuple[Standing, ...]:
    return score(
        msgspec.structs.replace(scheme, compares="teams" if scheme.compares == "agents" else scheme.compares), field
    )


@FAST
@given(schemes(), fields(), st.sets(st.integers(0, 8)))
def test_who_opts_out_changes_nobodys_score_nor_order(scheme: Scheme, field: list[Did], out: set[int]) -> None:
    ranks = Ranks(scheme)
    for did in field:
        ranks.put(did)
    before = scores(ranks.all())
    without = {f"a{i}" for i in out}
    for group in ranks.groups():
        shown = list(ranks.ranked(group, without))
        assert [one.id for one in shown] == [one.id for one in ranks.ranked(group) if one.id not in without]
        assert all(one.score == before[one.id] for one in shown)
        for one in shown:
            assert one.rank == 1 + sum(1 for other in shown if other.score > one.score)
            own = ranks.standing(one.id, without)
            assert own is not None
            assert own.rank == one.rank
        top = ranks.top(3, group, without)
        assert len(top) <= 3
        if shown and shown[-1].rank > 1:
            assert shown[-1].id not in {one.id for one in top}
    assert scores(ranks.all()) == before


@FAST
@given(schemes(), fields(), fields(), st.frozensets(st.sampled_from([f"a{i}" for i in range(9)])))
def test_who_is_left_out_is_known_while_people_move(
    scheme: Scheme, field: list[Did], later: list[Did], out: frozenset[str]
) -> None:
    ranks = Ranks(scheme)
    for did in field:
        ranks.put(did)
    for step, did in enumerate([*later, *later[:3]]):
        if step < len(later):
            ranks.put(did)
        else:
            ranks.drop(did.id)
        for group in ranks.groups():
            shown = list(ranks.ranked(group, out))
            assert ranks.count(group, out) == len(shown)
            for one in ranks.ranked(group):
                own = ranks.standing(one.id, out)
                assert own is not None
                assert own.rank == 1 + sum(1 for other in shown if other.score > one.score)


@FAST
@given(schemes(), fields())
def test_parts_add_up(scheme: Scheme, field: list[Did]) -> None:
    for one in score(scheme, field):
        assert sum(part.points for part in one.parts) == one.score
        assert sum(part.most for part in one.parts) == 10_000
        assert (one.rank == 0) == bool(one.why_not)
