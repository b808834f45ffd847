"""`/queues/ID`: one queue's day, live; `/queues/`: all of them."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.boards import TODAY, queue_board
from dashboard.pages import today
from dashboard.pages.charts import plotly_address
from dashboard.pages.day_links import links
from dashboard.pages.definitions import definitions_of
from dashboard.pages.doors import Doors
from dashboard.pages.live_page import Asked, live_page
from dashboard.pages.page_app import PageApp
from dashboard.pages.services import Services
from layouts.texts import catalogue
from layouts.today import METRICS, DayView, queue, queues

PAGE = "queues"


def view(asked: Asked) -> DayView:
    """The queue of the address; the gateway says whether there is one, and shows it to who may see it."""
    board = queue_board(asked.path).id if asked.path else TODAY.id
    screen = asked.screen(PAGE, board)
    definitions = definitions_of(METRICS, screen.lang)
    return DayView(screen, plotly_address(), links(asked.path), asked.navigation, asked.path, definitions)


def register(doors: Doors, services: Services) -> PageApp:
    """Mounts the page: each queue is an address of its own."""
    return live_page(
        PAGE,
        doors,
        services,
        today.NEED,
        _drawn,
        without=("widgets_desk",),
        has_charts=True,
        has_paths=True,
        here=today.PAGE,
        title="title.queue_day",
    )


def _drawn(asked: Asked) -> Component:
    seen = view(asked)
    lang = seen.screen.lang
    texts, ways = catalogue(lang, *today.ROOMS), catalogue(lang, "forms")
    return queue(seen, texts, ways) if seen.queue else queues(seen, texts, ways)
