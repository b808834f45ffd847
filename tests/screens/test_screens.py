"""Who may manage which screen, what a change does, and what keeps a TV going while a store is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from dashboard.access import notices
from dashboard.access.actor import NOBODY, Actor, Denied, Grant
from dashboard.access.audit import Audit
from dashboard.access.keys import digest, notices_channel, screen_key
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import EVERYTHING, NOTHING, Scope, load
from dashboard.access.screen_record import ScreenRecords, Seen, is_within
from dashboard.access.screens import Screens
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import Refused
from dashboard.store import StoreError, open_store
from dashboard.store.engine import writing
from dashboard.store.schema import screens as tables
from tests.access.ledger import lines_of
from tests.patience import HANG_S
from tests.screens.conftest import MANAGER, SALES, SITE, SUPPORT, Room, supervisor, wishes

OF_SALES = supervisor("sales", SALES)
OF_SUPPORT = supervisor("support", SUPPORT)

VERBS: dict[str, Callable[[Screens, Actor, str], object]] = {
    "get": lambda screens, actor, id_: screens.get(actor, id_),
    "change": lambda screens, actor, id_: screens.change(actor, id_, wishes()),
    "rename": lambda screens, actor, id_: screens.rename(actor, id_, "x"),
    "move": lambda screens, actor, id_: screens.move(actor, id_, "agents"),
    "blank": lambda screens, actor, id_: screens.blank(actor, id_, is_blank=True),
    "reload": lambda screens, actor, id_: screens.reload(actor, id_),
    "revoke": lambda screens, actor, id_: screens.revoke(actor, id_),
}


AWAY = "postgresql+psycopg://nobody@127.0.0.1:9/none"
"""A database at which nobody answers."""


def without_database(room: Room) -> ScreenRecords:
    """The records as a process sees them that cannot reach the database."""
    return ScreenRecords(SITE, room.redis, open_store(AWAY))


@pytest.mark.parametrize("verb", VERBS)
def test_anothers_screen_is_answered_like_none(room: Room, verb: str) -> None:
    screen_id, token = room.paired(MANAGER, wishes(SALES))
    before = len(lines_of(room.engine))
    for actor in (OF_SUPPORT, NOBODY, Actor("person", "a", "a", (Grant.of(Role.AGENT, EVERYTHING),))):
        with pytest.raises(Denied) as denied:
            VERBS[verb](room.screens, actor, screen_id)
        assert denied.value.permission is Permission.SCREENS_MANAGE
    with pytest.raises(Denied) as unknown:
        VERBS[verb](room.screens, OF_SUPPORT, "no-such-id")
    with pytest.raises(Denied) as others:
        VERBS[verb](room.screens, OF_SUPPORT, screen_id)
    assert str(others.value).replace(screen_id, "") == str(unknown.value).replace("no-such-id", "")
    assert len(lines_of(room.engine)) == before
    assert room.screens.records.by_token(token, room.tv) is not None
    VERBS[verb](room.screens, OF_SALES, screen_id)


def test_one_sees_the_screens_that_show_no_more_than_one_may_see(room: Room) -> None:
    whole, _ = room.paired(MANAGER, wishes(EVERYTHING, name="a"))
    sales, _ = room.paired(MANAGER, wishes(SALES, name="b"))
    night, _ = room.paired(MANAGER, wishes(Scope(frozenset(), frozenset({"night-team"})), name="c"))
    support, _ = room.paired(MANAGER, wishes(SUPPORT, name="d"))
    shown = {who.id: [line.record.id for line in room.screens.listed(who)] for who in (MANAGER, OF_SALES, OF_SUPPORT)}
    assert shown == {"m": [whole, sales, night, support], "sales": [sales, night], "support": [support]}
    with pytest.raises(Denied):
        room.screens.listed(NOBODY)


def test_nobody_gives_a_screen_more_than_they_may_see(room: Room) -> None:
    offer = room.pairing.start(room.tv)
    for scope in (EVERYTHING, SUPPORT, Scope(frozenset({"sales", "support"}))):
        with pytest.raises(Denied):
            room.screens.pair(OF_SALES, offer.code, wishes(scope))
    screen_id, _ = room.paired(OF_SALES, wishes(SALES))
    with pytest.raises(Denied):
        room.screens.change(OF_SALES, screen_id, wishes(EVERYTHING))
    with pytest.raises(Refused):
        room.screens.change(OF_SALES, screen_id, wishes(NOTHING))
    assert load(room.screens.get(MANAGER, screen_id).record.scope) == SALES


def test_a_change_is_told_recorded_and_kept_in_redis(room: Room) -> None:
    screen_id, token = room.paired(MANAGER, wishes())
    heard = room.redis.pubsub()  # type: ignore[no-untyped-call]
    heard.subscribe(notices_channel(SITE))
    heard.get_message(timeout=HANG_S)
    room.screens.move(MANAGER, screen_id, "agents")
    message = heard.get_message(timeout=HANG_S)
    heard.close()
    assert notices.decode(message["data"]) == notices.Notice("screen", screen_id)
    line = lines_of(room.engine)[-1]
    assert (line.action, line.target_id) == ("screen.moved", screen_id)
    assert '"before":{"board":"default"}' in line.details.replace(" ", "")
    record = without_database(room).by_token(token, room.tv)
    assert record is not None
    assert record.board == "agents"


def test_what_is_not_different_is_no_change(room: Room) -> None:
    screen_id, _ = room.paired(MANAGER, wishes())
    before = len(lines_of(room.engine))
    room.screens.change(MANAGER, screen_id, wishes())
    room.screens.blank(MANAGER, screen_id, is_blank=False)
    assert len(lines_of(room.engine)) == before


def test_each_order_changes_what_it_says(room: Room) -> None:
    screen_id, token = room.paired(MANAGER, wishes())
    room.screens.rename(MANAGER, screen_id, "  三楼  西侧 ")
    room.screens.blank(MANAGER, screen_id, is_blank=True)
    room.screens.reload(MANAGER, screen_id)
    room.screens.change(MANAGER, screen_id, wishes(SUPPORT, name="三楼 西侧", lang="en", theme="light"))
    record = room.screens.records.by_token(token, room.tv)
    assert record is not None
    assert (record.name, record.is_blank, record.reload_at_ms) == ("三楼 西侧", True, room.clock.ms)
    actor = record.actor(room.tv, "digest")
    assert actor.scope(Permission.WALL_VIEW) == SUPPORT
    assert (actor.kind, actor.lang, actor.theme, actor.may(Permission.FLOOR_VIEW)) == ("screen", "en", "light", False)
    actions = [line.action for line in lines_of(room.engine)][2:]
    assert actions == ["screen.renamed", "screen.blanked", "screen.reloaded", "screen.changed"]


def test_a_revoked_screen_is_nobody_even_from_an_older_copy(room: Room) -> None:
    screen_id, token = room.paired(MANAGER, wishes())
    older = room.screens.records.by_token(token, room.tv)
    assert older is not None
    room.screens.revoke(MANAGER, screen_id)
    room.screens.records.put(digest(token), older)  # read before the revocation, written after it
    assert room.screens.records.by_token(token, room.tv) is None
    assert without_database(room).by_token(token, room.tv) is None
    with pytest.raises(Denied):
        room.screens.get(MANAGER, screen_id)


def test_a_revocation_is_told_and_counts_at_once_without_the_database_too(room: Room) -> None:
    screen_id, token = room.paired(MANAGER, wishes())
    older = room.screens.records.by_token(token, room.tv)
    assert older is not None
    heard = room.redis.pubsub()  # type: ignore[no-untyped-call]
    heard.subscribe(notices_channel(SITE))
    heard.get_message(timeout=HANG_S)
    room.screens.revoke(MANAGER, screen_id)
    message = heard.get_message(timeout=HANG_S)
    heard.close()
    assert notices.decode(message["data"]) == notices.Notice("screen", screen_id)
    room.screens.records.put(digest(token), older)
    assert without_database(room).by_token(token, room.tv) is None


def test_a_code_whose_screen_could_not_be_kept_waits_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = room.pairing.start(room.tv)
    with monkeypatch.context() as broken:
        broken.setattr(room.screens, "_audit", Audit(open_store(AWAY), room.screens._audit.anchor))
        with pytest.raises(StoreError):
            room.screens.pair(MANAGER, offer.code, wishes())
    assert room.screens.pair(MANAGER, offer.code, wishes())


def test_a_scope_that_cannot_be_read_shows_nothing_and_is_for_who_sees_everything(room: Room) -> None:
    screen_id, token = room.paired(MANAGER, wishes())
    with writing(room.engine) as connection:
        connection.execute(tables.update().where(tables.c.id == screen_id).values(scope="{}"))
    assert room.screens.listed(OF_SALES) == []
    with pytest.raises(Denied):
        room.screens.get(OF_SALES, screen_id)
    record = room.screens.get(MANAGER, screen_id).record
    assert record.actor(room.tv, digest(token)).scope(Permission.WALL_VIEW) == NOTHING


def test_a_revocation_while_redis_is_away_counts_from_the_database_on(room: Room) -> None:
    screen_id, token = room.paired(MANAGER, wishes())
    room.server.kill()
    try:
        room.screens.revoke(MANAGER, screen_id)
        assert room.screens.records.by_token(token, room.tv) is None
    finally:
        room.server.start()
    assert room.screens.records.by_token(token, room.tv) is None
    assert _is_told_to_redis(room, token)


def _is_told_to_redis(room: Room, token: str) -> bool:
    """Whether Redis alone comes to know that it is revoked: by a look that finds it there again, which the first after its start may
    not be."""
    until = time.monotonic() + HANG_S
    while time.monotonic() < until:
        assert room.screens.records.by_token(token, room.tv) is None
        with suppress(AccessUnavailable):
            return without_database(room).by_token(token, room.tv) is None
        time.sleep(0.05)
    return False


def test_either_store_keeps_a_tv_going_and_without_both_nobody_can_say(room: Room) -> None:
    _, token = room.paired(MANAGER, wishes())
    alone = without_database(room)
    assert alone.by_token(token, room.tv) is not None
    room.redis.flushdb()
    with pytest.raises(AccessUnavailable):
        alone.by_token(token, room.tv)
    assert room.screens.records.by_token(token, room.tv) is not None
    assert alone.by_token(token, room.tv) is not None  # the database brought the copy back
    room.server.kill()
    try:
        assert room.screens.records.by_token(token, room.tv) is not None
        with pytest.raises(AccessUnavailable):
            alone.by_token(token, room.tv)
    finally:
        room.server.start()


def test_sixty_days_later_it_is_still_there(room: Room) -> None:
    _, token = room.paired(MANAGER, wishes())
    room.clock.ms += 60 * 86_400_000
    assert room.redis.ttl(screen_key(SITE, digest(token))) > 60 * 86_400
    room.redis.flushdb()
    assert room.screens.records.by_token(token, room.tv) is not None


def test_a_screen_comes_from_its_address_range_only(room: Room) -> None:
    _, token = room.paired(MANAGER, wishes(address_range="10.1.2.77/24"))
    assert room.screens.records.by_token(token, "10.1.2.250") is not None
    for foreign in ("10.1.3.1", "::1", "", "nonsense"):
        assert room.screens.records.by_token(token, foreign) is None
    assert is_within("::ffff:10.1.2.9", "10.1.2.0/24")
    assert not is_within("10.1.2.9", "nonsense")


def test_what_is_no_token_is_nobody(room: Room) -> None:
    for token in ("", "x", "x" * 43, "é" * 43, "x" * 100_000):
        assert room.screens.records.by_token(token, room.tv) is None


def test_a_site_knows_its_own_screens_only(room: Room) -> None:
    screen_id, token = room.paired(MANAGER, wishes())
    assert ScreenRecords("north", room.redis, room.engine).by_token(token, room.tv) is None
    assert screen_id in [line.record.id for line in room.screens.listed(MANAGER)]
    parts = {"pairing": room.pairing, "throttle": room.screens._throttle, "walls": room.screens._walls}
    north = Screens(room.engine, room.screens._audit, room.redis, "north", room.clock, **parts)  # type: ignore[arg-type]
    assert north.listed(MANAGER) == []
    for deed in (north.get, north.revoke, north.reload):
        with pytest.raises(Denied):
            deed(MANAGER, screen_id)


def test_a_screen_revoked_before_its_tv_came_hands_out_nothing(room: Room) -> None:
    offer = room.pairing.start(room.tv)
    screen_id = room.screens.pair(MANAGER, offer.code, wishes())
    claimed = room.pairing.look(offer.cookie)
    assert claimed is not None
    room.screens.revoke(MANAGER, screen_id)
    assert room.screens.fetch(claimed, room.tv) is None
    assert room.pairing.look(offer.cookie) is None


def test_the_lamp_follows_what_the_gateway_saw(room: Room) -> None:
    screen_id, _ = room.paired(MANAGER, wishes())
    links = [room.screens.get(MANAGER, screen_id).link(room.clock.ms)]
    room.screens.sightings.saw({screen_id: Seen(room.clock.ms, room.tv, "default", "0.1.0", is_open=True)})
    line = room.screens.get(MANAGER, screen_id)
    links += [line.link(room.clock.ms + later) for later in (0, 12_000, 12_001, 30_001)]
    room.screens.sightings.saw({screen_id: Seen(room.clock.ms, room.tv, "default", "0.1.0", is_open=False)})
    links.append(room.screens.get(MANAGER, screen_id).link(room.clock.ms))
    assert links == ["never", "live", "live", "delayed", "away", "delayed"]
    assert line.seen is not None
    assert (line.seen.release, line.seen.address) == ("0.1.0", room.tv)
