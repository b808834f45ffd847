"""Everybody's accounts over HTTP: who may look, who may change, what is refused and how it is said."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from dashboard.access.account_view import RoleGiven
from dashboard.access.actor import system
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from tests.access_pages.site import PageSite

BASE = "/admin/accounts/"
ME = system("test")
HOSTILE = "<img src=x onerror=alert(1)>"
DEEDS = (
    "roles", "roles/remove", "name", "person", "invite", "reset-password", "reset-second-factor", "disable", "enable",
    "sessions/revoke", "sessions/revoke-others", "tokens/revoke",
)  # fmt: skip


@pytest.fixture(scope="module")
def admin(site: PageSite) -> FlaskClient:
    return site.client(Role.ADMIN)


def _made(site: PageSite, login: str, role: Role = Role.SUPERVISOR, name: str = "王芳") -> str:
    return site.services.accounts.create(ME, login, name, roles=[RoleGiven(role.value)])


def _roles(site: PageSite, account: str) -> set[str]:
    return {given.told() for given in site.services.accounts.find(ME, account).roles}


def test_who_may_look_and_who_may_change(site: PageSite) -> None:
    account = _made(site, "looked.at")
    for role in Role:
        client = site.client(role)
        may_look = role in {Role.ADMIN, Role.AUDITOR}
        assert client.get(BASE).status_code == (200 if may_look else 403), role
        assert client.get(f"{BASE}{account}/").status_code == (200 if may_look else 403), role
        if role is Role.ADMIN:
            continue
        for deed in DEEDS:
            assert client.post(f"{BASE}{account}/{deed}/").status_code == 403, (role, deed)
        assert client.get(f"{BASE}new/").status_code == 403
    watched = site.client(Role.AUDITOR).get(f"{BASE}{account}/").get_data(as_text=True)
    assert "<form" not in watched.split("<main")[1]
    assert _roles(site, account) == {"supervisor"}


def test_an_administrator_of_one_team_is_no_administrator(site: PageSite) -> None:
    client = site.client(Role.ADMIN, Scope(frozenset({"sales"}), frozenset()))
    assert client.get(BASE).status_code == 403


def test_a_new_account_gets_a_code_once_and_its_owner_comes_in(site: PageSite, admin: FlaskClient) -> None:
    typed = {"login": "Li.Na", "name": HOSTILE, "role": "supervisor", "everything": "yes", "staff_number": ""}
    answer = admin.post(f"{BASE}new/", data=typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert HOSTILE not in text
    (address,) = re.findall(r"(http://localhost/welcome#code=[0-9A-Z-]+)", text)
    code = address.partition("#code=")[2]
    account = site.services.accounts.by_login(ME, "li.na").id
    assert code not in admin.get(f"{BASE}{account}/").get_data(as_text=True)
    assert _roles(site, account) == {"supervisor"}
    again = admin.post(f"{BASE}new/", data=typed)
    assert again.status_code == 422
    assert "The login li.na is taken" in again.get_data(as_text=True)
    chosen = "seven quiet harbours 81"
    came_in = site.client().post("/welcome", data={"code": code, "password": chosen, "again": chosen})
    assert came_in.status_code == 303
    assert site.services.accounts.verify_password("li.na", chosen, "192.0.2.9").kind == "ok"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"login": "a b"}, "A login begins with a letter"),
        ({"name": ""}, "Enter a name"),
        ({"staff_number": "no-such"}, "no such person"),
        ({"everything": ""}, "Choose teams, queues or everything"),
        ({"role": "king"}, "There is no role king"),
        ({"role": "admin", "everything": "", "queues": "sales"}, "cannot be limited"),
    ],
)
def test_a_new_account_that_cannot_be_is_refused_in_words(
    site: PageSite, admin: FlaskClient, wrong: dict[str, str], sentence: str
) -> None:
    before = len(site.services.accounts.listed(ME))
    typed = {"login": "zhao.min", "name": "赵敏", "role": "supervisor", "everything": "yes"} | wrong
    answer = admin.post(f"{BASE}new/", data=typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in text
    if "name" not in wrong:
        assert 'value="赵敏"' in text
    assert len(site.services.accounts.listed(ME)) == before


def test_roles_are_given_and_taken_with_their_scope(site: PageSite, admin: FlaskClient) -> None:
    account = _made(site, "chen.jing")
    page = f"{BASE}{account}/"
    assert admin.post(f"{page}roles/", data={"role": "quality", "queues": ["sales", "support"]}).status_code == 303
    assert _roles(site, account) == {"supervisor", 'quality {"queues":["sales","support"],"teams":[]}'}
    keys = re.findall(r'name="role" value="([^"]+)"', admin.get(page).get_data(as_text=True))
    key = next(key for key in keys if key.startswith("supervisor"))
    assert admin.post(f"{page}roles/remove/", data={"role": key.replace("&#34;", '"')}).status_code == 303
    assert _roles(site, account) == {'quality {"queues":["sales","support"],"teams":[]}'}
    refused = admin.post(f"{page}roles/", data={"role": "auditor", "queues": ["sales"]})
    assert refused.status_code == 422
    assert "cannot be limited" in refused.get_data(as_text=True)
    assert admin.post(f"{page}roles/", data={"role": "agent"}).status_code == 303


def test_whatever_takes_something_away_counts_at_once(site: PageSite, admin: FlaskClient) -> None:
    account = _made(site, "wang.fang")
    page = f"{BASE}{account}/"
    visitor = site.visitor(site.session(account))
    assert visitor.get("/floor/").status_code == 200
    text = admin.get(page).get_data(as_text=True)
    (session,) = re.findall(r'name="session" value="(\w+)"', text)
    assert admin.post(f"{page}sessions/revoke/", data={"session": session}).status_code == 303
    assert visitor.get("/floor/").status_code == 303
    visitor = site.visitor(site.session(account))
    assert admin.post(f"{page}disable/", data={"reason": "left"}).status_code == 303
    assert visitor.get("/floor/").status_code == 303
    assert "Disabled" in admin.get(page).get_data(as_text=True)
    invited = admin.post(f"{page}invite/")
    assert invited.status_code == 422
    assert "enable it before you invite" in invited.get_data(as_text=True)
    assert admin.post(f"{page}enable/").status_code == 303
    assert "fw-" not in admin.post(f"{page}reset-password/").get_data(as_text=True)
    assert {line.action for line in site.audited() if line.target_id == account} >= {
        "account.created", "account.disabled", "account.enabled", "account.password_removed", "account.invited",
        "session.revoked",
    }  # fmt: skip


def test_the_last_administrator_stays(site: PageSite) -> None:
    accounts = site.services.accounts
    admins = [view for view in accounts.listed(ME) if any(given.role == "admin" for given in view.roles)]
    everywhere = [view.id for view in admins if any(g.role == "admin" and g.scope.is_everything for g in view.roles)]
    last = everywhere[0]
    client = site.visitor(site.session(last))
    for other in everywhere[1:]:
        assert client.post(f"{BASE}{other}/disable/").status_code == 303
    refused = client.post(f"{BASE}{last}/disable/")
    assert refused.status_code == 422
    assert "last enabled administrator" in refused.get_data(as_text=True)
    taken = client.post(f"{BASE}{last}/roles/remove/", data={"role": 'admin {"all":true}'})
    assert taken.status_code == 422
    assert "last enabled administrator" in taken.get_data(as_text=True)


def test_another_id_in_the_path_is_no_account(site: PageSite) -> None:
    client = site.visitor(site.session(site.services.accounts.create(ME, "root2", "根", roles=[RoleGiven("admin")])))
    for path in ("0" * 16, "new'--", "..%2F..%2F"):
        assert client.get(f"{BASE}{path}/").status_code == 404, path
        for deed in DEEDS:
            assert client.post(f"{BASE}{path}/{deed}/").status_code in {303, 404}, (path, deed)
    assert client.get(f"{BASE}%00/").status_code == 400


def test_what_was_asked_for_is_found_and_stays_text(site: PageSite) -> None:
    client = site.visitor(site.session(site.services.accounts.create(ME, "root3", "根", roles=[RoleGiven("admin")])))
    _made(site, "needle", name="大海")
    for asked in ("needle", "NEEDLE", "大海"):
        text = client.get(BASE, query_string={"q": asked}).get_data(as_text=True)
        assert text.count("<tr>") == 2, asked
    hostile = client.get(BASE, query_string={"q": '"><script>'}).get_data(as_text=True)
    assert "<script>" not in hostile
    assert "No account fits." in hostile
