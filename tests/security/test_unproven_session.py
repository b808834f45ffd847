"""Somebody who came in without their second factor, because nothing wanted it, and then is given a role that does: the session
that is open must not have that role, though the account has a second factor."""

from __future__ import annotations

from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import system
from dashboard.access.permissions import Permission
from dashboard.settings import AccessSettings
from tests.access.conftest import audit, clock, database_url, databases, engine, redis, rooms, shared_valkey
from tests.access.rooms import HOME, Rooms

__all__ = ["audit", "clock", "database_url", "databases", "engine", "redis", "rooms", "shared_valkey"]


def test_a_role_that_wants_a_second_factor_asks_open_sessions_too(rooms: Rooms) -> None:
    rooms.rules = AccessSettings(second_factor=("admin",))
    rooms.__post_init__()
    anna = rooms.newcomer("anna", RoleGiven("manager"))
    seed = rooms.second_factors.start(anna).seed
    rooms.second_factors.confirm(anna, rooms.totp(seed))
    by_provider = rooms.sessions.begin(anna.account_id, HOME, "", via="provider")
    assert rooms.doorkeeper.by_session(by_provider, HOME) is not None, "the provider's word is enough for a manager"
    rooms.accounts.set_roles(system("test"), anna.account_id, [RoleGiven("manager"), RoleGiven("admin")])
    assert rooms.doorkeeper.by_session(by_provider, HOME) is None, "sign in again, with the second factor"
    here = rooms.doorkeeper.again(anna)
    assert here is not None, "where it was set up it is proven"
    assert here.may(Permission.ACCOUNTS_EDIT)
