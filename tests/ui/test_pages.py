"""The pages' server: what it serves, to whom, with which headers, and nothing from elsewhere."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.access.permissions import Role
from dashboard.pages.headers import content_security_policy, gateway_sources
from dashboard.pages.preferences import Preferences, preferences, query_of
from dashboard.pages.web_config import WebConfig
from dashboard.settings import LiveSettings, Settings
from tests.access_pages.site import COOKIE, PageSite
from tests.patience import HANG_S
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def client(site: PageSite, manager: str) -> FlaskClient:
    """A manager's browser that has chosen nothing yet."""
    client = site.server.test_client()
    client.set_cookie(COOKIE, manager)
    return client


def _html(client: FlaskClient, address: str, **headers: str) -> str:
    return client.get(address, headers=headers).get_data(as_text=True)


def test_the_root_leads_a_manager_to_the_day(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (303, "/today/")


def test_a_path_without_its_slash_keeps_the_query(client: FlaskClient) -> None:
    answer = client.get("/wall?board=x&lang=en")
    assert answer.status_code in {301, 308}
    assert answer.location.endswith("/wall/?board=x&lang=en")


def test_healthz(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("address", "cookies", "lang", "theme"),
    [
        ("/wall/", {}, "zh-CN", "dark"),
        ("/floor/", {}, "zh-CN", "light"),
        ("/wall/?lang=en&theme=light", {}, "en", "light"),
        ("/wall/?lang=xx&theme=pink", {}, "zh-CN", "dark"),
        ("/floor/", {"floorwatch_lang": "en", "floorwatch_theme_floor": "dark"}, "en", "dark"),
        ("/wall/", {"floorwatch_theme_floor": "light"}, "zh-CN", "dark"),
    ],
)
def test_language_and_theme_stand_in_the_first_bytes(
    client: FlaskClient, address: str, cookies: dict[str, str], lang: str, theme: str
) -> None:
    for name, value in cookies.items():
        client.set_cookie(name, value)
    assert f'<html lang="{lang}" data-theme="{theme}">' in _html(client, address)


def test_the_address_of_a_page_is_text_in_it() -> None:
    hostile = query_of('?lang="><script>x</script>&lang=en')
    assert preferences("wall", hostile, {}) == Preferences("zh-CN", "dark")


def test_the_desk_remembers_a_choice_and_a_wall_does_not(client: FlaskClient) -> None:
    kept = client.get("/floor/?lang=en&theme=dark").headers.getlist("Set-Cookie")
    assert {cookie.split(";")[0] for cookie in kept} == {"floorwatch_lang=en", "floorwatch_theme_floor=dark"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in kept)
    assert client.get("/wall/?lang=en&theme=light").headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize("page", ["wall", "floor"])
def test_everything_is_served_from_here(client: FlaskClient, page: str) -> None:
    html = _html(client, f"/{page}/")
    assert not re.search(r"(https?:)?//[\w-]+\.\w", html)
    sources = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(sources) > 9
    for source in sources:
        answer = client.get(source)
        assert answer.status_code == 200, source
        answer.close()


@pytest.mark.parametrize("page", ["wall", "leaderboard"])
def test_a_wall_carries_nothing_of_the_desk(client: FlaskClient, page: str) -> None:
    html = _html(client, f"/{page}/")
    assert "ag_grid" not in re.sub(r'<script id="_dash-config".*?</script>', "", html)
    for kind in ("js", "css"):
        own = client.get(f"/{page}/assets/{page}.{kind}").text
        assert "/* js/widgets/" in own or "/* css/wall/" in own
        assert not re.search(r"/\* (js/widgets_desk|css/floor|css/me)/", own)
    assert "dash_ag_grid" in _html(client, "/floor/")


@pytest.mark.parametrize("page", ["wall", "leaderboard"])
def test_a_wall_is_light(client: FlaskClient, page: str) -> None:
    html = _html(client, f"/{page}/")
    total = len(gzip.compress(html.encode()))
    for source in re.findall(r'(?:src|href)="([^"]+)"', html):
        answer = client.get(source, headers={"Accept-Encoding": "gzip"})
        total += len(answer.data)
        answer.close()
    assert 200_000 < total <= 300_000


@pytest.mark.parametrize("page", ["wall", "floor"])
def test_the_server_does_not_tell_its_versions(client: FlaskClient, page: str) -> None:
    assert not re.search(r"python_version|dash_version_url|plotly\.com", _html(client, f"/{page}/"))


def test_scripts_run_from_here_or_by_their_hash_only(client: FlaskClient, gateway_port: int) -> None:
    policy = client.get("/wall/").headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert re.fullmatch(r"script-src 'self' 'sha256-[\w+/=]+'", scripts)
    assert "frame-ancestors 'none'" in policy
    assert f"connect-src 'self' ws://localhost:{gateway_port} wss://localhost:{gateway_port}" in policy


@pytest.mark.parametrize("address", ["/wall/", "/floor/", "/healthz", "/wall/_dash-layout", "/nothing"])
def test_every_answer_is_guarded(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("gateway", "host", "sources"),
    [
        (":8051", "floor.example:8050", "ws://floor.example:8051 wss://floor.example:8051"),
        (":8051", "[::1]:8050", "ws://[::1]:8051 wss://[::1]:8051"),
        ("/live", "floor.example", "ws://floor.example wss://floor.example"),
        ("wss://live.example/live", "floor.example", "wss://live.example"),
    ],
)
def test_a_page_may_talk_to_its_gateway_only(gateway: str, host: str, sources: str) -> None:
    assert gateway_sources(gateway, host) == sources
    assert f"connect-src 'self' {sources};" in content_security_policy((), gateway_sources(gateway, host))


def test_text_travels_in_gzip_and_images_as_they_are(client: FlaskClient) -> None:
    plain = client.get("/wall/assets/css/wall/frame.css")
    packed = client.get("/wall/assets/css/wall/frame.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    font = client.get("/wall/assets/fonts/inter-latin-variable.woff2", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in font.headers
    for answer in (plain, packed, font):
        answer.close()


def test_the_gateway_comes_from_the_settings() -> None:
    assert WebConfig.of(Settings(live=LiveSettings(port=9000))).gateway == ":9000"
    assert (
        WebConfig.of(Settings(live=LiveSettings(public_url="wss://a.example/live"))).gateway == "wss://a.example/live"
    )


def test_workers_of_gunicorn_know_the_same_people(site: PageSite, tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "dashboard.app:server", "-k", "gthread", "--no-control-socket"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FLOORWATCH_")} | {
        "FLOORWATCH_DATA": str(tmp_path),
        "FLOORWATCH_REDIS_URL": site.settings.redis_url,
        "FLOORWATCH_DATABASE_URL": site.settings.database_url,
    }
    bound = ["-b", f"127.0.0.1:{port}", "--workers", "2", "--log-level", "warning"]
    process = subprocess.Popen([*command, *bound], cwd=ROOT, env=environment)
    try:
        _wait_for(port, process)
        cookie = site.signed_in(Role.SUPERVISOR)
        assert [_asked(port, cookie) for _ in range(8)] == [(200, None)] * 8
        site.services.sessions.end(cookie)
        assert [_asked(port, cookie) for _ in range(8)] == [(303, "/sign-in?next=%2Ffloor%2F")] * 8
    finally:
        process.terminate()
        process.wait(HANG_S)  # longer than gunicorn lets a worker finish


def _asked(port: int, cookie: str) -> tuple[int, str | None]:
    """The port listens before its workers have loaded the product."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=HANG_S)
    try:
        link.request("GET", "/floor/", headers={"Cookie": f"{COOKIE}={cookie}"})
        answer = link.getresponse()
        return answer.status, answer.getheader("Location")
    finally:
        link.close()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + HANG_S
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10):
            return
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.1)
