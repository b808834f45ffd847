"""What can be won: prizes, goals, badges."""

from __future__ import annotations

import htpy as h

from layouts.forms.fields import Option, choice_field, hidden_field
from layouts.forms.leaderboards.editor.pieces import metric_field, options, part, text
from layouts.forms.leaderboards.editor.view import EditorView
from layouts.texts import Catalogue


def prizes_part(view: EditorView, texts: Catalogue) -> h.Element:
    """What the first places win."""
    return part(
        "leaderboards.part.prizes",
        texts,
        (
            h.div(class_="prize")[
                text(view, texts, f"prizes.{i}.rank", word="leaderboards.prize.rank", inputmode="numeric", maxlength=2),
                text(view, texts, f"prizes.{i}.zh", word="leaderboards.prize.zh", maxlength=60),
                text(view, texts, f"prizes.{i}.en", word="leaderboards.prize.en", maxlength=60),
            ]
            for i in range(view.prizes)
        ),
    )


def goals_part(view: EditorView, texts: Catalogue) -> h.Element:
    """What everybody is to reach."""
    of = options("leaderboards.goal.of", ("agents", "queues"), texts)
    windows = [
        Option("", texts("leaderboards.goal.period")),
        *options("leaderboards.window", ("day", "interval", "last_60_min", "now"), texts),
    ]
    both = {one.value: one for one in (*view.choices.metrics, *view.choices.queue_metrics)}
    return part(
        "leaderboards.part.goals",
        texts,
        h.p(class_="hint")[texts("leaderboards.part.goals.hint")],
        (
            h.div(class_="row_of_fields")[
                choice_field(f"goals.{i}.of", texts("leaderboards.goal.of"), of, view.filled.value(f"goals.{i}.of")),
                metric_field(view, f"goals.{i}.metric", texts("leaderboards.goal.metric"), list(both.values()), texts),
                text(view, texts, f"goals.{i}.target", word="leaderboards.goal.target", inputmode="decimal", maxlength=14),
                choice_field(
                    f"goals.{i}.window", texts("leaderboards.goal.window"), windows, view.filled.value(f"goals.{i}.window"),
                    error=view.filled.error(f"goals.{i}.window"),
                ),
            ]
            for i in range(view.goals)
        ),
    )  # fmt: skip


def badges_part(view: EditorView, texts: Catalogue) -> h.Element:
    """What one can earn besides a place."""
    icons = [Option(name, texts(f"leaderboards.icon.{name}")) for name in view.choices.icons]
    return part(
        "leaderboards.part.badges",
        texts,
        h.p(class_="hint")[texts("leaderboards.part.badges.hint")],
        (
            h.div(class_="row_of_fields")[
                hidden_field(f"badges.{i}.id", view.filled.value(f"badges.{i}.id")),
                text(view, texts, f"badges.{i}.zh", word="leaderboards.badge.zh", maxlength=40),
                text(view, texts, f"badges.{i}.en", word="leaderboards.badge.en", maxlength=40),
                metric_field(view, f"badges.{i}.metric", texts("leaderboards.badge.metric"), view.choices.metrics, texts),
                text(view, texts, f"badges.{i}.least", word="leaderboards.badge.least", inputmode="decimal", maxlength=14),
                text(view, texts, f"badges.{i}.calls", word="leaderboards.badge.calls", inputmode="numeric", maxlength=5),
                text(view, texts, f"badges.{i}.days", word="leaderboards.badge.days", inputmode="numeric", maxlength=2),
                choice_field(f"badges.{i}.icon", texts("leaderboards.badge.icon"), icons, view.filled.value(f"badges.{i}.icon")),
            ]
            for i in range(view.badges)
        ),
    )  # fmt: skip
