"""The dictionary: whole, in two languages, and printed as it is."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.floor.metrics import REGISTRY
from dashboard.floor.reference import page

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"
EVERY_ID = """
waiting ringing in_progress longest_wait estimated_wait agents_staffed agents_available agents_ringing agents_talking
agents_holding agents_wrapping_up agents_paused agents_unreachable agents_busy_elsewhere agents_monitoring
offered contacts_entered refused answered abandoned abandoned_ringing abandoned_queued abandoned_short left_otherwise lost
service_level service_level_live abandon_rate abandon_rate_net answer_rate asa max_wait avg_abandon_wait
aht avg_talk avg_hold avg_wrap_up missed_offers rejected_offers transferred_out transferred_in overflow_in overflow_out
repeat_callers hung_up_by_agent occupancy
state pause_reason in_state calls_handled calls_missed calls_rejected calls_dialled calls_connected connect_rate effective_calls
talk_total own_talk call_count talk hold wrap_up ring available paused other_call monitoring unreachable signed_in utilisation
adherence conformance transfers hung_up_first calls_served served_rate longest_call last_call_at
csat first_contact_resolution complaints_per_10k sales sales_amount tickets_done_in_time qa_score staffing_gap
"""


def test_the_page_is_the_registry() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m dashboard.floor.reference > docs/metrics.md"
    assert set(re.findall(r"^### `(\w+)`", page(), re.MULTILINE)) == set(REGISTRY)


def test_every_metric_of_the_dictionary_is_there() -> None:
    assert set(EVERY_ID.split()) == set(REGISTRY)


def test_every_metric_says_what_it_is_in_both_languages() -> None:
    for metric in REGISTRY.values():
        assert set(metric.names) == set(metric.definitions) == {"en", "zh-CN"}
        assert all([*metric.names.values(), *metric.definitions.values(), metric.formula, metric.incomplete])
        assert re.search(r"[\u4e00-\u9fff]", metric.names["zh-CN"])
        assert re.search(r"[\u4e00-\u9fff]", metric.definitions["zh-CN"])
        assert not re.search(r"[\u4e00-\u9fff]", metric.names["en"] + metric.definitions["en"])
        assert metric.scope in metric.scopes
