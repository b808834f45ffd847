"""One page server with a small floor: two queues, three agents of two teams; a webhook that listens."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from dashboard.directory.seen import Seen, SeenAgent
from dashboard.store.engine import writing
from dashboard.store.schema import agents, people, queues, teams
from tests.access_pages.site import PageSite, page_site
from tests.alerts.clouds import Clouds, clouds
from tests.directory_pages.pages_site import report
from tests.store.databases import Databases

STAFF = (("PJSIP/1001", "王芳", "sales"), ("PJSIP/1002", "李文博", "sales"), ("PJSIP/1003", "赵敏", "support"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """On SQLite: what the services ask of the database is tested on both."""
    folder = tmp_path_factory.mktemp("alerts")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder) as running:
        _floor(running)
        yield running
    databases.close()


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clouds]:
    """Where channels send."""
    with clouds(tmp_path_factory.mktemp("clouds")) as running:
        yield running


def _floor(site: PageSite) -> None:
    names = {"service_level_target": 0.8, "threshold_s": 20, "short_abandon_s": 5, "formula": "short_abandons_removed"}
    more = {"overflow_counts": False, "wrap_up_s": 0, "wait_amber_s": 60, "wait_red_s": 120, "version": 1}
    with writing(site.services.engine) as connection:
        connection.execute(
            insert(teams),
            [
                {"id": "sales", "name_zh": "销售组", "name_en": "Sales team"},
                {"id": "support", "name_zh": "支持组", "name_en": "Support team"},
            ],
        )
        for queue, zh, en in (("sales", "售前", "Sales"), ("support", "售后", "Support")):
            known = {column.name for column in queues.columns}
            row = {"site": site.services.site, "id": queue, "name_zh": zh, "name_en": en, **names, **more}
            row |= {"changed_at_ms": 0}
            connection.execute(insert(queues).values({name: one for name, one in row.items() if name in known}))
        for agent, name, team in STAFF:
            person = {"id": agent[-4:], "display_name": name, "team_id": team, "staff_number": f"S{agent[-4:]}"}
            connection.execute(insert(people).values(person | {"changed_at_ms": 0}))
            claimed = {"site": site.services.site, "id": agent, "person_id": agent[-4:], "is_set_aside": False}
            connection.execute(insert(agents).values(claimed))
    seen = tuple(SeenAgent(agent, name, (team,), 0) for agent, name, team in STAFF)
    report(site, Seen(time.time_ns() // 1_000_000, seen, ("sales", "support"), ()))
