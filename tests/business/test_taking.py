"""Taking: what holds is what was told last, whatever comes twice, late, wrong or out of order; sums of the outbox are a plain sum."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, func, select

from collectors.events import BusinessFact, BusinessTold
from dashboard.access.actor import Actor, Denied
from dashboard.access.scope import Scope
from dashboard.business.due import fall_due
from dashboard.business.forgetting import KEPT, forget
from dashboard.business.outbox import BusinessOutbox
from dashboard.business.taking import Taking, fact_of
from dashboard.store.engine import reading, writing
from dashboard.store.schema import business_events, people
from tests.business.conftest import NOW_MS, SITE, At, item, teller

HOUR_MS = 3_600_000


def _words(taking: Taking, *items: bytes, actor: Actor | None = None, source: str = "crm", **more: Any) -> list[str]:
    return [found.word for found in taking.take(actor or teller(), source, items, **more)]


def _told(engine: Engine) -> list[BusinessTold]:
    return [line.event for line in BusinessOutbox(engine, SITE).waiting(100_000)]


def _sums(told: list[BusinessTold]) -> Counter[tuple[str | None, str]]:
    """Amounts as a floor that knows nothing but differences would have them."""
    sums: Counter[tuple[str | None, str]] = Counter()
    for event in told:
        for fact, sign in ((event.replaces, -1), (event.fact, 1)):
            if fact is not None:
                sums[fact.agent, f"{fact.kind} n"] += sign
                sums[fact.agent, f"{fact.kind} value"] += sign * fact.value
    return Counter({key: amount for key, amount in sums.items() if amount})


def test_an_item_is_taken_once_corrected_and_withdrawn_and_wrong_ones_keep_no_right_one_out(
    taking: Taking, engine: Engine
) -> None:
    sale = item("sale", "s1", amount=10, agent="PJSIP/1", queue="sales")
    wrong = item("sale", "s2", amount="x", agent="PJSIP/1")
    by_number = item("complaint", "c1", staff_number="7002")
    found = taking.take(teller(), "crm", [sale, wrong, by_number, sale])
    assert [(one.id, one.word) for one in found] == [
        ("s1", "taken"), ("s2", "refused"), ("c1", "taken"), ("s1", "same"),
    ]  # fmt: skip
    assert found[1].why is not None
    assert found[1].why.field == "amount"
    first = BusinessFact("sale", NOW_MS, "PJSIP/1", "sales", 1000, team="t-a")
    complaint = BusinessFact("complaint", NOW_MS, "PJSIP/2", team="t-b")
    assert _told(engine) == [BusinessTold("crm", "s1", first), BusinessTold("crm", "c1", complaint)]
    dearer = item("sale", "s1", amount="12.5", agent="PJSIP/1", queue="sales")
    assert _words(taking, sale, dearer, dearer) == ["same", "corrected", "same"]
    gone = b'{"id":"s1","withdrawn":true}'
    assert _words(taking, gone, gone, b'{"id":"s9","withdrawn":true}') == ["withdrawn", "same", "refused"]
    second = BusinessFact("sale", NOW_MS, "PJSIP/1", "sales", 1250, team="t-a")
    assert _told(engine)[2:] == [BusinessTold("crm", "s1", second, first), BusinessTold("crm", "s1", None, second)]
    assert _words(taking, dearer) == ["corrected"]  # told again: it holds again
    assert _words(taking, item("complaint", "s1")) == ["refused"]  # another system's id
    assert _words(taking, sale, source="shop") == ["taken"]  # its own ids
    with pytest.raises(Denied):
        taking.take(Actor("person", "p", "p"), "crm", [sale])


def test_a_fact_keeps_the_team_of_the_day_on_which_it_was_told(taking: Taking, engine: Engine) -> None:
    assert _words(taking, item("sale", "1", amount=1, agent="PJSIP/1")) == ["taken"]
    with writing(engine) as connection:
        connection.execute(people.update().where(people.c.id == "p7001").values(team_id="t-b"))
    assert _words(taking, item("sale", "1", amount=2, agent="PJSIP/1"), item("sale", "2", amount=1, agent="PJSIP/1")) == [
        "corrected", "taken",
    ]  # fmt: skip
    assert [event.fact and event.fact.team for event in _told(engine)] == ["t-a", "t-a", "t-b"]


def test_of_two_versions_the_higher_revision_holds_whichever_comes_first(taking: Taking, engine: Engine) -> None:
    old, new = (item("sale", "s1", amount=amount, revision=revision) for amount, revision in ((1, 1), (2, 2)))
    again = item("sale", "s1", amount=1, revision=3)
    assert _words(taking, new, old, again, new) == ["taken", "outdated", "corrected", "outdated"]
    assert _sums(_told(engine)) == {(None, "sale n"): 1, (None, "sale value"): 100}
    third, fourth = item("sale", "s2", amount=5), item("sale", "s2", amount=6)
    assert _words(taking, third, fourth) == ["taken", "corrected"]
    # somebody who recorded the first request sends it again
    assert _words(taking, third, item("sale", "s3", amount=1), is_repeated=True) == ["outdated", "taken"]


def test_a_narrow_teller_tells_of_their_own_and_learns_nothing_of_others(taking: Taking) -> None:
    narrow = teller(Scope(frozenset({"sales"}), frozenset({"t-a"})))
    found = taking.take(
        narrow,
        "crm",
        [
            item("sale", "1", amount=1, agent="PJSIP/1", queue="sales"),
            item("sale", "2", amount=1, agent="PJSIP/2", queue="sales"),
            item("sale", "3", amount=1, agent="PJSIP/404", queue="sales"),
            item("sale", "4", amount=1, agent="PJSIP/1", queue="care"),
            item("sale", "5", amount=1, staff_number="7002"),
            item("sale", "6", amount=1, queue="sales"),
            item("sale", "7", amount=1),
            item("sale", "8", amount=1, agent="PJSIP/1\0", queue="sales"),
        ],
    )
    assert [one.word for one in found] == ["taken", *["refused"] * 4, "taken", "refused", "refused"]
    there, not_there = (found[n].why for n in (1, 2))
    assert there is not None
    assert not_there is not None
    assert there.word == not_there.word
    assert _words(taking, item("sale", "9", amount=1, agent="PJSIP/9", queue="care")) == ["taken"]  # the switch's own
    assert _words(taking, item("sale", "9", amount=2), b'{"id":"9","withdrawn":true}', actor=narrow) == ["refused"] * 2


def test_a_ticket_that_nobody_does_falls_due_once_and_late_work_changes_no_total(
    taking: Taking, engine: Engine, clock: At
) -> None:
    due = NOW_MS + HOUR_MS
    tickets = [item("ticket", f"t{n}", at=None, due=due, agent="PJSIP/1") for n in range(3)]
    assert _words(taking, *tickets) == ["taken"] * 3
    assert _told(engine) == []
    done = item("ticket", "t0", at=None, due=due, done=NOW_MS, agent="PJSIP/1")
    assert _words(taking, done) == ["corrected"]
    assert fall_due(engine, SITE, due - 1) == 0
    assert fall_due(engine, SITE, due) == 2
    assert fall_due(engine, SITE, due + 1) == 0
    sums = _sums(_told(engine))
    clock.now_ms = due + HOUR_MS
    late = item("ticket", "t1", at=None, due=due, done=due + 1, agent="PJSIP/1")
    assert _words(taking, late, b'{"id":"t2","withdrawn":true}') == ["corrected", "withdrawn"]
    assert sums == {("PJSIP/1", "ticket n"): 3}
    assert _sums(_told(engine)) == {("PJSIP/1", "ticket n"): 2}
    assert fall_due(engine, SITE, clock.now_ms) == 0


def test_what_can_no_longer_be_corrected_is_forgotten_but_for_what_waits(
    taking: Taking, engine: Engine, clock: At
) -> None:
    waiting = item("ticket", "t", at=None, due=NOW_MS + HOUR_MS)
    assert _words(taking, item("sale", "s", amount=1), item("complaint", "c"), waiting) == ["taken"] * 3
    assert forget(engine, SITE, NOW_MS + KEPT // timedelta(milliseconds=1)) == 0
    assert forget(engine, SITE, NOW_MS + 1 + (KEPT + timedelta(days=9)) // timedelta(milliseconds=1)) == 2
    clock.now_ms = NOW_MS + HOUR_MS
    assert _words(taking, b'{"id":"s","withdrawn":true}', b'{"id":"t","withdrawn":true}') == ["refused", "withdrawn"]


def test_of_many_who_tell_the_same_at_once_one_is_taken(taking: Taking, engine: Engine) -> None:
    """Corrections too: each takes back what the one before it told."""
    batches = [[item("sale", f"s{n}", amount=amount, agent="PJSIP/1") for n in range(20)] for amount in (1, 1, 2, 3)]
    with ThreadPoolExecutor(4) as pool:
        words = Counter(word for found in pool.map(lambda batch: _words(taking, *batch), batches) for word in found)
    assert words["taken"] == 20
    assert words["refused"] == 0
    sums = _sums(_told(engine))
    assert sums["PJSIP/1", "sale n"] == 20
    with reading(engine) as connection:
        facts = [fact_of(packed) for packed in connection.execute(select(business_events.c.fact)).scalars()]
    assert sums["PJSIP/1", "sale value"] == sum(fact.value for fact in facts if fact is not None)


def test_whatever_the_order_the_outbox_adds_up_to_what_holds(taking: Taking, engine: Engine) -> None:
    """Five hundred items in three versions each, many of them twice, shuffled, in batches that know nothing of each other."""
    chance = random.Random(7)
    versions = [
        item(
            "sale", f"s{n}", amount=chance.randrange(1, 1000), agent=f"PJSIP/{chance.choice((1, 2))}", revision=revision
        )
        for n in range(500)
        for revision in (1, 2, 3)
    ]
    expected: Counter[tuple[str | None, str]] = Counter()
    for raw in versions[2::3]:
        told = msgspec.json.decode(raw)
        expected[told["agent"], "sale n"] += 1
        expected[told["agent"], "sale value"] += 100 * told["amount"]
    versions += chance.sample(versions, 400)
    chance.shuffle(versions)
    for start in range(0, len(versions), 137):
        assert "refused" not in _words(taking, *versions[start : start + 137])
    assert _sums(_told(engine)) == expected
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(business_events)).scalar() == 500
