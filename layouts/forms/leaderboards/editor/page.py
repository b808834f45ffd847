"""The whole form, part by part."""

from __future__ import annotations

import htpy as h

from layouts.forms.fields import button, form, hidden_field, link_button, radio_field
from layouts.forms.leaderboards.editor.honours import badges_part, goals_part, prizes_part
from layouts.forms.leaderboards.editor.pieces import options
from layouts.forms.leaderboards.editor.score import least_part, what_part
from layouts.forms.leaderboards.editor.shown import celebrated_part, head_part, shown_part
from layouts.forms.leaderboards.editor.view import ROOT, EditorView
from layouts.forms.leaderboards.editor.who_and_when import when_part, who_part
from layouts.forms.leaderboards.tried import tried
from layouts.forms.notice import notice
from layouts.texts import Catalogue


def editor(view: EditorView, texts: Catalogue) -> h.Node:
    """The whole page."""
    action = f"{ROOT}{view.id}/" if view.id else f"{ROOT}new/"
    filled = view.filled
    return [
        form(
            f"{action}#tried",
            hidden_field("version", filled.value("version")),
            head_part(view, texts),
            h.div(class_="parts")[when_part(view, texts), who_part(view, texts)],
            what_part(view, texts),
            h.div(class_="parts")[least_part(view, texts), prizes_part(view, texts)],
            goals_part(view, texts),
            badges_part(view, texts),
            h.div(class_="parts")[shown_part(view, texts), celebrated_part(view, texts)],
            notice("info", texts("leaderboards.privacy")),
            view.asks_counts and _asked(view, texts),
            view.tried is not None and tried(view.tried, texts),
            h.div(class_="actions sticky")[
                button(texts("form.save"), "primary", "deed", "save"),
                button(texts("leaderboards.try"), "plain", "deed", "try"),
                button(texts("leaderboards.more_rows"), "plain", "deed", "more"),
                link_button(texts("form.cancel"), ROOT),
            ],
            error=filled.whole(texts),
            layout="wide leaderboard",
        ),
    ]


def _asked(view: EditorView, texts: Catalogue) -> h.Element:
    ways = options("leaderboards.counts", ("from_now", "from_begin"), texts, hints=True)
    return h.section(class_="panel asked", id="counts")[
        radio_field(
            "counts", texts("leaderboards.counts"), ways, view.filled.value("counts"), error=view.filled.error("counts")
        )
    ]
