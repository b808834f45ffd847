"""The pages of reports: what is asked by an address and by a form, who sees what, and files of it."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import datetime, time
from urllib.parse import urlencode

import openpyxl
import pytest

from dashboard.access.permissions import Role
from dashboard.reports.calls_question import read_question
from dashboard.reports.catalogue import CATALOGUE
from tests.access_pages.site import PageSite
from tests.report_pages.conftest import HELP
from tests.report_pages.days import TODAY, YESTERDAY

HERE = {"Sec-Fetch-Site": "same-origin"}
DAY = YESTERDAY.isoformat()


def rows(page: str) -> list[list[str]]:
    """The table's cells as text, heads and total included."""
    table = re.search(r"<table>.*?</table>", page, re.DOTALL)
    assert table is not None
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", table[0], re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells])
    return found


def test_the_shelf_has_what_a_person_may_ask(site: PageSite) -> None:
    for role, has in ((Role.MANAGER, True), (Role.ANALYST, False)):
        page = site.client(role).get("/reports/").text
        assert all(f'href="/reports/{report}/?days=today"' in page for report in CATALOGUE if report != "monitoring")
        assert ('href="/reports/monitoring/' in page) is has  # analysts know of no monitoring
        assert f"There are facts since {DAY}" in page
    quality = site.client(Role.QUALITY).get("/reports/").text
    assert "/reports/schedules/" not in quality
    assert "Only the queues" in site.client(Role.SUPERVISOR, HELP).get("/reports/").text


