"""The console of monitoring in Chromium, against a scripted gateway: from an agent to their call in two presses, every state of a command,
why something is off, and what one sees when things are away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.access.permissions import Role
from layouts.texts import catalogue
from tests.access_pages.site import PageSite
from tests.accessible import serious_findings
from tests.monitor_pages.desk_script import DESK, DeskScript, silent_listener
from tests.monitor_pages.past import past_session, past_session_ends
from tests.patience import HANG_MS
from tests.ui.conftest import Open, Scripted

pytestmark = pytest.mark.browser

DESKTOP = (1366, 768)
PHONE = (390, 844)


def _shot(page: Page, name: str) -> None:
    if shots := os.environ.get("FLOORWATCH_SHOTS"):
        page.screenshot(path=Path(shots) / f"{name}.png")


def _verb(page: Page, name: str) -> Locator:
    return page.locator(f".row_menu .verb-{name}")


def test_from_an_agent_to_their_call_and_out_again(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        desk = DeskScript(gateway)
        agent, other = desk.talking[0], desk.talking[1]
        other["barred"] = "not_announced"
        desk.show()
        page = open_page("/monitor/", size=DESKTOP)
        expect(page.locator(".own_session .nothing")).to_contain_text("您没有介入任何通话")
        expect(page.locator(".sessions .empty")).to_have_text("现在没有人介入通话。")
        expect(page.locator(".phone_chip")).to_contain_text("8001")
        assert serious_findings(page) == []

        # who may not be monitored: the reason stands at the row, and at each mode, and the keyboard reaches it
        page.keyboard.press("/")
        page.keyboard.type(other["staff"])
        person = page.locator(".person:visible")
        expect(person).to_have_count(1)
        expect(person).to_contain_text("该队列未向来电者告知监听")
        person.focus()
        page.keyboard.press("Enter")
        expect(_verb(page, "listen")).to_have_attribute("aria-disabled", "true")
        expect(page.locator("#why-stepping")).to_contain_text("该队列未向来电者告知监听")
        expect(_verb(page, "listen")).to_have_attribute("aria-describedby", "why-stepping")
        assert "该队列未向来电者告知监听" in (_verb(page, "listen").get_attribute("title") or "")
        expect(_verb(page, "hang_up")).to_be_focused()
        page.keyboard.press("Home")
        expect(_verb(page, "listen")).to_be_focused()
        page.keyboard.press("Enter")
        assert desk.asked == [], "what is off asks for nothing"
        assert serious_findings(page) == []
        page.keyboard.press("Escape")
        expect(person).to_be_focused()

        # agent, reason, mode
        page.locator(".picker input").fill(agent["staff"])
        page.locator(".person:visible").click()
        _verb(page, "listen").click()
        expect(page.locator("#menu-trouble")).to_contain_text("请填写介入原因")
        page.locator(".row_menu .recent button").first.click()
        desk.states = [("authorised", ""), ("audited", ""), ("sent", "")]
        _verb(page, "whisper").click()
        expect(page.locator(".own_session .state")).to_contain_text("正在呼叫您的话机 8001")
        expect(page.locator(".command_log")).to_contain_text("已下发交换机")
        command = desk.last("monitor.start")
        assert {**command, "ref": 0} == {
            "ref": 0, "kind": "monitor.start", "agent": agent["id"], "visit": agent["visit"], "mode": "whisper", "via": "phone",
            "purpose": "新人辅导",
        }  # fmt: skip
        first = f"{desk.commands:016x}"
        gateway.say(desk.state(first, command, "confirmed"))
        desk.open_own(agent, first, "whisper")
        session = page.locator(".own_session")
        expect(session.locator(".state")).to_contain_text("密语中")
        expect(session.locator(".heard")).to_have_text("只有坐席听得到您，客户听不到。")
        expect(session.locator(".others")).to_have_text("坐席能看到您已介入")
        expect(page.locator(".sessions .row.is-mine")).to_contain_text("王经理（我）")
        expect(page.locator(".command_log")).to_contain_text("已确认")
        _shot(page, "console-session")
        assert serious_findings(page) == []

        # another agent, while one is in a call: two presses and the reason why not; the reason from before is there
        page.locator(".picker input").fill(desk.talking[2]["staff"])
        page.locator(".person:visible").click()
        expect(page.locator("#why-stepping")).to_contain_text("您已在一路通话中")
        expect(page.locator("#menu-purpose")).to_have_value("新人辅导")
        page.keyboard.press("Escape")

        # another mode, refused and then done; whom to follow
        desk.refused = "rules_changed"
        session.locator(".mode-barge").first.click()
        expect(page.locator(".command_log")).to_contain_text("已拒绝：监听制度已变更")
        desk.refused, desk.states = "", [("authorised", ""), ("sent", ""), ("confirmed", "")]
        session.locator(".mode-barge").first.click()
        assert {**desk.last("monitor.mode"), "ref": 0} == {
            "ref": 0,
            "kind": "monitor.mode",
            "opened": first,
            "mode": "barge",
        }
        desk.open_own(agent, first, "barge")
        expect(session.locator(".heard")).to_have_text("坐席和客户都听得到您。")
        session.get_by_role("button", name="跟随坐席").click()
        assert {**desk.last("monitor.follow"), "ref": 0} == {
            "ref": 0,
            "kind": "monitor.follow",
            "opened": first,
            "value": "agent",
        }

        # the call cannot be ended by one press, nor by a double click
        asked = len(desk.asked)
        hang_up = session.locator("[data-part=hang_up]")
        hang_up.dblclick()
        expect(hang_up).to_have_text("再按一次挂断")
        assert len(desk.asked) == asked
        page.wait_for_timeout(600)
        hang_up.click()
        assert desk.last("call.hang_up")["sure"] is True
        assert desk.last("call.hang_up")["kind"] == "call.hang_up"

        # taken over: the other modes are off, in words
        desk.open_own(agent, first, "takeover", taken=True)
        expect(session.locator(".heard")).to_have_text("您正在和客户通话，坐席已退出。")
        expect(session.locator(".why")).to_contain_text("监听、密语、强插、单向密语：")
        session.locator("[data-part=stop]").click()
        assert {**desk.last("monitor.stop"), "ref": 0} == {"ref": 0, "kind": "monitor.stop", "opened": first}
        desk.close_own()
        expect(session.locator(".nothing")).to_be_visible()


def test_what_is_away_is_said_and_nothing_is_asked_twice(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        desk = DeskScript(gateway)
        agent, other = desk.talking[0], desk.talking[1]
        spy = desk.row_of_session(
            other,
            "PJSIP/2009",
            "<img src=x onerror=1>",
            None,
            account=None,
            state="unexplained",
            ends_at=None,
            via=None,
            level="red",
        )
        desk.sessions = [spy]
        desk.show()
        page = open_page("/monitor/?lang=en", size=PHONE)

        # somebody of whom no command knows: an alert, and what people typed stays text
        alert = page.locator(".spying")
        expect(alert).to_be_visible()
        expect(alert).to_contain_text("<img src=x onerror=1> hears")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert serious_findings(page) == []

        # by what one is called
        gateway.tell_desk(phone=None)
        expect(page.locator(".phone_chip")).to_contain_text("none chosen")
        page.locator(".picker input").fill(agent["staff"])
        page.locator(".person:visible").click()
        menu = page.locator(".row_menu")
        expect(menu.locator("[data-via=phone]")).to_contain_text("phone")
        expect(_verb(page, "listen")).to_have_attribute("aria-disabled", "true")
        _shot(page, "console-no-phone")

        # what changes while the menu is open changes in it
        gateway.tell_desk(**DESK)
        expect(_verb(page, "listen")).to_have_attribute("aria-disabled", "false")
        gateway.send({"agents": {"set": [agent | {"visit": "pbx1/1/99.1/1"}]}})
        expect(_verb(page, "listen")).to_have_attribute("aria-disabled", "true")
        gateway.send({"agents": {"set": [agent]}})
        expect(_verb(page, "listen")).to_have_attribute("aria-disabled", "false")
        gateway.tell_desk(control={"pbx1": {"why_not": "control_down", "why_no_browser": "control_down"}})
        expect(_verb(page, "listen")).to_have_attribute("aria-disabled", "true")
        gateway.tell_desk(**DESK)
        assert serious_findings(page) == []

        # asked, and the socket goes before anybody answered: nobody knows, and nobody asks again
        gateway.answers = silent_listener(desk.asked)
        page.locator(".row_menu .recent button").first.click()
        _verb(page, "listen").click()
        page.wait_for_function("() => floorwatch.commands.all().length === 1")
        expect(page.locator(".command_log")).to_contain_text("Asked")
        gateway.is_refusing = True
        gateway.drop_all()
        expect(page.locator(".command_log")).to_contain_text("No answer: the connection was lost")
        page.wait_for_timeout(300)
        gateway.is_refusing = False
        page.wait_for_function("() => floorwatch.station.is_heard()", timeout=HANG_MS)
        assert len(desk.asked) == 1

        # a switch that went: the verbs are off, the tiles say since when
        gateway.fail_link("timeout", age_ms=20_000)
        gateway.beat()
        page.locator(".person:visible").click()
        expect(_verb(page, "barge")).to_have_attribute("aria-disabled", "true")
        page.keyboard.press("Escape")
        expect(page.locator(".halt_banner")).to_be_visible()
        _shot(page, "console-stale")
        gateway.drop_all(4403)
        expect(page.locator(".halt_banner")).to_contain_text("You may not see this any more")
        expect(page.locator(".sessions")).to_be_hidden()


def test_notes_are_kept_with_ones_own_sessions(open_page: Open, scripted: Scripted, site: PageSite) -> None:
    account = site.account(Role.SUPERVISOR, name="赵班长")
    past_session(
        site,
        account,
        "a" * 16,
        purpose="疑难或投诉",
        modes=[[1_790_000_001_000, "listen"], [1_790_000_020_000, "barge"]],
    )
    with scripted("ordinary") as gateway:
        desk = DeskScript(gateway)
        page = open_page("/monitor/", size=DESKTOP, cookie=site.session(account))
        entry = page.locator(".history .entry")
        expect(entry).to_contain_text("监听中 → 强插中")
        expect(entry).to_contain_text("原因：疑难或投诉")
        expect(entry).to_contain_text("1:00")
        entry.locator("textarea").fill("客户要求退款 <b>")
        expect(entry).to_contain_text("尚未保存")
        entry.get_by_role("button", name="保存备注").click()
        expect(entry.locator(".said")).to_have_text("已保存")
        assert serious_findings(page) == []
        page.locator(f".person:visible >> text={desk.talking[0]['staff']}").first.click()
        expect(page.locator(".row_menu .recent button").first).to_have_text("疑难或投诉")
        page.keyboard.press("Escape")
        page.reload()
        expect(page.locator(".history textarea")).to_have_value("客户要求退款 <b>")
        _shot(page, "console-history")


def test_an_end_that_is_recorded_late_is_shown_all_the_same(
    open_page: Open, scripted: Scripted, site: PageSite
) -> None:
    account, command = site.account(Role.SUPERVISOR, name="孙班长"), "e" * 16
    running = {"modes": [[1_790_000_001_000, "barge"]], "ended_at_ms": None, "state": "confirmed", "reason": ""}
    past_session(site, account, command, **running)
    with scripted("ordinary") as gateway:
        desk = DeskScript(gateway)
        desk.open_own(desk.talking[0], command, "barge")
        page = open_page("/monitor/", size=DESKTOP, cookie=site.session(account))
        entry = page.locator(".history .entry")
        expect(entry).to_contain_text("进行中")
        with page.expect_response("**/monitor/history"):
            desk.close_own()
        past_session_ends(site, command, reason="taken_over")
        expect(entry).to_contain_text(catalogue("zh-CN", "monitor")("reason.taken_over"))
