"""`/admin/alerts/channels/`: where alerts go besides the desks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.directory.state import Filled
from layouts.forms.fields import Option, actions, button, choice_field, form, link_button, text_field
from layouts.forms.panel import panel
from layouts.forms.scope_fields import ScopeChoice, scope_fields
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue

CHANNELS = "/admin/alerts/channels/"


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel in words. `where`: enough to know it by, never the address."""

    id: str
    name: str
    kind: str
    where: str
    scope: str
    rules: str
    last: BadgeKind
    last_word: str


def channels_page(rows: Sequence[ChannelRow], texts: Catalogue) -> h.Node:
    """The list."""
    columns = [
        Column(texts("channels.name")),
        Column(texts("channels.kind")),
        Column(texts("channels.where")),
        Column(texts("channels.scope")),
        Column(texts("channels.rules")),
        Column(texts("channels.last")),
        Column(texts("rules.actions"), "actions"),
    ]
    cells: list[list[h.Node]] = [
        [
            h.a(href=f"{CHANNELS}{row.id}/")[row.name],
            row.kind,
            row.where or texts("channels.where.none"),
            row.scope,
            row.rules or texts("channels.rules.none"),
            badge(row.last, row.last_word),
            form(f"{CHANNELS}{row.id}/test", button(texts("channels.test"), "plain"), layout="row"),
        ]
        for row in rows
    ]
    return [
        h.div(class_="lead_row")[
            h.p(class_="lead")[texts("channels.lead")], link_button(texts("channels.new"), f"{CHANNELS}new/", "primary")
        ],
        table(columns, cells, texts("channels.none"), caption=texts("title.alert_channels")),
    ]


def channel_page(
    channel_id: str, filled: Filled, kinds: Sequence[Option], scope: ScopeChoice, texts: Catalogue
) -> h.Node:
    """One of them. `channel_id` "": a new one. What was typed as address or secret is never sent back."""
    langs = [Option("zh-CN", "中文"), Option("en", "English")]
    hint = texts("channels.address.hint")
    fields = form(
        f"{CHANNELS}{channel_id}/" if channel_id else f"{CHANNELS}new/",
        text_field("name", texts("channels.name"), filled.value("name"), error=filled.error("name"), maxlength=60),
        choice_field("kind", texts("channels.kind"), kinds, filled.value("kind"), error=filled.error("kind")),
        text_field(
            "address",
            texts("channels.address"),
            kind="password",
            hint=f"{hint} · {texts('channels.address.kept')}" if channel_id else hint,
            error=filled.error("address"),
            autocomplete="off",
            maxlength=1000,
        ),
        text_field(
            "secret", texts("channels.secret"), kind="password", error=filled.error("secret"), autocomplete="off"
        ),
        choice_field("lang", texts("channels.lang"), langs, filled.value("lang")),
        scope_fields(scope, texts, texts("channels.scope"), filled.error("scope")),
        h.p(class_="hint")[texts("channels.scope.hint")],
        actions(button(texts("form.save")), link_button(texts("form.cancel"), CHANNELS)),
        error=filled.whole(texts),
    )
    return h.div(class_="columns rule")[
        panel(filled.value("name") if channel_id else texts("channels.new"), fields),
        bool(channel_id)
        and h.div(class_="stack")[
            panel(
                texts("channels.test"),
                form(f"{CHANNELS}{channel_id}/test", actions(button(texts("channels.test"), "plain"))),
            ),
            panel(
                texts("channels.remove"),
                form(
                    f"{CHANNELS}{channel_id}/remove",
                    h.p(class_="hint")[texts("channels.remove.hint")],
                    actions(button(texts("channels.remove"), "danger")),
                ),
            ),
        ],
    ]
