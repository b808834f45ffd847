"""`/alerts/`: what is open and what was, as far as the reader's scope goes; acknowledged and snoozed from here and from the desks."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

import htpy as h
from flask import Response, request

from dashboard.access.permissions import Permission
from dashboard.alerts.answering import AlertLine, AlertPage, DeliveryLine
from dashboard.alerts.message import limit_words, name_of
from dashboard.alerts.telling import WORDS
from dashboard.floor.metrics import known
from dashboard.pages import forms
from dashboard.pages.doors import Doors, needs
from dashboard.pages.moments import site_moments
from dashboard.pages.services import Services, now_ms
from dashboard.refusal import Refused
from layouts.figures import NONE, duration, figure
from layouts.forms import Tab
from layouts.forms.alerts.channels import CHANNELS
from layouts.forms.alerts.open_and_past import ROOT, AlertRow, AlertsView, TellingLine, alerts_page
from layouts.forms.alerts.rules import ROOT as RULES_ROOT
from layouts.forms.table import BadgeKind
from layouts.texts import Catalogue

NEED: Final = needs(Permission.ALERTS_VIEW)
ANSWER: Final = needs(Permission.ALERTS_ANSWER)
ROOM: Final = "alerts"
STYLES: Final = ("css/forms/alerts.css",)
_TABS: Final = (
    ("alerts.title", ROOT, Permission.ALERTS_VIEW),
    ("title.alert_rules", RULES_ROOT, Permission.ALERTS_EDIT),
    ("title.alert_channels", CHANNELS, Permission.ALERTS_CHANNELS),
)


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = AlertPages(services)
    doors.route(ROOT, "alerts", pages.shown, NEED)
    doors.route(f"{ROOT}<alert_id>/acknowledge", "alerts.acknowledge", pages.acknowledge, ANSWER, methods=("POST",))
    doors.route(f"{ROOT}<alert_id>/snooze", "alerts.snooze", pages.snooze, ANSWER, methods=("POST",))


def alert_tabs(here: str, words: Catalogue) -> list[Tab]:
    """Alerts, their rules, their channels: what the reader may open, beside each other; none where it is one alone."""
    may = forms.actor().may
    tabs = [Tab(words(word), href, is_here=word == here) for word, href, need in _TABS if may(need)]
    return tabs if len(tabs) > 1 else []


def fate_words(error: str, words: Catalogue) -> str:
    """What became of a message, as it is kept, as a sentence."""
    word, _, number = error.partition(":")
    return words(f"alert.fate.{word if word in WORDS else 'broken'}", number=number) if word else ""


class AlertPages:
    """The page of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._alerts = services.alerts

    def shown(self) -> Response:
        """Open ones, and a page of what was."""
        return self._page(200, "")

    def acknowledge(self, alert_id: str) -> Response:
        """Somebody is on it."""
        try:
            self._alerts.acknowledge(forms.actor(), alert_id)
        except Refused as refused:
            return self._refused(refused)
        return _done("said.acknowledged")

    def snooze(self, alert_id: str) -> Response:
        """Nobody is told of it for a while; or they are again."""
        minutes = forms.whole(forms.posted()["minutes"])
        try:
            self._alerts.snooze(forms.actor(), alert_id, minutes)
        except Refused as refused:
            return self._refused(refused)
        return _done("said.snoozed" if minutes else "said.unsnoozed")

    def _refused(self, refused: Refused) -> Response:
        sentence = forms.field_errors(refused, forms.texts(ROOM))[refused.field]
        if _wants_no_page():
            return Response(sentence, 422, mimetype="text/plain")
        return self._page(422, sentence)

    def _page(self, status: int, wrong: str) -> Response:
        actor, words = forms.actor(), forms.texts(ROOM)
        after = request.args.get("after", "")[:64]
        past = self._alerts.past(actor, after)
        view = AlertsView(
            open=() if after else self._rows(self._alerts.open(actor), words),
            past=self._rows(past, words),
            after=past.after,
            is_first=not after,
        )
        return forms.page(
            "alerts",
            "alerts.title",
            alerts_page(view, words),
            rooms=(ROOM,),
            status=status,
            tabs=alert_tabs("alerts.title", words),
            styles=STYLES,
            scripts=("alerts.js",),
            libraries=("js/parts/sounds.js", "js/widgets_alarms/choices.js"),
            said=wrong,
            said_kind="bad" if wrong else "good",
        )

    def _rows(self, page: AlertPage, words: Catalogue) -> list[AlertRow]:
        return [self._row(line, page, words) for line in page.lines]

    def _row(self, line: AlertLine, page: AlertPage, words: Catalogue) -> AlertRow:
        moment, now = site_moments(self._services), now_ms()
        metric = known(line.metric)
        unit = "" if metric is None else metric.unit
        by, snoozed_ms = line.acknowledged_by, line.snoozed_until_ms
        is_snoozed = snoozed_ms is not None and snoozed_ms > now and line.ended_at_ms is None
        return AlertRow(
            id=line.id,
            headline=_headline(line, page, words),
            rule=line.rule,
            is_red=line.level == "red",
            began=moment(line.began_at_ms),
            lasted=duration(((line.ended_at_ms or now) - line.began_at_ms) / 1000),
            value=figure(line.value, unit),
            worst=figure(line.worst, unit),
            ended=words(f"alerts.why.{line.ended_why}") if line.ended_why else "",
            acknowledged=_with_moment(words("alerts.acknowledged", name=by, at="{at}"), moment(line.acknowledged_at_ms))
            if by is not None
            else None,
            snoozed=_with_moment(words("alerts.snoozed", at="{at}"), moment(snoozed_ms)) if is_snoozed else None,
            told=[self._telling(one, words) for one in line.deliveries],
            may_answer=line.may_answer,
        )

    def _telling(self, one: DeliveryLine, words: Catalogue) -> TellingLine:
        sentence = fate_words(one.error, words)
        kind: BadgeKind = "plain"
        if one.sent_at_ms is not None:
            kind = "good"
            zone = self._services.directory.rules.time_zone()
            sentence = sentence or words("alert.fate.told", at=_clock(one.sent_at_ms, zone))
        elif one.given_up_at_ms is not None:
            kind = "plain" if one.error == "held" else "bad"
        elif one.tries:
            kind, sentence = "warn", f"{words('alert.fate.tried', tries=one.tries)} · {sentence}"
        else:
            sentence = words("alert.fate.waits")
        return TellingLine(one.channel, kind, sentence or NONE)


def _headline(line: AlertLine, page: AlertPage, words: Catalogue) -> str:
    if line.measured is None:
        return words("alerts.unreadable")
    about = name_of(line.about, line.measured, page.settings, words.lang)
    subject = about or words(f"alert.all.{line.measured.of}")
    return f"{subject} · {limit_words(line.measured, words, page.settings.measures)}"


def _with_moment(sentence: str, moment: h.Node) -> h.Node:
    """A sentence with a moment as its element, which carries UTC."""
    before, _, behind = sentence.partition("{at}")
    return [before, moment, behind]


def _clock(at_ms: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%H:%M:%S")


def _wants_no_page() -> bool:
    """A desk answers from where it is."""
    return request.headers.get("Accept") == "application/json"


def _done(word: str) -> Response:
    return Response(status=204) if _wants_no_page() else forms.said(ROOT, word)
