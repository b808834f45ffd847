"""Whole XLSX files. The library that writes them takes a quarter of a second to load: at the first file, not at the start of every
process that could write one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.sheets.page import Head, Page, as_head


def write_xlsx(heads: Sequence[Head | str], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet as a whole file."""
    return write_workbook([Page("Floorwatch", [as_head(head) for head in heads], rows)])


def write_workbook(pages: Iterable[Page]) -> bytes:
    """Several sheets as a whole file, in this order."""
    from dashboard.sheets.xlsx_writing import workbook_of

    return workbook_of(pages)
