"""Tables that people keep in their own spreadsheet: CSV and XLSX, read with suspicion and written without traps.

Both kinds give the same `Sheet`: heads, and lines of text with the number that a spreadsheet shows beside them. What is read is all
text, so a staff number keeps its leading zeros; what is written is text too, unless a head says of what kind it is (`Page`). What
comes in is hostile: size, rows, columns and cells are limited before they are unpacked. What goes out runs nothing: a cell that a
spreadsheet would take for a formula is quoted (`cell.quoted`), and reading takes that quote off again, so that write → read gives
the same rows.
"""

from dashboard.sheets.columns import Column, Record, records
from dashboard.sheets.csv_sheet import csv_chunks, write_csv
from dashboard.sheets.page import CellKind, Head, Page, Value
from dashboard.sheets.reading import read
from dashboard.sheets.sheet import (
    CELL_CHARACTERS,
    FILE_BYTES,
    SHEET_COLUMNS,
    SHEET_ROWS,
    Line,
    Sheet,
)
from dashboard.sheets.xlsx_file import write_workbook, write_xlsx

__all__ = [
    "CELL_CHARACTERS",
    "FILE_BYTES",
    "SHEET_COLUMNS",
    "SHEET_ROWS",
    "CellKind",
    "Column",
    "Head",
    "Line",
    "Page",
    "Record",
    "Sheet",
    "Value",
    "csv_chunks",
    "read",
    "records",
    "write_csv",
    "write_workbook",
    "write_xlsx",
]
