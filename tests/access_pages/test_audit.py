"""The audit log's pages: who may, what the filter finds, one line opened, exports on record, and whether the log is whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from dashboard.access.actor import Actor, Grant
from dashboard.access.audit import Target
from dashboard.access.audit_sheet import XLSX_LINES
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import Scope
from dashboard.sheets import read
from dashboard.store.engine import writing
from dashboard.store.schema import audit_lines
from layouts.texts import ROOMS, catalogue
from tests.access_pages.site import PageSite

WANG = Actor("person", "wang", "王芳", (Grant.of(Role.SUPERVISOR),), account_id="wang", address="10.0.0.9")
SOURCES = Path(__file__).resolve().parents[2]
NO_ACTIONS = {
    "access.key", "agent.calls", "agent.missed", "alerts.id", "alerts.js", "appearance.js", "appearance.post", "appearance.undraw",
    "audit.purge", "history.key", "leaderboard.js", "rules.en", "rules.zh",
}  # fmt: skip
"""Texts that look like an action and are none."""


@pytest.fixture
def auditor(site: PageSite) -> FlaskClient:
    """Somebody who may read and export the log."""
    return site.client(Role.AUDITOR)


def test_a_line_is_found_by_its_filter_and_opened(site: PageSite, auditor: FlaskClient) -> None:
    audit = site.services.audit
    details = {"before": {"threshold_s": 20}, "after": {"threshold_s": 30}, "lines": 3}
    seq = audit.record(WANG, "queue.changed", Target("queue", "600", "销售热线"), reason="旺季", details=details)
    audit.record(WANG, "team.changed", Target("team", "sales", "销售"))
    page = auditor.get("/audit/?actor=王&action=queue.changed&target=销售热线&text=旺季&result=ok")
    assert page.status_code == 200
    assert page.text.count("<tr>") == 2  # the heading and the line
    assert f'href="/audit/{seq}/"' in page.text
    for word in ("王芳", "Supervisor", "Queue changed", "销售热线", "10.0.0.9"):
        assert word in page.text
    assert "No line fits" in auditor.get("/audit/?actor=王&action=queue.changed&target=nobody").text
    opened = auditor.get(f"/audit/{seq}/").text
    for word in ("旺季", "Threshold T", ">20<", ">30<", "Lines", site.audited()[seq - 1].hash):
        assert word in opened
    assert auditor.get("/audit/999999/").status_code == 404


def test_days_are_those_of_the_site(site: PageSite, auditor: FlaskClient) -> None:
    """Shanghai's 1 November begins at 16:00 UTC on 31 October."""
    audit, clock = site.services.audit, site.services.audit.now_ms
    for at_ms, name in ((1_793_462_399_000, "the evening before"), (1_793_462_400_000, "the first second")):
        audit.now_ms = lambda at_ms=at_ms: at_ms  # type: ignore[misc]
        audit.record(WANG, "team.changed", Target("team", "x", name))
    audit.now_ms = clock
    found = auditor.get("/audit/?from=2026-11-01&to=2026-11-01&target=the").text
    assert "the first second" in found
    assert "the evening before" not in found
    assert "2026-11-01 00:00:00" in found
    for wrong, words in (("from=2026-13-01", "Write the day"), ("from=2026-11-02&to=2026-11-01", "after the last")):
        refused = auditor.get(f"/audit/?{wrong}")
        assert (refused.status_code, words in refused.text) == (422, True)


def test_pages_lead_through_all_lines(site: PageSite, auditor: FlaskClient) -> None:
    for n in range(120):
        site.services.audit.record(WANG, "reason.changed", Target("reason", f"p{n:03}"))
    seen: list[str] = []
    href = "/audit/?action=reason.changed"
    while href:
        page = auditor.get(href).text
        seen += re.findall(r"<td[^>]*>(p\d{3})", page)
        older = re.search(r'href="(/audit/\?[^"]*older=\d+)"', page)
        href = older[1].replace("&amp;", "&") if older else ""
    assert seen == [f"p{n:03}" for n in reversed(range(120))]
    newer = re.search(r'href="(/audit/\?[^"]*newer=\d+)"', page)
    assert newer is not None
    page = auditor.get(newer[1].replace("&amp;", "&")).text
    assert re.findall(r"<td[^>]*>(p\d{3})", page) == [f"p{n:03}" for n in reversed(range(20, 70))]


