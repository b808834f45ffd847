"""The pages as a visitor gets them: whom they answer, what they refuse, what goes on record, and that hostile names stay text."""

from __future__ import annotations

import html
import re

import pytest

from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from tests.access_pages.site import PageSite
from tests.day_pages.past import CONTACT, WANG, WHOLE_NUMBER, ZHOU
from tests.directory_pages.pages_site import error_at, text_of, value_at

SALES = Scope(frozenset({"sales"}))


def test_a_list_is_what_its_address_says(site: PageSite) -> None:
    manager = site.client(Role.MANAGER)
    page = text_of(manager, "/calls/?outcome=abandoned&queue=sales&queue=care&back=no")
    assert page.count('<th scope="row"') == 1
    assert "139****0000" in page
    for chip in ("Outcome: Abandoned", "Queues: Sales", "Queues: Care", "Called back: Not yet"):
        assert f"<li>{chip}<a" in page
    assert value_at(page, "from") == "2026-11-20"
    links = [html.unescape(link) for link in re.findall(r'href="(/calls/\?[^"]*)"', page)]
    assert (
        "/calls/?queue=sales&queue=care&outcome=abandoned&back=no&sort=at" in links
    )  # a heading sorts, and keeps the rest
    for link in links:
        text_of(manager, link)
    for which in ("visits", "offers", "own"):
        for lang in ("zh-CN", "en"):
            text_of(manager, f"/calls/?list={which}&lang={lang}&from=2026-11-01&to=2026-11-20")
    assert "No call matches" in text_of(manager, "/calls/?outcome=waiting")
    assert "are kept back to" in text_of(manager, "/calls/?from=2025-01-01&to=2025-01-02")


def test_a_wrong_address_is_refused_at_its_field(site: PageSite) -> None:
    manager = site.client(Role.MANAGER)
    page = text_of(manager, "/calls/?from=2026-02-30&queue=sales", 422)
    assert error_at(page, "from") == "Enter a date such as 2026-11-21."
    assert value_at(page, "from") == "2026-02-30"
    assert "<table" not in page  # nobody takes another list for the one that was asked for
    for query in ("x=1", "wait_from=a", "wait_from=9&wait_to=1", "after=..", "list=own&queue=sales", "queue=a%0ab"):
        answer = manager.get(f"/calls/?{query}")
        assert answer.status_code in {403, 422}, query
    assert "Enter a date" in text_of(manager, f"/agents/{WANG}?day=yesterday", 422)


def test_who_may_not_is_refused_on_record(site: PageSite) -> None:
    supervisor = site.client(Role.SUPERVISOR, SALES)
    before = len(site.audited())
    for path in (
        "/calls/?queue=care",
        "/calls/pbx/b1/106.1",
        "/calls/pbx/b1/none",
        f"/agents/{ZHOU}",
        "/agents/PJSIP/none",
    ):
        text_of(supervisor, path, 403)
    denied = [line for line in site.audited()[before:] if line.result == "denied"]
    assert [line.action for line in denied] == ["reports.view"] * 5
    assert [line.target_name or line.target_id for line in denied][3:] == [f"agent {ZHOU}", "agent PJSIP/none"]
    manager = site.client(Role.MANAGER)
    for path in ("/calls/pbx/b1/none", "/calls/none", "/agents/PJSIP/none"):
        text_of(manager, path, 404)
    for role in (Role.ADMIN, Role.TRAINER, Role.AGENT, Role.AUDITOR):
        for path in ("/calls/", f"/calls/{CONTACT}", f"/agents/{WANG}"):
            assert site.client(role).get(path).status_code == 403, (role, path)
    mine = text_of(supervisor, "/calls/")
    assert "106.1" not in mine
    assert "Care" not in mine
    mine = text_of(supervisor, f"/agents/{WANG}")
    assert "busy_elsewhere" in mine
    assert "lunch" not in mine
    assert "107.1" not in mine


def test_a_number_is_told_once_with_a_reason_and_on_record(site: PageSite) -> None:
    manager = site.client(Role.MANAGER)
    page = text_of(manager, f"/calls/{CONTACT}")
    assert WHOLE_NUMBER not in page
    assert "138****5678" in page
    wrong = manager.post(f"/calls/{CONTACT}/number", data={"reason": " a "})
    assert (wrong.status_code, error_at(wrong.get_data(as_text=True), "reason")) == (
        422,
        "Give a reason of at least 3 characters.",
    )
    told = manager.post(f"/calls/{CONTACT}/number", data={"reason": "called  back"})
    assert (told.status_code, told.headers["Cache-Control"]) == (200, "no-store")
    assert told.get_data(as_text=True).count(WHOLE_NUMBER) == 1
    line = site.audited()[-1]
    assert (line.action, line.target_id, line.target_name, line.reason) == (
        "number.revealed",
        CONTACT,
        "138****5678",
        "called back",
    )
    assert WHOLE_NUMBER not in text_of(manager, f"/calls/{CONTACT}")
    not_kept = manager.post("/calls/pbx/b1/102.1/number", data={"reason": "called back"})
    assert (not_kept.status_code, WHOLE_NUMBER in not_kept.get_data(as_text=True)) == (409, False)
    assert "Only masked numbers are kept" in text_of(manager, "/calls/pbx/b1/102.1")
    for role, status in ((Role.ANALYST, 403), (Role.QUALITY, 200)):
        answer = site.client(role).post(f"/calls/{CONTACT}/number", data={"reason": "called back"})
        assert (answer.status_code, WHOLE_NUMBER in answer.get_data(as_text=True)) == (status, status == 200), role
    outside = site.client(Role.SUPERVISOR, Scope(frozenset({"care"})))
    answer = outside.post("/calls/pbx/b1/105.1/number", data={"reason": "called back"})
    assert answer.status_code == 403
    assert "shown_number" not in text_of(site.client(Role.ANALYST), f"/calls/{CONTACT}")


def test_a_number_does_not_leave_without_its_line(site: PageSite, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> int:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(site.services.reveals._audit, "record", broken)
    answer = site.client(Role.MANAGER).post(f"/calls/{CONTACT}/number", data={"reason": "called back"})
    assert (answer.status_code, WHOLE_NUMBER in answer.get_data(as_text=True)) == (503, False)


def test_hostile_names_stay_text_and_every_page_reads_in_both_languages(site: PageSite) -> None:
    for lang in ("en", "zh-CN"):
        manager = site.client(Role.MANAGER, lang=lang)
        for path in (
            "/calls/",
            f"/calls/{CONTACT}",
            f"/agents/{ZHOU}",
            f"/agents/{WANG}?view=32400-36000",
            "/calls/pbx/b1/200.1",
        ):
            page = text_of(manager, path)
            assert "<img" not in page, path
            assert "{" not in re.sub(r"data-left=\"[^\"]*\"", "", page), path  # no sentence lacks a value
        assert "&lt;img" in text_of(manager, f"/agents/{ZHOU}")
