"""The first administrator: a code that the server prints, a page that is there only while it is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from dashboard.commands import first_admin
from dashboard.settings import AccessSettings, Settings, WebSettings
from tests.access_pages.site import COOKIE, PageSite, page_site
from tests.store.databases import Databases

PASSWORD = "violet harbour 27 lanterns"
CODE = re.compile(r"^ +((?:[2-9A-Z]{4}-){6}[2-9A-Z]{4})$", re.MULTILINE)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PageSite]:
    """A server that was just installed."""
    databases = Databases("sqlite", tmp_path)
    with page_site(databases.migrated(), tmp_path, access=AccessSettings(second_factor=())) as running:
        yield running


def printed(site: PageSite, capsys: pytest.CaptureFixture[str]) -> str:
    """The code that the server prints at its start; "" for none."""
    first_admin.announce(site.settings)
    found = CODE.search(capsys.readouterr().out)
    return found.group(1) if found else ""


def test_the_code_makes_one_administrator_and_the_page_is_gone(
    site: PageSite, capsys: pytest.CaptureFixture[str]
) -> None:
    old, code = printed(site, capsys), printed(site, capsys)
    assert old
    assert old != code  # each start makes the one before void
    client = site.visitor()
    assert 'href="/first-admin"' in client.get("/sign-in").text

    def send(**changed: str) -> TestResponse:
        right = {"code": code, "login": "Chen.Jing", "name": "陈静", "password": PASSWORD, "again": PASSWORD}
        return client.post("/first-admin", data=right | changed)

    for changed, field in (
        ({"code": old}, "code"),
        ({"code": "2222-2222-2222-2222-2222-2222"}, "code"),
        ({"login": ""}, "login"),
        ({"login": "a b<c>"}, "login"),
        ({"name": "n" * 101}, "name"),
        ({"password": "chenjing", "again": "chenjing"}, "password"),
        ({"again": "another"}, "again"),
    ):
        response = send(**changed)
        assert (response.status_code, f'id="{field}-error"' in response.text) == (422, True), (changed, response.text)
        assert COOKIE not in str(response.headers)
        assert PASSWORD not in response.text
    response = send()
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    actions = [line.action for line in site.audited()]
    assert "account.created" in actions
    assert actions[-1] == "account.sign_in"
    assert not [line for line in site.audited() if code in line.details or PASSWORD in line.details]

    assert client.get("/first-admin").status_code == 404
    assert send(login="second").status_code == 404
    assert 'href="/first-admin"' not in site.visitor().get("/sign-in").text
    assert printed(site, capsys) == ""
    (account,) = [line for line in site.audited() if line.action == "account.created"]
    assert account.target_name == "陈静"


def test_guessing_the_code_gets_slow(site: PageSite, capsys: pytest.CaptureFixture[str]) -> None:
    code, client = printed(site, capsys), site.visitor()
    data = {"login": "x", "name": "X", "password": PASSWORD, "again": PASSWORD}
    statuses = [client.post("/first-admin", data=data | {"code": f"guess-{n}"}).status_code for n in range(12)]
    assert statuses[:5] == [422] * 5
    assert statuses[-1] == 429
    response = client.post("/first-admin", data=data | {"code": code})
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert 'role="alert"' in response.text


def test_the_address_is_the_one_that_people_use() -> None:
    for web, address in (
        (WebSettings(), "http://localhost:8050/first-admin"),
        (WebSettings(host="0.0.0.0", port=80), "http://localhost:80/first-admin"),
        (WebSettings(host="10.0.0.7"), "http://10.0.0.7:8050/first-admin"),
        (WebSettings(public_url="https://floor.example/"), "https://floor.example/first-admin"),
    ):
        assert first_admin.address(Settings(web=web)) == address


def test_a_database_that_is_away_stops_no_page_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first_admin.announce(Settings(data=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none"))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "cannot be told yet" in shown.err


def test_with_redis_away_the_door_is_there_and_says_why_it_does_not_open(site: PageSite) -> None:
    site.redis.kill()
    client = site.visitor()
    assert client.get("/sign-in").status_code == 200
    response = client.post("/sign-in", data={"login": "x", "password": PASSWORD})
    assert response.status_code == 503
    assert "Traceback" not in response.text
    assert client.post("/sign-out").status_code in {303, 503}
