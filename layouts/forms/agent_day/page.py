"""The page of an agent's day, made of the ribbon, the day's figures, the calls, and the ribbon's states as a table."""

from __future__ import annotations

from dataclasses import dataclass

import htpy as h

from layouts.forms.agent_day.ribbon import Ribbon, ribbon
from layouts.forms.calls import CallRow, mixed_table
from layouts.forms.fields import button, form, link_button, text_field
from layouts.forms.frame import icon
from layouts.forms.moment import Moments
from layouts.forms.notice import NoticeKind, notice
from layouts.forms.panel import panel
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue


@dataclass(frozen=True, slots=True)
class StateRow:
    """A stretch in words. `zoom`: the address that shows it on the ribbon. `href`: its contact's path."""

    start_ms: int
    end_ms: int | None
    length: str
    state: str
    state_word: str
    about: str
    zoom: str
    href: str = ""
    number: str = ""
    marks: tuple[tuple[BadgeKind, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DayFigureView:
    """A figure by its name of the dictionary, and what it is. `median` "" for none. `href`: its calls, "" for none."""

    name: str
    definition: str
    value: str
    median: str = ""
    href: str = ""
    is_incomplete: bool = False


@dataclass(frozen=True, slots=True)
class AgentDayView:
    """The page. `day`: as fields and links have it; `day_word`: as people read it. `previous`, `following`, `today`: addresses, "" for
    none. `notes`: what one should know. `empty`: instead of the ribbon, where there is nothing to draw. `teammates`: how many the median is
    of. `is_live`: the day is going on."""

    agent: str
    about: str
    path: str
    day: str
    day_word: str
    ribbon: Ribbon | None
    rows: tuple[StateRow, ...]
    figures: tuple[DayFigureView, ...]
    calls: tuple[CallRow, ...]
    calls_href: str
    teammates: int
    previous: str
    following: str
    today: str
    notes: tuple[tuple[NoticeKind, str], ...] = ()
    empty: str = ""
    error: str = ""
    is_live: bool = False


def agent_day(view: AgentDayView, texts: Catalogue, moments: Moments) -> h.Element:
    """The whole page. What grows while the day goes on stands in parts that the script renews (`data-part`)."""
    return h.div(class_="agent_day", data_live="yes" if view.is_live else None)[
        _head(view, texts),
        h.div(class_="notes", data_part="notes")[_notes(view)],
        _states(view, texts),
        h.div(data_part="figures")[_figures(view, texts) if view.figures else None],
        h.div(data_part="calls")[_calls(view, texts, moments)],
        h.div(data_part="rows")[_rows(view, texts, moments) if view.rows else None],
    ]


def _notes(view: AgentDayView) -> h.Node:
    kinds = dict.fromkeys(kind for kind, _ in view.notes)
    return [notice(kind, *(h.p[sentence] for one, sentence in view.notes if one == kind)) for kind in kinds]


def _head(view: AgentDayView, texts: Catalogue) -> h.Element:
    return h.div(class_="day_head")[
        h.p(class_="lead")[view.about],
        h.div(class_="day_nav")[
            link_button(texts("agent_day.previous"), view.previous),
            form(
                view.path,
                text_field("day", texts("agent_day.day"), view.day, kind="date", error=view.error),
                button(texts("agent_day.show"), "plain"),
                method="get",
                layout="row",
            ),
            view.following and link_button(texts("agent_day.following"), view.following),
            view.today and link_button(texts("agent_day.today"), view.today),
        ],
    ]


def _states(view: AgentDayView, texts: Catalogue) -> h.Element:
    drawn: h.Node = ribbon(view.ribbon, texts) if view.ribbon else h.p(class_="empty_table")[view.empty]
    return panel(texts("agent_day.states", day=view.day_word), drawn, name="states")


def _figures(view: AgentDayView, texts: Catalogue) -> h.Element:
    hint = texts("agent_day.median", n=view.teammates) if view.teammates > 1 else ""
    return panel(
        texts("agent_day.figures"),
        h.dl(class_="day_figures")[(_figure(figure, texts) for figure in view.figures)],
        hint=hint,
    )


def _figure(figure: DayFigureView, texts: Catalogue) -> h.Element:
    value: h.Node = h.a(href=figure.href)[figure.value] if figure.href else figure.value
    return h.div[
        h.dt(title=figure.definition)[figure.name],
        h.dd[
            h.b[value],
            figure.is_incomplete and _incomplete(texts("agent_day.incomplete")),
            figure.median and h.small[texts("agent_day.of_team", value=figure.median)],
        ],
    ]


def _incomplete(word: str) -> h.Element:
    return h.span(class_="incomplete", title=word)[icon("level-amber"), h.span(class_="unseen")[word]]


def _calls(view: AgentDayView, texts: Catalogue, moments: Moments) -> h.Element:
    caption = texts("agent_day.calls", n=len(view.calls))
    return panel(
        caption,
        mixed_table(view.calls, texts, moments, caption, texts("agent_day.no_calls"), one_day=True),
        view.calls_href and h.p[h.a(href=view.calls_href)[texts("agent_day.all_calls")]],
    )


def _rows(view: AgentDayView, texts: Catalogue, moments: Moments) -> h.Element:
    columns = [
        Column(texts("agent_day.column.start")),
        Column(texts("agent_day.column.end")),
        Column(texts("agent_day.column.length"), "number"),
        Column(texts("agent_day.column.state")),
        Column(texts("agent_day.column.about")),
        Column(texts("agent_day.column.call")),
    ]
    cells: list[list[h.Node]] = [
        [
            h.a(href=row.zoom, class_="zoom", title=texts("agent_day.zoom"))[moments.clock(row.start_ms)],
            moments.clock(row.end_ms, texts("agent_day.running")),
            row.length,
            h.span(class_=f"state_word s-{row.state}")[icon(row.state), row.state_word],
            [row.about or "–", [badge(kind, word) for kind, word in row.marks]],
            h.a(href=row.href)[row.number or texts("calls.open")] if row.href else "–",
        ]
        for row in view.rows
    ]
    caption = texts("agent_day.rows", n=len(view.rows))
    return h.details(class_="panel state_rows", id="rows")[
        h.summary[caption], table(columns, cells, "", caption=caption)
    ]
