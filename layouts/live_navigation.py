"""The navigation of pages that Dash draws: the same places and the same look as on pages of forms."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.navigation import CLOSED_ID, PLACES_ID, SIGN_OUT, Navigation, Place
from layouts.screen import Screen
from layouts.texts import LANGUAGES, Catalogue
from layouts.widgets.tile import icon


def places(navigation: Navigation, screen: Screen, ways: Catalogue) -> Component:
    """Pages that this viewer may open, then their own choices: links, so that each is an address."""
    other_theme = "light" if screen.theme == "dark" else "dark"
    other_lang = next(lang for lang in LANGUAGES if lang != screen.lang)
    choices = [
        _choice("theme", ways(f"nav.theme.{other_theme}"), f"?theme={other_theme}&lang={screen.lang}"),
        _choice("lang", ways(f"nav.lang.{other_lang}"), f"?lang={other_lang}&theme={screen.theme}"),
    ]
    children = [
        html.Span(icon("brand"), className="brand"),
        *(_place(place, navigation.here, ways) for place in navigation.places),
        html.A([icon("more"), html.Span(ways("nav.more"))], href=f"#{PLACES_ID}", className="more"),
        html.A([icon("less"), html.Span(ways("nav.less"))], href=f"#{CLOSED_ID}", className="less"),
        html.Span(className="space"),
        *choices,
        *([_sign_out(ways)] if navigation.who else []),
    ]
    return html.Nav(children, id=PLACES_ID, className="places", **aria(label=ways("nav")))


def _place(place: Place, here: str, ways: Catalogue) -> Component:
    is_here = place.name == here
    children = [icon(place.name), html.Span(ways(f"nav.{place.name}"))]
    if place.count:
        unseen = html.Span(ways(f"nav.count.{place.name}"), className="unseen")
        children.append(html.B([str(place.count), unseen], className="count"))
    return html.A(
        children,
        href=place.href,
        **data(place=place.name),
        target="_blank" if place.new_tab else None,
        className="here" if is_here else None,
        **(aria(current="page") if is_here else {}),
    )


def _choice(name: str, word: str, href: str) -> Component:
    return html.A([icon(name), html.Span(word)], href=href, className="choice")


def _sign_out(ways: Catalogue) -> Component:
    """A form, because leaving changes something: no link of somebody else's may do it."""
    leave = html.Button([icon("sign_out"), html.Span(ways("nav.sign_out"))], type="submit")
    return html.Form(leave, action=SIGN_OUT, method="post")
