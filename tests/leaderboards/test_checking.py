"""Every mistake that a leaderboard can have, with its sentence and its field; and every sentence is there in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from collectors.events import FloorSettings, MeasureSettings
from dashboard.boards.document import Hours, Title
from dashboard.floor.scoring.scheme import Least, Part, QualityFloor, Scheme
from dashboard.leaderboards.checking import mistakes
from dashboard.leaderboards.document import Badge, Celebrations, Goal, Leaderboard, Period, Prize, Who
from dashboard.leaderboards.templates import TEMPLATES
from layouts.texts import catalogue

GOOD = Leaderboard(Title("榜"), Scheme((Part("calls_served", target=40),)))
SITE = FloorSettings(
    measures={"surveys": MeasureSettings(sums="total"), "score": MeasureSettings(sums="mean", worse="above")}
)
HALF = Part("served_rate", by="range", low=0.5, high=1)
NAN = float("nan")


def of(**changed: Any) -> Leaderboard:
    return replace(GOOD, **changed)


def with_part(part: Part, **changed: Any) -> Leaderboard:
    return of(scheme=Scheme((part,), **changed))


CASES = [
    (of(title=Title(" ", "")), "title_missing", "title.zh"),
    (of(title=Title("榜" * 61)), "title_long", "title.zh"),
    (of(title=Title("", "x" * 61)), "title_long", "title.en"),
    (of(rules=Title("x" * 501)), "rules", "rules"),
    (of(top=2), "top", "top"),
    (of(top=51), "top", "top"),
    (of(scheme=Scheme(())), "parts", "scheme.parts"),
    (of(scheme=Scheme((HALF, HALF))), "metric_twice", "scheme.parts.1.metric"),
    (with_part(Part("nothing", target=1)), "metric", "scheme.parts.0.metric"),
    (with_part(Part("waiting", target=1)), "metric", "scheme.parts.0.metric"),
    (with_part(Part("state", target=1)), "metric", "scheme.parts.0.metric"),
    (with_part(Part("last_call_at", target=1)), "metric", "scheme.parts.0.metric"),
    (with_part(Part("custom:gone", target=1)), "unknown_measure", "scheme.parts.0.metric"),
    (with_part(Part("sales")), "target_missing", "scheme.parts.0.target"),
    (with_part(Part("sales", target=0)), "no_way", "scheme.parts.0.target"),
    (with_part(Part("sales", target=-5)), "number", "scheme.parts.0.target"),
    (with_part(Part("sales", target=NAN)), "number", "scheme.parts.0.target"),
    (with_part(Part("sales", target=2e9)), "number", "scheme.parts.0.target"),
    (with_part(Part("csat", target=85)), "ratio", "scheme.parts.0.target"),
    (with_part(Part("aht", target=300)), "low_missing", "scheme.parts.0.low"),
    (with_part(Part("aht", target=300, low=200)), "less_is_better", "scheme.parts.0.low"),
    (with_part(Part("sales", target=10, low=20)), "more_is_better", "scheme.parts.0.low"),
    (with_part(Part("custom:score", target=10)), "low_missing", "scheme.parts.0.low"),
    (with_part(Part("sales", by="range", low=1)), "high_missing", "scheme.parts.0.high"),
    (with_part(Part("sales", by="range", high=1)), "low_missing", "scheme.parts.0.low"),
    (with_part(Part("sales", by="range", low=3, high=3)), "no_way", "scheme.parts.0.high"),
    (with_part(Part("sales", target=10, weight=0)), "weight", "scheme.parts.0.weight"),
    (with_part(Part("sales", target=10, cap=99)), "cap", "scheme.parts.0.cap"),
    (with_part(Part("csat", target=1, per_hour=True)), "per_hour", "scheme.parts.0.per_hour"),
    (with_part(Part("custom:score", target=1, low=9, per_hour=True)), "per_hour", "scheme.parts.0.per_hour"),
    (with_part(Part("sales", by="rank"), compares="progress"), "rank_in_progress", "scheme.parts.0.by"),
    (with_part(HALF, quality=(QualityFloor("csat", 0.5),) * 5), "floors", "scheme.quality"),
    (with_part(HALF, quality=(QualityFloor("csat", 80),)), "ratio", "scheme.quality.0.least"),
    (with_part(HALF, quality=(QualityFloor("waiting", 8),)), "metric", "scheme.quality.0.metric"),
    (with_part(HALF, least=Least(calls=-1)), "least", "scheme.least.calls"),
    (with_part(HALF, least=Least(minutes=100_001)), "least", "scheme.least.minutes"),
    (with_part(HALF, least=Least(full_hours=0)), "full_hours", "scheme.least.full_hours"),
    (with_part(HALF, groups="tenure", tenure_months=(12, 3)), "tenure", "scheme.tenure_months"),
    (of(period=Period("shift")), "shift_hours", "period.hours"),
    (of(period=Period("shift", Hours("08:00", "08:00"))), "no_hours", "period.hours.to"),
    (of(period=Period("shift", Hours("08:10", "18:00"))), "step", "period.hours.from"),
    (of(period=Period("contest", from_time="2026-03-01T09:00")), "moment", "period.to"),
    (of(period=Period("contest", from_time="2026-02-30T09:00", to_time="2026-03-02T09:00")), "moment", "period.from"),
    (of(period=Period("contest", from_time="2026-03-02T09:00", to_time="2026-03-01T09:00")), "ends_before", "period.to"),
    (of(period=Period("contest", from_time="2026-03-02T09:00", to_time="2027-03-04T09:00")), "too_long", "period.to"),
    (of(who=Who(teams=tuple(f"t{i}" for i in range(501)))), "too_many_ids", "who.teams"),
    (of(who=Who(since_months=6, up_to_months=6)), "months", "who.up_to_months"),
    (of(prizes=(Prize(1, Title("旗")),) * 2), "prize_twice", "prizes.1.rank"),
    (of(prizes=(Prize(11, Title("旗")),)), "prize_hidden", "prizes.0.rank"),
    (of(prizes=(Prize(1, Title()),)), "prize_missing", "prizes.0.prize"),
    (of(prizes=tuple(Prize(i + 1, Title("旗")) for i in range(11)), top=50), "prizes", "prizes"),
    (of(goals=(Goal("csat", 0.9),) * 7), "goals", "goals"),
    (of(goals=(Goal("service_level", 80, of="queues"),)), "ratio", "goals.0.target"),
    (of(goals=(Goal("calls_served", 80, of="queues"),)), "goal_metric", "goals.0.metric"),
    (of(goals=(Goal("service_level", 0.8),)), "metric", "goals.0.metric"),
    (of(goals=(Goal("waiting", 3, of="queues", window="day"),)), "goal_now", "goals.0.window"),
    (of(goals=(Goal("csat", 0.9, window="yesterday"),)), "goal_window", "goals.0.window"),
    (of(badges=(Badge("b", Title("章"), "csat", 0.9),) * 2), "badge_twice", "badges.1.id"),
    (of(badges=(Badge("b", Title(), "csat", 0.9),)), "badge_missing", "badges.0.title"),
    (of(badges=(Badge("b", Title("章"), "csat", 9),)), "ratio", "badges.0.least"),
    (of(badges=tuple(Badge(f"b{i}", Title("章"), "csat", 0.9) for i in range(13))), "badges", "badges"),
    (of(celebrations=Celebrations(quiet=(Hours("12:00", "12:00"),))), "no_hours", "celebrations.quiet.0.to"),
    (of(celebrations=Celebrations(quiet=(Hours("12:00", "13:00"),) * 9)), "quiet", "celebrations.quiet"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "word", "field"), CASES)
def test_a_mistake_has_one_sentence_and_its_field(document: Leaderboard, word: str, field: str) -> None:
    found = [(one.word, one.field) for one in mistakes(document, SITE)]
    assert found == [(f"leaderboards.refused.{word}", field)]


@pytest.mark.parametrize(
    "document",
    [
        GOOD,
        *TEMPLATES.values(),
        with_part(Part("aht", target=300, low=600)),
        with_part(Part("custom:surveys", target=10, per_hour=True)),
        with_part(Part("custom:score", target=1, low=9)),
        of(period=Period("shift", Hours("22:00", "06:30"))),
        of(goals=(Goal("waiting", 3, of="queues", window="now"), Goal("sales_amount", 1e6))),
    ],
)
def test_what_is_right_is_taken(document: Leaderboard) -> None:
    assert not list(mistakes(document, SITE))


def test_an_hours_history_is_cut_at_full_hours() -> None:
    shift = of(period=Period("shift", Hours("08:30", "18:00")))
    assert [one.field for one in mistakes(shift, FloorSettings(interval_min=60))] == ["period.hours.from"]


def test_every_sentence_can_be_said() -> None:
    code = "".join(path.read_text() for path in Path("dashboard/leaderboards").glob("*check*.py"))
    said = set(re.findall(r'"leaderboards\.refused\.(\w+)"', code)) | {
        "target_missing",
        "high_missing",
        "less_is_better",
        "more_is_better",
    }
    assert {word for _, word, _ in CASES} == said
    for lang in ("zh-CN", "en"):
        words = catalogue(lang, "leaderboards")
        for document, _, _ in CASES:
            for one in mistakes(document, SITE):
                assert "{" not in words(one.word, **one.values)
