"""Who comes in by the provider, as whom, and what is on record: on SQLite and PostgreSQL, with a real Redis."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select, update

from dashboard.access.account_view import AccountView, RoleGiven
from dashboard.access.actor import system
from dashboard.access.oidc import Admitted, Begun, Oidc, SignInRefused, check
from dashboard.access.oidc_groups import roles_of
from dashboard.access.oidc_people import PROVIDER, Identity, OidcPeople
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.settings import OidcRole, OidcSettings, SettingsError
from dashboard.store.engine import reading, writing
from dashboard.store.schema import accounts, identities
from tests.access.ledger import lines_of
from tests.oidc.conftest import Site
from tests.oidc.hostile_provider import HostileProvider

CALLBACK = "https://floor.example/sign-in/oidc/callback"
WHERE = "192.0.2.7"


def begun(oidc: Oidc, next_path: str = "/floor/") -> tuple[Begun, dict[str, str]]:
    """A sign-in begun, and what its address says."""
    begins = oidc.begin(next_path, CALLBACK, "en")
    return begins, {name: values[0] for name, values in parse_qs(urlsplit(begins.url).query).items()}


def come_back(oidc: Oidc, liar: HostileProvider, **changed: str) -> Admitted:
    """Begins, and comes back with what the provider would send."""
    begins, query = begun(oidc)
    liar.nonce = query["nonce"]
    answer = {"state": query["state"], "code": "c"} | changed
    return oidc.finish(begins.cookie, answer, WHERE)


def only_account(site: Site) -> AccountView:
    (view,) = site.accounts.listed(system("test"))
    return view


def last_line(site: Site) -> dict[str, Any]:
    line = lines_of(site.engine)[-1]
    return {
        "action": line.action, "target": (line.target_kind, line.target_name), "why": line.reason, "result": line.result,
        "address": line.address, "details": json.loads(line.details),
    }  # fmt: skip


def test_the_first_sign_in_makes_the_account_and_the_next_ones_find_it(site: Site, liar: HostileProvider) -> None:
    oidc = site.oidc(liar.settings())
    admitted = come_back(oidc, liar)
    view = only_account(site)
    assert admitted == Admitted(view.id, "/floor/", is_multi_factor=False, needs_second_step=False)
    assert (view.name, view.login, view.has_password) == ("李娜", "oidc", False)
    assert view.roles == (RoleGiven("manager", origin="oidc"),)
    lines = [(line.actor_name, line.action) for line in lines_of(site.engine)]
    assert lines == [("OpenID Connect", "account.created")]

    liar.claims = {"name": "another name", "email": "boss@example.test"}
    assert come_back(oidc, liar).account_id == view.id
    assert only_account(site) == view
    assert len(lines_of(site.engine)) == 1  # nothing changed, nothing to tell


def test_a_group_that_changes_at_the_provider_changes_the_role_at_the_next_sign_in(
    site: Site, liar: HostileProvider
) -> None:
    oidc = site.oidc(liar.settings())
    account_id = come_back(oidc, liar).account_id
    by_hand = RoleGiven("quality", Scope(frozenset({"600"})))
    site.accounts.set_roles(system("test"), account_id, [by_hand])
    cookie = site.sessions.begin(account_id, WHERE, "test", via="provider")
    before = site.doorkeeper.by_session(cookie, WHERE)
    assert before is not None
    assert before.may(Permission.DIRECTORY_EDIT)

    liar.claims = {"groups": ["sales-leads", "choir"]}
    come_back(oidc, liar)
    roles = {(one.role, one.origin) for one in only_account(site).roles}
    assert roles == {("supervisor", "oidc"), ("quality", "hand")}
    now = site.doorkeeper.by_session(cookie, WHERE)  # the session that was open already
    assert now is not None
    assert not now.may(Permission.DIRECTORY_EDIT)
    assert now.scope(Permission.SCREENS_MANAGE) == Scope(frozenset(), frozenset({"sales"}))
    told = last_line(site)
    assert told["action"] == "account.roles_changed"
    assert told["details"]["after"]["roles"] != told["details"]["before"]["roles"]


def test_nobody_without_a_group_that_means_something_gets_in(site: Site, liar: HostileProvider) -> None:
    oidc = site.oidc(liar.settings())
    liar.claims = {"groups": ["choir"], "name": "<img src=x onerror=alert(1)>"}
    with pytest.raises(SignInRefused) as refused:
        come_back(oidc, liar)
    assert refused.value.word == "sign_in.oidc.no_group"
    assert site.accounts.listed(system("test")) == []
    told = last_line(site)
    assert (told["action"], told["result"], told["address"]) == ("account.sign_in", "denied", WHERE)
    assert told["details"]["subject"] == "subject-1"

    liar.claims = {}
    account_id = come_back(oidc, liar).account_id
    cookie = site.sessions.begin(account_id, WHERE, "test", via="provider")
    liar.claims = {"groups": []}
    with pytest.raises(SignInRefused):
        come_back(oidc, liar)
    assert only_account(site).roles == ()  # who lost the group has lost the role, in open sessions too
    actor = site.doorkeeper.by_session(cookie, WHERE)
    assert actor is not None
    assert actor.grants == ()


def test_a_disabled_account_stays_out(site: Site, liar: HostileProvider) -> None:
    oidc = site.oidc(liar.settings())
    site.accounts.disable(system("test"), come_back(oidc, liar).account_id)
    with pytest.raises(SignInRefused) as refused:
        come_back(oidc, liar)
    assert refused.value.word == "sign_in.oidc.disabled"
    assert last_line(site)["why"] == "the account is disabled"


def test_an_account_is_never_found_by_a_name_or_an_address(site: Site, liar: HostileProvider) -> None:
    admin = site.accounts.create(system("test"), "boss", "Boss", roles=[RoleGiven("admin")])
    liar.claims = {"preferred_username": "Boss", "email": "boss@example.test", "email_verified": True, "name": "Boss"}
    admitted = come_back(site.oidc(liar.settings()), liar)
    assert admitted.account_id != admin
    assert {view.login for view in site.accounts.listed(system("test"))} == {"boss", "boss-2"}

    liar.claims |= {"sub": "SUBJECT-1"}  # another subject, by one letter
    assert come_back(site.oidc(liar.settings()), liar).account_id not in {admin, admitted.account_id}
    with reading(site.engine) as connection:
        assert connection.execute(select(func.count()).select_from(identities)).scalar() == 2


def test_a_subject_is_somebody_only_at_its_own_provider(site: Site, liar: HostileProvider) -> None:
    """After a change of provider, `subject-1` there is not who `subject-1` was here."""
    account_id = come_back(site.oidc(liar.settings()), liar).account_id
    people = OidcPeople(site.engine, site.accounts, site.audit)
    roles = roles_of({"floor-managers"}, liar.settings().roles)
    stranger = Identity("https://other.example", "subject-1", "李娜", "li")
    assert people.known(stranger, roles) is None
    assert people.added(stranger, roles).id != account_id


def test_two_first_sign_ins_at_once_make_one_account(site: Site, liar: HostileProvider) -> None:
    settings = liar.settings()
    people = OidcPeople(site.engine, site.accounts, site.audit)
    identity, roles = Identity(liar.issuer, "subject-1", "李娜", "li"), roles_of({"floor-managers"}, settings.roles)
    assert people.known(identity, roles) is None  # what both have seen before either wrote
    assert people.added(identity, roles) == people.added(identity, roles)


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(plain_site: Site, liar: HostileProvider) -> None:
    oidc = plain_site.oidc(liar.settings())

    def refused(cookie: str, answer: dict[str, str]) -> str:
        with pytest.raises(SignInRefused) as found:
            oidc.finish(cookie, answer, WHERE)
        return found.value.why

    begins, query = begun(oidc)
    good = {"state": query["state"], "code": "c"}
    liar.nonce = query["nonce"]
    assert "no sign-in was begun" in refused("", good)
    assert "no sign-in was begun" in refused("x" * 43, good)  # another browser
    assert oidc.finish(begins.cookie, good, WHERE).account_id
    assert "no sign-in was begun" in refused(begins.cookie, good)  # replayed

    mine, hers = begun(oidc), begun(oidc)
    assert "another one" in refused(mine[0].cookie, {"state": hers[1]["state"], "code": "c"})
    assert "no sign-in was begun" in refused(mine[0].cookie, {"state": mine[1]["state"], "code": "c"})  # spent by that
    for missing in ({}, {"code": "c"}, {"state": "", "code": "c"}):
        assert "another one" in refused(begun(oidc)[0].cookie, missing)
    assert [line.action for line in lines_of(plain_site.engine)].count("account.sign_in") == 1  # the rest is counted


def test_a_sign_in_is_over_after_ten_minutes(plain_site: Site, liar: HostileProvider) -> None:
    begins, _ = begun(plain_site.oidc(liar.settings()))
    (key,) = [key for key in plain_site.redis.scan_iter() if b"oidc" in key]
    assert 590_000 < int(plain_site.redis.pttl(key)) <= 600_000
    assert begins.cookie.encode() not in key


def test_an_answer_of_another_issuer_is_refused(plain_site: Site, liar: HostileProvider) -> None:
    """The mix-up of RFC 9207: an attacker's provider hands over the honest one's code."""
    for promise, iss in ((False, "https://evil.example"), (True, "https://evil.example"), (True, None)):
        liar.document = {"authorization_response_iss_parameter_supported": promise}
        oidc = plain_site.oidc(liar.settings())
        with pytest.raises(SignInRefused) as refused:
            come_back(oidc, liar, **({"iss": iss} if iss else {}))
        assert refused.value.why == "the answer is another issuer's"
        assert liar.posted == []  # the code was not handed on
    assert come_back(plain_site.oidc(liar.settings()), liar, iss=liar.issuer).account_id


def test_the_providers_errors_are_told_in_our_words(plain_site: Site, liar: HostileProvider) -> None:
    oidc = plain_site.oidc(liar.settings())
    for error, word in (
        ("access_denied", "sign_in.oidc.cancelled"),
        ("server_error", "sign_in.oidc.wrong"),
        ("<script>alert(1)</script>", "sign_in.oidc.wrong"),
    ):
        begins, query = begun(oidc)
        with pytest.raises(SignInRefused) as refused:
            oidc.finish(begins.cookie, {"state": query["state"], "error": error}, WHERE)
        assert refused.value.word == word
        assert "<" not in refused.value.why
    for code in ("", "c" * 5000):
        with pytest.raises(SignInRefused, match="wrong"):
            come_back(oidc, liar, code=code)


def test_a_bad_token_lets_nobody_in(plain_site: Site, liar: HostileProvider) -> None:
    oidc = plain_site.oidc(liar.settings())
    liar.claims = {"aud": "somebody-else"}
    with pytest.raises(SignInRefused) as refused:
        come_back(oidc, liar)
    assert refused.value.word == "sign_in.oidc.wrong"
    liar.claims, liar.answer = {}, {"error": "invalid_grant"}
    with pytest.raises(SignInRefused) as refused:
        come_back(oidc, liar)
    assert refused.value.word == "sign_in.oidc.over"
    liar.answer = {}
    begins, query = begun(oidc)
    liar.close()
    with pytest.raises(SignInRefused) as refused:
        oidc.finish(begins.cookie, {"state": query["state"], "code": "c"}, WHERE)
    assert refused.value.word == "sign_in.oidc.away"
    assert plain_site.accounts.listed(system("test")) == []


def test_a_role_that_needs_a_second_factor_takes_the_providers_word_or_our_own(
    site: Site, liar: HostileProvider
) -> None:
    oidc = site.oidc(
        liar.settings(roles={"admins": OidcRole(role="admin"), "floor-managers": OidcRole(role="manager")})
    )
    liar.claims = {"groups": ["admins"]}
    plain = come_back(oidc, liar)
    assert (plain.is_multi_factor, plain.needs_second_step) == (False, False)
    cookie = site.sessions.begin(plain.account_id, WHERE, "test", via="provider")
    actor = site.doorkeeper.by_session(cookie, WHERE)
    assert actor is not None
    assert (actor.must_set_up, actor.grants) == ("second_factor", ())  # nothing is allowed before it is set up here

    with site.accounts.writing() as change:
        values = {"totp_sealed": b"sealed", "totp_confirmed_at_ms": 1}
        change.set_second_factor(PROVIDER, plain.account_id, values, "account.second_factor_set_up")
    assert come_back(oidc, liar).needs_second_step

    liar.claims = {"groups": ["admins"], "amr": ["pwd", "mfa"]}
    proven = come_back(oidc, liar)
    assert (proven.is_multi_factor, proven.needs_second_step) == (True, False)
    cookie = site.sessions.begin(plain.account_id, WHERE, "test", via="provider", second_factor="provider")
    actor = site.doorkeeper.by_session(cookie, WHERE)
    assert actor is not None
    assert actor.may(Permission.ACCOUNTS_EDIT)

    liar.claims = {"groups": ["floor-managers"]}
    assert not come_back(oidc, liar).needs_second_step  # a role that needs none


def test_settings_that_cannot_work_are_refused() -> None:
    roles = {"a": OidcRole(role="manager")}
    check(OidcSettings(issuer="https://login.example/realms/a", roles=roles))
    for wrong, place in (
        ({"issuer": "http://login.example"}, "oidc.issuer"),
        ({"issuer": "login.example"}, "oidc.issuer"),
        ({"roles": {}}, "oidc.roles"),
        ({"scopes": ("profile",)}, "oidc.scopes"),
        ({"roles": {"a": OidcRole(role="admin", teams=("x",))}}, "oidc.roles.a"),
    ):
        with pytest.raises(SettingsError, match=place):
            check(OidcSettings(**{"issuer": "https://login.example", "roles": roles} | wrong))


def test_a_person_renamed_here_keeps_their_name(site: Site, liar: HostileProvider) -> None:
    oidc = site.oidc(liar.settings())
    account_id = come_back(oidc, liar).account_id
    with writing(site.engine) as connection:
        connection.execute(update(accounts).where(accounts.c.id == account_id).values(name="娜娜"))
    come_back(oidc, liar)
    assert only_account(site).name == "娜娜"
