"""Stepping into calls, by people: two supervisors and an agent in three browsers, on a whole system. What a page says is compared with
the switch's own books and with the audit log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from dashboard.access.actor import Actor
from dashboard.access.permissions import Role
from tests.pipeline.site import until
from tests.stepping_in.office import PATIENCE_S, Office
from tests.stepping_in.seats import MS, Seat

pytestmark = [pytest.mark.browser, pytest.mark.pipeline, pytest.mark.timeout(240)]

PHONE = "8001"
QUEUE = "sales"


@dataclass
class Shift:
    """Who is at work. `anna` has a phone; `boris` has none, and listens in his browser."""

    office: Office
    browser: Browser
    anna: Seat
    boris: Seat
    anna_: Actor
    boris_: Actor

    def command_of(self, actor: Actor) -> str:
        """Somebody's newest session."""
        mine = [row for row in self.office.sessions().values() if row["account_id"] == actor.account_id]
        return str(max(mine, key=lambda row: row["asked_at_ms"])["command"])


@pytest.fixture(scope="module")
def shift(at_work: Office, browser: Browser) -> Iterator[Shift]:
    """Two supervisors at their desks."""
    anna, of_anna = at_work.person(Role.SUPERVISOR, "Anna", phone=f"PJSIP/{PHONE}")
    boris, of_boris = at_work.person(Role.SUPERVISOR, "Boris")
    seats = Seat(browser, at_work, of_anna), Seat(browser, at_work, of_boris)
    yield Shift(at_work, browser, *seats, anna, boris)
    assert [fault for seat in seats for fault in seat.faults] == []


def test_two_supervisors_and_an_agent(shift: Shift) -> None:
    office, anna, boris = shift.office, shift.anna, shift.boris
    talk = office.talk(QUEUE)
    _, of_agent = office.person(Role.AGENT, "Chen", agent=talk.agent)
    chen = Seat(shift.browser, office, of_agent)
    chen.goes_to("/me/")
    anna.goes_to("/floor/")
    boris.goes_to("/monitor/")
    boris.sees(".sessions .empty", "Nobody is in a call now.")

    # Anna listens by phone, from the row's menu, by keyboard
    anna.steps_in_by_keyboard(talk, "listen", "new here")
    anna.is_in("Listening")
    (join,) = office.joined("listen", talk.agent)
    assert (join["supervisor"], join["call"]) == (PHONE, talk.caller)
    boris.sees(".sessions .row", "Anna")
    chen.sees(".own_listeners li", "Anna listens along")

    # Boris barges in from his browser: he hears both, and both hear him
    boris.steps_in(talk, "barge", "complaint")
    boris.is_in("Barged in")
    assert len(office.joined("barge", talk.agent)) == 1
    boris.hears_sound()
    boris.speaks(talk.extension, talk.caller)
    chen.sees(".own_listeners li", "Boris is in the conversation")
    expect(anna.session.locator(".others")).to_contain_text("Boris: Barged in", timeout=MS)
    expect(boris.session.locator(".others")).to_contain_text("Anna: Listening", timeout=MS)

    # Anna takes the caller over: Boris is out, and reads why; the agent is free
    anna.changes_to("takeover")
    anna.is_in("Took over")
    boris.is_out()
    boris.sees(".history .entry", "A supervisor has taken this call over")
    chen.sees_no(".own_listeners")
    until(lambda: office.agent(talk.agent)["state"] == "available", PATIENCE_S, "the agent is free")
    assert [one["mode"] for one in office.joins if one["to"] is None] == ["takeover"]
    assert office.ends(shift.command_of(shift.boris_)) == "taken_over"
    print(office.audit("monitor.start", "call.take_over"))
    print(json.dumps(office.joins))
