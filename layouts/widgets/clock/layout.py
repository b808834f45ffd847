"""Clocks: always the gateway's time, also while the numbers stand still."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts.attributes import data
from layouts.texts import Catalogue
from layouts.widgets.clock.view import ClockFace, ClockView
from layouts.widgets.tile import NO_VALUE, frame


def clock(view: ClockView, texts: Catalogue) -> Component:  # noqa: ARG001 — a widget's signature
    """A face for each place."""
    faces = html.Div([_face(face, has_date=view.date) for face in view.faces], className="faces", **data(part="faces"))
    return frame(view.tile, [faces], seconds="yes" if view.seconds else "no")


def _face(face: ClockFace, *, has_date: bool) -> Component:
    pieces = [
        *([html.Span(face.label, className="label")] if face.label else []),
        html.Time(NO_VALUE),
        *([html.Span(className="date")] if has_date else []),
    ]
    return html.Div(pieces, className="face", **data(zone=face.zone))
