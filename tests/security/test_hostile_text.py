"""Markup as the name of everything that people, the switch or a caller can name, on every page: it shows as text and runs nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, ConsoleMessage
from playwright.sync_api import Page as Browsing
from sqlalchemy import insert

from collectors import events as e
from dashboard.access import scope as scopes
from dashboard.access.actor import Actor
from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from dashboard.access.screen_wishes import ScreenWishes
from dashboard.boards.document import TILES, Board, Clock, Message, Page, Place, Ticker, Title
from dashboard.boards.reading import document_of, written
from dashboard.pages.services import Services, now_ms
from dashboard.store.engine import writing
from dashboard.store.schema import monitoring_sessions, screens
from dashboard.wallboards.announcement import FORMS, AnnouncementWishes
from tests.board_pages.uploads import png
from tests.chromium import chromium
from tests.keyring import HERE, Keyring
from tests.patience import HANG_MS
from tests.security.theatre import Theatre, theatre

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

HOSTILE = "<img src=x onerror=window.hacked=1>"
SCRIPT = "</script><script>window.hacked=1</script>"
AGENT, STRANGER = "PJSIP/1001", f"Local/{HOSTILE}@x"

TV = "tv"
QUARTERS = (Place(0, 0, 12, 12), Place(12, 0, 12, 12), Place(0, 12, 12, 12), Place(12, 12, 12, 12))

PAGES: dict[Role | str | None, tuple[str, ...]] = {
    Role.ADMIN: (
        "/admin/accounts/", "/admin/accounts/new/", "/audit/", "/admin/people/", "/admin/teams/", "/admin/agents/",
        "/admin/queues/", "/admin/reasons/", "/admin/business-day/", "/admin/first-run/", "/screens/",
        "/admin/boards/", "/admin/boards/new", f"/admin/boards/new?source={HOSTILE}", "/admin/boards/pictures/",
        "/admin/boards/hostile", "/admin/boards/hostile/history", "/admin/boards/hostile/restore?revision=1",
        "/admin/boards/hostile/remove",
    ),
    Role.MANAGER: (
        "/floor/", "/monitor/", "/admin/monitoring/", "/account/phone/",
        "/wall/", "/wall/?board=agents", "/wall/?board=draft:hostile", "/screens/announce",
        *(f"/wall/?board=hostile&hold=yes&page={page}" for page in range(4)), "/account/", "/account/sessions/", "/account/tokens/",
        "/admin/sheets/", f"/admin/people/?q={HOSTILE}", f"/admin/queues/one?queue={HOSTILE}",
        f"/admin/teams/one?team={HOSTILE}", f"/admin/people/new?name={HOSTILE}&agent={HOSTILE}",
        f"/floor/?board={HOSTILE}&lang={HOSTILE}&theme={HOSTILE}", f"/{HOSTILE}", f"/admin/people/{HOSTILE}",
    ),
    TV: ("/wall/?as=screen",),
    None: (f"/sign-in?next={HOSTILE}", "/tv", f"/welcome?code={HOSTILE}", f"/sign-in/oidc/callback?error={HOSTILE}"),
}  # fmt: skip
"""Every page that shows a name, and addresses that hold markup themselves."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with theatre(tmp_path_factory.mktemp("hostile")) as made:
        services = made.keys.services
        directory = services.directory
        directory.teams.add(HERE, {"id": "t1", "name_en": HOSTILE, "name_zh": HOSTILE})
        directory.queues.put(HERE, "q1", {"name_en": HOSTILE, "name_zh": SCRIPT})
        directory.reasons.put(HERE, "tea", {"name_en": HOSTILE, "name_zh": HOSTILE, "category": "rest"})
        values = {"display_name": HOSTILE, "nickname": SCRIPT, "staff_number": "1001", "team_id": "t1"}
        directory.agents.claim(HERE, AGENT, directory.people.add(HERE, values).id)
        services.accounts.create(HERE, "hostile", HOSTILE)
        services.tokens.make(made.keys.actor(Role.MANAGER), HOSTILE[:60], ["floor.view"], 1)
        _hang(services)
        _listened(services, made.keys.actor(Role.MANAGER))
        row = {
            "id": secrets.token_hex(8), "site": services.site, "name": HOSTILE, "board": "default",
            "scope": scopes.dump(EVERYTHING), "lang": "en", "theme": "dark", "is_blank": False, "paired_by": HOSTILE,
            "paired_at_ms": now_ms(),
        }  # fmt: skip
        with writing(services.engine) as connection:
            connection.execute(insert(screens).values(row))
        members = [
            e.MemberRow("q1", AGENT, HOSTILE, dynamic=True, device="free"),
            e.MemberRow("q1", "PJSIP/1002", HOSTILE, dynamic=True, paused=True, reason="tea", device="free"),
            e.MemberRow(HOSTILE, STRANGER, SCRIPT, dynamic=True, paused=True, reason=HOSTILE, device="free"),
        ]
        made.raise_curtain(
            e.SnapshotTaken([e.QueueRow("q1"), e.QueueRow(HOSTILE)], members, [], [], [], [], []),
            e.QueueEntered("q1", "c1", 1, HOSTILE, HOSTILE),
            e.QueueEntered(HOSTILE, HOSTILE, 1, SCRIPT, SCRIPT),
            e.QueueEntered("q1", "c2", 1, "13811110001", HOSTILE),
            e.OfferStarted("q1", "c2", 1, AGENT),
            e.OfferEnded("q1", "c2", 1, AGENT, "answered"),
            e.Answered("q1", "c2", 1, AGENT, 5),
            e.MonitoringStarted("c3", AGENT, f"PJSIP/{HOSTILE}"),
        )
        yield made


