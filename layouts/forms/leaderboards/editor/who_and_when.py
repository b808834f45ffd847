"""Of whom, and over which period."""

from __future__ import annotations

import htpy as h

from layouts.forms.fields import Option, choice_field, radio_field
from layouts.forms.leaderboards.editor.pieces import area, options, part, text
from layouts.forms.leaderboards.editor.view import EditorView
from layouts.forms.picker import picker
from layouts.texts import Catalogue

PERIODS = ("day", "shift", "week", "month", "contest")


def when_part(view: EditorView, texts: Catalogue) -> h.Element:
    """Over which period."""
    periods = [
        Option(name, texts(f"leaderboards.period.{name}"), texts(f"leaderboards.period.{name}.hint"))
        for name in PERIODS
    ]
    filled = view.filled
    return part(
        "leaderboards.part.when",
        texts,
        radio_field(
            "period.kind",
            texts("leaderboards.period"),
            periods,
            filled.value("period.kind"),
            error=filled.error("period.kind"),
        ),
        h.div(class_="pair of_shift")[
            text(view, texts, "period.hours.from", kind="time"), text(view, texts, "period.hours.to", kind="time")
        ],
        h.div(class_="pair of_contest")[
            text(view, texts, "period.from", kind="datetime-local"),
            text(view, texts, "period.to", kind="datetime-local"),
        ],
    )


def who_part(view: EditorView, texts: Catalogue) -> h.Element:
    """Of whom, and who is compared with whom."""
    filled = view.filled
    groups = options("leaderboards.groups", ("none", "team", "queue", "tenure"), texts)
    compares = options("leaderboards.compares", ("agents", "teams", "progress"), texts, hints=True)
    return part(
        "leaderboards.part.who",
        texts,
        radio_field("scheme.compares", texts("leaderboards.compares"), compares, filled.value("scheme.compares")),
        picker(
            "who.teams", texts("leaderboards.who.teams"), view.choices.teams, filled.list("who.teams"), texts,
            all_word=texts("leaderboards.who.all"), error=filled.error("who.teams"),
        ),
        picker(
            "who.queues", texts("leaderboards.who.queues"), view.choices.queues, filled.list("who.queues"), texts,
            all_word=texts("leaderboards.who.all"), error=filled.error("who.queues"),
        ),
        choice_field(
            "scheme.groups", texts("leaderboards.groups"), groups, filled.value("scheme.groups"),
            hint=texts("leaderboards.groups.hint"),
        ),
        text(view, texts, "scheme.tenure_months", maxlength=20),
        h.div(class_="pair")[
            text(view, texts, "who.since_months", inputmode="numeric", maxlength=3),
            text(view, texts, "who.up_to_months", inputmode="numeric", maxlength=3),
        ],
        area(view, texts, "who.without"),
    )  # fmt: skip
