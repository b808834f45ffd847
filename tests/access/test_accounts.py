"""Accounts: who may change what, what is on record of it, and that there always is an administrator."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from dashboard.access.account_words import account_name, login_of, new_login
from dashboard.access.accounts import Accounts, RoleGiven
from dashboard.access.actor import NOBODY, Actor, Denied, Grant
from dashboard.access.keys import notices_channel
from dashboard.access.notices import Notice, decode
from dashboard.access.passwords import Cost, Passwords
from dashboard.access.permissions import Permission, Role
from dashboard.access.redis_link import connect
from dashboard.access.scope import EVERYTHING, NOTHING, Scope
from dashboard.access.throttle import BY_ACCOUNT
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import Refused
from dashboard.store.engine import open_store, writing
from dashboard.store.schema import people
from tests.access.ledger import lines_of
from tests.access.rooms import ADMIN, AGENT, HOME, OTHER, PASSWORD, SITE, SYSTEM, Rooms
from tests.patience import HANG_S
from tests.redis_server import RedisServer

SALES = Scope(frozenset({"sales"}), frozenset({"team-sales"}))
EVIL = "203.0.113.9"


def test_a_change_is_on_record_with_before_and_after_and_told(rooms: Rooms) -> None:
    admin = rooms.newcomer("root", *ADMIN)
    account = rooms.accounts.create(admin, "Ａnna", "Anna  Wang", roles=[RoleGiven("supervisor", SALES)])
    with rooms.redis.pubsub() as told:  # type: ignore[no-untyped-call]
        told.subscribe(notices_channel(SITE))
        told.get_message(timeout=HANG_S)
        rooms.accounts.set_roles(admin, account, [RoleGiven("manager"), AGENT, AGENT])
        message = told.get_message(timeout=HANG_S)
    assert message is not None
    assert decode(message["data"]) == Notice("account", account)
    view = rooms.accounts.find(admin, account)
    assert (view.login, view.name) == ("anna", "Anna Wang")
    assert [given.role for given in view.roles] == ["manager", "agent"]
    line = lines_of(rooms.engine)[-1]
    assert (line.action, line.target_id, line.actor_id) == ("account.roles_changed", account, admin.account_id)
    assert json.loads(line.details) == {
        "before": {"roles": ['supervisor {"queues":["sales"],"teams":["team-sales"]}']},
        "after": {"roles": ["manager", "agent"]},
    }
    count = len(lines_of(rooms.engine))
    rooms.accounts.set_roles(admin, account, [AGENT, RoleGiven("manager")])
    assert len(lines_of(rooms.engine)) == count, "nothing changed: no line"


CHANGES: list[Callable[[Accounts, Actor, str], object]] = [
    lambda accounts, actor, _: accounts.create(actor, "new", "New", password=PASSWORD),
    lambda accounts, actor, account: accounts.rename(actor, account, "Other"),
    lambda accounts, actor, account: accounts.disable(actor, account),
    lambda accounts, actor, account: accounts.enable(actor, account),
    lambda accounts, actor, account: accounts.set_roles(actor, account, ADMIN),
    lambda accounts, actor, account: accounts.link_person(actor, account, None),
    lambda accounts, actor, account: accounts.set_password(actor, account, OTHER),
]
LOOKS: list[Callable[[Accounts, Actor, str], object]] = [
    lambda accounts, actor, _: accounts.listed(actor),
    lambda accounts, actor, account: accounts.find(actor, account),
    lambda accounts, actor, _: accounts.by_login(actor, "victim"),
]


def test_only_who_administers_everything_changes_or_sees_accounts(rooms: Rooms) -> None:
    """Every role alone, an administrator of a team only, a token, a screen, and nobody; on another's account and their own."""
    victim = rooms.person("victim", [AGENT])
    before = lines_of(rooms.engine)
    grants = [Grant.of(role) for role in Role if role is not Role.ADMIN] + [Grant.of(Role.ADMIN, SALES)]
    actors = [Actor("person", victim, "x", (grant,), victim, "s") for grant in grants]
    actors += [NOBODY, Actor("screen", "s1", "TV", (Grant("screen", EVERYTHING, frozenset({Permission.WALL_VIEW})),))]
    for actor in actors:
        for change in CHANGES:
            with pytest.raises(Denied):
                change(rooms.accounts, actor, victim)
        if actor.roles != ("auditor",):
            for look in LOOKS:
                with pytest.raises(Denied):
                    look(rooms.accounts, actor, victim)
    assert lines_of(rooms.engine) == before
    assert rooms.accounts.find(SYSTEM, victim).roles == (RoleGiven("agent", NOTHING),)


