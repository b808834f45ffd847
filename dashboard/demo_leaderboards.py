"""The demo's leaderboards: the day, the week and the month of the simulated floor, some of whose people have chosen how they appear."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace
from sqlalchemy import insert, select

from dashboard.access.actor import system
from dashboard.access.scope import EVERYTHING
from dashboard.boards.document import Title
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.templates import OUTBOUND, PROGRESS, SALES, SATISFACTION, SERVICE, TEAMS
from dashboard.pages.services import Services, now_ms
from dashboard.store.engine import reading, writing
from dashboard.store.schema import appearances, people

ON: Final = frozenset({SERVICE, TEAMS, SATISFACTION, SALES})
OFFERED: Final[tuple[Leaderboard, ...]] = (SERVICE, TEAMS, SATISFACTION, SALES, PROGRESS, OUTBOUND)
CHOSEN: Final = (
    ("nickname", "小鹿", 1),
    ("nickname", "大橙子", 7),
    ("staff_number", "", 4),
    ("nickname", "飞鱼", 9),
    ("staff_number", "", 2),
    ("nickname", "Sunny", 5),
)
"""How the first people of the directory appear: as what, which nickname, in which tint."""
CALLS_AN_HOUR: Final = 16
"""What the simulated agents can serve on a good day: short calls, many of them."""
_DEMO: Final = system("floorwatch demo")


def demo_leaderboards(services: Services) -> None:
    """Makes them at the first start; what a visitor has changed since stays."""
    if services.leaderboards.listed(_DEMO):
        return
    for document in OFFERED:
        services.leaderboards.make(_DEMO, _on_a_wall(document), EVERYTHING, is_on=document in ON)
    _appear(services)


def _on_a_wall(document: Leaderboard) -> Leaderboard:
    """Its name as it stands on a board; calls an hour as the simulated floor has them."""
    parts = tuple(
        replace(part, target=CALLS_AN_HOUR) if part.metric == "calls_served" and part.per_hour and part.target else part
        for part in document.scheme.parts
    )
    title = Title(f"龙虎榜 · {document.title.zh}", document.title.en)
    return replace(document, title=title, scheme=replace(document.scheme, parts=parts))


def _appear(services: Services) -> None:
    with reading(services.engine) as connection:
        found = connection.scalars(select(people.c.id).order_by(people.c.staff_number).limit(len(CHOSEN))).all()
    rows = [
        {
            "person_id": person,
            "shown_as": shown_as,
            "nickname": nickname,
            "takes_part": "shown",
            "avatar_tint": tint,
            "changed_at_ms": now_ms(),
        }
        for person, (shown_as, nickname, tint) in zip(found, CHOSEN, strict=False)
    ]
    if rows:
        with writing(services.engine) as connection:
            connection.execute(insert(appearances), rows)
