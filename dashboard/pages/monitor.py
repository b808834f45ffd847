"""`/monitor/?lang=…&theme=…`: who is in whose call, one's own session, and what one did before."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from dash import Input, Output
from dash.development.base_component import Component
from flask import Response, jsonify, request

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.doors import Doors, needs
from dashboard.pages.page_app import PageApp
from dashboard.pages.preferences import preferences, query_of
from dashboard.pages.services import Services
from dashboard.pages.web_config import WebConfig
from dashboard.refusal import Refused
from dashboard.supervision.history import PastSession
from layouts import ids
from layouts.monitor import MonitorView, monitor
from layouts.navigation import NOWHERE, Navigation
from layouts.screen import Screen
from layouts.shell import drawn_shell
from layouts.texts import catalogue

PAGE = "monitor"
ROOM = "monitor"
DOOR = "/sign-in?next=%2Fmonitor%2F"
NEED = needs(Permission.MONITOR_VIEW)
PAGE_OF_HISTORY: Final = 20


def view(
    query: Mapping[str, str],
    cookies: Mapping[str, str],
    config: WebConfig,
    who: Actor,
    navigation: Navigation = NOWHERE,
) -> MonitorView:
    """The console in the language and theme of the desk. What `who` may do there is the gateway's to say, agent by agent."""
    chosen = preferences(forms.PAGE, query, cookies, lang=who.lang)
    screen = Screen(PAGE, chosen.lang, chosen.theme, config.gateway, door=DOOR, may=("controls",), audio=config.audio)
    return MonitorView(screen, navigation)


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page: as one drawing, without the desk's libraries."""
    config = WebConfig.of(services.settings)
    app = PageApp(
        PAGE,
        doors,
        NEED,
        is_drawn_as_one=True,
        without=("widgets_desk",),
        has_controls=True,
        remembers=True,
        theme_of=forms.PAGE,
    )
    app.layout = drawn_shell()
    app.answers(Output(ids.PAGE, "tree"), NEED)

    @app.callback(Output(ids.PAGE, "tree"), Input(ids.ADDRESS, "search"))
    def show(search: str | None) -> Component:
        who = forms.actor()
        seen = view(query_of(search), request.cookies, config, who, forms.navigation(who, PAGE))
        return monitor(seen, catalogue(seen.screen.lang, ROOM), catalogue(seen.screen.lang, "forms"))

    doors.route("/monitor/history", "monitor_history", partial(_history, services), NEED)
    doors.route("/monitor/note", "monitor_note", partial(_note, services), NEED, methods=("POST",))
    return app


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
