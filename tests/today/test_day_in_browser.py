"""A manager's first page in Chromium, with everything behind it real: a simulated switch, collector, historian, gateway, pages, and a week
of history. What the page says is what the API and SQL say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import func, select

from collectors.simulator import SimulatorConfig, floor_file
from collectors.simulator.staff import plan
from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.demo_past import demo_past
from dashboard.directory.seeding import seed
from dashboard.floor_file import read
from dashboard.pages.services import now_ms
from dashboard.settings import load
from dashboard.store.engine import reading
from dashboard.store.schema.history import visits
from tests.accessible import serious_findings
from tests.noon import AT_NOON
from tests.patience import HANG_MS, HANG_S
from tests.pipeline.site import Site, site, until
from tests.ports import free_ports

pytestmark = [pytest.mark.pipeline, pytest.mark.browser]
# At noon there has been an hour of today, and as many callers by now as usually.
WORLD = SimulatorConfig(agents=12, time_zone=AT_NOON)
STAFF = plan(WORLD)
OURS, THEIRS = STAFF.queues[0].id, STAFF.queues[1].id
DESK, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A floor at work since an hour ago, with a week behind it."""
    with site(tmp_path_factory.mktemp("day")) as made:
        made.floor_file.write_text(floor_file(WORLD), encoding="utf-8")
        made.username = made.secret = "floorwatch"
        services = made.keys.services
        seed(services.audit, "test", read(str(made.floor_file)), now_ms())
        assert demo_past(load(str(made.settings)), services.engine, "pbx1", WORLD, now_ms(), days=7) > 100
        (control_port,) = free_ports(1)
        made.start(
            "simulate", "--agents", "12", "--port", str(made.switch_port), "--control-port", str(control_port),
            "--queue-log", str(made.queue_log), "--history-hours", "1",
        )  # fmt: skip
        until(lambda: made.status("/truth", control_port) == 200, HANG_S, "the switch runs")
        made.start_all(web=True)
        until(lambda: made.status("/healthz", made.web_port) == 200, HANG_S, "the pages are there")
        until(lambda: _count(made) > 20, HANG_S, "history is written")
        yield made


def _count(here: Site) -> int:
    today = now_ms() - 2 * 3_600_000
    with reading(here.keys.services.engine) as connection:
        query = select(func.count()).select_from(visits).where(visits.c.at_ms > today, visits.c.boot != "past")
        return int(connection.execute(query).scalar_one())


