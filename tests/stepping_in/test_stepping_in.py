"""Stepping into calls, by people: two supervisors and an agent in three browsers, on a whole system. What a page says is compared with
the switch's own books and with the audit log.
"""

from __future__ import annotations

import contextlib
import json
import urllib.error
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, expect

from dashboard.access.actor import Actor
from dashboard.access.permissions import Role
from layouts.texts import catalogue
from tests.pipeline.site import until
from tests.stepping_in.office import PATIENCE_S, Office, Talk
from tests.stepping_in.seats import MS, Seat

pytestmark = [pytest.mark.browser, pytest.mark.pipeline, pytest.mark.timeout(420)]

PHONE = "8001"
SAID = catalogue("en", "monitor")
"""What pages say."""

QUEUE, OTHER_QUEUE = "sales", "vip"


@dataclass
class Shift:
    """Who is at work. `anna` has a phone; `boris` has none, and listens in his browser."""

    office: Office
    browser: Browser
    anna: Seat
    boris: Seat
    anna_: Actor
    boris_: Actor
    seats: dict[str, Seat] = field(default_factory=dict)

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
    made = Shift(at_work, browser, *seats, anna, boris)
    yield made
    assert [fault for seat in (*seats, *made.seats.values()) for fault in seat.faults] == []


def test_two_supervisors_and_an_agent(shift: Shift) -> None:
    office, anna, boris = shift.office, shift.anna, shift.boris
    talk = office.talk(QUEUE)
    _, of_agent = office.person(Role.AGENT, "Chen", agent=talk.agent)
    chen = shift.seats["chen"] = Seat(shift.browser, office, of_agent, talk.agent)
    chen.goes_to("/me/")
    anna.goes_to("/floor/")
    boris.goes_to("/monitor/")
    boris.sees(".sessions .empty", "Nobody has stepped into a call now.")

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
    boris.sees(".history .entry", SAID("reason.taken_over"))
    chen.sees_no(".own_listeners")
    until(lambda: office.agent(talk.agent)["state"] == "available", PATIENCE_S, "the agent is free")
    assert [one["mode"] for one in office.joins if one["to"] is None] == ["takeover"]
    assert office.ends(shift.command_of(shift.boris_)) == "taken_over"

    # the end of the call wants a second press; the switch says that nobody is left
    anna.hangs_up()
    anna.is_out()
    until(lambda: not office.is_up(talk.caller), PATIENCE_S, "the caller is gone")
    assert office.ends(shift.command_of(shift.anna_)) in {"call_ended", "hung_up"}
    office.nobody_is_left()
    boris.sees(".sessions .empty", "Nobody has stepped into a call now.")

    # all of it is on record, with who and why
    began = office.audit("monitor.start", "call.take_over", "call.hang_up")
    assert [(one["actor_name"], one["action"], one["reason"]) for one in began] == [
        ("Anna", "monitor.start", "new here"),
        ("Boris", "monitor.start", "complaint"),
        ("Anna", "call.take_over", ""),
        ("Anna", "call.hang_up", ""),
    ]
    ended = [json.loads(one["details"]) for one in office.audit("monitoring.ended")]
    assert [[mode for _, mode in one["modes"]] for one in ended] == [["barge"], ["listen", "takeover"]]

    # a note to one's own session
    entry = boris.page.locator(".history .entry").first
    entry.locator("textarea").fill("asked for a refund <b>")
    entry.get_by_role("button", name="Save note").click()
    expect(entry.locator(".said")).to_have_text("Saved", timeout=MS)
    assert office.sessions()[shift.command_of(shift.boris_)]["note"] == "asked for a refund <b>"


