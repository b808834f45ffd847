"""Metrics of what business systems tell: of agents, of queues, of everything. "–" until somebody tells of such a thing.

A site's own measures are metrics too: `custom:<name>` is one for every name that a measure can have (`custom_metric`). What it is
called, its unit, and whether it is added up or averaged, is in the settings.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from collectors.events import MeasureSettings
from dashboard.floor import counters as c
from dashboard.floor.business import HUNDREDTHS, custom_amount, custom_times
from dashboard.floor.directions import CUSTOM
from dashboard.floor.metric import Kind, Metric, Result, Unit, metric, ratio
from dashboard.floor.query import Query

_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
_SIGNS: Final = _LETTERS | frozenset("0123456789_")
LONGEST_NAME: Final = 40
_UNDECLARED: Final = MeasureSettings()
_INCOMPLETE: Final = "no business system has told of it"


def is_measure_name(name: str) -> bool:
    """Whether a custom measure can be called that: a small letter, then small letters, digits, underscores."""
    return 0 < len(name) <= LONGEST_NAME and name[0] in _LETTERS and _SIGNS.issuperset(name)


def _share(query: Query, part: str, whole: str, per: float = 1) -> float | None:
    """One measure ÷ another; None where nobody tells, or the other is 0."""
    total = query.business(whole)
    return None if total is None else ratio((query.business(part) or 0) / per, total)


def _complaints_per_10k(query: Query) -> float | None:
    complaints = query.business("complaints")
    return None if complaints is None else ratio(10_000 * complaints, query.either(c.HANDLED, c.A_HANDLED))


def _sales_amount(query: Query) -> float | None:
    return None if query.business("sales") is None else (query.business("sales_amount") or 0) / HUNDREDTHS


def _business(
    metric_id: str, zh: str, en: str, unit: Unit, kind: Kind, means_zh: str, means_en: str, formula: str
) -> Metric:
    return metric(
        metric_id, zh, en, unit=unit, kind=kind, basis="business", scope=("agent", "queue"), means_zh=means_zh,
        means_en=means_en, formula=formula, incomplete=_INCOMPLETE, of=_OF[metric_id],
    )  # fmt: skip


def _custom_of(name: str, query: Query) -> Result:
    times, declared = query.business(custom_times(name)), query.measure(name)
    if times is None or declared is None:
        return None
    amount = (query.business(custom_amount(name)) or 0) / HUNDREDTHS
    return amount if declared.sums == "total" else ratio(amount, times)


@lru_cache(maxsize=1_024)
def custom_metric(metric_id: str, declared: MeasureSettings = _UNDECLARED) -> Metric | None:
    """The metric of a custom measure, by its id `custom:<name>`; None for an id that is none. `declared`: what it is called; whether the
    site declares it at all is not asked: of a measure that it does not there is no value."""
    name = metric_id.removeprefix(CUSTOM)
    if name == metric_id or not is_measure_name(name):
        return None
    names = declared.names
    return metric(
        metric_id, names.zh or names.en or name, names.en or names.zh or name, unit="amount",
        kind="count" if declared.sums == "total" else "mean", basis="business", scope=("agent", "queue"),
        means_zh="本中心自定义的业务指标", means_en="A measure of the site's own",
        formula="Σ amounts told, or their mean, as the measure is declared", incomplete=_INCOMPLETE,
        of=lambda query: _custom_of(name, query),
    )  # fmt: skip


_OF: Final = {
    "csat": lambda q: _share(q, "satisfied", "rated"),
    "first_contact_resolution": lambda q: _share(q, "resolved", "asked"),
    "complaints_per_10k": _complaints_per_10k,
    "sales": lambda q: q.business("sales"),
    "sales_amount": _sales_amount,
    "tickets_done_in_time": lambda q: _share(q, "tickets_in_time", "tickets"),
    "qa_score": lambda q: _share(q, "review_score", "reviews", HUNDREDTHS),
}

METRICS: Final = (
    _business("csat", "满意度", "Satisfaction", "ratio", "ratio", "评价满意的来电占比",
              "Share of rated contacts that were satisfied", "satisfied answers ÷ answers"),
    _business("first_contact_resolution", "一次解决率", "First-contact resolution", "ratio", "ratio", "首次来电即解决的占比",
              "Share of contacts resolved at the first call", "resolved at the first contact ÷ contacts asked about"),
    _business("complaints_per_10k", "万次投诉率", "Complaints per 10,000", "per 10,000", "ratio", "每万次来电的投诉数",
              "Complaints per 10,000 contacts handled", "10,000 × complaints ÷ handlings that ended"),
    _business("sales", "成交单数", "Sales", "count", "count", "成交的单数", "Orders closed", "sales told"),
    _business("sales_amount", "成交额", "Sales amount", "amount", "count", "成交的金额", "Value of the orders closed",
              "Σ amount of sales"),
    _business("tickets_done_in_time", "工单及时完成率", "Tickets done in time", "ratio", "ratio", "按时完成的工单占比",
              "Share of tickets done in time", "tickets done in time ÷ tickets done or due"),
    _business("qa_score", "质检分", "QA score", "count", "mean", "质检平均得分", "Mean score of quality reviews",
              "Σ score of reviews ÷ reviews"),
)  # fmt: skip
