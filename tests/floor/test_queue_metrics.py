"""Each metric of queues, told as a small story whose figures can be checked by head."""

from __future__ import annotations

import pytest

from collectors import events as e
from dashboard.floor.fold import fold
from dashboard.floor.metrics import UnknownMetric, WindowError, queue_ids, value, values
from dashboard.floor.waiting import waiting
from tests.floor.site import Site, handled
from tests.floor.world import T0


def member(queue: str, agent: str) -> e.MembershipAdded:
    return e.MembershipAdded(queue, agent, dynamic=True)


def test_who_waits_now() -> None:
    site = Site()
    site.tell(1, member("q", "a"), e.QueueEntered("q", "c1", 1, "13800000001", "Li", 1))
    site.tell(4, e.QueueEntered("q", "c2", 1), e.OfferStarted("q", "c1", 1, "a"))
    assert (site.of("waiting"), site.of("ringing"), site.of("in_progress")) == (2, 1, 0)
    longest = site.look("longest_wait", 11.5)
    assert (longest.value, longest.since_ms) == (10, T0 + 1000)
    first, second = waiting(site.floor, ["q", "nowhere"])
    assert (first.key, first.number, first.is_ringing, first.ringing) == (
        "pbx1/boot-1/c1/1",
        "13800000001",
        True,
        ("a",),
    )
    assert (second.since_ms, second.is_ringing) == (T0 + 4000, False)
    site.tell(5, e.CallerMoved("q", "c2", 1, position=1, priority=3))
    assert [row.position for row in waiting(site.floor)] == [1, 1]
    site.tell(6, e.OfferEnded("q", "c1", 1, "a", "answered"), e.Answered("q", "c1", 1, "a"))
    assert (site.of("waiting"), site.of("ringing"), site.of("in_progress")) == (1, 0, 1)
    site.tell(7, e.QueueAbandoned("q", "c2", 1))
    empty = site.look("longest_wait")
    assert (empty.value, empty.since_ms) == (None, None)


def test_waits_of_answered_and_abandoned() -> None:
    site = Site()
    for call, wait_s in (("c1", 2), ("c2", 9)):
        joined, answered, ended = handled(call, "a", wait_s=wait_s)
        site.tell(0, *joined)
        site.tell(wait_s, *answered)
        site.tell(20, *ended)
    site.tell(30, e.QueueEntered("q", "c3", 1), e.QueueEntered("q", "c4", 1), e.QueueEntered("q", "c5", 1))
    site.tell(34.9, e.QueueAbandoned("q", "c3", 1))
    site.tell(
        36,
        e.OfferStarted("q", "c4", 1, "a"),
        e.QueueAbandoned("q", "c4", 1),
        e.OfferEnded("q", "c4", 1, "a", "cut_short"),
    )
    site.tell(70, e.QueueLeft("q", "c5", 1, "timeout"))
    assert (site.of("offered"), site.of("answered"), site.of("abandoned"), site.of("left_otherwise")) == (5, 2, 2, 1)
    assert (site.of("abandoned_ringing"), site.of("abandoned_queued"), site.of("abandoned_short")) == (1, 1, 1)
    assert (site.of("asa"), site.of("avg_abandon_wait"), site.of("max_wait")) == (5.5, 5, 40)
    assert (site.of("abandon_rate"), site.of("answer_rate")) == (2 / 5, 2 / 5)
    assert site.of("abandon_rate_net") == 1 / 4
    assert (site.of("missed_offers"), site.of("rejected_offers")) == (0, 0)


def test_no_calls_no_values() -> None:
    site = Site()
    site.tell(1, member("q", "a"))
    for metric in (
        "service_level",
        "abandon_rate",
        "abandon_rate_net",
        "answer_rate",
        "asa",
        "max_wait",
        "aht",
        "avg_abandon_wait",
    ):
        assert site.of(metric) is None
    assert (site.of("offered"), site.of("refused")) == (0, None)


def test_the_switchs_stated_seconds_win() -> None:
    site = Site()
    site.tell(0, e.QueueEntered("q", "c1", 1))
    site.tell(2.7, e.Answered("q", "c1", 1, "a", wait_s=3))
    site.tell(10.1, e.HandlingEnded("q", "c1", 1, "a", "caller", talk_s=8))
    assert (site.of("asa"), site.of("avg_talk"), site.of("talk_total", agents=["a"])) == (3, 8, 8)