def _listened(services: Services, manager: Actor) -> None:
    """A past session whose every word is markup, and an agent whom nobody monitors, for a reason of markup."""
    services.policies.spare(HERE, STRANGER, HOSTILE)
    row = {
        "command": "c" * 16, "site": services.site, "switch": "pbx1", "account_id": manager.account_id, "by_name": HOSTILE,
        "agent": AGENT, "queue": HOSTILE, "visit": HOSTILE, "via": "phone", "purpose": HOSTILE, "modes": "[]", "note": SCRIPT,
        "asked_at_ms": now_ms(), "state": "failed", "reason": HOSTILE,
    }  # fmt: skip
    with writing(services.engine) as connection:
        connection.execute(insert(monitoring_sessions).values(row))


def _look_at_the_console(page: Browsing, path: str) -> None:
    """Its sessions and past sessions, and the menu of a row."""
    if path == "/monitor/":
        page.locator(".history").get_by_text(HOSTILE).first.wait_for()
        page.locator(".person:visible").first.click()
    else:
        page.locator(f'.ag-row[row-id="{AGENT}"] .ag-cell[col-id="controls"]').click()
    page.locator(".row_menu").get_by_text(HOSTILE).first.wait_for()


def _hang(services: Services) -> None:
    """A board with every kind of tile, whose every word is markup, and a picture; drafted once more after it was published."""
    words = Title(zh=HOSTILE, en=SCRIPT)
    picture = services.pictures.add(HERE, HOSTILE, png())
    own: dict[str, dict[str, Any]] = {
        "number": {"metric": "waiting", "window": "now", "queues": (HOSTILE,)},
        "text": {"text": words},
        "picture": {"picture": picture, "alt": words},
        "countdown": {"until": "2020-01-01T18:00", "over": words},
        "clock": {"clocks": (Clock(label=words), Clock("Asia/Tokyo", words))},
        "queue_table": {"queues": (HOSTILE, "q1")},
        "agents": {"teams": ("t1",)},
        "rest_quota": {"reasons": ("tea", HOSTILE)},
        "link_lamp": {"switches": (HOSTILE,)},
    }
    tiles = [
        cls(id=kind, at=QUARTERS[number % 4], title=words, **own.get(kind, {}))
        for number, (kind, cls) in enumerate(TILES.items())
    ]
    pages = tuple(Page(tuple(tiles[first : first + 4]), title=words) for first in range(0, len(tiles), 4))  # type: ignore[arg-type]
    ticker = Ticker((Message(words), Message(words, priority="high")))
    board = Board(id="hostile", title=words, pages=pages, ticker=ticker)
    services.library.imported(HERE, written(board), scope=EVERYTHING)
    services.library.publish(HERE, "hostile", 1, HOSTILE)
    services.library.save_draft(HERE, "hostile", document_of(replace(board, title=Title(en=HOSTILE * 2))), 1)
    services.library.publish(HERE, "hostile", 2, SCRIPT)
    services.library.save_draft(HERE, "hostile", document_of(replace(board, title=Title(en=SCRIPT * 2))), 2)


