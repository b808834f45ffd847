"""The page from which people announce: what it offers, what it sends, what it refuses, and that hostile text stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from tests.access_pages.site import PageSite, page_site
from tests.screens.test_pages import HOSTILE, SALES, SUPPORT, manager, paired
from tests.store.databases import Databases

ADDRESS = "/screens/announce"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    folder = tmp_path_factory.mktemp("announcements")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder) as running:
        yield running
    databases.close()


def fields(**changed: str | list[str]) -> dict[str, str | list[str]]:
    """What the form sends."""
    return {"text": "14:00 开会", "form": "banner", "minutes": "30", "seconds": "15"} | changed


def test_one_is_sent_listed_and_withdrawn(site: PageSite) -> None:
    _, here = paired(site, SALES, name="二楼东侧")
    desk = site.client(Role.SUPERVISOR, SALES)
    assert 'href="/screens/announce"' in desk.get("/screens/").get_data(as_text=True)
    answer = desk.post(ADDRESS, data=fields(screens=[here], priority="high"))
    assert (answer.status_code, answer.location) == (303, f"{ADDRESS}?said=announcement_sent")
    listed = desk.get(ADDRESS).get_data(as_text=True)
    active, _, past = listed.partition('id="past"')
    assert "14:00 开会" in active
    assert "二楼东侧</td>" in active
    assert "14:00 开会" not in past
    found = re.search(rf'action="({ADDRESS}/[0-9a-f]+/withdraw)"', listed)
    assert found is not None
    gone = desk.post(found[1])
    assert (gone.status_code, gone.location) == (303, f"{ADDRESS}?said=announcement_withdrawn")
    active, _, past = desk.get(ADDRESS).get_data(as_text=True).partition('id="past"')
    assert "14:00 开会" in past
    assert "14:00 开会" not in active
    assert [line.action for line in site.audited()][-2:] == ["announcement.sent", "announcement.withdrawn"]


def test_all_my_screens_are_those_of_now(site: PageSite) -> None:
    _, mine = paired(site, SALES, name="mine")
    _, others = paired(site, SUPPORT, name="others")
    desk = site.client(Role.SUPERVISOR, SALES)
    assert desk.post(ADDRESS, data=fields(text="an alle", all="yes", screens=["nonsense"])).status_code == 303
    _, later = paired(site, SALES, name="later")
    service = site.services.announcements
    (sent,) = [line for line in service.active(manager(site)) if line.announcement.text == "an alle"]
    assert mine in sent.announcement.screens
    assert not {others, later} & set(sent.announcement.screens)


def test_another_persons_screen_is_answered_like_none(site: PageSite) -> None:
    _, others = paired(site, SUPPORT)
    desk = site.client(Role.SUPERVISOR, SALES)
    page = desk.get(ADDRESS).get_data(as_text=True)
    assert others not in page
    answers = [desk.post(ADDRESS, data=fields(screens=[screen])) for screen in (others, "f" * 16)]
    answers += [desk.post(f"{ADDRESS}/{id_}/withdraw") for id_ in ("f" * 16, "x")]
    assert {answer.status_code for answer in answers} == {403}


def test_what_is_refused_comes_back_as_it_was_typed(site: PageSite) -> None:
    _, here = paired(site, SALES, name="here")
    desk = site.client(Role.SUPERVISOR, SALES)
    answer = desk.post(ADDRESS, data=fields(text="x" * 81, screens=[here], seconds="7", minutes="nonsense"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "x" * 81 in page
    assert 'aria-describedby="text-hint text-error"' in page
    assert "81" in page
    assert re.search(rf'value="{here}" checked', page)
    again = desk.post(ADDRESS, data=fields(screens=[here], minutes="9" * 40))
    assert (again.status_code, 'id="minutes-error"' in again.get_data(as_text=True)) == (422, True)
    nowhere = desk.post(ADDRESS, data=fields())
    assert 'id="screens-error"' in nowhere.get_data(as_text=True)


def test_hostile_text_is_text(site: PageSite) -> None:
    _, here = paired(site, EVERYTHING, name=HOSTILE)
    desk = site.client(Role.MANAGER)
    assert desk.post(ADDRESS, data=fields(text=HOSTILE, screens=[here])).status_code == 303
    page = desk.get(ADDRESS).get_data(as_text=True)
    assert "<img" not in page
    assert "&lt;img src=x" in page


def test_who_manages_no_screen_is_told_how_to_get_one(site: PageSite) -> None:
    page = site.client(Role.SUPERVISOR, Scope(frozenset({"999"}))).get(ADDRESS).get_data(as_text=True)
    assert "Pair a TV" in page
    assert "<textarea" not in page
