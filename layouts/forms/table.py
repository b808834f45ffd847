"""Rows under headings. On a phone each row is a card, whose cells carry their heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import htpy as h

BadgeKind = Literal["plain", "good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: `number` is set to the right; `actions` holds buttons and needs no heading on a phone. `href`: where its heading leads, to
    sort by it; `order`: how the rows are sorted by it now."""

    label: str
    kind: Literal["text", "number", "actions"] = "text"
    href: str = ""
    order: Literal["", "ascending", "descending"] = ""


def table(
    columns: Sequence[Column | str],
    rows: Sequence[Sequence[h.Node]],
    empty: str,
    *,
    caption: str = "",
    total: Sequence[h.Node] | None = None,
) -> h.Element:
    """`rows`: one node a column; the first names the row. `empty`: the sentence where there is no row.
    `caption`: what the table is, for screen readers. `total`: a last row of the same columns about all of them."""
    if not rows:
        return h.p(class_="empty_table")[empty]
    shown = [column if isinstance(column, Column) else Column(column) for column in columns]
    return h.div(class_="table", tabindex="0", role="region", aria_label=caption or shown[0].label)[
        h.table[
            caption and h.caption[caption],
            h.thead[h.tr[(_heading(column) for column in shown)]],
            h.tbody[(_row(shown, row) for row in rows)],
            h.tfoot[_row(shown, total)] if total is not None else None,
        ]
    ]


def badge(kind: BadgeKind, label: str) -> h.Element:
    """A word about the row, as a small label."""
    return h.span(class_=f"badge {kind}")[label]


def _heading(column: Column) -> h.Element:
    label: h.Node = h.span(class_="unseen")[column.label] if column.kind == "actions" else column.label
    if column.href:
        label = h.a(class_="sort", href=column.href)[column.label]
    return h.th(scope="col", class_=column.kind, aria_sort=column.order or None)[label]


def _row(columns: Sequence[Column], row: Sequence[h.Node]) -> h.Element:
    if len(row) != len(columns):
        raise ValueError(f"A row of {len(row)} cells does not fit {len(columns)} columns.")
    cells = [
        h.td(class_=column.kind, data_label=column.label)[cell]
        for column, cell in zip(columns[1:], row[1:], strict=True)
    ]
    return h.tr[h.th(scope="row", class_=columns[0].kind, data_label=columns[0].label)[row[0]], cells]
