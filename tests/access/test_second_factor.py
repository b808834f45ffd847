"""The second factor: set up by who shows a code of it, each code good once, codes for the day the phone is lost."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Actor, Denied
from dashboard.access.codes import ALPHABET
from dashboard.access.passwords import Passwords
from dashboard.access.recovery import COUNT, hashed, new_codes
from dashboard.access.seal import Seal, SealBroken
from dashboard.access.second_factor import FRESH_MS, SET_UP_S, STEP_S
from dashboard.access.throttle import BY_ACCOUNT
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import accounts, recovery_codes
from tests.access.ledger import lines_of
from tests.access.rooms import ADMIN, CHEAP, HOME, PASSWORD, SYSTEM, Rooms

MANAGER = RoleGiven("manager")


def set_up(rooms: Rooms, login: str = "anna") -> tuple[Actor, str, list[str]]:
    """Somebody who has a second factor: they, its seed, their recovery codes."""
    actor = rooms.newcomer(login, MANAGER)
    seed = rooms.second_factors.start(actor).seed
    codes = rooms.second_factors.confirm(actor, rooms.totp(seed))
    rooms.clock.ms += 2 * STEP_S * 1000
    return actor, seed, codes


def word_of(deed: Callable[[], object]) -> str:
    """What it is refused with."""
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.word


def test_setting_up(rooms: Rooms) -> None:
    account = rooms.person("anna", [MANAGER])
    elsewhere, anna = rooms.cookie(account), rooms.at_the_desk(account)
    first = rooms.second_factors.start(anna)
    assert first.uri.startswith("otpauth://totp/Floorwatch:anna?secret=")
    assert not rooms.accounts.own(anna).has_second_factor, "a seed that nobody has typed in counts for nothing"
    second = rooms.second_factors.start(anna)
    assert word_of(lambda: rooms.second_factors.confirm(anna, rooms.totp(first.seed))) == "second_factor.wrong"
    assert word_of(lambda: rooms.second_factors.confirm(anna, "")) == "second_factor.wrong"
    codes = rooms.second_factors.confirm(anna, rooms.totp(second.seed))
    assert len(set(codes)) == COUNT
    assert rooms.second_factors.recovery_codes_left(anna) == COUNT
    assert rooms.accounts.verify_password("anna", PASSWORD, HOME).needs_second_factor
    assert rooms.sessions.read(elsewhere) is None, "sessions without it end"
    assert rooms.doorkeeper.again(anna) is not None
    assert word_of(lambda: rooms.second_factors.start(anna)) == "second_factor.there_already"
    kept = _everything_kept(rooms)
    assert not any(secret in kept for secret in (second.seed, *codes, *(code.replace("-", "") for code in codes)))


def test_setting_up_late_asks_for_the_password_and_does_not_wait_for_ever(rooms: Rooms) -> None:
    anna = rooms.newcomer("anna", MANAGER)
    assert not rooms.second_factors.needs_password(anna)
    rooms.clock.ms += FRESH_MS
    assert rooms.second_factors.needs_password(anna)
    assert word_of(lambda: rooms.second_factors.start(anna)) == "password.wrong"
    rooms.second_factors.start(anna, PASSWORD)
    ttls = [rooms.redis.ttl(key) for key in rooms.redis.scan_iter("*second-factor*")]
    assert ttls == [SET_UP_S]
    elsewhere = rooms.at_the_desk(anna.account_id)
    assert word_of(lambda: rooms.second_factors.confirm(elsewhere, "123456")) == "second_factor.start_again"
    without = rooms.at_the_desk(rooms.accounts.create(SYSTEM, "provider-only", "P", roles=[MANAGER]))
    rooms.clock.ms += FRESH_MS
    assert word_of(lambda: rooms.second_factors.start(without)) == "second_factor.sign_in_again"


def test_a_code_is_good_once_and_only_about_now(rooms: Rooms) -> None:
    anna, seed, _ = set_up(rooms)
    account = anna.account_id

    def proof(code: str) -> str:
        return rooms.second_factors.prove(account, code, HOME).kind

    assert proof(rooms.totp(seed, -2)) == "wrong"
    assert proof(rooms.totp(seed, +2)) == "wrong"
    assert proof(rooms.totp(seed, -1)) == "ok", "a phone that is slow"
    assert proof(rooms.totp(seed)) == "ok"
    assert proof(rooms.totp(seed)) == "wrong", "replayed"
    assert proof(rooms.totp(seed, -1)) == "wrong", "an older one after a newer one"
    wide = rooms.totp(seed, +1).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    assert proof(f" {wide[:3]} {wide[3:]} ") == "ok", "as an input method for Chinese writes it"
    for hostile in ("", "x" * 10_000, "\ud800" * 6, "½½½½½½", "12345\x00", "'; --"):
        rooms.clock.ms += 900_000
        assert proof(hostile) == "wrong"
    assert rooms.second_factors.prove("no-such-account", "123456", HOME).kind == "wrong"


def test_of_two_requests_at_once_with_one_code_one_is_right(rooms: Rooms) -> None:
    anna, seed, codes = set_up(rooms)
    for code in (rooms.totp(seed), codes[0]):
        with ThreadPoolExecutor(3) as threads:
            proofs = list(
                threads.map(lambda _, code=code: rooms.second_factors.prove(anna.account_id, code, HOME).kind, range(3))
            )
        assert sorted(proofs) == ["ok", "wrong", "wrong"]


def test_a_recovery_code_is_good_once_however_it_is_typed(rooms: Rooms) -> None:
    anna, _, codes = set_up(rooms)
    other, _, others_codes = set_up(rooms, "bo")
    proof = rooms.second_factors.prove(anna.account_id, codes[3].lower().replace("-", " "), HOME)
    assert (proof.kind, proof.by) == ("ok", "recovery")
    assert rooms.second_factors.prove(anna.account_id, codes[3], HOME).kind == "wrong", "replayed"
    assert rooms.second_factors.prove(anna.account_id, others_codes[0], HOME).kind == "wrong"
    assert rooms.second_factors.recovery_codes_left(anna) == COUNT - 1
    used = [line.target_id for line in lines_of(rooms.engine) if line.action == "account.recovery_code_used"]
    assert used == [anna.account_id]
    assert rooms.second_factors.recovery_codes_left(other) == COUNT


def test_new_recovery_codes_make_the_old_ones_void(rooms: Rooms) -> None:
    anna, seed, old = set_up(rooms)
    assert word_of(lambda: rooms.second_factors.new_recovery_codes(anna, "000000")) == "second_factor.wrong"
    new = rooms.second_factors.new_recovery_codes(anna, rooms.totp(seed))
    assert rooms.second_factors.prove(anna.account_id, old[0], HOME).kind == "wrong"
    assert rooms.second_factors.prove(anna.account_id, new[0], HOME).kind == "ok"


def test_guessing_six_digits_is_slow(rooms: Rooms) -> None:
    anna, seed, _ = set_up(rooms)
    wrong = str((int(rooms.totp(seed)) + 1) % 1_000_000).zfill(6)
    kinds = [rooms.second_factors.prove(anna.account_id, wrong, "203.0.113.9").kind for _ in range(50)]
    assert kinds.count("wrong") == BY_ACCOUNT.free + 1
    assert rooms.second_factors.prove(anna.account_id, rooms.totp(seed), "203.0.113.9").kind == "wait"
    rooms.throttle.remember("anna", HOME)
    assert rooms.second_factors.prove(anna.account_id, rooms.totp(seed), HOME).kind == "ok"


def test_a_wrong_code_is_on_record_without_the_code(rooms: Rooms) -> None:
    anna, _, _ = set_up(rooms)
    assert rooms.second_factors.prove(anna.account_id, "123456", "203.0.113.5").kind == "wrong"
    line = lines_of(rooms.engine)[-1]
    assert (line.action, line.result, line.target_id, line.actor_kind, line.address) == (
        "account.second_factor", "denied", anna.account_id, "nobody", "203.0.113.5",
    )  # fmt: skip
    assert "123456" not in repr(line)


def test_guessing_while_setting_up_is_as_slow(rooms: Rooms) -> None:
    anna = rooms.newcomer("anna", MANAGER)
    seed = rooms.second_factors.start(anna).seed
    words = [word_of(lambda: rooms.second_factors.confirm(anna, "000000")) for _ in range(BY_ACCOUNT.free + 2)]
    assert words == ["second_factor.wrong"] * (BY_ACCOUNT.free + 1) + ["access.wait"]
    assert word_of(lambda: rooms.second_factors.confirm(anna, rooms.totp(seed))) == "access.wait"


def test_a_closed_account_proves_nothing(rooms: Rooms) -> None:
    anna, seed, codes = set_up(rooms)
    rooms.accounts.disable(SYSTEM, anna.account_id)
    assert rooms.second_factors.prove(anna.account_id, rooms.totp(seed), HOME).kind == "wrong"
    assert rooms.second_factors.prove(anna.account_id, codes[0], HOME).kind == "wrong"


def test_taking_it_away(rooms: Rooms) -> None:
    anna, seed, codes = set_up(rooms)
    with pytest.raises(Denied):
        rooms.second_factors.reset(anna, anna.account_id)
    assert word_of(lambda: rooms.second_factors.remove(anna, "")) == "second_factor.wrong"
    rooms.second_factors.remove(anna, rooms.totp(seed))
    assert not rooms.accounts.own(anna).has_second_factor
    assert rooms.second_factors.prove(anna.account_id, codes[0], HOME).kind == "wrong"
    bo, _, _ = set_up(rooms, "bo")
    admin = rooms.newcomer("root", *ADMIN)
    rooms.second_factors.reset(admin, bo.account_id)
    assert rooms.doorkeeper.again(bo) is None, "their sessions end"
    line = lines_of(rooms.engine)[-1]
    assert (line.action, line.actor_id) == ("account.second_factor_reset", admin.account_id)


# -- the seal ----------------------------------------------------------------------------------------------------------


def test_the_key_file_is_this_users_alone_and_rotates(rooms: Rooms) -> None:
    anna, seed, _ = set_up(rooms)
    file = rooms.folder / "secrets" / "access.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    before, sealed = file.read_bytes(), _sealed(rooms, anna.account_id)
    assert rooms.second_factors.reseal(SYSTEM) == 1
    keys = file.read_bytes().splitlines()
    assert keys[1:] == before.splitlines()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert _sealed(rooms, anna.account_id) != sealed
    assert rooms.seal.open(sealed) == seed, "backups of the database can still be opened"
    file.write_bytes(keys[0] + b"\n")
    assert rooms.second_factors.prove(anna.account_id, rooms.totp(seed), HOME).kind == "ok"
    with pytest.raises(Denied):
        rooms.second_factors.reseal(anna)


def test_with_another_key_nothing_opens_and_recovery_codes_still_work(
    rooms: Rooms, caplog: pytest.LogCaptureFixture
) -> None:
    anna, seed, codes = set_up(rooms)
    file = rooms.folder / "secrets" / "access.key"
    file.unlink()
    Seal(file).add_key()
    assert rooms.second_factors.prove(anna.account_id, rooms.totp(seed), HOME).kind == "wrong"
    assert "does not hold the key" in caplog.text
    assert rooms.second_factors.prove(anna.account_id, codes[0], HOME).kind == "ok"
    file.write_bytes(b"not a key\n")
    bo = rooms.newcomer("bo", MANAGER)
    with pytest.raises(AccessUnavailable, match=r"access\.key"):
        rooms.second_factors.start(bo)


def test_many_processes_make_one_first_key(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "access.key"
    with ThreadPoolExecutor(8) as threads:
        sealed = list(threads.map(lambda number: Seal(file).close(f"seed {number}"), range(16)))
    assert [Seal(file).open(one) for one in sealed] == [f"seed {number}" for number in range(16)]
    assert len(file.read_bytes().splitlines()) == 1
    assert [path.name for path in file.parent.iterdir()] == ["access.key"]
    file.write_bytes(b"\n")
    with pytest.raises(SealBroken, match="empty"):
        Seal(file).open(sealed[0])


def test_recovery_codes_at_the_real_cost() -> None:
    """Fits its column, is slow to guess, and differs from account to account."""
    code = new_codes()[0]
    assert set(code) <= {*ALPHABET, "-"}
    real = hashed("a1b2c3d4e5f60718", code, Passwords().cost)
    assert len(real) == 64
    assert real == hashed("a1b2c3d4e5f60718", code.lower(), Passwords().cost)
    assert real != hashed("ffffffffffffffff", code, Passwords().cost)
    assert real != hashed("a1b2c3d4e5f60718", code, CHEAP)


def _sealed(rooms: Rooms, account_id: str) -> bytes:
    with reading(rooms.engine) as connection:
        query = select(accounts.c.totp_sealed).where(accounts.c.id == account_id)
        return bytes(connection.execute(query).scalar_one())


def _everything_kept(rooms: Rooms) -> str:
    with reading(rooms.engine) as connection:
        rows = [connection.execute(select(table)).all() for table in (accounts, recovery_codes)]
    in_redis = [rooms.redis.get(key) for key in rooms.redis.scan_iter("*second-factor*")]
    return str((rows, lines_of(rooms.engine), in_redis))
