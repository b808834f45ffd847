"""The pages of paired screens over HTTP: what a TV gets and what not, what a supervisor sees, who is turned away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
import segno
from flask.testing import FlaskClient

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.screen_wishes import ScreenWishes
from dashboard.leaderboards.templates import TEMPLATES
from dashboard.pages.tv import picture
from tests.access_pages.site import PageSite, page_site
from tests.store.databases import Databases

SALES, SUPPORT = Scope(frozenset({"600"})), Scope(frozenset({"601"}))
HOSTILE = '<img src=x onerror="alert(1)">'
TV_COOKIE, PAIRING_COOKIE = "floorwatch_screen", "floorwatch_pairing"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    folder = tmp_path_factory.mktemp("screens")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder) as running:
        yield running
    databases.close()


def code_on(page: str) -> str:
    """The code that a pairing page shows."""
    found = re.search(r'aria-label="[^"]*: ((?:[2-9A-Z] ){5}[2-9A-Z])"', page)
    assert found is not None
    return found[1].replace(" ", "")


def form(code: str = "", name: str = "二楼东侧", **changed: str | list[str]) -> dict[str, str | list[str]]:
    """What the pairing form sends."""
    fields: dict[str, str | list[str]] = {"code": code, "name": name, "board": "default", "everything": "yes"}
    return fields | {"lang": "zh-CN", "theme": "dark", "address_range": ""} | changed


def manager(site: PageSite) -> Actor:
    """A manager of everything."""
    found = site.services.doorkeeper.by_session(site.signed_in(Role.MANAGER), "127.0.0.1")
    assert found is not None
    return found


def paired(site: PageSite, scope: Scope = EVERYTHING, **wishes: str) -> tuple[FlaskClient, str]:
    """A TV that was let in, and its screen's id."""
    offer = site.services.pairing.start("127.0.0.1")
    wanted = {"name": "tv", "board": "default", "lang": "en", "theme": "light"} | wishes
    screen_id = site.services.screens.pair(manager(site), offer.code, ScreenWishes(scope=scope, **wanted))
    tv = site.server.test_client()
    tv.set_cookie(PAIRING_COOKIE, offer.cookie)
    assert tv.post("/tv/pairing").get_json()["state"] == "paired"
    return tv, screen_id


def test_a_tv_is_let_in_from_the_desk(site: PageSite) -> None:
    tv, desk = site.server.test_client(), site.client(Role.SUPERVISOR)
    shown = tv.get("/tv")
    code = code_on(shown.get_data(as_text=True))
    assert code_on(tv.get("/tv").get_data(as_text=True)) == code
    assert tv.post("/tv/pairing").get_json()["state"] == "waiting"
    answer = desk.post("/screens/pair", data=form(code.lower()))
    assert (answer.status_code, answer.location) == (303, "/screens/?said=screen_paired")
    let_in = tv.post("/tv/pairing")
    assert let_in.get_json() == {"state": "paired", "to": "/wall/?as=screen"}
    (cookie,) = [one for one in let_in.headers.getlist("Set-Cookie") if one.startswith(TV_COOKIE)]
    assert {"HttpOnly", "SameSite=Lax", f"Max-Age={400 * 86_400}"} <= set(cookie.split("; "))
    assert cookie.split(";")[0].partition("=")[2] not in let_in.get_data(as_text=True)
    on = tv.get("/tv")
    assert (on.status_code, on.location) == (303, "/wall/?as=screen")
    assert any(one.startswith(TV_COOKIE) for one in on.headers.getlist("Set-Cookie"))
    assert tv.post("/tv/pairing").get_json() == {"state": "over"}
    assert "二楼东侧" in desk.get("/screens/").get_data(as_text=True)


def test_a_pairing_page_is_kept_by_nobody_and_holds_no_secret(site: PageSite) -> None:
    tv = site.server.test_client()
    shown = tv.get("/tv?lang=en")
    cookies = {one.partition("=")[0]: one for one in shown.headers.getlist("Set-Cookie")}
    assert "HttpOnly" in cookies[PAIRING_COOKIE]
    secret = cookies[PAIRING_COOKIE].split(";")[0].partition(".")[2]
    assert len(secret) > 40
    assert secret not in shown.get_data(as_text=True)
    assert shown.headers["Cache-Control"] == "no-store"
    assert 'lang="en" data-theme="dark"' in shown.get_data(as_text=True)


