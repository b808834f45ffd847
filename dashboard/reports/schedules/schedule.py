"""A schedule and its runs as values, and as rows of the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import Row

from dashboard.reports.files import FORMATS, Format
from dashboard.reports.schedules.timing import Timing, load

State = Literal["due", "making", "sending", "sent", "partly", "failed", "refused", "unknown", "missed"]
OPEN: Final[frozenset[State]] = frozenset({"due", "making", "sending"})
"""States in which a run is not at its end."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What went wrong, for whoever reads it in whatever language: id and what it names."""

    word: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def dump(self) -> str:
        """As text for the database."""
        return json.dumps({"word": self.word, "values": {**self.values}}, ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class Draft:
    """What people say of a schedule. `question`: the query of the report's address, its days relative."""

    name: str
    question: str
    timing: Timing
    recipients: tuple[str, ...]
    format: Format = "xlsx"
    lang: str = "zh-CN"
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Schedule:
    """`account_id`, `owner`: whose rights it has. `next_at_ms` None: it is off. `last`: its newest run."""

    id: str
    account_id: str
    owner: str
    draft: Draft
    next_at_ms: int | None
    time_zone: str
    last: Run | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One due time. `error` None: nothing went wrong. `missing`: recipients who have not got it."""

    id: str
    schedule_id: str
    due_at_ms: int
    state: State
    attempts: int = 0
    next_try_ms: int | None = None
    ended_at_ms: int | None = None
    missing: tuple[str, ...] = ()
    error: Sentence | None = None


def schedule_of(row: Row[Any], owner: str, last: Run | None = None) -> Schedule:
    """Raises `ValueError` for a row that another release wrote."""
    return Schedule(
        row.id,
        row.account_id,
        owner,
        Draft(
            row.name,
            row.question,
            load(row.timing),
            tuple(json.loads(row.recipients)),
            next((known for known in FORMATS if known == row.format), "xlsx"),
            row.lang,
            row.is_on,
        ),
        row.next_at_ms if row.is_on else None,
        row.time_zone,
        last,
    )


def run_of(row: Row[Any]) -> Run:
    """A row of `report_runs`."""
    return Run(
        row.id,
        row.schedule_id,
        row.due_at_ms,
        row.state,
        row.attempts,
        row.next_try_ms,
        row.ended_at_ms,
        tuple(json.loads(row.missing)) if row.missing else (),  # its keys: the addresses
        sentence_of(row.error),
    )


def sentence_of(text: str) -> Sentence | None:
    """What `Sentence.dump` gave; None for nothing."""
    if not text:
        return None
    kept = json.loads(text)
    return Sentence(kept["word"], kept["values"])


def columns_of(draft: Draft) -> dict[str, Any]:
    """A draft's columns."""
    return {
        "name": draft.name,
        "question": draft.question,
        "timing": draft.timing.dump(),
        "recipients": json.dumps(draft.recipients),
        "format": draft.format,
        "lang": draft.lang,
        "is_on": draft.is_on,
    }
