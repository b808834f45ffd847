"""docs/monitoring.md and docs/monitoring.zh-CN.md say what the rules, the catalogues and the limits say."""

from __future__ import annotations

import re

import pytest

from dashboard.access.audit_check import LEAST_DAYS
from dashboard.control.watch import UNKNOWN_MS
from dashboard.supervision.commands import DEADLINE_MS
from dashboard.supervision.messages import LONGEST, PLAIN_MINUTES
from dashboard.supervision.policies import MOST_MIN
from dashboard.supervision.policy import Policy
from layouts.texts import LANGUAGES
from tests.supervision.doc_tables import page_of, reasons_table, rights_table


def page(lang: str) -> str:
    return page_of(lang).read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_tables_are_those_of_the_code(lang: str) -> None:
    assert rights_table(lang) in page(lang)
    assert reasons_table(lang) in page(lang)


def test_both_pages_have_the_same_parts() -> None:
    kinds = [re.findall(r"^(#+|\* |\||\d\. |)", page(lang), re.MULTILINE) for lang in LANGUAGES]
    assert kinds[0] == kinds[1]


NUMBERS = {
    "en": (
        "{most} characters, one hour",
        "within {deadline} s is dropped",
        "ends after {unknown} s",
        "| {longest} min | {least} to {top} min",
        "{days} days at least",
    ),
    "zh-CN": (
        "最多 {most} 字，默认一小时",
        "{deadline} 秒内未能执行",
        "打开的监听 {unknown} 秒后结束",
        "| {longest} 分钟 | {least} 到 {top} 分钟",
        "至少保存 {days} 天",
    ),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_numbers(lang: str) -> None:
    values = {
        "most": LONGEST,
        "deadline": DEADLINE_MS // 1000,
        "unknown": UNKNOWN_MS // 1000,
        "longest": Policy().most_min,
        "least": MOST_MIN[0],
        "top": MOST_MIN[-1],
        "days": LEAST_DAYS,
    }
    assert PLAIN_MINUTES == 60
    text = page(lang)
    assert [one for one in NUMBERS[lang] if one.format(**values) not in text] == []


def test_the_defaults() -> None:
    plain = Policy()
    wanted = {
        "agents are told": plain.tells_agents,
        "with a tone": plain.has_tone,
        "a reason is required": plain.needs_purpose,
        "calls outside queues": plain.own_calls,
    }
    told = dict(re.findall(r"^\| ([a-z ]+) \| (yes|no) \|", page("en"), re.MULTILINE))
    assert told == {name: "yes" if is_on else "no" for name, is_on in wanted.items()}
    assert (plain.announced, plain.card_queues, plain.never) == (frozenset(), frozenset(), frozenset())
