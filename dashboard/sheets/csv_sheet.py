"""CSV: what a spreadsheet of any language and country writes, and what all of them read.

Written as UTF-8 with a byte order mark, without which Excel takes Chinese for its own code page; heads are quoted, so that the
separator can be told from them alone.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from dashboard.refusal import Refused
from dashboard.sheets.cell import has_unprintable, unquoted, writable
from dashboard.sheets.page import Head, as_head, plain
from dashboard.sheets.sheet import CELL_CHARACTERS, FIELD, SHEET_COLUMNS, Sheet, sheet_of

_SEPARATORS = (",", ";", "\t")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_CHUNK_CHARACTERS = 64 * 1024


def read_csv(body: bytes) -> Sheet:
    """The table in `body`: UTF-8 (with or without mark), UTF-16 with its mark, or GB18030, which Excel in China writes;
    separated by comma, semicolon or tab. Raises `Refused`."""
    text = _decoded(body).replace("\r\n", "\n").replace("\r", "\n")
    separator, text, skipped = _separator(text)
    return sheet_of((number + skipped, row) for number, row in _rows(text, separator))


def write_csv(heads: Sequence[Head | str], rows: Iterable[Sequence[object]]) -> bytes:
    """The whole file."""
    return b"".join(csv_chunks(heads, rows))


def csv_chunks(heads: Sequence[Head | str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The file in pieces, for tables that should not stand in memory whole."""
    buffer = io.StringIO(newline="")
    known = [as_head(head) for head in heads]
    kinds = [head.kind for head in known]
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerow([writable(head.label) for head in known])
    writer = csv.writer(buffer)
    yield codecs.BOM_UTF8
    for row in rows:
        writer.writerow([plain(kind, value) for kind, value in zip(kinds, row, strict=True)])
        if buffer.tell() >= _CHUNK_CHARACTERS:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    body = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return body


def _decoded(body: bytes) -> str:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _text(body, "utf-16")
    try:
        return _text(body, "utf-8-sig")
    except Refused:
        # Text of another code page often passes for GB18030; its private characters give it away.
        text = _text(body, "gb18030")
        if _PRIVATE.search(text):
            raise
        return text


def _text(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Refused("sheet.encoding", FIELD, line=line) from None


def _separator(text: str) -> tuple[str, str, int]:
    """The separator, the text without the line `sep=;` by which Excel names it, and how many lines that was."""
    first, _, rest = text.partition("\n")
    if first[:4].lower() == "sep=" and first[4:5] in _SEPARATORS and len(first) == 5:
        return first[4], rest, 1
    head = next((line for line in text.split("\n", 20) if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", head)
    return max(_SEPARATORS, key=outside.count), text, 0


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                raise Refused("sheet.cell_too_long", FIELD, line=number, limit=CELL_CHARACTERS) from None
            raise Refused("sheet.quotes", FIELD, line=number) from None
        yield number, [_cell(cell, number) for cell in row[: SHEET_COLUMNS + 1]]
        number += 1


def _cell(cell: str, number: int) -> str:
    if len(cell) > CELL_CHARACTERS + 1:
        raise Refused("sheet.cell_too_long", FIELD, line=number, limit=CELL_CHARACTERS)
    if has_unprintable(cell):
        raise Refused("sheet.unprintable", FIELD, line=number)
    return unquoted(cell)
