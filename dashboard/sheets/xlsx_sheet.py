"""XLSX as it comes in: the first sheet of a workbook, as text.

A workbook is a ZIP of XML: how much it unpacks to is looked at before anything is unpacked, and its XML is read by a parser
that refuses entities. Formulas count as their last result; nothing is computed here.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from dashboard.refusal import Refused
from dashboard.sheets.cell import has_unprintable, unquoted
from dashboard.sheets.sheet import CELL_CHARACTERS, FIELD, SHEET_COLUMNS, SHEET_ROWS, Sheet, sheet_of

_UNPACKED_BYTES = 40 * 1024 * 1024
_PARTS = 500
_LAST_ROW = 5 * SHEET_ROWS
"""Where the last row may be: rows that the file leaves out are counted too, and a file may claim any number for one."""

_ONLY_ZEROS = re.compile("0+")


def read_xlsx(body: bytes) -> Sheet:
    """The table in the workbook's first sheet. Raises `Refused`."""
    _check_size(body)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells which decorations it does not know
            return sheet_of(_rows(body))
    except Refused:
        raise
    except Exception:  # noqa: BLE001 — a broken workbook fails in openpyxl with whatever its reading met first
        raise Refused("sheet.broken_workbook", FIELD) from None


def _check_size(body: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("sheet.broken_workbook", FIELD) from None
    # zipfile unpacks no more of a part than the file says here, so a lie ends as a broken workbook.
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED_BYTES:
        raise Refused("sheet.unpacks_too_big", FIELD)


def _rows(body: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # a quarter of a second, which processes that read no workbook spare

    workbook = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
    try:
        sheets = workbook.worksheets
        if not sheets:
            return
        sheet = sheets[0]
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
        for number, row in enumerate(sheet.iter_rows(max_col=SHEET_COLUMNS + 1), start=1):
            if number > _LAST_ROW:
                raise Refused("sheet.too_many_rows", FIELD, limit=SHEET_ROWS)
            yield number, [_shown(cell, number) for cell in row]
    finally:
        workbook.close()


def _shown(cell: Any, number: int) -> str:
    """What the spreadsheet shows in the cell, as far as it matters for a table of words and counts."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case int() | float():
            return _number(value, str(cell.number_format or ""))
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > CELL_CHARACTERS + 1:
        raise Refused("sheet.cell_too_long", FIELD, line=number, limit=CELL_CHARACTERS)
    if has_unprintable(text):
        raise Refused("sheet.unprintable", FIELD, line=number)
    return unquoted(text)


def _number(value: float, number_format: str) -> str:
    if "%" in number_format:
        return f"{value * 100:g}%"
    if not float(value).is_integer() or abs(value) >= 1e15:
        return str(value)
    digits = str(int(value))
    # A staff number that is shown as 0042 is 0042.
    return digits.zfill(len(number_format)) if _ONLY_ZEROS.fullmatch(number_format) else digits
