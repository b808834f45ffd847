"""Who may say what on which screen, how much of it, and what a gateway finds while a store is away."""

from __future__ import annotations

import pytest

from dashboard.access import notices
from dashboard.access.actor import NOBODY, Actor, Denied, Grant
from dashboard.access.keys import notices_channel
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import Refused
from dashboard.wallboards.announcement import LONGEST, MOST_SCREENS
from dashboard.wallboards.announcements import (
    MOST_A_MINUTE,
    MOST_FULL_ON_A_SCREEN,
    MOST_ON_A_SCREEN,
    Announcements,
)
from dashboard.wallboards.current_announcements import CurrentAnnouncements
from tests.access.ledger import lines_of
from tests.announcements.conftest import message
from tests.patience import HANG_S
from tests.screens.conftest import MANAGER, SALES, SITE, SUPPORT, Room, supervisor, wishes

OF_SALES = supervisor("sales", SALES)
OF_SUPPORT = supervisor("support", SUPPORT)
AGENT = Actor("person", "a", "a", (Grant.of(Role.AGENT, EVERYTHING),), account_id="a")
QUALITY = Actor("person", "q", "q", (Grant.of(Role.QUALITY, EVERYTHING),), account_id="q")


def screen(room: Room, scope: Scope = SALES, name: str = "二楼东侧") -> str:
    return room.paired(MANAGER, wishes(scope, name=name))[0]


def test_one_announces_to_the_screens_that_one_manages_and_no_other(room: Room, announcements: Announcements) -> None:
    whole, sales, support = screen(room, EVERYTHING, "a"), screen(room, SALES, "b"), screen(room, SUPPORT, "c")
    reach = {who.id: [one.id for one in announcements.receivers(who)] for who in (MANAGER, OF_SALES, OF_SUPPORT)}
    assert reach == {"m": [whole, sales, support], "sales": [sales], "support": [support]}
    before = len(lines_of(room.engine))
    refused = []
    for asked in ((whole,), (sales, support), ("no-such-id",)):
        with pytest.raises(Denied) as denied:
            announcements.send(OF_SALES, message(*asked))
        refused.append((denied.value.permission, denied.value.target))
    need = Permission.SCREENS_ANNOUNCE
    assert refused == [(need, whole), (need, support), (need, "no-such-id")]  # another's like none
    for nobody in (NOBODY, AGENT, QUALITY):
        for deed in (
            announcements.receivers,
            lambda who: announcements.send(who, message(sales)),
            announcements.active,
            announcements.history,
            lambda who: announcements.withdraw(who, "x"),
        ):
            with pytest.raises(Denied):
                deed(nobody)
    assert len(lines_of(room.engine)) == before


def test_a_revoked_screen_is_no_receiver(room: Room, announcements: Announcements) -> None:
    gone = screen(room)
    room.screens.revoke(MANAGER, gone)
    assert announcements.receivers(MANAGER) == []
    with pytest.raises(Denied):
        announcements.send(MANAGER, message(gone))


def test_what_is_sent_is_told_recorded_and_found_by_gateways(
    room: Room, announcements: Announcements, current: CurrentAnnouncements, without_database: CurrentAnnouncements
) -> None:
    here = screen(room)
    heard = room.redis.pubsub()  # type: ignore[no-untyped-call]
    heard.subscribe(notices_channel(SITE))
    heard.get_message(timeout=HANG_S)
    sent = announcements.send(OF_SALES, message(here, here, text=" 14:00\n三号  会议室\u202e开会 ", priority="high"))
    told = heard.get_message(timeout=HANG_S)
    heard.close()
    assert notices.decode(told["data"]) == notices.Notice("announcements", sent)
    (found,) = current.current()
    assert found == without_database.current()[0]
    assert (found.id, found.text, found.form, found.priority) == (sent, "14:00 三号 会议室 开会", "banner", "high")
    assert (found.screens, found.until_ms) == ((here,), room.clock.ms + 30 * 60_000)
    line = lines_of(room.engine)[-1]
    assert (line.action, line.actor_id, line.target_id) == ("announcement.sent", "sales", sent)
    assert "三号 会议室 开会" in line.details
    assert "二楼东侧" in line.details
    (listed,) = announcements.active(OF_SALES)
    assert (listed.screens, listed.others, listed.may_withdraw, listed.made_by) == (("二楼东侧",), 0, True, "sales")


