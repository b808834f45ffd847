"""`/admin/business/`: what arrived lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.notice import notice
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue

TOLD = "/admin/business/"


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One thing in words."""

    told: h.Node
    occurred: h.Node
    source: str
    id: str
    kind: str
    whose: str
    queue: str
    what: str
    badge: BadgeKind = "plain"


def told_page(rows: Sequence[ToldRow], waiting: int, texts: Catalogue) -> h.Node:
    """`waiting`: lines that the stream has not heard, if they are many enough to be said."""
    columns = [
        Column(texts("business.told.at")),
        Column(texts("business.told.occurred")),
        Column(texts("business.told.kind")),
        Column(texts("business.told.whose")),
        Column(texts("business.told.what")),
        Column(texts("business.told.source")),
        Column(texts("business.told.id")),
    ]
    cells: list[list[h.Node]] = [
        [
            row.told,
            row.occurred,
            row.kind,
            [row.whose, bool(row.queue) and h.small[row.queue]],
            badge(row.badge, row.what),
            row.source,
            h.code[row.id],
        ]
        for row in rows
    ]
    return [
        h.p(class_="lead")[texts("business.told.lead")],
        waiting > 0 and notice("warn", texts("business.told.waiting", n=waiting)),
        table(columns, cells, texts("business.told.none"), caption=texts("title.business_told")),
    ]
