"""The same controls at the desk: each row's menu by mouse and keyboard, selections with their preview, waiting callers, tiles; and what an
agent sees of it on their own page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.access.permissions import Role
from tests.access_pages.site import PageSite
from tests.accessible import serious_findings
from tests.monitor_pages.desk_script import DeskScript, Frame, silent_listener
from tests.ui.conftest import Open, Scripted

pytestmark = pytest.mark.browser

DESKTOP = (1366, 768)


def _shot(page: Page, name: str) -> None:
    if shots := os.environ.get("FLOORWATCH_SHOTS"):
        page.screenshot(path=Path(shots) / f"{name}.png")


def _row(agent: str) -> str:
    return f'.ag-center-cols-container .ag-row[row-id="{agent}"]'


def test_a_desk_helps_by_its_rows_and_selections(open_page: Open, scripted: Scripted) -> None:
    with scripted("ordinary") as gateway:
        desk = DeskScript(gateway)
        agent = desk.talking[0]
        page = open_page("/floor/", size=DESKTOP)
        page.locator(".desk_tools input").fill(agent["staff"])
        cell = page.locator(f'{_row(agent["id"])} .ag-cell[col-id="state"]')

        # by keyboard, by the other mouse button, by the column of menus
        cell.click()
        page.keyboard.press("Enter")
        menu = page.get_by_role("dialog")
        expect(menu).to_contain_text(agent["name"])
        expect(page.locator(".row_menu .verb-listen")).to_be_focused()
        expect(menu.get_by_role("link")).to_have_attribute("href", f"/agents/{agent['id']}")
        page.keyboard.press("ArrowUp")
        expect(page.locator(".row_menu .verb-sign_out")).to_be_focused()
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        page.keyboard.press("Shift+F10")
        expect(menu).to_be_visible()
        page.keyboard.press("Escape")
        cell.click(button="right")
        expect(menu).to_be_visible()
        page.keyboard.press("Escape")
        page.locator(f'.ag-row[row-id="{agent["id"]}"] .ag-cell[col-id="controls"]').click()
        expect(menu).to_be_visible()
        page.locator(".row_menu .recent button").nth(1).click()
        page.locator(".row_menu .verb-listen").click()
        assert desk.last("monitor.start")["kind"] == "monitor.start"
        assert desk.last("monitor.start")["visit"] == agent["visit"]
        desk.open_own(agent, f"{desk.commands:016x}", "listen")
        expect(page.locator(".own_session .state")).to_contain_text("监听中")
        expect(page.locator(f'{_row(agent["id"])} .ag-cell[col-id="listening"]')).to_have_text("监听中：王经理")
        _shot(page, "desk-session")
        desk.close_own()

        # several: the preview says who is left out, each line what became of it
        page.locator(".desk_tools input").fill("")
        working, paused = desk.talking[1], next(row for row in gateway.floor.rows if row["state"] == "paused")
        for row in (working, paused):
            page.evaluate("id => floorwatch.desk.grid.api.getRowNode(id).setSelected(true)", row["id"])
        bar = page.get_by_role("toolbar")
        expect(bar).to_contain_text("已选 2 人")
        assert serious_findings(page) == []
        bar.get_by_role("button", name="强制示忙").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.locator("li.is-off")).to_contain_text("已经是这个状态")
        act = dialog.locator(".act")
        expect(act).to_have_text("强制示忙（1）")
        asked = len(desk.asked)
        act.click()
        expect(dialog.get_by_role("alert")).to_have_text("请选择示忙原因。")
        assert len(desk.asked) == asked
        dialog.locator("#selection-reason").select_option("break")
        dialog.locator("#selection-queue").select_option("orders")
        assert serious_findings(page) == []
        desk.states = [("sent", ""), ("failed", "not_member")]
        act.click()
        expect(dialog.locator("li.is-wrong .result")).to_contain_text("失败：该坐席不在这个队列中。")
        assert {**desk.last("agent.pause"), "ref": 0} == {
            "ref": 0, "kind": "agent.pause", "agent": working["id"], "value": "break", "queue": "orders"
        }  # fmt: skip
        expect(dialog).to_contain_text("有的没有成功")
        expect(page.locator(".command_log .line")).to_have_count(0)
        _shot(page, "desk-selection")
        act.click()
        expect(dialog).to_be_hidden()
        desk.states = [("sent", ""), ("confirmed", "")]

        # one message to all that are selected
        bar.get_by_role("button", name="发消息").click()
        dialog.locator("#selection-text").fill("请关注排队 <b>")
        dialog.locator(".act").click()
        expect(dialog.locator("li.is-well")).to_have_count(2)
        said = desk.asked[-1]["message"]
        assert (sorted(said["agents"]), said["text"]) == (sorted([working["id"], paused["id"]]), "请关注排队 <b>")
        page.keyboard.press("Escape")
        bar.get_by_role("button", name="取消选择").click()
        expect(bar).to_be_hidden()

        # callers: those of one queue together; hanging up wants a second press
        caller = gateway.floor.callers[0]
        same = [row for row in gateway.floor.callers if row["queue"] == caller["queue"]]
        page.locator(".waiting_callers .controls").first.click()
        page.locator(".row_menu .verb-move").click()
        expect(dialog.locator("li")).to_have_count(len(same))
        dialog.locator("#selection-one_queue").select_option("members")
        dialog.locator(".act").click()
        expect(dialog.locator("li.is-well")).to_have_count(1)
        assert {**desk.last("call.move"), "ref": 0} == {
            "ref": 0,
            "kind": "call.move",
            "visit": caller["id"],
            "queue": "members",
        }
        page.keyboard.press("Escape")
        page.locator(".waiting_callers .controls").first.click()
        page.locator(".row_menu .verb-drop").click()
        asked = len(desk.asked)
        dialog.locator(".act").dblclick()
        expect(dialog.locator(".warning")).to_contain_text("无法恢复")
        assert len(desk.asked) == asked
        page.wait_for_timeout(800)
        dialog.locator(".act").click()
        expect(dialog.locator("li.is-well")).to_have_count(1)
        assert {**desk.last("call.hang_up"), "ref": 0} == {
            "ref": 0,
            "kind": "call.hang_up",
            "visit": caller["id"],
            "sure": True,
        }
        page.keyboard.press("Escape")

        # people as tiles
        page.locator('[data-choice="tiles"]').click()
        canvas = page.locator(".agents canvas")
        canvas.focus()
        page.keyboard.press("ArrowRight")
        name = gateway.floor.rows[1]["name"]
        expect(canvas).to_have_attribute(
            "aria-label", f"{name}，{_state(gateway.floor.rows[1]['state'])}".replace("，", ", ")
        )
        page.keyboard.press("Enter")
        expect(menu).to_contain_text(name)
        page.keyboard.press("Escape")
        expect(canvas).to_be_focused()
        cell_of = page.evaluate(
            "() => floorwatch.screen.canvas_texts().find((one) => one.cell.id === 'PJSIP/1003').cell"
        )
        page.mouse.click(cell_of["x"] + 20, cell_of["y"] + 20, button="right")
        expect(menu).to_contain_text(gateway.floor.rows[2]["name"])


def _state(word: str) -> str:
    from layouts.texts import catalogue

    return catalogue("zh-CN")(f"state.{word}")


def test_who_may_not_step_in_has_no_controls(open_page: Open, scripted: Scripted, site: PageSite) -> None:
    with scripted("ordinary"):
        page = open_page("/floor/", size=DESKTOP, cookie=site.signed_in(Role.ANALYST))
        page.wait_for_selector(".ag-row")
        assert (
            page.locator(
                '.own_session, .row_menu, .phone_chip, .ag-cell[col-id="controls"], .ag-selection-checkbox'
            ).count()
            == 0
        )
        page.locator(".ag-row .ag-cell").first.click(button="right")
        assert page.locator("dialog[open]").count() == 0


def test_an_agent_sees_who_is_with_them_and_reads_messages(open_page: Open, scripted: Scripted, site: PageSite) -> None:
    with scripted("ordinary") as gateway:
        heard: list[Frame] = []
        gateway.answers = silent_listener(heard)
        page = open_page("/me/", size=(390, 844), cookie=site.signed_in(Role.AGENT, name="陈静"))
        now_ms = gateway.floor.now_ms()
        message = {"id": "m1", "text": "请在 15:00 前完成 <i>回访</i>", "by": "赵班长", "at": now_ms, "read": None}
        listener = {"by": "赵班长", "mode": "listen", "since": now_ms - 5000}
        others = [row["id"] for row in gateway.floor.rows[1:]]
        gateway.send({
            "agents": {"set": [], "del": others}, "own": {"listeners": [], "tone": True}, "messages": {"rows": [message]}
        })  # fmt: skip
        expect(page.locator(".own_listeners")).to_be_hidden()
        expect(page.locator(".own_messages")).to_contain_text("<i>回访</i>")
        page.locator(".own_messages").get_by_role("button", name="已阅").click()
        expect(page.locator(".own_messages")).to_contain_text("正在告知")
        gateway.send({"messages": {"set": [message | {"read": now_ms}]}})
        expect(page.locator(".own_messages li")).to_have_class("is-read")
        assert heard == [{"read": "m1"}]
        gateway.send({"own": {"listeners": [listener], "tone": True}})
        told = page.get_by_role("status").filter(has_text="赵班长")
        expect(told).to_contain_text("赵班长 正在旁听")
        gateway.send({"own": {"listeners": [listener | {"mode": "whisper"}], "tone": True}})
        expect(told).to_contain_text("只有您听得到，客户听不到。")
        assert serious_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        _shot(page, "me-told")
