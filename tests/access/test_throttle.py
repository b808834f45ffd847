"""Guessing gets slow, for who guesses and nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from dashboard.access.redis_link import command, connect
from dashboard.access.throttle import BY_ACCOUNT, BY_ADDRESS, KNOWN_DAYS, LONGEST_S, Throttle
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import Refused
from tests.access.ledger import Clock
from tests.access.rooms import HOME, SITE
from tests.redis_server import RedisServer

EVIL = "203.0.113.9"
DAY_S = 86_400


@pytest.fixture
def throttle(redis: Redis, clock: Clock) -> Throttle:
    return Throttle(redis, SITE, clock)


def test_the_first_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour(throttle: Throttle, clock: Clock) -> None:
    assert [throttle.enter("sign_in", HOME, "anna") for _ in range(BY_ACCOUNT.free + 1)] == [0] * (BY_ACCOUNT.free + 1)
    waits: list[int] = []
    for number in range(20):
        waits.append(throttle.enter("sign_in", f"198.51.100.{number}", "anna"))  # a new address each time
        assert throttle.enter("sign_in", HOME, "anna") == waits[-1], "a try while it waits makes the wait no longer"
        clock.ms += waits[-1] * 1000
        assert throttle.enter("sign_in", f"198.51.101.{number}", "anna") == 0
    assert waits[:8] == [1, 2, 4, 8, 16, 32, 64, 128]
    assert 400 < max(waits) <= LONGEST_S


@given(st.lists(st.integers(0, 3600), min_size=30, max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_however_the_tries_are_spread_few_are_let_in(
    throttle: Throttle, clock: Clock, redis: Redis, pauses_s: list[int]
) -> None:
    """Whatever pauses an attacker makes: the free ones, one for each that is forgotten, and a handful while the wait grows."""
    command(redis, "FLUSHALL")
    begun_ms, let_in = clock.ms, 0
    for pause_s in pauses_s:
        for _ in range(3):
            let_in += throttle.enter("sign_in", EVIL, "anna") == 0
        clock.ms += pause_s * 1000
    elapsed_s = (clock.ms - begun_ms) / 1000
    assert let_in <= BY_ACCOUNT.free + elapsed_s / BY_ACCOUNT.forget_s + 11


def test_a_day_of_guessing_at_one_account_from_everywhere(throttle: Throttle, clock: Clock) -> None:
    let_in, end_ms = 0, clock.ms + DAY_S * 1000
    while clock.ms < end_ms:
        wait_s = throttle.enter("sign_in", f"198.51.{let_in % 250}.{clock.ms % 250}", "anna")
        let_in += wait_s == 0
        clock.ms += max(wait_s, 1) * 1000
    assert let_in < 170


def test_one_password_tried_at_many_accounts_gets_slow_too(throttle: Throttle) -> None:
    let_in = sum(throttle.enter("sign_in", EVIL, f"login{number}") == 0 for number in range(1000))
    assert let_in == BY_ADDRESS["sign_in"].free + 1


@pytest.mark.usefixtures("redis")
def test_a_thousand_at_once_are_a_thousand_tries(clock: Clock, shared_valkey: RedisServer) -> None:
    others = [Throttle(connect(shared_valkey.url), SITE, clock) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda number: others[number % 8].enter("sign_in", EVIL, "anna"), range(200)))
    assert waits.count(0) == BY_ACCOUNT.free + 1
    for one in others:
        one._redis.close()


def test_the_owner_comes_in_from_where_they_did_before_while_somebody_guesses(throttle: Throttle, clock: Clock) -> None:
    throttle.remember("anna", HOME)
    for _ in range(500):
        throttle.enter("sign_in", EVIL, "anna")
    assert throttle.enter("sign_in", EVIL, "anna") > 0
    assert throttle.enter("sign_in", "10.9.9.9", "anna") > 0, "from elsewhere nobody can tell her from the attacker"
    assert throttle.enter("sign_in", HOME, "anna") == 0
    assert throttle.enter("sign_in", HOME, "bo") == 0
    assert throttle.enter("sign_in", "10.9.9.9", "bo") == 0
    clock.ms += KNOWN_DAYS * DAY_S * 1000
    for _ in range(500):
        throttle.enter("sign_in", EVIL, "anna")
    assert throttle.enter("sign_in", HOME, "anna") > 0, "an address is not known for ever"


def test_where_an_account_is_known_guessing_at_it_is_slow_as_well(throttle: Throttle) -> None:
    throttle.remember("anna", HOME)
    let_in = sum(throttle.enter("sign_in", HOME, "anna") == 0 for _ in range(100))
    assert let_in == BY_ACCOUNT.free + 1


def test_a_shift_that_begins_behind_one_address_is_not_held_up(throttle: Throttle, clock: Clock) -> None:
    """2,000 sign in within ten minutes from one address, and each twentieth mistypes once."""
    for number in range(2000):
        throttle.remember(f"agent{number}", HOME)
    held_up = 0
    for number in range(2000):
        for is_right in (False, True) if number % 20 == 0 else (True,):
            held_up += throttle.enter("sign_in", HOME, f"agent{number}") > 0
            if is_right:
                throttle.passed("sign_in", HOME, f"agent{number}")
        clock.ms += 300
    assert held_up == 0


def test_a_right_one_is_taken_back_and_does_not_wash_others_clean(throttle: Throttle, clock: Clock) -> None:
    for _ in range(50):
        assert throttle.enter("sign_in", HOME, "anna") == 0
        throttle.passed("sign_in", HOME, "anna")
    guesses = 0
    for _ in range(200):  # somebody with an account of their own guesses at others between their own sign-ins
        guesses += throttle.enter("sign_in", EVIL, f"victim{guesses}") == 0
        if throttle.enter("sign_in", EVIL, "mallory") == 0:
            throttle.passed("sign_in", EVIL, "mallory")
        clock.ms += 1000
    assert guesses < BY_ADDRESS["sign_in"].free + 20


def test_an_account_that_does_not_exist_waits_like_any(throttle: Throttle) -> None:
    def waits(account: str, address: str) -> list[int]:
        return [throttle.enter("sign_in", address, account) for _ in range(12)]

    assert waits("anna", "10.0.0.1") == waits("no-such-person", "10.0.0.2")


def test_an_ipv6_host_is_counted_by_its_network(throttle: Throttle) -> None:
    let_in = sum(throttle.enter("pairing", f"2001:db8:1:2::{number:x}") == 0 for number in range(1, 200))
    assert let_in == BY_ADDRESS["pairing"].free + 1
    assert throttle.enter("pairing", "2001:db8:1:3::1") == 0
    assert throttle.enter("pairing", "::ffff:10.0.0.1") == 0


def test_what_is_tried_is_counted_apart(throttle: Throttle) -> None:
    for _ in range(100):
        throttle.enter("pairing", HOME, "anna")
    assert throttle.enter("sign_in", HOME, "anna") == 0
    with pytest.raises(Refused) as refused:
        throttle.demand("pairing", HOME, "anna")
    assert refused.value.word == "access.wait"
    assert refused.value.values["seconds"] == 1


def test_it_is_forgotten(throttle: Throttle, clock: Clock) -> None:
    for _ in range(8):
        clock.ms += throttle.enter("sign_in", HOME, "anna") * 1000
    clock.ms += BY_ACCOUNT.forget_s * 10 * 1000
    assert [throttle.enter("sign_in", HOME, "anna") for _ in range(BY_ACCOUNT.free)] == [0] * BY_ACCOUNT.free


def test_without_redis_nobody_tries(valkey: RedisServer, clock: Clock) -> None:
    link = connect(valkey.url, answer_s=0.3)
    throttle = Throttle(link, SITE, clock)
    valkey.kill()
    with pytest.raises(AccessUnavailable):
        throttle.enter("sign_in", EVIL, "anna")
    link.close()


def test_a_clock_that_is_set_back_makes_no_wait_longer(throttle: Throttle, clock: Clock) -> None:
    for _ in range(BY_ACCOUNT.free + 4):
        while wait_s := throttle.enter("sign_in", HOME, "anna"):
            clock.ms += wait_s * 1000
    wait_s = throttle.enter("sign_in", HOME, "anna")
    assert wait_s == 8
    clock.ms -= 3_600_000
    assert throttle.enter("sign_in", HOME, "anna") == wait_s
    clock.ms += wait_s * 1000
    assert throttle.enter("sign_in", HOME, "anna") == 0


def test_two_hosts_whose_clocks_differ_by_five_seconds_slow_as_one_does(throttle: Throttle, clock: Clock) -> None:
    let_in = 0
    for second in range(600):
        clock.ms += 1000 + (5000 if second % 2 else -5000)
        let_in += throttle.enter("sign_in", EVIL, "anna") == 0
    assert let_in <= BY_ACCOUNT.free + 600 / BY_ACCOUNT.forget_s + 13


def test_what_could_not_be_judged_is_taken_back_and_nothing_else(throttle: Throttle) -> None:
    for _ in range(BY_ACCOUNT.free):
        assert throttle.enter("sign_in", HOME, "anna") == 0
    for _ in range(10):
        assert throttle.enter("sign_in", HOME, "anna") == 0, "the one that costs a wait is taken back"
        throttle.take_back("sign_in", HOME, "anna")
    assert throttle.enter("sign_in", HOME, "anna") == 0
    assert throttle.enter("sign_in", HOME, "anna") == 1, "the failures before are still counted"
