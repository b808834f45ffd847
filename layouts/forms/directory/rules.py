"""The business day, and how long a state may last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms import Fact, Option, actions, button, choice_field, facts, form, notice, panel, text_field
from layouts.forms.directory.state import Filled
from layouts.texts import Catalogue

RULES = "/admin/business-day/"


@dataclass(frozen=True, slots=True)
class RulesView:
    """`states`: those that can have a limit, in their order; their fields are `state_limits_s.STATE`."""

    filled: Filled
    states: Sequence[str]
    intervals: Sequence[str]
    zones: Sequence[str]
    may_edit: bool


def rules_form(view: RulesView, texts: Catalogue) -> h.Node:
    """Both parts, saved at once."""
    if not view.may_edit:
        return _facts(view, texts)
    return form(
        RULES,
        h.div(class_="columns")[
            panel(texts("rules.day"), notice("warn", texts("rules.day.hint")), *_day(view, texts)),
            panel(texts("rules.states"), *_states(view, texts), hint=texts("rules.states.hint")),
        ],
        actions(button(texts("form.save"))),
        error=view.filled.whole(texts),
        layout="wide",
    )


def _day(view: RulesView, texts: Catalogue) -> list[h.Node]:
    filled = view.filled
    zones = [Option(zone, zone) for zone in view.zones]
    return [
        choice_field(
            "time_zone", texts("rules.time_zone"), zones, filled.value("time_zone"), error=filled.error("time_zone")
        ),
        text_field(
            "day_starts_at",
            texts("rules.day_starts_at"),
            filled.value("day_starts_at"),
            hint=texts("rules.hint.day_starts_at"),
            error=filled.error("day_starts_at"),
            maxlength=5,
        ),
        choice_field(
            "interval_min",
            texts("rules.interval"),
            [Option(minutes, texts("rules.minutes", n=minutes)) for minutes in view.intervals],
            filled.value("interval_min"),
            error=filled.error("interval_min"),
        ),
        text_field(
            "effective_call_s",
            texts("rules.effective_call"),
            filled.value("effective_call_s"),
            hint=texts("rules.hint.effective_call"),
            error=filled.error("effective_call_s"),
            inputmode="numeric",
            maxlength=6,
        ),
    ]


def _states(view: RulesView, texts: Catalogue) -> list[h.Node]:
    return [
        h.div(class_="pairs")[
            (
                text_field(
                    name := f"state_limits_s.{state}",
                    texts("rules.limit_of", state=texts(f"state.{state}")),
                    view.filled.value(name),
                    error=view.filled.error(name),
                    inputmode="numeric",
                    maxlength=6,
                )
                for state in view.states
            )
        ]
    ]


def _facts(view: RulesView, texts: Catalogue) -> h.Element:
    filled = view.filled
    limits = (
        Fact(texts("rules.limit_of", state=texts(f"state.{state}")), filled.value(f"state_limits_s.{state}") or "–")
        for state in view.states
    )
    return h.div(class_="columns")[
        panel(
            texts("rules.day"),
            facts(
                Fact(texts("rules.time_zone"), filled.value("time_zone")),
                Fact(texts("rules.day_starts_at"), filled.value("day_starts_at")),
                Fact(texts("rules.interval"), texts("rules.minutes", n=filled.value("interval_min"))),
                Fact(texts("rules.effective_call"), filled.value("effective_call_s")),
            ),
        ),
        panel(texts("rules.states"), facts(*limits)),
    ]
