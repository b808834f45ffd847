"""An agent's own page: what state one is in and for how long, and the numbers of one's own day. Nothing of anybody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dash import html
from dash.development.base_component import Component

from layouts.live_navigation import places
from layouts.navigation import NOWHERE, Navigation
from layouts.screen import Screen, screen
from layouts.texts import Catalogue
from layouts.widgets.age_lamp import age_lamp
from layouts.widgets.halt_banner import halt_banner
from layouts.widgets.own_listeners import own_listeners
from layouts.widgets.own_messages import own_messages
from layouts.widgets.own_number import Also, own_number
from layouts.widgets.own_place import own_place
from layouts.widgets.own_state import own_state
from layouts.widgets.tile import Tile
from layouts.widgets.view import Definition, TileView

NUMBERS: tuple[tuple[str, str, tuple[Also, ...]], ...] = (
    (
        "handled",
        "number",
        (Also("calls_missed", "number"), Also("call_count", "number"), Also("talk_total", "duration")),
    ),
    ("aht", "duration", (Also("avg_talk", "duration"), Also("avg_hold", "duration"), Also("avg_wrap_up", "duration"))),
    ("occupancy", "percent", (Also("utilisation", "percent"),)),
    ("signed_in", "duration", (Also("available", "duration"), Also("paused", "duration"), Also("wrap_up", "duration"))),
)
"""The tiles of the board `me`: how its number is written, and the further ones below it."""


@dataclass(frozen=True, slots=True)
class MeView:
    """What the page is told when it opens; everything else comes over the websocket. `definitions`: of its numbers, by tile."""

    screen: Screen
    navigation: Navigation = NOWHERE
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)


def me(view: MeView, texts: Catalogue, ways: Catalogue) -> Component:
    """The whole page. `ways`: the same language with the room `forms`."""
    who = html.A(view.navigation.who, href="/account/", className="who") if view.navigation.who else None
    header = html.Header([html.H1(texts("me.title")), age_lamp(texts, short=True), who])
    numbers = [
        own_number(
            TileView(name, "own_number", texts(f"me.{name}"), definitions=view.definitions.get(name, ())),
            how,
            also,
            texts,
        )
        for name, how, also in NUMBERS
    ]
    main = html.Main(
        [
            own_listeners(Tile("own", "own_listeners"), texts),
            own_state(Tile("agents", "own_state"), texts),
            own_messages(Tile("messages", "own_messages"), texts),
            own_place(Tile("own_place", "own_place"), texts),
            *numbers,
        ]
    )
    return screen(view.screen, texts, "me", [places(view.navigation, view.screen, ways), header, halt_banner(), main])
