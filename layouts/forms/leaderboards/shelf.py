"""`/admin/leaderboards/`: the leaderboards one may edit or see whole, and beginnings for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.directory.state import nothing_yet
from layouts.forms.fields import button, form, hidden_field, link_button
from layouts.forms.leaderboards.editor import ROOT
from layouts.forms.panel import panel
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """One leaderboard. `what`: what is compared. `state_word`: on, off, or that this release cannot read it."""

    id: str
    name: str
    what: str
    period: str
    changed: h.Node
    version: int
    state: BadgeKind
    state_word: str
    is_on: bool
    is_readable: bool


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A beginning. `needs`: what besides the switch; "" for nothing."""

    id: str
    name: str
    what: str
    needs: str


def shelf(
    rows: Sequence[ShelfRow], templates: Sequence[TemplateView], texts: Catalogue, *, may_edit: bool, may_open: bool
) -> h.Node:
    """The list, and templates. `may_open`: everybody's place in it; who may not sees what stands on the screen."""
    columns = [
        Column(texts("leaderboards.name")),
        Column(texts("leaderboards.period")),
        Column(texts("leaderboards.changed")),
        Column(texts("leaderboards.state")),
        Column(texts("leaderboards.actions"), "actions"),
    ]
    cells = [_cells(row, texts, may_edit=may_edit, may_open=may_open) for row in rows]
    empty = nothing_yet(texts("leaderboards.none" if may_edit else "leaderboards.none.read"))
    return [
        h.div(class_="lead_row")[
            h.p(class_="lead")[texts("leaderboards.lead")],
            may_edit and link_button(texts("leaderboards.new"), f"{ROOT}new/", "primary"),
        ],
        table(columns, cells, "", caption=texts("title.leaderboards")) if rows else empty,
        may_edit and _templates(templates, texts),
    ]


def _cells(row: ShelfRow, texts: Catalogue, *, may_edit: bool, may_open: bool) -> list[h.Node]:
    below = f"{ROOT}{row.id}/"
    place = below if may_edit else f"{below}standings" if may_open else f"/leaderboard/{row.id}"
    name = h.a(href=place)[row.name]
    return [
        [name, h.small[row.what]],
        row.period,
        row.changed,
        badge(row.state, row.state_word),
        h.div(class_="row_actions")[
            may_open and link_button(texts("leaderboards.standings"), f"{below}standings"),
            row.is_on and _screen(row.id, texts),
            may_edit and row.is_readable and _switch(row, texts),
        ],
    ]


def _switch(row: ShelfRow, texts: Catalogue) -> h.Element:
    deed = "off" if row.is_on else "on"
    return form(
        f"{ROOT}{row.id}/{deed}",
        hidden_field("version", str(row.version)),
        button(texts(f"leaderboards.{deed}"), "plain"),
        layout="row",
    )


def _templates(templates: Sequence[TemplateView], texts: Catalogue) -> h.Element:
    return panel(
        texts("leaderboards.templates"),
        h.ul(class_="templates")[
            (
                h.li[
                    h.a(href=f"{ROOT}new/?template={one.id}")[one.name],
                    h.small[one.what],
                    one.needs and badge("plain", one.needs),
                ]
                for one in templates
            )
        ],
        hint=texts("leaderboards.templates.hint"),
        name="templates",
    )


def beside(leaderboard_id: str, version: int, texts: Catalogue, *, is_on: bool) -> h.Element:
    """What else can be done with one that is there: looked at, copied, switched, removed."""
    deed, root = "off" if is_on else "on", f"{ROOT}{leaderboard_id}/"
    seen = hidden_field("version", str(version))
    return panel(
        texts("leaderboards.state"),
        h.p[badge("good" if is_on else "plain", texts("leaderboards.state.on" if is_on else "leaderboards.state.off"))],
        h.div(class_="actions")[
            form(f"{root}{deed}", seen, button(texts(f"leaderboards.{deed}"), "plain" if is_on else "primary")),
            link_button(texts("leaderboards.standings"), f"{root}standings"),
            is_on and _screen(leaderboard_id, texts),
            form(f"{root}copy", button(texts("leaderboards.copy"), "plain")),
            form(f"{root}remove", seen, button(texts("leaderboards.remove"), "danger")),
        ],
        h.p(class_="hint")[texts("leaderboards.remove.hint")],
        name="state",
    )  # fmt: skip


def _screen(leaderboard_id: str, texts: Catalogue) -> h.Element:
    return h.a(class_="button plain", href=f"/leaderboard/{leaderboard_id}", target="_blank", rel="noopener")[
        texts("leaderboards.screen")
    ]
