"""The shelf of reports, one report with its filters, picture and table, and the same as a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from flask import Response, abort, request

from dashboard.access.actor import Actor
from dashboard.access.audit import Target
from dashboard.access.permissions import Permission
from dashboard.floor.metrics import REGISTRY
from dashboard.floor.service_level import FORMULAS
from dashboard.pages import charts, forms
from dashboard.pages.doors import Doors, needs
from dashboard.pages.reports import asking
from dashboard.pages.reports.drawing import chart_of, is_incomplete
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.reports.calls_question import agent_href, contact_href
from dashboard.reports.catalogue import CATALOGUE, Kind
from dashboard.reports.files import FORMATS, Format, file_of
from dashboard.reports.names import Names
from dashboard.reports.question import Question, days_of
from dashboard.reports.report import Cell, Column, Line, Report
from dashboard.reports.reports import MOST_LINES, Choices
from dashboard.reports.schedules.schedules import parsed
from dashboard.reports.told import NUMBERS, Told
from layouts.charts import ChartView
from layouts.forms.fields import Option
from layouts.forms.reports import ROOT, SCHEDULES
from layouts.forms.reports.report import (
    CellView,
    Chip,
    Chosen,
    FilterView,
    HeadView,
    Meaning,
    Picked,
    ReportView,
    TableView,
    report_page,
)
from layouts.forms.reports.shelf import ReportCard, ShelfView, shelf
from layouts.texts import Catalogue

VIEW: Final = needs(Permission.REPORTS_VIEW)
EXPORT: Final = needs(Permission.REPORTS_EXPORT)
ROOMS: Final = ("wall", "reports", "mail", "charts")
STYLES: Final = ("css/forms/picker.css", "css/forms/reports.css")
SHOWN_LINES: Final = 500
"""Lines of a report on its page; a file has all of them."""
_DOUBTS: Final = frozenset({"gaps", "not_live"})
"""Notes that say that a figure may be wrong; others explain it."""
QUICK_CARDS: Final = ("today", "yesterday", "last_week", "last_month")


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = ReportPages(services)
    doors.route(ROOT, "reports", pages.shelf, VIEW)
    doors.route(f"{ROOT}<report>/", "report", pages.one, VIEW)
    doors.route(f"{ROOT}<report>/export", "report_export", pages.export, EXPORT, methods=("POST",))


class ReportPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._reports = services.archive.reports

    def shelf(self) -> Response:
        """Which there are for this person."""
        actor, texts = forms.actor(), forms.texts(*ROOMS)
        choices = self._reports.choices(actor, texts.lang)
        cards = tuple(_card(kind, choices.today, texts) for kind in choices.reports)
        is_whole = actor.scope(Permission.REPORTS_VIEW).is_everything
        view = ShelfView(
            cards=cards,
            since=choices.since.isoformat() if choices.since else "",
            scope="" if is_whole else texts("reports.scope_part"),
            may_schedule=actor.may(Permission.REPORTS_EXPORT),
        )
        return forms.page("reports", "title.reports", shelf(view, texts), rooms=ROOMS, styles=STYLES)

    def one(self, report: str) -> Response:
        """The report that the address asks for; the filter's form leads to the address that says the same in few words."""
        actor, texts = forms.actor(), forms.texts(*ROOMS)
        choices = self._reports.choices(actor, texts.lang)
        kind = _kind(choices, report)
        address = asking.for_report(asking.from_form(request.args.to_dict(flat=False), choices.today), kind)
        sort = request.args.get("sort", "")[:60]
        try:
            asked = self._reports.asked(actor, address)
            if "was" in request.args:
                return forms.see_other(asking.href(asked, sort=sort))
            found = self._reports.run(actor, asked)
        except Refused as refused:
            return self._refused(kind, choices, address, refused, texts)
        return self._page(self._view(actor, kind, choices, found, sort, texts), has_picture=found.chart is not None)

    def export(self, report: str) -> Response:
        """A file of the same question, on record before its first byte."""
        actor, texts, posted = forms.actor(), forms.texts(*ROOMS), forms.posted()
        choices = self._reports.choices(actor, texts.lang)
        kind = _kind(choices, report)
        form: Format = next((known for known in FORMATS if known == posted["format"]), "xlsx")
        address = asking.for_report(parsed(posted["query"]), kind)
        try:
            asked = replace(self._reports.asked(actor, address), after="")
            found = self._reports.run(actor, asked, most=MOST_LINES)
        except Refused as refused:
            return self._refused(kind, choices, address, refused, texts)
        file = file_of(found, form, texts, by=actor.name)
        details = {"file": file.name, "question": found.question.query(), "lines": len(found.lines)}
        self._services.audit.record(
            actor, "report.exported", Target("report", kind.id, Told(found, texts).title), details=details
        )
        named = f'attachment; filename="{file.name}"'
        return Response(file.body, content_type=file.media_type, headers={"Content-Disposition": named})

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _view(
        self, actor: Actor, kind: Kind, choices: Choices, found: Report, sort: str, texts: Catalogue
    ) -> ReportView:
        told = Told(found, texts)
        asked = found.question
        lines = _sorted(found, sort)

        def opens(column: Column, line: Line, cell: Cell) -> str:
            calls = found.opened(line, column) if cell and not isinstance(cell, str) else None
            return "" if calls is None else calls.href()

        def cell_view(column: Column, line: Line, cell: Cell) -> CellView:
            is_pale = column.kind in NUMBERS and is_incomplete(line)
            text = texts("reports.open_call") if column.kind == "call" and cell else told.shown(column, cell)
            return CellView(text, opens(column, line, cell) or _place(column, line, cell), is_pale)

        def row(line: Line) -> tuple[CellView, ...]:
            return tuple(cell_view(*pair) for pair in _pairs(found, line))

        drawn = chart_of(told, opens)
        total = found.total
        query = asked.query()
        return ReportView(
            report=kind.id,
            title=told.title,
            about=texts(f"reports.about.{kind.id}"),
            days=_days_words(asked, told.days, texts),
            made=_made(found, told, texts),
            filters=_filters(kind, choices, asked, texts),
            query=query,
            table=TableView(
                heads=tuple(_head(told, column, asked, sort) for column in found.columns),
                rows=tuple(row(line) for line in lines[:SHOWN_LINES]),
                total=None if total is None or not told.has_heads else _total(row(total), found, texts),
                left_out=max(0, len(lines) - SHOWN_LINES),
                more=asking.href(replace(asked, after=found.after)) if found.after else "",
            ),
            drawn=None if drawn is None else ChartView(drawn, charts.plotly_address(), told.zone.key),
            notes=tuple(
                ("warn" if note.word in _DOUBTS else "info", said)
                for note, said in zip(found.notes, told.notes(), strict=True)
            ),
            meanings=_meanings(told),
            may_export=actor.may(Permission.REPORTS_EXPORT),
            schedule=f"{SCHEDULES}new?{urlencode({'query': query})}" if actor.may(Permission.REPORTS_EXPORT) else "",
        )

    def _refused(
        self, kind: Kind, choices: Choices, address: asking.Address, refused: Refused, texts: Catalogue
    ) -> Response:
        """The filter as it was filled in, and what is wrong with it."""
        asked = Question(kind.id, choices.today, choices.today)
        filters = _filters(kind, choices, asked, texts)
        known = {one.name for one in filters.choices} | {one.name for one in filters.pickers} | {"from", "to"}
        known |= {"threshold"} if kind.has_formula else set()
        errors = forms.field_errors(refused, texts)
        errors = {name if name in known else "": said for name, said in errors.items()}
        filters = replace(_as_typed(filters, address), errors=errors)
        title, about = texts(f"reports.name.{kind.id}"), texts(f"reports.about.{kind.id}")
        view = ReportView(kind.id, title, about, "", "", filters)
        return self._page(view, has_picture=False, status=422)

    def _page(self, view: ReportView, *, has_picture: bool, status: int = 200) -> Response:
        return forms.page(
            "reports",
            "title.reports",
            report_page(view, forms.texts(*ROOMS)),
            rooms=ROOMS,
            status=status,
            name=view.title,
            styles=(*STYLES, *(charts.STYLES if has_picture else ())),
            libraries=charts.LIBRARIES if has_picture else (),
        )