def test_handle_times_with_hold_and_wrap_up() -> None:
    site = Site(e.FloorSettings(default_queue=e.QueueSettings(wrap_up_s=10)))
    joined, answered, ended = handled("c1", "a")
    site.tell(0, member("q", "a"), *joined)
    site.tell(5, *answered)
    site.tell(20, e.Held("c1", 1, "a"))
    site.tell(26.9, e.Resumed("c1", 1, "a"))
    site.tell(65, *ended)
    assert (site.of("avg_talk"), site.of("avg_hold")) == (54, 6)
    assert site.agent("a", 74).state == "wrapping_up"
    assert site.agent("a", 75).state == "available"
    assert site.agent("a", 75).since_ms == T0 + 75_000
    assert site.of("agents_wrapping_up", 74.9) == 1
    assert site.of("agents_wrapping_up", 75) == 0
    assert site.of("agents_available", 75) == 1
    assert [site.of(part, 90, agents=["a"]) for part in ("wrap_up", "available", "signed_in")] == [10, 15, 85 + 5]
    assert [site.of(part, 90, agents=None) for part in ("wrap_up", "available")] == [10, 15]
    site.tell(80, e.SourceAlive())
    assert (site.of("avg_wrap_up"), site.of("aht")) == (10, 70)
    assert site.of("aht", agents=["a"]) == 70


def test_a_wrap_up_cut_short_counts_what_it_was() -> None:
    site = Site(e.FloorSettings(default_queue=e.QueueSettings(wrap_up_s=30)))
    first, second = handled("c1", "a"), handled("c2", "a")
    site.tell(0, member("q", "a"), *first[0])
    site.tell(1, *first[1])
    site.tell(10, *first[2])
    site.tell(14, *second[0])
    site.tell(15, *second[1])
    site.tell(40, *second[2])
    site.tell(100, e.SourceAlive())
    assert site.of("avg_wrap_up") == (4 + 30) / 2


def test_of_two_wrap_ups_the_longer_one_holds() -> None:
    queues = {"long": e.QueueSettings(wrap_up_s=30), "short": e.QueueSettings(wrap_up_s=5)}
    site = Site(e.FloorSettings(queues=queues))
    site.tell(0, member("long", "a"), e.QueueEntered("long", "c1", 1), e.Answered("long", "c1", 1, "a"))
    site.tell(1, e.QueueEntered("short", "c2", 1), e.Answered("short", "c2", 1, "a"))
    site.tell(10, e.HandlingEnded("long", "c1", 1, "a", "caller"))
    site.tell(11, e.HandlingEnded("short", "c2", 1, "a", "caller"))
    assert (site.agent("a", 39).state, site.agent("a", 40).state) == ("wrapping_up", "available")


def test_wrap_up_by_a_pause_of_that_category() -> None:
    reasons = {"话后处理": e.PauseReasonSettings(category="work_after_call")}
    site = Site(e.FloorSettings(pause_reasons=reasons))
    first = handled("c1", "a")
    site.tell(0, member("q", "a"), *first[0])
    site.tell(1, *first[1])
    site.tell(10, *first[2], e.MemberPaused("q", "a", "话后处理"))
    assert (site.agent("a").state, site.agent("a").reason) == ("wrapping_up", "话后处理")
    assert (site.of("agents_wrapping_up"), site.of("agents_paused")) == (1, 0)
    site.tell(25, e.MemberResumed("q", "a"))
    assert (site.of("avg_wrap_up"), site.of("wrap_up", agents=["a"]), site.of("paused", agents=["a"])) == (15, 15, 0)


def test_offers_that_rang_out_or_were_refused() -> None:
    site = Site()
    site.tell(0, e.QueueEntered("q", "c1", 1))
    for at_s, agent, outcome in (
        (1, "a", "missed"),
        (2, "b", "rejected"),
        (3, "b", "rejected"),
        (4, "a", "lost"),
        (5, "b", "unknown"),
    ):
        site.tell(at_s, e.OfferStarted("q", "c1", 1, agent))
        site.tell(at_s + 0.5, e.OfferEnded("q", "c1", 1, agent, outcome))  # type: ignore[arg-type]
    assert (site.of("missed_offers"), site.of("rejected_offers")) == (1, 2)
    assert (site.of("calls_missed", agents=["a"]), site.of("calls_rejected", agents=["b"])) == (1, 2)


def test_flow_between_queues_is_one_contact() -> None:
    site = Site()
    site.tell(0, e.QueueEntered("sales", "c1", 1, "555"))
    site.tell(30, e.QueueLeft("sales", "c1", 1, "timeout"))
    site.tell(31, e.QueueEntered("support", "c1", 2, "555"))
    site.tell(40, e.Answered("support", "c1", 2, "a"))
    site.tell(
        60,
        e.Transferred("support", "c1", 2, "a", "blind", "8003", "vip"),
        e.HandlingEnded("support", "c1", 2, "a", "transfer"),
    )
    site.tell(61, e.QueueEntered("vip", "c1", 3, "555"))
    assert (site.of("offered"), site.of("contacts_entered")) == (3, 1)
    assert site.of("contacts_entered", queues=["sales", "vip"]) == 1
    assert site.of("contacts_entered", queues=["vip"]) == 1
    assert (site.of("overflow_out", queues=["sales"]), site.of("overflow_in", queues=["support"])) == (1, 1)
    assert (site.of("transferred_out", queues=["support"]), site.of("transferred_in", queues=["vip"])) == (1, 1)
    assert (site.of("overflow_in", queues=["vip"]), site.of("transferred_in", queues=["support"])) == (0, 0)
    assert site.of("repeat_callers") == 0
    assert site.of("transfers", agents=["a"]) == 1


