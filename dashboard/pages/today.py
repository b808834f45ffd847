"""`/today/?lang=…&theme=…`: the day so far, live, against its target and the usual; and `/today/past`, what has happened of it."""

from __future__ import annotations

from functools import partial

from dash.development.base_component import Component
from flask import Response, jsonify, request

from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.charts import plotly_address
from dashboard.pages.day_links import links
from dashboard.pages.day_past import DayPast
from dashboard.pages.definitions import definitions_of
from dashboard.pages.doors import Doors, needs
from dashboard.pages.live_page import Asked, live_page
from dashboard.pages.page_app import PageApp
from dashboard.pages.services import Services
from dashboard.store.engine import StoreError
from layouts.texts import catalogue
from layouts.today import METRICS, DayView, today

PAGE = "today"
ROOMS = ("today", "charts")
NEED = needs(Permission.REPORTS_VIEW)


def view(asked: Asked) -> DayView:
    """The day of everything that its reader may see, in the language and theme of the desk."""
    screen = asked.screen(PAGE, PAGE)
    definitions = definitions_of(METRICS, screen.lang)
    return DayView(screen, plotly_address(), links(), asked.navigation, definitions=definitions)


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page, with the library of charts."""
    app = live_page(PAGE, doors, services, NEED, _drawn, without=("widgets_desk",), has_charts=True)
    doors.route("/today/past", "today_past", partial(_past, DayPast(services.archive)), NEED)
    return app


def _drawn(asked: Asked) -> Component:
    seen = view(asked)
    lang = seen.screen.lang
    return today(seen, catalogue(lang, *ROOMS), catalogue(lang, "forms"))


def _past(past: DayPast) -> tuple[Response, int]:
    """What has happened today, of everything or of `?queue=`; 503 while the history cannot be read."""
    try:
        found = past.told(forms.actor(), request.args.get("queue", ""), forms.chosen().lang)
    except StoreError:
        return jsonify(word="today.past_away"), 503
    return jsonify(found), 200
