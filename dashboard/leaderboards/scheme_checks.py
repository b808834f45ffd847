"""What is wrong with a scheme, for who wrote it: one sentence a mistake, with the field that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Final

from collectors.events import MeasureSettings
from dashboard.floor.directions import CUSTOM, worse_side
from dashboard.floor.metric import Metric
from dashboard.floor.metrics import REGISTRY, known
from dashboard.floor.scoring.scheme import MOST_PARTS, Least, Part, QualityFloor, Scheme
from dashboard.refusal import Refused

MOST_FLOORS: Final = 4
SAY_NOTHING: Final = frozenset({"last_call_at", "in_state", "longest_call", "adherence", "conformance"})
"""Moments, single calls, and what nobody tells of yet: nobody can be ranked by them."""

LARGEST: Final = 1e9
_SUMS: Final = frozenset({"count", "duration"})
_MEASURED: Final = frozenset({"E", "C", "business"})


def counted_metric(metric_id: str) -> Metric | None:
    """The metric, if what one agent did can be scored by it."""
    found = known(metric_id)
    if found is None or "agent" not in found.scopes or found.basis not in _MEASURED or metric_id in SAY_NOTHING:
        return None
    return found


def counted_metrics() -> list[str]:
    """All of the dictionary, in its order; a site's own measures come beside."""
    return [metric_id for metric_id in REGISTRY if counted_metric(metric_id) is not None]


def is_a_sum(metric_id: str, measures: Mapping[str, MeasureSettings]) -> bool:
    """Whether it grows with the time that one works, so that it can be asked for each hour."""
    if metric_id.startswith(CUSTOM):
        own = measures.get(metric_id.removeprefix(CUSTOM))
        return own is not None and own.sums == "total"
    found = known(metric_id)
    return found is not None and found.kind in _SUMS and metric_id not in {"qa_score", "signed_in"}


def mistakes(scheme: Scheme, measures: Mapping[str, MeasureSettings] | None) -> Iterator[Refused]:
    """All of them, in the order of the form. `measures` None: what the site declares is not known, so it is not looked at."""
    if not 1 <= len(scheme.parts) <= MOST_PARTS:
        yield Refused("leaderboards.refused.parts", "scheme.parts", most=MOST_PARTS)
    seen: set[str] = set()
    for i, part in enumerate(scheme.parts):
        field = f"scheme.parts.{i}"
        if part.metric in seen:
            yield Refused("leaderboards.refused.metric_twice", f"{field}.metric")
        seen.add(part.metric)
        yield from _part(part, field, scheme, measures)
    if len(scheme.quality) > MOST_FLOORS:
        yield Refused("leaderboards.refused.floors", "scheme.quality", most=MOST_FLOORS)
    for i, floor in enumerate(scheme.quality):
        yield from _floor(floor, f"scheme.quality.{i}", measures)
    yield from _least(scheme.least)
    if scheme.groups == "tenure" and not _is_rising(scheme.tenure_months):
        yield Refused("leaderboards.refused.tenure", "scheme.tenure_months")


def metric_mistakes(
    metric_id: str, field: str, measures: Mapping[str, MeasureSettings] | None, limit: float | None, limit_field: str
) -> Iterator[Refused]:
    """Of a metric of agents and a number that it is held against (None: none)."""
    if metric_id.startswith(CUSTOM) and measures is not None and metric_id.removeprefix(CUSTOM) not in measures:
        yield Refused("leaderboards.refused.unknown_measure", field, metric=metric_id.removeprefix(CUSTOM)[:64])
        return
    found = counted_metric(metric_id)
    if found is None:
        yield Refused("leaderboards.refused.metric", field, metric=metric_id[:64])
        return
    if limit is not None:
        yield from number_mistakes(found, limit, limit_field)


def number_mistakes(found: Metric, limit: float, field: str) -> Iterator[Refused]:
    """Of a number in a metric's own unit."""
    least = -LARGEST if found.id.startswith(CUSTOM) else 0
    if not isfinite(limit) or not least <= limit <= LARGEST:
        yield Refused("leaderboards.refused.number", field)
    elif found.unit == "ratio" and limit > 1:
        yield Refused("leaderboards.refused.ratio", field)


def _part(part: Part, field: str, scheme: Scheme, measures: Mapping[str, MeasureSettings] | None) -> Iterator[Refused]:
    wrong = list(metric_mistakes(part.metric, f"{field}.metric", measures, None, ""))
    yield from wrong
    found = counted_metric(part.metric)
    if wrong or found is None:
        return
    if not 1 <= part.weight <= 100:
        yield Refused("leaderboards.refused.weight", f"{field}.weight")
    if not 100 <= part.cap <= 200:
        yield Refused("leaderboards.refused.cap", f"{field}.cap")
    if part.per_hour and not is_a_sum(part.metric, measures or {}):
        yield Refused("leaderboards.refused.per_hour", f"{field}.per_hour")
    if part.by == "rank":
        if scheme.compares == "progress":
            yield Refused("leaderboards.refused.rank_in_progress", f"{field}.by")
        return
    names = ("target", "low") if part.by == "target" else ("low", "high")
    limits = {name: limit for name in names if (limit := getattr(part, name)) is not None}
    unfit = [one for name, limit in limits.items() for one in number_mistakes(found, limit, f"{field}.{name}")]
    yield from unfit or _way(part, field, part.worse or worse_side(part.metric, measures or {}))


def _way(part: Part, field: str, worse: str) -> Iterator[Refused]:
    """Whether there is a way from no points to all of them, and on the right side."""
    name = "target" if part.by == "target" else "high"
    end, start = (part.target, part.low) if part.by == "target" else (part.high, part.low)
    if end is None:
        yield Refused(f"leaderboards.refused.{name}_missing", f"{field}.{name}")
        return
    if start is None and (worse == "above" or part.by == "range"):
        yield Refused("leaderboards.refused.low_missing", f"{field}.low")
        return
    if (start or 0) == end:
        yield Refused("leaderboards.refused.no_way", f"{field}.{name}")
    elif ((start or 0) < end) != (worse == "below"):
        word = "less_is_better" if worse == "above" else "more_is_better"
        yield Refused(f"leaderboards.refused.{word}", f"{field}.low")


def _floor(floor: QualityFloor, field: str, measures: Mapping[str, MeasureSettings] | None) -> Iterator[Refused]:
    yield from metric_mistakes(floor.metric, f"{field}.metric", measures, floor.least, f"{field}.least")


def _least(least: Least) -> Iterator[Refused]:
    if not 0 <= least.calls <= 100_000:
        yield Refused("leaderboards.refused.least", "scheme.least.calls", most=100_000)
    if not 0 <= least.minutes <= 100_000:
        yield Refused("leaderboards.refused.least", "scheme.least.minutes", most=100_000)
    if not 1 <= least.full_hours <= 1000:
        yield Refused("leaderboards.refused.full_hours", "scheme.least.full_hours", most=1000)


def _is_rising(months: tuple[int, ...]) -> bool:
    return 1 <= len(months) <= 3 and list(months) == sorted(set(months)) and months[0] >= 1 and months[-1] <= 120