def test_the_last_enabled_administrator_stays(rooms: Rooms) -> None:
    admin = rooms.newcomer("root", *ADMIN)
    account = admin.account_id
    deeds: list[Callable[[], None]] = [
        lambda: rooms.accounts.set_roles(admin, account, [RoleGiven("manager")]),
        lambda: rooms.accounts.disable(admin, account),
        lambda: rooms.accounts.set_roles(SYSTEM, account, []),
    ]
    for change in deeds:
        with pytest.raises(Refused) as refused:
            change()
        assert refused.value.word == "account.refused.last_admin"
    rooms.accounts.set_roles(admin, account, [*ADMIN, RoleGiven("auditor")])  # more for oneself: allowed, and on record
    second = rooms.person("second", ADMIN)
    rooms.accounts.disable(admin, second)
    with pytest.raises(Refused):
        rooms.accounts.disable(admin, account)
    rooms.accounts.enable(admin, second)
    rooms.accounts.disable(admin, account)
    assert rooms.accounts.has_admin()


def test_two_administrators_who_remove_each_other_at_once(rooms: Rooms) -> None:
    pair = [rooms.newcomer("one", *ADMIN), rooms.newcomer("two", *ADMIN)]

    def disable(who: int) -> str:
        try:
            rooms.accounts.disable(pair[who], pair[1 - who].account_id)
        except Refused as refused:
            return refused.word
        return ""

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(disable, (0, 1))) == ["", "account.refused.last_admin"]
    assert rooms.accounts.has_admin()


@pytest.mark.parametrize(
    ("roles", "word"),
    [
        ([RoleGiven("emperor")], "account.refused.role_unknown"),
        ([RoleGiven("admin", SALES)], "account.refused.role_everywhere"),
        ([RoleGiven("auditor", SALES)], "account.refused.role_everywhere"),
        ([RoleGiven("supervisor", NOTHING)], "account.refused.role_nowhere"),
    ],
)
def test_roles_that_mean_nothing_are_refused(rooms: Rooms, roles: list[RoleGiven], word: str) -> None:
    account = rooms.person("anna")
    with pytest.raises(Refused) as refused:
        rooms.accounts.set_roles(SYSTEM, account, roles)
    assert refused.value.word == word


def test_roles_of_the_provider_and_by_hand_do_not_touch_each_other(rooms: Rooms) -> None:
    account = rooms.person("anna", [RoleGiven("trainer")])
    with rooms.accounts.writing() as change:
        change.replace_roles(
            SYSTEM, account, [RoleGiven("supervisor", SALES), RoleGiven("admin", SALES)], origin="oidc"
        )
    rooms.accounts.set_roles(SYSTEM, account, [RoleGiven("analyst")])
    given = rooms.accounts.find(SYSTEM, account).roles
    assert [(one.role, one.origin) for one in given] == [("admin", "oidc"), ("supervisor", "oidc"), ("analyst", "hand")]
    with pytest.raises(Denied):
        rooms.accounts.listed(rooms.at_the_desk(account))  # administers a team only: sees no accounts


def test_several_changes_are_one_or_none(rooms: Rooms) -> None:
    before = lines_of(rooms.engine)

    def both() -> None:
        with rooms.accounts.writing() as change:
            account = change.create(SYSTEM, "anna", "Anna")
            change.rename(SYSTEM, account, "\u202eannA")

    with pytest.raises(Refused):
        both()
    assert rooms.accounts.listed(SYSTEM) == []
    assert lines_of(rooms.engine) == before


def test_a_login_is_taken_once_however_it_is_typed(rooms: Rooms) -> None:
    rooms.person("Anna")
    for typed in ("anna", "ＡＮＮＡ", " aNNa "):
        with pytest.raises(Refused) as refused:
            rooms.person(typed)
        assert refused.value.word == "account.refused.login_taken"
    assert rooms.accounts.verify_password("ａＮＮＡ ", PASSWORD, HOME).kind == "ok"


