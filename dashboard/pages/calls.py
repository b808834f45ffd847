"""`/calls/`: lists of single calls, into which the numbers of the day and of reports open; `/calls/<contact>`: one contact's path, and
its whole number for who may have it revealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request

from dashboard.access.actor import Actor
from dashboard.access.audit_line import Target
from dashboard.access.permissions import Permission
from dashboard.access.revealing import ACTION, NotRevealed, reason_of
from dashboard.pages import forms
from dashboard.pages.call_rows import call_row, outcome_word
from dashboard.pages.contact_view import contact_view
from dashboard.pages.doors import Doors, needs
from dashboard.pages.moments import site_moments
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.reports.calls import CallsPage
from dashboard.reports.calls_question import CHOICES, NAMES, SECONDS, CallsQuestion, read_question
from dashboard.reports.contact import Contact
from dashboard.reports.names import Names
from layouts.figures import duration
from layouts.forms.calls import ROOT, SORTED_BY, CallsFilter, CallsView, Chip, calls_list
from layouts.forms.contact import contact
from layouts.forms.fields import Option
from layouts.forms.frame import Tab
from layouts.texts import Catalogue

VIEW: Final = needs(Permission.REPORTS_VIEW)
REVEAL: Final = needs(Permission.NUMBERS_REVEAL)
SECTION: Final = "today"
ROOMS: Final = ("access", "agent_day", "monitor")
STYLES: Final = ("css/controls/icons.css", "css/forms/picker.css", "css/forms/calls.css")
LISTS: Final = ("visits", "offers", "own")
_FIELDS: Final = ("from", "to", "clock", *SECONDS, *(name for name in CHOICES if name != "list"))
_OUTCOMES: Final = {
    "visits": ("answered", "abandoned", "left", "waiting"),
    "offers": ("missed", "rejected", "answered", "cut_short", "lost", "unknown"),
    "own": (),
}


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = CallPages(services)
    doors.route(ROOT, "calls", pages.listed, VIEW)
    doors.route(f"{ROOT}<path:key>", "call", pages.one, VIEW)
    doors.route(f"{ROOT}<path:key>/number", "call_number", pages.reveal, REVEAL, methods=("POST",))


class CallPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def listed(self) -> Response:
        """The calls that the address asks for."""
        actor, texts = forms.actor(), forms.texts(*ROOMS)
        archive = self._services.archive
        try:
            question, refused = read_question(request.args.to_dict(flat=False)), None
        except Refused as wrong:
            question, refused = CallsQuestion(), wrong
        page = archive.calls.page(actor, question)
        oldest = archive.room.calendar().today(archive.room.now_ms()) - timedelta(
            self._services.settings.history.calls_days
        )
        view = calls_view(question, page, texts, options=self._options(actor, page.names, texts), oldest=oldest)
        if refused is not None:
            view = replace(
                view,
                asked=replace(view.asked, filled={name: request.args.get(name, "")[:20] for name in _FIELDS}),
                errors=forms.field_errors(refused, texts),
            )
        return forms.page(
            SECTION,
            "title.calls",
            calls_list(view, texts, site_moments(self._services)),
            rooms=ROOMS,
            styles=STYLES,
            tabs=_tabs(question, texts),
            status=422 if refused else 200,
        )

    def one(self, key: str) -> Response:
        """One contact's path."""
        return self._one(self._services.archive.contacts.get(forms.actor(), key))

    def reveal(self, key: str) -> Response:
        """The whole number in the answer itself, on record before it leaves."""
        actor, posted = forms.actor(), forms.posted()
        typed = posted["reason"]
        found = self._services.archive.contacts.get(actor, key)
        try:
            reason = reason_of(typed)
            number = self._services.archive.contacts.number(actor, key, found.number)
            self._services.reveals.record(actor, number, reason)
        except NotRevealed as refused:
            if refused.is_denied:
                self._services.audit.denied(actor, ACTION, Target("call", refused.target))
            return self._one(found, typed=typed, error=refused.code, status=_STATUS[refused.code])
        return self._one(found, number=number.number)

    def _one(
        self, found: Contact, *, number: str = "", typed: str = "", error: str = "", status: int = 200
    ) -> Response:
        actor, texts = forms.actor(), forms.texts(*ROOMS)
        until_ms = found.ended_ms or self._services.archive.room.now_ms()
        may_know = actor.may(Permission.MONITOR_VIEW)
        known = self._services.past_sessions.of_call(actor, found.key, found.began_ms, until_ms) if may_know else None
        view = contact_view(found, known, texts, may_reveal=actor.may(Permission.NUMBERS_REVEAL))
        view = replace(view, revealed=number, typed=typed, error=_why_not(error, texts) if error else "")
        return forms.page(
            SECTION,
            "title.contact",
            contact(view, texts, site_moments(self._services)),
            rooms=ROOMS,
            styles=STYLES,
            scripts=("shown_number.js",) if number else (),
            name=found.number,
            status=status,
        )

    def _options(self, actor: Actor, names: Names, texts: Catalogue) -> dict[str, Sequence[Option]]:
        choices = self._services.archive.reports.choices(actor, texts.lang)
        return {
            "queue": [Option(queue, names.queue(queue, texts.lang)) for queue in choices.queues],
            "team": [Option(team, names.team(team, texts.lang)) for team in choices.teams],
            "agent": [_agent_option(agent, names) for agent in choices.agents],
        }


