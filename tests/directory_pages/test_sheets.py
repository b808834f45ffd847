"""Table files: what is written is read again, in either kind; what is hostile is refused in words, and runs nowhere."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from dashboard.refusal import Refused
from dashboard.sheets import Column, Sheet, csv_chunks, read, records, write_csv, write_xlsx
from dashboard.sheets.cell import quoted, unquoted

# What a table can hold: no control characters, and line ends are line feeds.
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")) | st.sampled_from("\t\n=+-@'＝, ;\"0"), max_size=12)
SPREADSHEET_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    width = draw(st.integers(1, 5))
    cells = st.lists(TEXT, min_size=width, max_size=width)
    heads = draw(cells.filter(lambda row: bool(row[-1].strip())))
    rows = draw(st.lists(cells.filter(lambda row: any(cell.strip() for cell in row)), max_size=6))
    return heads, rows


def filled(rows: list[list[str]]) -> list[tuple[str, ...]]:
    """Rows as they come back: blank cells at the end of a row are no cells, so they come back empty."""
    found = []
    for row in rows:
        end = max(index for index, cell in enumerate(row) if cell.strip()) + 1
        found.append((*row[:end], *[""] * (len(row) - end)))
    return found


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [line.cells for line in sheet.lines]


def word(refused: pytest.ExceptionInfo[Refused]) -> str:
    assert refused.value.field == "file"
    return refused.value.word


@given(TEXT)
def test_a_quote_is_taken_off_again_whatever_was_there(text: str) -> None:
    assert unquoted(quoted(text)) == text
    assert not quoted(text).startswith(SPREADSHEET_STARTS)


@given(tables())
def test_csv_comes_back_as_it_was_written(table: tuple[list[str], list[list[str]]]) -> None:
    heads, rows = table
    sheet = read(write_csv(heads, rows), "t.csv")
    assert (sheet.heads, cells(sheet)) == (tuple(heads), filled(rows))


@settings(max_examples=40)
@given(tables())
def test_xlsx_comes_back_as_it_was_written(table: tuple[list[str], list[list[str]]]) -> None:
    heads, rows = table
    sheet = read(write_xlsx(heads, rows), "t.xlsx")
    assert (sheet.heads, cells(sheet)) == (tuple(heads), filled(rows))


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1+1",
    "＝1+1",
    "＋1+1",
    "－2+3",
    " ＠SUM(A1)",
    "<img src=x onerror=alert(1)>",
]


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_runs_in_a_spreadsheet(cell: str) -> None:
    plain = next(csv.reader(io.StringIO(write_csv([cell], []).decode("utf-8-sig"), newline="")))[0]
    assert not plain.lstrip(" ").startswith(SPREADSHEET_STARTS)
    workbook = load_workbook(io.BytesIO(write_xlsx(["a"], [[cell]])))
    found = workbook.worksheets[0]["A2"]
    assert (found.data_type, found.number_format) == ("s", "@")
    assert not str(found.value).lstrip(" ").startswith(SPREADSHEET_STARTS)


def test_pieces_make_the_whole_file_and_stay_small() -> None:
    rows = [[str(n), "一二三" * 50] for n in range(3000)]
    pieces = list(csv_chunks(["n", "t"], iter(rows)))
    assert b"".join(pieces) == write_csv(["n", "t"], rows)
    assert len(pieces) > 5
    assert max(map(len, pieces)) < 300_000


def test_what_no_cell_can_hold_is_left_out_when_written() -> None:
    for written in (write_csv, write_xlsx):
        sheet = read(written(["a", "b", "c"], [["x\x00\x1b[31my", "\ud800z", None], ["\r\nq", "n" * 40_000, 7]]), "t")
        assert sheet.lines[0].cells == ("x[31my", "z", "")
        assert sheet.lines[1].cells[0] == "\nq"
        assert len(sheet.lines[1].cells[1]) == 32_000
        assert sheet.lines[1].cells[2] == "7"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(encoding: str, separator: str, line_end: str) -> None:
    text = line_end.join(
        separator.join(row) for row in [("姓名", "工号"), ("王芳", "0042"), ("", ""), ("李文博", "1003")]
    )
    sheet = read(text.encode(encoding), "人员.csv")
    assert sheet.heads == ("姓名", "工号")
    assert [(line.number, line.cells) for line in sheet.lines] == [(2, ("王芳", "0042")), (4, ("李文博", "1003"))]


def test_what_belongs_into_no_table_is_refused_in_a_workbook_too() -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(["a"])
    sheet.append(["x\x9b31m"])  # a control character that XML has a place for
    body = io.BytesIO()
    workbook.save(body)
    with pytest.raises(Refused) as refused:
        read(body.getvalue(), "t.xlsx")
    assert (refused.value.word, refused.value.values["line"]) == ("sheet.unprintable", 2)


def test_excels_own_line_about_the_separator_is_no_head() -> None:
    sheet = read(b"sep=;\r\na,b;c\r\n1;2\r\n", "t.csv")
    assert (sheet.heads, sheet.lines[0].number) == (("a,b", "c"), 3)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "sheet.empty"),
        (b"\n ,\n,,\n", "sheet.empty"),
        (b"a,b\n" + b"x" * (5 * 1024 * 1024), "sheet.too_big"),
        ("a\nGr\u00fc\u00dfe\n".encode("latin-1"), "sheet.encoding"),
        (bytes(range(128, 256)) * 20, "sheet.encoding"),
        (b"a,b\n1,2,3\n", "sheet.row_longer"),
        (b'a,b\n1,2\n"x,y\n', "sheet.quotes"),
        (b"a\nx\x00y\n", "sheet.unprintable"),
        (b"a\n" + b"x" * 1024 * 1024, "sheet.cell_too_long"),
        (b"a\n" + b"x" * 40_000, "sheet.cell_too_long"),
        (b"a\n" + b"x\n" * 20_001, "sheet.too_many_rows"),
        (b"a," * 61 + b"a\n", "sheet.too_many_columns"),
        (b"\xd0\xcf\x11\xe0rest", "sheet.old_workbook"),
        (b"PK\x03\x04rubbish", "sheet.broken_workbook"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_of_ours_is_refused_in_words(body: bytes, expected: str) -> None:
    with pytest.raises(Refused) as refused:
        read(body, "t.csv")
    assert word(refused) == expected


def test_the_sentence_names_the_line() -> None:
    with pytest.raises(Refused) as refused:
        read(b"a,b\n1,2\n\n1,2,3\n", "t.csv")
    assert refused.value.values == {"line": 4, "columns": 2}


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return buffer.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """A real workbook whose sheet is replaced."""
    with zipfile.ZipFile(io.BytesIO(write_xlsx(["a"], [["1"]]))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    return zipped(parts | {"xl/worksheets/sheet1.xml": xml})


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (zipped({"xl/a.xml": b"0" * 60_000_000}), "sheet.unpacks_too_big"),
        (zipped({f"{n}": b"" for n in range(600)}), "sheet.unpacks_too_big"),
        (zipped({"word/document.xml": b"<a/>"}), "sheet.broken_workbook"),
        (
            with_sheet(
                b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
                + SHEET % b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
            ),
            "sheet.broken_workbook",
        ),
        (with_sheet(SHEET % b'<row r="1"><c r="A1"><v>1</v></c></row><row r="999999999"><c r="A999999999"><v>1</v></c></row>'),
         "sheet.too_many_rows"),
        (with_sheet(SHEET % b'<row r="1"><c r="A1"><v>1</v></c><c r="BZ1"><v>1</v></c></row>' * 1), "ok"),
        (with_sheet(b"<worksheet><sheetData><row"), "sheet.broken_workbook"),
    ],
    ids=["bomb", "parts", "word", "entities", "far row", "far column", "cut"],
)  # fmt: skip
def test_a_hostile_workbook_is_refused_at_once(body: bytes, expected: str) -> None:
    started = time.process_time()
    if expected == "ok":
        assert read(body, "t.xlsx").heads == ("1",)  # beyond our columns nothing is looked at
    else:
        with pytest.raises(Refused) as refused:
            read(body, "t.xlsx")
        assert word(refused) == expected
    assert time.process_time() - started < 5


def test_numbers_and_dates_of_a_workbook_are_read_as_they_are_shown() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["工号", "入职", "目标", "n", "is", "formula"])
    sheet.append([42, date(2024, 3, 1), 0.8, 1001.0, True, "=1+1"])
    sheet["A2"].number_format = "0000"
    sheet["C2"].number_format = "0%"
    buffer = io.BytesIO()
    workbook.save(buffer)
    # A formula that no spreadsheet has computed yet has no result.
    assert read(buffer.getvalue(), "t.xlsx").lines[0].cells == ("0042", "2024-03-01", "80%", "1001", "TRUE", "")


COLUMNS = (Column("name", ("姓名", "Name"), is_required=True), Column("staff_number", ("工号", "Staff number")))


def test_columns_are_known_in_either_language_and_any_order() -> None:
    for heads in ("工号,姓名", "STAFF NUMBER,name*", "staff_number,姓名（必填）"):
        found = records(read(f"{heads}\n 007 ,王芳\n".encode(), "t.csv"), COLUMNS)
        assert [(one.line, dict(one.values)) for one in found] == [(2, {"staff_number": "007", "name": "王芳"})]


@pytest.mark.parametrize(
    ("heads", "expected"),
    [("工号", "sheet.column_missing"), ("姓名,Name", "sheet.column_twice"), ("姓名,薪水", "sheet.unknown_column")],
)
def test_a_column_that_is_not_ours_is_named(heads: str, expected: str) -> None:
    with pytest.raises(Refused) as refused:
        records(read(f"{heads}\n1\n".encode(), "t.csv"), COLUMNS)
    assert word(refused) == expected
