"""One contact's path on both databases: its steps in order, what a scope cuts, other calls of the number, sessions, and the number."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from dashboard.access.actor import Denied
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.permissions import Role
from dashboard.access.revealing import NotRevealed
from dashboard.access.scope import Scope
from dashboard.refusal import NotThere
from dashboard.reports.contact import Contacts
from dashboard.reports.room import Room
from dashboard.store.engine import writing
from dashboard.store.schema import visits
from dashboard.supervision.history import SessionHistory
from tests.day_pages.past import CONTACT, LI, NOW_MS, WANG, WHOLE_NUMBER, ZHOU, at, handled, visit, write_past
from tests.day_pages.test_calls import OF_SALES, OF_TIGERS, WHOLE, person


def test_a_contact_is_told_from_its_first_queue_to_its_last_word(engine: Engine, tmp_path: Path) -> None:
    write_past(engine)
    contacts = Contacts(Room(engine, "main", lambda: NOW_MS))
    found = contacts.get(WHOLE, CONTACT)
    assert [(step.kind, step.agent, step.word) for step in found.steps] == [
        ("joined", "", ""),
        ("rang", LI, "missed"),
        ("rang", WANG, "answered"),
        ("answered", WANG, ""),
        ("handled", WANG, ""),
        ("transferred", WANG, "attended"),
        ("wrapped_up", WANG, ""),
        ("joined", "", ""),
        ("rang", ZHOU, "answered"),
        ("answered", ZHOU, ""),
        ("handled", ZHOU, ""),
        ("ended", ZHOU, "agent"),
        ("wrapped_up", ZHOU, ""),
    ]
    talk = found.steps[4]
    assert (talk.at_ms, talk.until_ms, talk.talk_s, talk.hold_s) == (at("09:10:12"), at("09:13:52"), 180, 40)
    assert found.steps[5].target == "care"
    assert (found.queues, found.is_kept, found.is_going_on) == (("sales", "care"), True, False)
    assert {line.call for line in found.others} == {"102.1", "104.1", "106.1", "200.1", "201.1"}
    assert found.ended_ms == at("09:15:55")

    # who sees one queue sees that part, and not where it went on to
    part = contacts.get(OF_SALES, CONTACT)
    assert (part.queues, {step.agent for step in part.steps}) == (("sales",), {"", LI, WANG})
    assert [step.target for step in part.steps if step.kind == "transferred"] == [""]
    assert {line.call for line in part.others} == {"102.1", "104.1"}
    assert contacts.get(OF_TIGERS, "pbx/b1/200.1").is_own_call
    for actor, key, wrong in (
        (WHOLE, "pbx/b1/999", NotThere),
        (WHOLE, "nothing", NotThere),
        (OF_SALES, "pbx/b1/106.1", Denied),
        (OF_SALES, "pbx/b1/999", Denied),
        (OF_SALES, "pbx/b1/200.1", Denied),
        (OF_TIGERS, CONTACT, Denied),
        (person(role=Role.ADMIN), CONTACT, Denied),
    ):
        with pytest.raises(wrong):
            contacts.get(actor, key)

    # the number: where it is kept, to who may, as the page showed it
    assert contacts.number(WHOLE, CONTACT, "138****5678").number == WHOLE_NUMBER
    for actor, key, shown, code in (
        (WHOLE, "pbx/b1/102.1", "138****5678", "gone"),
        (WHOLE, CONTACT, "139****0000", "gone"),
        (WHOLE, "pbx/b1/999", "138****5678", "gone"),
        (OF_TIGERS, CONTACT, "138****5678", "gone"),
        (person(role=Role.ANALYST), CONTACT, "138****5678", "denied"),
    ):
        with pytest.raises(NotRevealed, match=code):
            contacts.number(actor, key, shown)

    # sessions of it, to who may know of sessions there
    sessions = SessionHistory(engine, Audit(engine, Anchor(tmp_path / "heads.log")), "main", lambda: NOW_MS)
    told = sessions.of_call(WHOLE, CONTACT, found.began_ms, NOW_MS)
    assert [(one.by, one.agent, [mode for _, mode in one.modes]) for one in told] == [
        ("张班长", WANG, ["listen", "whisper"])
    ]
    assert len(sessions.of_call(OF_SALES, CONTACT, found.began_ms, NOW_MS)) == 1
    for actor in (OF_TIGERS, person(Scope(frozenset({"care"}), frozenset())), person(role=Role.ANALYST)):
        assert sessions.of_call(actor, CONTACT, found.began_ms, NOW_MS) == ()
    assert sessions.of_call(WHOLE, "pbx/b1/100", found.began_ms, NOW_MS) == ()


def test_what_goes_on_and_what_nobody_saw_the_end_of(past: Engine) -> None:
    talking = handled("300.1", "15:50:00", WANG, 5, None) | {"ended_ms": None, "ended_by": None, "wrap_ms": None}
    long_ago = talking | {"call": "302.1", "at_ms": at("15:50:00") - 30 * 86_400_000}
    with writing(past) as connection:
        connection.execute(
            insert(visits), [talking, visit("301.1", "15:55:00", outcome="waiting", wait_s=None), long_ago]
        )
    contacts = Contacts(Room(past, "main", lambda: NOW_MS))
    going_on = contacts.get(WHOLE, "pbx/b1/300.1")
    assert (going_on.is_going_on, going_on.ended_ms, going_on.steps[-1].until_ms) == (True, None, None)
    assert [step.kind for step in contacts.get(WHOLE, "pbx/b1/301.1").steps] == ["joined", "waiting"]
    lost = contacts.get(WHOLE, "pbx/b1/302.1")
    assert (lost.is_going_on, lost.steps[-1].kind, lost.steps[-1].until_ms) == (False, "handled", None)