def _why_not(code: str, texts: Catalogue) -> str:
    """A past call has words of its own where the desk's are about the one that goes on."""
    return texts.words.get(f"contact.trouble.{code}", texts.words[f"reveal.trouble.{code}"])


_STATUS: Final = {"denied": 403, "gone": 409, "reason_missing": 422, "audit_unavailable": 503, "throttled": 429}


def calls_view(
    question: CallsQuestion,
    page: CallsPage,
    texts: Catalogue,
    *,
    options: dict[str, Sequence[Option]],
    oldest: date,
) -> CallsView:
    """What the page shows. `options`: of the pickers. `oldest`: the first day of which single calls are kept. Pure."""
    one_day = page.first == page.last
    again = replace(question, after="", before="")
    notes = []
    if page.first < oldest:
        notes.append(texts("calls.note.too_old", day=oldest.isoformat()))
    if page.known_ms is not None:
        notes.append(texts("calls.note.behind", at=page.calendar.local(page.known_ms).strftime("%Y-%m-%d %H:%M:%S")))
    if any(line.coverage != "live" for line in page.lines):
        notes.append(texts("calls.note.coverage"))
    if any(line.is_revised for line in page.lines):
        notes.append(texts("calls.note.revised"))
    return CallsView(
        which=question.which,
        days=page.first.isoformat() if one_day else f"{page.first.isoformat()} – {page.last.isoformat()}",
        one_day=one_day,
        asked=_filter(question, page, texts, options),
        rows=tuple(call_row(question.which, line, page.names, page.calendar, texts) for line in page.lines),
        totals=_totals(question, page, texts),
        sorts={column: _sort(again, name) for column, name in SORTED_BY.items()},
        older=replace(again, after=page.after).href() if page.after else "",
        newer=replace(again, before=page.before).href() if page.before else "",
        notes=tuple(notes),
    )


def _sort(question: CallsQuestion, name: str) -> tuple[str, str]:
    """Where a heading leads: the other way round if it sorts already. And how it sorts now."""
    now = question.sort
    other: Any = name if now == f"-{name}" else f"-{name}"
    order = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    return replace(question, sort=other).href(), order


def _totals(question: CallsQuestion, page: CallsPage, texts: Catalogue) -> tuple[tuple[str, str], ...]:
    totals = page.totals
    found = [(texts("calls.total.rows"), f"{totals.rows:,}")]
    if len(totals.outcomes or {}) > 1:
        found += [
            (outcome_word(question.which, outcome, texts), f"{count:,}")
            for outcome, count in sorted((totals.outcomes or {}).items(), key=lambda one: -one[1])
        ]
    for word, value in (
        ("longest_wait", totals.longest_wait_s),
        ("talk", totals.talk_s),
        ("longest_talk", totals.longest_talk_s),
    ):
        if value is not None:
            found.append((texts(f"calls.total.{word}"), duration(value)))
    return tuple(found)