@given(st.text(max_size=120))
@settings(max_examples=200)
def test_any_text_as_login_or_name_is_taken_or_refused(typed: str) -> None:
    for check, most in ((new_login, 64), (account_name, 100)):
        try:
            taken = check(typed)
        except Refused:
            continue
        assert 0 < len(taken) <= most
        assert taken.isprintable()
        assert check(taken) == taken
    assert len(login_of(typed)) <= 64
    login_of(typed).encode()


@pytest.mark.parametrize("login", ["", " ", "a b", "x" * 65, "-x", "a\x00b", "a'; drop", "../etc", "<img>", "ａ/b"])
def test_bad_logins(login: str) -> None:
    with pytest.raises(Refused):
        new_login(login)


def test_linking_a_person_gives_an_agent_their_own(rooms: Rooms) -> None:
    with writing(rooms.engine) as connection:
        connection.execute(insert(people).values(id="p1", display_name="王芳", nickname="", changed_at_ms=1))
    account = rooms.person("anna", [AGENT])
    with pytest.raises(Refused):
        rooms.accounts.link_person(SYSTEM, account, "p2")
    rooms.accounts.link_person(SYSTEM, account, "p1")
    assert rooms.accounts.find(SYSTEM, account).person_name == "王芳"
    assert json.loads(lines_of(rooms.engine)[-1].details)["after"] == {"person": "王芳"}


# -- passwords ---------------------------------------------------------------------------------------------------------


def test_one_changes_ones_own_password_with_the_old_one_and_is_signed_out_elsewhere(rooms: Rooms) -> None:
    account = rooms.person("anna", [AGENT])
    elsewhere, here = rooms.cookie(account), rooms.at_the_desk(account)
    for old, new, word, field in (
        ("wrong", OTHER, "password.wrong", "old"),
        (PASSWORD, "password1", "password.too_easy", "password"),
        (PASSWORD, "Name of anna", "password.too_easy", "password"),
        (PASSWORD, PASSWORD, "password.same", "password"),
    ):
        with pytest.raises(Refused) as refused:
            rooms.accounts.change_password(here, old, new)
        assert (refused.value.word, refused.value.field) == (word, field)
    rooms.accounts.change_password(here, PASSWORD, OTHER)
    assert rooms.sessions.read(elsewhere) is None
    assert rooms.doorkeeper.again(here) is not None
    assert rooms.accounts.verify_password("anna", PASSWORD, HOME).kind == "wrong"
    assert rooms.accounts.verify_password("anna", OTHER, HOME).kind == "ok"
    assert not any(secret in str(lines_of(rooms.engine)) for secret in (PASSWORD, OTHER, "argon2"))


def test_a_stolen_session_cannot_guess_the_password_fast(rooms: Rooms) -> None:
    here = rooms.newcomer("anna", AGENT)
    words = []
    for number in range(50):
        with pytest.raises(Refused) as refused:
            rooms.accounts.change_password(here, f"guess {number}", OTHER)
        words.append(refused.value.word)
    assert words.count("password.wrong") == BY_ACCOUNT.free + 1
    assert set(words) == {"password.wrong", "access.wait"}


def test_who_got_a_password_from_somebody_else_may_do_nothing_but_choose_another(rooms: Rooms) -> None:
    admin = rooms.newcomer("root", *ADMIN)
    account = rooms.person("anna", [RoleGiven("manager")])
    cookie = rooms.cookie(account)
    rooms.accounts.set_password(admin, account, OTHER)
    assert rooms.sessions.read(cookie) is None
    anna = rooms.at_the_desk(account)
    assert anna.must_set_up == "password"
    assert anna.grants == ()
    deeds: list[Callable[[], object]] = [
        lambda: rooms.tokens.make(anna, "x", ["floor.view"], 1),
        lambda: rooms.sessions.own(anna),
        lambda: rooms.accounts.set_lang(anna, "en"),
    ]
    for deed in deeds:
        with pytest.raises(Denied):
            deed()
    rooms.accounts.change_password(anna, OTHER, PASSWORD)
    again = rooms.doorkeeper.again(anna)
    assert again is not None
    assert again.must_set_up == ""
    assert again.may(Permission.FLOOR_VIEW)


# -- signing in --------------------------------------------------------------------------------------------------------