def test_agents_and_callers_are_helped_in_numbers(shift: Shift) -> None:
    """Everybody is paused by a selection with its preview, so callers wait: one is moved, one pulled, one hung up on."""
    office, anna = shift.office, shift.anna
    chen = shift.seats["chen"]
    everybody = [one["id"] for one in office.get("/api/v1/agents")["agents"]]
    anna.goes_to("/floor/")
    talk = office.talk(QUEUE)  # who is in a call can be paused, and go on, as everybody else
    anna.selects_everybody()
    bar = anna.page.get_by_role("toolbar")
    bar.get_by_role("button", name="Pause").click()
    expect(anna.dialog.locator("li")).to_have_count(len(everybody))
    anna.dialog.locator("#selection-reason").select_option(index=1)
    anna.does_it(well=len(everybody))
    assert all(member["paused"] for member in office.truth()["live"]["members"])

    bar.get_by_role("button", name="Message").click()
    anna.dialog.locator("#selection-text").fill("back at three <i>please</i>")
    anna.does_it(well=len(everybody))
    chen.sees(".own_messages li", "back at three <i>please</i>")
    chen.page.locator(".own_messages li").first.get_by_role("button").click()
    expect(chen.page.locator(".own_messages li").first).to_have_class("is-read", timeout=MS)
    read = [one for one in office.messages.sent(shift.anna_) if one.message.read_at_ms is not None]
    assert [one.agent for one in read] == [chen.agent]

    moved = office.call(QUEUE)
    anna.asks_of_caller(QUEUE, "move")
    anna.dialog.locator("#selection-one_queue").select_option(OTHER_QUEUE)
    anna.does_it(well=1)
    until(lambda: office.waits(moved) == OTHER_QUEUE, PATIENCE_S, "the caller waits in the other queue")
    expect(anna.waiting(QUEUE)).to_have_count(0, timeout=MS)  # a row that is about to go is nobody to pull
    pulled = office.call(QUEUE)
    anna.asks_of_caller(QUEUE, "pull")
    until(lambda: office.waits(pulled) == "", PATIENCE_S, "the caller waits no more")
    until(lambda: [one["call"] for one in office.joins if one["to"] is None] == [pulled], PATIENCE_S, "Anna has him")
    office.ask_switch("POST", f"/phone/{PHONE}/hangup")
    until(lambda: not office.is_up(pulled), PATIENCE_S, "that call is over")
    dropped = office.call(QUEUE)
    anna.asks_of_caller(QUEUE, "drop")
    anna.dialog.locator(".act").dblclick()
    expect(anna.dialog.locator(".warning")).to_have_text(SAID("sure.drop"))
    assert office.is_up(dropped)
    anna.page.wait_for_timeout(750)
    anna.does_it(well=1)
    until(lambda: not office.is_up(dropped), PATIENCE_S, "he is gone")

    bar.get_by_role("button", name="Resume").click()
    anna.does_it(well=len(everybody))
    assert not any(member["paused"] for member in office.truth()["live"]["members"])
    until(lambda: office.waits(moved) == "", PATIENCE_S, "somebody of the other queue answers")
    for caller in (moved, talk.caller):
        office.ask_switch("POST", f"/caller/{caller}/hangup")
    office.nobody_is_left()
    orders = [one["action"] for one in office.audit("agent.pause", "call.move", "call.pull", "agent.resume")]
    assert orders == ["agent.pause"] * 8 + ["call.move", "call.pull"] + ["agent.resume"] * 8


# -- killed in the middle of a session -----------------------------------------------------------------------------------


@dataclass
class Inside:
    """Anna listens by phone, Boris has barged in by browser; `by_phone` and `by_browser` are the commands."""

    talk: Talk
    other: Talk
    by_phone: str
    by_browser: str


@contextlib.contextmanager
def inside(shift: Shift) -> Iterator[Inside]:
    """Both are in a call; afterwards everybody is out and the calls are over."""
    office, anna, boris = shift.office, shift.anna, shift.boris
    for seat in (anna, boris):
        seat.goes_to("/monitor/")
    talk, other = office.talk(QUEUE), office.talk(OTHER_QUEUE)
    anna.steps_in(talk, "listen")
    boris.steps_in(other, "barge")
    anna.is_in("Listening")
    boris.is_in("Barged in")
    boris.hears_sound()
    yield Inside(talk, other, shift.command_of(shift.anna_), shift.command_of(shift.boris_))
    for seat in (anna, boris):
        seat.is_out()
        seat.sees(".sessions .empty", "Nobody has stepped into a call now.")
    office.nobody_is_left()
    for each in (talk, other):
        with contextlib.suppress(urllib.error.HTTPError):
            office.ask_switch("POST", f"/caller/{each.caller}/hangup")


