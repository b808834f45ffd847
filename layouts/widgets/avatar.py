"""A person's picture in a small round place: their own, or the first sign of the name that they chose, on their tint. The same as
assets/js/parts/avatar.js draws; its look is assets/css/core/avatars.css."""

from __future__ import annotations

import re
from typing import Final

from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria, data

TINTS: Final = 12
_NUMBER: Final = re.compile(r"\D{0,2}(\d+)\D{0,2}")


def sign_of(name: str) -> str:
    """What stands for a name: its first sign; of a number its last two digits, which differ."""
    found = _NUMBER.fullmatch(name)
    return found[1][-2:] if found else name[:1].upper()


def avatar(name: str, tint: int, address: str = "") -> Component:
    """`address`: of their own picture; "": one is drawn."""
    sign = sign_of(name)
    inside = html.Img(src=address, alt="") if address else html.Span(sign, className="sign")
    two = " two" if len(sign) > 1 else ""
    return html.Span(inside, className=f"avatar{two}", **data(tint=str(tint % TINTS)), **aria(hidden="true"))