def _filter(
    question: CallsQuestion, page: CallsPage, texts: Catalogue, options: dict[str, Sequence[Option]]
) -> CallsFilter:
    pairs = question.pairs()
    filled = {name: value for name, value in pairs if name not in NAMES}
    filled |= {"from": page.first.isoformat(), "to": page.last.isoformat(), "sort": question.sort}
    kept = [(name, value) for name, value in pairs if name in {"list", "weekday", "same"}]
    shown = {name: found for name, found in options.items() if not (name == "queue" and question.which == "own")}
    return CallsFilter(
        filled=filled,
        chosen={name: getattr(question, field) for name, field in NAMES.items()},
        options=shown | _choices(question, texts),
        kept=kept,
        chips=_chips(question, page.names, texts),
        is_narrow=any(name not in {"list", "sort", "from", "to", "after", "before"} for name, _ in pairs),
    )


def _choices(question: CallsQuestion, texts: Catalogue) -> dict[str, Sequence[Option]]:
    found: dict[str, Sequence[Option]] = {
        name: [Option(value, texts(f"calls.{name}.{value}")) for value in values]
        for name, values in CHOICES.items()
        if name not in {"list", "outcome", "kind", "sort"}
    }
    found["outcome"] = [Option(one, outcome_word(question.which, one, texts)) for one in _OUTCOMES[question.which]]
    found["kind"] = (
        [Option(one, outcome_word("own", one, texts)) for one in CHOICES["kind"]] if question.which == "own" else []
    )
    sorts = [one for one in CHOICES["sort"] if not (question.which == "offers" and one.endswith("talk"))]
    found["sort"] = [Option(one, texts(f"calls.sort.{one}")) for one in sorts]
    return found


def _chips(question: CallsQuestion, names: Names, texts: Catalogue) -> list[Chip]:
    """What narrows the list beside the days, each with the list without it."""
    pairs = [(name, value) for name, value in question.pairs() if name not in {"after", "before"}]
    found = []
    for name, value in pairs:
        if name in {"list", "from", "to", "sort"}:
            continue
        rest = urlencode([pair for pair in pairs if pair != (name, value)])
        found.append(Chip(_chip_word(question, name, value, names, texts), f"{ROOT}?{rest}"))
    return found


def _chip_word(question: CallsQuestion, name: str, value: str, names: Names, texts: Catalogue) -> str:
    label = texts(f"calls.field.{name}")
    said = _said(question, name, value, names, texts)
    return texts("calls.chip", label=label, value=said) if said else label


def _said(question: CallsQuestion, name: str, value: str, names: Names, texts: Catalogue) -> str:
    if name in SECONDS:
        return texts("calls.seconds", n=value)
    match name:
        case "queue":
            return names.queue(value, texts.lang)
        case "team":
            return names.team(value, texts.lang)
        case "agent":
            return names.agent(value)
        case "outcome" | "kind":
            return outcome_word(question.which, value, texts)
        case "clock":
            return value
        case "same":
            return ""
        case _:
            return texts(f"calls.{name}.{value}")


def _tabs(question: CallsQuestion, texts: Catalogue) -> list[Tab]:
    """The three lists, about the same days and people."""
    both = CallsQuestion(
        from_day=question.from_day,
        to_day=question.to_day,
        clock=question.clock,
        weekdays=question.weekdays,
        queues=question.queues,
        teams=question.teams,
        agents=question.agents,
    )
    return [
        Tab(
            texts(f"calls.list.{which}"),
            replace(both, which=which, queues=() if which == "own" else both.queues).href(),
            which == question.which,
        )
        for which in LISTS
    ]


def _agent_option(agent: str, names: Names) -> Option:
    known = names.agents.get(agent)
    return Option(agent, names.agent(agent), known.staff_number if known else "")
