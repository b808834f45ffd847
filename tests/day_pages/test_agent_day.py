"""An agent's day on both databases: its stretches, cut by how the agent is seen; figures beside the team's median; and what of it a page
shows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, update

from dashboard.access.actor import Actor, Denied
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.pages.agent_day_view import agent_day_view, jump_of, shown_of, ticks_of, usual_of
from dashboard.pages.calls import calls_view
from dashboard.refusal import NotThere
from dashboard.reports.agent_day import AgentDay, AgentDays, StateStretch, in_sight
from dashboard.reports.business_half_hours import OF_BUSINESS
from dashboard.reports.calls import Calls
from dashboard.reports.calls_question import CallsQuestion
from dashboard.reports.figures import FigureRoom
from dashboard.reports.room import Room
from dashboard.store.engine import writing
from dashboard.store.schema import agent_intervals, agent_states, business_intervals, history_cursors
from layouts.texts import catalogue
from tests.day_pages.past import DAY, LI, NOW_MS, WANG, ZHOU, at, state, write_past
from tests.day_pages.test_calls import OF_SALES, OF_TIGERS, WHOLE, person


def days(engine: Engine, now_ms: int = NOW_MS) -> AgentDays:
    """Read at this moment."""
    room = Room(engine, "main", lambda: now_ms)
    return AgentDays(room, FigureRoom(room))


def states(found: AgentDay) -> list[tuple[str, str, str, str]]:
    """Of each stretch what a scope may cut."""
    return [(one.state, one.reason, one.queue, one.call) for one in found.stretches]


def test_a_day_is_seen_as_far_as_the_agent_is(engine: Engine) -> None:
    write_past(engine)
    whole = days(engine).get(WHOLE, WANG)
    assert (whole.day, whole.name, whole.team, whole.is_whole) == (DAY, "王芳", "sales", True)
    assert len(whole.stretches) == 17
    assert states(whole)[3] == ("talking", "", "sales", "pbx/b1/100.1")
    assert states(whole)[11:14] == [
        ("talking", "", "care", "pbx/b1/107.1"), ("paused", "lunch", "", ""), ("talking", "", "", "pbx/b1/200.1"),
    ]  # fmt: skip
    last = whole.stretches[-1]
    assert (last.is_running, last.start_ms, last.end_ms) == (True, at("15:30:00"), NOW_MS)
    assert whole.gaps == ((at("13:10:00"), at("13:12:00")),)
    assert [(which, line.call) for which, line in whole.calls] == [
        ("visits", "100.1"), ("offers", "102.1"), ("visits", "105.1"), ("own", "200.1"),
    ]  # fmt: skip

    by_team = days(engine).get(OF_TIGERS, WANG)
    assert states(by_team)[3] == ("busy_elsewhere", "", "", "")
    assert states(by_team)[12:14] == [("paused", "lunch", "", ""), ("talking", "", "", "pbx/b1/200.1")]
    assert [which for which, _ in by_team.calls] == ["own"]

    by_queue = days(engine).get(OF_SALES, WANG)
    assert (by_queue.is_whole, by_queue.team) == (False, "")
    assert states(by_queue)[3] == ("talking", "", "sales", "pbx/b1/100.1")
    assert states(by_queue)[11:14] == [("busy_elsewhere", "", "", ""), ("paused", "", "", ""), ("talking", "", "", "")]
    assert [(which, line.call) for which, line in by_queue.calls] == [
        ("visits", "100.1"), ("offers", "102.1"), ("visits", "105.1"),
    ]  # fmt: skip
    shown = {one.metric for one in by_queue.figures}
    assert "calls_handled" in shown
    assert shown.isdisjoint({"paused", "calls_dialled", "talk_total", "signed_in"})
    assert all(one.median is None for one in by_queue.figures)

    refused: tuple[tuple[Actor, str, date | None], ...] = (
        (OF_SALES, ZHOU, None),
        (OF_SALES, WANG, DAY - timedelta(days=1)),  # no work for the queue on that day
        (OF_TIGERS, ZHOU, None),
        (OF_TIGERS, "PJSIP/none", None),
        (person(role=Role.ADMIN), WANG, None),
    )
    for actor, agent, on in refused:
        with pytest.raises(Denied):
            days(engine).get(actor, agent, on)
    with pytest.raises(NotThere):
        days(engine).get(WHOLE, "PJSIP/none")


def test_figures_stand_beside_the_middle_one_of_the_team(past: Engine) -> None:
    figures = {one.metric: one for one in days(past).get(WHOLE, WANG).figures}
    handled = figures["calls_handled"]
    assert (handled.value.value, handled.median, handled.of) == (14, 21, 2)  # 14 half-hours of 1; the other one 14 of 2
    assert figures["signed_in"].value.value == 7 * 3600
    assert (figures["last_call_at"].value.value, figures["last_call_at"].median) == (None, None)
    alone = {one.metric: one for one in days(past).get(WHOLE, ZHOU).figures}
    assert (alone["calls_handled"].value.value, alone["calls_handled"].median) == (42, None)  # nobody beside them
    of_li = (agent_intervals.c.agent == LI) & (agent_intervals.c.start_ms >= at("12:00:00"))
    with writing(past) as connection:  # a teammate who left at noon is compared by their whole day too
        connection.execute(update(agent_intervals).where(of_li).values(team="care"))
    assert {one.metric: one.median for one in days(past).get(WHOLE, WANG).figures}["calls_handled"] == 21


def test_what_business_systems_told_of_the_day_stands_there_for_who_may_see_it(past: Engine) -> None:
    told = {"site": "main", "start_ms": at("09:00:00"), "end_ms": at("09:30:00"), "agent": WANG, "team": "sales"}
    rows = [("sales", "sales", 2), ("care", "sales", 1), ("", "rated", 2), ("", "satisfied", 1)]
    with writing(past) as connection:
        for queue, measure, amount in rows:
            connection.execute(business_intervals.insert().values(**told, queue=queue, measure=measure, amount=amount))

    def of_business(actor: Actor) -> dict[str, object]:
        return {one.metric: one.value.value for one in days(past).get(actor, WANG).figures if one.metric in OF_BUSINESS}

    assert of_business(WHOLE) == {"sales": 3, "sales_amount": 0.0, "csat": 0.5}
    assert of_business(OF_SALES) == {"sales": 2, "sales_amount": 0.0}
    assert of_business(OF_TIGERS) == of_business(WHOLE)  # the team that they were in


def test_who_changed_teams_at_noon_is_seen_by_each_team_for_its_part(past: Engine) -> None:
    of_wang = (agent_intervals.c.agent == WANG) & (agent_intervals.c.start_ms >= at("12:00:00"))
    with writing(past) as connection:
        connection.execute(update(agent_intervals).where(of_wang).values(team="care"))
    before = days(past).get(OF_TIGERS, WANG)
    after = days(past).get(person(Scope(frozenset(), frozenset({"care"}))), WANG)
    reasons = {one.reason for one in before.stretches}, {one.reason for one in after.stretches}
    assert reasons == ({"", "lunch"}, {"", "lunch", "rest"})  # lunch lasted over the change
    assert [[line.call for _, line in found.calls] for found in (before, after)] == [[], ["200.1"]]
    assert (before.team, after.team) == ("", "care")
    # of the other team's part there is nothing, not even which state it was: what lasted over the change is cut there
    assert {one.end_ms for one in before.stretches if one.end_ms > at("11:50:00")} == {at("12:00:00")}
    assert (after.stretches[0].start_ms, after.stretches[0].state) == (at("12:00:00"), "paused")
    assert not after.stretches[0].is_running
    with_queue = days(past).get(person(Scope(frozenset({"sales"}), frozenset({"care"}))), WANG)
    assert [(one.state, one.reason) for one in with_queue.stretches if at("11:10:05") <= one.start_ms < at("12:05:00")] == [
        ("busy_elsewhere", ""), ("paused", ""), ("paused", "lunch"),
    ]  # fmt: skip
    both = days(past).get(person(Scope(frozenset(), frozenset({"care", "sales"}))), WANG)
    assert len(both.stretches) == 17


def test_a_pause_that_counts_as_wrap_up_is_no_work_elsewhere() -> None:
    pause = StateStretch(0, 1, "wrapping_up", reason="notes", queue="care", call="pbx/b1/1")
    whole = in_sight(pause, lambda _: False, is_whole=True)
    assert (whole.state, whole.reason, whole.queue, whole.call) == ("wrapping_up", "notes", "", "")
    glimpsed = in_sight(pause, lambda _: False, is_whole=False)
    assert (glimpsed.state, glimpsed.reason, glimpsed.queue, glimpsed.call) == ("wrapping_up", "", "", "")
    by_itself = in_sight(replace(pause, reason=""), lambda _: False, is_whole=True)
    assert (by_itself.state, by_itself.queue) == ("busy_elsewhere", "")


def test_days_without_anything_say_why(past: Engine) -> None:
    texts = catalogue("en", "forms", "agent_day")

    def empty(on: date, oldest: date = date(2026, 6, 1)) -> str:
        view = agent_day_view(days(past).get(WHOLE, WANG, on), texts, shown="", oldest=oldest)
        assert view.ribbon is None
        return view.empty

    assert empty(DAY + timedelta(days=1)) == texts("agent_day.empty.future")
    assert empty(DAY - timedelta(days=300)) == texts("agent_day.empty.too_old", day="2026-06-01")
    assert empty(DAY - timedelta(days=9)) == texts("agent_day.empty.before", day="2026-11-20")
    nobody = agent_day_view(days(past).get(WHOLE, LI), texts, shown="", oldest=date(2026, 6, 1))
    assert (nobody.ribbon, nobody.empty) == (None, texts("agent_day.empty.nothing"))
    # tomorrow the pause of today's afternoon still lasts: it is told as begun before, and grows from midnight on
    tomorrow = days(past, NOW_MS + 86_400_000).get(WHOLE, WANG)
    assert [(one.begins_before, one.is_running, one.start_ms) for one in tomorrow.stretches] == [
        (True, True, tomorrow.start_ms)
    ]
    view = agent_day_view(tomorrow, texts, shown="", oldest=date(2026, 6, 1))
    assert [word for _, word in view.rows[0].marks] == ["Began the day before"]


def test_nothing_grows_beyond_what_is_written(past: Engine) -> None:
    texts = catalogue("en", "forms", "agent_day")
    cursor = {"site": "main", "stream_ms": 1, "stream_n": 0, "at_ms": NOW_MS - 5_000}
    with writing(past) as connection:
        connection.execute(insert(history_cursors).values(cursor))
    at_work = days(past).get(WHOLE, WANG)
    assert (at_work.known_ms, at_work.stretches[-1].end_ms) == (NOW_MS, NOW_MS)
    later = days(past, NOW_MS + 600_000).get(WHOLE, WANG)  # ten minutes in which nobody wrote
    assert (later.known_ms, later.stretches[-1].end_ms) == (NOW_MS - 5_000, NOW_MS - 5_000)
    view = agent_day_view(later, texts, shown="", oldest=DAY)
    assert view.ribbon is not None
    assert view.ribbon.now_s is None
    sentence = texts("calls.note.behind", at="2026-11-20 15:59:55")
    assert ("bad", sentence) in view.notes
    page = Calls(Room(past, "main", lambda: NOW_MS + 600_000)).page(WHOLE, CallsQuestion())
    assert page.known_ms == NOW_MS - 5_000
    assert sentence in calls_view(CallsQuestion(), page, texts, options={}, oldest=DAY).notes
    assert Calls(Room(past, "main", lambda: NOW_MS)).page(WHOLE, CallsQuestion()).known_ms is None


def test_what_the_ribbon_shows(past: Engine) -> None:
    texts = catalogue("zh-CN", "forms", "agent_day")
    found = days(past).get(WHOLE, WANG)
    view = agent_day_view(found, texts, shown="32400-36000", oldest=DAY)
    assert view.ribbon is not None
    assert (view.ribbon.first_s, view.ribbon.last_s, view.ribbon.now_s) == (32_400, 36_000, 57_600)
    assert view.ribbon.lanes == (
        "talking",
        "holding",
        "ringing",
        "wrapping_up",
        "available",
        "paused",
        "unreachable",
        "signed_out",
    )
    assert [tick.label for tick in view.ribbon.ticks][:2] == ["09:00", "09:05"]
    assert view.ribbon.links["in"].endswith("day=2026-11-20&view=33300-35100#states")
    talk = view.ribbon.bars[3]
    assert (talk.what, talk.when, talk.about) == ("通话", "09:10:12–09:12:00（1:48）", "订单咨询 · 138****5678")
    assert (talk.href, talk.is_sure, view.ribbon.bars[10].is_sure) == ("/calls/pbx/b1/100.1", True, False)
    assert (view.following, view.today, view.is_live) == ("", "", True)
    assert usual_of(found) == (30_600, 59_400)
    opens = {figure.name: figure.href for figure in view.figures}
    assert "list=offers" in opens["漏接"]
    assert "agent=PJSIP%2F1001" in opens["漏接"]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("0-86400", (0, 86_400)),
        ("60-99999", (60, 86_400)),
        ("", None),
        ("9-9", None),
        ("-1-60", None),
        ("a-b", None),
        ("1-2-3", None),
    ],
)
def test_what_is_no_part_of_a_day_is_not_shown(asked: str, shown: Any) -> None:
    assert shown_of(asked, 86_400) == shown


def test_a_day_on_which_the_clock_is_changed() -> None:
    begins = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Berlin"))
    assert jump_of(begins, 90_000) == (10_800, -3600)
    assert jump_of(datetime(2026, 10, 24, tzinfo=ZoneInfo("Europe/Berlin")), 86_400) is None
    assert [tick.label for tick in ticks_of(begins, 0, 18_000)][::2] == [
        "00:00",
        "01:00",
        "02:00",
        "02:00",
        "03:00",
        "04:00",
    ]


def test_a_thousand_stretches_are_one_day(past: Engine) -> None:
    busy = [
        state(LI, f"{9 + n // 360:02}:{n // 6 % 60:02}:{n % 6 * 10:02}", None, "available" if n % 2 else "talking")
        for n in range(1000)
    ]
    rows = [row | {"end_ms": busy[n + 1]["start_ms"] if n < 999 else None} for n, row in enumerate(busy)]
    with writing(past) as connection:
        connection.execute(insert(agent_states), rows)
    found = days(past).get(WHOLE, LI)
    assert len(found.stretches) == 1000
    assert sum(one.end_ms - one.start_ms for one in found.stretches) == NOW_MS - at("09:00:00")
