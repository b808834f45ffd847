"""Which fields the form has, and what was typed in them."""

from __future__ import annotations

from typing import Final

from dashboard.pages.forms import Posted
from layouts.forms.directory.state import Filled

_LISTS: Final = ("who.teams", "who.queues")
_ROWS: Final = {
    "scheme.parts": ("metric", "weight", "by", "zero", "full", "cap", "per_hour", "quality", "worse"),
    "scheme.quality": ("metric", "least", "worse"),
    "prizes": ("rank", "zh", "en"),
    "goals": ("of", "metric", "target", "window"),
    "badges": ("id", "zh", "en", "metric", "least", "calls", "days", "icon"),
}
_KEYS: Final = {
    "scheme.parts": "metric",
    "scheme.quality": "metric",
    "prizes": "rank",
    "goals": "metric",
    "badges": "metric",
}
"""The field without which a row is not there."""

_MOST_ROWS: Final = 12
_SINGLE: Final = (
    "title.zh", "title.en", "rules.zh", "rules.en", "top", "team_race", "theme", "lang",
    "period.kind", "period.hours.from", "period.hours.to", "period.from", "period.to",
    "who.without", "who.since_months", "who.up_to_months",
    "scheme.compares", "scheme.groups", "scheme.tenure_months",
    "scheme.least.calls", "scheme.least.minutes", "scheme.least.is_prorated", "scheme.least.full_hours",
    "celebrations.leader", "celebrations.goals", "celebrations.finish", "celebrations.badges",
    "celebrations.sound", "celebrations.settled_s", "celebrations.quiet",
    "counts", "version",
)  # fmt: skip


def posted_fields(posted: Posted) -> Filled:
    """What was typed, with rows moved up."""
    values = {name: posted[name] for name in _SINGLE}
    for group, names in _ROWS.items():
        there = [i for i in range(_MOST_ROWS) if posted[f"{group}.{i}.{_KEYS[group]}"]]
        for to, i in enumerate(there):
            values |= {f"{group}.{to}.{name}": posted[f"{group}.{i}.{name}"] for name in names}
    return Filled(values, lists={name: posted.all(name) for name in _LISTS})


def rows(filled: Filled, group: str) -> int:
    """How many rows of a group stand in the form."""
    return sum(1 for i in range(_MOST_ROWS) if filled.value(f"{group}.{i}.{_KEYS[group]}"))
