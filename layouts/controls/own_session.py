"""The call in which one is oneself: who hears whom, how that is changed, and how it ends. Its code is
assets/js/widgets_controls/own_session.js."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.attributes import aria, data
from layouts.texts import Catalogue
from layouts.widgets.tile import icon, part

FOLLOWS = ("none", "caller", "agent")


def own_session(texts: Catalogue) -> Component:
    """Everything of it, hidden until there is a session; in its place what to do to begin one."""
    nothing = html.Div(
        [icon("headset"), html.P(texts("session.none")), html.P(texts("session.none.remedy"), className="hint")],
        className="nothing",
        **data(part="nothing"),
    )
    return html.Section(
        [html.H2(texts("session.title")), nothing, _session(texts)],
        className="own_session",
        **data(widget="own_session"),
        **aria(label=texts("session.title")),
    )


def _session(texts: Catalogue) -> Component:
    who = html.Div([part("who", html.B), part("staff", html.Small), part("about", html.Span)], className="who_is")
    state = html.Div(
        [
            part("icon", html.I, class_name="icon"),
            part("state", html.B),
            part("time", html.Time),
            part("left", html.Small),
        ],
        className="state",
        role="status",
    )
    return html.Div(
        [
            html.Div([who, state], className="head"),
            html.Div(className="modes", role="group", **data(part="modes"), **aria(label=texts("session.modes"))),
            part("heard", html.P, class_name="heard"),
            html.Ul(className="why", **data(part="why")),
            _sound(texts),
            _following(texts),
            html.Div(
                [
                    html.Button(
                        [icon("hang_up"), html.Span(texts("verb.hang_up"))], type="button", **data(part="hang_up")
                    ),
                    html.Button(
                        [icon("stop"), html.Span(texts("verb.stop"))],
                        type="button",
                        className="stop",
                        **data(part="stop"),
                    ),
                ],
                className="ends",
            ),
            part("others", html.P, class_name="others"),
            part("trouble", html.P, class_name="trouble"),
        ],
        className="open_session",
        hidden=True,
        **data(part="session"),
    )


def _sound(texts: Catalogue) -> Component:
    """What only a browser has: levels of both sides, the microphone, loudness."""
    meters = [
        html.Div(
            [
                html.Span(texts(f"sound.{side}"), id=ids.meter(side)),
                html.Meter(
                    min="0", max="1", value="0", **data(part=f"level_{side}"), **aria(labelledby=ids.meter(side))
                ),
            ],
            className="level",
        )
        for side in ("call", "own")
    ]
    talk = html.Button(
        [icon("microphone"), html.Span(texts("sound.talk"), **data(part="talk_word"))],
        type="button",
        className="talk",
        **data(part="talk"),
        **aria(pressed="false"),
    )
    mute = html.Button(
        [icon("muted"), html.Span(texts("sound.mute"))],
        type="button",
        className="mute",
        **data(part="mute"),
        **aria(pressed="false"),
    )
    loud = html.Label(
        [html.Span(texts("sound.volume")), html.Span(className="box", **data(part="volume"))], className="volume"
    )
    return html.Div(
        [
            *meters,
            html.Div([talk, mute, loud], className="own_sound"),
            part("sound_state", html.P, class_name="sound_state"),
        ],
        className="sound",
        hidden=True,
        **data(part="sound"),
    )


def _following(texts: Catalogue) -> Component:
    """What happens when the call is transferred or over."""
    choices = [
        html.Button(texts(f"follow.{name}"), type="button", **data(follow=name), **aria(pressed="false"))
        for name in FOLLOWS
    ]
    group = html.Div(choices, className="choice", role="group", **data(part="follow"), **aria(label=texts("follow")))
    return html.Div([html.Span(texts("follow"), className="name"), group], className="following")
