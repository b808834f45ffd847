"""What every page of live numbers needs to know of its viewer and its gateway."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.attributes import data
from layouts.texts import Catalogue

Theme = Literal["dark", "light"]


@dataclass(frozen=True, slots=True)
class Screen:
    """`lang`: tag of a catalogue. `gateway`: where the browser finds the websocket, as a URL, or a port of the page's own
    host (`:8051`), or a path of the page's own address (`/live`). `door`: where to go when the gateway does not know the viewer
    (any more), "" for nowhere. `may`: what the viewer may do here (`reveal`, `controls`, `selection`, `days`). `audio`: where the browser
    finds the sound of calls, as `gateway`; "" for nowhere."""

    board: str
    lang: str
    theme: Theme
    gateway: str
    door: str = ""
    may: tuple[str, ...] = ()
    audio: str = ""


def screen(
    view: Screen,
    texts: Catalogue,
    kind: str,
    children: list[Component],
    *,
    without: tuple[str, ...] = (),
    **options: str,
) -> Component:
    """The root of a page: assets/js/parts/screen.js finds here the board, the gateway and the words of the language, those that
    begin as one of `without` left out. `options`: what else the page's code is told (`data-…`)."""
    chosen = {name: text for name, text in texts.words.items() if not name.startswith(without)}
    words = json.dumps(chosen, ensure_ascii=False, separators=(",", ":"))
    return html.Div(
        children,
        id=ids.SCREEN,
        className=f"screen {kind}",
        lang=view.lang,
        **data(
            board=view.board,
            gateway=view.gateway,
            door=view.door,
            may=" ".join(view.may),
            **({"audio": view.audio} if view.audio else {}),
            age="connecting",
            words=words,
            **options,
        ),
    )
