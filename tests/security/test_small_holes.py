"""Small doors that an attacker tries one after the other: each was open once, or could be opened by one careless change."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from io import StringIO

import pytest
from sqlalchemy import insert

from dashboard.access.account_view import RoleGiven
from dashboard.access.actor import system
from dashboard.access.permissions import Role
from dashboard.pages.preferences import preferences
from dashboard.process_log import OneLine
from dashboard.settings import AccessSettings
from dashboard.store.engine import StoreError, writing
from dashboard.store.schema import accounts
from tests.access_pages.site import PageSite, page_site
from tests.store.databases import Databases

PROXY = {"REMOTE_ADDR": "10.9.9.9"}
TLS = {"X-Forwarded-Proto": "https"}
CALLBACK = "/floor/_dash-update-component"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """Pages behind a proxy that is trusted."""
    folder = tmp_path_factory.mktemp("small-holes")
    databases = Databases("sqlite", folder)
    access = AccessSettings(trusted_proxies=(PROXY["REMOTE_ADDR"],))
    with page_site(databases.migrated(), folder, access=access) as running:
        yield running
    databases.close()


@pytest.mark.parametrize("role", [None, Role.SUPERVISOR])
@pytest.mark.parametrize(
    "body", ["[" * 200_000, '{"output":"page.children","inputs":' + "[" * 3_000 + "]" * 3_000 + "}"]
)
def test_brackets_within_brackets_are_no_callback(
    site: PageSite, role: Role | None, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = site.client(role).post(CALLBACK, data=body, content_type="application/json")
    assert answer.status_code == 403
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/floor/", "/healthz", "/assets/css/core/tokens.css", CALLBACK])
def test_no_method_gives_a_request_back(site: PageSite, method: str, path: str) -> None:
    answer = site.client(Role.SUPERVISOR).open(path, method=method, headers={"X-Secret": "given back"})
    assert answer.status_code == 405
    assert b"given back" not in answer.get_data()


@pytest.mark.parametrize(
    "host",
    ["evil@127.0.0.1", "x;script-src *@127.0.0.1", "127.0.0.1/evil", "127.0.0.1?x", "localhost:80;x", "[::1]@evil"],
)
def test_a_host_that_is_more_than_a_host_is_not_answered(site: PageSite, host: str) -> None:
    answer = site.client(Role.SUPERVISOR).get("/floor/", headers={"Host": host})
    assert answer.status_code == 403
    assert "evil" not in str(answer.headers)
    assert "script-src *" not in str(answer.headers)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/audit/99999999999999999999999999/", 404),
        ("/audit/?older=99999999999999999999999", 200),
        ("/audit/?newer=-5", 200),
        ("/audit/?from=9999-12-31&to=9999-12-31", 422),
        ("/audit/?from=0001-01-01", 422),
        ("/audit/?text=%25_%5C%27%22", 200),
    ],
)
def test_no_number_or_day_is_too_large_for_the_log(site: PageSite, address: str, status: int) -> None:
    assert site.client(Role.AUDITOR).get(address).status_code == status


def test_an_address_makes_no_second_line_in_the_processs_log(site: PageSite, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        site.client().open(f"{CALLBACK}", method="OPTIONS")
        with site.server.test_request_context("/floor/%0AERROR forged%1b[31m"):
            site.server.handle_user_exception(RuntimeError("broken"))
    assert len(caplog.messages) == 2
    assert not any("\n" in message or "\x1b" in message for message in caplog.messages)


def test_under_tls_every_cookie_belongs_to_this_host_alone(site: PageSite) -> None:
    answer = site.client().get("/sign-in?lang=en&theme=dark", headers=TLS, environ_base=PROXY)
    kept = answer.headers.getlist("Set-Cookie")
    assert len(kept) == 2
    for cookie in kept:
        assert cookie.startswith("__Host-floorwatch_")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    chosen = dict(cookie.split(";")[0].split("=") for cookie in kept)
    assert preferences("floor", {}, chosen).lang == "en"
    assert preferences("floor", {}, chosen).theme == "dark"


def test_under_tls_browsers_come_by_tls_alone(site: PageSite) -> None:
    answer = site.client().get("/sign-in", headers=TLS, environ_base=PROXY)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_wrong_password_that_was_asked_for_once_more_and_a_wrong_code_are_on_record(site: PageSite) -> None:
    login = f"asked-{secrets.token_hex(4)}"
    account = site.services.accounts.create(system("test"), login, "王芳", password="maple 44 lantern dusk")
    before = len(site.audited())
    site.services.accounts.set_roles(system("test"), account, [RoleGiven("supervisor")])
    before += 1
    client = site.visitor(site.session(account))
    form = {"old": "not the one", "password": "orchid tundra 81 kettle", "again": "orchid tundra 81 kettle"}
    assert client.post("/account/password/", data=form).status_code == 422
    code = {"code": "AAAA-BBBB", "password": form["password"], "again": form["password"]}
    assert site.client().post("/welcome", data=code).status_code == 422
    found = [(line.action, line.result, line.actor_kind) for line in site.audited()[before:]]
    assert found == [("account.password_asked", "denied", "person"), ("account.code_used", "denied", "nobody")]
    assert "AAAA" not in str(site.audited()[before:])
    assert "not the one" not in str(site.audited()[before:])


def test_nothing_is_listed_and_nothing_but_assets_is_a_file(site: PageSite) -> None:
    client = site.client(Role.ADMIN)
    for path in ("/.git/config", "/assets/", "/assets", "/assets/../pyproject.toml", "/assets/%2e%2e/pyproject.toml",
                 "/assets/css/", "/floorwatch.toml", "/data/", "/assets/..%2fdashboard/app.py", "/docs/", "/console"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code in {303, 404}, path
        assert "[project]" not in answer.get_data(as_text=True)
    assert not site.server.debug
    assert not site.server.testing


def test_a_parameter_given_twice_counts_once(site: PageSite) -> None:
    """The first counts, in the address and in a form; several values are taken only by the fields that are lists."""
    client = site.client(Role.SUPERVISOR)
    page = client.get("/sign-out?lang=en&lang=zh-CN").get_data(as_text=True)
    assert '<html lang="en"' in page
    answer = site.client().post("/sign-in", data={"login": ["<a>", "<b>"], "password": ["x", "y"]})
    assert "&lt;a&gt;" in answer.get_data(as_text=True)
    assert "&lt;b&gt;" not in answer.get_data(as_text=True)


def test_reading_changes_nothing(site: PageSite) -> None:
    """Every address that takes GET, asked by everybody: no line in the log but refusals, no row elsewhere."""
    before = len(site.audited())
    paths = [
        rule.rule
        for rule in site.server.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and not rule.rule.startswith("/sign-in/oidc")
    ]
    assert len(paths) > 25
    for role in (*Role, None):
        client = site.client(role)
        made = len(site.audited())
        for path in paths:
            client.get(path)
        assert {line.result for line in site.audited()[made:]} <= {"denied"}, role
    assert len(site.audited()) > before


def test_a_statement_that_fails_tells_no_value(site: PageSite) -> None:
    """Values may be digests, names, numbers: an error of the database ends up in the processes' log."""
    with pytest.raises(StoreError) as failed, writing(site.services.engine) as connection:
        connection.execute(insert(accounts).values(id="a" * 16, login=None, name="somebody's name"))
    causes = f"{failed.value} {failed.value.__cause__} {failed.value.__cause__!r}"
    assert "NOT NULL" in causes
    assert "somebody's name" not in causes


def test_a_line_of_the_log_is_one_line_and_its_trace_begins_none() -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(message)s"))
    forged = "x\n2026-01-01T00:00:00.000Z INFO all is well\x1b[2J\u202e"
    record = logging.LogRecord("floorwatch", logging.ERROR, __file__, 1, "Switch says %s", (forged,), None)
    record.created, record.msecs = 1_700_000_000.123, 123.0
    handler.handle(record)
    broken = RuntimeError(forged)
    kind = (RuntimeError, broken, None)
    handler.handle(logging.LogRecord("floorwatch", logging.ERROR, __file__, 1, "Broken", (), kind))
    first, second, *trace = written.getvalue().rstrip("\n").split("\n")
    assert first.startswith("2023-11-14T22:13:20.123Z ERROR Switch says x\ufffd2026-01-01")
    assert second.endswith(" ERROR Broken")
    assert all(line.startswith("    ") for line in trace)
    assert not any(letter in written.getvalue() for letter in "\x1b\u202e")
