"""Codes that open the door once: the first administrator's, and invitations to choose a password."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Denied
from dashboard.access.codes import ALPHABET, new_code, typed_code
from dashboard.access.invitations import LIFETIME_MS
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope, dump
from dashboard.access.throttle import BY_ADDRESS
from dashboard.refusal import Refused
from dashboard.store.engine import reading, writing
from dashboard.store.schema import account_roles, accounts, invitations
from tests.access.ledger import lines_of
from tests.access.rooms import ADMIN, HOME, OTHER, PASSWORD, SYSTEM, Rooms

EVIL = "203.0.113.9"


def word_of(deed: Callable[[], object]) -> str:
    """What it is refused with."""
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.word


def redeem_first(rooms: Rooms, code: str, address: str = HOME, login: str = "root") -> str:
    return rooms.invitations.redeem_first_admin(code, login, "王芳", PASSWORD, address)


def test_the_first_administrator_comes_in_by_the_code_that_the_server_printed(rooms: Rooms) -> None:
    code = rooms.invitations.first_admin_code()
    assert code is not None
    assert len(typed_code(code)) == 28, "138 bits"
    newer = rooms.invitations.first_admin_code()
    assert newer is not None
    assert word_of(lambda: redeem_first(rooms, code)) == "invitation.wrong", "void since the server started again"
    account = redeem_first(rooms, f" {newer.lower()} ")
    admin = rooms.at_the_desk(account)
    assert admin.may(Permission.ACCOUNTS_EDIT)
    assert rooms.accounts.verify_password("root", PASSWORD, HOME).kind == "ok"
    assert word_of(lambda: redeem_first(rooms, newer, login="second")) == "invitation.wrong"
    assert rooms.invitations.first_admin_code() is None
    assert newer not in str(lines_of(rooms.engine))
    created = [line for line in lines_of(rooms.engine) if line.action == "account.created"]
    assert [(line.actor_name, line.address) for line in created] == [("first administrator", HOME)]


def test_a_code_that_was_printed_is_void_once_there_is_an_administrator(rooms: Rooms) -> None:
    code = rooms.invitations.first_admin_code()
    assert code is not None
    rooms.person("root", ADMIN)
    assert word_of(lambda: redeem_first(rooms, code, login="second")) == "invitation.wrong"
    assert rooms.invitations.first_admin_code() is None
    with reading(rooms.engine) as connection:
        assert connection.execute(select(invitations)).all() == []


def test_a_disabled_or_a_limited_administrator_is_none(rooms: Rooms) -> None:
    rooms.person("manager", [RoleGiven("manager")])
    limited, closed = rooms.person("limited", [RoleGiven("manager")]), rooms.person("closed", ADMIN)
    with writing(rooms.engine) as connection:  # what no page does: a provider's groups, an older release
        row = {"account_id": limited, "role": "admin", "scope": dump(Scope(frozenset({"600"}))), "origin": "oidc"}
        connection.execute(account_roles.insert().values(row))
        connection.execute(accounts.update().where(accounts.c.id == closed).values(disabled_at_ms=1))
    assert rooms.invitations.first_admin_code() is not None
    rooms.person("root", ADMIN)
    assert rooms.invitations.first_admin_code() is None


def test_a_code_opens_its_own_door_only(rooms: Rooms) -> None:
    """Nobody becomes the administrator by an invitation to choose a password, nor the other way round."""
    account = rooms.person("anna", [RoleGiven("agent")])
    invited = rooms.invitations.invite(SYSTEM, account)
    printed = rooms.invitations.first_admin_code()
    assert printed is not None
    assert word_of(lambda: redeem_first(rooms, invited)) == "invitation.wrong"
    assert word_of(lambda: rooms.invitations.invited(printed, HOME)) == "invitation.wrong"
    assert word_of(lambda: rooms.invitations.redeem(printed, OTHER, HOME)) == "invitation.wrong"
    assert rooms.invitations.redeem(invited, OTHER, HOME) == account
    assert redeem_first(rooms, printed)


def test_the_code_lasts_a_day_and_guessing_is_slow(rooms: Rooms) -> None:
    code = rooms.invitations.first_admin_code()
    assert code is not None
    words = [word_of(lambda: redeem_first(rooms, new_code(6), EVIL)) for _ in range(40)]
    assert words.count("invitation.wrong") == BY_ADDRESS["first_admin"].free + 1
    assert set(words) == {"invitation.wrong", "access.wait"}
    assert (
        word_of(lambda: rooms.invitations.redeem_first_admin(code, "root", "W", "password1", HOME))
        == "password.too_easy"
    )
    rooms.clock.ms += LIFETIME_MS
    assert word_of(lambda: redeem_first(rooms, code)) == "invitation.wrong"


def test_guessing_an_invitation_is_slow_before_and_after_a_password_is_typed(rooms: Rooms) -> None:
    code = rooms.invitations.invite(SYSTEM, rooms.person("anna"))
    tries = (
        lambda: rooms.invitations.invited(new_code(6), EVIL),
        lambda: rooms.invitations.redeem(code[::-1], OTHER, EVIL),
    )
    words = [word_of(tries[n % 2]) for n in range(30)]
    assert words.count("invitation.wrong") == BY_ADDRESS["invitation"].free + 1
    assert word_of(lambda: rooms.invitations.redeem(code, OTHER, EVIL)) == "access.wait"
    assert rooms.invitations.redeem(code, OTHER, HOME), "others are not held up"


def test_of_two_at_once_one_becomes_the_first_administrator(rooms: Rooms) -> None:
    code = rooms.invitations.first_admin_code()
    assert code is not None

    def come(number: int) -> str:
        try:
            return redeem_first(rooms, code, f"10.0.0.{number}", f"root{number}")
        except Refused as refused:
            return refused.word

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(come, range(3)))[1:] == ["invitation.wrong"] * 2
    assert len(rooms.accounts.listed(SYSTEM)) == 1


def test_an_invitation_lets_its_owner_choose_a_password_once(rooms: Rooms) -> None:
    admin = rooms.newcomer("root", *ADMIN)
    account = rooms.accounts.create(admin, "anna", "Anna")
    first = rooms.invitations.invite(admin, account)
    code = rooms.invitations.invite(admin, account)
    assert word_of(lambda: rooms.invitations.invited(first, HOME)) == "invitation.wrong", "the newer one counts"
    invited = rooms.invitations.invited(code, HOME)
    assert (invited.account_id, invited.login, invited.name) == (account, "anna", "Anna")
    assert word_of(lambda: rooms.invitations.redeem(code, "anna anna", HOME)) == "password.too_easy"
    assert rooms.invitations.redeem(code, PASSWORD, HOME) == account
    assert word_of(lambda: rooms.invitations.redeem(code, OTHER, HOME)) == "invitation.wrong"
    assert word_of(lambda: rooms.invitations.invited(code, HOME)) == "invitation.wrong"
    assert rooms.accounts.verify_password("anna", PASSWORD, HOME).kind == "ok"
    assert not rooms.accounts.find(admin, account).must_choose
    assert code not in str(lines_of(rooms.engine))


def test_an_invitation_leaves_what_there_is_and_a_reset_ends_it(rooms: Rooms) -> None:
    account = rooms.person("anna")
    cookie = rooms.cookie(account)
    invited = rooms.invitations.invite(SYSTEM, account)
    assert rooms.sessions.read(cookie) is not None
    assert rooms.accounts.verify_password("anna", PASSWORD, HOME).kind == "ok"
    code = rooms.invitations.reset(SYSTEM, account)
    assert rooms.sessions.read(cookie) is None
    assert rooms.accounts.verify_password("anna", PASSWORD, HOME).kind == "wrong"
    assert word_of(lambda: rooms.invitations.redeem(invited, OTHER, HOME)) == "invitation.wrong"
    rooms.invitations.redeem(code, OTHER, HOME)
    assert rooms.accounts.verify_password("anna", OTHER, HOME).kind == "ok"


def test_who_is_disabled_is_not_invited(rooms: Rooms) -> None:
    account = rooms.person("anna")
    code = rooms.invitations.invite(SYSTEM, account)
    rooms.accounts.disable(SYSTEM, account)
    assert word_of(lambda: rooms.invitations.redeem(code, OTHER, HOME)) == "invitation.wrong"
    assert word_of(lambda: rooms.invitations.invite(SYSTEM, account)) == "account.refused.disabled"
    rooms.accounts.enable(SYSTEM, account)
    assert word_of(lambda: rooms.invitations.redeem(code, OTHER, HOME)) == "invitation.wrong"


def test_only_an_administrator_invites(rooms: Rooms) -> None:
    anna = rooms.newcomer("anna", RoleGiven("manager"))
    for deed in (rooms.invitations.invite, rooms.invitations.reset):
        with pytest.raises(Denied):
            deed(anna, anna.account_id)
    assert rooms.accounts.verify_password("anna", PASSWORD, HOME).kind == "ok"


def test_codes_are_easy_to_read_and_typed_as_one_likes() -> None:
    code = new_code(6)
    assert set(code) == set(code) & {*ALPHABET, "-"}
    assert not {"0", "O", "1", "I", "L"} & set(ALPHABET)
    assert typed_code(f" {code.lower()}\u3000") == code.replace("-", "")
    assert typed_code("ＡＢ－２３\x00\ud800") == "AB23"
    assert len(typed_code("A" * 10_000)) == 200
