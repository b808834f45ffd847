"""A scheduled report as a letter: what it says at a glance in the letter itself, the whole as a file with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import htpy as h

from dashboard.access.actor import Actor
from dashboard.mail import Attachment, Letter
from dashboard.reports.archive import Archive
from dashboard.reports.files import file_of
from dashboard.reports.question import question
from dashboard.reports.report import Line, Report
from dashboard.reports.reports import MOST_LINES
from dashboard.reports.schedules.schedule import Draft
from dashboard.reports.schedules.schedules import parsed
from dashboard.reports.told import Told, words

SHOWN: Final = 15
"""Lines that the letter itself shows."""


def report_of(archive: Archive, actor: Actor, draft: Draft, due_ms: int) -> Report:
    """What the schedule asks, at its due time. Raises `Denied`, `Refused`, `StoreError`."""
    today = archive.room.calendar().today(due_ms)
    fixed = replace(question(parsed(draft.question), today).at(today), days="")
    return archive.reports.run(actor, fixed, most=MOST_LINES)


def letter_of(report: Report, draft: Draft, by: str, *, page: str = "") -> Letter:
    """`by`: whose report it is. `page`: address of the pages, "" for none."""
    texts = words(draft.lang)
    told = Told(report, texts)
    file = file_of(report, draft.format, texts, by=by)
    href = f"{page.rstrip('/')}/reports/{report.question.report}/?{report.question.query()}" if page else ""
    lead = texts("schedule.letter.lead", name=draft.name, report=told.title, days=told.days)
    ending = texts("schedule.letter.ending", owner=by, scope=texts("reports.scope", name=by))
    return Letter(
        to=draft.recipients,
        subject=f"{draft.name} · {told.days}",
        text="\n".join([lead, "", *_total(told), "", *told.notes(), *([href] if href else []), "", ending, ""]),
        html=str(_page(told, lead, href, ending)),
        attachments=(Attachment(file.name, file.media_type, file.body),),
    )


def _total(told: Told) -> list[str]:
    report = told.report
    if report.total is None:
        return [told.texts("reports.lines", count=len(report.lines))]
    pairs = zip(report.columns, report.total.cells, strict=True)
    return [f"{told.head(column)}: {told.shown(column, cell)}" for column, cell in pairs if cell is not None]


def _page(told: Told, lead: str, href: str, ending: str) -> h.Element:
    """Without colours and styles of its own: each reader's program shows it as it shows everything."""
    report, texts = told.report, told.texts
    rest = len(report.lines) - SHOWN
    return h.html(lang=texts.lang)[
        h.body[
            h.p[lead],
            (h.p[note] for note in told.notes()),
            h.table(border="1", cellpadding="5", cellspacing="0")[
                h.thead[h.tr[(h.th[told.head(column)] for column in report.columns)]],
                h.tbody[
                    (_row(told, line) for line in report.lines[:SHOWN]),
                    report.total is not None and told.has_heads and _row(told, report.total, texts("reports.total")),
                ],
            ],
            rest > 0 and h.p[texts("schedule.letter.rest", count=rest)],
            href and h.p[h.a(href=href)[texts("schedule.letter.open")]],
            h.p[h.small[ending]],
        ]
    ]


def _row(told: Told, line: Line, label: str = "") -> h.Element:
    cells = [told.shown(column, cell) for column, cell in zip(told.report.columns, line.cells, strict=True)]
    if label:
        cells[0] = label
    return h.tr[(h.td(align="right" if number else "left")[cell] for number, cell in enumerate(cells))]
