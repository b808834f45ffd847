"""The pages of schedules: made from a report, changed, tried through a real mail server, and nobody else's."""

from __future__ import annotations

import html
import re

from dashboard.access.permissions import Role
from tests.access_pages.site import PageSite
from tests.mail.post_office import PostOffice
from tests.report_pages.conftest import HELP
from tests.report_pages.days import YESTERDAY

HERE = {"Sec-Fetch-Site": "same-origin"}
FORM = {
    "query": "report=queues&days=yesterday&each=queue", "name": "日报", "days": "yesterday", "every": "week", "at": "08:30",
    "weekdays": ["1", "5"], "month_day": "1", "recipients": "boss@example.com， other@example.com", "format": "csv", "lang": "zh-CN",
}  # fmt: skip


def test_from_a_report_to_a_schedule_and_its_test_letter(site: PageSite, office: PostOffice) -> None:
    client = site.client(Role.ANALYST, HELP)
    report = client.get("/reports/queues/?days=yesterday&each=queue&queue=help").text
    href = html.unescape(re.findall(r'href="(/reports/schedules/new\?[^"]+)"', report)[0])
    form = client.get(href).text
    assert "Queues over time" in form
    assert "Help" in form
    query = html.unescape(re.findall(r'name="query" value="([^"]+)"', form)[0])
    refused = client.post(
        "/reports/schedules/new", data=FORM | {"query": query, "at": "25:00", "recipients": "boss"}, headers=HERE
    )
    assert refused.status_code == 422
    assert "Write the time like 08:30" in refused.text
    refused = client.post("/reports/schedules/new", data=FORM | {"query": query, "recipients": "boss@"}, headers=HERE)
    assert "boss@ is no mail address" in refused.text
    assert re.search(r'value="5" checked', refused.text)  # as it was filled in
    made = client.post("/reports/schedules/new", data=FORM | {"query": query}, headers=HERE)
    place = made.headers["Location"].partition("?")[0]
    assert made.headers["Location"].endswith("said=schedule_added")
    page = client.get(place).text
    for word in ("Mon, Fri at 08:30", "boss@example.com, other@example.com", "It was not due yet", 'value="日报"'):
        assert word in page
    assert "日报" in client.get("/reports/schedules/").text
    assert client.post(f"{place}test", data={"address": "me@example.com"}, headers=HERE).status_code == 303
    letter = office.received[-1].letter
    assert (letter["To"], letter["Subject"]) == ("me@example.com", f"日报 · {YESTERDAY.isoformat()}")
    office.refuses = {"me@example.com": "550 no such person"}
    said = client.post(f"{place}test", data={"address": "me@example.com"}, headers=HERE)
    assert said.status_code == 422
    assert "550 no such person" in said.text
    office.refuses = {}
    changed = client.post(f"{place}change", data=FORM | {"query": query, "name": "周报", "every": "day"}, headers=HERE)
    assert changed.status_code == 303
    assert "every day at 08:30" in client.get(place).text
    for deed, shown in (("off", "Turn on"), ("on", "Turn off")):
        assert client.post(f"{place}{deed}", headers=HERE).status_code == 303
        assert shown in client.get(place).text
    assert client.post(f"{place}remove", headers=HERE).headers["Location"].startswith("/reports/schedules/?")
    assert client.get(place).status_code == 404


def test_a_schedule_is_its_owners(site: PageSite) -> None:
    owner, other, boss = site.client(Role.SUPERVISOR, HELP), site.client(Role.ANALYST, HELP), site.client(Role.MANAGER)
    made = owner.post("/reports/schedules/new", data=FORM, headers=HERE)
    place = made.headers["Location"].partition("?")[0]
    for deed in ("change", "on", "off", "remove", "test"):
        answer = other.post(f"{place}{deed}", data=FORM | {"address": "a@example.com"}, headers=HERE)
        assert answer.status_code == 404
    assert other.get(place).status_code == 404
    assert "日报" not in other.get("/reports/schedules/").text
    page = boss.get(place).text
    assert "Turn off" in page
    assert 'name="recipients"' not in page  # who sees it all may stop it, and not make it say something else
    assert boss.post(f"{place}change", data=FORM, headers=HERE).status_code == 403
    assert boss.post(f"{place}off", headers=HERE).status_code == 303
    assert boss.post(f"{place}on", headers=HERE).status_code == 403
    assert site.client(Role.QUALITY).get("/reports/schedules/").status_code == 403


def test_nobody_sends_tests_without_end(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    made = client.post("/reports/schedules/new", data=FORM, headers=HERE)
    place = made.headers["Location"].partition("?")[0]
    answers = [client.post(f"{place}test", data={"address": "not an address"}, headers=HERE).text for _ in range(12)]
    assert "is no mail address" in answers[0]
    # Each wait is twice the one before: a slow machine meets one too.
    assert any("Too many tries: wait" in answer for answer in answers)
