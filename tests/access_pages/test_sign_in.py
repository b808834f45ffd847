"""Coming in and going out, by HTTP: what is said, what is set, where it leads."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.access.account_view import RoleGiven
from dashboard.access.actor import Actor, system
from dashboard.access.passwords import Cost, Passwords
from dashboard.access.permissions import Role
from dashboard.pages import session_cookie
from dashboard.pages.services import now_ms
from tests.access_pages.site import COOKIE, PageSite

PASSWORD = "violet harbour 27 lanterns"
TESTER = system("test")
CHEAP = Cost(passes=1, memory_kib=64)


@pytest.fixture(autouse=True, scope="module")
def quick(site: PageSite) -> None:
    """Hashes at the least cost: what they cost is tested with the passwords."""
    site.services.accounts.passwords._hasher = Passwords("", CHEAP)._hasher
    site.services.second_factors._cost = CHEAP


def account(site: PageSite, login: str, *, role: Role = Role.MANAGER, password: str = PASSWORD) -> str:
    return site.services.accounts.create(TESTER, login, login.title(), password=password, roles=[RoleGiven(role)])


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, **sent: Any) -> TestResponse:
    data = {"login": login, "password": password} | sent.pop("data", {})
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": sent.pop("address", "127.0.0.1")}, **sent)


def cookie_of(response: TestResponse, name: str = COOKIE) -> str:
    """The `Set-Cookie` header of a cookie; "" for none."""
    return next((found for found in response.headers.getlist("Set-Cookie") if found.startswith(f"{name}=")), "")


def value_of(header: str) -> str:
    return header.partition("=")[2].partition(";")[0]


def opens(site: PageSite, cookie: str) -> bool:
    return site.services.doorkeeper.by_session(cookie, "127.0.0.1") is not None


def second_factor(site: PageSite, account_id: str) -> tuple[str, list[str], str]:
    """Sets one up as its owner would: seed, recovery codes, and the code that was used for it."""
    cookie = site.session(account_id, second_factor="")
    actor = site.services.doorkeeper.by_session(cookie, "127.0.0.1")
    assert isinstance(actor, Actor)
    seed = site.services.second_factors.start(actor).seed
    used = pyotp.TOTP(seed).now()
    return seed, site.services.second_factors.confirm(actor, used), used


def test_who_knows_the_password_is_in_under_a_new_cookie(site: PageSite) -> None:
    account(site, "li.na")
    client = site.visitor()
    planted = site.session(account(site, "attacker"))
    client.set_cookie(COOKIE, planted)
    response = sign_in(client, " Li.NA ", data={"next": "/floor/?lang=en"})
    assert (response.status_code, response.headers["Location"]) == (303, "/floor/?lang=en")
    header = cookie_of(response)
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header
    assert "Secure" not in header
    assert value_of(header) != planted
    assert opens(site, value_of(header))
    assert not opens(site, planted)  # whatever the browser held before is over: no fixation
    line = site.audited()[-1]
    assert (line.action, line.actor_name, line.result, line.address) == ("account.sign_in", "Li.Na", "ok", "127.0.0.1")
    assert client.get("/sign-in?next=/wall/").headers["Location"] == "/wall/"  # already in


def test_under_tls_the_cookie_belongs_to_this_host_alone() -> None:
    with Flask("any").test_request_context(base_url="https://floor.example", headers={"Cookie": f"{COOKIE}=planted"}):
        assert session_cookie.shown() == ""  # only the prefixed one counts
        given = session_cookie.given(Response(), "value").headers["Set-Cookie"]
        assert given == f"__Host-{COOKIE}=value; Secure; HttpOnly; Path=/; SameSite=Lax"
        taken_back = session_cookie.taken_back(Response()).headers["Set-Cookie"]
        assert taken_back.startswith(f"__Host-{COOKIE}=;")
        assert "Max-Age=0" in taken_back
        assert "Secure" in taken_back  # a browser takes a prefixed cookie back only so


def test_unknown_wrong_disabled_and_without_password_read_the_same(site: PageSite) -> None:
    account(site, "known")
    disabled = account(site, "shut")
    site.services.accounts.disable(TESTER, disabled)
    site.services.accounts.create(TESTER, "passwordless", "P")
    answers = []
    for number, login in enumerate(("known", "shut", "passwordless", "nobody-at-all")):
        password = "not the password" if login == "known" else PASSWORD
        response = sign_in(site.visitor(), login, password, address=f"192.0.2.{number}")
        assert response.status_code == 422
        assert not cookie_of(response)
        answers.append(response.text.replace(login, "LOGIN"))
    assert len(set(answers)) == 1
    assert "The login or the password is not right." in answers[0]
    assert 'role="alert"' in answers[0]


def test_what_is_missing_is_said_at_its_field(site: PageSite) -> None:
    text = sign_in(site.visitor(), "", "").text
    for name in ("login", "password"):
        assert f'aria-describedby="{name}-error"' in text
        assert f'id="{name}-error"' in text
    (focused,) = re.findall(r"<input[^>]*autofocus[^>]*>", text)
    assert 'id="login-field"' in focused
    (focused,) = re.findall(r"<input[^>]*autofocus[^>]*>", sign_in(site.visitor(), "somebody", "").text)
    assert 'id="password-field"' in focused
    assert 'name="login"' in text
    assert 'autocomplete="username"' in text
    assert 'autocomplete="current-password"' in text


def test_guessing_gets_slow_for_who_guesses_and_not_for_others(site: PageSite) -> None:
    account(site, "victim")
    guesser, owner = site.visitor(), site.visitor()
    for _ in range(6):
        response = sign_in(guesser, "victim", "guess", address="198.51.100.1")
    while response.status_code == 422:
        response = sign_in(guesser, "victim", "guess", address="198.51.100.1")
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 900
    assert re.search(r"Too many tries\. Please try again in \d+ (s|min)\.", response.text)
    assert sign_in(guesser, "victim", PASSWORD, address="198.51.100.1").status_code == 429  # even the right one
    assert not [line for line in site.audited() if "guess" in line.details]

    account(site, "neighbour")
    assert sign_in(owner, "neighbour", address="198.51.100.2").status_code == 303


EVIL = (
    "//evil.example", "/\\evil.example", "https://evil.example", "https:evil.example", "/%2f/evil.example", "/%5cevil.example",
    "%2f%2fevil.example", "/\r\nLocation: https://evil.example", "/\t/evil.example", "javascript:alert(1)", "/sign-out",
)  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_next_never_leads_away(site: PageSite, evil: str) -> None:
    login = f"n{EVIL.index(evil)}"
    account(site, login)
    client = site.visitor()
    page = client.get("/sign-in", query_string={"next": evil})
    assert 'name="next" value="/"' in page.text
    response = sign_in(client, login, data={"next": evil})
    assert response.headers["Location"] == "/"
    assert client.get("/sign-in", query_string={"next": evil}).headers["Location"] == "/"


def test_what_was_typed_comes_back_as_text(site: PageSite) -> None:
    text = sign_in(site.visitor(), '"><img src=x onerror=alert(1)>', "p").text
    assert "<img" not in text
    assert "&lt;img" in text
    assert sign_in(site.visitor(), "x", "p" * 5000).status_code == 422


def test_a_post_from_another_site_signs_nobody_in(site: PageSite) -> None:
    account(site, "csrf")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        response = sign_in(site.visitor(), "csrf", headers=headers)
        assert response.status_code == 403
        assert not cookie_of(response)
    cookie = site.signed_in(Role.MANAGER)
    response = site.visitor(cookie).post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert opens(site, cookie)


def test_half_a_sign_in_opens_nothing_until_the_second_step(site: PageSite) -> None:
    seed, recovery_codes, used = second_factor(site, account(site, "two.steps"))
    client = site.visitor()
    response = sign_in(client, "two.steps", data={"next": "/floor/"})
    assert response.headers["Location"] == "/sign-in/second?next=%2Ffloor%2F"
    half = value_of(cookie_of(response))
    assert not opens(site, half)
    assert client.get("/floor/").headers["Location"].startswith("/sign-in")
    assert 'autocomplete="one-time-code"' in client.get("/sign-in/second").text

    for wrong in ("", "000000", "abc", "' or 1=1", used):
        response = client.post("/sign-in/second", data={"code": wrong, "with": "totp", "next": "/floor/"})
        assert response.status_code == 422
        assert 'aria-describedby="code-error"' in response.text
    code = pyotp.TOTP(seed).at(now_ms() // 1000 + 30)
    response = client.post(
        "/sign-in/second", data={"code": f"{code[:3]} {code[3:]}", "with": "totp", "next": "/floor/"}
    )
    assert response.headers["Location"] == "/floor/"
    whole = value_of(cookie_of(response))
    assert whole != half
    assert opens(site, whole)
    assert not opens(site, half)
    assert '"second_factor":"totp"' in site.audited()[-1].details

    other = site.visitor()
    sign_in(other, "two.steps")
    response = other.post(
        "/sign-in/second", data={"code": recovery_codes[0].lower(), "with": "recovery", "next": "//x"}
    )
    assert response.headers["Location"] == "/"
    assert opens(site, value_of(cookie_of(response)))
    again = site.visitor()
    sign_in(again, "two.steps")
    response = again.post("/sign-in/second", data={"code": recovery_codes[0], "with": "recovery"})
    assert (response.status_code, "was used already" in response.text) == (422, True)


def test_the_second_step_without_a_first_goes_back_to_the_beginning(site: PageSite) -> None:
    for method in ("get", "post"):
        response = getattr(site.visitor(), method)("/sign-in/second", data={"code": "123456", "next": "/floor/"})
        assert response.headers["Location"].startswith("/sign-in?")
    whole = site.visitor(site.signed_in(Role.MANAGER))
    assert whole.post("/sign-in/second", data={"code": "123456"}).headers["Location"] == "/"
    assert whole.get("/sign-in/second?next=//evil.example").headers["Location"] == "/"


def test_leaving_is_posted_and_ends_the_session(site: PageSite) -> None:
    cookie = site.signed_in(Role.MANAGER)
    client = site.visitor(cookie)
    page = client.get("/sign-out")
    assert 'action="/sign-out"' in page.text
    assert opens(site, cookie)  # a link alone does nothing
    response = client.post("/sign-out")
    assert response.headers["Location"] == "/sign-in?said=signed_out"
    assert "Max-Age=0" in cookie_of(response)
    assert not opens(site, cookie)
    assert "You are signed out." in client.get("/sign-in?said=signed_out").text
    assert client.get("/sign-out").headers["Location"] == "/sign-in"
    assert "Please sign in again." in site.visitor(cookie).get("/sign-in").text  # of what was ended elsewhere
    assert "Please sign in again." not in site.visitor("").get("/sign-in").text


def test_a_new_password_by_a_code(site: PageSite) -> None:
    account_id = account(site, "forgot")
    before = site.session(account_id)
    code = site.services.invitations.invite(TESTER, account_id)
    client = site.visitor()
    assert code not in client.get("/welcome").text
    new = "thirty-two blue tramways"

    def send(**changed: str) -> TestResponse:
        return client.post("/welcome", data={"code": code, "password": new, "again": new} | changed)

    for changed, field in (
        ({"code": ""}, "code"),
        ({"code": "AAAA-BBBB"}, "code"),
        ({"password": "password1", "again": "password1"}, "password"),
        ({"again": "another"}, "again"),
        ({"password": "", "again": ""}, "password"),
    ):
        response = send(**changed)
        assert response.status_code == 422
        assert f'id="{field}-error"' in response.text, field
        assert new not in response.text
        assert (f'value="{code}"' in response.text) == (
            changed.get("code") is None
        )  # what is right need not be typed again
        assert not cookie_of(response)
    response = send(code=code.lower().replace("-", " "))
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert opens(site, value_of(cookie_of(response)))
    assert not opens(site, before)
    assert send().status_code == 422  # once
    assert sign_in(site.visitor(), "forgot").status_code == 422
    assert sign_in(site.visitor(), "forgot", new).status_code == 303
    assert not [line for line in site.audited() if code in line.details or new in line.details]


def test_a_code_does_not_go_round_the_second_step(site: PageSite) -> None:
    account_id = account(site, "careful")
    second_factor(site, account_id)
    code = site.services.invitations.invite(TESTER, account_id)
    new = "thirty-two blue tramways"
    response = site.visitor().post("/welcome", data={"code": code, "password": new, "again": new})
    assert response.headers["Location"] == "/sign-in/second?next=%2F"
    assert not opens(site, value_of(cookie_of(response)))
