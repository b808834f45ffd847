"""Single calls in words, wherever they are listed: `/calls/`, a contact's page, an agent's day. Pure."""

from __future__ import annotations

from dashboard.reports.calls import CallLine
from dashboard.reports.calls_question import agent_href, contact_href
from dashboard.reports.names import Names
from dashboard.reports.period import Calendar
from layouts.forms.calls import CallRow
from layouts.forms.table import BadgeKind
from layouts.texts import Catalogue


def call_row(which: str, line: CallLine, names: Names, calendar: Calendar, texts: Catalogue) -> CallRow:
    """`which`: the list it is of (`visits`, `offers`, `own`)."""
    lang = texts.lang
    return CallRow(
        which=which,
        href=contact_href(line.switch, line.boot, line.call),
        at_ms=line.at_ms,
        queue=names.queue(line.queue, lang) if line.queue else "",
        agent=names.agent(line.agent) if line.agent else "",
        agent_href=agent_href(line.agent, calendar.today(line.at_ms)) if line.agent else "",
        number=line.number,
        outcome=line.outcome,
        outcome_word=outcome_word(which, line.outcome, texts),
        detail=_detail(which, line, texts),
        wait_s=line.wait_s,
        talk_s=line.talk_s,
        ended_by=texts(f"calls.ended_by.{line.ended_by}") if line.ended_by else "",
        marks=marks(which, line, texts),
    )


def outcome_word(which: str, outcome: str, texts: Catalogue) -> str:
    """What came of it. What another release wrote stays as it is."""
    return texts.words.get(f"calls.{which}.{outcome}", outcome)


def _detail(which: str, line: CallLine, texts: Catalogue) -> str:
    if which == "own":
        return texts("calls.unconnected") if line.reason else ""
    if line.outcome == "left":
        return texts.words.get(f"calls.reason.{line.reason or 'unknown'}", line.reason)
    return texts.words.get(f"calls.transferred.by.{line.transfer_kind}", "") if line.transfer_kind else ""


def marks(which: str, line: CallLine, texts: Catalogue) -> tuple[tuple[BadgeKind, str], ...]:
    """What one should know of the row."""
    found: list[tuple[BadgeKind, str]] = []
    if line.is_repeat:
        found.append(("plain", texts("calls.mark.repeat")))
    if line.is_back:
        found.append(("good", texts("calls.mark.back")))
    is_over = line.outcome == "answered" and which == "visits" and line.ended_ms is not None
    if is_over and line.talk_s is None:
        found.append(("warn", texts("calls.mark.unknown_end")))
    if line.is_revised:
        found.append(("warn", texts("calls.mark.revised")))
    if line.coverage != "live":
        found.append(("warn", texts.words.get(f"calls.mark.{line.coverage}", texts("calls.mark.partial"))))
    return tuple(found)
