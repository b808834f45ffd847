"""Reading a table file of either kind: what it is is told by its first bytes, never by its name."""

from __future__ import annotations

from dashboard.refusal import Refused
from dashboard.sheets.csv_sheet import read_csv
from dashboard.sheets.sheet import FIELD, FILE_BYTES, Sheet
from dashboard.sheets.xlsx_sheet import read_xlsx

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read(body: bytes, name: str) -> Sheet:
    """The table in a file. `name`: as its owner calls it, for the sentences. Raises `Refused`, always about the field `file`."""
    if not body.strip():
        raise Refused("sheet.empty", FIELD, name=name)
    if len(body) > FILE_BYTES:
        raise Refused("sheet.too_big", FIELD, name=name, limit_mb=FILE_BYTES // 1024 // 1024)
    if body.startswith(_OLD_OFFICE):
        raise Refused("sheet.old_workbook", FIELD, name=name)
    return read_xlsx(body) if body.startswith(_ZIP) else read_csv(body)
