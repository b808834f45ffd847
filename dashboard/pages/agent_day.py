"""`/agents/<agent>?day=…&view=…`: an agent's day. The address says which day, and which part of it the ribbon shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from flask import Response, request

from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.agent_day_view import agent_day_view
from dashboard.pages.doors import Doors, needs
from dashboard.pages.moments import site_moments
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.reports.calls_question import AGENT_ROOT, day_of
from layouts.forms.agent_day import agent_day

VIEW: Final = needs(Permission.REPORTS_VIEW)
SECTION: Final = "today"
ROOMS: Final = ("access", "agent_day")
STYLES: Final = ("css/controls/icons.css", "css/forms/calls.css", "css/forms/agent_day.css")


def register(doors: Doors, services: Services) -> None:
    """Enters the route."""
    pages = AgentDayPages(services)
    doors.route(f"{AGENT_ROOT}<path:agent>", "agent_day", pages.one, VIEW)


class AgentDayPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def one(self, agent: str) -> Response:
        """The day that the address asks for; today if it asks for none that is one."""
        actor, texts = forms.actor(), forms.texts(*ROOMS)
        archive = self._services.archive
        on, refused = self._day()
        found = archive.agent_days.get(actor, agent, on)
        oldest = found.today - timedelta(days=self._services.settings.history.states_days)
        view = agent_day_view(found, texts, shown=request.args.get("view", ""), oldest=oldest)
        if refused is not None:
            view = replace(view, error=texts(refused.word, **refused.values))
        return forms.page(
            SECTION,
            "title.agent_day",
            agent_day(view, texts, site_moments(self._services)),
            rooms=ROOMS,
            styles=STYLES,
            scripts=("day_ribbon.js",),
            name=found.name,
            status=422 if refused else 200,
        )

    def _day(self) -> tuple[date | None, Refused | None]:
        text = request.args.get("day", "").strip()
        try:
            return day_of(text, "day") if text else None, None
        except Refused as refused:
            return None, refused
