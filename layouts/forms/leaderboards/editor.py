"""`/admin/leaderboards/new/` and `/admin/leaderboards/<id>/`: what counts, of whom, over which period, in words a team lead knows.

Each part of a score says what its numbers mean by an example; `assets/js/forms/leaderboard.js` keeps it up to date while one types, from
the same fields. Without a script the example is that of the form as it was sent last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.directory.state import Filled
from layouts.forms.fields import (
    Option,
    area_field,
    button,
    check_field,
    choice_field,
    form,
    hidden_field,
    link_button,
    radio_field,
    text_field,
)
from layouts.forms.leaderboards.tried import TriedView, tried
from layouts.forms.notice import notice
from layouts.forms.panel import panel
from layouts.forms.picker import picker
from layouts.texts import Catalogue

ROOT = "/admin/leaderboards/"
PERIODS = ("day", "shift", "week", "month", "contest")
SPARE = 2
"""Empty rows below those that are filled."""


@dataclass(frozen=True, slots=True)
class MetricOption:
    """A metric to choose. `unit`: how its numbers are read (`%`, `s`, or ""). `is_sum`: it can be asked for each hour."""

    value: str
    label: str
    unit: str
    is_sum: bool
    less_is_better: bool


@dataclass(frozen=True, slots=True)
class EditorChoices:
    """What can be chosen. `windows`, `sounds`, `icons`, …: of the document."""

    metrics: Sequence[MetricOption]
    queue_metrics: Sequence[MetricOption]
    teams: Sequence[Option]
    queues: Sequence[Option]
    icons: Sequence[str]


@dataclass(frozen=True, slots=True)
class EditorView:
    """`id` "": a new one. `examples`: by part, what its numbers mean. `asks_counts`: whether the change may count from now or from the
    period's begin. `most`: rows of a group."""

    id: str
    filled: Filled
    choices: EditorChoices
    parts: int
    floors: int
    prizes: int
    goals: int
    badges: int
    examples: Sequence[str]
    tried: TriedView | None = None
    asks_counts: bool = False
    is_on: bool = False
    template: str = ""