def test_refused_callers_never_join() -> None:
    site = Site()
    site.tell(1, e.CallerRefused("q", "c1", "full"))
    assert (site.of("refused"), site.of("offered")) == (1, 0)


def test_hung_up_by_the_agent() -> None:
    site = Site()
    site.tell(
        0, e.QueueEntered("q", "c1", 1), e.Answered("q", "c1", 1, "a"), e.HandlingEnded("q", "c1", 1, "a", "agent")
    )
    assert (site.of("hung_up_by_agent"), site.of("hung_up_first", agents=["a"])) == (1, 1)


def test_estimated_wait() -> None:
    site = Site()
    first = handled("c1", "a")
    site.tell(0, member("q", "a"), member("q", "b"), member("q", "p"), e.MemberPaused("q", "p", "lunch"), *first[0])
    assert site.of("estimated_wait") == 0
    site.tell(5, *first[1])
    site.tell(65, *first[2])
    for call, agent in (("c2", "a"), ("c3", "b")):
        joined, answered, _ = handled(call, agent)
        site.tell(70, *joined, *answered)
    site.tell(71, e.QueueEntered("q", "c4", 1))
    assert site.of("estimated_wait") == (1 + 1) * 60 / 2
    site.tell(72, e.MembershipRemoved("q", "a"), e.MembershipRemoved("q", "b"))
    assert site.of("estimated_wait") is None


def test_the_partition_sees_each_agent_once() -> None:
    site = Site()
    for agent in "abcdefgh":
        site.tell(0, member("sales", agent))
    site.tell(1, member("support", "a"), member("support", "b"), e.MembershipAdded("sales", "static"))
    site.tell(2, e.MemberPaused("support", "a", "lunch"), e.MemberPaused("sales", "b"), e.MemberPaused("support", "b"))
    site.tell(3, e.DeviceChanged("c", "unavailable"), e.DeviceChanged("static", "unavailable"))
    site.tell(4, e.QueueEntered("sales", "c1", 1), e.OfferStarted("sales", "c1", 1, "d"))
    site.tell(5, e.OwnCallStarted("e", "x1", "outbound"), e.MonitoringStarted("s1", "d", "f"))
    site.tell(6, e.QueueEntered("support", "c2", 1), e.Answered("support", "c2", 1, "g"))
    states = (
        "available",
        "ringing",
        "talking",
        "holding",
        "wrapping_up",
        "paused",
        "unreachable",
        "busy_elsewhere",
        "monitoring",
    )
    counts = {state: site.of(f"agents_{state}", queues=["sales"]) for state in states}
    assert counts == {
        "available": 2, "ringing": 1, "talking": 0, "holding": 0, "wrapping_up": 0, "paused": 1, "unreachable": 1,
        "busy_elsewhere": 2, "monitoring": 1,
    }  # fmt: skip
    assert site.of("agents_staffed", queues=["sales"]) == 8
    assert site.of("agents_available", queues=["support"]) == 0
    assert site.of("agents_paused", queues=["support"]) == 2
    assert site.of("agents_available", queues=["sales", "support"]) == 2
    assert (site.agent("a").state, site.agent("a").partly) == ("available", (1, 2))
    assert site.agent("static").state == "signed_out"


def test_occupancy_counts_all_handling_of_distinct_agents() -> None:
    site = Site()
    site.tell(0, member("sales", "a"), member("support", "a"))
    site.tell(30, e.QueueEntered("support", "c1", 1), e.Answered("support", "c1", 1, "a"))
    site.tell(
        90,
        e.HandlingEnded("support", "c1", 1, "a", "caller"),
        e.MemberPaused("sales", "a"),
        e.MemberPaused("support", "a"),
    )
    assert site.of("occupancy", 500, queues=["sales"]) == pytest.approx(60 / 90)
    assert site.of("occupancy", 500, queues=["sales", "support"]) == pytest.approx(60 / 90)