def _paired(keys: Keyring) -> str:
    """The secret of a TV with that board, to which people have said markup in every form."""
    services, manager = keys.services, keys.actor(Role.MANAGER)
    offer = services.pairing.start("127.0.0.1")
    services.screens.pair(manager, offer.code, ScreenWishes(HOSTILE, "hostile", EVERYTHING, "en", "dark"))
    found = services.pairing.look(offer.cookie)
    assert found is not None
    token = services.screens.fetch(found, "127.0.0.1")
    assert token is not None
    for form in FORMS:
        wishes = AnnouncementWishes(SCRIPT + HOSTILE[:36], form, "high", 60, 60, (found.screen_id,))
        services.announcements.send(manager, wishes)
    services.announcements.withdraw(manager, services.announcements.send(manager, wishes))
    return token


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("role", list(PAGES), ids=str)
def test_markup_is_text_on_every_page(here: Theatre, browser: Browser, role: Role | str | None) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
    if isinstance(role, Role):
        name = cookie_name("session", is_secure=False)
        context.add_cookies([{"name": name, "value": here.keys.cookie(role), "url": here.address}])
    elif role == TV:
        name = cookie_name("screen", is_secure=False)
        context.add_cookies([{"name": name, "value": _paired(here.keys), "url": here.address}])
    faults: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text or "Refused to" in said.text:
            faults.append(said.text)

    page = context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    shown = 0
    try:
        for path in PAGES[role]:
            page.goto(here.address + path)
            if path.startswith(("/floor/", "/wall/", "/monitor/")) and "board=<" not in path:
                page.wait_for_selector('.screen[data-drawn="yes"]', timeout=HANG_MS)
                page.wait_for_timeout(1200)
            if path in {"/floor/", "/monitor/"}:
                _look_at_the_console(page, path)
            if path == "/admin/boards/hostile":
                _look_at_everything(page)
            for frame in page.frames:
                assert frame.evaluate("window.hacked") is None, path
                assert frame.locator('img[src="x"]').count() == 0, path
                assert frame.locator("script:not([src])", has_text="hacked").count() == 0, path
            shown += "<img src=x" in page.inner_text("body") or "<img src=x" in page.content()
        if role == TV:
            for form in ("banner", "full"):
                page.wait_for_selector(f'[data-widget="announcement_{form}"]:has-text("{SCRIPT}")')
        assert faults == []
    finally:
        context.close()
    assert shown >= {None: 0, TV: 1}.get(role, 6), "the names are there to be seen"


def _look_at_everything(page: Browsing) -> None:
    """The designer, with its preview, each tile's settings, the board's, and what is wrong with it said in words."""
    page.wait_for_selector('.stage[data-preview="live"]', timeout=HANG_MS)
    for box in page.locator(".grid-stack-item-content").all():
        box.focus()
    for tab in page.locator("[data-tab]").all():
        tab.click()
    page.locator('#panel [data-path="title.en"]').fill("")
    page.locator('#panel [data-path="title.zh"]').fill("")
    page.wait_for_selector(".mistakes:not([hidden])", timeout=HANG_MS)
