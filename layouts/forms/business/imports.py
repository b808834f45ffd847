"""`/admin/business/import/`: a file, what it would do, and what was brought in before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.fields import actions, button, file_field, form, link_button
from layouts.forms.notice import notice
from layouts.forms.panel import panel
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue

IMPORT = "/admin/business/import/"
_BADGES: Mapping[str, BadgeKind] = {"taken": "good", "corrected": "warn", "withdrawn": "warn", "refused": "bad"}
OUTCOMES = ("refused", "taken", "corrected", "withdrawn", "outdated", "same")


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the file. `why`: a sentence, for one that is wrong."""

    line: int
    outcome: str
    id: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class CheckView:
    """A file that was looked at. `changes`: how many lines would change anything. `left_out`: lines that are not shown."""

    file: str
    counts: Mapping[str, int]
    changes: int
    lines: Sequence[LineView]
    left_out: int
    confirm_href: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A file that was brought in."""

    file: str
    by: str
    at: h.Node
    taken: int
    same: int


def import_page(last: Sequence[ImportRow], columns: Sequence[str], texts: Catalogue, *, error: str) -> h.Node:
    """Choose one; below it the last ones. `columns`: heads that a file may have."""
    hint = texts("business.import.file.hint", columns=texts.listing(columns))
    upload = form(
        f"{IMPORT}check",
        file_field("file", texts("business.import.file"), accept=".csv,.xlsx,.txt", hint=hint, error=error),
        actions(button(texts("business.import.check"))),
        multipart=True,
    )
    heads = [
        Column(texts("business.import.file")),
        Column(texts("business.import.by")),
        Column(texts("business.import.at")),
        Column(texts("business.import.taken"), "number"),
        Column(texts("business.import.same"), "number"),
    ]
    cells: list[list[h.Node]] = [[row.file, row.by, row.at, str(row.taken), str(row.same)] for row in last]
    return [
        panel(texts("business.import.title"), upload, hint=texts("business.import.lead")),
        panel(
            texts("business.import.last"),
            table(heads, cells, texts("business.import.last.none"), caption=texts("business.import.last")),
        ),
    ]


def check_page(view: CheckView, texts: Catalogue) -> h.Node:
    """What the file would do, and the button that does it."""
    counts = [
        badge(_BADGES.get(word, "plain"), f"{texts(f'business.outcome.{word}')} {view.counts[word]}")
        for word in OUTCOMES
        if view.counts.get(word)
    ]
    wrong = view.counts.get("refused", 0)
    heads = [texts(f"business.import.{name}") for name in ("line", "outcome", "id", "why")]
    return [
        panel(
            texts("business.import.check.title", file=view.file),
            h.p[counts],
            wrong > 0 and notice("warn", texts("business.import.leave", n=wrong)),
            _verdict(view, texts),
        ),
        bool(view.lines)
        and table(heads, [_row(line, texts) for line in view.lines], "", caption=texts("business.import.lines")),
        view.left_out > 0 and h.p(class_="hint")[texts("business.import.left_out", n=view.left_out)],
    ]


def _verdict(view: CheckView, texts: Catalogue) -> h.Node:
    if not view.changes:
        return [notice("info", texts("business.import.nothing")), actions(link_button(texts("frame.back"), IMPORT))]
    return form(
        view.confirm_href,
        actions(
            button(texts("business.import.take", n=view.changes)),
            link_button(texts("form.cancel"), IMPORT),
        ),
    )


def _row(line: LineView, texts: Catalogue) -> list[h.Node]:
    return [
        texts("business.import.row", n=line.line),
        badge(_BADGES.get(line.outcome, "plain"), texts(f"business.outcome.{line.outcome}")),
        line.id or "–",
        line.why and h.p(class_="problem")[line.why],
    ]
