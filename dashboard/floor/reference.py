"""The reference page of the dictionary, made from the registry.

`docs/metrics.md` is this text; a test fails when the two differ. `python -m dashboard.floor.reference` prints it.
"""

from __future__ import annotations

from typing import Final

from dashboard.floor.metric import Metric, Scope
from dashboard.floor.metrics import REGISTRY

_SECTIONS: Final[tuple[tuple[Scope, str], ...]] = (
    ("queue", "Queues"),
    ("agent", "Agents"),
    ("floor", "Floor"),
)
_HEAD: Final = """\
# Metrics

Every figure that Floorwatch shows, with its formula. This page is made from the registry (`dashboard/floor/metrics.py`); screens, \
alerts, reports and the API ask that registry and have no formula of their own. A ratio with denominator 0 has no value and shows \
as "–".

**Basis**: *now* is the floor as it is; **J** counts in the window in which the visit joined, **E** in the window in which the \
handling or offer ended, **C** is state time clipped to the window; *business* counts what other systems tell, at the time at which \
it occurred, and is "–" until one of them tells of such a thing. Of an agent counts what names the agent, of a queue what names the queue; \
all of it only where everything is asked for.

**Measures of the site's own** are metrics too: `custom:<name>`, added up or averaged as the measure is declared.

**Windows**: `day` (business day of the site), `yesterday`, `interval`, `interval:-1`, …, `last_5_min`, `last_15_min`, `last_30_min`, \
`last_60_min`. Sliding windows consist of 10-second buckets. For agents, intervals reach back to the previous one.

**Incomplete**: a gap (link lost, collector down) adds its seconds to every window that contains it, until it is back-filled.
"""


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *(_section(scope, title) for scope, title in _SECTIONS)])


def _section(scope: Scope, title: str) -> str:
    lines = [f"## {title}", ""]
    for metric in REGISTRY.values():
        if metric.scope == scope:
            lines += _entry(metric)
    return "\n".join(lines)


def _entry(metric: Metric) -> list[str]:
    names, means = metric.names, metric.definitions
    scopes = " and ".join(metric.scopes)
    return [
        f"### `{metric.id}` {names['zh-CN']} · {names['en']}",
        "",
        f"- {means['en']}.",
        f"- {means['zh-CN']}。",
        f"- Formula: {metric.formula}",
        f"- Unit {metric.unit}, {metric.kind}, basis {metric.basis}, of: {scopes}",
        f"- Incomplete by: {metric.incomplete}",
        "",
    ]


if __name__ == "__main__":
    print(page(), end="")