def test_the_picture_is_the_code_of_the_address_behind_a_hash() -> None:
    text = "https://floor.example/screens/#pair=AB2C3D"
    drawn, wanted = picture(text), [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    cells = [bytearray(drawn.size) for _ in range(drawn.size)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawn.path):
        cells[int(y)][int(x) : int(x) + int(width)] = b"\1" * int(width)
    assert [bytes(row) for row in cells] == wanted


def test_without_redis_a_tv_waits_and_comes_by_itself(site: PageSite) -> None:
    waiting, tv = site.server.test_client(), site.server.test_client()
    waiting.get("/tv")
    site.redis.kill()
    try:
        shown = tv.get("/tv?lang=en")
        assert shown.status_code == 200
        assert "No pairing code for the moment" in shown.get_data(as_text=True)
        assert tv.post("/tv/pairing").get_json() == {"state": "over"}  # it asks for a new page then
        assert waiting.post("/tv/pairing").status_code == 503
    finally:
        site.redis.start()
    assert code_on(tv.get("/tv").get_data(as_text=True))


def test_a_wrong_code_is_said_at_the_field_and_the_rest_stays(site: PageSite) -> None:
    desk = site.client(Role.MANAGER)
    answer = desk.post("/screens/pair", data=form("222222", name=HOSTILE))
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="code-error"' in body
    assert "This code is wrong, has expired or was used" in body
    assert "onerror" in body
    assert "<img" not in body


def test_a_hostile_name_is_text(site: PageSite) -> None:
    tv, _ = paired(site, name=HOSTILE)
    desk = site.client(Role.MANAGER)
    listed = desk.get("/screens/").get_data(as_text=True)
    assert "onerror" in listed
    assert "<img" not in listed
    assert "<img" not in tv.get("/wall/?as=screen").get_data(as_text=True)


@pytest.mark.parametrize("role", [None, Role.AGENT, Role.QUALITY, Role.ANALYST, Role.AUDITOR])
def test_who_may_not_manage_screens_gets_nowhere(site: PageSite, role: Role | None) -> None:
    _, screen_id = paired(site)
    client = site.client(role)
    for path in ("", f"{screen_id}/", f"{screen_id}/revoke"):
        answer = client.get(f"/screens/{path}")
        assert answer.status_code == (403 if role else 303)
    for path in ("pair", f"{screen_id}/", *(f"{screen_id}/{order}" for order in ("blank", "reload", "revoke"))):
        assert client.post(f"/screens/{path}", data=form()).status_code == (403 if role else 303)
    assert screen_id in {line.record.id for line in site.services.screens.listed(manager(site))}


def test_anothers_screen_is_forbidden_on_every_path_and_on_record(site: PageSite) -> None:
    _, screen_id = paired(site, SALES, name="of sales")
    other = site.client(Role.SUPERVISOR, SUPPORT)
    before = len(site.audited())
    assert "of sales" not in other.get("/screens/").get_data(as_text=True)
    for path in (f"{screen_id}/", f"{screen_id}/revoke", "no-such-id/"):
        assert other.get(f"/screens/{path}").status_code == 403
    for path in ("", "blank", "unblank", "reload", "revoke"):
        assert other.post(f"/screens/{screen_id}/{path}", data=form()).status_code == 403
    denied = [line for line in site.audited()[before:] if line.result == "denied"]
    assert len(denied) >= 5  # the same again within a minute is only counted
    assert {line.action for line in denied} == {Permission.SCREENS_MANAGE}
    assert any(screen_id in line.target_name for line in denied)


def test_a_scope_that_was_not_offered_is_forbidden(site: PageSite) -> None:
    offer = site.services.pairing.start("127.0.0.1")
    desk = site.client(Role.SUPERVISOR, SALES)
    assert 'name="everything"' not in desk.get("/screens/").get_data(as_text=True)
    assert desk.post("/screens/pair", data=form(offer.code)).status_code == 403
    assert desk.post("/screens/pair", data=form(offer.code, everything="", queues=["601"])).status_code == 403
    assert desk.post("/screens/pair", data=form(offer.code, everything="", queues=["600"])).status_code == 303


def test_orders_of_the_desk_change_the_screen(site: PageSite) -> None:
    tv, screen_id = paired(site)
    desk = site.client(Role.MANAGER)
    for order in ("blank", "unblank", "reload"):
        assert desk.post(f"/screens/{screen_id}/{order}").location == f"/screens/?said=screen_{order}"
    assert desk.post(f"/screens/{screen_id}/", data=form(board="agents")).location == "/screens/?said=screen_changed"
    assert desk.get(f"/screens/{screen_id}/blink").status_code == 404
    assert wall_of(tv)["props"]["data-board"] == "agents"
    assert "Revoke it" in desk.get(f"/screens/{screen_id}/revoke").get_data(as_text=True)
    assert desk.post(f"/screens/{screen_id}/revoke").location == "/screens/?said=screen_revoked"
    assert tv.get("/wall/?as=screen").location == "/tv"
    assert code_on(tv.get("/tv").get_data(as_text=True))


def wall_of(tv: FlaskClient, search: str = "?as=screen") -> dict[str, dict[str, str]]:
    """The layout that a wall gets."""
    asked = {
        "output": "page.tree",
        "outputs": {"id": "page", "property": "tree"},
        "inputs": [{"id": "address", "property": "search", "value": search}],
        "changedPropIds": ["address.search"],
    }
    answer = tv.post("/wall/_dash-update-component", json=asked)
    assert answer.status_code == 200
    found: dict[str, dict[str, str]] = answer.get_json()["response"]["page"]["tree"]
    return found


def test_a_paired_wall_is_as_its_row_says_whatever_the_address_asks(site: PageSite) -> None:
    tv, _ = paired(site, board="agents")
    page = tv.get("/wall/?as=screen&lang=zh-CN&theme=dark&board=default")
    assert '<html lang="en" data-theme="light">' in page.get_data(as_text=True)
    assert any(one.startswith(TV_COOKIE) for one in page.headers.getlist("Set-Cookie"))
    wall = wall_of(tv, "?as=screen&board=default")["props"]
    assert (wall["data-board"], wall["lang"], wall["data-door"]) == ("agents", "en", "/tv")
    assert wall["data-gateway"].endswith("?as=screen")


def test_a_screen_opens_nothing_but_its_wall(site: PageSite) -> None:
    tv, _ = paired(site)
    for path in ("/floor/", "/screens/", "/account/"):
        assert tv.get(path).status_code in {303, 403}, path


def test_a_person_on_the_same_browser_is_not_the_tv(site: PageSite) -> None:
    tv, _ = paired(site, board="agents")
    tv.set_cookie("floorwatch_session", site.signed_in(Role.MANAGER, lang="zh-CN"))
    assert wall_of(tv, "?board=default")["props"]["data-board"] == "default"
    assert wall_of(tv, "?as=screen")["props"]["data-board"] == "agents"


def leaderboard_of(client: FlaskClient, leaderboard: str) -> str:
    """The layout that its page gets, as JSON."""
    asked = {
        "output": "page.tree",
        "outputs": {"id": "page", "property": "tree"},
        "inputs": [{"id": "address", "property": "search", "value": "?lang=en"}],
        "state": [{"id": "address", "property": "path", "value": f"/leaderboard/{leaderboard}"}],
        "changedPropIds": ["address.search"],
    }
    answer = client.post("/leaderboard/_dash-update-component", json=asked)
    assert answer.status_code == 200
    return json.dumps(answer.get_json()["response"]["page"]["tree"])


def test_a_leaderboard_hangs_on_a_tv_and_opens_in_a_browser_of_who_may_see_it(site: PageSite) -> None:
    shelf, who = site.services.leaderboards, manager(site)
    ours = shelf.make(who, TEMPLATES["service"], EVERYTHING, is_on=True)
    support = shelf.make(who, TEMPLATES["teams"], SUPPORT, is_on=True)
    shown = site.client(Role.SUPERVISOR).get("/screens/").get_data(as_text=True)
    assert f'value="leaderboard:{ours}"' in shown
    tv, _ = paired(site, board=f"leaderboard:{ours}")
    on_tv = json.dumps(wall_of(tv))
    for kind in ("leaderboard_head", "podium", "ranking", "team_race", "bests", "goals", "celebration"):
        assert f'"data-widget": "{kind}"' in on_tv
    reader = site.client(Role.QUALITY, SALES, lang="zh-CN")
    page = reader.get(f"/leaderboard/{ours}?lang=en")
    assert '<html lang="en" data-theme="dark">' in page.get_data(as_text=True)
    assert f'"data-board": "leaderboard:{ours}"' in leaderboard_of(reader, ours)
    assert '"data-widget": "ranking"' in leaderboard_of(reader, ours)
    for hidden in (support, "gone", "../x", ""):
        assert '"data-widget": "no_board"' in leaderboard_of(reader, hidden), hidden
    assert f"leaderboard:{support}" not in site.client(Role.SUPERVISOR, SALES).get("/screens/").get_data(as_text=True)
    assert site.client(Role.AGENT).get(f"/leaderboard/{ours}").status_code == 403
    shelf.switch(who, ours, shelf.get(who, ours).version, is_on=False)
    assert '"data-widget": "no_board"' in json.dumps(wall_of(tv))
    assert '"data-widget": "no_board"' in leaderboard_of(reader, ours)
