"""What the pages of a day are told of what has happened: the same as the archive's tables, and nothing out of scope.

Now is Friday, 2026-11-20, 12:10.
"""

from __future__ import annotations

import pytest

from dashboard.access.actor import Denied
from dashboard.pages.day_past import DayPast
from dashboard.reports import Archive
from tests.reports.past import Past, at, manager, of_queues

TODAY = "2026-11-20"


def _filled(past: Past) -> None:
    for queue in ("sales", "support"):
        past.queue(queue)
        past.half_hour(queue, at("2026-11-13", "09:00"), answered=(5, 5), abandoned=(30,))
    past.visit("sales", at(TODAY, "09:01"), outcome="abandoned", wait_s=40, number="13800000001")
    past.visit("sales", at(TODAY, "09:30"), outcome="answered", wait_s=75, number="13800000002", talk_s=60)
    past.visit("support", at(TODAY, "10:00"), outcome="abandoned", wait_s=12, number="13800000003")
    past.visit("support", at(TODAY, "10:20"), outcome="answered", wait_s=3, number="13800000003", talk_s=60)


def test_what_is_told_is_what_the_tables_hold(past: Past, archive: Archive) -> None:
    _filled(past)
    told = DayPast(archive).told(manager(), "", "zh-CN")
    assert told["day"] == TODAY
    assert told["usual"]["days"] == ["2026-11-13"]
    assert told["usual"]["so_far"]["offered"] == 6
    assert told["usual"]["by_clock"]["09:00"]["abandoned"] == 2
    calls = told["callbacks"]
    assert (calls["open"], calls["struck"]) == (1, 1)
    assert [(one["queue"], one["struck"]) for one in calls["lines"]] == [("sales队", ""), ("support队", "came_again")]
    assert [one["wait"] for one in told["waits"]] == [75, 40, 12, 3]
    assert all("1380000000" not in (one["number"] or "") for one in [*calls["lines"], *told["waits"]])
    assert all(one["href"].startswith("/calls/") for one in [*calls["lines"], *told["waits"]])


def test_of_one_queue_and_of_a_narrow_scope(past: Past, archive: Archive) -> None:
    _filled(past)
    past_of = DayPast(archive)
    assert past_of.told(manager(), "", "en")["usual"]["so_far"]["offered"] == 6
    for told in (past_of.told(manager(), "sales", "en"), past_of.told(of_queues("sales"), "", "en")):
        assert {one["queue"] for one in told["waits"] + told["callbacks"]["lines"]} == {"Sales"}
        assert told["usual"]["so_far"]["offered"] == 3
    with pytest.raises(Denied):
        past_of.told(of_queues("sales"), "support", "en")


@pytest.mark.usefixtures("past")
def test_a_day_on_which_nothing_happened(archive: Archive) -> None:
    told = DayPast(archive).told(manager(), "", "en")
    assert told["usual"] == {"days": [], "by_clock": {}, "so_far": {}, "whole": {}}
    assert (told["callbacks"]["open"], told["callbacks"]["lines"], told["waits"]) == (0, [], [])