def test_an_address_is_a_question_and_its_numbers_open(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    page = client.get("/reports/queues/?days=yesterday&step=interval&each=queue").text
    found = rows(page)
    shown = [dict(zip(found[0], row, strict=True)) for row in found[1:]]
    names = ("Queue", "From", "Offered", "Answered", "Service level")
    assert [tuple(row[name] for name in names) for row in shown if row["Offered"] != "0"] == [
        ("Sales", "09:00", "3", "2", "33.3%"), ("Help", "09:30", "1", "1", "100.0%"), ("", "", "4", "3", "50.0%"),
    ]  # fmt: skip
    link = next(href for href in re.findall(r'href="(/calls/\?[^"]+)"', page) if "abandoned" in href)
    asked = read_question(
        {name: [value] for name, value in re.findall(r"([a-z]+)=([^&]+)", html.unescape(link).replace("%3A", ":"))}
    )
    assert (asked.queues, asked.outcome, asked.clock, str(asked.from_day)) == (("sales",), "abandoned", (540, 570), DAY)
    assert client.get("/reports/queues/?days=yesterday&step=interval&each=queue").text.count("<tr>") == page.count(
        "<tr>"
    )
    assert "T within" not in page
    down = rows(client.get("/reports/agents/?days=yesterday&sort=-talk_total").text)
    assert [row[0] for row in down] == ["Agent", "=李强<b>", "王芳", "Total"]
    up = rows(client.get("/reports/agents/?days=yesterday&sort=talk_total").text)
    assert [row[0] for row in up] == ["Agent", "王芳", "=李强<b>", "Total"]


def test_the_form_leads_to_the_address_that_says_the_same(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    kept = {
        "was": "yesterday",
        "from": DAY,
        "to": DAY,
        "step": "day",
        "each": "all",
        "formula": "",
        "threshold": "",
        "queue": "sales",
    }
    assert client.get(f"/reports/queues/?{urlencode(kept)}").headers["Location"] == (
        "/reports/queues/?days=yesterday&step=day&each=all&queue=sales"
    )
    other = client.get(f"/reports/queues/?{urlencode(kept | {'to': TODAY.isoformat()})}").headers["Location"]
    assert f"from={DAY}&to={TODAY.isoformat()}" in other
    assert "days=" not in other
    # A link from a report with other filters keeps what both have.
    assert client.get("/reports/heat/?days=yesterday&agent=PJSIP/1001&step=day&each=agent").status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2026-11-02&to=2026-11-01", "is after the last"), ("from=2026-13-01", "is no day"), ("days=never", "no choice"),
        ("days=today&threshold=-1", "whole number of seconds"), ("from=2020-01-01&to=2026-01-01", "days at most"),
        ("days=today&step=second", "no choice"), ("days=today&after=x", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_beside_what_was_typed(site: PageSite, query: str, said: str) -> None:
    answer = site.client(Role.MANAGER).get(f"/reports/queues/?{query}&queue=sales")
    if said:
        assert answer.status_code == 422
        assert said in html.unescape(answer.text)
        assert re.search(r'value="sales"[^>]* checked', answer.text)
    else:
        assert answer.status_code == 200  # a table has no pages


def test_nobody_is_shown_what_is_out_of_their_scope(site: PageSite) -> None:
    narrow = site.client(Role.SUPERVISOR, HELP)
    for report, kind in CATALOGUE.items():
        finest = next((one for one in ("queue", "agent") if one in kind.each), "")
        page = narrow.get(f"/reports/{report}/?days=yesterday&each={finest}")
        assert page.status_code == 200
        for theirs in ("Sales", "王芳", "138"):
            assert theirs not in page.text
    for query in ("queue=sales", "team=A", "agent=PJSIP/1001"):
        address = f"/reports/agents/?days=yesterday&{query}"
        answer = narrow.get(address)
        data = {"query": f"days=yesterday&{query}", "format": "csv"}
        exported = narrow.post("/reports/agents/export", data=data, headers=HERE)
        for one in (answer, exported):
            assert one.status_code in {200, 403}
            assert "王芳" not in one.text
        assert answer.status_code == exported.status_code
    everything = site.client(Role.MANAGER).get("/reports/agents/?days=yesterday").text
    assert "王芳" in everything


def test_a_file_has_the_scope_of_who_takes_it_and_is_on_record(site: PageSite) -> None:
    data = {"query": "report=queues&days=yesterday&each=queue", "format": "csv"}
    whole, part = (
        list(
            csv.DictReader(
                io.StringIO(client.post("/reports/queues/export", data=data, headers=HERE).data.decode("utf-8-sig"))
            )
        )
        for client in (site.client(Role.ANALYST), site.client(Role.ANALYST, HELP))
    )
    assert [row["Queue"] for row in whole] == ["Help", "Sales"]
    assert [row["Queue"] for row in part] == ["Help"]
    line = site.audited()[-1]
    assert (line.action, line.target_id, line.result) == ("report.exported", "queues", "ok")
    assert f"floorwatch-queues-{DAY}.csv" in line.details
    answer = site.client(Role.MANAGER).post("/reports/queues/export", data={**data, "format": "xlsx"}, headers=HERE)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="floorwatch-queues-{DAY}.xlsx"'
    assert answer.headers["Cache-Control"] == "no-store"
    page = rows(site.client(Role.MANAGER).get("/reports/queues/?days=yesterday&each=queue").text)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    midnight = datetime.combine(YESTERDAY, time())
    wanted: list[list[object]] = [[midnight, row[1], int(row[2]), int(row[3])] for row in page[1:-1]]
    wanted.append(["Total", None, int(page[-1][2]), int(page[-1][3])])
    assert [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=2)] == wanted
    for role in (Role.QUALITY, Role.TRAINER, Role.ADMIN, Role.AUDITOR):
        assert site.client(role).post("/reports/queues/export", data=data, headers=HERE).status_code == 403
    refused = site.client(Role.MANAGER).post("/reports/queues/export", data={"query": "days=never"}, headers=HERE)
    assert refused.status_code == 422


def test_doors(site: PageSite) -> None:
    manager = site.client(Role.MANAGER)
    for path in (
        "/reports/none/",
        "/reports/schedules/none/",
        "/reports/schedules/new?query=report%3Dnone",
    ):
        assert manager.get(path).status_code == 404
    assert site.client(Role.ANALYST).get("/reports/monitoring/").status_code == 404
    for role in (Role.TRAINER, Role.AGENT, Role.AUDITOR, Role.ADMIN):
        assert site.client(role).get("/reports/").status_code == 403
        assert site.client(role).get("/reports/queues/").status_code == 403


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_report_has_its_words(site: PageSite, lang: str) -> None:
    """No column is headed by its id; what is hostile is text."""
    client = site.client(Role.MANAGER, lang=lang)
    for report in CATALOGUE:
        page = client.get(f"/reports/{report}/?days=yesterday").text
        if "<table>" in page:
            assert not [head for head in rows(page)[0] if re.fullmatch(r"[a-z_.:]+", head)], report
        assert "<b>" not in page.replace("&lt;b&gt;", "")