def _total(cells: tuple[CellView, ...], report: Report, texts: Catalogue) -> tuple[CellView, ...]:
    """What stands before the figures tells lines apart, so the last one has nothing there."""
    heads = next((at for at, column in enumerate(report.columns) if column.kind in NUMBERS), len(cells))
    return (CellView(texts("reports.total")), *(CellView("") for _ in cells[1:heads]), *cells[max(1, heads) :])


def _kind(choices: Choices, report: str) -> Kind:
    kind = CATALOGUE.get(report)
    if kind is None or kind not in choices.reports:
        abort(404)
    return kind


def _card(kind: Kind, today: date, texts: Catalogue) -> ReportCard:
    base = Question(kind.id, today, today, days="today")
    quick = tuple(
        (texts(f"reports.days.{days}"), asking.href(asking.of_days(base, days, today)))
        for days in asking.QUICK
        if days in QUICK_CARDS
    )
    return ReportCard(texts(f"reports.name.{kind.id}"), texts(f"reports.about.{kind.id}"), quick[0][1], quick)


def _filters(kind: Kind, choices: Choices, asked: Question, texts: Catalogue) -> FilterView:
    chips = tuple(
        Chip(
            texts(f"reports.days.{days}"),
            asking.href(asking.of_days(asked, days, choices.today)),
            asked.days == days or (not asked.days and (asked.from_day, asked.to_day) == days_of(days, choices.today)),
        )
        for days in asking.QUICK
    )
    return FilterView(
        chips=chips,
        from_day=asked.from_day.isoformat(),
        to_day=asked.to_day.isoformat(),
        was=asked.days,
        choices=tuple(_choices(kind, asked, texts)),
        pickers=tuple(_pickers(kind, choices, asked, texts)),
        threshold=("" if asked.threshold_s is None else str(asked.threshold_s)) if kind.has_formula else None,
        clear=asking.href(Question(kind.id, asked.from_day, asked.to_day, days=asked.days)),
    )


