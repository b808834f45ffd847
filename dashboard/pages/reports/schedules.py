"""`/reports/schedules/`: reports that go out by themselves, what became of each, and a test letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import htpy as h
from flask import Response, abort, request

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.mail import MailFailed, addresses_in
from dashboard.pages import forms
from dashboard.pages.doors import Doors, needs
from dashboard.pages.moments import site_moments
from dashboard.pages.reports import asking
from dashboard.pages.services import Services, now_ms
from dashboard.refusal import NotThere, Refused
from dashboard.reports.files import FORMATS
from dashboard.reports.question import DAYS, Question
from dashboard.reports.report import Report
from dashboard.reports.schedules import Draft, Run, Schedule, Sentence
from dashboard.reports.schedules.schedules import parsed
from dashboard.reports.schedules.timing import timing
from dashboard.reports.told import Told
from layouts.forms.fields import Option
from layouts.forms.moment import Moments
from layouts.forms.reports import SCHEDULES
from layouts.forms.reports.schedules import (
    RunView,
    ScheduleForm,
    ScheduleLine,
    SchedulesView,
    ScheduleView,
    new_page,
    schedule_page,
    schedules_page,
)
from layouts.forms.table import BadgeKind
from layouts.texts import LANGUAGES, Catalogue

NEED: Final = needs(Permission.REPORTS_EXPORT)
ROOMS: Final = ("access", "wall", "reports", "mail")
STYLES: Final = ("css/forms/reports.css",)
FIELDS: Final = ("name", "days", "every", "at", "month_day", "recipients", "format", "lang")
_DAYS_OF: Final = {"day": "yesterday", "week": "last_week", "month": "last_month"}
_KINDS: Final[dict[str, BadgeKind]] = {
    "sent": "good",
    "partly": "warn",
    "unknown": "warn",
    "missed": "warn",
    "failed": "bad",
    "refused": "bad",
}


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = SchedulePages(services)
    one = f"{SCHEDULES}<schedule_id>/"
    doors.route(SCHEDULES, "schedules", pages.listed, NEED)
    doors.route(f"{SCHEDULES}new", "schedule_new", pages.new, NEED)
    doors.route(f"{SCHEDULES}new", "schedule_add", pages.add, NEED, methods=("POST",))
    doors.route(one, "schedule", pages.one, NEED)
    doors.route(f"{one}change", "schedule_change", pages.change, NEED, methods=("POST",))
    doors.route(f"{one}on", "schedule_on", pages.on, NEED, methods=("POST",))
    doors.route(f"{one}off", "schedule_off", pages.off, NEED, methods=("POST",))
    doors.route(f"{one}remove", "schedule_remove", pages.remove, NEED, methods=("POST",))
    doors.route(f"{one}test", "schedule_test", pages.test, NEED, methods=("POST",))


class SchedulePages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._schedules = services.schedules

    def listed(self) -> Response:
        """All that this person may see."""
        actor, texts = forms.actor(), forms.texts(*ROOMS)
        lines = tuple(self._line(actor, one, texts) for one in self._schedules.listed(actor))
        view = SchedulesView(lines, self._services.mail.is_there)
        return _page("title.schedules", schedules_page(view, texts))

    def new(self) -> Response:
        """The form for a report that somebody looks at."""
        actor, texts = forms.actor(), forms.texts(*ROOMS)
        query = request.args.get("query", "")[: forms.MOST_CHARACTERS]
        asked = self._asked(actor, query)
        name = texts(f"reports.name.{asked.report}")
        every = next((one for one, days in _DAYS_OF.items() if days == asked.days), "day")
        values = {
            "name": name,
            "days": asked.days or _DAYS_OF[every],
            "every": every,
            "at": "08:30",
            "month_day": "1",
            "format": FORMATS[0],
            "lang": texts.lang,
        }
        return self._new(actor, asked, values, ("1",), {}, texts)

    def add(self) -> Response:
        """A new one."""
        actor, texts, posted = forms.actor(), forms.texts(*ROOMS), forms.posted()
        asked = self._asked(actor, posted["query"])
        try:
            schedule_id = self._schedules.add(actor, _draft(asked, posted))
        except Refused as refused:
            values = {name: posted[name] for name in FIELDS}
            errors = forms.field_errors(refused, texts)
            return self._new(actor, asked, values, posted.all("weekdays"), errors, texts, status=422)
        return forms.said(f"{SCHEDULES}{schedule_id}/", "said.schedule_added")

    def one(self, schedule_id: str) -> Response:
        """One of them."""
        return self._one(self._found(schedule_id))

    def change(self, schedule_id: str) -> Response:
        """It says something else from now on."""
        actor, posted, found = forms.actor(), forms.posted(), self._found(schedule_id)
        try:
            draft = _draft(self._asked(actor, posted["query"]), posted)
            self._schedules.change(actor, schedule_id, replace(draft, is_on=found.draft.is_on))
        except Refused as refused:
            values = {name: posted[name] for name in FIELDS}
            return self._one(found, values, posted.all("weekdays"), refused)
        return forms.said(f"{SCHEDULES}{schedule_id}/", "said.schedule_changed")

    def on(self, schedule_id: str) -> Response:
        """It goes out again."""
        self._schedules.turn(forms.actor(), self._found(schedule_id).id, is_on=True)
        return forms.said(f"{SCHEDULES}{schedule_id}/", "said.schedule_on")

    def off(self, schedule_id: str) -> Response:
        """It does not go out any more."""
        self._schedules.turn(forms.actor(), self._found(schedule_id).id, is_on=False)
        return forms.said(f"{SCHEDULES}{schedule_id}/", "said.schedule_off")

    def remove(self, schedule_id: str) -> Response:
        """With everything that is known of it."""
        self._schedules.remove(forms.actor(), self._found(schedule_id).id)
        return forms.said(SCHEDULES, "said.schedule_removed")

    def test(self, schedule_id: str) -> Response:
        """Its letter now, to one address, while the person waits."""
        actor, posted, found = forms.actor(), forms.posted(), self._found(schedule_id)
        try:
            self._services.throttle.demand("report_mail", actor.address, actor.account_id)
            self._services.mailing.send_test(actor, found.draft, posted["address"], now_ms())
        except MailFailed as failed:
            return self._one(found, refused=Refused(failed.word, "address", **failed.values), test_to=posted["address"])
        except Refused as refused:
            named = Refused(refused.word, "address", **refused.values)
            return self._one(found, refused=named, test_to=posted["address"])
        return forms.said(f"{SCHEDULES}{schedule_id}/", "said.schedule_tested")

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _found(self, schedule_id: str) -> Schedule:
        try:
            return self._schedules.find(forms.actor(), schedule_id)
        except NotThere:
            abort(404)

    def _asked(self, actor: Actor, query: str) -> Question:
        """What a schedule is asked to ask; a query that is none leads nowhere."""
        try:
            return self._services.archive.reports.asked(actor, parsed(query))
        except Refused:
            abort(404)

    def _one(
        self,
        found: Schedule,
        values: Mapping[str, str] | None = None,
        weekdays: tuple[str, ...] = (),
        refused: Refused | None = None,
        *,
        test_to: str = "",
    ) -> Response:
        actor, texts = forms.actor(), forms.texts(*ROOMS)
        draft, errors = found.draft, forms.field_errors(refused, texts) if refused else {}
        fields = None
        if found.account_id == actor.account_id:
            asked = self._asked(actor, draft.question)
            shown = values or _values(draft, asked)
            days = weekdays if values is not None else tuple(map(str, draft.timing.weekdays))
            fields = self._form(actor, asked, shown, days, errors, texts, f"{SCHEDULES}{found.id}/change")
        line = self._line(actor, found, texts)
        when = site_moments(self._services)
        facts = (
            (texts("schedule.column.report"), line.report),
            (texts("schedule.column.when"), line.when),
            (texts("schedule.field.days"), _relative(draft, texts)),
            (texts("schedule.column.recipients"), texts.listing(draft.recipients)),
            (texts("schedule.field.format"), texts(f"reports.format.{draft.format}")),
            (texts("schedule.field.lang"), texts(f"schedule.lang.{draft.lang}")),
            (texts("schedule.owner"), found.owner),
        )
        view = ScheduleView(
            line=line,
            is_on=draft.is_on,
            fields=fields,
            facts=facts,
            runs=tuple(_run(run, when, texts) for run in self._schedules.runs(actor, found.id)),
            test_to=test_to or draft.recipients[0],
            has_server=self._services.mail.is_there,
            test_error=errors.get("address", ""),
        )
        return _page("title.schedule", schedule_page(view, texts), name=draft.name, status=422 if errors else 200)

    def _new(
        self,
        actor: Actor,
        asked: Question,
        values: Mapping[str, str],
        weekdays: tuple[str, ...],
        errors: Mapping[str, str],
        texts: Catalogue,
        status: int = 200,
    ) -> Response:
        view = self._form(actor, asked, values, weekdays, errors, texts, f"{SCHEDULES}new")
        content = new_page(view, texts, has_server=self._services.mail.is_there)
        return _page("title.schedule_new", content, status=status)

    def _form(
        self,
        actor: Actor,
        asked: Question,
        values: Mapping[str, str],
        weekdays: tuple[str, ...],
        errors: Mapping[str, str],
        texts: Catalogue,
        action: str,
    ) -> ScheduleForm:
        names = self._services.archive.reports.choices(actor, texts.lang).names
        calendar = self._services.archive.room.calendar()
        empty = Report(asked, calendar.period(asked.from_day, asked.to_day), (), (), None, (), None, names, now_ms())
        told = Told(empty, texts)
        return ScheduleForm(
            action=action,
            query=asked.query(),
            asks=((texts("reports.field.report"), told.title), *told.narrowed()),
            report_href=asking.href(asked),
            values=values,
            weekdays=weekdays,
            days=tuple(Option(days, texts(f"reports.days.{days}")) for days in DAYS),
            langs=tuple(Option(lang, texts(f"schedule.lang.{lang}")) for lang in LANGUAGES),
            formats=tuple(Option(one, texts(f"reports.format.{one}")) for one in FORMATS),
            zone=calendar.time_zone,
            errors=errors,
        )

    def _line(self, actor: Actor, found: Schedule, texts: Catalogue) -> ScheduleLine:
        draft, when = found.draft, site_moments(self._services)
        report = (parsed(draft.question).get("report") or [""])[0]
        last = None if found.last is None else _run(found.last, when, texts)
        upcoming: h.Node = when(found.next_at_ms) if draft.is_on else texts("schedule.is_off")
        is_bad = last is not None and last.kind == "bad"
        return ScheduleLine(
            schedule_id=found.id,
            name=draft.name,
            report=texts.words.get(f"reports.name.{report}", report),
            when=_when(draft, texts),
            recipients=_few(draft.recipients, texts),
            owner=found.owner,
            is_own=found.account_id == actor.account_id,
            upcoming=upcoming,
            last=last,
            error=last.error if last is not None and is_bad else "",
        )


def _draft(asked: Question, posted: forms.Posted) -> Draft:
    """What a form says. Raises `Refused` at its field."""
    days = next((known for known in DAYS if known == posted["days"]), None)
    if days is None:
        raise Refused("schedule.refused.days", "days")
    return Draft(
        name=posted["name"],
        question=replace(asked, days=days, after="").query(),
        timing=timing(posted["every"], posted["at"], posted.all("weekdays"), posted["month_day"]),
        recipients=addresses_in(posted["recipients"]),
        format=next((known for known in FORMATS if known == posted["format"]), FORMATS[0]),
        lang=next((known for known in LANGUAGES if known == posted["lang"]), LANGUAGES[0]),
    )


def _values(draft: Draft, asked: Question) -> dict[str, str]:
    return {
        "name": draft.name,
        "days": asked.days,
        "every": draft.timing.every,
        "at": draft.timing.clock,
        "month_day": str(draft.timing.month_day),
        "recipients": ", ".join(draft.recipients),
        "format": draft.format,
        "lang": draft.lang,
    }


def _relative(draft: Draft, texts: Catalogue) -> str:
    days = (parsed(draft.question).get("days") or [""])[0]
    return texts.words.get(f"reports.days.{days}", days)


def _when(draft: Draft, texts: Catalogue) -> str:
    one = draft.timing
    weekdays = texts.listing(texts(f"reports.weekday.{day}") for day in one.weekdays)
    return texts(f"schedule.when.{one.every}", at=one.clock, weekdays=weekdays, day=one.month_day)


def _few(recipients: tuple[str, ...], texts: Catalogue) -> str:
    shown = texts.listing(recipients[:2])
    return shown if len(recipients) <= 2 else texts("schedule.and_more", shown=shown, count=len(recipients) - 2)


def _run(run: Run, when: Moments, texts: Catalogue) -> RunView:
    is_again = run.state == "due" and run.attempts > 0
    error = "" if run.error is None else _sentence(run.error, texts)
    if is_again:
        error = texts("schedule.again", error=error, count=run.attempts)
    state = "again" if is_again else run.state
    return RunView(
        when(run.due_at_ms),
        texts(f"schedule.state.{state}"),
        "warn" if is_again else _KINDS.get(run.state, "plain"),
        when(run.ended_at_ms),
        run.attempts,
        error,
    )


def _sentence(error: Sentence, texts: Catalogue) -> str:
    """In the reader's words; the bare id where another release wrote it."""
    if error.word not in texts.words:
        return error.word
    try:
        return texts(error.word, **error.values)
    except (KeyError, IndexError):
        return error.word


def _page(title: str, content: h.Node, *, name: str = "", status: int = 200) -> Response:
    return forms.page("reports", title, content, rooms=ROOMS, styles=STYLES, name=name, status=status)
