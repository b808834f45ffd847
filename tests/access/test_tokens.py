"""API tokens: a part of what their owner may, for a time."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert, update

from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Denied
from dashboard.access.keys import notices_channel
from dashboard.access.notices import Notice, decode
from dashboard.access.permissions import TOKEN_PERMISSIONS, Permission, permissions_of
from dashboard.access.scope import EVERYTHING, NOTHING, Scope
from dashboard.access.token_record import FORM
from dashboard.refusal import Refused
from dashboard.store.engine import writing
from dashboard.store.schema import api_tokens, teams
from tests.access.ledger import lines_of
from tests.access.rooms import ADMIN, AGENT, HOME, SITE, SYSTEM, Rooms
from tests.patience import HANG_S

SALES = Scope(frozenset({"sales"}), frozenset())
SUPPORT = Scope(frozenset({"support"}), frozenset())
NIGHT = Scope(frozenset(), frozenset({"night"}))
FLOOR = Scope(frozenset({"sales"}), frozenset({"floor"}))
DAY_MS = 86_400_000


def test_a_token_is_shown_once_and_may_what_it_was_given(rooms: Rooms) -> None:
    anna = rooms.newcomer("anna", RoleGiven("supervisor", SALES))
    token_id, secret = rooms.tokens.make(anna, " Report  of the day ", ["floor.view"], 30)
    assert FORM.fullmatch(secret)
    program = rooms.doorkeeper.by_token(secret, "10.3.3.3")
    assert program is not None
    assert (program.kind, program.id, program.account_id) == ("token", token_id, anna.account_id)
    assert (program.name, program.address) == ("Name of anna: Report of the day", "10.3.3.3")
    assert [permission for permission in Permission if program.may(permission)] == [Permission.FLOOR_VIEW]
    assert program.scope(Permission.FLOOR_VIEW) == SALES
    assert rooms.doorkeeper.again(program) == program
    (view,) = rooms.tokens.own(anna)
    assert (view.name, view.permissions) == ("Report of the day", ("floor.view",))
    assert secret not in str((view, lines_of(rooms.engine), rooms.redis.keys()))
    for change in (lambda: rooms.tokens.make(program, "x", ["floor.view"], 1), lambda: rooms.tokens.own(program)):
        with pytest.raises(Denied):
            change()


@pytest.mark.parametrize(
    ("permissions", "days", "name", "field"),
    [
        ([], 30, "x", "permissions"),
        (["accounts.edit"], 30, "x", "permissions"),  # she may; no token may
        (["numbers.reveal"], 30, "x", "permissions"),
        (["audit.export"], 30, "x", "permissions"),  # a token may; she may not
        (["floor.view", "everything"], 30, "x", "permissions"),
        (["floor.view"], 0, "x", "days"),
        (["floor.view"], 366, "x", "days"),
        (["floor.view"], 30, " ", "name"),
        (["floor.view"], 30, "x" * 101, "name"),
        (["floor.view"], 30, "a\u202eb", "name"),
    ],
)
def test_what_a_token_cannot_be(rooms: Rooms, permissions: list[str], days: int, name: str, field: str) -> None:
    anna = rooms.newcomer("anna", *ADMIN)
    with pytest.raises(Refused) as refused:
        rooms.tokens.make(anna, name, permissions, days)
    assert refused.value.field == field
    assert rooms.tokens.own(anna) == []


@pytest.mark.parametrize("later", ["manager", "analyst", "agent", "trainer"])
def test_never_more_than_its_owner_has_at_that_moment(rooms: Rooms, later: str) -> None:
    rooms.person("root", ADMIN)
    anna = rooms.newcomer("anna", *ADMIN, RoleGiven("auditor"), RoleGiven("manager"), AGENT)
    assert set(rooms.tokens.offered(anna)) == TOKEN_PERMISSIONS
    each = {one: rooms.tokens.make(anna, one.value, [one.value], 30)[1] for one in TOKEN_PERMISSIONS}
    whole = rooms.tokens.make(anna, "all", [one.value for one in TOKEN_PERMISSIONS], 30)[1]
    rooms.accounts.set_roles(SYSTEM, anna.account_id, [RoleGiven(later, SALES)])
    left = permissions_of(later) & TOKEN_PERMISSIONS
    assert left < TOKEN_PERMISSIONS
    for secrets_permissions, secret in [*(({one}, secret) for one, secret in each.items()), (TOKEN_PERMISSIONS, whole)]:
        program = rooms.doorkeeper.by_token(secret, HOME)
        assert program is not None
        assert {one for one in Permission if program.may(one)} == left & secrets_permissions
        assert later == "agent" or all(program.scope(one) == SALES for one in left & secrets_permissions)


def test_it_ends_with_its_day_its_owner_and_when_it_is_revoked(rooms: Rooms) -> None:
    anna, bo = rooms.newcomer("anna", RoleGiven("manager")), rooms.newcomer("bo", RoleGiven("manager"))
    short = rooms.tokens.make(anna, "short", ["floor.view"], 1)[1]
    long_id, long = rooms.tokens.make(anna, "long", ["floor.view"], 365)
    of_bo_id, of_bo = rooms.tokens.make(bo, "bo's", ["floor.view"], 365)
    rooms.clock.ms += DAY_MS
    assert rooms.doorkeeper.by_token(short, HOME) is None
    with pytest.raises(Denied):
        rooms.tokens.revoke(anna, of_bo_id)
    with pytest.raises(Denied):
        rooms.tokens.revoke(anna, "no-such-token")
    with pytest.raises(Denied):
        rooms.tokens.of(anna, bo.account_id)
    program = rooms.doorkeeper.by_token(long, HOME)
    assert program is not None
    with rooms.redis.pubsub() as told:  # type: ignore[no-untyped-call]
        told.subscribe(notices_channel(SITE))
        told.get_message(timeout=HANG_S)
        rooms.tokens.revoke(anna, long_id)
        message = told.get_message(timeout=HANG_S)
    assert message is not None
    assert decode(message["data"]) == Notice("token", long_id)
    assert rooms.doorkeeper.by_token(long, HOME) is None
    assert rooms.doorkeeper.again(program) is None
    rooms.accounts.disable(SYSTEM, bo.account_id)
    assert rooms.doorkeeper.by_token(of_bo, HOME) is None
    assert rooms.without_database().by_token(of_bo, HOME) is None
    rooms.accounts.enable(SYSTEM, bo.account_id)
    assert rooms.doorkeeper.by_token(of_bo, HOME) is not None
    admin = rooms.newcomer("root", *ADMIN)
    rooms.tokens.revoke(admin, of_bo_id)
    assert rooms.doorkeeper.by_token(of_bo, HOME) is None
    assert [line.action for line in lines_of(rooms.engine) if line.action.startswith("token.")] == [
        "token.made", "token.made", "token.made", "token.revoked", "token.revoked",
    ]  # fmt: skip


def test_its_last_use_is_noted_once_a_minute(rooms: Rooms) -> None:
    anna = rooms.newcomer("anna", RoleGiven("manager"))
    secret = rooms.tokens.make(anna, "report", ["floor.view"], 30)[1]
    noted = []
    for _ in range(4):
        rooms.clock.ms += 25_000
        rooms.doorkeeper.by_token(secret, HOME)
        noted.append(rooms.tokens.own(anna)[0].last_used_at_ms)
    first = 1_700_000_000_000 + 25_000
    assert noted == [first, first, first, first + 75_000]


def test_an_agents_token_shows_the_agent_alone(rooms: Rooms) -> None:
    bo = rooms.newcomer("bo", AGENT)
    assert rooms.tokens.offered(bo) == [Permission.OWN_VIEW]
    with pytest.raises(Refused):
        rooms.tokens.make(bo, "x", ["floor.view"], 1)


@pytest.fixture
def nested(rooms: Rooms) -> Rooms:
    """Team `floor` with `night` below it; `day` beside it."""
    with writing(rooms.engine) as connection:
        for team, parent in (("floor", None), ("night", "floor"), ("day", None)):
            connection.execute(insert(teams).values(id=team, parent_id=parent))
    return rooms


def test_a_token_reaches_a_part_of_where_its_owner_does(nested: Rooms) -> None:
    boss = nested.newcomer("boss", RoleGiven("manager"))
    secret = nested.tokens.make(boss, "wall of sales", ["floor.view", "wall.view"], 30, SALES | NIGHT)[1]
    for keeper in (nested.doorkeeper, nested.without_database()):  # the copy in Redis carries it
        program = keeper.by_token(secret, HOME)
        assert program is not None
        for permission in (Permission.FLOOR_VIEW, Permission.WALL_VIEW):
            assert program.scope(permission) == SALES | NIGHT
    assert nested.tokens.own(boss)[0].scope == SALES | NIGHT
    made = lines_of(nested.engine)[-1]
    assert made.action == "token.made"
    after = json.loads(made.details)["after"]
    assert after == {
        "permissions": ["floor.view", "wall.view"], "scope": '{"queues":["sales"],"teams":["night"]}', "days": 30,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("later", "left"),
    [
        (RoleGiven("supervisor", SALES | SUPPORT), SALES),
        (RoleGiven("supervisor", SUPPORT), NOTHING),
        (RoleGiven("supervisor", FLOOR), SALES | NIGHT),  # the night's team is the floor's
        (RoleGiven("supervisor", Scope(frozenset(), frozenset({"day"}))), NOTHING),
        (RoleGiven("trainer", EVERYTHING), SALES | NIGHT),
        (AGENT, NOTHING),
    ],
)
def test_its_scope_shrinks_with_its_owners_at_that_moment(nested: Rooms, later: RoleGiven, left: Scope) -> None:
    boss = nested.newcomer("boss", RoleGiven("manager"))
    narrow = nested.tokens.make(boss, "narrow", ["floor.view"], 30, SALES | NIGHT)[1]
    wide = nested.tokens.make(boss, "wide", ["floor.view"], 30)[1]
    nested.accounts.set_roles(SYSTEM, boss.account_id, [later])
    tree = {"floor": "", "night": "floor", "day": ""}
    is_named_nowhere = left == NOTHING and not later.scope.teams
    for keeper in (nested.doorkeeper, nested.without_database()):
        program, other = keeper.by_token(narrow, HOME), keeper.by_token(wide, HOME)
        assert program is not None
        assert other is not None
        assert program.scope(Permission.FLOOR_VIEW).with_subteams(tree) == left
        if later != AGENT:
            assert other.scope(Permission.FLOOR_VIEW) == later.scope
        for nowhere in (SUPPORT, NIGHT, Scope(frozenset({"sales", "x"}))):
            assert left.covers(nowhere, tree) == program.scope(Permission.FLOOR_VIEW).covers(nowhere, tree)
        assert program.may(Permission.FLOOR_VIEW) != is_named_nowhere  # an answer about nothing would be zeros


@pytest.mark.parametrize(
    ("permissions", "scope", "word"),
    [
        (["floor.view"], SUPPORT, "token.refused.scope"),
        (["floor.view"], SALES | SUPPORT, "token.refused.scope"),
        (["floor.view"], Scope(frozenset(), frozenset({"day"})), "token.refused.scope"),
        (["floor.view"], Scope(frozenset(), frozenset({"no such team"})), "token.refused.scope"),
        (["floor.view"], NOTHING, "token.refused.scope_missing"),
        (["floor.view"], Scope(frozenset(), frozenset(), frozenset({"PJSIP/1001"})), "token.refused.scope_missing"),
        (["own.view"], SALES, "token.refused.scope_whole"),
        (["floor.view", "own.view"], SALES, "token.refused.scope_whole"),
        (["floor.view", "directory.export"], SALES, "token.refused.scope"),  # the export is hers for the night only
    ],
)
def test_no_token_reaches_further_than_its_owner(
    nested: Rooms, permissions: list[str], scope: Scope, word: str
) -> None:
    anna = nested.newcomer("anna", RoleGiven("supervisor", FLOOR), RoleGiven("analyst", NIGHT), AGENT)
    before = len(lines_of(nested.engine))
    with pytest.raises(Refused) as refused:
        nested.tokens.make(anna, "x", permissions, 30, scope)
    assert (refused.value.word, refused.value.field) == (word, "scope")
    assert (nested.tokens.own(anna), len(lines_of(nested.engine))) == ([], before)
    assert nested.tokens.limitable(anna) == FLOOR | NIGHT
    nested.tokens.make(anna, "x", ["floor.view", "directory.export"], 30, NIGHT)


def test_a_limit_is_of_reasonable_length(rooms: Rooms) -> None:
    boss = rooms.newcomer("boss", RoleGiven("manager"))
    with pytest.raises(Refused):
        rooms.tokens.make(boss, "x", ["floor.view"], 1, Scope(frozenset({"q" * 20_001})))


def test_a_limit_that_cannot_be_read_opens_nothing(rooms: Rooms) -> None:
    boss = rooms.newcomer("boss", RoleGiven("manager"))
    secret = rooms.tokens.make(boss, "x", ["floor.view"], 1, SALES)[1]
    with writing(rooms.engine) as connection:
        connection.execute(update(api_tokens).values(scope='{"all":"yes"}'))
    program = rooms.doorkeeper.by_token(secret, HOME)
    assert program is not None
    assert program.grants == ()
    assert rooms.tokens.own(boss)[0].scope == NOTHING