def test_what_was_withdrawn_is_gone_everywhere_and_on_record(
    room: Room, announcements: Announcements, current: CurrentAnnouncements, without_database: CurrentAnnouncements
) -> None:
    sent = announcements.send(OF_SALES, message(screen(room)))
    announcements.withdraw(OF_SALES, sent)
    assert (current.current(), without_database.current(), announcements.active(OF_SALES)) == ([], [], [])
    (past,) = announcements.history(OF_SALES)
    assert (past.withdrawn_by, past.withdrawn_at_ms) == ("sales", room.clock.ms)
    actions = [line.action for line in lines_of(room.engine)]
    assert actions[-2:] == ["announcement.sent", "announcement.withdrawn"]
    announcements.withdraw(OF_SALES, sent)  # over already: nothing to do, nothing to write down
    assert [line.action for line in lines_of(room.engine)] == actions


def test_an_older_copy_does_not_bring_a_withdrawn_one_back(
    room: Room, announcements: Announcements, current: CurrentAnnouncements, without_database: CurrentAnnouncements
) -> None:
    sent = announcements.send(MANAGER, message(screen(room)))
    (older,) = current.current()
    announcements.withdraw(MANAGER, sent)
    announcements._copies.keep(older)  # was read before, arrives after
    assert without_database.current() == []


def test_a_withdrawal_while_redis_is_away_reaches_the_copy_with_the_next_look(
    room: Room, announcements: Announcements, current: CurrentAnnouncements, without_database: CurrentAnnouncements
) -> None:
    kept, gone = (announcements.send(MANAGER, message(screen(room, name=name))) for name in ("a", "b"))
    before = current.current()
    announcements.withdraw(MANAGER, gone)
    room.redis.delete(announcements._copies._key)
    for one in before:
        announcements._copies.keep(one)  # as if Redis had not heard of the withdrawal
    assert {one.id for one in without_database.current()} == {kept, gone}
    assert [one.id for one in current.current()] == [kept]
    assert [one.id for one in without_database.current()] == [kept]


def test_the_database_brings_the_copies_back_and_without_both_nobody_can_say(
    room: Room, announcements: Announcements, current: CurrentAnnouncements, without_database: CurrentAnnouncements
) -> None:
    sent = announcements.send(MANAGER, message(screen(room)))
    room.redis.flushdb()
    assert without_database.current() == []
    assert [one.id for one in current.current()] == [sent]
    assert [one.id for one in without_database.current()] == [sent]
    room.server.kill()
    try:
        assert [one.id for one in current.current()] == [sent]
        with pytest.raises(AccessUnavailable):
            without_database.current()
    finally:
        room.server.start()


def test_it_ends_by_itself_and_the_copy_forgets_it(
    room: Room, announcements: Announcements, current: CurrentAnnouncements, without_database: CurrentAnnouncements
) -> None:
    announcements.send(MANAGER, message(screen(room), minutes=1))
    room.clock.ms += 60_000 - 1
    assert len(current.current()) == len(without_database.current()) == 1
    room.clock.ms += 1
    assert (current.current(), without_database.current(), announcements.active(MANAGER)) == ([], [], [])
    (ended,) = announcements.history(MANAGER)
    assert room.redis.hgetall(announcements._copies._key) == {}
    lines = len(lines_of(room.engine))
    announcements.withdraw(MANAGER, ended.announcement.id)  # over already
    assert (len(lines_of(room.engine)), announcements.history(MANAGER)) == (lines, [ended])


