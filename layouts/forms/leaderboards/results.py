"""How a leaderboard stands and how its periods ended: everybody's place, published and corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.directory.state import Filled
from layouts.forms.fields import (
    Option,
    actions,
    button,
    check_field,
    choice_field,
    form,
    hidden_field,
    link_button,
    text_field,
)
from layouts.forms.leaderboards.editor import ROOT
from layouts.forms.leaderboards.tried import TriedView, standings
from layouts.forms.notice import notice
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.table import Column, badge, table
from layouts.texts import Catalogue

RESULTS = f"{ROOT}results/"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A period that is over."""

    id: str
    period: str
    frozen: h.Node
    published: h.Node
    is_published: bool
    corrected: int


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """What was said later."""

    made: h.Node
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """One period that is over. `seen`: how many corrections the page knows of; what is posted names it."""

    id: str
    leaderboard_id: str
    stands: TriedView
    frozen: h.Node
    published: h.Node
    is_published: bool
    corrections: Sequence[CorrectionRow]
    agents: Sequence[Option]
    metrics: Sequence[Option]
    filled: Filled
    may_edit: bool


def standing_page(
    leaderboard_id: str, stands: TriedView | None, results: Sequence[ResultRow], texts: Catalogue
) -> h.Node:
    """How it stands, and the periods that are over."""
    now: h.Node = h.p(class_="empty_table")[texts("leaderboards.not_running")]
    if stands is not None:
        now = [
            h.p(class_="lead")[stands.period],
            (notice("info", note) for note in stands.notes),
            _export(f"{ROOT}{leaderboard_id}/export", texts),
            standings(stands, texts),
        ]
    return [
        panel(texts("leaderboards.standings"), now, hint=texts("leaderboards.standings.hint"), name="standings"),
        panel(
            texts("leaderboards.results"),
            _list(results, texts),
            hint=texts("leaderboards.results.hint"),
            name="results",
        ),
    ]


def result_page(view: ResultView, texts: Catalogue) -> h.Node:
    """One of them."""
    word = "leaderboards.published" if view.is_published else "leaderboards.unpublished"
    return [
        panel(
            texts("leaderboards.result"),
            h.p[badge("good" if view.is_published else "warn", texts(word))],
            facts(
                Fact(texts("leaderboards.frozen"), view.frozen),
                Fact(texts("leaderboards.published.at"), view.published),
                Fact(texts("leaderboards.corrections"), str(len(view.corrections))),
            ),
            h.div(class_="actions")[
                view.may_edit
                and not view.is_published
                and form(f"{RESULTS}{view.id}/publish", button(texts("leaderboards.publish"), "primary")),
                link_button(texts("leaderboards.back"), f"{ROOT}{view.leaderboard_id}/standings"),
            ],
            _export(f"{RESULTS}{view.id}/export", texts),
            name="result",
        ),
        panel(
            texts("leaderboards.standings"),
            h.p(class_="lead")[view.stands.period],
            standings(view.stands, texts),
            name="standings",
        ),
        bool(view.corrections)
        and panel(texts("leaderboards.corrections"), _corrections(view.corrections, texts), name="corrections"),
        view.may_edit and _correct(view, texts),
    ]


def _list(results: Sequence[ResultRow], texts: Catalogue) -> h.Element:
    columns: list[Column | str] = [
        texts("leaderboards.period"),
        texts("leaderboards.frozen"),
        texts("leaderboards.published.at"),
        Column(texts("leaderboards.corrections"), "number"),
    ]
    rows: list[list[h.Node]] = [
        [
            h.a(href=f"{RESULTS}{one.id}/")[one.period],
            one.frozen,
            one.published if one.is_published else badge("warn", texts("leaderboards.unpublished")),
            str(one.corrected) if one.corrected else "–",
        ]
        for one in results
    ]
    return table(columns, rows, texts("leaderboards.results.none"), caption=texts("leaderboards.results"))


def _export(address: str, texts: Catalogue) -> h.Element:
    formats = [Option("xlsx", "XLSX"), Option("csv", "CSV")]
    return form(
        address,
        choice_field("format", texts("leaderboards.format"), formats, "xlsx"),
        button(texts("leaderboards.export"), "plain"),
        layout="row",
    )


def _corrections(corrections: Sequence[CorrectionRow], texts: Catalogue) -> h.Element:
    columns = [
        texts("leaderboards.correction.made"),
        texts("leaderboards.correction.by"),
        texts("leaderboards.correction.reason"),
    ]
    return table(
        columns, [[one.made, one.by, one.reason] for one in corrections], "", caption=texts("leaderboards.corrections")
    )


def _correct(view: ResultView, texts: Catalogue) -> h.Element:
    filled, root = view.filled, f"{RESULTS}{view.id}/"
    seen = hidden_field("seen", str(len(view.corrections)))
    reason = text_field(
        "reason",
        texts("leaderboards.correction.reason"),
        filled.value("reason"),
        error=filled.error("reason"),
        required=True,
        maxlength=500,
    )
    return panel(
        texts("leaderboards.correct"),
        form(
            f"{root}correct",
            seen,
            choice_field("agent", texts("leaderboards.agent"), view.agents, filled.value("agent"), error=filled.error("agent")),
            choice_field("metric", texts("leaderboards.metric"), view.metrics, filled.value("metric"), error=filled.error("metric")),
            text_field(
                "value", texts("leaderboards.correct.value"), filled.value("value"), hint=texts("leaderboards.correct.value.hint"),
                error=filled.error("value"), inputmode="decimal", maxlength=14,
            ),
            check_field("without", texts("leaderboards.correct.without"), is_checked=bool(filled.value("without"))),
            reason,
            actions(
                button(texts("leaderboards.correct"), "primary", "deed", "correct"),
                button(texts("leaderboards.recount"), "plain", "deed", "recount"),
            ),
            error=filled.error(""),
        ),
        hint=texts("leaderboards.correct.hint"),
        name="correct",
    )  # fmt: skip
