"""What business systems told, in the reports of queues and agents: worked out by hand, in scope, and not there where nobody tells."""

from __future__ import annotations

from dashboard.access.actor import Actor
from dashboard.reports import Archive
from dashboard.reports.business_half_hours import OF_BUSINESS
from dashboard.reports.question import Question
from dashboard.reports.report import Cell, Line, Report
from dashboard.reports.told import Told, words
from tests.reports.past import Past, at, day, manager, of_queues, of_teams

DAY = "2026-11-19"
NINE = at(DAY, "09:00")


def asked(report: str, **fields: object) -> Question:
    return Question(report, day(DAY), day(DAY), **fields)  # type: ignore[arg-type]


def cells(report: Report, line: Line | None, *columns: str) -> tuple[Cell, ...]:
    assert line is not None
    return tuple(line.cells[report.place(column)] for column in columns)


def columns(report: Report) -> set[str]:
    return {column.id for column in report.columns}


def test_nobody_told_and_there_is_no_column(past: Past, archive: Archive) -> None:
    past.half_hour("sales", NINE, answered=(1,))
    past.work("1001", NINE, "sales", handled=1)
    past.measure("seats", "席位", "Seats")
    for report in ("queues", "agents"):
        shown = columns(archive.reports.run(manager(), asked(report)))
        assert not shown & {*OF_BUSINESS, "custom:seats"}, report


def test_queues_and_agents_by_hand(past: Past, archive: Archive) -> None:
    past.agent("1001", "王芳")
    past.agent("1002", "李强")
    past.measure("seats", "席位", "Seats")
    past.measure("mood", "心情", "Mood", "mean")
    past.half_hour("sales", NINE, answered=(1, 1), handled=4)
    past.half_hour("help", NINE, answered=(1,), handled=1)
    past.work("1001", NINE, "sales", handled=4)
    past.work("1002", NINE, "help", handled=1)
    past.told("1001", NINE, "sales", sales=2, sales_amount=20_050, rated=4, satisfied=3, complaints=1)
    past.told("1001", NINE + 1_800_000, "sales", sales=1, sales_amount=1_000)
    past.told("1001", NINE, "", rated=1, satisfied=0)
    past.told("1003", NINE, "sales", custom_seats=700, custom_seats_times=2, custom_mood=900, custom_mood_times=2)
    past.told("", NINE, "help", sales=1, sales_amount=5)

    of_queue = archive.reports.run(manager(), asked("queues", step="total", each="queue"))
    figures = ("queue", "sales", "sales_amount", "csat", "complaints_per_10k", "custom:seats", "custom:mood")
    assert [cells(of_queue, line, *figures) for line in of_queue.lines] == [
        ("help", 1, 0.05, None, 0.0, 0.0, None), ("sales", 3, 210.5, 3 / 4, 2500.0, 7.0, 4.5),
    ]  # fmt: skip
    assert cells(of_queue, of_queue.total, *figures[1:]) == (4, 210.55, 3 / 4, 2000.0, 7.0, 4.5)
    assert not columns(of_queue) & {"tickets_done_in_time", "qa_score", "first_contact_resolution"}

    of_agent = archive.reports.run(manager(), asked("agents"))
    of_people = ("agent", "calls_handled", *figures[1:])
    assert [cells(of_agent, line, *of_people) for line in of_agent.lines] == [
        ("1003", 0, 0, 0.0, None, None, 7.0, 4.5),
        ("1002", 1, 0, 0.0, None, 0.0, 0.0, None),
        ("1001", 4, 3, 210.5, 3 / 5, 2500.0, 0.0, None),
    ]
    assert cells(of_agent, of_agent.total, "sales", "csat", "complaints_per_10k") == (3, 3 / 5, 2000.0)
    told = Told(of_agent, words("zh-CN"))
    column = of_agent.columns[of_agent.place("custom:seats")]
    assert (told.head(column), told.shown(column, 7.0), told.shown(column, 7.25)) == ("席位", "7", "7.25")


def test_by_half_hour_and_for_one_queue(past: Past, archive: Archive) -> None:
    past.half_hour("sales", NINE, handled=1)
    past.told("1001", NINE, "sales", sales=2)
    past.told("1001", NINE + 1_800_000, "sales", sales=1)
    past.told("1001", NINE, "help", sales=5)
    report = archive.reports.run(manager(), asked("queues", step="interval", queues=("sales",)))
    told = {line.cells[1]: cells(report, line, "sales")[0] for line in report.lines}
    assert (told["09:00"], told["09:30"], told["10:00"]) == (2, 1, 0)
    narrow = archive.reports.run(manager(), asked("agents", queues=("sales",)))
    assert [cells(narrow, line, "agent", "sales") for line in narrow.lines] == [("1001", 3)]


def test_who_sees_what(past: Past, archive: Archive) -> None:
    past.team("A")
    past.team("B")
    past.agent("1001", "王芳", "A")
    past.agent("1002", "李强", "B")
    past.told("1001", NINE, "sales", "A", sales=1)
    past.told("1001", NINE, "help", "A", sales=10)
    past.told("1001", NINE, "", "A", sales=100)
    past.told("1002", NINE, "sales", "B", sales=1_000)

    def of_agents(actor: Actor) -> dict[Cell, Cell]:
        report = archive.reports.run(actor, asked("agents"))
        return {line.agent: cells(report, line, "sales")[0] for line in report.lines}

    assert of_agents(manager()) == {"1001": 111, "1002": 1_000}
    assert of_agents(of_teams("A")) == {"1001": 111}
    assert of_agents(of_queues("sales")) == {"1001": 1, "1002": 1_000}
    by_queue = archive.reports.run(of_queues("sales"), asked("queues", step="total", each="queue"))
    assert [cells(by_queue, line, "queue", "sales") for line in by_queue.lines] == [("sales", 1_001)]
    by_team = archive.reports.run(manager(), asked("agents", each="team"))
    assert {line.team: cells(by_team, line, "sales")[0] for line in by_team.lines} == {"A": 111, "B": 1_000}
