"""The page from which people say something on screens: the message, which screens, how it will look; what stands there now, and
what stood there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.fields import Option, actions, area_field, button, check_field, checks_field, choice_field, form
from layouts.forms.panel import panel
from layouts.forms.table import Column, badge, table
from layouts.texts import Catalogue

ROOT = "/screens/announce"


@dataclass(frozen=True, slots=True)
class Line:
    """An announcement, in words. `screens`: the names of the viewer's own; `others`: how many more there are. `ended`: when and
    how it went, empty while it stands. `until`, `made_at`, `ended_at`: moments as nodes."""

    id: str
    text: str
    form: str
    is_high: bool
    screens: tuple[str, ...]
    others: int
    made_by: str
    made_at: h.Node
    until: h.Node
    may_withdraw: bool = False
    withdrawn_by: str = ""
    withdrawn_at: h.Node = None


@dataclass(frozen=True, slots=True)
class Message:
    """What the fields hold. `screens`: those one may send to, with their boards; `longest`: form → most characters."""

    screens: tuple[Option, ...]
    longest: Mapping[str, int]
    text: str = ""
    form: str = "banner"
    is_high: bool = False
    seconds: str = "15"
    minutes: str = "30"
    chosen: Collection[str] = ()
    is_for_all: bool = False


def announce_page(
    message: Message, active: Sequence[Line], past: Sequence[Line], errors: Mapping[str, str], texts: Catalogue
) -> h.Node:
    """The whole page."""
    return h.div(class_="columns announcements")[
        _sending(message, errors, texts),
        h.div(class_="standing")[_active(active, texts), _past(past, texts)],
    ]


def _sending(message: Message, errors: Mapping[str, str], texts: Catalogue) -> h.Element:
    if not message.screens:
        return panel(texts("announce.title"), h.p(class_="empty_table")[texts("announce.no_screens")])
    fields = form(
        ROOT,
        _text(message, errors, texts),
        _kind(message, errors, texts),
        check_field("priority", texts("announce.high"), value="high", is_checked=message.is_high),
        _times(message, errors, texts),
        _screens(message, errors, texts),
        _preview(texts),
        actions(button(texts("announce.send"))),
        error=errors.get("", ""),
    )
    return panel(texts("announce.title"), fields, hint=texts("announce.hint"), name="announce")


def _text(message: Message, errors: Mapping[str, str], texts: Catalogue) -> h.Element:
    longest = max(message.longest.values())
    return area_field(
        "text",
        texts("announce.text"),
        message.text,
        hint=texts("announce.text.hint", **message.longest),
        error=errors.get("text", ""),
        required=True,
        maxlength=longest,
        rows=3,
    )


def _kind(message: Message, errors: Mapping[str, str], texts: Catalogue) -> h.Element:
    forms = [Option(name, texts(f"announce.form.{name}")) for name in message.longest]
    return choice_field("form", texts("announce.form"), forms, message.form, error=errors.get("form", ""))


def _times(message: Message, errors: Mapping[str, str], texts: Catalogue) -> h.Element:
    seconds = [Option(value, texts("announce.seconds.of", n=value)) for value in ("10", "15", "30", "60", "120")]
    minutes = [
        Option(value, _duration(int(value), texts))
        for value in ("5", "10", "15", "30", "60", "120", "240", "480", "720")
    ]
    return h.div(class_="pair")[
        choice_field(
            "minutes",
            texts("announce.minutes"),
            _with(minutes, message.minutes),
            message.minutes,
            hint=texts("announce.minutes.hint"),
            error=errors.get("minutes", ""),
        ),
        choice_field(
            "seconds",
            texts("announce.seconds"),
            _with(seconds, message.seconds),
            message.seconds,
            hint=texts("announce.seconds.hint"),
            error=errors.get("seconds", ""),
        ),
    ]


def _with(options: list[Option], value: str) -> list[Option]:
    """What was sent is offered again, also where it is none of ours."""
    return options if value in {option.value for option in options} else [*options, Option(value, value)]


def _duration(minutes: int, texts: Catalogue) -> str:
    if minutes < 60:
        return texts("announce.minutes.of", n=minutes)
    return texts("announce.hour" if minutes == 60 else "announce.hours", n=minutes // 60)


def _screens(message: Message, errors: Mapping[str, str], texts: Catalogue) -> h.Node:
    return [
        check_field("all", texts("announce.all", n=len(message.screens)), is_checked=message.is_for_all),
        checks_field(
            "screens", texts("announce.screens"), message.screens, message.chosen, error=errors.get("screens", "")
        ),
    ]


def _preview(texts: Catalogue) -> h.Element:
    """A small wall on which the message stands as it will; its script shows it."""
    return h.figure(class_="preview", id="preview", hidden=True, aria_hidden="true")[
        h.figcaption[texts("announce.preview")],
        h.div(class_="wall_preview", data_form="banner")[
            h.div(class_="head"),
            h.p(class_="message")[h.span(class_="words")],
            h.div(class_="tiles")[h.i, h.i, h.i],
        ],
    ]


def _active(lines: Sequence[Line], texts: Catalogue) -> h.Element:
    columns: list[Column | str] = [
        texts("announce.text"),
        texts("announce.screens"),
        texts("announce.until"),
        texts("announce.by"),
        Column(texts("announce.actions"), "actions"),
    ]
    title = texts("announce.active")
    rows = [
        [
            _said(line, texts),
            _names(line, texts),
            line.until,
            [line.made_by, h.small[line.made_at]],
            _withdraw(line, texts),
        ]
        for line in lines
    ]
    return panel(title, table(columns, rows, texts("announce.active.empty"), caption=title), name="active")


def _past(lines: Sequence[Line], texts: Catalogue) -> h.Element:
    columns: list[Column | str] = [
        texts("announce.text"),
        texts("announce.screens"),
        texts("announce.by"),
        texts("announce.ended"),
    ]
    title = texts("announce.past")
    rows = [
        [_said(line, texts), _names(line, texts), [line.made_by, h.small[line.made_at]], _ended(line, texts)]
        for line in lines
    ]
    return panel(title, table(columns, rows, texts("announce.past.empty"), caption=title), name="past")


def _said(line: Line, texts: Catalogue) -> h.Node:
    kind = badge("plain", texts(f"announce.form.{line.form}"))
    return [h.span(class_="said")[line.text], h.small[kind, line.is_high and " ", line.is_high and _high(texts)]]


def _high(texts: Catalogue) -> h.Element:
    return badge("warn", texts("announce.high"))


def _names(line: Line, texts: Catalogue) -> h.Node:
    names = texts.listing(line.screens)
    return [names, line.others > 0 and h.small[texts("announce.others", n=line.others)]]


def _ended(line: Line, texts: Catalogue) -> h.Node:
    if line.withdrawn_at is None:
        return line.until
    return [line.withdrawn_at, h.small[texts("announce.withdrawn_by", who=line.withdrawn_by)]]


def _withdraw(line: Line, texts: Catalogue) -> h.Node:
    if not line.may_withdraw:
        return h.small[texts("announce.not_yours")]
    named = texts("announce.withdraw.of", text=line.text)
    return h.form(action=f"{ROOT}/{line.id}/withdraw", method="post")[
        h.button(type="submit", class_="button danger", aria_label=named)[texts("announce.withdraw")]
    ]
