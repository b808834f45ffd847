"""Each report of the catalogue against a case worked out by hand."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest

from dashboard.access.actor import Denied
from dashboard.access.scope import Scope
from dashboard.refusal import Refused
from dashboard.reports import Archive
from dashboard.reports.calls_question import CallsQuestion, read_question
from dashboard.reports.catalogue import CATALOGUE
from dashboard.reports.question import Question
from dashboard.reports.report import Cell, Line, Report
from tests.reports.past import MINUTE, Past, at, day, manager, of_queues, of_teams

DAY = "2026-11-19"
"""A Thursday."""


def asked(report: str, from_day: str = DAY, to_day: str = "", **fields: object) -> Question:
    return Question(report, day(from_day), day(to_day or from_day), **fields)  # type: ignore[arg-type]


def cells(report: Report, line: Line | None, *columns: str) -> tuple[Cell, ...]:
    assert line is not None
    return tuple(line.cells[report.place(column)] for column in columns)


def rows(report: Report, *columns: str) -> list[tuple[Cell, ...]]:
    return [cells(report, line, *columns) for line in report.lines]


def test_queues_by_interval_with_their_calls_behind_each_number(past: Past, archive: Archive) -> None:
    past.queue("sales")
    past.half_hour("sales", at(DAY, "09:00"), answered=(10, 30), abandoned=(40,))
    past.half_hour("help", at(DAY, "09:00"), answered=(5,))
    past.half_hour("sales", at(DAY, "23:30"), left=(60,), revised_at_ms=1)
    report = archive.reports.run(manager(), asked("queues", step="interval", each="queue"))
    assert rows(report, "day", "clock", "queue", "offered", "answered", "abandoned", "service_level", "asa") == [
        (day(DAY), "09:00", "help", 1, 1, 0, 1.0, 5.0),
        (day(DAY), "09:00", "sales", 3, 2, 1, 1 / 3, 20.0),
        (day(DAY), "23:30", "sales", 1, 0, 0, None, None),
    ]
    assert cells(report, report.total, "offered", "answered", "service_level") == (5, 3, 2 / 4)
    assert [note.word for note in report.notes] == ["revised"]
    late = report.opened(report.lines[1], report.columns[report.place("abandoned")])
    assert late is not None
    assert read_question(parse_qs(late.href().partition("?")[2])) == late
    assert (late.queues, late.clock, late.outcome, late.from_day) == (("sales",), (540, 570), "abandoned", day(DAY))


def test_queues_by_day_show_days_on_which_nothing_happened(past: Past, archive: Archive) -> None:
    past.half_hour("q", at(DAY, "09:00"), answered=(1,))
    report = archive.reports.run(manager(), asked("queues", "2026-11-17", "2026-11-19"))
    assert rows(report, "day", "offered", "answer_rate") == [
        (day("2026-11-17"), 0, None), (day("2026-11-18"), 0, None), (day(DAY), 1, 1.0),
    ]  # fmt: skip
    assert (report.question.step, report.question.each) == ("day", "all")


@pytest.fixture
def two_agents(past: Past) -> None:
    """1001 of A: 2 handled (talk 100, hold 20), 1 missed, 09:00 talking 5, 小休 10, 就餐 5, available 10; 10:00 available 30. 1002 of B:
    1 handled (talk 60), 3 dialled of which 2 reached (90 s), talking 15, available 15."""
    past.team("A")
    past.team("B")
    past.agent("1001", "王芳", "A")
    past.agent("1002", "李强", "B")
    nine = at(DAY, "09:00")
    past.work("1001", nine, "sales", "A", handled=2, talk_s=100, hold_s=20, missed=1, last_call_ms=nine + MINUTE)
    past.time("1001", nine, "A", {"小休": 10, "就餐": 5}, talking=5, available=10)
    past.time("1001", at(DAY, "10:00"), "A", available=30)
    past.work("1002", nine, "sales", "B", handled=1, talk_s=60)
    own = {"dialled": 3, "connected": 2, "effective": 1, "own_calls": 2, "own_s": 90}
    past.time("1002", nine, "B", talking=15, available=15, counts=own)


@pytest.mark.usefixtures("two_agents")
def test_the_agent_summary(archive: Archive) -> None:
    report = archive.reports.run(manager(), asked("agents"))
    shown = ("agent", "team", "calls_handled", "calls_missed", "talk_total", "call_count", "signed_in", "occupancy", "paused",
             "paused:小休", "paused:就餐", "last_call_at")  # fmt: skip
    assert rows(report, *shown) == [
        ("1002", "B", 1, 0, 60 + 90, 1 + 2, 1800.0, 15 / 30, 0.0, 0.0, 0.0, None),
        ("1001", "A", 2, 1, 100 + 20, 2, 3600.0, 5 / (5 + 10 + 30), 900.0, 600.0, 300.0, at(DAY, "09:01")),
    ]
    assert cells(report, report.total, "calls_handled", "signed_in", "occupancy", "paused:小休") == (
        3,
        5400.0,
        20 / 75,
        600.0,
    )
    opened = report.opened(report.lines[1], report.columns[report.place("calls_handled")])
    assert opened is not None
    assert (opened.agents, opened.basis, opened.teams) == (("1001",), "ended", ())


@pytest.mark.usefixtures("two_agents")
def test_states_by_interval_and_outbound_by_team(archive: Archive) -> None:
    states = archive.reports.run(manager(), asked("states", step="interval", agents=("1001",)))
    assert rows(states, "clock", "agent", "talk", "available", "paused", "signed_in") == [
        ("09:00", "1001", 300.0, 600.0, 900.0, 1800.0), ("10:00", "1001", 0.0, 1800.0, 0.0, 1800.0),
    ]  # fmt: skip
    outbound = archive.reports.run(manager(), asked("outbound", each="team"))
    assert rows(outbound, "team", "calls_dialled", "calls_connected", "connect_rate", "effective_calls") == [
        ("A", 0, 0, None, 0), ("B", 3, 2, 2 / 3, 1),
    ]  # fmt: skip


@pytest.mark.usefixtures("two_agents")
def test_an_agent_renamed_during_the_day_is_one_line_under_the_present_name(past: Past, archive: Archive) -> None:
    past.work("1001", at(DAY, "15:00"), "sales", "A", handled=4)
    past.rename("1001", "王小芳")
    report = archive.reports.run(manager(), asked("agents", agents=("1001",)))
    assert rows(report, "agent", "calls_handled") == [("1001", 2 + 4)]
    assert report.names.agent("1001") == "王小芳"


def test_missed_offers_and_what_became_of_the_caller(past: Past, archive: Archive) -> None:
    past.visit("sales", at(DAY, "09:00"), "answered", call="c1", agent="1002", wait_s=35, number="13800001111")
    past.visit("help", at(DAY, "09:10"), "abandoned", call="c2", wait_s=20)
    past.offer("sales", "1001", at(DAY, "09:00:20"), "missed", call="c1", ring_s=15)
    past.offer("sales", "1002", at(DAY, "09:00:35"), "answered", call="c1")
    past.offer("help", "1001", at(DAY, "09:10:05"), "rejected", call="c2", ring_s=0)
    past.offer("sales", "1001", at("2026-11-18", "09:00"), "missed", call="c0")
    report = archive.reports.run(manager(), asked("missed"))
    columns = (
        "at",
        "agent",
        "queue",
        "offer_outcome",
        "ring",
        "number",
        "visit_outcome",
        "wait",
        "answered_by",
        "contact",
    )
    first = (at(DAY, "09:00:20"), "1001", "sales", "missed", 15, "****1111", "answered", 35, "1002", "pbx/b1/c1")
    assert rows(report, *columns) == [
        (at(DAY, "09:10:05"), "1001", "help", "rejected", 0, None, "abandoned", 20, None, "pbx/b1/c2"), first,
    ]  # fmt: skip
    assert (report.count, report.after) == (2, "")
    page = archive.reports.run(manager(), asked("missed"), most=1)
    assert rows(archive.reports.run(manager(), asked("missed", after=page.after), most=1), *columns) == [first]
    of_sales = archive.reports.run(of_queues("sales"), asked("missed"))
    assert (rows(of_sales, *columns), of_sales.count) == ([first], 1)
    past.time("1001", at(DAY, "09:00"), "A", available=30)
    past.team("A")
    assert archive.reports.run(manager(), asked("missed", teams=("A",))).count == 2
    assert archive.reports.run(of_teams("A"), asked("missed")).count == 0


def test_abandoned_callers_are_struck_off_when_they_came_again_or_were_called_back(
    past: Past, archive: Archive
) -> None:
    """1111 gave up twice and came again; 2222 was called back at the second try; 3333 was tried in vain; 4444 only came to another
    queue; one has no number."""
    past.queue("sales")
    gave_up: dict[str, Any] = {"outcome": "abandoned", "wait_s": 30}
    past.visit("sales", at(DAY, "09:00"), number="13800001111", outcome="abandoned", wait_s=3)
    past.visit("sales", at(DAY, "09:05"), number="13800001111", rang_at_end=True, **gave_up)
    past.visit("sales", at(DAY, "09:20"), "answered", number="13800001111", agent="1001")
    past.visit("sales", at(DAY, "10:00"), number="13800002222", **gave_up)
    past.own_call("1001", at(DAY, "10:10"), None, number="13800002222")
    past.own_call("1001", at(DAY, "10:20"), 60, number="13800002222")
    past.visit("sales", at(DAY, "11:00"), number="13800003333", outcome="abandoned", wait_s=5)
    past.own_call("1001", at(DAY, "10:50"), 60, number="13800003333")
    past.own_call("1001", at(DAY, "11:10"), None, number="13800003333")
    past.visit("sales", at(DAY, "10:40"), "answered", number="13800003333")  # came before, and was not heard this time
    past.own_call("1001", at(DAY, "10:59"), 300, number="13800003333")  # another call, which lasted beyond it
    past.own_call("1001", at(DAY, "11:20"), 60, number="13800003333", kind="inbound")  # nobody called them
    past.visit("help", at(DAY, "11:30"), "answered", number="13800002222")  # what came first counts
    past.visit("sales", at(DAY, "12:00"), number="13800004444", **gave_up)
    past.visit("help", at(DAY, "12:10"), "waiting", number="13800004444")
    past.visit("sales", at(DAY, "13:00"), **gave_up)
    past.visit("sales", at("2026-11-18", "13:00"), number="13800005555", **gave_up)
    past.visit("sales", at("2026-11-21", "00:00"), number="13800006666", **gave_up)
    past.team("A")
    past.time("1001", at(DAY, "10:00"), "A", available=30)

    def lines(report: Report) -> list[tuple[Cell, ...]]:
        return rows(report, "at", "number", "tries", "is_short", "struck", "struck_at", "struck_by", "called_at")

    whole = archive.reports.run(manager(), asked("abandoned"))
    first = (at(DAY, "09:05"), "****1111", 2, False, "came_again", at(DAY, "09:20"), "1001", None)
    nobody = (at(DAY, "13:00"), None, 1, False, "open", None, None, None)
    assert lines(whole) == [
        nobody,
        (at(DAY, "12:00"), "****4444", 1, False, "came_again", at(DAY, "12:10"), None, None),
        (at(DAY, "11:00"), "****3333", 1, True, "open", None, None, at(DAY, "11:10")),
        (at(DAY, "10:00"), "****2222", 1, False, "called_back", at(DAY, "10:20"), "1001", at(DAY, "10:10")),
        first,
    ]
    assert whole.notes[0].values == {"open": 2, "struck": 3, "of": 5}
    listed = archive.calls.page(manager(), CallsQuestion(from_day=day(DAY), to_day=day(DAY), back="no"))
    assert [line.number for line in listed.lines] == ["", "****3333"]  # single calls are struck off by the same rule
    of_sales = archive.reports.run(of_queues("sales"), asked("abandoned"))
    assert [line[4] for line in lines(of_sales)] == ["open", "open", "open", "open", "came_again"], (
        "help and 1001 are out of sight"
    )
    both = archive.reports.run(manager(Scope(frozenset({"sales"}), frozenset({"A"}))), asked("abandoned"))
    assert [line[4] for line in lines(both)] == ["open", "open", "open", "called_back", "came_again"]
    open_ones = archive.callbacks.listed(manager(), day(DAY), with_struck=False, with_short=False)
    assert ([one.number for one in open_ones.lines], open_ones.open, open_ones.struck) == ([None], 1, 3)


def test_where_callers_went(past: Past, archive: Archive) -> None:
    """Two blind transfers sales → help, one attended to an outside number; one caller overflowed help → vip; one came back to the same
    queue, which is no overflow."""
    ended: dict[str, Any] = {"agent": "1001", "ended_ms": at(DAY, "09:05")}
    for call in ("a", "b"):
        past.visit(
            "sales",
            at(DAY, "09:00"),
            call=call,
            transfer_kind="blind",
            transfer_queue="help",
            transfer_target="700",
            **ended,
        )
        past.visit("help", at(DAY, "09:05"), call=call, visit=2)
    past.visit("sales", at(DAY, "09:00"), transfer_kind="attended", transfer_target="013912345678", **ended)
    past.visit("help", at(DAY, "10:00"), "left", call="o", reason="timeout")
    past.visit("vip", at(DAY, "10:01"), call="o", visit=2)
    past.visit("help", at(DAY, "11:00"), "left", call="s", reason="timeout")
    past.visit("help", at(DAY, "11:01"), call="s", visit=2)
    report = archive.reports.run(manager(), asked("flow"))
    columns = ("from_queue", "way", "to_queue", "target", "callers")
    assert rows(report, *columns) == [
        ("sales", "blind", "help", None, 2), ("help", "overflow", "vip", None, 1),
        ("sales", "attended", None, "0139****5678", 1),
    ]  # fmt: skip
    assert cells(report, report.total, "callers") == (4,)
    of_help = archive.reports.run(of_queues("help"), asked("flow"))
    assert rows(of_help, *columns) == [(None, "blind", "help", None, 2), ("help", "overflow", None, None, 1)]
    of_vip = archive.reports.run(of_queues("vip"), asked("flow", queues=("vip",)))
    assert rows(of_vip, *columns) == [(None, "overflow", "vip", None, 1)]


def test_the_heat_map_is_of_a_mean_day(past: Past, archive: Archive) -> None:
    """Thursdays 12th and 19th at 9: 3 + 5 offered; Friday the 13th at 9: 4. Two Thursdays, one Friday within 12th to 19th."""
    past.half_hour("q", at("2026-11-12", "09:00"), answered=(1, 1), abandoned=(30,))
    past.half_hour("q", at(DAY, "09:30"), answered=(1, 1, 1, 40, 40))
    past.half_hour("q", at("2026-11-13", "09:00"), answered=(1, 1, 1, 1))
    past.half_hour("q", at("2026-11-13", "22:00"), answered=(1,))
    when = ("2026-11-12", "2026-11-19")
    report = archive.reports.run(manager(), asked("heat", *when))
    shown = ("hour", "weekday.3", "weekday.4", "weekday.5", "all_days")
    assert rows(report, *shown)[9] == ("09:00", 0.0, (3 + 5) / 2, 4.0, (3 + 5 + 4) / 8)
    assert rows(report, *shown)[22] == ("22:00", 0.0, 0.0, 1.0, 1 / 8)
    assert cells(report, report.total, *shown) == (None, 0.0, 8 / 2, 5.0, 13 / 8)
    levels = archive.reports.run(manager(), asked("heat", *when, metric="service_level"))
    assert rows(levels, *shown)[9] == ("09:00", None, (2 + 3) / (3 + 5), 1.0, 9 / 12)
    opened = report.opened(report.lines[9], report.columns[report.place("weekday.4")])
    assert opened is not None
    assert (opened.weekdays, opened.clock) == ((4,), (540, 600))
    with pytest.raises(Refused):
        archive.reports.run(manager(), asked("heat", metric="state"))


def test_sessions_of_monitoring_by_the_rule_of_that_room(past: Past, archive: Archive) -> None:
    past.team("A")
    past.agent("1001", "王芳", "A")
    past.session("one", "1001", "sales", at(DAY, "09:00"))
    past.session("two", "1002", "help", at(DAY, "10:00"), modes='[[1,"listen"],[2,"whisper"],[3,"listen"]]')
    past.session("old", "1002", "help", at("2026-11-18", "10:00"))
    columns = ("at", "by", "agent", "queue", "modes", "length", "purpose", "state")
    whole = archive.reports.run(manager(), asked("monitoring"))
    assert rows(whole, *columns) == [
        (at(DAY, "10:00"), "Sun", "1002", "help", "listen whisper", 60.0, "coaching", "ended"),
        (at(DAY, "09:00"), "Sun", "1001", "sales", "listen", 60.0, "coaching", "ended"),
    ]
    assert (whole.count, cells(whole, whole.total, "length")) == (2, (120.0,))
    page = archive.reports.run(manager(), asked("monitoring"), most=1)
    assert archive.reports.run(manager(), asked("monitoring", after=page.after), most=1).lines == whole.lines[1:]
    of_help = archive.reports.run(of_queues("help"), asked("monitoring"))
    assert (rows(of_help, "agent"), of_help.count) == ([("1002",)], 1)
    of_a = archive.reports.run(of_teams("A"), asked("monitoring"))
    assert rows(of_a, "agent", "queue") == [("1001", None)]
    with pytest.raises(Denied):
        archive.reports.run(manager(role="analyst"), asked("monitoring"))
    assert "monitoring" not in {kind.id for kind in archive.reports.choices(manager(role="analyst"), "en").reports}


def test_two_switches_with_the_same_extensions_are_one_agent_and_two_calls(past: Past, archive: Archive) -> None:
    """Ids are the switch's and shared by the switches of a site; calls are not."""
    past.visit("sales", at(DAY, "09:00"), "abandoned", call="c1", switch="east", wait_s=9, number="13800001111")
    past.visit("sales", at(DAY, "09:01"), "abandoned", call="c1", switch="west", wait_s=9, number="13800002222")
    past.work("PJSIP/1001", at(DAY, "09:00"), "sales", handled=2)
    report = archive.reports.run(manager(), asked("abandoned"))
    assert rows(report, "contact") == [("west/b1/c1",), ("east/b1/c1",)]
    agents = archive.reports.run(manager(), asked("agents"))
    assert rows(agents, "agent", "calls_handled") == [("PJSIP/1001", 2)]