def test_who_may_not_gets_nothing_and_is_on_record(site: PageSite) -> None:
    for role, path, method in (
        (Role.SUPERVISOR, "/audit/", "get"), (Role.MANAGER, "/audit/1/", "get"), (Role.ADMIN, "/audit/export", "post"),
    ):  # fmt: skip
        answer = getattr(site.client(role), method)(path, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 403
        assert (site.audited()[-1].result, site.audited()[-1].role) == ("denied", str(role))
    assert site.client(None).get("/audit/").status_code == 303


def test_lines_have_no_scope_so_a_part_of_it_is_not_enough(site: PageSite) -> None:
    part = site.client(Role.AUDITOR, Scope(frozenset({"600"})))
    for path in ("/audit/", "/audit/1/"):
        assert part.get(path).status_code == 403
    assert part.post("/audit/export", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_the_filtered_lines_runs_nothing_and_is_on_record(
    site: PageSite, auditor: FlaskClient, kind: str
) -> None:
    mark = f"=HYPERLINK({kind})"
    site.services.audit.record(WANG, "queue.changed", Target("queue", "600", mark))
    answer = auditor.post(
        "/audit/export", data={"target": mark, "format": kind}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 200
    assert f".{kind}" in answer.headers["Content-Disposition"]
    sheet = read(answer.data, f"log.{kind}")
    (line,) = sheet.lines
    assert line.cells[sheet.heads.index("target_name")] == mark
    if kind == "csv":
        assert f"'{mark}".encode() in answer.data
    last = site.audited()[-1]
    assert (last.action, last.actor_name, mark in last.details) == ("audit.exported", "auditor", True)


def test_an_export_that_is_refused_says_why(
    site: PageSite, auditor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert XLSX_LINES == 50_000
    monkeypatch.setattr("dashboard.pages.audit.XLSX_LINES", 0)
    before = len(site.audited())
    answer = auditor.post("/audit/export", data={"format": "xlsx"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, "too many for Excel (0 at most)" in answer.text) == (422, True)
    assert len(site.audited()) == before


def test_what_is_hostile_stays_text(site: PageSite, auditor: FlaskClient) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    actor = Actor("person", hostile, hostile, address=hostile)
    details = {
        "before": {hostile: hostile},
        "after": {hostile: hostile},
        hostile: [hostile],
        "changes": [{"name": hostile}],
    }
    seq = site.services.audit.record(
        actor, "queue.changed", Target("queue", hostile, hostile), reason=hostile, details=details
    )
    for path in (f"/audit/?actor={hostile}", f"/audit/{seq}/"):
        page = auditor.get(path).text
        assert "<img" not in page
        assert "&lt;img src=x" in page


def test_the_page_says_whether_the_log_is_whole(site: PageSite, auditor: FlaskClient) -> None:
    """Last of all: it breaks the log of this module's site."""
    here = {"Sec-Fetch-Site": "same-origin"}
    assert auditor.post("/audit/check", headers=here).status_code == 303
    page = auditor.get("/audit/").text
    assert "Intact: lines 1 to" in page
    with writing(site.services.engine) as connection:
        connection.execute(update(audit_lines).where(audit_lines.c.seq == 2).values(reason="forged"))
    assert "Intact: lines 1 to" in auditor.get("/audit/").text  # as of the last check, whose time it says
    auditor.post("/audit/check", headers=here)
    page = auditor.get("/audit/").text
    assert "NOT intact" in page
    assert "Line 2 was changed" in page
    auditor.set_cookie("floorwatch_lang", "zh-CN")
    assert "第 2 条被改动" in auditor.get("/audit/").text


def test_every_action_has_its_word() -> None:
    """Whatever the code names in the form of an action, in a room of actions, is one that has a word, or is a word itself."""
    words = catalogue("en", *ROOMS).words
    actions = {word.removeprefix("action.") for word in words if word.startswith("action.")}
    assert {str(permission) for permission in Permission} <= actions
    rooms = {action.partition(".")[0] for action in actions - {str(permission) for permission in Permission}}
    named = {text for path in (SOURCES / "dashboard").rglob("*.py") for text in _texts(path)}
    asked = {text for text in named if re.fullmatch(r"[a-z_]+\.[a-z_]+", text) and text.partition(".")[0] in rooms}
    assert len(asked) > 60
    assert sorted(asked - actions - words.keys() - NO_ACTIONS) == []


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