def test_of_a_wider_announcement_one_sees_ones_own_screens_and_cannot_withdraw_it(
    room: Room, announcements: Announcements
) -> None:
    sales, support = screen(room, SALES, "b"), screen(room, SUPPORT, "c")
    sent = announcements.send(MANAGER, message(sales, support))
    (seen,) = announcements.active(OF_SALES)
    assert (seen.screens, seen.others, seen.may_withdraw) == (("b",), 1, False)
    with pytest.raises(Denied) as others:
        announcements.withdraw(OF_SALES, sent)
    with pytest.raises(Denied) as none:
        announcements.withdraw(OF_SALES, "f" * 16)
    assert str(others.value).replace(sent, "") == str(none.value).replace("f" * 16, "")
    room.screens.revoke(MANAGER, support)  # a screen that is gone holds up nobody
    assert announcements.active(OF_SALES)[0].may_withdraw
    announcements.withdraw(OF_SALES, sent)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": " \n\u200b "}, "text"),
        ({"text": "字" * (LONGEST["banner"] + 1)}, "text"),
        ({"form": "full", "text": "字" * (LONGEST["full"] + 1)}, "text"),
        ({"form": "ticker", "text": "字" * (LONGEST["ticker"] + 1)}, "text"),
        ({"form": "shout"}, "form"),
        ({"priority": "urgent"}, "priority"),
        ({"seconds": 4}, "seconds"),
        ({"seconds": 121}, "seconds"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 721}, "minutes"),
    ],
)
def test_what_cannot_be_sent_names_its_field(
    room: Room, announcements: Announcements, changed: dict[str, object], field: str
) -> None:
    here = screen(room)
    with pytest.raises(Refused) as refused:
        announcements.send(MANAGER, message(here, **changed))  # type: ignore[arg-type]
    assert refused.value.field == field
    with pytest.raises(Refused) as nowhere:
        announcements.send(MANAGER, message())
    assert nowhere.value.field == "screens"
    assert announcements.active(MANAGER) == []


def test_what_just_fits_is_sent_to_as_many_screens_as_there_may_be(room: Room, announcements: Announcements) -> None:
    here = screen(room)
    for form, most in LONGEST.items():
        announcements.send(MANAGER, message(here, form=form, text="字" * most, seconds=5, minutes=720))
    announcements.send(MANAGER, message(here, seconds=120, minutes=1))
    with pytest.raises(Refused) as refused:
        announcements.send(MANAGER, message(*(f"screen{number}" for number in range(MOST_SCREENS + 1))))
    assert (refused.value.word, refused.value.field) == ("refused.announcement.screens", "screens")
    with pytest.raises(Denied):  # that many may be named; these are not there
        announcements.send(MANAGER, message(*(f"screen{number}" for number in range(MOST_SCREENS))))
    room.clock.ms += 720 * 60_000
    assert len(announcements.history(MANAGER)) == len(LONGEST) + 1


def test_a_screen_is_not_papered_over(room: Room, announcements: Announcements) -> None:
    here, there = screen(room, name="a"), screen(room, name="b")
    for _ in range(MOST_FULL_ON_A_SCREEN):
        announcements.send(MANAGER, message(here, form="full"))
    with pytest.raises(Refused) as covered:
        announcements.send(MANAGER, message(there, here, form="full"))
    assert (covered.value.field, covered.value.values["name"]) == ("screens", "a")
    for _ in range(MOST_ON_A_SCREEN - MOST_FULL_ON_A_SCREEN):
        room.clock.ms += 20_000
        announcements.send(MANAGER, message(here))
    room.clock.ms += 60_000
    with pytest.raises(Refused) as full:
        announcements.send(MANAGER, message(here))
    assert full.value.word == "refused.announcement.many"
    announcements.send(MANAGER, message(there))


def test_nobody_sends_more_than_a_few_a_minute_and_others_go_on(room: Room, announcements: Announcements) -> None:
    here, there = screen(room, name="a"), screen(room, name="b")
    for _ in range(MOST_A_MINUTE):
        announcements.send(OF_SALES, message(here))
    with pytest.raises(Refused) as often:
        announcements.send(OF_SALES, message(there))
    assert often.value.word == "refused.announcement.often"
    announcements.send(MANAGER, message(there))
    room.clock.ms += 60_001
    announcements.send(OF_SALES, message(there))


def test_a_site_knows_its_own_announcements_only(room: Room, announcements: Announcements) -> None:
    sent = announcements.send(MANAGER, message(screen(room)))
    north = Announcements(room.engine, room.screens._audit, room.redis, "north", room.clock)
    assert (north.active(MANAGER), north.receivers(MANAGER)) == ([], [])
    with pytest.raises(Denied):
        north.withdraw(MANAGER, sent)
    assert CurrentAnnouncements("north", room.redis, room.engine, room.clock).current() == []