def _open(browser: Browser, here: Site, scope: Scope = EVERYTHING) -> Page:
    context = browser.new_context(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai")
    value = here.keys.cookie(Role.MANAGER, scope=scope)
    context.add_cookies([{"name": cookie_name("session", is_secure=False), "value": value, "url": _address(here)}])
    return context.new_page()


def _address(here: Site) -> str:
    return f"http://127.0.0.1:{here.web_port}"


def _metric(here: Site, name: str, queue: str = "") -> float:
    more = f"&queue={queue}" if queue else ""
    found: dict[str, Any] = here.get(f"/api/v1/metrics?metric={name}&window=day{more}")
    return float(found["metrics"][name]["value"] or 0)


def _number(page: Page, card: str) -> float:
    text = page.locator(f'[data-card="{card}"] [data-part="number"]').inner_text()
    return float(text.replace(",", ""))


def test_a_managers_first_page(browser: Browser, here: Site) -> None:
    page = _open(browser, here)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(f"{_address(here)}/")
    expect(page).to_have_url(re.compile(r"/today/$"))
    expect(page.locator(".age_lamp")).to_contain_text("实时", timeout=HANG_MS)
    expect(page.locator(".day_chart .chart-root")).to_have_attribute("data-drawn", "yes", timeout=HANG_MS)

    # the numbers are the API's: counts that only rise lie between what it said before and after
    for card in ("offered", "answered", "abandoned"):
        before = _metric(here, card)
        shown = _number(page, card)
        assert before - 1 <= shown <= _metric(here, card) + 1, card
        assert shown > 0 or card == "abandoned"

    # the usual is SQL's, of the one same weekday that there is
    actor = here.keys.actor(Role.MANAGER)
    usual = here.keys.services.archive.usuals.of_day(actor, ("offered",))
    assert len(usual.days) == 1
    assert usual.so_far["offered"]
    said = re.search(r"平时 ([\d,]+)", page.locator('[data-card="offered"] .usual').inner_text())
    assert said is not None
    assert abs(int(said[1].replace(",", "")) - usual.so_far["offered"]) <= 2, "it grows with the clock"
    expect(page.locator(".day_chart h2 small")).to_contain_text(usual.days[0].isoformat()[5:])
    assert page.locator(".day_chart .js-plotly-plot .barlayer .point").count() > 10

    # who is to be called back is what SQL says, and is struck off in the same table
    listed = here.keys.services.archive.callbacks.listed(actor)
    if listed.open:
        assert abs(int(page.locator(".callbacks .count").inner_text() or 0) - listed.open) <= 2
    else:
        expect(page.locator(".callbacks .empty")).to_contain_text("没有待回访")

    # tables: every queue and agent, sorted by a press on a head
    expect(page.locator(".day_queues tbody tr")).to_have_count(len(STAFF.queues))
    expect(page.locator(".day_agents tbody tr")).to_have_count(12)
    page.locator('.day_agents [data-column="missed"] button').click()
    expect(page.locator('.day_agents [data-column="missed"]')).to_have_attribute("aria-sort", "descending")

    # the chart is read by keys, as a table, and each half-hour opens into its calls
    plot = page.locator(".day_chart .chart-plot")
    plot.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".day_chart .chart-said")).to_contain_text("进线量")
    page.locator(".day_chart .chart-toggle").click()
    expect(page.locator(".day_chart .chart-table tbody tr").first).to_be_visible()
    assert "clock=" in (page.locator(".day_chart .chart-table a").last.get_attribute("href") or "")
    assert serious_findings(page) == []

    # history away: it says so, and what is live goes on
    page.route("**/today/past*", lambda route: route.fulfill(status=503, body="{}"))
    page.evaluate("floorwatch.past.ask()")
    expect(page.locator(".past_banner")).to_be_visible()
    expect(page.locator(".past_banner")).to_contain_text("读不到")
    expect(page.locator(".age_lamp")).to_contain_text("实时")
    page.unroute("**/today/past*")
    page.evaluate("floorwatch.past.ask()")
    expect(page.locator(".past_banner")).to_be_hidden()

    # a phone: the numbers, then what is wrong, then the chart; nothing is wider than the screen
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    tops = [
        page.locator(f".{name}").first.evaluate("e => e.getBoundingClientRect().top")
        for name in ("day_cards", "wrong_now", "day_chart")
    ]
    assert tops == sorted(tops)
    assert serious_findings(page) == []

    page.locator('[data-card="abandoned"] a').click()
    expect(page).to_have_url(re.compile(r"/calls/\?outcome=abandoned"))
    assert [error for error in errors if "503" not in error] == []
    page.context.close()


def test_a_queues_own_page_and_what_a_narrow_scope_leaves(browser: Browser, here: Site) -> None:
    page = _open(browser, here, Scope(frozenset({OURS})))
    told: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: told.append(str(frame))))
    page.on("response", lambda answer: told.append(answer.text()) if "/past" in answer.url else None)
    page.goto(f"{_address(here)}/today/?lang=en")
    expect(page.locator(".day_queues tbody tr")).to_have_count(1, timeout=HANG_MS)
    page.locator(".day_queues tbody th a").click()
    expect(page).to_have_url(re.compile(rf"/queues/{OURS}$"))
    expect(page.locator(".day_formulas .formula")).to_have_count(5)
    expect(page.locator(".formula.is-own")).to_have_count(1, timeout=HANG_MS)
    expect(page.locator(".day_chart .chart-root")).to_have_attribute("data-drawn", "yes", timeout=HANG_MS)
    before = _metric(here, "offered", OURS)
    assert before - 1 <= _number(page, "offered") <= _metric(here, "offered", OURS) + 1
    assert serious_findings(page) == []
    expect(page.locator('[data-part="past_age"]')).to_contain_text("history as of")

    assert len(told) > 3
    assert [frame for frame in told if f'"{THEIRS}"' in frame] == []

    page.goto(f"{_address(here)}/queues/{THEIRS}?lang=en")
    expect(page.locator(".no_queue")).to_contain_text("not in your scope", timeout=HANG_MS)
    expect(page.locator(".day_cards")).to_be_hidden()
    answer = page.request.get(f"{_address(here)}/today/past?queue={THEIRS}")
    assert answer.status == 403
    page.context.close()
