"""The pages of business events: a source with its secret shown once, a measure that reaches the floor, a file looked at and taken."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from dashboard.access.actor import system
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.business.importing import item_of
from dashboard.business.measures import Measure
from dashboard.directory.outbox import Outbox
from dashboard.pages.services import now_ms
from dashboard.refusal import Refused
from dashboard.sheets import Record, write_xlsx
from dashboard.store.engine import writing
from dashboard.store.schema import teams
from tests.access_pages.site import PageSite
from tests.business.test_api import site

__all__ = ["site"]

PAGES = "/admin/business/"


def _text(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def _upload(client: FlaskClient, name: str, body: bytes) -> TestResponse:
    return client.post(f"{PAGES}import/check", data={"file": (io.BytesIO(body), name)}, follow_redirects=True)


def _taken(client: FlaskClient, looked: TestResponse) -> TestResponse:
    return client.post(looked.request.path, follow_redirects=True)


def test_a_source_is_made_shown_once_and_removed(site: PageSite) -> None:
    manager = site.client(Role.MANAGER)
    wrong = manager.post(f"{PAGES}sources/new", data={"name": "", "way": "hmac", "everything": "yes"})
    assert wrong.status_code == 422
    made = _text(manager.post(f"{PAGES}sources/new", data={"name": "<b>POS", "way": "hmac", "everything": "yes"}))
    found = re.search(r"fws_[0-9a-f]{64}", made)
    assert found is not None
    listed = manager.get(f"{PAGES}sources/").get_data(as_text=True)
    assert "&lt;b&gt;POS" in listed
    assert found[0] not in listed
    action = re.search(r"/admin/business/sources/[0-9a-f]+/remove", listed)
    assert action is not None
    site.services.second_factors.reseal(system("test"))
    newest = site.settings.access_key_file.read_bytes().splitlines()[0]
    site.settings.access_key_file.write_bytes(newest + b"\n")  # the older keys are gone
    source = site.services.business.sources.find(action[0].split("/")[-2], "hmac")
    assert source is not None
    assert site.services.business.sources.secret_of(source) == found[0]
    assert site.client(Role.SUPERVISOR).post(action[0]).status_code == 403
    narrow = site.client(Role.MANAGER, Scope(frozenset({"sales"}), frozenset()))
    assert "POS" not in _text(narrow.get(f"{PAGES}sources/"))
    assert narrow.post(action[0]).status_code == 403
    assert narrow.post(f"{PAGES}sources/new", data={"name": "x", "way": "hmac", "everything": "yes"}).status_code == 403
    assert "POS" not in _text(manager.post(action[0], follow_redirects=True))


def test_where_a_source_may_tell_is_read_by_name(site: PageSite) -> None:
    with writing(site.services.engine) as connection:
        connection.execute(insert(teams), [{"id": "9f3a21c0", "name_zh": "白班", "name_en": "Day shift"}])
    site.services.business.sources.make(
        system("test"), "CRM", "hmac", Scope(frozenset({"sales"}), frozenset({"9f3a21c0"}))
    )
    for client in (site.client(Role.MANAGER), site.client(Role.MANAGER, lang="zh-CN")):
        listed = _text(client.get(f"{PAGES}sources/"))
        assert "9f3a21c0" not in listed
        assert "Day shift" in listed or "白班" in listed
    assert "CRM" in listed


def test_a_measure_reaches_the_floor_with_its_settings(site: PageSite) -> None:
    manager = site.client(Role.MANAGER, lang="zh-CN")
    measure = {"name": "upsell", "name_zh": "增购", "unit_zh": "件", "worse": "below", "sums": "total"}
    assert manager.post(f"{PAGES}measures/", data=measure | {"name": "Up sell"}).status_code == 422
    assert "增购 · 件" in _text(manager.post(f"{PAGES}measures/", data=measure, follow_redirects=True))
    newest = Outbox(site.services.engine, site.services.site).newest()
    assert newest is not None
    assert newest.settings.measures["upsell"].names.zh == "增购"
    assert manager.post(f"{PAGES}measures/", data=measure | {"sums": "mean"}).status_code == 422
    told = {"kind": "custom", "id": "u1", "name": "upsell", "amount": 3, "agent": "PJSIP/1001", "at": now_ms()}
    site.services.business.taking.take(system("test"), "file", [json.dumps(told).encode()])
    assert "增购：3" in _text(manager.get(PAGES))
    manager.post(f"{PAGES}measures/upsell/remove")
    newest = Outbox(site.services.engine, site.services.site).newest()
    assert newest is not None
    assert newest.settings.measures == {}


def test_one_that_was_removed_comes_back_only_where_there_is_room(
    site: PageSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    measures, asker = site.services.business.measures, system("test")
    measures.put(asker, Measure("first", "一"))
    measures.remove(asker, "first")
    monkeypatch.setattr("dashboard.business.measures.MOST", len(measures.listed(asker)) + 1)
    measures.put(asker, Measure("second", "二"))
    for name in ("first", "third"):
        with pytest.raises(Refused, match="too_many_measures"):
            measures.put(asker, Measure(name, "三"))
    measures.put(asker, Measure("second", "两"))  # another name needs no room
    measures.remove(asker, "second")
    measures.put(asker, Measure("first", "一"))


def test_a_file_is_looked_at_then_taken_and_the_second_time_changes_nothing(site: PageSite) -> None:
    manager = site.client(Role.MANAGER, lang="zh-CN")
    zone = site.services.directory.rules.time_zone()
    today = datetime.fromtimestamp(now_ms() / 1000, zone).strftime("%Y/%m/%d 00:00")
    lines = [
        ["成交", today, "S1001", "1,250.50", "", ""],
        ["成交", today, "S1001", "1,250.50", "", ""],
        ["满意度", today, "S1002", "", "5", "是"],
        ["质检", today, "S1003", "", "91", ""],
        ["成交", "去年", "S1001", "9", "", ""],
        ["成交", today, "S9999", "9", "", ""],
    ]
    heads = ["类型", "时间", "工号", "金额", "得分", "是否满意"]
    body = write_xlsx(heads, lines)
    looked = _upload(manager, "成交.xlsx", body)
    assert looked.status_code == 200
    assert "导入 4 行" in _text(looked)
    assert "第 6 行" in _text(looked)
    assert "工号" in _text(looked)
    done = _text(_taken(manager, looked))
    assert "文件已导入" in done
    assert "成交.xlsx" in done
    told = _text(manager.get(PAGES))
    for word in ("王芳", "1,250.5", "满意", "91", "文件导入"):
        assert word in told
    assert "没有新内容" in _text(_upload(manager, "again.xlsx", body))
    assert "类型" in _text(_upload(manager, "x.csv", b"a,b\n1,2\n"))
    assert "王芳" not in _text(site.client(Role.MANAGER, Scope(frozenset({"support"}), frozenset())).get(PAGES))
    assert [line.action for line in site.audited() if line.action == "business.imported"] == ["business.imported"]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2026/1/5 9:05", "2026-01-05T09:05:00+08:00"),  # as Excel in China writes CSV
        ("2026/11/22 14:05:09", "2026-11-22T14:05:09+08:00"),
        ("2026-1-5", "2026-01-05T00:00:00+08:00"),
        ("2026-01-05T9:05+01:00", "2026-01-05T09:05:00+01:00"),
        ("2026-W02-1", "2026-01-05T00:00:00+08:00"),
        ("1795000000000", 1795000000000),
        ("5/1/2026 9:05", "5/1/2026 9:05"),  # the day or the month first? The line is refused
        ("2026/13/5 9:05", "2026/13/5 9:05"),
    ],
)
def test_a_moment_is_read_as_spreadsheets_write_it(cell: str, read: str | int) -> None:
    told = json.loads(item_of(Record(2, {"kind": "sale", "at": cell}), ZoneInfo("Asia/Shanghai"), Counter()))
    assert told["at"] == read


def test_a_withdrawal_that_cannot_be_read_is_no_sale(site: PageSite) -> None:
    manager = site.client(Role.MANAGER)
    line = f"sale,w1,{now_ms() - 5},PJSIP/1001,5"
    assert "New 1" in _text(_upload(manager, "no.csv", f"kind,id,at,agent,amount,withdrawn\n{line},no\n".encode()))
    looked = _text(_upload(manager, "x.csv", f"kind,id,at,agent,amount,withdrawn\n{line},done\n".encode()))
    assert "Wrong 1" in looked
    assert "New 1" not in looked
    assert "Withdrawn" in looked


def test_each_kind_of_line_becomes_its_item(site: PageSite) -> None:
    today = now_ms()
    csv = (
        "kind,id,at,agent,queue,amount,resolved,opened,due,done,withdrawn\n"
        f"sale,f1,{today - 5},PJSIP/1001,sales,5,,,,,\n"
        f"resolution,f2,{today - 5},PJSIP/1001,,,yes,,,,\n"
        f"complaint,f3,{today - 5},,sales,,,,,,\n"
        f"ticket,f4,,PJSIP/1001,,,,{today - 9},{today - 5},{today - 7},\n"
        "sale,f1,,,,,,,,,yes\n"
        "sale,f5,,,,,,,,,maybe\n"
    )
    manager = site.client(Role.QUALITY)
    looked = _upload(manager, "all.csv", csv.encode())
    assert "New 4" in _text(looked)
    assert "Withdrawn 1" in _text(looked)
    assert "Wrong 1" in _text(looked)
    assert "The file was taken" in _text(_taken(manager, looked))