def test_two_people_of_different_scopes_learn_nothing_of_each_other(past: Past, archive: Archive) -> None:
    """Every report, made for who sees `sales` and team A, is the same whether or not `help`, team B and its agent have a past."""
    past.team("A")
    past.team("B")
    past.agent("1001", "王芳", "A")
    past.agent("1002", "李强", "B")
    past.queue("sales")
    nine = at(DAY, "09:00")

    def happens(queue: str, agent: str, team: str, number: str) -> None:
        past.half_hour(queue, nine, answered=(5,), abandoned=(30,), left=(60,))
        past.work(agent, nine, queue, team, handled=1, talk_s=50, missed=1)
        past.time(agent, nine, team, {f"{team}休": 5}, talking=5, available=20, counts={"dialled": 1})
        past.visit(
            queue,
            nine,
            "answered",
            call=f"a{queue}",
            agent=agent,
            transfer_kind="blind",
            transfer_target="9",
            ended_ms=nine + MINUTE,
        )
        past.visit(queue, nine, "abandoned", wait_s=30, number=number)
        past.own_call(agent, nine + 2 * MINUTE, 30, number=number)
        past.offer(queue, agent, nine + MINUTE, call=f"a{queue}")
        past.session(f"s{queue}", agent, queue, nine)

    happens("sales", "1001", "A", "13800001111")
    scoped = manager(Scope(frozenset({"sales"}), frozenset({"A"})))
    questions = [asked(report, agents=()) for report in CATALOGUE]
    before = [archive.reports.run(scoped, one) for one in questions]
    choices = archive.reports.choices(scoped, "en")
    happens("help", "1002", "B", "13800001111")
    after = [archive.reports.run(scoped, one) for one in questions]
    for one, same in zip(before, after, strict=True):
        assert one.lines, one.question.report
        assert (one.columns, one.lines, one.total, one.notes, one.count) == (
            same.columns, same.lines, same.total, same.notes, same.count,
        )  # fmt: skip
    later = archive.reports.choices(scoped, "en")
    assert (
        (later.queues, later.teams, later.agents)
        == (choices.queues, choices.teams, choices.agents)
        == (("sales",), ("A",), ("1001",))
    )
    everything = archive.reports.run(manager(), asked("agents"))
    assert len(everything.lines) == 2


