"""One page server with a small floor: two queues, three agents of two teams."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from dashboard.directory.seen import Seen, SeenAgent
from dashboard.settings import SwitchSettings
from dashboard.store.engine import writing
from dashboard.store.schema import agents, people, teams
from tests.access_pages.site import PageSite, page_site
from tests.directory_pages.pages_site import report
from tests.store.databases import Databases

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """On SQLite: what the services ask of the database is tested with them, on both."""
    folder = tmp_path_factory.mktemp("monitoring")
    databases = Databases("sqlite", folder)
    switches = {"pbx": SwitchSettings(), "branch": SwitchSettings()}
    with page_site(databases.migrated(), folder, switches=switches) as running:
        _floor(running)
        yield running
    databases.close()


def _floor(site: PageSite) -> None:
    staff = (("PJSIP/1001", "王芳", "sales"), ("PJSIP/1002", "李文博", "sales"), ("PJSIP/1003", HOSTILE, "support"))
    with writing(site.services.engine) as connection:
        connection.execute(
            insert(teams), [{"id": "sales", "name_zh": "销售组"}, {"id": "support", "name_zh": "支持组"}]
        )
        for agent, name, team in staff:
            row = {"id": agent[-4:], "display_name": name, "team_id": team, "changed_at_ms": 0}
            connection.execute(insert(people).values(row))
            claimed = {"site": site.services.site, "id": agent, "person_id": agent[-4:], "is_set_aside": False}
            connection.execute(insert(agents).values(claimed))
    seen = tuple(SeenAgent(agent, name, (team,), 0) for agent, name, team in staff)
    report(site, Seen(time.time_ns() // 1_000_000, seen, ("sales", "support", "账单"), ()))
