"""XLSX as it goes out: every cell of its kind, with the format that people read it by.

Text is text, so that no leading zero is lost and nothing is taken for a formula or a date; a length of time is a number that a
spreadsheet can add up. Rows are written as they come; only the packed file stands in memory.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from dashboard.sheets.cell import writable
from dashboard.sheets.page import CellKind, Head, Page, is_of

_FORMATS: Final[dict[CellKind, str]] = {
    "text": "@",
    "count": "#,##0",
    "number": "#,##0.00",
    "seconds": "[h]:mm:ss",
    "share": "0.0%",
    "moment": "yyyy-mm-dd hh:mm:ss",
    "day": "yyyy-mm-dd",
}
_WIDTHS: Final[dict[CellKind, int]] = {"moment": 20, "day": 12}
_NARROWEST, _WIDEST = 10, 60
_DAY_S: Final = 86_400
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_BOLD: Final = Font(bold=True)
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")


def workbook_of(pages: Iterable[Page]) -> bytes:
    """Several sheets as a whole file, in this order."""
    workbook = Workbook(write_only=True)
    for page in pages:
        _write(workbook.create_sheet(tab_name(page.name)), page)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def tab_name(name: str) -> str:
    """What a spreadsheet takes for a sheet's name."""
    return _NO_NAME.sub(" ", name).strip("' ")[:31] or "Floorwatch"


def _write(sheet: Any, page: Page) -> None:
    sheet.freeze_panes = "A2"
    for number, head in enumerate(page.heads, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = head.width or _width(head)
    sheet.append([_text(sheet, head.label, is_bold=True) for head in page.heads])
    last = 1
    for last, row in enumerate(page.rows, start=2):  # noqa: B007 — where the rows end
        sheet.append(_cells(sheet, page.heads, row))
    if last > 1:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(page.heads))}{last}"
    if page.totals is not None:
        sheet.append(_cells(sheet, page.heads, page.totals, is_bold=True))


def _width(head: Head) -> int:
    letters = sum(2 if ord(letter) > 0x2E7F else 1 for letter in head.label)
    return min(_WIDEST, max(_NARROWEST, _WIDTHS.get(head.kind, 0), letters + 4))


def _cells(sheet: Any, heads: Sequence[Head], row: Sequence[object], *, is_bold: bool = False) -> list[Any]:
    return [_cell(sheet, head, value, is_bold=is_bold) for head, value in zip(heads, row, strict=True)]


def _cell(sheet: Any, head: Head, value: Any, *, is_bold: bool) -> Any:
    if head.kind == "text" or (value is not None and not is_of(head.kind, value)):
        return _text(sheet, value, is_bold=is_bold, is_wrapped=bool(head.width))
    if value is None:
        return None
    # Parts of a day are what spreadsheets count time in.
    cell: Any = WriteOnlyCell(sheet, value / _DAY_S if head.kind == "seconds" else value)
    cell.number_format = _FORMATS[head.kind]
    if is_bold:
        cell.font = _BOLD
    return cell


def _text(sheet: Any, value: object, *, is_bold: bool = False, is_wrapped: bool = False) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell.number_format = _FORMATS["text"]
    # Set past openpyxl's guessing, which would make a formula of `=1` and an error of `#N/A`.
    cell._value = writable(value)
    cell.data_type = "s"
    if is_bold:
        cell.font = _BOLD
    if is_wrapped:
        cell.alignment = _WRAPPED
    return cell
