"""Walls as Chromium lays them out, measured: nothing cut, nothing over the edge, nothing too small. And a way to draw a wall without
the page server: the real layouts, style sheets and scripts in a file, behind any gateway."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from pathlib import Path
from typing import Any, Final

from dash.development.base_component import Component
from playwright.sync_api import Page

ROOT: Final = Path(__file__).resolve().parents[2]
LEAST, LEAST_OF_A_CROWD, MAIN = 1.8, 1.4, 8.5
MAIN_OF: Final = ("number", "service_level", "longest_wait", "countdown")
_MEASURED: Final = (ROOT / "tests" / "walls" / "measured.js").read_text(encoding="utf-8")
_NAMES: Final = {"className": "class"}
_STYLES: Final = ("core", "wall")
_SCRIPTS: Final = ("base", "parts", "widgets")
_SETTLED: Final = """async () => {
    const frames = () => new Promise((done) => {
        let left = 3; // sizes are observed, what follows from them is drawn, and what follows from that
        const next = () => ((left -= 1) > 0 ? requestAnimationFrame(next) : setTimeout(done, 0));
        requestAnimationFrame(next);
    });
    const is_whole = () => document.fonts.status === "loaded"
        && [...document.querySelectorAll(".page:not([hidden])")].every((page) => getComputedStyle(page).opacity !== "0")
        && [...document.images].every((image) => image.complete || !image.checkVisibility())
        && [...document.querySelectorAll("canvas")].every((canvas) => !canvas.is_complete || canvas.is_complete());
    do await frames(); while (!is_whole()); // a test's own time is the limit
}"""


def faults(
    page: Page,
    *,
    is_crowd: bool = False,
    names: Collection[str] = (),
    main_of: Collection[str] = MAIN_OF,
    main: float = MAIN,
) -> list[str]:
    """What is wrong with the wall as it is drawn now, in sentences. `is_crowd`: 500 people, whose tiles may have smaller type.
    `names`: what people typed that may be longer than a place can hold, and may be cut there. `main`: height of
    the digits of important numbers, of tiles of the kinds `main_of`, in percent of the screen's smaller side."""
    limits: dict[str, Any] = {
        "least": LEAST,
        "crowd": LEAST_OF_A_CROWD if is_crowd else LEAST,
        "main": main,
        "main_of": list(main_of),
        "names": list(names),
    }
    found: list[str] = page.evaluate(_MEASURED, limits)
    return found


def settled(page: Page) -> None:
    """Sizes were observed, what follows from them was drawn, and all that a picture is made of has come: fonts, images, icons, the page
    that fades in."""
    page.evaluate(_SETTLED)


def document(component: Component, *, lang: str, theme: str) -> str:
    """A whole page with this in it, and nothing of Dash."""
    assets = ROOT / "assets"
    styles = [path for folder in _STYLES for path in sorted(assets.glob(f"css/{folder}/*.css"))]
    scripts = [path for folder in _SCRIPTS for path in sorted(assets.glob(f"js/{folder}/*.js"))]
    head = "".join(f'<link rel="stylesheet" href="{path.as_uri()}">' for path in styles)
    head += "".join(f'<script src="{path.as_uri()}"></script>' for path in scripts)
    begin = f'<!doctype html><html lang="{lang}" data-theme="{theme}"><head><meta charset="utf-8">'
    return f"{begin}{head}</head><body>{markup(component)}</body></html>"


def markup(piece: Any) -> str:
    """Dash's HTML components as the browser would have them."""
    if piece is None:
        return ""
    if isinstance(piece, (list, tuple)):
        return "".join(markup(one) for one in piece)
    if not isinstance(piece, Component):
        return escape(str(piece))
    tag = type(piece).__name__.lower()
    properties: dict[str, Any] = piece.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    children = markup(properties.pop("children", None))
    attributes = "".join(_attribute(name, value) for name, value in properties.items())
    return f"<{tag}{attributes}>{children}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    if isinstance(value, dict):
        value = ";".join(f"{key}:{one}" for key, one in value.items())
    return f' {_NAMES.get(name, name)}="{escape(str(value))}"'
