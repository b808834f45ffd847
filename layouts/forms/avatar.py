"""Somebody's picture in a document, as assets/css/core/avatars.css draws it. It stands beside their name, so it says nothing aloud."""

from __future__ import annotations

from dataclasses import dataclass

import htpy as h

from layouts.avatar import TINTS, sign_of


@dataclass(frozen=True, slots=True)
class Face:
    """How somebody appears. `avatar`: address of a picture; "": one is drawn in `tint`."""

    name: str
    avatar: str = ""
    tint: int = 0


def avatar(face: Face) -> h.Element:
    """As large as its style sheet says."""
    sign = sign_of(face.name)
    shown = h.img(src=face.avatar, alt="") if face.avatar else h.span(class_="sign")[sign]
    return h.span(class_=["avatar", len(sign) > 1 and "two"], data_tint=str(face.tint % TINTS), aria_hidden="true")[
        shown
    ]
