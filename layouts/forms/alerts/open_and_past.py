"""`/alerts/`: what is open, what was, who answered, who was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.fields import Option, button, check_field, form, hidden_field, link_button
from layouts.forms.panel import panel
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue

ROOT = "/alerts/"


@dataclass(frozen=True, slots=True)
class TellingLine:
    """A channel, and what became of what it was to be told."""

    channel: str
    kind: BadgeKind
    fate: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert in words. `ended`: why, "" while it is open. `snoozed`: until when, None for not."""

    id: str
    headline: str
    rule: str
    is_red: bool
    began: h.Node
    lasted: str
    value: str
    worst: str
    ended: str
    acknowledged: h.Node
    snoozed: h.Node
    told: Sequence[TellingLine]
    may_answer: bool


@dataclass(frozen=True, slots=True)
class AlertsView:
    """`after`: the mark of the next page of what was; "" there is none. `is_first`: this is the first page of it."""

    open: Sequence[AlertRow]
    past: Sequence[AlertRow]
    after: str
    is_first: bool


def alerts_page(view: AlertsView, texts: Catalogue) -> h.Node:
    """Open ones first; further pages are of the past alone."""
    return [
        h.p(class_="lead")[texts("alerts.lead")],
        view.is_first and panel(texts("alerts.open"), _open(view.open, texts), name="open"),
        panel(
            texts("alerts.past"),
            _past(view.past, texts),
            view.after and h.p(class_="actions")[link_button(texts("alerts.older"), f"{ROOT}?after={view.after}#past")],
            name="past",
        ),
        view.is_first and _browser(texts),
    ]


def _open(rows: Sequence[AlertRow], texts: Catalogue) -> h.Node:
    columns = [
        Column(texts("alerts.what")),
        Column(texts("alerts.began")),
        Column(texts("alerts.lasted"), "number"),
        Column(texts("alerts.value"), "number"),
        Column(texts("alerts.worst"), "number"),
        Column(texts("alerts.told")),
        Column(texts("alerts.answer")),
        Column(texts("alerts.actions"), "actions"),
    ]
    cells = [
        [
            _what(row, texts),
            row.began,
            row.lasted,
            row.value,
            row.worst,
            _told(row.told, texts),
            _answered(row),
            _acts(row, texts),
        ]
        for row in rows
    ]
    return table(columns, cells, texts("alerts.open.none"), caption=texts("alerts.open"))


def _past(rows: Sequence[AlertRow], texts: Catalogue) -> h.Node:
    columns = [
        Column(texts("alerts.what")),
        Column(texts("alerts.began")),
        Column(texts("alerts.lasted"), "number"),
        Column(texts("alerts.value"), "number"),
        Column(texts("alerts.worst"), "number"),
        Column(texts("alerts.ended")),
        Column(texts("alerts.answer")),
        Column(texts("alerts.told")),
    ]
    cells = [
        [
            _what(row, texts),
            row.began,
            row.lasted,
            row.value,
            row.worst,
            row.ended,
            _answered(row),
            _told(row.told, texts),
        ]
        for row in rows
    ]
    return table(columns, cells, texts("alerts.past.none"), caption=texts("alerts.past"))


def _what(row: AlertRow, texts: Catalogue) -> h.Node:
    level = "red" if row.is_red else "amber"
    return h.div(class_=f"what level-{level}")[
        h.i(class_=f"icon icon-level-{level}", aria_hidden="true"),
        h.span(class_="unseen")[texts(f"alert.level.{level}")],
        h.span[row.headline, h.small[row.rule]],
    ]


def _told(told: Sequence[TellingLine], texts: Catalogue) -> h.Node:
    if not told:
        return h.small[texts("alerts.desks_only")]
    return h.ul(class_="told")[(h.li[one.channel, " ", badge(one.kind, one.fate)] for one in told)]


def _answered(row: AlertRow) -> h.Node:
    return [row.acknowledged and h.div[row.acknowledged], row.snoozed and h.div[row.snoozed]]


def _acts(row: AlertRow, texts: Catalogue) -> h.Node:
    if not row.may_answer:
        return None
    minutes = [Option(value, texts(f"alerts.snooze.{value}")) for value in ("15", "60", "240", "480")]
    return h.div(class_="answer")[
        not row.acknowledged and form(f"{ROOT}{row.id}/acknowledge", button(texts("alerts.acknowledge")), layout="row"),
        form(
            f"{ROOT}{row.id}/snooze",
            hidden_field("minutes", "0"),
            button(texts("alerts.unsnooze"), "plain"),
            layout="row",
        )
        if row.snoozed
        else form(
            f"{ROOT}{row.id}/snooze",
            _minutes(row.id, minutes, texts),
            button(texts("alerts.snooze"), "plain"),
            layout="row",
        ),
    ]


def _minutes(alert_id: str, minutes: Sequence[Option], texts: Catalogue) -> h.Element:
    box_id = f"minutes-{alert_id}"
    return h.label(for_=box_id)[
        h.span(class_="unseen")[texts("alerts.snooze.for")],
        h.select(name="minutes", id=box_id)[
            (h.option(value=one.value, selected=one.value == "60")[one.label] for one in minutes)
        ],
    ]


def _browser(texts: Catalogue) -> h.Element:
    """Works only with the script that shows it."""
    return h.section(
        class_="panel browser",
        id="browser",
        hidden=True,
        data_on=texts("alerts.browser.notify.on"),
        data_denied=texts("alerts.browser.notify.denied"),
    )[
        h.h2[texts("alerts.browser")],
        h.p(class_="hint")[texts("alerts.browser.hint")],
        h.div(class_="row")[
            check_field("sound", texts("alerts.browser.sound"), is_checked=True),
            h.button(type="button", class_="button plain", data_part="try")[texts("alerts.browser.try")],
            h.button(type="button", class_="button plain", data_part="notify")[texts("alerts.browser.notify")],
            h.span(role="status", data_part="state"),
        ],
    ]
