"""What stands before every request: nothing passes that is not for us, not from us, or not allowed; and the answers tell nothing."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Response, request

from dashboard.access.actor import Denied
from dashboard.access.keys import digest, session_key
from dashboard.access.permissions import Permission, Role
from dashboard.access.session_record import Session
from dashboard.access.unavailable import AccessUnavailable
from dashboard.pages.doors import PUBLIC, SETTING_UP, SIGNED_IN, Doors, doors, needs
from dashboard.refusal import Refused
from dashboard.settings import AccessSettings, WebSettings
from dashboard.store.engine import StoreError
from tests.access_pages.site import COOKIE, PageSite, page_site
from tests.store.databases import Databases

LAYOUT = {
    "output": "page.children",
    "outputs": {"id": "page", "property": "children"},
    "inputs": [{"id": "address", "property": "search", "value": ""}],
    "changedPropIds": ["address.search"],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """With a few routes of the test's own, behind a proxy that is trusted."""
    folder = tmp_path_factory.mktemp("guard")
    databases = Databases("sqlite", folder)
    web = WebSettings(public_url="https://floor.example")
    access = AccessSettings(trusted_proxies=("10.9.9.9",))
    with page_site(databases.migrated(), folder, web=web, access=access) as running:
        _add_routes(doors(running.server))
        yield running
    databases.close()


def _add_routes(table: Doors) -> None:
    def echo() -> str:
        return request.form.get("text", "") + f" {request.remote_addr} {request.scheme}"

    def raising(error: Exception) -> Response:
        raise error

    table.route("/t/echo", "t_echo", echo, SIGNED_IN, methods=("GET", "POST"))
    table.route("/t/open", "t_open", echo, PUBLIC, methods=("GET", "POST"))
    table.route("/t/file", "t_file", echo, SIGNED_IN, methods=("POST",), takes_files=True)
    table.route("/t/setting-up", "t_setting_up", echo, SETTING_UP)
    table.route("/t/audit", "t_audit", echo, needs(Permission.AUDIT_VIEW, Permission.AUDIT_EXPORT))
    for name, error in {
        "denied": Denied(Permission.NUMBERS_REVEAL, "a queue"),
        "refused": Refused("form.too_long", "text", most=7),
        "store": StoreError("The database postgresql://u@h/secret-place fails."),
        "away": AccessUnavailable("Redis at secret-place cannot be reached."),
        "bug": RuntimeError("secret-place"),
    }.items():
        table.route(f"/t/{name}", f"t_{name}", lambda error=error: raising(error), PUBLIC)
    table.server.add_url_rule("/t/forgotten", "t_forgotten", echo, methods=["GET", "POST"])


def _post(site: PageSite, role: Role | None, path: str = "/t/echo", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.client(role).post(path, data={"text": "x"}, headers=named).status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec_Fetch_Site": "same-origin"}, 200),
        ({"Sec_Fetch_Site": "none"}, 200),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Origin": "https://floor.example"}, 200),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Sec_Fetch_Site": ""}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://localhost:9"}, 403),
        ({"Origin": "https://floor.example.evil.example"}, 403),
        ({"Origin": "http://floor.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "http://evil.example"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Origin": "http://localhost"}, 403),
    ],
)
def test_what_changes_something_comes_from_our_own_pages(site: PageSite, headers: dict[str, str], status: int) -> None:
    assert _post(site, Role.SUPERVISOR, **headers) == status


def test_a_foreign_request_is_on_record_and_reading_is_no_matter_of_where_from(site: PageSite) -> None:
    client = site.client(Role.SUPERVISOR)
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}
    assert client.get("/t/echo", headers=foreign).status_code == 200
    before = len(site.audited())
    answer = client.post("/t/echo", headers=foreign)
    assert "came from another website" in answer.get_data(as_text=True)
    line = site.audited()[before]
    assert (line.action, line.result, line.target_id, line.actor_kind) == (
        "request.foreign",
        "denied",
        "t_echo",
        "person",
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_foreign_sign_in_is_refused_too(site: PageSite, method: str) -> None:
    answer = site.client().open("/t/open", method=method, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == (403 if method == "POST" else 405)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8050", 200),
        ("127.0.0.1", 200),
        ("[::1]:8050", 200),
        ("floor.example", 200),
        ("evil.example", 403),
        ("floor.example.evil.example", 403),
        ("evil.example;script-src *", 403),
        ("[", 403),
        ("", 403),
    ],
)
def test_only_our_own_names_are_answered(site: PageSite, host: str, status: int) -> None:
    answer = site.client().get("/t/open", headers={"Host": host})
    assert answer.status_code == status
    assert "evil" not in str(answer.headers)


