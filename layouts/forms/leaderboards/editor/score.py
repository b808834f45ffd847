"""What counts: the parts of the score, and what it takes to have a place."""

from __future__ import annotations

import htpy as h

from layouts.forms.fields import check_field, choice_field, hidden_field
from layouts.forms.leaderboards.editor.pieces import metric_field, options, part, text
from layouts.forms.leaderboards.editor.view import EditorView
from layouts.texts import Catalogue


def what_part(view: EditorView, texts: Catalogue) -> h.Element:
    """The parts of the score."""
    return part(
        "leaderboards.part.what",
        texts,
        h.p(class_="hint")[texts("leaderboards.part.what.hint")],
        h.ol(
            class_="score_parts",
            data_example=texts("leaderboards.example"),
            data_hour=texts("leaderboards.example.hour"),
            data_rank=texts("leaderboards.example.rank"),
        )[(_score_part(view, i, texts) for i in range(view.parts))],
    )


def _score_part(view: EditorView, i: int, texts: Catalogue) -> h.Element:
    field, filled = f"scheme.parts.{i}", view.filled
    ways = options("leaderboards.by", ("target", "range", "rank"), texts)
    example = view.examples[i] if i < len(view.examples) else ""
    return h.li(class_="score_part")[
        hidden_field(f"{field}.worse", filled.value(f"{field}.worse")),
        metric_field(view, f"{field}.metric", texts("leaderboards.metric"), view.choices.metrics, texts),
        text(view, texts, f"{field}.weight", word="leaderboards.weight", inputmode="numeric", maxlength=3),
        choice_field(f"{field}.by", texts("leaderboards.by"), ways, filled.value(f"{field}.by"), error=filled.error(f"{field}.by")),
        text(view, texts, f"{field}.zero", word="leaderboards.zero", inputmode="decimal", maxlength=14),
        text(view, texts, f"{field}.full", word="leaderboards.full", inputmode="decimal", maxlength=14),
        text(view, texts, f"{field}.cap", word="leaderboards.cap", inputmode="numeric", maxlength=3),
        h.div(class_="boxes")[
            check_field(
                f"{field}.per_hour", texts("leaderboards.per_hour"), is_checked=bool(filled.value(f"{field}.per_hour")),
                error=filled.error(f"{field}.per_hour"),
            ),
            check_field(f"{field}.quality", texts("leaderboards.is_quality"), is_checked=bool(filled.value(f"{field}.quality"))),
        ],
        h.p(class_="example", data_part=str(i), aria_live="off")[example],
    ]  # fmt: skip


def least_part(view: EditorView, texts: Catalogue) -> h.Element:
    """What it takes to have a place at all."""
    filled = view.filled
    return part(
        "leaderboards.part.least",
        texts,
        h.p(class_="hint")[texts("leaderboards.part.least.hint")],
        h.div(class_="pair")[
            text(view, texts, "scheme.least.calls", inputmode="numeric", maxlength=6),
            text(view, texts, "scheme.least.minutes", inputmode="numeric", maxlength=6),
        ],
        check_field(
            "scheme.least.is_prorated", texts("leaderboards.prorated"), is_checked=bool(filled.value("scheme.least.is_prorated")),
            hint=texts("leaderboards.prorated.hint"),
        ),
        text(view, texts, "scheme.least.full_hours", inputmode="numeric", maxlength=4),
        h.h3[texts("leaderboards.quality")],
        h.p(class_="hint")[texts("leaderboards.quality.hint")],
        (
            h.div(class_="pair")[
                hidden_field(f"scheme.quality.{i}.worse", filled.value(f"scheme.quality.{i}.worse")),
                metric_field(view, f"scheme.quality.{i}.metric", texts("leaderboards.quality.metric"), view.choices.metrics, texts),
                text(view, texts, f"scheme.quality.{i}.least", word="leaderboards.quality.least", inputmode="decimal", maxlength=14),
            ]
            for i in range(view.floors)
        ),
    )  # fmt: skip
