"""From a cookie or a token to an actor: what counts, at once, and what goes on while the database is away."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from sqlalchemy import insert, update

from dashboard.access.account_record import AccountRecord, AccountRecords
from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Actor, Denied, Grant
from dashboard.access.copies import Copies
from dashboard.access.doorkeeper import Doorkeeper
from dashboard.access.keys import account_key, digest
from dashboard.access.permissions import SCREEN_PERMISSIONS, Permission, Role, permissions_of
from dashboard.access.reach import require_own, require_setting_up
from dashboard.access.redis_link import command, connect
from dashboard.access.scope import EVERYTHING, Scope, dump
from dashboard.access.token_record import TokenRecords
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import Refused
from dashboard.settings import AccessSettings
from dashboard.store import open_store
from dashboard.store.engine import writing
from dashboard.store.schema import account_roles, agents, api_tokens, people, screens
from tests.access.ledger import Clock
from tests.access.rooms import ADMIN, AGENT, HOME, OTHER, SITE, SYSTEM, Rooms
from tests.redis_server import RedisServer

SALES = Scope(frozenset({"sales"}), frozenset({"team-sales"}))
SUPPORT = Scope(frozenset({"support"}), frozenset())


def test_what_a_person_may_do_is_looked_up_at_each_use(rooms: Rooms) -> None:
    account = rooms.person("anna", [RoleGiven("supervisor", SALES)])
    anna = rooms.at_the_desk(account)
    assert (anna.kind, anna.account_id, anna.address) == ("person", account, HOME)
    assert anna.scope(Permission.FLOOR_VIEW) == SALES
    rooms.accounts.set_roles(SYSTEM, account, [RoleGiven("trainer", SUPPORT)])
    again = rooms.doorkeeper.again(anna)
    assert again is not None
    assert again.scope(Permission.FLOOR_VIEW) == SUPPORT
    assert not again.may(Permission.NUMBERS_REVEAL)
    rooms.accounts.disable(SYSTEM, account)
    assert rooms.doorkeeper.again(anna) is None
    assert rooms.doorkeeper.by_session(rooms.cookie(account), HOME) is None, (
        "a session made meanwhile opens nothing either"
    )


def test_an_account_that_is_opened_again_has_none_of_its_old_sessions(rooms: Rooms) -> None:
    account = rooms.person("anna", [RoleGiven("manager")])
    cookie = rooms.cookie(account)
    rooms.accounts.disable(SYSTEM, account)
    rooms.accounts.enable(SYSTEM, account)
    assert rooms.doorkeeper.by_session(cookie, HOME) is None


def test_an_agent_sees_whom_they_are_at_this_switch(rooms: Rooms) -> None:
    with writing(rooms.engine) as connection:
        connection.execute(insert(people).values(id="p1", display_name="王芳", nickname="", changed_at_ms=1))
        rows = [("main", "PJSIP/1001"), ("main", "PJSIP/1002"), ("other", "PJSIP/9")]
        for site, agent in rows:
            connection.execute(insert(agents).values(site=site, id=agent, person_id="p1", is_set_aside=False))
    anna = rooms.at_the_desk(rooms.person("anna", [AGENT], person_id="p1"))
    own = Scope(frozenset(), frozenset(), frozenset({"PJSIP/1001", "PJSIP/1002"}))
    assert anna.scope(Permission.OWN_VIEW) == own
    bo = rooms.newcomer("bo", RoleGiven("agent", EVERYTHING))
    assert bo.scope(Permission.OWN_VIEW).is_nothing, "whatever scope the role was given in"


def test_roles_and_scopes_that_this_release_does_not_know_allow_nothing(rooms: Rooms) -> None:
    account = rooms.person("anna")
    rows = [("emperor", '{"all":true}'), ("manager", "not json"), ("manager", '{"all":false}'), ("admin", "{}")]
    with writing(rooms.engine) as connection:
        for role, scope in rows:
            connection.execute(insert(account_roles).values(account_id=account, role=role, scope=scope, origin="hand"))
    anna = rooms.at_the_desk(account)
    assert not any(not anna.scope(permission).is_nothing for permission in Permission)


roles_given = st.lists(
    st.tuples(
        st.sampled_from(list(Role)),
        st.frozensets(st.sampled_from(["sales", "support", "vip"])),
        st.frozensets(st.sampled_from(["t1", "t2"])),
        st.booleans(),
    ),
    max_size=4,
)


@given(roles_given, st.sampled_from(list(Permission)))
@settings(max_examples=150)
def test_a_permission_holds_in_the_union_of_the_roles_that_have_it(
    given_roles: list[tuple[Role, frozenset[str], frozenset[str], bool]], permission: Permission
) -> None:
    kept = [
        (role.value, dump(EVERYTHING if all_ else Scope(queues, teams))) for role, queues, teams, all_ in given_roles
    ]
    record = AccountRecord("a", "a", "A", "", 1, True, False, False, tuple(kept), ("PJSIP/1",))
    where = Actor("person", "a", "A", record.grants()).scope(permission)
    queues: set[str] = set()
    teams: set[str] = set()
    own = False
    is_all = False
    for role, in_queues, in_teams, all_ in given_roles:
        if permission in permissions_of(role):
            if role is Role.AGENT:
                own = True
            elif all_:
                is_all = True
            else:
                queues |= in_queues
                teams |= in_teams
    assert where.is_everything == is_all
    assert where.agents == (frozenset({"PJSIP/1"}) if own else frozenset())
    if not is_all:
        assert (where.queues, where.teams) == (frozenset(queues), frozenset(teams))


# -- second factor -----------------------------------------------------------------------------------------------------


def test_a_token_that_was_given_more_than_a_token_may_be_given_has_not_got_it(rooms: Rooms) -> None:
    """By an older release, or by a hand in the database."""
    anna = rooms.newcomer("anna", RoleGiven("manager"))
    token_id, secret = rooms.tokens.make(anna, "wall", [Permission.FLOOR_VIEW], 30)
    more = json.dumps(["floor.view", "directory.edit", "numbers.reveal", "no.such"])
    with writing(rooms.engine) as connection:
        connection.execute(update(api_tokens).where(api_tokens.c.id == token_id).values(permissions=more))
    program = rooms.doorkeeper.by_token(secret, HOME)
    assert program is not None
    assert {one for one in Permission if program.may(one)} == {Permission.FLOOR_VIEW}


def test_a_token_that_was_read_before_it_was_revoked_stays_revoked(rooms: Rooms) -> None:
    anna = rooms.newcomer("anna", RoleGiven("manager"))
    token_id, secret = rooms.tokens.make(anna, "wall", [Permission.FLOOR_VIEW], 30)
    records = TokenRecords(SITE, rooms.redis, rooms.engine, rooms.clock)
    older = records.find(digest(secret))
    assert older is not None
    rooms.tokens.revoke(anna, token_id)
    records._keep(digest(secret), older)  # by a process that was slow
    assert rooms.without_database().by_token(secret, HOME) is None


def test_a_role_that_must_have_a_second_factor_may_do_nothing_without(rooms: Rooms) -> None:
    rooms.rules = AccessSettings(second_factor=("admin", "manager"))
    rooms.__post_init__()
    admin = rooms.at_the_desk(rooms.person("root", ADMIN))
    assert (admin.must_set_up, admin.grants) == ("second_factor", ())
    assert rooms.newcomer("anna", RoleGiven("trainer")).must_set_up == ""
    by_provider = rooms.doorkeeper.by_session(rooms.cookie(admin.account_id, second_factor="provider"), HOME)
    assert by_provider is not None
    assert by_provider.may(Permission.ACCOUNTS_EDIT), "the provider has asked for it"
    seed = rooms.second_factors.start(admin).seed
    rooms.second_factors.confirm(admin, rooms.totp(seed))
    again = rooms.doorkeeper.again(admin)
    assert again is not None
    assert again.may(Permission.ACCOUNTS_EDIT)


def test_half_a_sign_in_is_nobody(rooms: Rooms) -> None:
    account = rooms.person("anna", ADMIN)
    half = rooms.sessions.begin(account, HOME, "", stage="password")
    assert rooms.doorkeeper.by_session(half, HOME) is None
    session = rooms.sessions.read(half)
    assert session is not None
    assert rooms.doorkeeper.again(Actor("person", account, "anna", session=session.id)) is None


# -- open sockets ------------------------------------------------------------------------------------------------------


def test_an_open_page_keeps_its_session_while_cookies_change(rooms: Rooms) -> None:
    account = rooms.person("anna", ADMIN)
    cookie = rooms.cookie(account)
    anna = rooms.doorkeeper.by_session(cookie, HOME)
    assert anna is not None
    for _ in range(11 * 3):  # eleven hours of one open live page, nothing else
        rooms.clock.ms += 20 * 60_000
        assert rooms.doorkeeper.again(anna) is not None
    renewed = rooms.sessions.renewed(cookie)
    assert renewed is not None
    rooms.clock.ms += 60_000
    assert rooms.doorkeeper.by_session(cookie, HOME) is None
    assert rooms.doorkeeper.again(anna) is not None
    rooms.sessions.end(renewed)
    assert rooms.doorkeeper.again(anna) is None


# -- screens -----------------------------------------------------------------------------------------------------------


def paired(rooms: Rooms, address_range: str = "") -> str:
    """A screen in the database; its cookie."""
    cookie = secrets.token_urlsafe(32)
    row = {
        "id": secrets.token_hex(8), "site": SITE, "name": "TV 1", "board": "sales", "scope": dump(SALES), "lang": "zh-CN",
        "theme": "dark", "address_range": address_range, "token_hash": digest(cookie), "is_blank": False,
        "paired_by": "anna", "paired_at_ms": rooms.clock.ms,
    }  # fmt: skip
    with writing(rooms.engine) as connection:
        connection.execute(insert(screens).values(row))
    return cookie


def test_a_screen_is_known_by_its_cookie_and_goes_on_without_the_database(rooms: Rooms) -> None:
    cookie = paired(rooms, "10.1.0.0/16")
    screen = rooms.doorkeeper.by_screen(cookie, HOME)
    assert screen is not None
    assert (screen.kind, screen.board, screen.lang, screen.theme) == ("screen", "sales", "zh-CN", "dark")
    assert screen.grants == (Grant("screen", SALES, SCREEN_PERMISSIONS),)
    assert rooms.doorkeeper.by_screen(cookie, "203.0.113.1") is None
    assert rooms.without_database().again(screen) == screen
    rooms.clock.ms += 60 * 86_400_000
    assert rooms.without_database().by_screen(cookie, HOME) == screen
    with writing(rooms.engine) as connection:
        connection.execute(update(screens).values(revoked_at_ms=1))
    assert rooms.doorkeeper.again(screen) is None
    assert rooms.without_database().again(screen) is None, "the copy knows it too"


# -- outages -----------------------------------------------------------------------------------------------------------


def test_without_the_database_its_copies_answer_and_what_was_taken_away_stays_away(rooms: Rooms) -> None:
    account = rooms.person("anna", ADMIN)
    other = rooms.person("bo", ADMIN)
    rooms.person("root", ADMIN)
    anna, bo = rooms.at_the_desk(account), rooms.at_the_desk(other)
    token = rooms.tokens.make(anna, "report", ["floor.view"], 30)[1]
    revoked_id, revoked = rooms.tokens.make(anna, "old", ["floor.view"], 30)
    assert rooms.doorkeeper.by_token(token, HOME) is not None
    assert rooms.doorkeeper.by_token(revoked, HOME) is not None
    rooms.accounts.set_roles(SYSTEM, account, [RoleGiven("trainer", SALES)])
    rooms.accounts.disable(SYSTEM, other)
    rooms.tokens.revoke(SYSTEM, revoked_id)
    away = rooms.without_database()
    now = away.again(anna)
    assert now is not None
    assert now.scope(Permission.FLOOR_VIEW) == SALES
    assert not now.may(Permission.ACCOUNTS_EDIT)
    assert away.again(bo) is None
    program = away.by_token(token, HOME)
    assert program is not None
    assert program.scope(Permission.FLOOR_VIEW) == SALES
    assert away.by_token(revoked, HOME) is None


def test_each_look_at_the_database_renews_the_copy(rooms: Rooms) -> None:
    anna = rooms.newcomer("anna", RoleGiven("manager"))
    rooms.redis.delete(account_key(SITE, anna.account_id))
    with pytest.raises(AccessUnavailable):
        rooms.without_database().again(anna)
    assert rooms.doorkeeper.again(anna) == anna
    assert rooms.without_database().again(anna) == anna


def test_the_record_of_a_closed_account_grants_nothing() -> None:
    roles = (("manager", dump(EVERYTHING)),)
    fields = {"id": "a", "login": "a", "name": "A", "lang": "", "version": 1, "must_choose": False}
    found = [
        AccountRecord(**fields, is_enabled=is_enabled, has_second_factor=False, roles=roles, agents=()).grants()  # type: ignore[arg-type]
        for is_enabled in (True, False)
    ]
    assert found == [(Grant.of(Role.MANAGER),), ()]


def test_who_is_in_no_copy_is_neither_let_in_nor_sent_away(rooms: Rooms) -> None:
    cookie = rooms.cookie(rooms.person("anna", ADMIN))
    token = rooms.tokens.make(rooms.newcomer("bo", ADMIN[0]), "report", ["floor.view"], 30)[1]
    tv = paired(rooms)
    for key in command(rooms.redis, "KEYS", "*:account:*"):
        rooms.redis.delete(key)
    away = rooms.without_database()
    asks: list[Callable[[], object]] = [
        lambda: away.by_session(cookie, HOME),
        lambda: away.by_token(token, HOME),
        lambda: away.by_screen(tv, HOME),
    ]
    for ask in asks:
        with pytest.raises(AccessUnavailable):
            ask()
    assert away.by_session("x" * 43, HOME) is None, "a cookie that opens no session is nobody's, whatever else is away"


def test_each_change_of_an_account_makes_its_older_copies_older(rooms: Rooms) -> None:
    rooms.person("root", ADMIN)
    account = rooms.person("anna", [RoleGiven("manager")])
    records = AccountRecords(SITE, rooms.redis, rooms.engine)
    changes: list[Callable[[], object]] = [
        lambda: rooms.accounts.rename(SYSTEM, account, "Another"),
        lambda: rooms.accounts.set_roles(SYSTEM, account, [RoleGiven("trainer")]),
        lambda: rooms.accounts.set_password(SYSTEM, account, OTHER),
        lambda: rooms.accounts.disable(SYSTEM, account),
        lambda: rooms.accounts.enable(SYSTEM, account),
    ]
    for change in changes:
        before = records.find(account)
        assert before is not None
        change()
        records._keep(before)  # read before the change, written after it
        now = records.find(account)
        records._keep(before)
        assert records._copies.get(account_key(SITE, account)) == now != before


def test_what_is_a_persons_own_is_no_programs_whatever_it_was_granted() -> None:
    grants = (Grant.of(Role.MANAGER),)
    assert require_own(Actor("person", "a", "A", grants, account_id="a")) == "a"
    for other in (
        Actor("token", "t", "T", grants, account_id="a"),
        Actor("token", "t", "T", account_id="a", must_set_up="password"),
        Actor("screen", "s", "S", grants),
        Actor("person", "a", "A", grants),
    ):
        with pytest.raises(Denied):
            require_own(other)
        with pytest.raises(Denied):
            require_setting_up(other)


def test_an_account_has_only_so_many_tokens(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.access.tokens.MOST", 2)
    anna = rooms.newcomer("anna", RoleGiven("manager"))
    first, _ = (rooms.tokens.make(anna, "wall", [Permission.FLOOR_VIEW], 30)[0] for _ in range(2))
    with pytest.raises(Refused) as refused:
        rooms.tokens.make(anna, "wall", [Permission.FLOOR_VIEW], 30)
    assert refused.value.word == "token.refused.too_many"
    rooms.tokens.revoke(anna, first)
    assert rooms.tokens.make(anna, "wall", [Permission.FLOOR_VIEW], 30)


def test_an_older_copy_that_arrives_late_does_not_win(rooms: Rooms) -> None:
    copies = Copies(rooms.redis, AccountRecord, kept_s=60)
    new = AccountRecord("a", "a", "A", "", 5, False, False, False, (), ())
    old = AccountRecord("a", "a", "A", "", 4, True, False, False, (("admin", '{"all":true}'),), ())
    copies.put("k", new, new.version)
    copies.put("k", old, old.version)
    assert copies.get("k") == new
    rooms.redis.hset("k", "body", b"{}")
    assert copies.get("k") is None, "one that cannot be read is none"


def test_without_redis_tokens_and_screens_go_on_and_sessions_wait(rooms: Rooms, valkey: RedisServer) -> None:
    token = rooms.tokens.make(rooms.newcomer("anna", *ADMIN), "report", ["floor.view"], 30)[1]
    tv = paired(rooms)
    rooms.redis = connect(valkey.url, answer_s=0.3)
    rooms.__post_init__()
    valkey.kill()
    assert rooms.doorkeeper.by_token(token, HOME) is not None
    assert rooms.doorkeeper.by_screen(tv, HOME) is not None
    with pytest.raises(AccessUnavailable):
        rooms.doorkeeper.by_session("x" * 43, HOME)
    rooms.redis.close()


@given(st.text(max_size=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_whatever_is_shown_is_nobody_and_nothing_breaks(redis: Redis, shown: str) -> None:
    nowhere = open_store("postgresql+psycopg://nobody@127.0.0.1:1/none")
    doorkeeper = Doorkeeper(SITE, redis, nowhere, AccessSettings(), Clock())
    assert doorkeeper.by_session(shown, HOME) is None
    assert doorkeeper.by_token(shown, HOME) is None
    assert doorkeeper.by_token(f"fw_{shown}", HOME) is None
    assert doorkeeper.by_screen(shown, HOME) is None
