"""From the address to a question, and back to an address: quick days, filters, sorting. A link reproduces what is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from dashboard.reports.catalogue import Kind
from dashboard.reports.question import DAYS, Days, Question, days_of
from layouts.forms.reports import ROOT

QUICK: Final[tuple[Days, ...]] = ("today", "yesterday", "this_week", "last_week", "this_month", "last_month")

Address = Mapping[str, Sequence[str]]


def href(asked: Question, *, sort: str = "") -> str:
    """The address of a report. Its id is a part of the path."""
    pairs = [(name, value) for name, value in parse_qsl(asked.query()) if name != "report"]
    pairs += [("sort", sort)] if sort else []
    path = f"{ROOT}{quote(asked.report, safe='')}/"
    return f"{path}?{urlencode(pairs)}" if pairs else path


def of_days(asked: Question, days: Days, today: date) -> Question:
    """The same about other days, which stay relative."""
    from_day, to_day = days_of(days, today)
    return replace(asked, days=days, from_day=from_day, to_day=to_day, after="")


def from_form(address: Address, today: date) -> Address:
    """What the filter's form asked. Its days are dates; where they are those that relative days came from (`was`), they stay relative,
    so that changing another filter does not nail yesterday to a date."""
    was = next((known for known in DAYS if known == _first(address, "was")), None)
    kept = {name: values for name, values in address.items() if name not in {"was", "report"}}
    if was is None:
        return kept
    first, last = days_of(was, today)
    if (_first(address, "from"), _first(address, "to")) == (first.isoformat(), last.isoformat()):
        return {name: values for name, values in kept.items() if name not in {"from", "to"}} | {"days": [was]}
    return kept


def for_report(address: Address, kind: Kind) -> dict[str, Sequence[str]]:
    """The address' values as a question about this report. What this report has no filter for is left out: a link from another report
    keeps what both have."""
    foreign = {"queue", "team", "agent"} - set(kind.filters)
    foreign |= set() if kind.has_formula else {"formula", "threshold"}
    foreign |= set() if kind.metrics else {"metric"}
    foreign |= set() if kind.steps else {"step"}
    foreign |= set() if kind.each else {"each"}
    kept = {name: [value for value in values if value] for name, values in address.items() if name not in foreign}
    return {**kept, "report": [kind.id]}


def _first(address: Address, name: str) -> str:
    return next(iter(address.get(name, ())), "")
