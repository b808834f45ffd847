"""One contact's whole path, from the first queue to the last word, as a timeline that reads from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import htpy as h

from layouts.forms.calls import ROOT, CallRow, mixed_table
from layouts.forms.fields import actions, button, form, text_field
from layouts.forms.frame import icon
from layouts.forms.moment import Moments
from layouts.forms.notice import notice
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.table import table
from layouts.texts import Catalogue

Tone = Literal["plain", "good", "warn", "bad", "talking", "ringing", "holding", "wrapping_up"]


@dataclass(frozen=True, slots=True)
class PathLine:
    """A step in words. `icon`: of assets/icons. `length`: how long it lasted, "" for a moment. `agent_href`: that agent's day. `share`:
    (talk, hold) in seconds, of a talk."""

    at_ms: int
    icon: str
    tone: Tone
    what: str
    who: str = ""
    agent_href: str = ""
    detail: str = ""
    length: str = ""
    share: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """Somebody stepped into it. `modes`: in words, in order."""

    at_ms: int
    by: str
    agent: str
    modes: str
    length: str
    purpose: str
    note: str


@dataclass(frozen=True, slots=True)
class ContactView:
    """The page. `facts`: label and value. `can_reveal`: the whole number is kept, and this reader may ask for it. `revealed`: the number,
    in the one answer that tells it. `typed`, `error`: a reason that was refused. `sessions` None: not theirs to know. `all_href`: every
    call of the number."""

    key: str
    number: str
    caller: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[PathLine, ...]
    others: tuple[CallRow, ...]
    all_href: str
    has_more: bool
    sessions: tuple[SessionLine, ...] | None
    began_ms: int
    is_going_on: bool
    can_reveal: bool
    why_no_number: str = ""
    notes: tuple[str, ...] = ()
    revealed: str = ""
    typed: str = ""
    error: str = ""


def contact(view: ContactView, texts: Catalogue, moments: Moments) -> h.Element:
    """The whole page."""
    return h.div(class_="contact")[
        (notice("warn", note) for note in view.notes),
        view.is_going_on and notice("info", texts("contact.going_on")),
        h.div(class_="columns contact_columns")[
            panel(texts("contact.path"), _path(view, moments)),
            h.div(class_="beside")[_about(view, texts, moments), _sessions(view, texts, moments)],
        ],
        _others(view, texts, moments),
    ]


def _path(view: ContactView, moments: Moments) -> h.Element:
    return h.ol(class_="path")[(_line(line, moments) for line in view.lines)]


def _line(line: PathLine, moments: Moments) -> h.Element:
    who: h.Node = h.a(href=line.agent_href)[line.who] if line.agent_href else line.who
    return h.li(class_=["step", f"tone-{line.tone}"])[
        h.span(class_="at")[moments.clock(line.at_ms)],
        h.span(class_="dot")[icon(line.icon)],
        h.div(class_="told")[
            h.p[h.b[line.what], line.length and h.span(class_="length")[line.length]],
            (line.who or line.detail) and h.p(class_="hint")[who, line.who and line.detail and " · ", line.detail],
            line.share is not None and _share(*line.share),
        ],
    ]


def _share(talk_s: int, hold_s: int) -> h.Node:
    """How much of a talk was hold, as a bar; the figures stand beside it in words."""
    if not hold_s or not talk_s + hold_s:
        return None
    share = round(1000 * talk_s / (talk_s + hold_s)) / 10
    return h.svg(class_="share", width="100%", height="8", aria_hidden="true")[
        h.rect(class_="talk", width=f"{share}%", height="8"),
        h.rect(class_="hold", x=f"{share}%", width=f"{round(100 - share, 1)}%", height="8"),
    ]


def _about(view: ContactView, texts: Catalogue, moments: Moments) -> h.Element:
    number = h.span(class_="number_shown")[view.number or texts("number.unknown")]
    pairs = [
        Fact(texts("contact.number"), number),
        *([Fact(texts("contact.caller"), view.caller)] if view.caller else []),
        Fact(texts("contact.began"), moments(view.began_ms)),
        *(Fact(label, value) for label, value in view.facts),
    ]
    return panel(texts("contact.about"), facts(*pairs), _reveal(view, texts))


def _reveal(view: ContactView, texts: Catalogue) -> h.Node:
    if view.revealed:
        return h.div(class_="shown_once", role="status", id="shown")[
            h.p(class_="label")[texts("contact.whole")],
            h.output[h.code(tabindex="0")[view.revealed]],
            h.p(class_="hint", data_left=texts("reveal.left", n="{n}"))[texts("contact.whole.hint")],
        ]
    if not view.can_reveal:
        return view.why_no_number and h.p(class_="hint")[view.why_no_number]
    return h.details(class_="reveal_past", open=bool(view.error))[
        h.summary[texts("reveal.title")],
        form(
            f"{ROOT}{view.key}/number",
            text_field(
                "reason",
                texts("reveal.reason"),
                view.typed,
                hint=texts("reveal.recorded"),
                error=view.error,
                required=True,
            ),
            actions(button(texts("reveal.ask"), "plain")),
        ),
    ]


def _sessions(view: ContactView, texts: Catalogue, moments: Moments) -> h.Node:
    if view.sessions is None:
        return None
    columns = [texts(f"contact.session.{name}") for name in ("at", "by", "modes", "length")]
    rows: list[list[h.Node]] = [
        [
            moments.clock(one.at_ms),
            [one.by, one.agent and h.small[one.agent]],
            [one.modes, one.purpose and h.small[one.purpose], one.note and h.small[one.note]],
            one.length,
        ]
        for one in view.sessions
    ]
    caption = texts("contact.sessions")
    return panel(caption, table(columns, rows, texts("contact.no_sessions"), caption=caption))


def _others(view: ContactView, texts: Catalogue, moments: Moments) -> h.Node:
    if not view.number:
        return None
    caption = texts("contact.others")
    return panel(
        caption,
        mixed_table(view.others, texts, moments, caption, texts("contact.no_others"), one_day=False),
        view.all_href and h.p[h.a(href=view.all_href)[texts("contact.all_of_number")]],
        hint=texts("contact.others.hint"),
    )