def _as_typed(filters: FilterView, address: asking.Address) -> FilterView:
    """With what the address says, whether it can be asked or not."""
    typed = {name: next(iter(values), "") for name, values in address.items()}
    return replace(
        filters,
        from_day=typed.get("from", filters.from_day),
        to_day=typed.get("to", filters.to_day),
        was="",
        choices=tuple(replace(one, value=typed.get(one.name, one.value)) for one in filters.choices),
        pickers=tuple(replace(one, chosen=tuple(address.get(one.name, ()))) for one in filters.pickers),
        threshold=None if filters.threshold is None else typed.get("threshold", "")[:20],
    )


def _choices(kind: Kind, asked: Question, texts: Catalogue) -> list[Chosen]:
    found: list[Chosen] = []
    if len(kind.steps) > 1:
        steps = tuple(Option(step, texts(f"reports.step.{step}")) for step in kind.steps)
        found.append(Chosen("step", steps, asked.step or kind.steps[0]))
    if len(kind.each) > 1:
        each = tuple(Option(one, texts(f"reports.each.{one}")) for one in kind.each)
        found.append(Chosen("each", each, asked.each or kind.each[0]))
    if kind.metrics:
        metrics = tuple(Option(one, REGISTRY[one].names[texts.lang]) for one in kind.metrics)
        found.append(Chosen("metric", metrics, asked.metric or kind.metrics[0]))
    if kind.has_formula:
        own = Option("", texts("reports.own_formula"))
        formulas = (own, *(Option(one, texts(f"formula.{one}")) for one in FORMULAS))
        found.append(Chosen("formula", formulas, asked.formula or ""))
    return found