def test_who_is_not_known_is_led_to_the_sign_in_and_back(site: PageSite) -> None:
    nobody = site.client()
    assert nobody.get("/t/echo?a=1").location == "/sign-in?next=%2Ft%2Fecho%3Fa%3D1"
    assert nobody.get("/t/echo").status_code == 303
    posted = nobody.post("/t/echo", headers={"Referer": "http://localhost/t/open"})
    assert posted.location == "/sign-in?next=%2Ft%2Fopen"
    assert nobody.post("/t/echo", headers={"Referer": "http://evil.example/t"}).location == "/sign-in?next=%2F"


@pytest.mark.parametrize("path", ["//evil.example/t/echo", "/\\evil.example", "/t/%2F%2Fevil", "/t/echo\r\nX-Bad: 1"])
def test_no_path_becomes_another_host_or_a_header(site: PageSite, path: str) -> None:
    answer = site.client().get(path)
    assert not re.search(r"^(https?:)?//(?!localhost/)", answer.headers.get("Location", ""))
    assert "X-Bad" not in answer.headers


def test_a_role_that_does_not_allow_it_sees_a_page_that_says_so(site: PageSite) -> None:
    before = len(site.audited())
    answer = site.client(Role.SUPERVISOR).get("/t/audit")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "Your roles do not allow it" in text
    assert '<html lang="en" data-theme="light">' in text
    (line,) = site.audited()[before:]
    assert (line.action, line.target_kind, line.target_id) == ("audit.export", "route", "t_audit")
    assert "您的角色" in site.client(Role.SUPERVISOR, lang="zh-CN").get("/t/audit").get_data(as_text=True)
    assert site.client(Role.AUDITOR).get("/t/audit").status_code == 200


