"""One page server with a centre of two teams, of which history knows yesterday: hand-made, so that every score can be worked out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import insert

from dashboard.directory.seen import Seen, SeenAgent
from dashboard.floor.calendar import business_day
from dashboard.floor.counters import AGENT_NAMES
from dashboard.store.engine import writing
from dashboard.store.schema import agent_intervals, agents, people, teams
from tests.access_pages.site import PageSite, page_site
from tests.directory_pages.pages_site import report
from tests.report_pages.days import FromNoon
from tests.store.databases import Databases

MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000
STAFF: Final = (
    # agent, name, team, handled, hung up first, passed on, missed: yesterday, in 8 hours signed in (7 of them available or in calls)
    ("PJSIP/1001", "王芳", "day", 60, 2, 2, 1),  # 56 served: 7 an hour
    ("PJSIP/1002", "李文博", "day", 48, 0, 0, 0),  # 48: 6 an hour
    ("PJSIP/1003", "赵敏", "night", 90, 50, 0, 2),  # 40: 5 an hour, whatever was dumped
    ("PJSIP/1004", "周杰", "night", 42, 0, 2, 8),  # 40: 5 an hour
    ("PJSIP/1005", "吴迪", "night", 3, 0, 0, 0),  # too few
)


def yesterday(now_ms: int) -> tuple[int, int]:
    """The business day before this one."""
    today = business_day(now_ms, "Asia/Shanghai")
    day = business_day(today.start_ms - 1, "Asia/Shanghai")
    return day.start_ms, day.end_ms


@pytest.fixture(scope="module", autouse=True)
def _from_noon() -> Iterator[None]:
    """No midnight comes between the day that is written here and the pages that look at it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dashboard.pages.services.time", FromNoon)
        yield


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """On SQLite: what the services ask of the database is tested on both."""
    folder = tmp_path_factory.mktemp("leaderboards")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder) as running:
        centre(running)
        yield running
    databases.close()


def centre(site: PageSite) -> None:
    """The directory, the switch's own word, and yesterday."""
    now_ms = FromNoon.time_ns() // MINUTE_MS // 1_000_000 * MINUTE_MS
    with writing(site.services.engine) as connection:
        named = (("day", "白班", "Day shift"), ("night", "夜班", "Night shift"))
        connection.execute(insert(teams), [{"id": team, "name_zh": zh, "name_en": en} for team, zh, en in named])
        for agent, name, team, *_ in STAFF:
            number = agent[-4:]
            person = {
                "id": number,
                "display_name": name,
                "team_id": team,
                "staff_number": f"S{number}",
                "changed_at_ms": 0,
            }
            connection.execute(insert(people).values(person))
            claimed = {"site": site.services.site, "id": agent, "person_id": number, "is_set_aside": False}
            connection.execute(insert(agents).values(claimed))
        rows = [row for one in STAFF for row in _day(site, now_ms, *one)]
        connection.execute(insert(agent_intervals), rows)
    seen = tuple(SeenAgent(agent, name, ("sales",), 0) for agent, name, *_ in STAFF)
    report(site, Seen(FromNoon.time_ns() // 1_000_000, seen, ("sales",), ()))


def _day(
    site: PageSite, now_ms: int, agent: str, _name: str, team: str, handled: int, first: int, passed: int, missed: int
) -> list[dict[str, Any]]:
    start_ms = yesterday(now_ms)[0] + timedelta(hours=10) // timedelta(milliseconds=1)
    shared = {
        "site": site.services.site,
        "agent": agent,
        "start_ms": start_ms,
        "team": team,
        "end_ms": start_ms + 30 * MINUTE_MS,
    }
    zero = dict.fromkeys(AGENT_NAMES, 0)
    hour_ms = 60 * MINUTE_MS
    calls = {"handled": handled, "hung_up_first": first, "transfers": passed, "missed": missed, "talk_s": handled * 120}
    times = {"talking_ms": 3 * hour_ms, "available_ms": 4 * hour_ms, "paused_ms": hour_ms, "signed_in_ms": 8 * hour_ms}
    return [shared | zero | {"queue": "sales"} | calls, shared | zero | {"queue": ""} | times]