def editor(view: EditorView, texts: Catalogue) -> h.Node:
    """The whole page."""
    action = f"{ROOT}{view.id}/" if view.id else f"{ROOT}new/"
    filled = view.filled
    return [
        form(
            f"{action}#tried",
            hidden_field("version", filled.value("version")),
            hidden_field("template", view.template),
            _head(view, texts),
            h.div(class_="parts")[_when(view, texts), _who(view, texts)],
            _what(view, texts),
            h.div(class_="parts")[_least(view, texts), _prizes(view, texts)],
            _goals(view, texts),
            _badges(view, texts),
            h.div(class_="parts")[_shown(view, texts), _celebrated(view, texts)],
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


def _head(view: EditorView, texts: Catalogue) -> h.Element:
    return _group(
        "leaderboards.part.name",
        texts,
        h.div(class_="pair")[
            _text(view, texts, "title.zh", maxlength=60),
            _text(view, texts, "title.en", maxlength=60),
        ],
        h.div(class_="pair")[
            _area(view, texts, "rules.zh"),
            _area(view, texts, "rules.en"),
        ],
    )


def _when(view: EditorView, texts: Catalogue) -> h.Element:
    periods = [
        Option(name, texts(f"leaderboards.period.{name}"), texts(f"leaderboards.period.{name}.hint"))
        for name in PERIODS
    ]
    filled = view.filled
    return _group(
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
            _text(view, texts, "period.hours.from", kind="time"), _text(view, texts, "period.hours.to", kind="time")
        ],
        h.div(class_="pair of_contest")[
            _text(view, texts, "period.from", kind="datetime-local"),
            _text(view, texts, "period.to", kind="datetime-local"),
        ],
    )


def _who(view: EditorView, texts: Catalogue) -> h.Element:
    filled = view.filled
    groups = _options("leaderboards.groups", ("none", "team", "queue", "tenure"), texts)
    compares = _options("leaderboards.compares", ("agents", "teams", "progress"), texts, hints=True)
    return _group(
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
        _text(view, texts, "scheme.tenure_months", maxlength=20),
        h.div(class_="pair")[
            _text(view, texts, "who.since_months", inputmode="numeric", maxlength=3),
            _text(view, texts, "who.up_to_months", inputmode="numeric", maxlength=3),
        ],
        _area(view, texts, "who.without"),
    )  # fmt: skip


def _what(view: EditorView, texts: Catalogue) -> h.Element:
    return _group(
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
    ways = _options("leaderboards.by", ("target", "range", "rank"), texts)
    example = view.examples[i] if i < len(view.examples) else ""
    return h.li(class_="score_part")[
        hidden_field(f"{field}.worse", filled.value(f"{field}.worse")),
        _metric(view, f"{field}.metric", texts("leaderboards.metric"), view.choices.metrics, texts),
        _text(view, texts, f"{field}.weight", word="leaderboards.weight", inputmode="numeric", maxlength=3),
        choice_field(f"{field}.by", texts("leaderboards.by"), ways, filled.value(f"{field}.by"), error=filled.error(f"{field}.by")),
        _text(view, texts, f"{field}.zero", word="leaderboards.zero", inputmode="decimal", maxlength=14),
        _text(view, texts, f"{field}.full", word="leaderboards.full", inputmode="decimal", maxlength=14),
        _text(view, texts, f"{field}.cap", word="leaderboards.cap", inputmode="numeric", maxlength=3),
        h.div(class_="boxes")[
            check_field(
                f"{field}.per_hour", texts("leaderboards.per_hour"), is_checked=bool(filled.value(f"{field}.per_hour")),
                error=filled.error(f"{field}.per_hour"),
            ),
            check_field(f"{field}.quality", texts("leaderboards.is_quality"), is_checked=bool(filled.value(f"{field}.quality"))),
        ],
        h.p(class_="example", data_part=str(i), aria_live="off")[example],
    ]  # fmt: skip


def _least(view: EditorView, texts: Catalogue) -> h.Element:
    filled = view.filled
    return _group(
        "leaderboards.part.least",
        texts,
        h.p(class_="hint")[texts("leaderboards.part.least.hint")],
        h.div(class_="pair")[
            _text(view, texts, "scheme.least.calls", inputmode="numeric", maxlength=6),
            _text(view, texts, "scheme.least.minutes", inputmode="numeric", maxlength=6),
        ],
        check_field(
            "scheme.least.is_prorated", texts("leaderboards.prorated"), is_checked=bool(filled.value("scheme.least.is_prorated")),
            hint=texts("leaderboards.prorated.hint"),
        ),
        _text(view, texts, "scheme.least.full_hours", inputmode="numeric", maxlength=4),
        h.h3[texts("leaderboards.quality")],
        h.p(class_="hint")[texts("leaderboards.quality.hint")],
        (
            h.div(class_="pair")[
                hidden_field(f"scheme.quality.{i}.worse", filled.value(f"scheme.quality.{i}.worse")),
                _metric(view, f"scheme.quality.{i}.metric", texts("leaderboards.quality.metric"), view.choices.metrics, texts),
                _text(view, texts, f"scheme.quality.{i}.least", word="leaderboards.quality.least", inputmode="decimal", maxlength=14),
            ]
            for i in range(view.floors)
        ),
    )  # fmt: skip


def _prizes(view: EditorView, texts: Catalogue) -> h.Element:
    return _group(
        "leaderboards.part.prizes",
        texts,
        (
            h.div(class_="prize")[
                _text(
                    view, texts, f"prizes.{i}.rank", word="leaderboards.prize.rank", inputmode="numeric", maxlength=2
                ),
                _text(view, texts, f"prizes.{i}.zh", word="leaderboards.prize.zh", maxlength=60),
                _text(view, texts, f"prizes.{i}.en", word="leaderboards.prize.en", maxlength=60),
            ]
            for i in range(view.prizes)
        ),
    )


def _goals(view: EditorView, texts: Catalogue) -> h.Element:
    of = _options("leaderboards.goal.of", ("agents", "queues"), texts)
    windows = [
        Option("", texts("leaderboards.goal.period")),
        *_options("leaderboards.window", ("day", "interval", "last_60_min", "now"), texts),
    ]
    both = {one.value: one for one in (*view.choices.metrics, *view.choices.queue_metrics)}
    return _group(
        "leaderboards.part.goals",
        texts,
        h.p(class_="hint")[texts("leaderboards.part.goals.hint")],
        (
            h.div(class_="row_of_fields")[
                choice_field(f"goals.{i}.of", texts("leaderboards.goal.of"), of, view.filled.value(f"goals.{i}.of")),
                _metric(view, f"goals.{i}.metric", texts("leaderboards.goal.metric"), list(both.values()), texts),
                _text(view, texts, f"goals.{i}.target", word="leaderboards.goal.target", inputmode="decimal", maxlength=14),
                choice_field(
                    f"goals.{i}.window", texts("leaderboards.goal.window"), windows, view.filled.value(f"goals.{i}.window"),
                    error=view.filled.error(f"goals.{i}.window"),
                ),
            ]
            for i in range(view.goals)
        ),
    )  # fmt: skip


def _badges(view: EditorView, texts: Catalogue) -> h.Element:
    icons = [Option(name, texts(f"leaderboards.icon.{name}")) for name in view.choices.icons]
    return _group(
        "leaderboards.part.badges",
        texts,
        h.p(class_="hint")[texts("leaderboards.part.badges.hint")],
        (
            h.div(class_="row_of_fields")[
                hidden_field(f"badges.{i}.id", view.filled.value(f"badges.{i}.id")),
                _text(view, texts, f"badges.{i}.zh", word="leaderboards.badge.zh", maxlength=40),
                _text(view, texts, f"badges.{i}.en", word="leaderboards.badge.en", maxlength=40),
                _metric(view, f"badges.{i}.metric", texts("leaderboards.badge.metric"), view.choices.metrics, texts),
                _text(view, texts, f"badges.{i}.least", word="leaderboards.badge.least", inputmode="decimal", maxlength=14),
                _text(view, texts, f"badges.{i}.calls", word="leaderboards.badge.calls", inputmode="numeric", maxlength=5),
                _text(view, texts, f"badges.{i}.days", word="leaderboards.badge.days", inputmode="numeric", maxlength=2),
                choice_field(f"badges.{i}.icon", texts("leaderboards.badge.icon"), icons, view.filled.value(f"badges.{i}.icon")),
            ]
            for i in range(view.badges)
        ),
    )  # fmt: skip


def _shown(view: EditorView, texts: Catalogue) -> h.Element:
    filled = view.filled
    themes = [Option("", texts("leaderboards.theme.screen")), *_options("leaderboards.theme", ("dark", "light"), texts)]
    langs = [Option("", texts("leaderboards.lang.screen")), Option("zh-CN", "中文"), Option("en", "English")]
    return _group(
        "leaderboards.part.shown",
        texts,
        _text(view, texts, "top", inputmode="numeric", maxlength=2),
        check_field("team_race", texts("leaderboards.team_race"), is_checked=bool(filled.value("team_race"))),
        choice_field("theme", texts("leaderboards.theme"), themes, filled.value("theme")),
        choice_field("lang", texts("leaderboards.lang"), langs, filled.value("lang")),
    )


def _celebrated(view: EditorView, texts: Catalogue) -> h.Element:
    filled = view.filled
    sounds = _options("leaderboards.sound", ("none", "chime", "bell"), texts)
    return _group(
        "leaderboards.part.celebrated",
        texts,
        (
            check_field(
                f"celebrations.{name}",
                texts(f"leaderboards.celebrate.{name}"),
                is_checked=bool(filled.value(f"celebrations.{name}")),
            )
            for name in ("leader", "goals", "finish", "badges")
        ),
        choice_field("celebrations.sound", texts("leaderboards.sound"), sounds, filled.value("celebrations.sound")),
        _text(view, texts, "celebrations.quiet"),
        _text(view, texts, "celebrations.settled_s", inputmode="numeric", maxlength=4),
    )


def _asked(view: EditorView, texts: Catalogue) -> h.Element:
    ways = _options("leaderboards.counts", ("from_now", "from_begin"), texts, hints=True)
    return h.section(class_="panel asked", id="counts")[
        radio_field(
            "counts", texts("leaderboards.counts"), ways, view.filled.value("counts"), error=view.filled.error("counts")
        )
    ]


# -- pieces ------------------------------------------------------------------------------------------------------------


def _group(word: str, texts: Catalogue, *content: h.Node) -> h.Element:
    return panel(texts(word), *content, name=word.rpartition(".")[2])


def _options(prefix: str, names: Sequence[str], texts: Catalogue, *, hints: bool = False) -> list[Option]:
    return [Option(name, texts(f"{prefix}.{name}"), texts(f"{prefix}.{name}.hint") if hints else "") for name in names]


def _text(
    view: EditorView, texts: Catalogue, field: str, *, word: str = "", kind: str = "text", inputmode: str = "", maxlength: int = 200
) -> h.Element:  # fmt: skip
    label = word or f"leaderboards.field.{field}"
    hint = texts.words.get(f"{label}.hint", "")
    return text_field(
        field, texts(label), view.filled.value(field), kind=kind, hint=hint, error=view.filled.error(field),  # type: ignore[arg-type]
        inputmode=inputmode, maxlength=maxlength,
    )  # fmt: skip


def _area(view: EditorView, texts: Catalogue, field: str) -> h.Element:
    word = f"leaderboards.field.{field}"
    hint = texts.words.get(f"{word}.hint", "")
    return area_field(field, texts(word), view.filled.value(field), hint=hint, error=view.filled.error(field), rows=2)


def _metric(view: EditorView, field: str, label: str, metrics: Sequence[MetricOption], texts: Catalogue) -> h.Element:
    """With what the example's script needs to know of each."""
    value, error = view.filled.value(field), view.filled.error(field)
    strangers = (
        []
        if not value or any(one.value == value for one in metrics)
        else [MetricOption(value, value, "", False, False)]
    )
    return h.div(class_=["field", error and "wrong"])[
        h.label(for_=f"{field}-field")[label],
        h.select(
            id=f"{field}-field",
            name=field,
            aria_invalid="true" if error else None,
            aria_describedby=f"{field}-error" if error else None,
        )[
            h.option(value="", selected=not value)[texts("leaderboards.metric.none")],
            (
                h.option(
                    value=one.value,
                    selected=one.value == value,
                    data_unit=one.unit,
                    data_less="yes" if one.less_is_better else None,
                )[one.label]
                for one in (*strangers, *metrics)
            ),
        ],
        error and h.p(class_="error", id=f"{field}-error")[error],
    ]
