"""The desk's layout: where to go, what is urgent, and every agent in a grid."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.navigation import NOWHERE, SIGN_OUT, Navigation, Place
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
from layouts.widgets.reveal import reveal
from layouts.widgets.tile import Tile, icon
from layouts.widgets.waiting_callers import waiting_callers

HEADLINES = ("waiting", "longest_wait", "service_level")


@dataclass(frozen=True, slots=True)
class FloorView:
    """What a desk is told when it opens; everything else comes over the websocket."""

    screen: Screen
    navigation: Navigation = NOWHERE


def floor(view: FloorView, texts: Catalogue, ways: Catalogue) -> Component:
    """The whole page. `ways`: the same language with the room `forms`, whose words of the navigation need not travel."""
    chips = [headline(Tile(name, "headline"), texts) for name in HEADLINES]
    lamp = link_lamp(texts, short=True)
    who = html.A(view.navigation.who, href="/account/", className="who") if view.navigation.who else None
    header = html.Header([html.H1(texts("desk.title")), lamp, *chips, who])
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
    dialogs = [reveal(texts)] if "reveal" in view.screen.may else []
    return screen(view.screen, texts, "floor", [_navigation(view, ways), header, halt_banner(), body, *dialogs])


def _navigation(view: FloorView, ways: Catalogue) -> Component:
    """Pages that this viewer may open, then their own choices: links, so that each is an address."""
    other_theme = "light" if view.screen.theme == "dark" else "dark"
    other_lang = next(lang for lang in LANGUAGES if lang != view.screen.lang)
    pages = [_link(place.name, ways(f"nav.{place.name}"), place.href, place, ways) for place in view.navigation.places]
    choices = [
        _link("theme", ways(f"nav.theme.{other_theme}"), f"/floor/?theme={other_theme}&lang={view.screen.lang}"),
        _link("lang", ways(f"nav.lang.{other_lang}"), f"/floor/?lang={other_lang}&theme={view.screen.theme}"),
    ]
    brand = html.Span(icon("brand"), className="brand")
    leaving = [_sign_out(ways)] if view.navigation.who else []
    children = [brand, *pages, html.Span(className="space"), *choices, *leaving]
    return html.Nav(children, **aria(label=ways("nav")))


def _link(name: str, word: str, href: str, place: Place | None = None, ways: Catalogue | None = None) -> Component:
    is_here = name == "floor"
    waiting = (
        [html.B([str(place.count), html.Span(ways("nav.unclaimed"), className="unseen")], className="count")]
        if place and ways and place.count
        else []
    )
    return html.A(
        [icon(name), html.Span(word), *waiting],
        href=href,
        target="_blank" if place and place.new_tab else None,
        className="here" if is_here else None,
        **(aria(current="page") if is_here else {}),
    )


def _sign_out(ways: Catalogue) -> Component:
    """A form, because leaving changes something: no link of somebody else's may do it."""
    return html.Form(
        html.Button([icon("sign_out"), html.Span(ways("nav.sign_out"))], type="submit"), action=SIGN_OUT, method="post"
    )