def test_a_route_that_nobody_entered_opens_for_nobody(site: PageSite, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        for role in (*Role, None):
            assert site.client(role).get("/t/forgotten").status_code == 403
    assert site.audited()[-1].action == "request.unknown"


@pytest.mark.parametrize(
    "forged",
    [
        LAYOUT | {"output": "account.children"},
        LAYOUT | {"output": "..page.children...x.y.."},
        LAYOUT | {"output": None},
        LAYOUT | {"output": ["page.children"]},
        {name: value for name, value in LAYOUT.items() if name != "output"},
        [],
        "page.children",
    ],
)
def test_a_forged_callback_runs_nothing(site: PageSite, forged: object) -> None:
    before = len(site.audited())
    answer = site.client(Role.SUPERVISOR).post("/floor/_dash-update-component", json=forged)
    assert (answer.status_code, answer.get_json()) == (403, {"error": "denied"})
    assert len(site.audited()) == before + 1


def test_a_callback_is_for_whom_its_page_is(site: PageSite) -> None:
    statuses = {
        role: site.client(role).post("/floor/_dash-update-component", json=LAYOUT).status_code for role in (*Role, None)
    }
    allowed = {role for role, status in statuses.items() if status == 200}
    assert allowed == {
        Role.ADMIN, Role.MANAGER, Role.SUPERVISOR, Role.QUALITY, Role.TRAINER, Role.ANALYST,
    }  # fmt: skip
    assert statuses[None] == 401
    assert {statuses[Role.AGENT], statuses[Role.AUDITOR]} == {403}
    not_json = site.client(Role.SUPERVISOR).post("/floor/_dash-update-component", data="{")
    assert not_json.status_code == 403


def test_a_callback_has_the_need_of_its_own_page_whatever_others_call_theirs(site: PageSite) -> None:
    agent = site.client(Role.AGENT)
    drawn = LAYOUT | {"output": "page.tree", "outputs": {"id": "page", "property": "tree"}}
    statuses = {
        page: agent.post(f"/{page}/_dash-update-component", json=asked).status_code
        for page, asked in (("me", drawn), ("floor", LAYOUT), ("wall", drawn))
    }
    assert statuses == {"me": 200, "floor": 403, "wall": 403}


def test_what_is_too_large_is_not_read(site: PageSite) -> None:
    client = site.client(Role.SUPERVISOR)
    assert client.post("/t/echo", data={"text": "x" * 900_000}).status_code == 200
    too_much = client.post("/t/echo", data={"text": "x" * 1_000_001})
    assert too_much.status_code == 413
    assert "Forms may hold 1 MB" in too_much.get_data(as_text=True)
    assert client.post("/t/file", data={"text": "x" * 5_000_000}).status_code == 200
    assert client.post("/t/file", data={"text": "x" * 6_000_001}).status_code == 413
    nobody = site.client().post("/sign-in", data={"text": "x" * 1_000_001})
    assert nobody.status_code == 413


def test_a_body_that_hides_its_length_is_not_read(site: PageSite) -> None:
    answer = site.client(Role.SUPERVISOR).post("/t/echo", headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 411


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/t/denied", 403, "Your roles do not allow it"),
        ("/t/refused", 422, "at most 7 characters"),
        ("/t/store", 503, "Screens that are open go on"),
        ("/t/away", 503, "Screens that are open go on"),
        ("/t/bug", 500, "tell your administrator"),
        ("/t/nothing", 404, "There is no such page"),
        ("/t/audit", 405, "cannot be used in that way"),
    ],
)
def test_what_goes_wrong_is_told_and_nothing_of_the_server_with_it(
    site: PageSite, path: str, status: int, says: str
) -> None:
    client = site.client(Role.AUDITOR)
    answer = client.post(path) if status == 405 else client.get(path)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert says in text
    assert "secret-place" not in text
    assert "Traceback" not in text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.get("Refresh") == ("5" if status == 503 else None)


def test_forms_go_under_a_policy_without_inline_anything(site: PageSite) -> None:
    answer = site.client(Role.AUDITOR).get("/t/nothing")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "sha256" not in policy
    assert "form-action 'self';" in policy
    assert not re.search(r"<style|style=|<script(?! src)|\son\w+=", answer.get_data(as_text=True))
    assert "'unsafe-inline'" in site.client(Role.ADMIN).get("/floor/").headers["Content-Security-Policy"]


def test_a_host_that_is_not_ours_comes_into_no_header(site: PageSite) -> None:
    for host in ("evil.example", "evil.example;script-src *", "localhost.evil.example"):
        answer = site.client(Role.ADMIN).get("/floor/", headers={"Host": host})
        assert answer.status_code == 403
        assert not [value for value in answer.headers.values() if "evil" in value or "script-src *" in value]


def test_a_page_may_use_nothing_of_the_machine_but_keep_its_screen_on(site: PageSite) -> None:
    for path in ("/floor/", "/account/", "/sign-in"):
        policy = site.client(Role.ADMIN).get(path).headers["Permissions-Policy"]
        assert policy == "camera=(), geolocation=(), microphone=(), screen-wake-lock=(self)"
    for path in ("/floor/", "/monitor/"):
        policy = site.client(Role.SUPERVISOR).get(path).headers["Permissions-Policy"]
        assert "microphone=(self)" in policy, "whoever speaks with agents in the browser"


def test_a_trusted_proxy_alone_tells_address_and_tls(site: PageSite) -> None:
    told = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
    trusted, anybody = ({"REMOTE_ADDR": address} for address in ("10.9.9.9", "10.9.9.8"))
    client = site.client()
    through = client.get("/t/open", headers=told, environ_base=trusted)
    assert through.get_data(as_text=True) == " 192.0.2.7 https"
    assert through.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    past = client.get("/t/open", headers=told, environ_base=anybody)
    assert past.get_data(as_text=True) == " 10.9.9.8 http"
    assert "Strict-Transport-Security" not in past.headers


