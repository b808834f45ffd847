"""Leaderboards to look at: what the gateway would say of them, in its own types, in the states that a screen meets. Made up, but as people
choose to appear: names, nicknames, staff numbers, long names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from dashboard.live.values import (
    Best,
    BestsValue,
    CelebrationValue,
    GoalLine,
    LeaderboardValue,
    Rows,
    ScorePart,
    StandingLine,
    TeamLine,
)

ID: Final = "a1"
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
MONDAY_MS: Final = 1_794_758_400_000
FRIDAY_MS: Final = MONDAY_MS + 4 * DAY_MS + 10 * HOUR_MS + 42 * 60_000
"""A Friday, 10:42 in Shanghai, and the Monday before it, 0:00."""

PARTS: Final = (("call_count", 4000), ("csat", 3500), ("qa_score", 2500))
USUAL_NAMES: Final = (
    "李文博", "王芳", "赵敏", "小鹿", "陈静", "0417", "周敏", "大橙子", "Sophie", "林娜", "欧阳娜娜", "追风少年", "刘洋", "1032 号",
)  # fmt: skip
LONG_NAMES: Final = (
    "阿卜杜热西提·买买提艾力江",
    "Bartholomew Featherstonehaugh",
    "今天也要元气满满的小仙女",
    "Anne-Sophie von Hohenzollern",
    "客服二部最靓的仔啊哈哈哈",
    "Venkatanarasimharajuvaripeta",
    "00012345678",
    "王",
)
TEAMS: Final = {
    "tigers": {"zh": "飞虎队", "en": "Flying Tigers"},
    "sunflowers": {"zh": "向日葵", "en": "Sunflowers"},
    "comets": {"zh": "彗星组", "en": "Comets"},
}
FACTS: Final[dict[str, Any]] = {
    "title": {"zh": "服务之星", "en": "Stars of service"},
    "rules": {
        "zh": "按签入小时折算的有效接听、满意度和质检分计分；坐席先挂、转走的电话不算有效接听；同分并列",
        "en": "Calls served for each hour signed in, satisfaction and quality count; callers hung up on or passed on do not",
    },
    "compares": "agents",
    "period": "week",
    "metrics": {
        "call_count": {"zh": "接听量", "en": "Calls", "unit": "1"},
        "csat": {"zh": "满意度", "en": "Satisfaction", "unit": "ratio"},
        "qa_score": {"zh": "质检分", "en": "Quality score", "unit": "points"},
        "answer_rate": {"zh": "接起率", "en": "Answer rate", "unit": "ratio"},
        "complaints_per_10k": {"zh": "万次投诉率", "en": "Complaints per 10k", "unit": "per 10,000"},
    },
    "parts": [{"metric": metric, "weight": most // 100} for metric, most in PARTS],
    "least": {"calls": 30, "minutes": 0, "prorated": True},
    "quality": [{"metric": "qa_score", "least": 80, "worse": "below"}],
    "prizes": [],
    "badges": {
        "fast": {"zh": "零漏接", "en": "Not one missed", "icon": "shield"},
        "kind": {"zh": "好评如潮", "en": "Loved by callers", "icon": "heart"},
        "steady": {"zh": "连续达标", "en": "Steady", "icon": "star"},
    },
    "groups": {},
    "top": 10,
}
PRIZES: Final = [
    {"rank": 1, "zh": "带薪假一天", "en": "A day off"},
    {"rank": 2, "zh": "下午茶双人券", "en": "Afternoon tea for two"},
    {"rank": 3, "zh": "咖啡券", "en": "Coffee voucher"},
]


@dataclass
class Honours:
    """A leaderboard as it stands: `view` is what its board's tiles hold, `facts` what the names say of it."""

    head: LeaderboardValue
    lines: list[StandingLine] = field(default_factory=list)
    teams: list[TeamLine] = field(default_factory=list)
    bests: list[Best] = field(default_factory=list)
    goals: list[GoalLine] = field(default_factory=list)
    news: CelebrationValue | None = None
    facts: dict[str, Any] = field(default_factory=lambda: dict(FACTS))

    def view(self) -> dict[str, Any]:
        """As a snapshot has it, by the ids of the leaderboard's own board."""
        rows: dict[str, list[Any]] = {
            "podium": self.lines,
            "ranking": self.lines,
            "top_list": self.lines,
            "team_race": self.teams,
            "goals": self.goals,
        }
        one: dict[str, Any] = {"head": self.head, "bests": BestsValue(self.bests), "celebration": self.news}
        return {name: plain(Rows(found)) for name, found in rows.items()} | {
            name: None if value is None else plain(value) for name, value in one.items()
        }


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Rows):
        return {"rows": [msgspec.to_builtins(row) for row in value]}
    return msgspec.to_builtins(value)


