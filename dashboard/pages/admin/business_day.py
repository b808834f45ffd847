"""`/admin/business-day/`: when the day begins, and how long a state may last."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask import Response, request

from dashboard.directory import Directory
from dashboard.directory.entries import INTERVALS, LIMITED_STATES, RulesEntry
from dashboard.pages import forms
from dashboard.pages.admin import section
from dashboard.pages.doors import Doors
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms.directory.rules import RULES, RulesView, rules_form
from layouts.forms.directory.state import Filled

_FIELDS = ("time_zone", "day_starts_at", "interval_min", "effective_call_s")
_LIMIT = "state_limits_s."


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = RulesPages(services.directory)
    doors.route(RULES, "business_day", pages.show, section.VIEW)
    doors.route(RULES, "business_day_change", pages.change, section.EDIT, methods=("POST",))


class RulesPages:
    """One form."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def show(self) -> Response:
        """As it is."""
        return _page(Filled(_typed(self._directory.rules.get(forms.actor()))))

    def change(self) -> Response:
        """Saves it. An empty limit is none."""
        posted = forms.posted()
        typed = {name: posted[name] for name in (*_FIELDS, *(f"{_LIMIT}{state}" for state in LIMITED_STATES))}
        limits = {state: typed[f"{_LIMIT}{state}"] for state in LIMITED_STATES if typed[f"{_LIMIT}{state}"]}
        values: dict[str, object] = {name: typed[name] for name in _FIELDS}
        interval = typed["interval_min"]
        values["interval_min"] = int(interval) if interval.isdecimal() else interval
        try:
            self._directory.rules.put(forms.actor(), {**values, "state_limits_s": limits})
        except Refused as refused:
            return _page(section.again(refused, typed), status=422)
        return forms.said(request.path, "said.saved")


def _page(filled: Filled, status: int = 200) -> Response:
    view = RulesView(
        filled,
        LIMITED_STATES,
        tuple(str(minutes) for minutes in INTERVALS),
        _zones(filled.value("time_zone")),
        section.may_edit(),
    )
    return section.page("queues", "business_day", rules_form(view, section.words()), status=status)


def _zones(now: str) -> tuple[str, ...]:
    """All that have a place in their name, which is how people know them, and the one that is set."""
    places = {
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix", "right"))
    }
    return tuple(sorted(places | {"UTC"} | ({now} & available_timezones())))


def _typed(rules: RulesEntry) -> dict[str, str]:
    limits = {f"{_LIMIT}{state}": str(limit) for state, limit in rules.state_limits_s.items() if limit}
    return {**{name: str(getattr(rules, name)) for name in _FIELDS}, **limits}
