"""One item: what is right is booked exactly, what is wrong is refused with its field, whatever somebody sends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.events import BusinessFact
from dashboard.business.fact import Whose, fallen_due, judged, moment_ms
from dashboard.business.item import Item, Withdrawal, document_of, id_of, read
from dashboard.refusal import Refused
from layouts.texts import LANGUAGES, catalogue
from tests.business.conftest import NOW_MS, item

HOUR_MS = 3_600_000
WHOSE = Whose("PJSIP/1", "care", "t-a")


def _fact(raw: bytes, now_ms: int = NOW_MS) -> BusinessFact | None:
    told = read(raw)
    assert isinstance(told, Item)
    return judged(told, WHOSE, {"upsell"}, now_ms).fact


def _of(kind: Any, value: int = 0, good: bool | None = None, name: str = "") -> BusinessFact:  # noqa: FBT001
    return BusinessFact(kind, NOW_MS, "PJSIP/1", "care", value, good, name, "t-a")


@pytest.mark.parametrize(
    ("raw", "fact"),
    [
        (item("sale", "1", amount=12.3), _of("sale", 1230)),
        (item("sale", "1", amount="1234567.89"), _of("sale", 123_456_789)),
        (b'{"id":"1","kind":"sale","at":"2023-11-14T22:13:20Z","amount":0.1}', _of("sale", 10)),
        (b'{"id":"1","kind":"sale","at":"2023-11-15T06:13:20+08:00","amount":1e2}', _of("sale", 10_000)),
        (item("satisfaction", "1", score=4), _of("satisfaction", 8000, good=True)),
        (item("satisfaction", "1", score=3.5), _of("satisfaction", 7000, good=False)),
        (item("satisfaction", "1", score=8, scale=10), _of("satisfaction", 8000, good=True)),
        (item("satisfaction", "1", satisfied=False), _of("satisfaction", 0, good=False)),
        (item("satisfaction", "1", score=3, satisfied=True), _of("satisfaction", 6000, good=True)),
        (item("resolution", "1", resolved=True), _of("resolution", good=True)),
        (item("complaint", "1"), _of("complaint")),
        (item("qa", "1", score="92.5"), _of("qa", 9250)),
        (item("custom", "1", name="upsell", amount=-3), _of("custom", -300, name="upsell")),
    ],
)
def test_each_kind_is_booked_in_hundredths(raw: bytes, fact: BusinessFact) -> None:
    assert _fact(raw) == fact


def test_a_ticket_counts_when_it_is_done_in_time_or_at_the_moment_it_fell_due() -> None:
    due = NOW_MS + HOUR_MS
    later = due + HOUR_MS

    def ticket(now_ms: int, **fields: Any) -> BusinessFact | None:
        return _fact(item("ticket", "1", at=None, due=due, opened=NOW_MS - HOUR_MS, **fields), now_ms)

    assert ticket(NOW_MS) is None  # it waits
    assert ticket(later, done=due - 1) == BusinessFact("ticket", due - 1, "PJSIP/1", "care", 0, good=True, team="t-a")
    assert ticket(later) == ticket(later, done=later) == fallen_due(due, WHOSE)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"", ""),
        (b"nothing", ""),
        (b"[]", ""),
        (b'"x"', ""),
        (b"[" * 100_000, ""),
        (b'{"a":' * 100_000, ""),
        (b'\xff\xfe{"id":1}', ""),
        (b'{"id":"1"}', "kind"),
        (b'{"id":1,"kind":"sale"}', "id"),
        (item("theft", "1"), "kind"),
        (item("sale", "1"), "amount"),
        (item("sale", "", amount=1), "id"),
        (item("sale", "x" * 129, amount=1), "id"),
        (item("sale", "a\0b", amount=1), "id"),
        (item("sale", " a", amount=1), "id"),
        (item("sale", "1", amount=1, colour="red"), "colour"),
        (item("sale", "1", amount=-1), "amount"),
        (item("sale", "1", amount="1.234"), "amount"),
        (item("sale", "1", amount=True), "amount"),
        (item("sale", "1", amount="NaN"), "amount"),
        (item("sale", "1", amount="sNaN"), "amount"),
        (item("sale", "1", amount="Infinity"), "amount"),
        (b'{"id":"1","kind":"sale","at":1700000000000,"amount":1e999999999}', "amount"),
        (b'{"id":"1","kind":"sale","at":1700000000000,"amount":1e-999999999}', "amount"),
        (item("sale", "1", amount=20_000_000_000), "amount"),
        (item("sale", "1", amount=1, at=None), "at"),
        (item("sale", "1", amount=1, at="2023-11-14T22:13:20"), "at"),
        (item("sale", "1", amount=1, at="yesterday"), "at"),
        (item("sale", "1", amount=1, at=NOW_MS + HOUR_MS), "at"),
        (item("sale", "1", amount=1, at=NOW_MS - 500 * 24 * HOUR_MS), "at"),
        (item("sale", "1", amount=1, at=10**40), "at"),
        (item("sale", "1", amount=1, agent="PJSIP/1", staff_number="7001"), "staff_number"),
        (item("sale", "1", amount=1, revision=-1), "revision"),
        (item("satisfaction", "1"), "score"),
        (item("satisfaction", "1", score=6), "score"),
        (item("satisfaction", "1", score=1, scale=1), "scale"),
        (item("qa", "1", score=101), "score"),
        (item("custom", "1", name="other", amount=1), "name"),
        (item("ticket", "1", at=None), "due"),
        (item("ticket", "1", at=None, due=NOW_MS - 2, opened=NOW_MS - 1), "opened"),
        (item("resolution", "1", resolved="yes"), "resolved"),
    ],
)
def test_what_is_wrong_is_refused_with_its_field_and_a_sentence(raw: bytes, field: str) -> None:
    with pytest.raises(Refused) as caught:
        _fact(raw)
    assert caught.value.field == field
    for lang in LANGUAGES:
        assert "{" not in catalogue(lang, "business")(caught.value.word, **caught.value.values)


def test_a_withdrawal_needs_nothing_but_its_id() -> None:
    assert read(b'{"id":"1","withdrawn":true}') == Withdrawal(id="1", withdrawn=True)
    with pytest.raises(Refused):
        read(b'{"id":"1","withdrawn":true,"amount":3}')


def test_equal_items_are_one_document_however_they_are_written_down() -> None:
    one = read(b'{"id":"1","kind":"sale","at":5,"amount":12.30}')
    other = read(b'{ "amount":"12.3", "revision": 7, "at": 5, "kind":"sale", "id":"1", "agent":""}')
    assert document_of(one) == document_of(other) == '{"amount":"12.3","at":5,"id":"1","kind":"sale"}'


@settings(max_examples=40)
@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_whatever_somebody_sends_is_read_or_refused(value: Any) -> None:
    raw = msgspec.json.encode(value)
    try:
        read(raw)
    except Refused:
        assert id_of(raw).isprintable()


@settings(max_examples=40)
@given(st.decimals(0, 10_000, places=2))
def test_no_cent_is_lost(amount: Decimal) -> None:
    fact = _fact(item("sale", "1", amount=str(amount)))
    assert fact is not None
    assert fact.value == amount * 100


def test_a_moment_is_the_same_in_every_writing() -> None:
    assert moment_ms(NOW_MS + 60_000, "at", NOW_MS) == NOW_MS  # a fast clock: no sum knows the future
    writings = (NOW_MS, "2023-11-14T22:13:20Z", "2023-11-14T22:13:20.000+00:00", "2023-11-15T06:13:20+08:00")
    assert {moment_ms(writing, "at", NOW_MS) for writing in writings} == {NOW_MS}
