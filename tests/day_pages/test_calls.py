"""Lists of calls on both databases: each condition against a day that was written by hand, pages that fit together, and scopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from dashboard.access.actor import Actor, Denied, Grant
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.reports.calls import Calls, CallsPage
from dashboard.reports.calls_question import CallsQuestion
from dashboard.reports.room import Room
from tests.day_pages.past import LI, NOW_MS, WANG, ZHOU, write_past


def person(scope: Scope = EVERYTHING, role: Role = Role.MANAGER) -> Actor:
    """Somebody with a role in a scope."""
    return Actor("person", "p", "P", (Grant.of(role, scope),), account_id="p")


WHOLE = person()
OF_SALES = person(Scope(frozenset({"sales"}), frozenset()))
OF_TIGERS = person(Scope(frozenset(), frozenset({"sales"})))


def listed(page: CallsPage) -> list[str]:
    """Which calls, by their first number; a second visit with its own."""
    return [line.call.split(".")[0] + ("" if line.visit < 2 else f"/{line.visit}") for line in page.lines]


CASES: Sequence[tuple[dict[str, Any], str]] = (
    ({}, "106 105 104 103 102 101 100/2 100"),
    ({"queues": ("care",)}, "106 100/2"),
    ({"outcome": "abandoned"}, "106 102 101"),
    ({"outcome": "abandoned", "short": "yes"}, "101"),
    ({"short": "no"}, "106 102"),
    ({"rang": "yes"}, "102"),
    ({"rang": "no"}, "106 101"),
    ({"reason": "timeout"}, "103"),
    ({"reason": "unknown"}, ""),
    ({"within": "yes"}, "105 100/2 100"),
    ({"within": "no"}, "104"),
    ({"wait_from": 75, "wait_to": 120}, "103 102"),
    ({"talk_from": 220}, "105 100"),
    ({"talk_to": 100}, "100/2"),
    ({"back": "yes"}, "106 102"),
    ({"back": "no"}, "101"),
    ({"transferred": "out"}, "100"),
    ({"transferred": "in"}, "100/2"),
    ({"overflow": "in"}, ""),
    ({"repeat": "yes"}, "100"),
    ({"ended_by": "agent"}, "100/2"),
    ({"agents": (WANG, LI)}, "105 104 100"),
    ({"teams": ("care",)}, "100/2"),
    ({"clock": (600, 630)}, "103 102"),
    ({"weekdays": (1,)}, ""),
    ({"same": "pbx/b1/106.1"}, "106 104 102 100/2 100"),
    ({"same": "pbx/b1/103.1"}, ""),
    ({"basis": "ended", "clock": (554, 660)}, "104 100/2"),
    ({"sort": "-wait"}, "106 103 102 104 100 100/2 105 101"),
    ({"sort": "-talk", "outcome": "answered"}, "105 100 100/2 104"),
    ({"which": "offers", "outcome": "missed"}, "102 100"),
    ({"which": "offers", "agents": (LI,)}, "102 100"),
    ({"which": "own"}, "201 200"),
    ({"which": "own", "connected": "yes"}, "200"),
    ({"which": "own", "teams": ("care",)}, ""),
)


def test_each_condition_finds_what_it_says(engine: Engine) -> None:
    write_past(engine)
    calls = Calls(Room(engine, "main", lambda: NOW_MS))
    found = {str(asked): " ".join(listed(calls.page(WHOLE, CallsQuestion(**asked)))) for asked, _ in CASES}
    assert found == {str(asked): expected for asked, expected in CASES}
    totals = calls.page(WHOLE, CallsQuestion()).totals
    assert (totals.rows, totals.outcomes, totals.longest_wait_s) == (8, {"answered": 4, "abandoned": 3, "left": 1}, 240)
    assert (totals.talk_s, totals.longest_talk_s) == (220 + 95 + 600, 600)
    lines = {line.call: line for line in calls.page(WHOLE, CallsQuestion()).lines}
    assert (lines["104.1"].talk_s, lines["104.1"].is_revised) == (None, True)
    assert [lines[call].is_back for call in ("101.1", "102.1", "103.1")] == [False, True, False]

    # pages: whatever the order and the size, going on and coming back shows every call once
    for sort in ("-at", "at", "-wait", "wait", "-talk", "talk"):
        question = CallsQuestion(sort=sort)
        whole = listed(calls.page(WHOLE, question))
        first = calls.page(WHOLE, question, most=3)
        second = calls.page(WHOLE, replace(question, after=first.after), most=3)
        third = calls.page(WHOLE, replace(question, after=second.after), most=3)
        assert listed(first) + listed(second) + listed(third) == whole, sort
        assert (first.before, third.after) == ("", "")
        back = calls.page(WHOLE, replace(question, before=third.before), most=3)
        assert (back.lines, bool(back.before), bool(back.after)) == (second.lines, True, True), sort

    # scopes: totals, lists and what is struck off hold nothing that is outside
    mine = calls.page(OF_SALES, CallsQuestion())
    assert listed(mine) == ["105", "104", "103", "102", "101", "100"]
    assert mine.totals.rows == 6
    of_care = calls.page(person(Scope(frozenset({"care"}), frozenset())), CallsQuestion())
    assert [(line.call, line.is_back) for line in of_care.lines] == [
        ("106.1", False),
        ("100.1", False),
    ]  # by whom is not theirs to know
    assert listed(calls.page(OF_SALES, CallsQuestion(which="own"))) == []
    assert listed(calls.page(OF_SALES, CallsQuestion(same="pbx/b1/106.1"))) == []  # whose call they cannot see
    assert listed(calls.page(OF_TIGERS, CallsQuestion(which="own"))) == ["201", "200"]
    assert listed(calls.page(OF_TIGERS, CallsQuestion())) == []
    assert listed(calls.page(OF_TIGERS, CallsQuestion(agents=(ZHOU,), which="own"))) == []
    for question in (CallsQuestion(queues=("sales", "care")), CallsQuestion(teams=("care",))):
        with pytest.raises(Denied):
            calls.page(OF_SALES, question)
    with pytest.raises(Denied):
        calls.page(person(role=Role.ADMIN), CallsQuestion())