def test_who_guesses_learns_nothing_about_accounts(rooms: Rooms) -> None:
    """Unknown, disabled, without a password, wrong: one answer, one check of a hash, the same waits, a line each."""
    rooms.person("anna")
    rooms.accounts.create(SYSTEM, "provider-only", "P")
    rooms.accounts.disable(SYSTEM, rooms.person("gone"))
    found = []
    for place, login in enumerate(["anna", "gone", "provider-only", "no-such-person", "", "x" * 500, "\ud800'"]):
        password = PASSWORD if login == "gone" else "wrong"
        checks, lines = rooms.passwords.checks, len(lines_of(rooms.engine))
        outcomes = [rooms.accounts.verify_password(login, password, f"203.0.113.{place}") for _ in range(8)]
        written = lines_of(rooms.engine)[lines:]
        found.append((outcomes, rooms.passwords.checks - checks, [(one.action, one.result) for one in written]))
        assert not any(login and login in one.target_id for one in written if login != "anna")
    assert all(one == found[0] for one in found)
    assert {outcome.kind for outcome in found[0][0]} == {"wrong", "wait"}
    assert found[0][1] == BY_ACCOUNT.free + 1


def test_brute_force_is_slow_for_the_attacker_and_nobody_else(rooms: Rooms) -> None:
    rooms.person("anna")
    bo = rooms.person("bo")
    rooms.accounts.signed_in(bo, HOME, via="password")
    checks = rooms.passwords.checks
    for number in range(100):
        rooms.accounts.verify_password("bo", f"guess {number}", EVIL)
        rooms.clock.ms += 1000  # 100 s of it
    assert rooms.passwords.checks - checks <= BY_ACCOUNT.free + 8
    assert rooms.accounts.verify_password("bo", PASSWORD, EVIL).kind == "wait", "even with the right one"
    assert rooms.accounts.verify_password("bo", PASSWORD, HOME).kind == "ok", "its owner, from where they always are"
    assert rooms.accounts.verify_password("anna", PASSWORD, HOME).kind == "ok"


def test_a_hash_of_an_older_release_is_made_anew_at_sign_in(rooms: Rooms) -> None:
    rooms.person("anna")
    stronger = Passwords(SITE, Cost(passes=2, memory_kib=16))
    newer = Accounts(
        rooms.engine, rooms.audit, rooms.redis, SITE, rooms.clock,
        passwords=stronger, throttle=rooms.throttle, sessions=rooms.sessions,
    )  # fmt: skip
    assert newer.verify_password("anna", "wrong", HOME).kind == "wrong"
    assert newer.verify_password("anna", PASSWORD, HOME).kind == "ok"
    row, _ = newer._row_by_id(newer.by_login(SYSTEM, "anna").id)
    assert not stronger.is_outdated(row["password_hash"])
    assert newer.verify_password("anna", PASSWORD, HOME).kind == "ok"


def test_signing_in_is_on_record(rooms: Rooms) -> None:
    account = rooms.person("anna", ADMIN)
    rooms.clock.ms += 5000
    rooms.accounts.signed_in(account, HOME, via="provider", second_factor="provider")
    line = lines_of(rooms.engine)[-1]
    assert (line.action, line.result, line.actor_id, line.role, line.address) == (
        "account.sign_in", "ok", account, "admin", HOME,
    )  # fmt: skip
    assert json.loads(line.details) == {"via": "provider", "second_factor": "provider"}
    assert rooms.accounts.find(SYSTEM, account).last_sign_in_ms == rooms.clock.ms


def test_a_change_counts_without_redis(rooms: Rooms, valkey: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """It is written; processes find it when they look again."""
    account = rooms.person("anna", [AGENT])
    rooms.redis = connect(valkey.url, answer_s=0.3)
    rooms.__post_init__()
    valkey.kill()
    rooms.accounts.disable(SYSTEM, account)
    assert not rooms.accounts.find(SYSTEM, account).is_enabled
    assert "not told yet" in caplog.text
    rooms.redis.close()


def test_signing_in_while_the_database_is_away_costs_no_try(rooms: Rooms) -> None:
    rooms.person("anna")
    away = replace(rooms, engine=open_store("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    for _ in range(20):
        with pytest.raises(AccessUnavailable):
            away.accounts.verify_password("anna", PASSWORD, HOME)
    assert rooms.accounts.verify_password("anna", PASSWORD, HOME).kind == "ok"