def test_under_tls_a_page_in_clear_is_a_foreign_one_even_of_this_name(site: PageSite) -> None:
    for origin, status in (("https://localhost", 200), ("http://localhost", 403)):
        answer = site.client().post(
            "/t/open",
            headers={"X-Forwarded-Proto": "https", "Origin": origin},
            environ_base={"REMOTE_ADDR": "10.9.9.9"},
        )
        assert answer.status_code == status


def test_under_tls_only_the_prefixed_cookie_counts(site: PageSite) -> None:
    tls = {
        "environ_base": {"REMOTE_ADDR": "10.9.9.9"},
        "headers": {"X-Forwarded-Proto": "https", "Host": "floor.example"},
    }
    value = site.signed_in(Role.SUPERVISOR)
    client = site.server.test_client(use_cookies=False)
    plain = tls["headers"] | {"Cookie": f"{COOKIE}={value}"}
    assert client.get("/t/echo", environ_base=tls["environ_base"], headers=plain).status_code == 303
    prefixed = tls["headers"] | {"Cookie": f"__Host-{COOKIE}={value}"}
    assert client.get("/t/echo", environ_base=tls["environ_base"], headers=prefixed).status_code == 200


def test_the_cookie_of_a_session_changes_when_it_is_time(site: PageSite) -> None:
    value = site.signed_in(Role.SUPERVISOR)
    client = site.visitor(value)
    assert client.get("/t/echo").headers.getlist("Set-Cookie") == []
    _made_older(site, value, 16 * 60_000)
    (kept,) = client.get("/t/echo").headers.getlist("Set-Cookie")
    assert kept.startswith(f"{COOKIE}=")
    assert value not in kept
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(kept.split("; "))
    assert client.get("/t/echo").status_code == 200
    assert site.visitor(value).get("/t/echo").status_code == 200  # requests that were on their way with the old one


def test_who_signs_out_when_it_is_time_gets_no_new_cookie(site: PageSite) -> None:
    value = site.signed_in(Role.SUPERVISOR)
    _made_older(site, value, 16 * 60_000)
    (gone,) = site.visitor(value).post("/sign-out").headers.getlist("Set-Cookie")
    assert gone.startswith(f"{COOKIE}=;")


def _made_older(site: PageSite, cookie: str, age_ms: int) -> None:
    session = site.services.sessions.read(cookie)
    assert isinstance(session, Session)
    key = session_key(site.services.site, session.id)
    site.services.redis.hset(key, "rotated_at_ms", str(session.rotated_at_ms - age_ms))


def test_who_has_something_to_set_up_can_do_that_and_leave(site: PageSite) -> None:
    account = site.account(Role.ADMIN)
    client = site.visitor(site.session(account, second_factor=""))
    assert client.get("/floor/").location == "/account/set-up/"
    assert client.get("/t/echo").location == "/account/set-up/"
    assert client.post("/floor/_dash-update-component", json=LAYOUT).status_code == 403
    assert client.get("/t/setting-up").status_code == 200
    assert site.client().get("/t/setting-up").status_code == 303


def test_a_cookie_that_we_did_not_make_opens_nothing(site: PageSite) -> None:
    for value in ("x" * 43, "", "../../x", "a" * 4_000, digest("x"), '"; DROP'):
        assert site.visitor(value).get("/t/echo").status_code == 303


def test_with_redis_away_pages_say_so_and_files_and_open_pages_are_served(tmp_path: Path) -> None:
    databases = Databases("sqlite", tmp_path)
    with page_site(databases.migrated(), tmp_path) as site:
        _add_routes(doors(site.server))
        client = site.client(Role.SUPERVISOR)
        assert client.get("/t/echo").status_code == 200
        site.redis.kill()
        started = time.monotonic()
        for path, status in (("/t/echo", 503), ("/t/open", 200), ("/healthz", 200), ("/nothing", 404)):
            assert client.get(path).status_code == status, path
        answer = client.get("/assets/css/core/tokens.css")
        assert answer.status_code == 200
        answer.close()
        assert time.monotonic() - started < 20
