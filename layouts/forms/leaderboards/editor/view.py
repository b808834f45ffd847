"""What the form of a leaderboard is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layouts.forms.directory.state import Filled
from layouts.forms.fields import Option
from layouts.forms.leaderboards.tried import TriedView

ROOT = "/admin/leaderboards/"
SPARE = 2
"""Empty rows below those that are filled."""


@dataclass(frozen=True, slots=True)
class MetricOption:
    """A metric to choose. `unit`: how its numbers are read (`%`, `s`, or "")."""

    value: str
    label: str
    unit: str
    less_is_better: bool


@dataclass(frozen=True, slots=True)
class EditorChoices:
    """What can be chosen besides what the document itself lists."""

    metrics: Sequence[MetricOption]
    queue_metrics: Sequence[MetricOption]
    teams: Sequence[Option]
    queues: Sequence[Option]
    icons: Sequence[str]


@dataclass(frozen=True, slots=True)
class EditorView:
    """`id` "": a new one. `examples`: by part, what its numbers mean. `asks_counts`: whether the change may count from now or from the
    period's begin. `parts`, `floors`, …: how many rows each group has."""

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