def test_what_may_not_be_asked_is_refused(archive: Archive) -> None:
    for one in (
        asked("none"), asked("heat", step="day"), asked("queues", each="agent"), asked("queues", agents=("1",)),
        asked("missed", after="x"), asked("abandoned", after="-1"), asked("monitoring", after="1"),
        asked("states", "2026-01-01", "2026-11-01", step="interval"), asked("queues", "2026-11-02", "2026-11-01"),
        asked("queues", "2024-11-02", "2026-11-01"),
    ):  # fmt: skip
        with pytest.raises(Refused):
            archive.reports.run(manager(), one)
    for denied in (asked("missed", queues=("help",)), asked("heat", queues=("help",)), asked("flow", queues=("help",))):
        with pytest.raises(Denied):
            archive.reports.run(of_queues("sales"), denied)


def test_what_is_still_to_come_has_no_line(past: Past, archive: Archive) -> None:
    """It is 12:10 on the 20th: 25 half-hours have begun, and no later day."""
    past.half_hour("q", at("2026-11-20", "12:00"), answered=(1,))
    report = archive.reports.run(manager(), asked("queues", "2026-11-20", step="interval"))
    assert (len(report.lines), cells(report, report.lines[-1], "clock", "offered")) == (25, ("12:00", 1))
    report = archive.reports.run(manager(), asked("queues", "2026-11-19", "2026-11-30"))
    assert rows(report, "day", "offered") == [(day("2026-11-19"), 0), (day("2026-11-20"), 1)]
    assert cells(report, report.total, "offered") == (1,)