def line(
    rank: int, name: str, score: int, move: int | None = 0, *badges: str, streak: int = 0, group: str = ""
) -> StandingLine:
    """Somebody's place; the parts of the score are shared out as people differ."""
    tilt = sum(map(ord, name)) % 7 - 3
    first = min(4000, score * 40 // 100 + tilt * 60)
    second = min(3500, score * 35 // 100 - tilt * 45)
    points = (first, second, score - first - second)
    values = (60 + score // 150, 0.8 + score / 60_000, round(70 + score / 350))
    parts = [ScorePart(metric, got, most, v) for (metric, most), got, v in zip(PARTS, points, values, strict=True)]
    return StandingLine(
        f"p{name}", rank, move, name, "", sum(map(ord, name)) % 12, score, parts, list(badges), streak, "", group
    )


def running(now_ms: int, names: tuple[str, ...] = USUAL_NAMES, shown: int = 10) -> Honours:
    """The middle of a good week."""
    moves = (0, 1, -1, 2, 1, -1, 0, 5, -3, -1, None, 2, 0, -2)
    scores = (9720, 9310, 9040, 8630, 8410, 8150, 7930, 7710, 7440, 7320, 7180, 6950, 6900, 6700)
    badges: dict[int, tuple[str, ...]] = {0: ("steady", "kind"), 2: ("fast",), 4: ("steady",), 7: ("fast", "kind")}
    lines = [
        line(at + 1, name, scores[at], moves[at], *badges.get(at, ()), streak=7 if at == 4 else 0)
        for at, name in enumerate(names[:shown])
    ]
    return Honours(
        LeaderboardValue("week", "running", MONDAY_MS, MONDAY_MS + 7 * DAY_MS, 42, shown),
        lines,
        [TeamLine("tigers", 1, 8420, 14), TeamLine("sunflowers", 2, 8290, 12), TeamLine("comets", 3, 7760, 16)],
        [
            Best("climber", lines[min(7, len(lines) - 1)].name, "", lines[min(7, len(lines) - 1)].tint, 5),
            Best("streak", lines[4].name, "", lines[4].tint, 7),
            Best("badge", lines[2].name, "", lines[2].tint, 1, "fast"),
        ],
        [
            GoalLine("csat/0", "csat", 0.964, 0.95, reached=True),
            GoalLine("answer_rate/1", "answer_rate", 0.965, 0.97, reached=False),
        ],
        CelebrationValue("c1", "leader", now_ms - 11 * 60_000, lines[0].name, "", lines[0].tint),
    )


def to_come(_now_ms: int) -> Honours:
    """A contest that begins the day after tomorrow, with prizes."""
    begin_ms = MONDAY_MS + 7 * DAY_MS + 9 * HOUR_MS
    return Honours(
        LeaderboardValue("contest", "to_come", begin_ms, begin_ms + 7 * DAY_MS, 0, 10),
        goals=[GoalLine("csat/0", "csat", None, 0.95, reached=False)],
        facts=FACTS | {"prizes": PRIZES, "title": {"zh": "双十二销售冠军", "en": "December sales cup"}},
    )


def begun(_now_ms: int) -> Honours:
    """This morning; nobody has enough calls yet."""
    return Honours(
        LeaderboardValue("day", "running", MONDAY_MS + 4 * DAY_MS, MONDAY_MS + 5 * DAY_MS, 0, 10),
        goals=[GoalLine("csat/0", "csat", None, 0.95, reached=False)],
    )


def loading(now_ms: int) -> Honours:
    """The gateway has just begun: today is there, the days before are being read."""
    found = running(now_ms)
    found.head = msgspec.structs.replace(found.head, loading=True)
    found.news = None
    return found


def final(now_ms: int) -> Honours:
    """A contest that is over: prizes are on the steps."""
    found = running(now_ms)
    found.head = LeaderboardValue("contest", "final", MONDAY_MS - 7 * DAY_MS, MONDAY_MS, 42, 10)
    found.facts = FACTS | {"prizes": PRIZES}
    found.news = CelebrationValue("c2", "finish", now_ms - DAY_MS // 8, found.lines[0].name, "", found.lines[0].tint)
    return found


def long(now_ms: int) -> Honours:
    """Names that no tile was made for."""
    return running(now_ms, LONG_NAMES, len(LONG_NAMES))


def crowd(now_ms: int) -> Honours:
    """More ranks than a page has."""
    return running(now_ms, USUAL_NAMES, 14)


def grouped(now_ms: int) -> Honours:
    """People compared with their own team alone."""
    found = running(now_ms)
    found.lines = [
        line(at % 5 + 1, name, 9500 - at * 120, 0, group="tigers" if at < 5 else "comets")
        for at, name in enumerate(USUAL_NAMES[:10])
    ]
    return found


def between_teams(now_ms: int) -> Honours:
    """班组赛."""
    found = running(now_ms)
    found.facts = FACTS | {"compares": "teams", "title": {"zh": "班组赛", "en": "Team against team"}}
    return found


SCENES: Final[dict[str, Callable[[int], Honours]]] = {
    "running": running,
    "to_come": to_come,
    "begun": begun,
    "loading": loading,
    "final": final,
    "long": long,
    "crowd": crowd,
    "grouped": grouped,
    "between_teams": between_teams,
}
"""Name → what it is at a moment."""