def test_a_page_a_gateway_and_redis_are_killed_and_calls_go_on(shift: Shift) -> None:
    office, anna, boris = shift.office, shift.anna, shift.boris
    with inside(shift) as now:
        # the page: what is heard in it ends, what is heard by phone does not
        anna.leaves()
        boris.leaves()
        assert office.ends(now.by_browser, 8) == "browser_gone"
        anna.comes_back("/monitor/")
        anna.is_in("Listening")
        boris.comes_back("/monitor/")
        boris.is_out()
        boris.sees(".history .entry", SAID("reason.browser_gone"))
        boris.steps_in(now.other, "listen")
        boris.is_in("Listening")
        boris.hears_sound()
        again = shift.command_of(shift.boris_)

        # the gateway: nobody in a call notices
        office.kill("live")
        boris.hears_sound()
        assert len(office.legs()) == 2
        office.start("live")
        for seat in (anna, boris):
            seat.is_live()
            seat.is_in("Listening")
        anna.changes_to("whisper")
        anna.is_in("Whispering")
        assert len(office.joined("whisper", now.talk.agent)) == 1

        # Redis
        office.keep_on_disk()
        office.kill("valkey")
        until(lambda: office.status("/readyz") != 200, PATIENCE_S, "the gateway misses it")
        boris.hears_sound()
        assert len(office.legs()) == 2
        office.start_valkey()
        for seat, state in ((anna, "Whispering"), (boris, "Listening")):
            seat.is_live()
            seat.is_in(state)
        anna.changes_to("barge")
        anna.is_in("Barged in")
        assert len(office.joined("barge", now.talk.agent)) == 1
        assert not any(office.sessions()[one]["ended_at_ms"] for one in (now.by_phone, again))
        anna.stops()
        boris.stops()
        assert {office.ends(one) for one in (now.by_phone, again)} == {"stopped"}


def test_the_database_is_killed_and_nothing_new_is_done(shift: Shift) -> None:
    office, anna, boris = shift.office, shift.anna, shift.boris
    with inside(shift) as now:
        office.keep_on_disk()
        office.database.kill()
        anna.changes_to("barge")
        anna.sees(".command_log .line", "Refused")
        assert office.joined("barge", now.talk.agent) == []
        boris.hears_sound()
        assert len(office.legs()) == 2
        anna.stops()
        anna.is_out()
        until(lambda: len(office.legs()) == 1, PATIENCE_S, "stopping always works")
        office.database.start()
        assert office.ends(now.by_phone) == "stopped"
        until(lambda: boris.changed("listen"), PATIENCE_S, "the rules can be read again")
        boris.stops()
        assert office.ends(now.by_browser) == "stopped"


def test_control_is_killed_and_takes_everybody_out_when_it_is_back(shift: Shift) -> None:
    office, anna, boris = shift.office, shift.anna, shift.boris
    with inside(shift) as now:
        office.kill("control")
        boris.sees(".own_session .sound_state", SAID("reason.browser_not_connected"))
        until(lambda: office.joined("barge", now.other.agent) == [], PATIENCE_S, "who heard by browser is out")
        assert len(office.joined("listen", now.talk.agent)) == 1
        for seat in (anna, boris):
            seat.sees(".own_session .trouble", SAID("reason.control_down"))
        office.start("control")
        assert {office.ends(one) for one in (now.by_phone, now.by_browser)} == {"control_restarted"}
        for seat in (anna, boris):
            seat.sees(".history .entry", SAID("reason.control_restarted"))


def test_the_switch_is_killed_and_everything_on_it_is_gone(shift: Shift) -> None:
    office, anna = shift.office, shift.anna
    with inside(shift) as now:
        office.kill("switch")
        assert {office.ends(one) for one in (now.by_phone, now.by_browser)} == {"link_lost"}
        for seat in (anna, shift.boris):
            seat.is_out()
        office.start_switch()
        until(lambda: office.status("/readyz", office.control_port) == 200, PATIENCE_S, "control has its link again")
        anna.is_live()
    talk = office.talk(QUEUE)
    anna.steps_in(talk, "listen")
    anna.is_in("Listening")
    anna.stops()
    anna.is_out()
    office.nobody_is_left()
