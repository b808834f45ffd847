"""Standings as pages show them: whom one is measured against, and pages of a large centre."""

from __future__ import annotations

import re

import htpy as h
import pytest

from collectors.events import FloorSettings, Names, QueueSettings
from dashboard.floor.scoring.ranks import score
from dashboard.floor.scoring.scheme import Least, Part, QualityFloor, Scheme
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.tenure import step_words
from dashboard.pages.admin.leaderboards.editor import pages
from dashboard.pages.admin.leaderboards.places import MOST, Places, hundredths
from layouts.forms.leaderboards.tried import TriedView, tried
from layouts.texts import catalogue

WORDS = catalogue("en", "forms", "leaderboards")
SCHEME = Scheme((Part("sales", target=10_000),), groups="tenure", tenure_months=(3, 12))


def field(n: int) -> tuple[Did, ...]:
    return tuple(Did(f"a{i:04}", {"sales": i}, 10, 28_800, group="0" if i % 2 else "1") for i in range(n))


@pytest.mark.parametrize("first", [0, MOST, 2 * MOST])
def test_a_page_of_many_is_one_page_and_knows_who_stands_above_it(first: int) -> None:
    dids = {did.id: did for did in field(450)}
    standings = score(SCHEME, dids.values())
    groups = Places(SCHEME, FloorSettings(), WORDS).groups(standings, dids, first)
    shown = [place for group in groups for place in group.places]
    assert [place.id for place in shown] == [one.id for one in standings[first : first + MOST]]
    for place in shown:
        assert ("points to the next place" in place.next) == (place.rank != "1")
    said, before, after = pages(first, len(standings), WORDS)
    assert said == f"{first + 1} to {min(first + MOST, 450)} of 450"
    assert (before, after) == (first - MOST if first else None, first + MOST if first + MOST < 450 else None)
    page = str(h.div[tried(TriedView("t", "p", groups, ["Sales"], pages=(said, before, after)), WORDS)])
    assert re.findall(r"from=(\d+)", page) == [str(at) for at in (before, after) if at is not None]


def test_what_is_missing_to_a_place_that_the_reader_does_not_see_is_not_said() -> None:
    scheme = Scheme(SCHEME.parts)
    dids = {
        name: Did(name, {"sales": sales}, 10, 28_800) for name, sales in zip("abcdef", (9, 8, 8, 6, 5, 4), strict=True)
    }
    standings = score(scheme, dids.values())
    assert [one.rank for one in standings] == [1, 2, 2, 4, 5, 6]
    for seen, said in {"abcdef": "bcdef", "acdef": "cef", "adef": "ef", "df": "", "bf": ""}.items():
        (group,) = Places(scheme, FloorSettings(), WORDS).groups([one for one in standings if one.id in seen], dids)
        assert [place.id for place in group.places if place.next] == list(said), seen


def test_what_is_short_is_never_written_as_if_it_were_enough() -> None:
    parts = (Part("served_rate", target=1), Part("occupancy", target=1))
    floors = (QualityFloor("served_rate", 0.9), QualityFloor("aht", 300))
    scheme = Scheme(parts, quality=floors, least=Least(calls=10, minutes=60))
    values: dict[str, float | None] = {"served_rate": 0.89996, "occupancy": 0.5, "aht": 300.2}
    did = Did("a", values, 9, 59.7 * 60)
    (group,) = Places(scheme, FloorSettings(), WORDS).groups(score(scheme, [did]), {"a": did})
    assert group.places[0].asked == [
        ("9 calls, 10 asked", False),
        ("59 minutes signed in, 60 asked", False),
        ("Served rate 89.9%, at least 90.0%", False),
        ("Average handle time 5:01, at most 5:00", False),
    ]


def test_what_would_be_enough_is_a_number_that_one_can_reach() -> None:
    scheme = Scheme((Part("calls_served", target=70),))
    dids = {name: Did(name, {"calls_served": calls}, 10, 28_800) for name, calls in (("a", 46), ("b", 40))}
    (group,) = Places(scheme, FloorSettings(), WORDS).groups(score(scheme, dids.values()), dids)
    assert group.places[1].parts[0].lift == "47 would be enough for the next place"


def test_a_page_is_enough_for_few() -> None:
    assert pages(0, MOST, WORDS) == ("", None, None)


def test_words_of_numbers_and_groups() -> None:
    assert [hundredths(points) for points in (0, 5, 6213, -1250)] == ["0.00", "0.05", "62.13", "−12.50"]
    said = [step_words(group, (12, 3), WORDS) for group in ("0", "1", "2", "", "9")]
    assert said == ["Under 3 months", "3–12 months", "12 months and more", "Not known", "Not known"]


def test_a_group_of_a_queue_is_called_by_the_queues_name() -> None:
    settings = FloorSettings(queues={"care": QueueSettings(Names("客服", "Customer care"))})
    scheme = Scheme(SCHEME.parts, groups="queue")
    did = Did("a", {"sales": 1}, 10, 28_800, group="care")
    (group,) = Places(scheme, settings, WORDS).groups(score(scheme, [did]), {"a": did})
    assert group.name == "Customer care"
