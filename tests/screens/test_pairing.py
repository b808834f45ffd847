"""A code lets in one TV, once, within ten minutes; guessing gets slow for the guesser alone."""

from __future__ import annotations

import pytest

from dashboard.access.pairing import ALPHABET, CODE_LENGTH, LIFETIME_S
from dashboard.refusal import Refused
from tests.access.ledger import lines_of
from tests.screens.conftest import MANAGER, SALES, Room, supervisor, wishes


def refusal(room: Room, code: str, actor: object = MANAGER) -> Refused:
    with pytest.raises(Refused) as found:
        room.screens.pair(actor, code, wishes())  # type: ignore[arg-type]
    return found.value


def test_a_tv_is_let_in_and_gets_its_token_once(room: Room) -> None:
    offer = room.pairing.start(room.tv)
    assert len(offer.code) == CODE_LENGTH
    assert not set("01OIL") & set(ALPHABET)
    screen_id = room.screens.pair(MANAGER, f" {offer.code[:3].lower()}-{offer.code[3:]} ", wishes())
    claimed = room.pairing.look(offer.cookie)
    assert claimed is not None
    assert claimed.screen_id == screen_id
    token = room.screens.fetch(claimed, room.tv)
    assert token is not None
    record = room.screens.records.by_token(token, room.tv)
    assert record is not None
    assert (record.id, record.board) == (screen_id, "default")
    assert room.screens.fetch(claimed, room.tv) is None
    assert room.pairing.look(offer.cookie) is None
    assert [line.action for line in lines_of(room.engine)] == ["screen.paired", "screen.arrived"]


def test_the_token_stands_nowhere_in_clear(room: Room) -> None:
    _, token = room.paired(MANAGER, wishes())
    names = list(room.redis.scan_iter())
    assert len(names) > 0
    assert token.encode() not in b"".join(room.redis.dump(name) or b"" for name in names)
    assert token not in str(names) + str(lines_of(room.engine))


def test_a_used_an_expired_and_a_wrong_code_say_the_same(room: Room) -> None:
    used = room.pairing.start(room.tv)
    room.screens.pair(MANAGER, used.code, wishes())
    old = room.pairing.start(room.tv)
    room.clock.ms += LIFETIME_S * 1000
    said = {(refused.word, refused.field) for refused in (refusal(room, code) for code in (used.code, old.code, "??"))}
    assert said == {("refused.screen.code", "code")}
    assert room.pairing.look(old.cookie) is None


def test_only_the_tv_that_showed_the_code_gets_the_token(room: Room) -> None:
    offer = room.pairing.start(room.tv)
    room.screens.pair(MANAGER, offer.code, wishes())
    for cookie in (f"{offer.code}.", f"{offer.code}.guess", f"{offer.code}.\u00e9", offer.code, "", "x.y"):
        assert room.pairing.look(cookie) is None
    assert room.pairing.look(offer.cookie) is not None


def test_two_people_with_one_code_pair_one_screen(room: Room) -> None:
    offer = room.pairing.start(room.tv)
    code = room.pairing.claim(offer.code)
    assert refusal(room, offer.code).word == "refused.screen.code"
    room.pairing.release(code)
    assert room.screens.pair(MANAGER, offer.code, wishes())


def test_a_refused_wish_leaves_the_code_good(room: Room) -> None:
    offer = room.pairing.start(room.tv)
    for wrong in (
        wishes(name=" "),
        wishes(name="x" * 61),
        wishes(board="floor"),
        wishes(lang="fr"),
        wishes(theme="pink"),
        wishes(address_range="10.1.2.0/33"),
    ):
        with pytest.raises(Refused) as found:
            room.screens.pair(MANAGER, offer.code, wrong)
        assert found.value.field in {"name", "board", "lang", "theme", "address_range"}
    assert room.screens.pair(MANAGER, offer.code, wishes())


def test_guessing_gets_slow_for_the_guesser_alone(room: Room) -> None:
    guesser, other = supervisor("guesser", SALES, "10.6.6.6"), supervisor("other", SALES, "10.1.9.2")
    offer = room.pairing.start(room.tv)
    waits: list[int] = []
    for _ in range(60):
        refused = refusal(room, "222222", guesser)
        if refused.word == "refused.screen.wait":
            waits.append(int(str(refused.values["wait_s"])))
            room.clock.ms += waits[-1] * 1000
    assert len(waits) > 20
    assert waits[0] < waits[5] < max(waits) <= 900
    room.clock.ms -= sum(waits) * 1000  # the TV's code is still good for somebody else
    assert room.screens.pair(other, offer.code, wishes())


def test_who_asks_for_codes_without_end_has_to_wait(room: Room) -> None:
    def start_many() -> None:
        for _ in range(200):
            room.pairing.start("10.6.6.6")

    with pytest.raises(Refused) as found:
        start_many()
    assert found.value.word == "refused.screen.many"
    assert int(str(found.value.values["wait_s"])) >= 1
    assert room.pairing.start(room.tv).code


def test_denied_codes_are_on_record(room: Room) -> None:
    refusal(room, "222222")
    (line,) = lines_of(room.engine)
    assert (line.action, line.result, line.actor_id, line.address) == ("screen.paired", "denied", "m", "10.1.9.1")


def test_a_code_may_be_typed_as_people_type(room: Room) -> None:
    for style in (str.lower, lambda code: f" {code[:3]}-{code[3:]} ", wide):
        offer = room.pairing.start(room.tv)
        assert room.screens.pair(MANAGER, style(offer.code), wishes())


def wide(code: str) -> str:
    """As a Chinese keyboard types it."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in code)
