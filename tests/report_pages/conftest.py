"""One page server for a module, with yesterday's calls of two queues behind it, and a real mail server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.access.scope import Scope
from tests.access_pages.site import PageSite, page_site
from tests.mail.post_office import PostOffice, post_office
from tests.report_pages.days import YESTERDAY, FromNoon
from tests.reports.past import Past, at
from tests.store.databases import Databases

__all__ = ["HELP"]

HELP = Scope(frozenset({"help"}), frozenset({"B"}))


@pytest.fixture(scope="module", autouse=True)
def _from_noon() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dashboard.pages.services.time", FromNoon)
        yield


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    with post_office(tmp_path_factory.mktemp("post")) as running:
        yield running


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, office: PostOffice) -> Iterator[PageSite]:
    folder = tmp_path_factory.mktemp("site")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder, mail=office.settings()) as running:
        _yesterday(Past(running.services.engine))
        yield running
    databases.close()


def _yesterday(past: Past) -> None:
    """`sales`: 3 callers at 09:00, team A; `help`: 1 at 09:30, team B; one caller of `sales` gave up, whom PJSIP/1001 did not answer."""
    day = YESTERDAY.isoformat()
    for team in ("A", "B"):
        past.team(team)
    for queue in ("sales", "help"):
        past.queue(queue)
    past.agent("PJSIP/1001", "王芳", "A")
    past.agent("PJSIP/1002", "=李强<b>", "B")
    past.half_hour("sales", at(day, "09:00"), answered=(10, 30), abandoned=(40,))
    past.half_hour("help", at(day, "09:30"), answered=(5,))
    past.work("PJSIP/1001", at(day, "09:00"), "sales", "A", handled=2, talk_s=100, missed=1)
    past.time("PJSIP/1001", at(day, "09:00"), "A", {"小休": 10}, talking=5, available=15)
    past.work("PJSIP/1002", at(day, "09:30"), "help", "B", handled=1, talk_s=600)
    past.time("PJSIP/1002", at(day, "09:30"), "B", talking=10, available=20)
    past.visit("sales", at(day, "09:00"), "abandoned", call="c1", number="13800001111", wait_s=40)
    past.offer("sales", "PJSIP/1001", at(day, "09:00:30"), call="c1")
