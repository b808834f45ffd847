"""Markup as the name of everything that people, the switch or a caller can name, on every page: it shows as text and runs nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, ConsoleMessage
from sqlalchemy import insert

from collectors import events as e
from dashboard.access import scope as scopes
from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from dashboard.boards.document import (
    Board,
    CountdownTile,
    Message,
    NumberTile,
    Page,
    PictureTile,
    Place,
    TextTile,
    Ticker,
    Title,
)
from dashboard.boards.reading import document_of, written
from dashboard.pages.services import Services, now_ms
from dashboard.store.engine import writing
from dashboard.store.schema import screens
from tests.board_pages.uploads import png
from tests.chromium import chromium
from tests.keyring import HERE
from tests.security.theatre import Theatre, theatre

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

HOSTILE = "<img src=x onerror=window.hacked=1>"
SCRIPT = "</script><script>window.hacked=1</script>"
AGENT, STRANGER = "PJSIP/1001", f"Local/{HOSTILE}@x"

PAGES = {
    Role.ADMIN: (
        "/admin/accounts/", "/admin/accounts/new/", "/audit/", "/admin/people/", "/admin/teams/", "/admin/agents/",
        "/admin/queues/", "/admin/reasons/", "/admin/business-day/", "/admin/first-run/", "/screens/",
        "/admin/boards/", "/admin/boards/new", f"/admin/boards/new?source={HOSTILE}", "/admin/boards/pictures/",
        "/admin/boards/hostile/history", "/admin/boards/hostile/restore?revision=1", "/admin/boards/hostile/remove",
    ),
    Role.MANAGER: (
        "/floor/", "/wall/", "/wall/?board=agents", "/wall/?board=hostile", "/account/", "/account/sessions/", "/account/tokens/",
        "/admin/sheets/", f"/admin/people/?q={HOSTILE}", f"/admin/queues/one?queue={HOSTILE}",
        f"/admin/teams/one?team={HOSTILE}", f"/admin/people/new?name={HOSTILE}&agent={HOSTILE}",
        f"/floor/?board={HOSTILE}&lang={HOSTILE}&theme={HOSTILE}", f"/{HOSTILE}", f"/admin/people/{HOSTILE}",
    ),
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
        )
        yield made


def _hang(services: Services) -> None:
    """A board and a picture whose every word is markup."""
    words = Title(zh=HOSTILE, en=SCRIPT)
    at = (Place(0, 0, 24, 8), Place(0, 8, 12, 8), Place(12, 8, 12, 8), Place(0, 16, 24, 8))
    picture = services.pictures.add(HERE, HOSTILE, png())
    tiles = (
        NumberTile(id="n", metric="waiting", window="now", at=at[0], title=words, queues=(HOSTILE,)),
        TextTile(id="t", text=words, at=at[1]),
        PictureTile(id="p", picture=picture, alt=words, at=at[2]),
        CountdownTile(id="c", until="18:00", over=words, at=at[3]),
    )
    board = Board(id="hostile", title=words, pages=(Page(tiles, title=words),), ticker=Ticker((Message(words),)))
    services.library.imported(HERE, written(board), scope=EVERYTHING)
    services.library.publish(HERE, "hostile", 1, HOSTILE)
    services.library.save_draft(HERE, "hostile", document_of(replace(board, title=Title(en=HOSTILE * 2))), 1)
    services.library.publish(HERE, "hostile", 2, SCRIPT)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("role", list(PAGES), ids=str)
def test_markup_is_text_on_every_page(here: Theatre, browser: Browser, role: Role | None) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
    if role is not None:
        name = cookie_name("session", is_secure=False)
        context.add_cookies([{"name": name, "value": here.keys.cookie(role), "url": here.address}])
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
            if path.startswith(("/floor/", "/wall/")) and "board=<" not in path:
                page.wait_for_selector('.screen[data-drawn="yes"]', timeout=20_000)
                page.wait_for_timeout(1200)
            assert page.evaluate("window.hacked") is None, path
            assert page.locator('img[src="x"]').count() == 0, path
            assert page.locator("script:not([src])", has_text="hacked").count() == 0, path
            shown += "<img src=x" in page.inner_text("body") or "<img src=x" in page.content()
        assert faults == []
    finally:
        context.close()
    assert shown >= (6 if role is not None else 0), "the names are there to be seen"
