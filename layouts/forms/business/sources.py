"""`/admin/business/sources/`: systems that sign what they tell, or write it into Redis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.directory.state import Filled
from layouts.forms.fields import Option, actions, button, choice_field, form, link_button, text_field
from layouts.forms.notice import notice, shown_once
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.scope_fields import ScopeChoice, scope_fields
from layouts.forms.table import Column, table
from layouts.texts import Catalogue

SOURCES = "/admin/business/sources/"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source in words."""

    id: str
    name: str
    way: str
    scope: str
    told: str
    last: h.Node
    made: str


def sources_page(rows: Sequence[SourceRow], texts: Catalogue) -> h.Node:
    """The list."""
    columns = [
        Column(texts("business.sources.name")),
        Column(texts("business.sources.id")),
        Column(texts("business.sources.way")),
        Column(texts("business.sources.scope")),
        Column(texts("business.sources.told"), "number"),
        Column(texts("business.sources.last")),
        Column(texts("business.sources.made")),
        Column(texts("business.sources.actions"), "actions"),
    ]
    cells: list[list[h.Node]] = [
        [
            row.name,
            h.code[row.id],
            row.way,
            row.scope,
            row.told,
            row.last,
            row.made,
            form(f"{SOURCES}{row.id}/remove", button(texts("business.sources.remove"), "danger"), layout="row"),
        ]
        for row in rows
    ]
    return [
        h.div(class_="lead_row")[
            h.p(class_="lead")[texts("business.sources.lead")],
            link_button(texts("business.sources.new"), f"{SOURCES}new", "primary"),
        ],
        table(columns, cells, texts("business.sources.none"), caption=texts("title.business_sources")),
    ]


def source_page(filled: Filled, ways: Sequence[Option], scope: ScopeChoice, texts: Catalogue) -> h.Node:
    """A new one."""
    fields = form(
        f"{SOURCES}new",
        text_field(
            "name", texts("business.sources.name"), filled.value("name"), error=filled.error("name"), maxlength=60
        ),
        choice_field("way", texts("business.sources.way"), ways, filled.value("way"), error=filled.error("way")),
        scope_fields(scope, texts, texts("business.sources.scope"), filled.error("scope")),
        actions(button(texts("form.save")), link_button(texts("form.cancel"), SOURCES)),
        error=filled.whole(texts),
    )
    return panel(texts("business.sources.new"), fields)


def made_page(source_id: str, name: str, secret: str, stream: str, texts: Catalogue) -> h.Node:
    """What the system needs, this once. `stream`: the key that it writes into, where it has no secret."""
    return panel(
        name,
        facts(Fact(texts("business.sources.id"), h.code[source_id])),
        bool(secret)
        and shown_once(texts("business.sources.secret.value"), secret, texts("business.sources.secret.once")),
        not secret and notice("info", texts("business.sources.stream.hint", key=stream)),
        actions(link_button(texts("business.sources.back"), SOURCES, "primary")),
    )
