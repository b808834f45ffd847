"""Reports as files, opened again and compared cell by cell with the report; nothing in them runs."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from dashboard.reports import Archive
from dashboard.reports.catalogue import CATALOGUE
from dashboard.reports.files import file_of, heads
from dashboard.reports.question import Question
from dashboard.reports.told import Told, words
from layouts.texts import LANGUAGES
from tests.reports.past import MINUTE, Past, at, day, manager

DAY = "2026-11-19"
HOSTILE = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "'=1", "#N/A", 'a,b"c', "行\n二", "\x00nul",
)  # fmt: skip
"""Names that spreadsheets take for something else, or that break files."""

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@pytest.fixture
def busy(past: Past) -> None:
    """Everything that a report can show, with hostile names."""
    past.team("A")
    for number, name in enumerate(HOSTILE):
        agent = f"PJSIP/{1000 + number}"
        past.agent(agent, name.replace("\x00", ""), "A")
        past.work(agent, at(DAY, "09:00"), "sales", "A", handled=number, talk_s=number * 61, hold_s=1, missed=1)
        past.time(agent, at(DAY, "09:00"), "A", {"=小休": number, "就餐": 1}, talking=5, available=number)
    past.half_hour("sales", at(DAY, "09:00"), answered=(10, 30), abandoned=(40,))
    past.half_hour("=evil", at(DAY, "09:30"), answered=(5,), coverage="queue_log")
    past.gap(at(DAY, "09:00"), at(DAY, "09:05"))
    past.visit("sales", at(DAY, "09:00"), "abandoned", call="c", number="13800001111", wait_s=40)
    past.offer("sales", "PJSIP/1000", at(DAY, "09:00") + MINUTE, call="c")
    past.session("m1", "PJSIP/1000", "sales", at(DAY, "09:10"), purpose="=HYPERLINK(1)", by_name="+evil")


def questions() -> list[Question]:
    """Each report as it is by itself, and the widest ones."""
    plain = [Question(report, day(DAY), day(DAY)) for report in CATALOGUE]
    wide = Question("queues", day(DAY), day(DAY), step="interval", each="queue", formula="answered_only", threshold_s=7)
    return [*plain, wide, Question("states", day("2026-11-18"), day(DAY), step="day", each="team")]


@pytest.mark.usefixtures("busy")
def test_a_workbook_opened_again_has_the_report_in_its_cells(archive: Archive) -> None:
    for number, question in enumerate(questions()):
        lang = LANGUAGES[number % len(LANGUAGES)]
        report = archive.reports.run(manager(), question)
        told = Told(report, words(lang))
        book = openpyxl.load_workbook(io.BytesIO(file_of(report, "xlsx", told.texts, by="陈经理").body))
        table, definitions, asked = book.worksheets
        assert table.freeze_panes == "A2"
        lines = [*report.lines, *([report.total] if report.total is not None and told.has_heads else [])]
        wanted = [[head.label for head in heads(told)], *(_expected(told, line.cells) for line in lines)]
        if len(lines) > len(report.lines):
            wanted[-1][0] = told.texts("reports.total")
        got = [[_read(cell.value) for cell in row] for row in table.iter_rows()]
        assert got == [[_text(value) for value in row] for row in wanted], question
        for row in table.iter_rows(min_row=2):
            assert {cell.data_type for cell in row} <= {"s", "inlineStr", "n", "d"}, (
                "nothing is a formula, an error or a guess"
            )
        meanings = {row[0].value: row for row in definitions.iter_rows(min_row=2)}
        assert {_quoted(told.head(column)) for column in report.columns if not column.of} <= set(meanings)
        facts = {(row[0].value, row[1].value) for row in asked.iter_rows(min_row=2)}
        assert (told.texts("reports.field.report"), told.title) in facts
        assert (told.texts("reports.field.made_by"), "陈经理") in facts
        for note in told.notes():
            assert (told.texts("reports.field.note"), note) in facts


@pytest.mark.usefixtures("busy")
def test_numbers_have_the_formats_that_people_read_them_by(archive: Archive) -> None:
    asked = Question(
        "queues", day(DAY), day(DAY), step="interval", each="queue", formula="answered_only", threshold_s=7
    )
    report = archive.reports.run(manager(), asked)
    told = Told(report, words("zh-CN"))
    book = openpyxl.load_workbook(io.BytesIO(file_of(report, "xlsx", told.texts, by="x").body))
    formats = {
        head.value: cell.number_format for head, cell in zip(*book.worksheets[0].iter_rows(max_row=2), strict=True)
    }
    assert (formats["日期"], formats["时段"], formats["进线量"]) == ("yyyy-mm-dd", "@", "#,##0")
    assert (formats["服务水平"], formats["平均应答速度"]) == ("0.0%", "[h]:mm:ss")
    meaning = {row[0].value: [cell.value for cell in row] for row in book.worksheets[1].iter_rows()}
    assert meaning["服务水平"][1] == "service_level"
    assert "仅计接起" in str(meaning["服务水平"][5])
    assert "T = 7 秒" in str(meaning["服务水平"][5])


@pytest.mark.usefixtures("busy")
def test_csv_read_again_has_the_lines_with_plain_numbers_and_nothing_runs(archive: Archive) -> None:
    for question in questions():
        report = archive.reports.run(manager(), question)
        told = Told(report, words("zh-CN"))
        body = file_of(report, "csv", told.texts, by="陈经理").body
        assert body.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        assert len(rows) == 1 + len(report.lines)
        for row, line in zip(rows[1:], report.lines, strict=True):
            assert row == [_plain(value) for value in _expected(told, line.cells)], question
        starts = {cell.lstrip(" ")[:1] for row in rows for cell in row if cell and not _is_number(cell)}
        assert starts & set("=+-@＝＋－＠\t\r") == set()


def _expected(told: Told, cells: tuple[Any, ...]) -> list[Any]:
    """By this test's own reading of the report: (kind, value) a cell; after each agent their staff number (nobody has one here)."""
    found: list[Any] = []
    for column, cell in zip(told.report.columns, cells, strict=True):
        match column.kind:
            case "count" | "mean" | "share" | "seconds" as kind:
                found.append(None if cell is None else (kind, float(cell)))
            case "moment":
                found.append(
                    None if cell is None else datetime.fromtimestamp(cell // 1000, told.zone).replace(tzinfo=None)
                )
            case "day":
                found.append(cell)
            case _:
                found.append("" if cell is None else told.shown(column, cell))
        if column.kind == "agent":
            found.append("")
    return found


def _text(value: Any) -> Any:
    match value:
        case ("seconds", float() as seconds):
            return timedelta(seconds=round(seconds))
        case (_, float() as number):
            return round(number, 9)
        case str():
            return _quoted(value) or None
    return value


def _read(value: Any) -> Any:
    if isinstance(value, timedelta):
        return timedelta(seconds=round(value.total_seconds()))
    if isinstance(value, datetime) and value.hour == value.minute == value.second == 0:
        return value.date()
    return round(float(value), 9) if isinstance(value, int | float) else value


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case ("share", float() as share):
            return f"{100 * share:.4f}".rstrip("0").rstrip(".")
        case (str() as kind, float() as number):
            return (
                f"{number:.{ {'count': 0, 'mean': 4, 'seconds': 3}[kind] }f}".rstrip("0").rstrip(".")
                if number % 1
                else f"{number:.0f}"
            )
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """As a spreadsheet may have it: a sign that begins a formula is preceded by a quote."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{kept}" if kept.lstrip("' ")[:1] in tuple("=+-@＝＋－＠\t\n") and kept.lstrip("' ") else kept


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