def test_sliding_windows_let_go() -> None:
    site = Site()
    for at_s in (0, 100, 200, 290):
        joined, answered, ended = handled(f"c{at_s}", "a", wait_s=at_s // 10)
        site.tell(at_s, *joined, *answered, *ended)
    assert site.of("offered", 295, window="last_5_min") == 4
    assert site.of("max_wait", 295, window="last_5_min") == 29
    assert site.of("offered", 340, window="last_5_min") == 3
    assert site.of("offered", 700, window="last_5_min") == 0
    assert site.of("max_wait", 700, window="last_5_min") is None
    assert site.of("offered", 340, window="last_5_min") == 3
    assert site.of("offered", 3500, window="last_60_min") == 4
    assert site.of("offered", 700, window="day") == 4


def test_a_late_answer_counts_where_the_visit_joined() -> None:
    site = Site()
    site.tell(0, e.QueueEntered("q", "c1", 1))
    site.tell(299, e.SourceAlive())
    assert site.of("offered", window="last_5_min") == 1
    site.tell(400, e.Answered("q", "c1", 1, "a"))
    assert (site.of("answered", window="last_5_min"), site.of("answered", window="last_15_min")) == (0, 1)
    assert site.of("max_wait", window="last_15_min") == 400


def test_very_long_waits_are_exact_in_their_maximum() -> None:
    site = Site()
    site.tell(0, e.QueueEntered("q", "c1", 1), e.QueueEntered("q", "c2", 1))
    site.tell(1234, e.QueueAbandoned("q", "c1", 1))
    assert (site.of("max_wait"), site.of("max_wait", window="last_30_min")) == (1234, 1234)


def test_repeat_callers_within_24_hours() -> None:
    site, day = Site(), 86_400
    site.tell(0, e.QueueEntered("q", "c1", 1, "555"), e.QueueAbandoned("q", "c1", 1))
    site.tell(
        60, e.QueueEntered("q", "c2", 1, "555"), e.QueueEntered("q", "c3", 1), e.QueueEntered("q", "c4", 1, "556")
    )
    assert site.of("repeat_callers") == 1
    site.tell(day + 59, e.QueueEntered("q", "c5", 1, "555"))
    assert site.of("repeat_callers") == 1
    site.tell(day + 61, e.QueueEntered("q", "c6", 1, "556"))
    assert site.of("repeat_callers") == 1
    site.tell(3 * day, e.QueueEntered("q", "c7", 1, "555"))
    assert site.of("repeat_callers") == 0
    assert b"555" not in bytes(repr(site.floor.core.callers_by_hour), "ascii")


def test_any_window_any_threshold_any_set() -> None:
    site = Site()
    for n, wait_s in enumerate((1, 5, 700, 900)):
        site.tell(n, e.QueueEntered("q", f"c{n}", 1))
        site.tell(n, e.Answered("q", f"c{n}", 1, "a", wait_s))
    level = [site.of("service_level", threshold_s=t, formula="answered_only") for t in (0, 1, 5, 600, 720, 900)]
    assert level == [0, 1 / 4, 2 / 4, 2 / 4, 3 / 4, 1]
    assert queue_ids(site.floor) == ["q"]
    both = values(site.floor, ("offered", "answered"), queues=["q"], now_ms=T0 + 10_000)
    assert [both[name] for name in ("offered", "answered")] == [site.look(name, 10) for name in ("offered", "answered")]


def test_wrong_questions_are_told_in_words() -> None:
    site = Site()
    with pytest.raises(UnknownMetric, match="no metric is called 'hold_music'"):
        site.of("hold_music")
    with pytest.raises(WindowError, match="no window is called 'last_7_min'; there are now, day, yesterday"):
        site.of("offered", window="last_7_min")
    for wrong in ("interval:1", "interval:x", "interval:-"):
        with pytest.raises(WindowError):
            site.of("offered", window=wrong)


def test_two_switches_share_queues_and_agents() -> None:
    site = Site()
    site.tell(0, e.QueueEntered("q", "c1", 1), member("q", "a"))
    site.tell(1, e.QueueEntered("q", "c1", 1), member("q", "a"), switch="pbx2")
    assert (site.of("waiting"), site.of("offered"), site.of("agents_staffed")) == (2, 2, 1)
    site.tell(1, e.MemberPaused("q", "a", "lunch"), switch="pbx2")
    assert (site.of("agents_available"), site.of("agents_paused"), site.of("state", agents=["a"])) == (
        1,
        0,
        "available",
    )
    site.tell(2, e.MembershipRemoved("q", "a"), switch="pbx2")
    assert site.of("agents_staffed") == 1
    fold(site.floor, e.Entry("site", "pbx2", "boot-1", 1, 99, T0 + 3000, e.SnapshotTaken([], [], [], [], [], [], [])))
    assert (site.of("waiting"), site.of("agents_staffed")) == (1, 1)
    assert value(site.floor, "left_otherwise", now_ms=T0 + 3000).value == 1