def _pickers(kind: Kind, choices: Choices, asked: Question, texts: Catalogue) -> list[Picked]:
    names, lang = choices.names, texts.lang
    options = {
        "queue": [Option(one, names.queue(one, lang)) for one in choices.queues],
        "team": [Option(one, names.team(one, lang)) for one in choices.teams],
        "agent": [Option(one, names.agent(one), _staff_number(names, one)) for one in choices.agents],
    }
    chosen = {"queue": asked.queues, "team": asked.teams, "agent": asked.agents}
    return [Picked(name, tuple(options[name]), chosen[name]) for name in options if name in kind.filters]


def _staff_number(names: Names, agent: str) -> str:
    known = names.agents.get(agent)
    return known.staff_number if known is not None else ""


def _head(told: Told, column: Column, asked: Question, sort: str) -> HeadView:
    is_number = column.kind in NUMBERS
    if asked.after or told.report.after:  # a page of a list has an order of its own
        return HeadView(told.head(column), is_number)
    is_here, is_down = sort.lstrip("-") == column.id, sort.startswith("-")
    other = column.id if (is_here and is_down) or (not is_here and not is_number) else f"-{column.id}"
    order = ("descending" if is_down else "ascending") if is_here else ""
    return HeadView(told.head(column), is_number, asking.href(asked, sort=other), order)  # type: ignore[arg-type]


def _sorted(report: Report, sort: str) -> tuple[Line, ...]:
    """By a column of the report; what has no value stands last. Without one, as the report has it."""
    place = next((at for at, column in enumerate(report.columns) if column.id == sort.lstrip("-")), None)
    if place is None or not sort or report.after or report.question.after:
        return report.lines
    there = [line for line in report.lines if line.cells[place] is not None]
    none = [line for line in report.lines if line.cells[place] is None]
    there.sort(key=lambda line: line.cells[place], reverse=sort.startswith("-"))  # type: ignore[arg-type, return-value]
    return (*there, *none)


def _pairs(report: Report, line: Line) -> list[tuple[Column, Line, Cell]]:
    return [(column, line, cell) for column, cell in zip(report.columns, line.cells, strict=True)]


def _place(column: Column, line: Line, cell: Cell) -> str:
    """The page of what a cell names."""
    if not isinstance(cell, str) or not cell:
        return ""
    match column.kind:
        case "agent":
            return agent_href(cell, line.days[0] if line.days is not None and line.days[0] == line.days[1] else None)
        case "call":
            return contact_href(*cell.split("/", 2)) if cell.count("/") >= 2 else ""
    return ""


def _meanings(told: Told) -> tuple[Meaning, ...]:
    found: dict[str, Meaning] = {}
    for column in told.report.columns:
        one = told.definition(column)
        if one.meaning or one.formula:
            name = REGISTRY[one.metric].names[told.texts.lang] if one.metric and column.of else one.column
            found.setdefault(one.metric or column.id, Meaning(name, one.meaning, one.formula, one.window))
    return tuple(found.values())


def _made(found: Report, told: Told, texts: Catalogue) -> str:
    at = datetime.fromtimestamp(found.made_at_ms / 1000, told.zone)
    made = texts("reports.made", at=f"{at:%Y-%m-%d %H:%M:%S}", zone=told.zone.key)
    return made if found.count is None else f"{texts('reports.in_all', count=found.count)} · {made}"


def _days_words(asked: Question, days: str, texts: Catalogue) -> str:
    return f"{texts(f'reports.days.{asked.days}')} ({days})" if asked.days else days
