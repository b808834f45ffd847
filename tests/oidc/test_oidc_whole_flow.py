"""Sign-in through a real provider (canaille, a process of its own), from our button to our page; by HTTP, and in a browser."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from tests.access_pages.site import COOKIE, PageSite, page_site, whole
from tests.accessible import serious_findings
from tests.chromium import chromium
from tests.oidc.canaille_server import PASSWORD
from tests.oidc.real_provider import RealProvider, real_provider
from tests.store.databases import Databases

CALLBACK = "/sign-in/oidc/callback"


@pytest.fixture(scope="module")
def listening() -> Iterator[socket.socket]:
    """Where our pages will be: the provider has to know before."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


@pytest.fixture(scope="module")
def address(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(scope="module")
def provider(address: str) -> Iterator[RealProvider]:
    with real_provider([f"http://localhost{CALLBACK}", f"{address}{CALLBACK}"]) as running:
        yield running


@pytest.fixture(scope="module")
def site(provider: RealProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    folder = tmp_path_factory.mktemp("site")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder, oidc=provider.settings()) as running:
        yield running
    databases.close()


def begin(client: FlaskClient, next_path: str = "/floor/") -> str:
    """Presses our button; where the provider's page is."""
    response = client.get("/sign-in/oidc", query_string={"next": next_path})
    assert response.status_code == 303
    (cookie,) = [found for found in response.headers.getlist("Set-Cookie") if "oidc" in found]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    return response.headers["Location"]


def come_back(client: FlaskClient, url: str) -> TestResponse:
    parts = urlsplit(url)
    return client.get(f"{parts.path}?{parts.query}")


def refused(client: FlaskClient, response: TestResponse) -> str:
    """The page that somebody reads who is not let in; its address holds nothing of the answer."""
    assert session_of(response) == ""
    location = response.headers["Location"]
    assert location.startswith("/sign-in/oidc/refused?why=")
    assert "code" not in location
    assert "state" not in location
    page = client.get(location)
    assert page.status_code == 403
    return page.text


def session_of(response: TestResponse) -> str:
    """The session that the answer opens; "" for none."""
    found = [one for one in response.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    return found[0].partition("=")[2].partition(";")[0] if found else ""


def actor_of(site: PageSite, response: TestResponse) -> Actor:
    actor = site.services.doorkeeper.by_session(session_of(response), "127.0.0.1")
    assert actor is not None
    return actor


def test_from_our_button_to_our_page(site: PageSite, provider: RealProvider) -> None:
    client = site.visitor()
    assert "Sign in with 企业登录" in client.get("/sign-in").text
    back = provider.sign_in(begin(client, "/floor/?lang=en"), "li.na")
    query = parse_qs(urlsplit(back).query)
    assert set(query) == {"code", "state", "iss"}
    response = come_back(client, back)
    assert (response.status_code, response.headers["Location"]) == (303, "/floor/?lang=en")
    actor = actor_of(site, response)
    assert (actor.name, actor.roles) == ("李娜", ("manager",))
    line = site.audited()[-1]
    assert (line.action, line.actor_name, line.result) == ("account.sign_in", "李娜", "ok")
    assert '"via":"provider"' in line.details
    assert not [one for one in site.audited() if query["code"][0] in one.details]

    again = come_back(client, back)  # the same answer once more, in the same browser
    assert "This sign-in is over" in refused(client, again)


@pytest.mark.parametrize("next_path", ["//evil.example", "https://evil.example/", "/sign-out"])
def test_coming_back_never_leads_away(site: PageSite, provider: RealProvider, next_path: str) -> None:
    client = site.visitor()
    response = come_back(client, provider.sign_in(begin(client, next_path), "li.na"))
    assert (response.status_code, response.headers["Location"]) == (303, "/")


def test_a_code_that_was_used_is_refused_by_the_provider_too(site: PageSite, provider: RealProvider) -> None:
    first, second = site.visitor(), site.visitor()
    used = parse_qs(urlsplit(provider.sign_in(begin(first), "li.na")).query)
    mine = parse_qs(urlsplit(begin(second)).query)["state"][0]
    query = {"code": used["code"][0], "state": mine, "iss": provider.issuer}
    response = second.get(CALLBACK, query_string=query)  # somebody else's code put into my sign-in: PKCE
    assert "This sign-in is over" in refused(second, response)


def test_the_answer_belongs_to_the_browser_that_asked(site: PageSite, provider: RealProvider) -> None:
    attacker, victim = site.visitor(), site.visitor()
    back = provider.sign_in(begin(attacker), "li.na")
    for forged in (site.visitor(), victim):
        assert "This sign-in is over" in refused(forged, come_back(forged, back))
    begin(victim)
    assert session_of(come_back(victim, back)) == ""  # nor into a sign-in of their own
    response = come_back(attacker, back)
    assert session_of(response) != "", response.text


def test_what_the_provider_says_of_errors_is_not_shown(site: PageSite) -> None:
    client = site.visitor()
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    hostile = {"state": state, "error": "access_denied", "error_description": "<img src=x onerror=alert(1)> call 110"}
    text = refused(client, client.get(CALLBACK, query_string=hostile))
    assert "You cancelled the sign-in there." in text
    assert "110" not in text
    assert "img" not in text
    refused(client, client.get(CALLBACK, query_string={"state": "x\r\nSet-Cookie: a=b", "code": "c" * 9000}))
    for why in ("", "<img>", "title", "away&provider=x"):
        assert client.get("/sign-in/oidc/refused", query_string={"why": why}).status_code == 404


def test_groups_at_the_provider_decide(site: PageSite, provider: RealProvider) -> None:
    client = site.visitor()

    def sign_in(user: str) -> TestResponse:
        client.delete_cookie(COOKIE)
        return come_back(client, provider.sign_in(begin(client), user))

    actor = actor_of(site, sign_in("wang.wei"))
    assert actor.roles == ("supervisor",)
    assert actor.scope(Permission.FLOOR_VIEW) == Scope(frozenset(), frozenset({"sales"}))
    provider.set_groups("wang.wei", "floor-managers")
    assert actor_of(site, sign_in("wang.wei")).roles == ("manager",)
    assert [line.action for line in site.audited()][-2:] == ["account.roles_changed", "account.sign_in"]

    provider.rotate_keys()
    assert actor_of(site, sign_in("wang.wei")).id == actor.id

    provider.set_groups("wang.wei")
    text = refused(client, sign_in("wang.wei"))
    assert "企业登录 knows you, but none of your groups may use Floorwatch." in text
    assert site.audited()[-1].result == "denied"
    made = [line.action for line in site.audited()].count("account.created")
    refused(client, sign_in("nobody"))
    assert [line.action for line in site.audited()].count("account.created") == made


def test_an_administrator_without_a_second_factor_sets_one_up_first(site: PageSite, provider: RealProvider) -> None:
    client = site.visitor()
    response = come_back(client, provider.sign_in(begin(client), "boss"))
    actor = actor_of(site, response)
    assert (actor.must_set_up, actor.grants) == ("second_factor", ())
    assert client.get("/floor/").headers["Location"].startswith("/account/set-up/")


def test_beginning_over_and_over_gets_slow(site: PageSite) -> None:
    """Each beginning leaves a record in Redis: nobody fills it from one address."""
    for _ in range(601):
        assert site.services.throttle.enter("oidc", "198.51.100.9") == 0
    response = site.visitor().get("/sign-in/oidc", environ_base={"REMOTE_ADDR": "198.51.100.9"})
    assert response.status_code == 429
    assert "Too many tries." in response.text
    begin(site.visitor())  # from elsewhere


@pytest.mark.browser
def test_in_a_browser(
    site: PageSite,
    provider: RealProvider,
    address: str,
    listening: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dashboard.access.oidc_provider.FRESH_MS", 0)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, whole(site.server), threaded=True, fd=listening.fileno())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with chromium() as browser:
            page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
            _story(page, address, provider)
    finally:
        server.shutdown()


def _story(page: Page, address: str, provider: RealProvider) -> None:
    page.goto(f"{address}/account/")
    _look(page, "oidc-button")
    page.get_by_role("link", name="使用 企业登录 登录").click()
    assert page.url.startswith(provider.issuer)
    page.fill("input[name=login]", "li.na")
    page.keyboard.press("Enter")
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/account/")
    names = {cookie["name"] for cookie in page.context.cookies(address)}
    assert COOKIE in names
    assert "floorwatch_oidc" not in names

    page.context.clear_cookies()
    provider.set_groups("li.na")
    page.goto(f"{address}/sign-in/oidc")
    page.fill("input[name=login]", "li.na")
    page.keyboard.press("Enter")
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/sign-in/oidc/refused?**")
    assert "您所在的组没有使用权限" in page.get_by_role("alert").inner_text()
    _look(page, "oidc-refused")

    provider.close()
    page.goto(f"{address}/sign-in?lang=en&next=/account/")
    page.get_by_role("link", name="Sign in with 企业登录").click()
    page.wait_for_url(f"{address}/sign-in/oidc/refused?**")
    assert "企业登录 cannot be reached at the moment." in page.get_by_role("alert").inner_text()
    _look(page, "oidc-away")
    page.get_by_role("link", name="Sign in with login and password").click()
    assert page.locator("#login-field").is_visible()


def _look(page: Page, name: str) -> None:
    assert serious_findings(page) == []
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")
