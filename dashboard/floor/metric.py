"""What a metric is: an id, what it means, and the one place where it is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import msgspec

from dashboard.floor.query import Answer, Query, Result

__all__ = ["INCOMPLETE", "Answer", "Basis", "Kind", "Metric", "Result", "Scope", "Unit", "metric", "ratio"]

Unit = Literal[
    "visits", "contacts", "callers", "agents", "offers", "handlings", "calls", "s", "ratio", "time", "word",
    "count", "amount", "per 10,000",
]  # fmt: skip
Kind = Literal["count", "duration", "mean", "ratio", "maximum", "since", "state", "estimate"]
Basis = Literal["now", "J", "E", "C", "business"]
Scope = Literal["queue", "agent", "floor"]


class Metric(msgspec.Struct, frozen=True):
    """One figure of the dictionary. `evaluate` gives None where there is no value ("–")."""

    id: str
    unit: Unit
    kind: Kind
    basis: Basis
    scopes: tuple[Scope, ...]
    names: dict[str, str]
    definitions: dict[str, str]
    formula: str
    incomplete: str
    evaluate: Callable[[Query], Result]

    @property
    def scope(self) -> Scope:
        """The first of its scopes."""
        return self.scopes[0]


INCOMPLETE: Final[dict[Basis, str]] = {
    "now": "the link to the switch is lost, delayed or being resynchronised",
    "J": "a gap in which visits joined or left unheard, until it is back-filled",
    "E": "a gap in which handlings or offers ended unheard, until it is back-filled",
    "C": "a gap: the state last known is taken to last until the snapshot after it",
    "business": "no source of business events is configured",
}


def metric(
    metric_id: str, zh: str, en: str, *, unit: Unit, kind: Kind, basis: Basis, scope: Scope | tuple[Scope, ...],
    means_zh: str, means_en: str, formula: str, of: Callable[[Query], Result], incomplete: str = "",
) -> Metric:  # fmt: skip
    """A metric in the order in which the tables read."""
    scopes = scope if isinstance(scope, tuple) else (scope,)
    return Metric(
        metric_id, unit, kind, basis, scopes, {"zh-CN": zh, "en": en}, {"zh-CN": means_zh, "en": means_en}, formula,
        incomplete or INCOMPLETE[basis], of,
    )  # fmt: skip


def ratio(part: float, whole: float) -> float | None:
    """part ÷ whole; None where the whole is 0 (never 0 % or 100 %)."""
    return part / whole if whole else None
