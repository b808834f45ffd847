"""An agent's day in words: the ribbon and what of it is shown, the states as rows, the figures, the calls. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from dashboard.floor.metrics import needed
from dashboard.pages.call_rows import call_row
from dashboard.reports.agent_day import AgentDay, DayFigure, StateStretch
from dashboard.reports.calls_question import CallsQuestion, agent_href, contact_href
from layouts.figures import NONE, duration, figure
from layouts.forms.agent_day import AgentDayView, Bar, DayFigureView, Ribbon, StateRow, Tick
from layouts.forms.notice import NoticeKind
from layouts.forms.table import BadgeKind
from layouts.texts import Catalogue

LANES: Final = (
    "talking", "holding", "ringing", "wrapping_up", "available", "paused", "busy_elsewhere", "monitoring", "unreachable",
    "signed_out",
)  # fmt: skip
"""From top to bottom; those that do not occur are left out."""
STEPS_S: Final = (1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10_800)
"""Between two ticks."""
MOST_TICKS: Final = 12
LEAST_SHOWN_S: Final = 30
_MARGIN_S: Final = 900

_OPENS: Final[Mapping[str, Mapping[str, str]]] = {
    "calls_handled": {"outcome": "answered", "basis": "ended"},
    "aht": {"outcome": "answered", "basis": "ended", "sort": "-talk"},
    "avg_talk": {"outcome": "answered", "basis": "ended", "sort": "-talk"},
    "calls_missed": {"which": "offers", "outcome": "missed"},
    "calls_rejected": {"which": "offers", "outcome": "rejected"},
    "calls_dialled": {"which": "own", "kind": "outbound"},
    "calls_connected": {"which": "own", "kind": "outbound", "connected": "yes"},
    "transfers": {"transferred": "out", "basis": "ended"},
    "hung_up_first": {"ended_by": "agent", "basis": "ended"},
}
"""Metric → the fields of the calls that it counts."""


def agent_day_view(found: AgentDay, texts: Catalogue, *, shown: str, oldest: date) -> AgentDayView:
    """`shown`: what the address asks of the ribbon (`9000-12600`, seconds since the day began). `oldest`: the first day of which single
    states are kept."""
    path = agent_href(found.agent)
    numbers = {f"{line.switch}/{line.boot}/{line.call}": line.number for _, line in found.calls if line.number}
    return AgentDayView(
        agent=found.agent,
        about=_about(found, texts),
        path=path,
        day=found.day.isoformat(),
        day_word=_day_word(found.day, texts),
        ribbon=_ribbon(found, texts, shown, numbers) if found.stretches else None,
        rows=tuple(_row(found, stretch, texts, numbers) for stretch in found.stretches),
        figures=tuple(_figure(found, one, texts) for one in found.figures),
        calls=tuple(call_row(which, line, found.names, found.calendar, texts) for which, line in found.calls),
        calls_href=CallsQuestion(from_day=found.day, to_day=found.day, agents=(found.agent,)).href(),
        teammates=max((one.of for one in found.figures), default=0),
        previous=agent_href(found.agent, found.day - timedelta(days=1)),
        following=agent_href(found.agent, found.day + timedelta(days=1)) if found.day < found.today else "",
        today=path if found.day != found.today else "",
        notes=tuple(_notes(found, texts)),
        empty=_empty(found, texts, oldest),
        is_live=found.start_ms <= found.now_ms < found.end_ms,
    )


def _about(found: AgentDay, texts: Catalogue) -> str:
    team = found.names.team(found.team, texts.lang) if found.team else ""
    return " · ".join(part for part in (found.staff_number, found.agent, team) if part)


def _day_word(day: date, texts: Catalogue) -> str:
    return texts("agent_day.day_word", day=day.isoformat(), weekday=texts(f"calls.weekday.{day.isoweekday()}"))


def _notes(found: AgentDay, texts: Catalogue) -> list[tuple[NoticeKind, str]]:
    notes: list[tuple[NoticeKind, str]] = []
    if not found.is_whole:
        notes.append(("info", texts("agent_day.note.by_queue")))
    if found.known_ms < min(found.now_ms, found.end_ms):
        at = found.calendar.local(found.known_ms).strftime("%Y-%m-%d %H:%M:%S")
        notes.append(("bad", texts("calls.note.behind", at=at)))
    missing_s = sum(last - first for first, last in found.gaps) / 1000
    if missing_s >= 1:
        notes.append(("warn", texts("agent_day.note.gaps", length=duration(missing_s))))
    if any(stretch.is_revised for stretch in found.stretches):
        notes.append(("warn", texts("agent_day.note.revised")))
    if any(stretch.coverage != "live" for stretch in found.stretches):
        notes.append(("warn", texts("calls.note.coverage")))
    return notes


def _empty(found: AgentDay, texts: Catalogue, oldest: date) -> str:
    if found.is_future:
        return texts("agent_day.empty.future")
    if found.day < oldest:
        return texts("agent_day.empty.too_old", day=oldest.isoformat())
    if found.since is None or found.day < found.since:
        since = found.since.isoformat() if found.since else NONE
        return texts("agent_day.empty.before", day=since)
    return texts("agent_day.empty.nothing")


# -- the ribbon ---------------------------------------------------------------------------------------------------------


def _ribbon(found: AgentDay, texts: Catalogue, shown: str, numbers: Mapping[str, str]) -> Ribbon:
    length_s = (found.end_ms - found.start_ms) / 1000
    lanes = tuple(state for state in LANES if any(one.state == state for one in found.stretches))
    first_s, last_s = shown_of(shown, length_s) or usual_of(found)
    is_growing = found.start_ms <= found.now_ms < found.end_ms and found.known_ms == found.now_ms
    begins = found.calendar.local(found.start_ms)
    return Ribbon(
        lanes=lanes,
        bars=tuple(_bar(found, one, lanes, texts, numbers) for one in found.stretches),
        ticks=ticks_of(begins, first_s, last_s),
        gaps=tuple(((first - found.start_ms) / 1000, (last - found.start_ms) / 1000) for first, last in found.gaps),
        length_s=length_s,
        first_s=first_s,
        last_s=last_s,
        now_s=(found.now_ms - found.start_ms) / 1000 if is_growing else None,
        links=_links(found, first_s, last_s, length_s),
        clock_s=begins.hour * 3600 + begins.minute * 60 + begins.second,
        jump=jump_of(begins, length_s),
    )


def shown_of(text: str, length_s: float) -> tuple[float, float] | None:
    """What an address asks for; None for what is none."""
    first_text, _, last_text = text.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in (first_text, last_text)):
        return None
    first, last = float(first_text), min(float(last_text), length_s)
    return (first, last) if last - first >= LEAST_SHOWN_S else None


def usual_of(found: AgentDay) -> tuple[float, float]:
    """Where nothing is asked for: from before the first state that is no absence until after the last, in whole hours."""
    length_s = (found.end_ms - found.start_ms) / 1000
    there = [one for one in found.stretches if one.state != "signed_out"] or list(found.stretches)
    first = (there[0].start_ms - found.start_ms) / 1000 - _MARGIN_S
    last = (there[-1].end_ms - found.start_ms) / 1000 + _MARGIN_S
    return max(0.0, first // 1800 * 1800), min(length_s, -(-last // 1800) * 1800)


def jump_of(begins: datetime, length_s: float) -> tuple[float, int] | None:
    """When the local clock is changed on this day, in seconds since it began, and by how many; None on all other days."""

    def offset_s(at_s: float) -> float:
        offset = datetime.fromtimestamp(begins.timestamp() + at_s, begins.tzinfo).utcoffset()
        return offset.total_seconds() if offset else 0.0

    before, after = offset_s(0), offset_s(length_s - 1)
    if before == after:
        return None
    at_s = next((float(at) for at in range(0, int(length_s), 900) if offset_s(at) != before), length_s)
    return at_s, int(after - before)


def ticks_of(begins: datetime, first_s: float, last_s: float) -> tuple[Tick, ...]:
    """Moments of the local clock, as many as there is room for. On the days on which the clock is changed they stay whole hours since
    the day began."""
    step = next((one for one in STEPS_S if (last_s - first_s) / one <= MOST_TICKS), STEPS_S[-1])
    clock_s = begins.hour * 3600 + begins.minute * 60 + begins.second
    at_s = -(-(first_s + clock_s) // step) * step - clock_s
    found = []
    while at_s <= last_s:
        local = datetime.fromtimestamp(begins.timestamp() + at_s, begins.tzinfo)
        found.append(Tick(at_s, local.strftime("%H:%M:%S" if step < 60 else "%H:%M")))
        at_s += step
    return tuple(found)


def _links(found: AgentDay, first_s: float, last_s: float, length_s: float) -> dict[str, str]:
    """What the buttons lead to without a script."""
    width, middle = last_s - first_s, (first_s + last_s) / 2

    def to(first: float, last: float) -> str:
        size = min(last - first, length_s)
        first = min(max(0.0, first), length_s - size)
        return _zoomed(found, first, first + size)

    near, far = max(width / 4, LEAST_SHOWN_S / 2), width
    return {
        "in": to(middle - near, middle + near),
        "out": to(middle - far, middle + far),
        "left": to(first_s - width / 2, last_s - width / 2),
        "right": to(first_s + width / 2, last_s + width / 2),
        "all": _zoomed(found, 0, length_s),
    }


def _zoomed(found: AgentDay, first_s: float, last_s: float) -> str:
    query = urlencode({"day": found.day.isoformat(), "view": f"{first_s:.0f}-{last_s:.0f}"})
    return f"{agent_href(found.agent)}?{query}#states"


def _bar(found: AgentDay, one: StateStretch, lanes: Sequence[str], texts: Catalogue, numbers: Mapping[str, str]) -> Bar:
    about = _of(found, one, texts)
    number = numbers.get(one.call, "")
    return Bar(
        lane=lanes.index(one.state),
        state=one.state,
        start_s=(one.start_ms - found.start_ms) / 1000,
        end_s=(one.end_ms - found.start_ms) / 1000,
        what=state_word(one, texts),
        when=_when(found, one, texts),
        about=" · ".join(part for part in (about, number) if part),
        label=about or number,
        href=_href(one),
        is_running=one.is_running,
        is_sure=not one.is_revised and one.coverage == "live",
    )


def _when(found: AgentDay, one: StateStretch, texts: Catalogue) -> str:
    first, last = (found.calendar.local(at_ms).strftime("%H:%M:%S") for at_ms in (one.start_ms, one.end_ms))
    length = duration((one.end_ms - one.start_ms) / 1000)
    return texts(
        "agent_day.when_running" if one.is_running else "agent_day.when", first=first, last=last, length=length
    )


def state_word(one: StateStretch, texts: Catalogue) -> str:
    """What the state is called; an internal call is said to be one."""
    word = texts(f"state.{one.state}")
    return texts("agent_day.internal", state=word) if one.is_internal else word


def _of(found: AgentDay, one: StateStretch, texts: Catalogue) -> str:
    reason = found.names.reason(one.reason, texts.lang) if one.reason else ""
    queue = found.names.queue(one.queue, texts.lang) if one.queue else ""
    return " · ".join(part for part in (reason, queue) if part)


def _href(one: StateStretch) -> str:
    return contact_href(*one.call.split("/", 2)) if one.call.count("/") >= 2 else ""


# -- rows and figures ---------------------------------------------------------------------------------------------------


def _row(found: AgentDay, one: StateStretch, texts: Catalogue, numbers: Mapping[str, str]) -> StateRow:
    marks: list[tuple[BadgeKind, str]] = []
    if one.begins_before:
        marks.append(("plain", texts("agent_day.mark.before")))
    if one.is_revised:
        marks.append(("warn", texts("calls.mark.revised")))
    if one.coverage != "live":
        marks.append(("warn", texts("calls.mark.partial")))
    margin = max((one.end_ms - one.start_ms) / 2000, 60)
    first_s = max(0.0, (one.start_ms - found.start_ms) / 1000 - margin)
    return StateRow(
        start_ms=one.start_ms,
        end_ms=None if one.is_running else one.end_ms,
        length=duration((one.end_ms - one.start_ms) / 1000),
        state=one.state,
        state_word=state_word(one, texts),
        about=_of(found, one, texts),
        zoom=_zoomed(found, first_s, (one.end_ms - found.start_ms) / 1000 + margin),
        href=_href(one),
        number=numbers.get(one.call, ""),
        marks=tuple(marks),
    )


def _figure(found: AgentDay, one: DayFigure, texts: Catalogue) -> DayFigureView:
    metric = needed(one.metric, found.names.settings.measures)
    opens = _OPENS.get(one.metric)
    href = ""
    if opens is not None and one.value.value:
        base = CallsQuestion(from_day=found.day, to_day=found.day, agents=(found.agent,))
        href = replace(base, **opens).href()  # type: ignore[arg-type]
    value = one.value.value
    if metric.unit == "time":
        shown = found.calendar.local(int(value)).strftime("%H:%M:%S") if isinstance(value, int | float) else NONE
    else:
        shown = figure(value if isinstance(value, int | float) else None, metric.unit)
    lang = texts.lang
    return DayFigureView(
        name=metric.names.get(lang, metric.names["en"]),
        definition=metric.definitions.get(lang, metric.definitions["en"]),
        value=shown,
        median="" if one.median is None else figure(one.median, metric.unit),
        href=href,
        is_incomplete=one.value.gap_s >= 1,
    )
