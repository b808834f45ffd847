"""Rules of alerts: the list, a form with a preview, switched on and off. Parses, asks `RuleBook`, answers; what is allowed is decided
there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final, cast

from flask import Response, request

from collectors.events import FloorSettings
from dashboard.access.permissions import Permission
from dashboard.alerts.message import limit_words, name_of
from dashboard.alerts.preview import times_fired
from dashboard.alerts.rule import Measured, Of, Rule, RuleRefused, metrics_of
from dashboard.alerts.rule_book import RuleLine
from dashboard.alerts.templates import TEMPLATES
from dashboard.boards.document import Hours, Sound, Window, Worse
from dashboard.floor.directions import CUSTOM
from dashboard.floor.metrics import known, needed
from dashboard.pages import forms
from dashboard.pages.admin.agents_typed import agents_shown, agents_typed
from dashboard.pages.admin.alerts import section
from dashboard.pages.doors import Doors
from dashboard.pages.scope_choice import offered, reader_of
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.figures import figure
from layouts.forms import Option
from layouts.forms.alerts.channels import CHANNELS
from layouts.forms.alerts.rules import ROOT, RULES, Preview, RuleChoices, RuleFilled, RuleRow, rule_page, rules_page
from layouts.forms.table import BadgeKind
from layouts.texts import Catalogue

_WINDOWS: Final = (
    "now",
    "last_5_min",
    "last_15_min",
    "last_30_min",
    "last_60_min",
    "interval",
    "interval:-1",
    "day",
    "yesterday",
)
_SPAN: Final = re.compile(r"(\d\d:\d\d)\s*[-–~—]\s*(\d\d:\d\d)")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_TEXTS: Final = (
    "name",
    "metric",
    "window",
    "worse",
    "threshold",
    "of",
    "each",
    "agents",
    "hold_s",
    "recover_s",
    "hours",
    "quiet",
    "level",
    "desks",
    "sound",
)
_LISTS: Final = ("queues", "teams", "weekdays", "channels")


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = RulePages(services)
    doors.route(ROOT, "alert_rules", pages.listed, section.EITHER)
    doors.route(f"{RULES}new/", "alert_rules.new", pages.new, section.EDIT)
    doors.route(f"{RULES}new/", "alert_rules.make", pages.make, section.EDIT, methods=("POST",))
    doors.route(f"{RULES}<rule_id>/", "alert_rules.one", pages.one, section.EDIT)
    doors.route(f"{RULES}<rule_id>/", "alert_rules.change", pages.change, section.EDIT, methods=("POST",))
    for deed, take in (("on", pages.switch_on), ("off", pages.switch_off), ("remove", pages.remove)):
        doors.route(f"{RULES}<rule_id>/{deed}", f"alert_rules.{deed}", take, section.EDIT, methods=("POST",))


class RulePages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._book = services.alert_rules

    def listed(self) -> Response:
        """All of theirs; who only sets up channels goes there."""
        if not forms.actor().may(Permission.ALERTS_EDIT):
            return forms.see_other(CHANNELS)
        words = section.words()
        settings = self._book.names(forms.actor())
        rows = [_row(line, settings, words) for line in self._book.listed(forms.actor())]
        templates = [Option(name, words(f"alert.template.{name}")) for name in TEMPLATES]
        return section.page("title.alert_rules", rules_page(rows, templates, words))

    def new(self) -> Response:
        """An empty form, or one of our templates."""
        name = request.args.get("template", "")
        rule = TEMPLATES.get(name, Rule(Measured("waiting", 5, each=True)))
        title = section.words()(f"alert.template.{name}") if name in TEMPLATES else ""
        return self._form("", _filled(title, rule, self._book.names(forms.actor())), None)

    def make(self) -> Response:
        """A new one, off."""
        return self._put("", is_on=False)

    def one(self, rule_id: str) -> Response:
        """As it stands."""
        line = self._book.get(forms.actor(), rule_id)
        rule = line.known.rule or Rule(Measured("waiting", 5))
        return self._form(rule_id, _filled(line.known.name, rule, self._book.names(forms.actor())), line)

    def change(self, rule_id: str) -> Response:
        """Saved; on or off as it was."""
        return self._put(rule_id, is_on=self._book.get(forms.actor(), rule_id).known.is_on)

    def switch_on(self, rule_id: str) -> Response:
        """From now on it is looked at."""
        self._book.switch(forms.actor(), rule_id, is_on=True)
        return forms.said(ROOT, "said.rule_on")

    def switch_off(self, rule_id: str) -> Response:
        """What it fired ends."""
        self._book.switch(forms.actor(), rule_id, is_on=False)
        return forms.said(ROOT, "said.rule_off")

    def remove(self, rule_id: str) -> Response:
        """It goes; its alerts stay."""
        self._book.remove(forms.actor(), rule_id)
        return forms.said(ROOT, "said.rule_removed")

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _put(self, rule_id: str, *, is_on: bool) -> Response:
        posted = forms.posted()
        typed = RuleFilled({name: posted[name] for name in _TEXTS}, {name: posted.all(name) for name in _LISTS})
        try:
            rule = _rule(typed, self._book.names(forms.actor()))
            made = self._book.put(forms.actor(), rule_id, typed.value("name"), rule, is_on=is_on)
        except RuleRefused as refused:
            line = self._book.get(forms.actor(), rule_id) if rule_id else None
            errors = forms.field_errors(refused.every, section.words())
            return self._form(rule_id, replace(typed, errors=errors), line, status=422)
        return forms.said(f"{RULES}{made}/", "said.rule_saved")

    def _form(self, rule_id: str, filled: RuleFilled, line: RuleLine | None, *, status: int = 200) -> Response:
        words = section.words()
        preview = self._preview(line, words) if line is not None and line.known.rule is not None else None
        is_on = line is not None and line.known.is_on
        return section.page(
            "title.alert_rules",
            rule_page(rule_id, filled, self._choices(filled, words), preview, words, is_on=is_on),
            status=status,
        )

    def _choices(self, filled: RuleFilled, words: Catalogue) -> RuleChoices:
        actor, lang = forms.actor(), words.lang
        within = actor.scope(Permission.ALERTS_EDIT)
        scope = offered(self._services.directory, reader_of(actor, within), within, within, lang)
        measures = self._book.names(actor).measures
        own = [f"{CUSTOM}{name}" for name in measures]
        there = dict.fromkeys((*metrics_of("queues"), *metrics_of("agents"), *own))
        return RuleChoices(
            metrics=[Option(name, needed(name, measures).names[lang]) for name in there],
            windows=[Option(name, words(f"alert.window.{name}")) for name in _WINDOWS],
            queues=_still_there(scope.queues, filled.lists.get("queues", ())),
            teams=_still_there(scope.teams, filled.lists.get("teams", ())),
            channels=[
                Option(one.id, one.name, words(f"channels.kind.{one.kind}")) for one in self._book.choices(actor)
            ],
        )

    def _preview(self, line: RuleLine, words: Catalogue) -> Preview:
        rule = line.known.rule
        if rule is None:
            raise ValueError("A rule that cannot be read has no preview.")
        would = times_fired(self._services.archive, forms.actor(), rule.measured)
        now, unknown = _now(line, self._book.names(forms.actor()), words)
        return Preview(
            " · ".join(part for part in (now, unknown) if part) or words("rules.preview.wait"),
            words("rules.preview.times", count=line.fired),
            words("rules.preview.cannot") if would is None else words("rules.preview.times", count=would),
        )


def _row(line: RuleLine, settings: FloorSettings, words: Catalogue) -> RuleRow:
    rule = line.known.rule
    now, unknown = _now(line, settings, words) if rule is not None else ("", "")
    state, word = _state(line)
    return RuleRow(
        id=line.known.id,
        name=line.known.name,
        limit=limit_words(rule.measured, words, settings.measures) if rule is not None else "",
        subject=_subject(rule.measured, settings, words) if rule is not None else "",
        now=now,
        unknown=unknown,
        fired=line.fired,
        state=state,
        state_word=words(f"rules.state.{word}"),
        is_on=line.known.is_on,
    )


def _state(line: RuleLine) -> tuple[BadgeKind, str]:
    if line.known.rule is None:
        return "bad", "broken"
    if line.is_firing:
        return "bad", "firing"
    return ("good", "on") if line.known.is_on else ("plain", "off")


def _subject(measured: Measured, settings: FloorSettings, words: Catalogue) -> str:
    names = [name_of(one, measured, settings, words.lang) for one in measured.ids]
    whom = words.listing(names[:4]) + (" …" if len(names) > 4 else "") if names else words(f"rules.of.{measured.of}")
    return f"{whom} · {words('rules.each')}" if measured.each else whom


def _now(line: RuleLine, settings: FloorSettings, words: Catalogue) -> tuple[str, str]:
    """The worst value now and of whom; of how many nothing is known."""
    standing, rule = line.standing, line.known.rule
    if standing is None or rule is None:
        return "", ""
    unit = _unit_of(rule.measured.metric)
    about = name_of(standing.about, rule.measured, settings, words.lang)
    value = figure(standing.value, unit) + (f" ({about})" if about else "")
    unknown = words("rules.now.unknown", count=standing.unknown, all=standing.causes) if standing.unknown else ""
    return value, unknown


def _unit_of(metric_id: str) -> str:
    metric = known(metric_id)
    return "" if metric is None else metric.unit


def _filled(name: str, rule: Rule, settings: FloorSettings) -> RuleFilled:
    measured = rule.measured
    unit = _unit_of(measured.metric)
    values = {
        "name": name,
        "metric": measured.metric,
        "window": measured.window,
        "worse": measured.worse or "",
        "threshold": f"{measured.threshold * (100 if unit == 'ratio' else 1):g}",
        "of": measured.of,
        "each": "yes" if measured.each else "",
        "agents": agents_shown(measured.ids, settings) if measured.of == "agents" else "",
        "hold_s": str(rule.hold_s),
        "recover_s": str(rule.recover_s),
        "hours": _hours_shown(rule.hours),
        "quiet": _hours_shown(rule.quiet),
        "level": rule.level,
        "desks": "yes" if rule.desks else "",
        "sound": rule.sound,
    }
    lists = {
        "queues": measured.ids if measured.of == "queues" else (),
        "teams": measured.ids if measured.of == "teams" else (),
        "weekdays": tuple(str(day) for day in rule.weekdays),
        "channels": rule.channels,
    }
    return RuleFilled(values, lists)


def _rule(typed: RuleFilled, settings: FloorSettings) -> Rule:
    """What the form says. Raises `RuleRefused` for what is no number, no hours, or nobody."""
    wrong: list[Refused] = []
    is_ratio = _unit_of(typed.value("metric")) == "ratio"
    threshold = _number(typed.value("threshold"))
    if threshold is None:
        wrong.append(Refused("alert.refused.threshold_ratio" if is_ratio else "alert.refused.threshold", "threshold"))
    of = cast("Of", typed.value("of") if typed.value("of") in {"queues", "teams", "agents"} else "queues")
    ids = _agents(typed.value("agents"), settings, wrong) if of == "agents" else tuple(typed.lists[of])
    if wrong:
        raise RuleRefused(wrong)
    measured = Measured(
        metric=typed.value("metric"),
        threshold=round((threshold or 0) / (100 if is_ratio else 1), 6),
        of=of,
        ids=ids,
        each=bool(typed.value("each")),
        window=cast("Window", typed.value("window") if typed.value("window") in _WINDOWS else "now"),
        worse=cast("Worse", typed.value("worse")) if typed.value("worse") in {"above", "below"} else None,
    )
    rule = Rule(
        measured,
        level="red" if typed.value("level") == "red" else "amber",
        hold_s=_seconds(typed.value("hold_s")),
        recover_s=_seconds(typed.value("recover_s")),
        weekdays=tuple(sorted(int(day) for day in typed.lists["weekdays"] if day in set("1234567"))),
        hours=_hours(typed.value("hours"), "hours", wrong),
        quiet=_hours(typed.value("quiet"), "quiet", wrong),
        channels=tuple(typed.lists["channels"]),
        desks=bool(typed.value("desks")),
        sound=cast("Sound", typed.value("sound") if typed.value("sound") in {"chime", "bell", "alarm"} else "none"),
    )
    if wrong:
        raise RuleRefused(wrong)
    return rule


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", ".").rstrip("%").strip())
    except ValueError:
        return None
    return found if abs(found) < 1e12 else None


def _seconds(text: str) -> int:
    """-1 for what is no number of seconds: out of bounds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _hours(text: str, field: str, wrong: list[Refused]) -> tuple[Hours, ...]:
    found = []
    for piece in re.split(r"[,，;；\n]+", text):
        if not piece.strip():
            continue
        match = _SPAN.fullmatch(piece.strip().replace("：", ":"))
        if match is None or not all(_CLOCK.fullmatch(clock) for clock in match.groups()):
            wrong.append(Refused("alert.refused.hours", field))
            return ()
        found.append(Hours(match[1], match[2]))
    return tuple(found)


def _hours_shown(hours: tuple[Hours, ...]) -> str:
    return ", ".join(f"{one.from_time}-{one.to_time}" for one in hours)


def _agents(text: str, settings: FloorSettings, wrong: list[Refused]) -> tuple[str, ...]:
    found: list[str] = []
    for typed, agent in agents_typed(text, settings):
        if agent is None:
            wrong.append(Refused("alert.refused.agent", "agents", agent=typed[:60]))
            return ()
        found.append(agent)
    return tuple(dict.fromkeys(found))


def _still_there(options: tuple[Option, ...], chosen: Any) -> list[Option]:
    """What is chosen is offered, also where it is gone: else saving would change the rule silently."""
    known = {option.value for option in options}
    return [*options, *(Option(one, one) for one in chosen if one not in known)]
