"""One's own account over HTTP: password, second factor, sessions, tokens; and what has to be done before anything else."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask.testing import FlaskClient

from dashboard.access.account_view import RoleGiven
from dashboard.access.actor import system
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from tests.access_pages.site import COOKIE, PageSite

PASSWORD = "otter-lamp-Violin-32"
NEW = "seven quiet harbours 81"
HOSTILE = "<img src=x onerror=alert(1)>"


def _owner(site: PageSite, role: Role = Role.SUPERVISOR, scope: Scope = EVERYTHING, *, name: str = "王芳") -> str:
    number = len(site.services.accounts.listed(system("test")))
    login = f"owner{number}"
    return site.services.accounts.create(
        system("test"), login, name, password=PASSWORD, roles=[RoleGiven(role.value, scope)]
    )


def _text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_one_sees_who_one_is_and_chooses_a_language(site: PageSite) -> None:
    account = _owner(site, scope=Scope(frozenset({"sales"}), frozenset()), name=HOSTILE)
    client = site.visitor(site.session(account))
    text = _text(client, "/account/")
    assert "Supervisor" in text
    assert "sales" in text
    assert HOSTILE not in text
    assert "&lt;img src=x" in text
    answer = client.post("/account/language/", data={"lang": "zh-CN"})
    assert answer.location == "/account/?said=saved"
    assert "已保存" in _text(client, answer.location)
    other = site.server.test_client()
    other.set_cookie(COOKIE, site.session(account))
    assert '<html lang="zh-CN"' in _text(other, "/account/")
    assert client.post("/account/language/", data={"lang": "xx"}).status_code == 303
    assert site.services.accounts.find(system("test"), account).lang == ""


def test_only_known_sentences_are_said(site: PageSite) -> None:
    client = site.client(Role.SUPERVISOR)
    for asked in ("<b>pay here</b>", "form.save", "../said.saved", "nav.floor"):
        assert 'class="notice' not in client.get("/account/", query_string={"said": asked}).get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"old": "wrong", "password": NEW, "again": NEW}, "old", "The password is not right."),
        ({"old": PASSWORD, "password": NEW, "again": f"{NEW} "}, "again", "not the same"),
        ({"old": PASSWORD, "password": "short", "again": "short"}, "password", "too short"),
        ({"old": PASSWORD, "password": "password1", "again": "password1"}, "password", "easy to guess"),
        ({"old": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "password", "is the old one"),
        ({"old": PASSWORD, "password": "x" * 1001, "again": "x" * 1001}, "password", "too long"),
        ({}, "old", "The password is not right."),
    ],
)
def test_a_password_that_cannot_be_is_refused_at_its_field(
    site: PageSite, typed: dict[str, str], field: str, sentence: str
) -> None:
    client = site.visitor(site.session(_owner(site)))
    answer = client.post("/account/password/", data=typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    error = re.search(rf'<p class="error" id="{field}-error">([^<]*)', text)
    assert error
    assert sentence in error[1]
    assert f'aria-describedby="{field}-error"' in text or f'{field}-error"' in text
    assert PASSWORD not in text
    assert NEW not in text


def test_a_new_password_ends_all_other_sessions(site: PageSite) -> None:
    account = _owner(site)
    here, there = (site.visitor(site.session(account)) for _ in range(2))
    answer = here.post("/account/password/", data={"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer.location == "/account/password/?said=password_changed"
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 303
    assert site.services.accounts.verify_password(_login(site, account), NEW, "192.0.2.1").kind == "ok"
    assert "account.password_changed" in {line.action for line in site.audited() if line.target_id == account}


def _login(site: PageSite, account: str) -> str:
    return site.services.accounts.find(system("test"), account).login


def _seed_of(text: str) -> str:
    found = re.search(r'<code tabindex="0">([A-Z2-7 ]+)</code>', text)
    assert found
    return found[1].replace(" ", "")


def _codes_of(text: str) -> list[str]:
    return re.findall(r"<li><code>([^<]+)</code>", text)


def test_a_second_factor_from_beginning_to_end(site: PageSite) -> None:
    client = site.visitor(site.session(_owner(site), second_factor=""))
    begun = client.post("/account/second-factor/begin/")
    text = begun.get_data(as_text=True)
    assert begun.headers["Cache-Control"] == "no-store"
    assert text.count("<svg") == 1
    assert "style=" not in text
    seed = _seed_of(text)
    wrong = client.post("/account/second-factor/confirm/", data={"code": "000000"})
    assert wrong.status_code == 422
    assert "The code is not right" in wrong.get_data(as_text=True)
    assert seed not in wrong.get_data(as_text=True).replace(" ", "")
    right = client.post("/account/second-factor/confirm/", data={"code": pyotp.TOTP(seed).now()})
    codes = _codes_of(right.get_data(as_text=True))
    assert len(set(codes)) == 10
    there = _text(client, "/account/second-factor/")
    assert "10 codes left" in there
    assert codes[0] not in there
    assert client.post("/account/second-factor/begin/").status_code == 422
    anew = client.post("/account/second-factor/recovery/", data={"code": codes[0]})
    assert len(set(_codes_of(anew.get_data(as_text=True))) - set(codes)) == 10
    used = client.post("/account/second-factor/off/", data={"off_code": codes[1]})
    assert used.status_code == 422
    off = client.post("/account/second-factor/off/", data={"off_code": _codes_of(anew.get_data(as_text=True))[0]})
    assert off.location == "/account/second-factor/?said=second_factor_removed"


def test_an_administrator_without_a_second_factor_sets_it_up_first(site: PageSite) -> None:
    client = site.visitor(site.session(_owner(site, Role.ADMIN), second_factor=""))
    assert client.get("/admin/accounts/").location == "/account/set-up/"
    assert client.post("/account/password/").location == "/account/set-up/"
    page = _text(client, "/account/set-up/")
    assert 'class="places"' not in page
    seed = _seed_of(client.post("/account/set-up/").get_data(as_text=True))
    done = client.post("/account/set-up/", data={"code": pyotp.TOTP(seed).now()})
    assert len(_codes_of(done.get_data(as_text=True))) == 10
    assert client.get("/admin/accounts/").status_code == 200
    assert client.get("/account/set-up/").location == "/"


def test_who_got_a_password_from_somebody_chooses_their_own_first(site: PageSite) -> None:
    account = _owner(site)
    site.services.accounts.set_password(system("test"), account, "borrowed-Umbrella-5")
    client = site.visitor(site.session(account))
    assert client.get("/floor/").location == "/account/set-up/"
    typed = {"old": "borrowed-Umbrella-5", "password": "short", "again": "short"}
    assert client.post("/account/set-up/", data=typed).status_code == 422
    typed |= {"password": NEW, "again": NEW}
    assert client.post("/account/set-up/", data=typed).location == "/"
    assert client.get("/floor/").status_code == 200


def test_sessions_are_seen_and_ended_by_their_owner_alone(site: PageSite) -> None:
    account, stranger = _owner(site), _owner(site)
    here, there, third = (site.session(account) for _ in range(3))
    client = site.visitor(here)
    text = _text(client, "/account/sessions/")
    assert text.count("Firefox 145, Linux") == 3
    assert text.count("This one") == 1
    for secret in (here, there):
        assert secret not in text
    ids = re.findall(r'name="session" value="(\w+)"', text)
    assert len(ids) == 2
    foreign = site.visitor(site.session(stranger)).post("/account/sessions/revoke/", data={"session": ids[0]})
    assert foreign.status_code == 403
    assert client.post("/account/sessions/revoke/", data={"session": ids[0]}).status_code == 303
    alive = [value for value in (there, third) if site.visitor(value).get("/account/").status_code == 200]
    assert len(alive) == 1
    assert client.post("/account/sessions/revoke-others/").location == "/account/sessions/?said=sessions_ended"
    assert site.visitor(alive[0]).get("/account/").status_code == 303
    assert client.get("/account/").status_code == 200


def test_a_token_is_shown_once_and_holds_no_more_than_its_owner(site: PageSite) -> None:
    client = site.visitor(site.session(_owner(site)))
    offered = set(re.findall(r'name="permissions" value="([\w.]+)"', _text(client, "/account/tokens/")))
    assert offered == {"floor.view", "wall.view", "leaderboards.view"}
    typed = {"name": HOSTILE, "permissions": ["floor.view"], "days": "30", "everything": "1"}
    for wrong, sentence in (
        ({"permissions": []}, "Choose at least one permission"),
        ({"permissions": ["audit.export"]}, "Choose at least one permission"),
        ({"days": "9999"}, "A token lasts 1 to"),
        ({"days": "-1"}, "A token lasts 1 to"),
        ({"days": "²"}, "A token lasts 1 to"),
        ({"name": ""}, "Enter a name for the token"),
        ({"everything": ""}, "Choose at least one queue or team"),
    ):
        answer = client.post("/account/tokens/", data=typed | wrong)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
    made = client.post("/account/tokens/", data=typed).get_data(as_text=True)
    (secret,) = re.findall(r">(fw_[0-9A-Za-z]{43})<", made)
    actor = site.services.doorkeeper.by_token(secret, "192.0.2.1")
    assert actor
    assert [str(permission) for grant in actor.grants for permission in grant.permissions] == ["floor.view"]
    listed = _text(client, "/account/tokens/")
    assert secret not in listed
    assert HOSTILE not in listed
    (token,) = re.findall(r'name="token" value="(\w+)"', listed)
    assert site.client(Role.SUPERVISOR).post("/account/tokens/revoke/", data={"token": token}).status_code == 403
    assert client.post("/account/tokens/revoke/", data={"token": token}).status_code == 303
    assert site.services.doorkeeper.by_token(secret, "192.0.2.1") is None
    assert "Revoked" in _text(client, "/account/tokens/")


def _queue(site: PageSite, queue: str, name: str) -> None:
    site.services.directory.queues.put(system("test"), queue, {"name_en": name, "name_zh": name})


def test_a_token_is_limited_to_queues_and_teams_of_ones_own(site: PageSite) -> None:
    _queue(site, "sales", HOSTILE)
    _queue(site, "support", "Support")
    for team, parent in (("floor", ""), ("night", "floor"), ("day", "")):
        site.services.directory.teams.add(system("test"), {"id": team, "name_en": team.title(), "parent_id": parent})
    where = Scope(frozenset({"sales"}), frozenset({"floor"}))
    account = _owner(site, Role.TRAINER, where)  # may not see the directory, and reads the names of what they see
    client, desk = site.visitor(site.session(account)), site.client(Role.MANAGER)
    shown, all_shown = _text(client, "/account/tokens/"), _text(desk, "/account/tokens/")
    assert _choices(shown) == ({"sales"}, {"floor", "night"})
    assert _choices(all_shown)[0] >= {"sales", "support"}
    assert _choices(all_shown)[1] >= {"floor", "night", "day"}
    typed = {"name": "screen", "permissions": ["floor.view"], "days": "30"}
    for wrong in ({"queues": "support"}, {"teams": ["night", "day"]}, {"queues": "sales", "teams": "none"}):
        answer = client.post("/account/tokens/", data=typed | wrong)
        assert answer.status_code == 422
        assert "Choose queues and teams within your own" in answer.get_data(as_text=True)
    refused = client.post("/account/tokens/", data=typed | {"queues": "sales", "teams": "night", "days": "0"})
    ticked = re.findall(r'name="(\w+)" value="([\w.]+)" checked', refused.get_data(as_text=True))
    assert ticked == [("permissions", "floor.view"), ("queues", "sales"), ("teams", "night")]
    made = client.post("/account/tokens/", data=typed | {"queues": "sales", "teams": "night"}).get_data(as_text=True)
    (secret,) = re.findall(r">(fw_[0-9A-Za-z]{43})<", made)
    program = site.services.doorkeeper.by_token(secret, "192.0.2.1")
    assert program
    assert program.grants[0].scope.with_subteams({"floor": "", "night": "floor"}) == Scope(
        frozenset({"sales"}), frozenset({"night"})
    )
    told = "&lt;img src=x onerror=alert(1)&gt;, Night"
    assert told in _text(client, "/account/tokens/")
    assert told in _text(site.client(Role.ADMIN), f"/admin/accounts/{account}/")
    assert "sales" in site.audited()[-1].details
    whole = client.post("/account/tokens/", data=typed | {"everything": "1", "queues": "sales"}).get_data(as_text=True)
    assert "As far as its owner sees" in whole
    assert "As far as its owner sees" in _text(site.client(Role.ADMIN), f"/admin/accounts/{account}/")


def test_an_agents_token_has_nothing_to_be_limited_to(site: PageSite) -> None:
    _queue(site, "sales", "Sales")
    client = site.visitor(site.session(_owner(site, Role.AGENT)))
    shown = _text(client, "/account/tokens/")
    assert _choices(shown) == (set(), set())
    assert re.search(r'name="everything"[^>]* checked', shown)
    typed = {"name": "mine", "permissions": ["own.view"], "days": "30"}
    assert client.post("/account/tokens/", data=typed | {"queues": "sales"}).status_code == 422
    assert client.post("/account/tokens/", data=typed | {"everything": "1"}).status_code == 200


def _choices(text: str) -> tuple[set[str], set[str]]:
    """The queues and the teams that are offered."""
    queues, teams = (set(re.findall(rf'name="{name}" value="(\w+)"', text)) for name in ("queues", "teams"))
    return queues, teams
