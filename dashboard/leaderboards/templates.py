"""Leaderboards that are shipped: one is chosen, looked at over the own numbers, and changed. Never changed themselves.

Targets are a usual service desk's; who sets one up looks at the preview and moves them. Schemes are made so that none of these wins a
place: hanging up on callers, passing them on, calling colleagues or oneself inside the house, being paused while the queue fills. So
calls count when they were served (`calls_served`), for each hour signed in (pauses included); no mean length of calls counts, for short
ones would lift it; and what a minimum asks for is served too.
"""

from __future__ import annotations

from typing import Final

from dashboard.boards.document import Title
from dashboard.floor.scoring.scheme import Least, Part, QualityFloor, Scheme
from dashboard.leaderboards.document import Badge, Celebrations, Goal, Leaderboard, Period, Prize

_DAY: Final = Least(calls=10, minutes=60, is_prorated=True, full_hours=8)
_WEEK: Final = Least(calls=50, minutes=240, is_prorated=True, full_hours=40)

_ON_A_ROLL: Final = Badge(
    "steady", Title("连续达标", "On a roll"), "served_rate", 0.95, calls=10, days=3, icon="flame",
)  # fmt: skip
_NONE_MISSED: Final = Badge(
    "none-missed", Title("今日零漏接", "None missed"), "calls_missed", 0, calls=20, icon="shield"
)
_FIFTY: Final = Badge("fifty", Title("五十通达成", "Fifty served"), "calls_served", 50, calls=50, icon="star")

SERVICE: Final = Leaderboard(
    Title("服务之星", "Service stars"),
    Scheme(
        (
            Part("calls_served", 40, target=8, per_hour=True, cap=120),
            Part("served_rate", 30, by="range", low=0.7, high=1, is_quality=True),
            Part("utilisation", 30, by="range", low=0.5, high=0.9),
        ),
        quality=(QualityFloor("served_rate", 0.8),),
        least=_DAY,
    ),
    badges=(_NONE_MISSED, _ON_A_ROLL, _FIFTY),
    goals=(Goal("service_level", 0.8, of="queues", window="day"),),
    rules=Title(
        "按签入小时折算的有效接听、有效接起率和利用率计分；坐席先挂、转走的电话不算有效接听。",
        "Calls served for each hour signed in, the served rate and utilisation count; callers hung up on or passed on do not.",
    ),
)
"""服务之星: who serves callers, of what the switch alone tells."""

NONE_MISSED: Final = Leaderboard(
    Title("零漏接", "None missed"),
    Scheme(
        (
            Part("served_rate", 70, by="range", low=0.8, high=1, is_quality=True),
            Part("calls_served", 30, target=6, per_hour=True),
        ),
        quality=(QualityFloor("calls_rejected", 5),),
        least=_DAY,
    ),
    badges=(_NONE_MISSED, _ON_A_ROLL),
    rules=Title(
        "只有振铃超时才算漏接；拒接超过 5 次没有名次。",
        "Only what rang out counts as missed; who rejects more than five has no rank.",
    ),
)
"""零漏接: nothing that rang out."""

PROGRESS: Final = Leaderboard(
    Title("最佳进步", "Most improved"),
    Scheme(
        (
            Part("calls_served", 50, by="range", low=0, high=15, per_hour=True),
            Part("served_rate", 30, by="range", low=0, high=1, is_quality=True),
            Part("utilisation", 20, by="range", low=0, high=1),
        ),
        compares="progress",
        least=_WEEK,
    ),
    Period("week"),
    team_race=False,
    rules=Title(
        "和自己的上一周比，进步最多的人领先。", "Each is compared with the own week before; who improved most leads."
    ),
)
"""最佳进步: each with the own time before."""

OUTBOUND: Final = Leaderboard(
    Title("通时通次", "Talk and calls"),
    Scheme(
        (
            Part("effective_calls", 50, target=12, per_hour=True, cap=120),
            Part("own_talk", 30, target=1800, per_hour=True),
            Part("connect_rate", 20, by="range", low=0.1, high=0.5, is_quality=True),
        ),
        least=_DAY,
    ),
    badges=(Badge("hundred", Title("百通达成", "A hundred calls"), "effective_calls", 100, calls=100, icon="rocket"),),
    rules=Title(
        "有效通话、外线通时和外呼接通率；内部通话不计。",
        "Effective calls, own talk time and connect rate; internal calls count for nothing.",
    ),
)
"""通时通次: outbound."""

TEAMS: Final = Leaderboard(
    Title("班组赛", "Team race"),
    Scheme(
        (
            Part("calls_served", 40, target=8, per_hour=True),
            Part("served_rate", 35, by="range", low=0.7, high=1, is_quality=True),
            Part("utilisation", 25, by="range", low=0.5, high=0.9),
        ),
        compares="teams",
        quality=(QualityFloor("served_rate", 0.7),),
        least=_DAY,
    ),
    prizes=(Prize(1, Title("流动红旗", "The red flag")),),
    rules=Title(
        "班组得分是成员得分的平均，人多人少一样比；低于质量底线的成员按 0 分计。",
        "A team's score is the mean of its members', so size does not matter; below the quality floor counts as 0.",
    ),
)
"""班组赛: team against team."""

SALES: Final = Leaderboard(
    Title("销售冠军", "Sales champions"),
    Scheme(
        (
            Part("sales_amount", 50, target=200_000, cap=150),
            Part("sales", 30, target=20, cap=150),
            Part("effective_calls", 20, target=10, per_hour=True),
        ),
        quality=(QualityFloor("complaints_per_10k", 50),),
        least=Least(calls=20, minutes=240, is_prorated=True, full_hours=160),
    ),
    Period("month"),
    celebrations=Celebrations(sound="chime"),
    rules=Title(
        "成交额、成交单数和有效通话；万次投诉率高于 50 没有名次。",
        "Value and number of sales, and effective calls; no rank beyond 50 complaints per 10,000.",
    ),
)
"""销售冠军: with what business systems tell."""

SATISFACTION: Final = Leaderboard(
    Title("满意度之星", "Satisfaction stars"),
    Scheme(
        (
            Part("csat", 50, by="range", low=0.7, high=1, is_quality=True),
            Part("first_contact_resolution", 25, by="range", low=0.5, high=0.95, is_quality=True),
            Part("calls_served", 25, target=8, per_hour=True),
        ),
        quality=(QualityFloor("csat", 0.8), QualityFloor("complaints_per_10k", 50)),
        least=_WEEK,
    ),
    Period("week"),
    rules=Title(
        "满意度、一次解决率和有效接听；满意度低于 80% 没有名次。",
        "Satisfaction, first-contact resolution and calls served; no rank below 80 % satisfaction.",
    ),
)
"""满意度之星: with what callers answer."""

TEMPLATES: Final[dict[str, Leaderboard]] = {
    "service": SERVICE,
    "none-missed": NONE_MISSED,
    "progress": PROGRESS,
    "outbound": OUTBOUND,
    "teams": TEAMS,
    "sales": SALES,
    "satisfaction": SATISFACTION,
}
"""In the order in which they are offered; the first five need nothing but the switch."""

WITH_BUSINESS: Final = frozenset({"sales", "satisfaction"})
