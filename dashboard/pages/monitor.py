"""`/monitor/?lang=…&theme=…`: who is in whose call, one's own session, and what one did before."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from dash.development.base_component import Component
from flask import Response, jsonify, request

from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.definitions import definitions_of
from dashboard.pages.doors import Doors, needs
from dashboard.pages.live_page import Asked, live_page
from dashboard.pages.page_app import PageApp
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.supervision.history import PastSession
from layouts.monitor import METRICS, MonitorView, monitor
from layouts.texts import catalogue

PAGE = "monitor"
ROOM = "monitor"
NEED = needs(Permission.MONITOR_VIEW)
PAGE_OF_HISTORY: Final = 20


def view(asked: Asked) -> MonitorView:
    """The console in the language and theme of the desk. What its reader may do there is the gateway's to say, agent by agent."""
    days = ("days",) if asked.who.may(Permission.REPORTS_VIEW) else ()
    screen = asked.screen(PAGE, PAGE, may=("controls", *days))
    return MonitorView(screen, asked.navigation, definitions_of(METRICS, screen.lang))


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page: as one drawing, without the desk's libraries."""
    app = live_page(PAGE, doors, services, NEED, _drawn, without=("widgets_desk",), has_controls=True)
    doors.route("/monitor/history", "monitor_history", partial(_history, services), NEED)
    doors.route("/monitor/note", "monitor_note", partial(_note, services), NEED, methods=("POST",))
    return app


def _drawn(asked: Asked) -> Component:
    seen = view(asked)
    return monitor(seen, catalogue(seen.screen.lang, ROOM), catalogue(seen.screen.lang, "forms"))


def _history(services: Services) -> Response:
    """One's own sessions, the newest first, from where `?after=` says."""
    page = services.past_sessions.own(forms.actor(), request.args.get("after", ""), most=PAGE_OF_HISTORY)
    return jsonify(sessions=[_told(session) for session in page.sessions], next=page.next)


def _note(services: Services) -> tuple[Response, int]:
    """Keeps what the supervisor wrote to a session of their own; 422 with a sentence when it is refused."""
    try:
        posted = forms.posted()
        services.past_sessions.note(forms.actor(), posted["session"], posted["note"])
    except Refused as refused:
        sentence = forms.field_errors(refused, forms.texts("monitoring_rules"))[refused.field]
        return jsonify(sentence=sentence), 422
    return jsonify(note=posted["note"]), 200


def _told(session: PastSession) -> dict[str, Any]:
    return {
        "id": session.command,
        "agent": session.agent,
        "name": session.agent_name,
        "queue": session.queue,
        "modes": [mode for _, mode in session.modes],
        "purpose": session.purpose,
        "asked_at": session.asked_at_ms,
        "began_at": session.began_at_ms,
        "ended_at": session.ended_at_ms,
        "state": session.state,
        "reason": session.reason,
        "note": session.note,
    }
