"""放弃回访: who gave up, each caller once, and whether they came again or were called back."""

from __future__ import annotations

from typing import Final

from dashboard.reports.callbacks import Callback, callbacks
from dashboard.reports.kinds.making import Making
from dashboard.reports.kinds.marks import place_after
from dashboard.reports.report import Column, Line, Note, Report

COLUMNS: Final = (
    Column("at", "moment"), Column("queue", "queue"), Column("number", "number"), Column("caller", "text"), Column("wait", "seconds"),
    Column("tries", "count"), Column("is_short", "word"), Column("rang", "word"), Column("struck", "word"), Column("struck_at", "moment"),
    Column("struck_by", "agent"), Column("called_at", "moment"), Column("contact", "call"),
)  # fmt: skip


def abandoned(making: Making) -> Report:
    """The newest first."""
    first = place_after(making.question.after)
    everybody = callbacks(
        making.look, making.period, making.question.queues, with_struck=True, with_short=True, most=first + making.most
    )
    lines = [Line(_cells(one), queue=one.queue) for one in everybody.lines[first:]]
    after = str(first + making.most) if everybody.is_cut else ""
    looked_into = everybody.open + everybody.struck
    notes = [Note("callbacks", {"open": everybody.open, "struck": everybody.struck, "of": looked_into})]
    return making.report(COLUMNS, lines, notes=notes, after=after, count=everybody.callers)


def _cells(one: Callback) -> tuple[str | int | bool | None, ...]:
    return (
        one.at_ms, one.queue, one.number, one.caller_name, one.wait_s, one.tries, one.is_short, one.rang_at_end, one.struck or "open",
        one.struck_ms, one.struck_by or None, one.called_ms, one.contact,
    )  # fmt: skip
