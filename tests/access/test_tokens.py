"""API tokens: a part of what their owner may, for a time."""

from __future__ import annotations

import pytest

from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Denied
from dashboard.access.keys import notices_channel
from dashboard.access.notices import Notice, decode
from dashboard.access.permissions import TOKEN_PERMISSIONS, Permission, permissions_of
from dashboard.access.scope import Scope
from dashboard.access.token_record import FORM
from dashboard.refusal import Refused
from tests.access.ledger import lines_of
from tests.access.rooms import ADMIN, AGENT, HOME, SITE, SYSTEM, Rooms

SALES = Scope(frozenset({"sales"}), frozenset())
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
        told.get_message(timeout=1)
        rooms.tokens.revoke(anna, long_id)
        message = told.get_message(timeout=1)
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
