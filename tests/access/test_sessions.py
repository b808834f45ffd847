"""Sessions: what a cookie opens, for how long, and that nobody else's opens anything."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from dashboard.access.actor import Denied
from dashboard.access.keys import notices_channel, session_key
from dashboard.access.notices import Notice, decode
from dashboard.access.redis_link import command, connect
from dashboard.access.session_store import GRACE_MS, ROTATE_MS, SECOND_FACTOR_MS, SessionStore
from dashboard.access.unavailable import AccessUnavailable
from dashboard.settings import AccessSettings
from tests.access.ledger import Clock, lines_of
from tests.access.rooms import ADMIN, AGENT, FIREFOX, HOME, SITE, Rooms
from tests.patience import HANG_S
from tests.redis_server import RedisServer

RULES = AccessSettings(session_idle_min=60, session_hours=12)
MIN_MS = 60_000


@pytest.fixture
def store(redis: Redis, clock: Clock) -> SessionStore:
    return SessionStore(redis, SITE, RULES, clock)


def begun(store: SessionStore, account_id: str = "anna") -> str:
    return store.begin(account_id, HOME, FIREFOX)


def everything_in(redis: Redis) -> Iterator[bytes]:
    for key in command(redis, "KEYS", "*"):
        yield key
        kind = command(redis, "TYPE", key)
        words = {b"hash": "HGETALL", b"set": "SMEMBERS", b"string": "GET"}[kind]
        yield str(command(redis, words, key)).encode()


def test_a_cookie_opens_its_session_and_redis_does_not_have_it(store: SessionStore, redis: Redis) -> None:
    cookie = begun(store)
    session = store.read(cookie)
    assert session is not None
    assert (session.account_id, session.stage, session.address) == ("anna", "full", HOME)
    assert session.browser == "Firefox 145, Linux"
    assert not any(cookie.encode() in found for found in everything_in(redis))
    assert store.read(session.id) is None, "the id that stays opens nothing"
    assert store.read(session.cookie) is None, "nor does the digest"


@given(st.text(max_size=80) | st.just("A" * 43))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_value_that_we_did_not_make_opens_nothing_and_makes_nothing(
    store: SessionStore, redis: Redis, planted: str
) -> None:
    before = sorted(command(redis, "KEYS", "*"))
    assert store.read(planted) is None
    assert store.renewed(planted) is None
    assert store.rise(planted, "totp") is None
    store.end(planted)
    assert sorted(command(redis, "KEYS", "*")) == before


def test_a_planted_cookie_is_not_the_session_after_sign_in(store: SessionStore) -> None:
    """Fixation: the attacker's own session, and a made-up value, put into the victim's browser before sign-in."""
    attackers = begun(store, "mallory")
    for planted in (attackers, secrets.token_urlsafe(32)):
        victims = store.begin("anna", HOME, FIREFOX, stage="password", replaces=planted)
        assert victims != planted
        assert store.read(planted) is None
        full = store.rise(victims, "totp")
        assert full is not None
        assert store.read(victims) is None, "what was known before the second factor opens nothing after it"
        opened = store.read(full)
        assert opened is not None
        assert (opened.account_id, opened.stage, opened.second_factor) == ("anna", "full", "totp")
        assert store.rise(full, "totp") is None, "a full session does not rise again"


def test_it_ends_when_idle_and_in_any_case_at_its_age(store: SessionStore, clock: Clock) -> None:
    cookie = begun(store)
    clock.ms += 59 * MIN_MS
    session = store.read(cookie)
    assert session is not None
    store.touch(session)
    clock.ms += 59 * MIN_MS
    assert store.read(cookie) is not None, "a request in between keeps it"
    clock.ms += MIN_MS
    assert store.read(cookie) is None
    busy = begun(store)
    for _ in range(12 * 60 // 30 - 1):
        clock.ms += 30 * MIN_MS
        live = store.read(busy)
        assert live is not None
        store.touch(live)
    clock.ms += 30 * MIN_MS
    assert store.read(busy) is None


def test_waiting_for_the_second_factor_does_not_last(store: SessionStore, clock: Clock) -> None:
    cookie = store.begin("anna", HOME, FIREFOX, stage="password")
    clock.ms += SECOND_FACTOR_MS - 1
    assert store.read(cookie) is not None
    assert store.renewed(cookie) is None
    clock.ms += 1
    assert store.read(cookie) is None
    assert store.rise(cookie, "totp") is None


def test_the_cookie_changes_and_the_old_one_goes_on_for_half_a_minute(store: SessionStore, clock: Clock) -> None:
    old = begun(store)
    assert store.renewed(old) is None
    clock.ms += ROTATE_MS
    new = store.renewed(old)
    assert new is not None
    assert store.renewed(old) is None, "a late request with the old one changes nothing"
    clock.ms += GRACE_MS - 1
    first, second = store.read(old), store.read(new)
    assert first is not None
    assert second is not None
    assert first.id == second.id
    clock.ms += 1
    assert store.read(old) is None
    assert store.read(new) is not None, "and an old one that comes too late kills nothing"


def test_of_many_requests_at_once_one_changes_the_cookie(
    store: SessionStore, clock: Clock, shared_valkey: RedisServer
) -> None:
    old = begun(store)
    clock.ms += ROTATE_MS
    others = [SessionStore(connect(shared_valkey.url), SITE, RULES, clock) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        changed = [new for new in threads.map(lambda one: one.renewed(old), others) if new]
    assert len(changed) == 1
    opened = {found.id for cookie in (old, changed[0]) if (found := store.read(cookie)) is not None}
    assert len(opened) == 1
    assert store.read(old) is not None
    for one in others:
        one._redis.close()


@given(st.lists(st.tuples(st.integers(0, 20 * 60), st.sampled_from(["newest", "before", "oldest"])), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_at_any_time_only_the_newest_cookie_opens_and_briefly_the_one_before(
    store: SessionStore, clock: Clock, steps: list[tuple[int, str]]
) -> None:
    """Whatever comes when: requests with the newest cookie, the one before it, or the first one ever."""
    made, changed_at = [begun(store)], [clock.ms]
    for wait_s, which in steps:
        clock.ms += wait_s * 1000
        used = {"newest": made[-1], "before": made[-2:][0], "oldest": made[0]}[which]
        session = store.read(used)
        if session is not None:
            store.touch(session)
            new = store.renewed(used)
            if new is not None:
                assert used == made[-1]
                assert clock.ms - changed_at[-1] >= ROTATE_MS
                made.append(new)
                changed_at.append(clock.ms)
        is_over = store.read(made[-1]) is None  # idle for an hour
        for place, cookie in enumerate(made):
            was_before = place == len(made) - 2 and clock.ms < changed_at[-1] + GRACE_MS
            assert (store.read(cookie) is not None) == (not is_over and (place == len(made) - 1 or was_before))


def test_an_ended_session_is_not_brought_back_by_a_late_request(
    store: SessionStore, clock: Clock, redis: Redis
) -> None:
    cookie = begun(store)
    session = store.read(cookie)
    assert session is not None
    store.end(cookie)
    clock.ms += 5 * MIN_MS
    store.touch(session)
    assert store.read(cookie) is None
    assert command(redis, "KEYS", "*") == []


def test_without_redis_nobody_is_known_and_nobody_is_refused(valkey: RedisServer, clock: Clock) -> None:
    link = connect(valkey.url, answer_s=HANG_S)
    store = SessionStore(link, SITE, RULES, clock)
    cookie = begun(store)
    valkey.kill()
    with pytest.raises(AccessUnavailable):
        store.read(cookie)
    with pytest.raises(AccessUnavailable):
        begun(store)
    valkey.start()
    assert store.read(cookie) is not None, "it is on disk"
    link.close()


def test_an_administrator_sees_and_ends_anybodys_and_who_may_nothing_not_even_their_own(rooms: Rooms) -> None:
    anna, bo = rooms.person("anna"), rooms.person("bo", [AGENT])
    here, elsewhere, bos = rooms.at_the_desk(anna), rooms.cookie(anna), rooms.cookie(bo)
    with pytest.raises(Denied):
        rooms.sessions.own(here)
    with pytest.raises(Denied):
        rooms.sessions.of(rooms.at_the_desk(bo), anna)
    with pytest.raises(Denied):
        rooms.sessions.revoke_all(rooms.at_the_desk(bo), anna)
    admin = rooms.newcomer("cui", *ADMIN)
    assert len(rooms.sessions.of(admin, anna)) == 2
    assert rooms.sessions.revoke_all(admin, anna) == 2
    assert rooms.sessions.read(elsewhere) is None
    assert rooms.sessions.read(bos) is not None


def test_ending_the_others_keeps_this_one_and_is_on_record_and_told(rooms: Rooms) -> None:
    account = rooms.person("anna", ADMIN)
    elsewhere, here = rooms.cookie(account), rooms.at_the_desk(account)
    other = rooms.sessions.read(elsewhere)
    assert other is not None
    with rooms.redis.pubsub() as told:  # type: ignore[no-untyped-call]
        told.subscribe(notices_channel(SITE))
        told.get_message(timeout=HANG_S)
        assert rooms.sessions.revoke_others(here) == 1
        message = told.get_message(timeout=HANG_S)
    assert message is not None
    assert decode(message["data"]) == Notice("session", other.id)
    assert rooms.sessions.read(elsewhere) is None
    assert [session.id for session in rooms.sessions.own(here)] == [here.session]
    line = lines_of(rooms.engine)[-1]
    assert (line.action, line.target_id, line.actor_id) == ("session.revoked", account, account)


def test_another_persons_session_cannot_be_ended_by_its_id(rooms: Rooms) -> None:
    anna = rooms.newcomer("anna", AGENT)
    bo = rooms.newcomer("bo", AGENT)
    with pytest.raises(Denied):
        rooms.sessions.revoke(anna, bo.session)
    with pytest.raises(Denied):
        rooms.sessions.revoke(anna, "0" * 32)  # and one that is not there answers the same
    assert rooms.sessions.by_id(bo.session) is not None
    rooms.sessions.revoke(anna, anna.session)
    assert rooms.sessions.by_id(anna.session) is None


def test_a_clock_that_is_set_back_keeps_who_works_signed_in(store: SessionStore, clock: Clock, redis: Redis) -> None:
    """Redis has a clock of its own: without a sign of life it forgets the session after the idle time."""
    cookie = begun(store)
    before = store.read(cookie)
    assert before is not None
    clock.ms -= 60 * MIN_MS
    redis.pexpire(session_key(SITE, before.id), 5_000)
    store.touch(before)
    assert command(redis, "PTTL", session_key(SITE, before.id)) > 59 * MIN_MS
    new = store.renewed(cookie)
    assert new is not None, "the cookie goes on changing"
    clock.ms += GRACE_MS
    assert store.read(cookie) is None
    assert store.read(new) is not None
