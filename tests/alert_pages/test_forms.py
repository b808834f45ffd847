"""What the pages of alerts send, refuse and show; whom they answer, and whom they tell nothing."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from dashboard.access.actor import system
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.alerts.rule import Measured, Rule, dumped, loaded, measured_dumped
from dashboard.pages.services import now_ms
from dashboard.store.engine import reading, writing
from dashboard.store.schema import alert_channels, alert_deliveries, alert_rules, alert_watch, alerts
from tests.access_pages.site import PageSite
from tests.alerts.clouds import Clouds
from tests.directory_pages.pages_site import error_at, text_of, value_at

RULES, CHANNELS, ALERTS = "/admin/alerts/rules/", "/admin/alerts/channels/", "/alerts/"
SALES = Scope(frozenset({"sales"}), frozenset({"sales"}))
FORM: dict[str, Any] = {
    "name": "售前积压",
    "metric": "waiting",
    "window": "now",
    "of": "queues",
    "queues": ["sales"],
    "each": "yes",
    "threshold": "5",
    "hold_s": "30",
    "recover_s": "60",
    "weekdays": list("12345"),
    "hours": "09:00-18:00, 20:00–22:00",
    "quiet": "",
    "level": "red",
    "desks": "yes",
    "sound": "bell",
}


def made(client: FlaskClient, path: str, form: dict[str, Any]) -> str:
    """The id of what a form has made."""
    answer = client.post(f"{path}new/", data=form)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    return answer.headers["Location"].split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def rule_of(site: PageSite, rule_id: str) -> Rule:
    with reading(site.services.engine) as connection:
        return loaded(
            connection.execute(select(alert_rules.c.document).where(alert_rules.c.id == rule_id)).scalar_one()
        )


def fires(site: PageSite, rule: Rule, about: str, **columns: Any) -> str:
    """An alert, as the historian writes it; its id."""
    alert_id, rule_id = secrets.token_hex(8), secrets.token_hex(8)
    row = {"id": alert_id, "site": site.services.site, "rule_id": rule_id, "about": about, "value": 6, "worst": 9}
    row |= {"metric": rule.measured.metric, "level": rule.level, "measured": measured_dumped(rule.measured)}
    with writing(site.services.engine) as connection:
        kept = {"id": rule_id, "site": site.services.site, "name": f"规则 {about}", "document": dumped(rule)}
        connection.execute(insert(alert_rules).values(**kept, is_on=True, changed_by="x", changed_at_ms=1))
        connection.execute(insert(alerts).values({**row, "began_at_ms": now_ms() - 60_000, **columns}))
    return alert_id


def test_a_rule_is_made_off_previewed_switched_on_changed_and_removed(site: PageSite) -> None:
    desk = site.client(Role.SUPERVISOR)
    assert value_at(text_of(desk, f"{RULES}new/?template=service_level"), "threshold") == "80"
    rule_id = made(desk, RULES, FORM)
    assert rule_of(site, rule_id) == Rule(
        Measured("waiting", 5, ids=("sales",), each=True),
        level="red",
        hold_s=30,
        recover_s=60,
        weekdays=(1, 2, 3, 4, 5),
        hours=rule_of(site, rule_id).hours,
        sound="bell",
    )
    assert [(one.from_time, one.to_time) for one in rule_of(site, rule_id).hours] == [
        ("09:00", "18:00"),
        ("20:00", "22:00"),
    ]
    with writing(site.services.engine) as connection:
        standing = {rule_id: {"value": 7, "about": "sales", "causes": 1, "unknown": 0}}
        connection.execute(
            insert(alert_watch).values(site=site.services.site, seen_at_ms=now_ms(), standing=json.dumps(standing))
        )
    page = text_of(desk, f"{RULES}{rule_id}/")
    assert "7 (Sales)" in page
    assert "0 times" in page
    assert desk.post(f"{RULES}{rule_id}/on").status_code == 303
    assert 'class="badge good">On' in text_of(desk, "/admin/alerts/")
    changed = FORM | {"metric": "service_level", "window": "last_30_min", "threshold": "82.5%", "name": "服务水平"}
    assert desk.post(f"{RULES}{rule_id}/", data=changed).status_code == 303
    assert rule_of(site, rule_id).measured.threshold == 0.825
    assert value_at(text_of(desk, f"{RULES}{rule_id}/"), "threshold") == "82.5"
    assert desk.post(f"{RULES}{rule_id}/remove").status_code == 303
    assert desk.get(f"{RULES}{rule_id}/").status_code == 403
    deeds = [line.action for line in site.audited() if line.action.startswith("alerts.rule_")]
    assert deeds[-4:] == ["alerts.rule_put", "alerts.rule_on", "alerts.rule_put", "alerts.rule_removed"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"metric": "nonsense"}, "metric"),
        ({"metric": "custom:A"}, "metric"),
        ({"metric": "last_call_at"}, "metric"),
        ({"metric": "calls_missed", "window": "day"}, "of"),
        ({"metric": "service_level"}, "window"),
        ({"window": "day"}, "window"),
        ({"threshold": "many"}, "threshold"),
        ({"threshold": "-1"}, "threshold"),
        ({"threshold": "nan"}, "threshold"),
        ({"metric": "abandon_rate", "window": "day", "threshold": "101"}, "threshold"),
        ({"hold_s": "3601"}, "hold_s"),
        ({"recover_s": "x"}, "recover_s"),
        ({"weekdays": []}, "weekdays"),
        ({"hours": "9 to 5"}, "hours"),
        ({"hours": "09:00-25:00"}, "hours"),
        ({"quiet": "10:00-10:00"}, "quiet"),
        ({"desks": ""}, ""),
        ({"channels": ["none"]}, "channels"),
        ({"of": "agents", "agents": "S9999", "metric": "calls_missed", "window": "day"}, "agents"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    site: PageSite, wrong: dict[str, Any], field: str
) -> None:
    answer = site.client(Role.MANAGER).post(f"{RULES}new/", data=FORM | wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'class="error"' in page
    if field:
        assert f'id="{field}-error"' in page
    if "name" not in wrong:
        assert value_at(page, "name") == "售前积压"


def test_agents_are_named_by_staff_number(site: PageSite) -> None:
    desk = site.client(Role.SUPERVISOR, SALES)
    form = FORM | {"of": "agents", "metric": "calls_missed", "window": "last_60_min", "threshold": "3"}
    rule_id = made(desk, RULES, form | {"agents": "S1001\nPJSIP/1002"})
    assert rule_of(site, rule_id).measured.ids == ("PJSIP/1001", "PJSIP/1002")
    assert "S1001 · 王芳" in text_of(desk, f"{RULES}{rule_id}/")
    other = desk.post(f"{RULES}new/", data=form | {"agents": "S1003"})
    assert "There is no agent S1003" in error_at(other.get_data(as_text=True), "agents")  # as of one who does not exist


def test_rules_stay_within_their_writer_s_scope(site: PageSite) -> None:
    of_sales, whole = site.client(Role.SUPERVISOR, SALES), site.client(Role.MANAGER)
    mine = made(of_sales, RULES, FORM)
    theirs = made(whole, RULES, FORM | {"name": "售后规则", "queues": ["support"]})
    everything = made(whole, RULES, FORM | {"name": "全部队列", "queues": []})
    page = text_of(of_sales, "/admin/alerts/")
    assert [name in page for name in (mine, theirs, everything)] == [True, False, False]
    assert "售后" not in page
    assert "售后" not in text_of(of_sales, f"{RULES}new/")
    for rule_id in (theirs, everything, "none"):
        assert of_sales.get(f"{RULES}{rule_id}/").status_code == 403
        for deed in ("", "on", "off", "remove"):
            assert of_sales.post(f"{RULES}{rule_id}/{deed}", data=FORM).status_code == 403
    assert of_sales.post(f"{RULES}new/", data=FORM | {"queues": ["support"]}).status_code == 403
    assert of_sales.post(f"{RULES}{mine}/", data=FORM | {"queues": ["sales", "support"]}).status_code == 403
    all_of_it = of_sales.post(f"{RULES}new/", data=FORM | {"queues": []})
    assert "Your scope is not everything" in all_of_it.get_data(as_text=True)


def test_a_channel_is_sealed_tested_told_within_its_scope_and_removed(site: PageSite, cloud: Clouds) -> None:
    admin, manager = site.client(Role.ADMIN), site.client(Role.MANAGER)
    url = f"http://127.0.0.1:{cloud.port}/hook?token=verysecret"
    form = {"name": "值班群", "kind": "webhook", "address": url, "lang": "zh-CN", "queues": ["sales"], "teams": []}
    assert admin.post(f"{CHANNELS}new/", data=form).status_code == 303
    with reading(site.services.engine) as connection:
        row = connection.execute(select(alert_channels).where(alert_channels.c.name == "值班群")).one()
    assert b"verysecret" not in row.address
    for path in (CHANNELS, f"{CHANNELS}{row.id}/"):
        assert "verysecret" not in text_of(admin, path)
    assert "127.0.0.1" in text_of(admin, CHANNELS)
    page = admin.post(f"{CHANNELS}{row.id}/test").get_data(as_text=True)
    assert "The test message was taken" in page
    assert cloud.received[-1].json["title"] == "Floorwatch 测试消息"
    assert cloud.received[-1].target == "/hook?token=verysecret"
    cloud.answer = (403, "no")
    assert "HTTP 403" in admin.post(f"{CHANNELS}{row.id}/test").get_data(as_text=True)
    cloud.answer = (200, "{}")
    assert admin.post(f"{CHANNELS}{row.id}/", data=form | {"address": "", "name": "新群名"}).status_code == 303
    admin.post(f"{CHANNELS}{row.id}/test")
    assert cloud.received[-1].target == "/hook?token=verysecret"  # the address stayed
    site.services.second_factors.reseal(system("test"))
    newest = site.settings.access_key_file.read_bytes().splitlines()[0]
    site.settings.access_key_file.write_bytes(newest + b"\n")  # the older keys are gone
    admin.post(f"{CHANNELS}{row.id}/test")
    assert len(cloud.received) == 4
    wide = manager.post(f"{RULES}new/", data=FORM | {"queues": [], "channels": [row.id]})
    assert "The scope of the channel 新群名 does not cover" in wide.get_data(as_text=True)
    rule_id = made(manager, RULES, FORM | {"channels": [row.id]})
    used = admin.post(f"{CHANNELS}{row.id}/remove")
    assert "The rule 售前积压 uses this channel" in used.get_data(as_text=True)
    manager.post(f"{RULES}{rule_id}/remove")
    assert admin.post(f"{CHANNELS}{row.id}/remove").status_code == 303
    with reading(site.services.engine) as connection:
        address = connection.execute(select(alert_channels.c.address).where(alert_channels.c.id == row.id)).scalar_one()
    assert address == b""
    assert not any("verysecret" in json.dumps(line.details) for line in site.audited())
    assert "alerts.channel_tested" in [line.action for line in site.audited()]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"address": ""}, "address"),
        ({"address": "file:///etc/passwd"}, "address"),
        ({"address": "http://169.254.169.254/"}, "address"),
        ({"kind": "wecom", "address": "https://example.com/send?key=1"}, "address"),
        ({"kind": "slack", "address": "https://hooks.slack.com/none"}, "address"),
        ({"kind": "none"}, "kind"),
        ({"kind": "mail", "address": "a@example.com"}, "kind"),
    ],
)
def test_an_address_that_is_none_is_refused_and_not_sent_back(
    site: PageSite, wrong: dict[str, str], field: str
) -> None:
    form = {"name": "c", "kind": "webhook", "address": "http://x/", "lang": "en", "everything": "yes"}
    answer = site.client(Role.ADMIN).post(f"{CHANNELS}new/", data=form | wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert error_at(page, field)
    assert "169.254" not in page


def test_channels_stay_within_their_scope(site: PageSite) -> None:
    narrow, admin = site.client(Role.MANAGER, SALES), site.client(Role.ADMIN)
    form = {"name": "全员群", "kind": "webhook", "address": "http://127.0.0.1:1/x", "lang": "en", "everything": "yes"}
    assert narrow.post(f"{CHANNELS}new/", data=form).status_code == 403
    assert admin.post(f"{CHANNELS}new/", data=form).status_code == 303
    with reading(site.services.engine) as connection:
        wide = connection.execute(select(alert_channels.c.id).where(alert_channels.c.name == "全员群")).scalar_one()
    assert "全员群" not in text_of(narrow, CHANNELS)
    assert narrow.get(f"{CHANNELS}{wide}/").status_code == 403
    for deed in ("", "test", "remove"):
        assert narrow.post(f"{CHANNELS}{wide}/{deed}", data=form).status_code == 403
    theirs = made(admin, CHANNELS, form | {"name": "别组群", "everything": "", "queues": ["support"]})
    of_sales = site.client(Role.SUPERVISOR, SALES)
    choices = text_of(of_sales, f"{RULES}new/")
    assert [name in choices for name in ("全员群", "别组群")] == [True, False]
    for channel in (theirs, "none"):  # answered alike
        answer = of_sales.post(f"{RULES}new/", data=FORM | {"channels": [channel]})
        assert "no longer there" in error_at(answer.get_data(as_text=True), "channels")
    assert site.client(Role.SUPERVISOR).get(CHANNELS).status_code == 403
    assert admin.get("/admin/alerts/").headers["Location"] == CHANNELS


def test_alerts_are_shown_and_answered_within_scope(site: PageSite) -> None:
    whole, of_sales = site.client(Role.SUPERVISOR), site.client(Role.SUPERVISOR, SALES)
    each = Rule(Measured("waiting", 5, each=True), level="red")
    mine, theirs = fires(site, each, "sales"), fires(site, each, "support")
    everything = fires(site, Rule(Measured("waiting", 50)), "")
    agent = fires(site, Rule(Measured("calls_missed", 3, of="agents", each=True, window="day")), "PJSIP/1003")
    page = text_of(of_sales, ALERTS)
    assert [one in page for one in (mine, theirs, everything, agent)] == [True, False, False, False]
    assert "赵敏" not in page
    assert "Sales · Waiting ≥ 5" in page
    assert "赵敏 · " in text_of(whole, ALERTS)
    assert site.client(Role.QUALITY).get(ALERTS).get_data(as_text=True).count("/acknowledge") == 0
    for alert_id in (theirs, everything, agent, "none"):
        assert of_sales.post(f"{ALERTS}{alert_id}/acknowledge").status_code == 403
        assert of_sales.post(f"{ALERTS}{alert_id}/snooze", data={"minutes": "60"}).status_code == 403
    assert of_sales.post(f"{ALERTS}{mine}/snooze", data={"minutes": "7"}).status_code == 422
    before = text_of(whole, "/account/").count('class="count"')
    assert before == 1
    as_desk = {"Accept": "application/json"}
    assert of_sales.post(f"{ALERTS}{mine}/acknowledge", headers=as_desk).status_code == 204
    assert of_sales.post(f"{ALERTS}{mine}/snooze", data={"minutes": "60"}).status_code == 303
    page = text_of(of_sales, ALERTS)
    assert "Acknowledged by supervisor" in page
    assert "Snoozed until" in page
    assert text_of(of_sales, "/account/").count('class="count"') == 0  # nothing waits for them any more
    assert of_sales.post(f"{ALERTS}{mine}/snooze", data={"minutes": "0"}).status_code == 303
    assert "Snoozed until" not in text_of(of_sales, ALERTS)
    with writing(site.services.engine) as connection:
        connection.execute(
            alerts.update().where(alerts.c.id == mine).values(ended_at_ms=now_ms(), ended_why="recovered")
        )
    over = of_sales.post(f"{ALERTS}{mine}/acknowledge", headers=as_desk)
    assert (over.status_code, over.get_data(as_text=True)) == (422, "This alert is over.")
    deeds = [line.action for line in site.audited()]
    assert {"alerts.acknowledged", "alerts.snoozed"} <= set(deeds)


def test_the_history_says_how_long_how_bad_who_and_what_became_of_its_messages(site: PageSite) -> None:
    rule = Rule(Measured("longest_wait", 120, each=True))
    columns = {"ended_at_ms": now_ms() - 1000, "ended_why": "recovered", "acknowledged_by": "王经理"}
    alert_id = fires(site, rule, "sales", began_at_ms=now_ms() - 3_662_000, worst=185, **columns, acknowledged_at_ms=1)
    channel = {"id": "c1", "site": site.services.site, "name": "钉钉群", "kind": "dingtalk", "address": b""}
    with writing(site.services.engine) as connection:
        connection.execute(insert(alert_channels).values(**channel, scope='{"all":true}', lang="en", changed_at_ms=1))
        row = {"alert_id": alert_id, "channel_id": "c1", "due_at_ms": 1, "tries": 1}
        connection.execute(insert(alert_deliveries).values(**row, id="d1", what="began", sent_at_ms=now_ms()))
        refused = {"what": "ended", "given_up_at_ms": 5, "error": "said:310000"}
        connection.execute(insert(alert_deliveries).values(**row, id="d2", **refused))
    page = text_of(site.client(Role.ANALYST, lang="zh-CN"), ALERTS)
    for part in ("1:01:01", "3:05", "王经理", "钉钉群", "错误码 310000", "已恢复", "售前 · 当前最长等待 ≥ 2:00"):
        assert part in page, part


def test_a_long_history_comes_in_pages_without_a_gap(site: PageSite) -> None:
    desk = site.client(Role.MANAGER)
    rule = Rule(Measured("waiting", 1, each=True))
    rule_id = "r-many"
    with writing(site.services.engine) as connection:
        kept = {"id": rule_id, "site": site.services.site, "name": "many", "document": dumped(rule), "is_on": True}
        connection.execute(insert(alert_rules).values(**kept, changed_by="x", changed_at_ms=1))
        row: dict[str, Any] = {"site": site.services.site, "rule_id": rule_id, "metric": "waiting", "level": "amber"}
        row |= {
            "measured": measured_dumped(rule.measured),
            "began_at_ms": 1000,
            "ended_at_ms": 2000,
            "ended_why": "gone",
        }
        rows = [{**row, "id": f"m{n:03}", "about": f"queue-{n:03}"} for n in range(120)]
        connection.execute(insert(alerts), rows)
    found: list[str] = []
    path = ALERTS
    for _ in range(9):
        page = text_of(desk, path)
        found += [f"queue-{n:03}" for n in range(120) if f"queue-{n:03} · " in page]
        more = re.search(r'/alerts/\?after=([^#"]+)#past', page)
        if more is None:
            break
        path = f"{ALERTS}?after={more[1]}"
    assert sorted(found) == [f"queue-{n:03}" for n in range(120)]
    assert desk.get(f"{ALERTS}?after=%27%3B--").status_code == 200
