"""The desk's layout: where to go, what is urgent, and every agent in a grid."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.screen import Screen, screen
from layouts.texts import LANGUAGES, Catalogue
from layouts.widgets.agent_grid import agent_grid
from layouts.widgets.agents import agents
from layouts.widgets.attention import attention
from layouts.widgets.desk_tools import desk_tools
from layouts.widgets.halt_banner import halt_banner
from layouts.widgets.headline import headline
from layouts.widgets.link_lamp import link_lamp
from layouts.widgets.queue_table import queue_table
from layouts.widgets.tile import Tile, icon
from layouts.widgets.waiting_callers import waiting_callers

HEADLINES = ("waiting", "longest_wait", "service_level")


@dataclass(frozen=True, slots=True)
class FloorView:
    """What a desk is told when it opens; everything else comes over the websocket."""

    screen: Screen


def floor(view: FloorView, texts: Catalogue) -> Component:
    """The whole page."""
    chips = [headline(Tile(name, "headline"), texts) for name in HEADLINES]
    lamp = link_lamp(texts, short=True)
    header = html.Header([html.H1(texts("desk.title")), lamp, *chips])
    people = html.Div(
        [agent_grid(Tile("agents", "agent_grid"), texts), agents(Tile("agents", "agents"), texts)], className="staff"
    )
    main = html.Main([desk_tools(texts), attention(Tile("agents", "attention"), texts), people])
    aside = html.Aside(
        [
            queue_table(Tile("queue_table", "queue_table"), texts),
            waiting_callers(Tile("waiting_callers", "waiting_callers"), texts),
        ]
    )
    body = html.Div([main, aside], className="desk")
    return screen(view.screen, texts, "floor", [_navigation(view, texts), header, halt_banner(), body])


def _navigation(view: FloorView, texts: Catalogue) -> Component:
    """Pages that exist, then the viewer's own choices: links, so that each is an address."""
    other_theme = "light" if view.screen.theme == "dark" else "dark"
    other_lang = next(lang for lang in LANGUAGES if lang != view.screen.lang)
    pages = [
        _link("floor", texts("nav.floor"), "/floor/", is_here=True),
        _link("wall", texts("nav.wall"), f"/wall/?lang={view.screen.lang}", new_tab=True),
    ]
    choices = [
        _link("theme", texts(f"nav.theme.{other_theme}"), f"/floor/?theme={other_theme}&lang={view.screen.lang}"),
        _link("lang", texts(f"nav.lang.{other_lang}"), f"/floor/?lang={other_lang}&theme={view.screen.theme}"),
    ]
    brand = html.Span(icon("brand"), className="brand")
    return html.Nav([brand, *pages, html.Span(className="space"), *choices], **aria(label=texts("nav")))


def _link(name: str, word: str, href: str, *, is_here: bool = False, new_tab: bool = False) -> Component:
    return html.A(
        [icon(name), html.Span(word)],
        href=href,
        target="_blank" if new_tab else None,
        className="here" if is_here else None,
        **(aria(current="page") if is_here else {}),
    )
