"""Standings as a file: everybody's place with every number behind it, text that runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from dashboard.floor.metrics import known
from dashboard.floor.scoring.scheme import Scheme
from dashboard.floor.scoring.standing import Did, Standing
from dashboard.sheets import CellKind, Head, Page

_KINDS: Mapping[str, CellKind] = {"ratio": "share", "s": "seconds"}


def sheet(
    name: str,
    scheme: Scheme,
    standings: Iterable[Standing],
    dids: Mapping[str, Did],
    labels: Mapping[str, str],
    metric: Callable[[str], str],
    person: Callable[[str], Sequence[str]],
    why: Callable[[str], str],
) -> Page:
    """`labels`: the heads (`rank`, `agent`, `number`, `team`, `group`, `score`, `calls`, `signed_in`, `points`, `why_not`). `person`: name,
    staff number and team of an agent; `why`: a reason for no rank in words."""
    heads = [
        Head(labels["rank"], "count"), Head(labels["agent"]), Head(labels["number"]), Head(labels["team"]), Head(labels["group"]),
        Head(labels["score"], "number"),
    ]  # fmt: skip
    for part in scheme.parts:
        heads += [
            Head(metric(part.metric), _kind(part.metric)),
            Head(f"{metric(part.metric)} · {labels['points']}", "number"),
        ]
    heads += [Head(labels["calls"], "count"), Head(labels["signed_in"], "seconds"), Head(labels["why_not"])]
    return Page(name, heads, (_row(one, dids[one.id], person, why) for one in standings))


def _row(one: Standing, did: Did, person: Callable[[str], Sequence[str]], why: Callable[[str], str]) -> list[object]:
    row: list[object] = [one.rank or None, *person(one.id), one.group, one.score / 100]
    for part in one.parts:
        row += [did.values.get(part.metric), part.points / 100]
    return [*row, did.calls, did.signed_in_s, why(one.why_not) if one.why_not else ""]


def _kind(metric: str) -> CellKind:
    found = known(metric)
    return _KINDS.get(found.unit, "number") if found is not None else "number"
