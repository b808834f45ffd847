"""Gaps, snapshots after them, back-fill, and a switch that died: nothing invented, nothing counted twice."""

from __future__ import annotations

import pytest

from collectors import events as e
from dashboard.floor import counters as c
from dashboard.floor.links import links
from tests.floor.site import EMPTY, Site
from tests.floor.world import T0

KEY = ("q", "c1", 1)


def member(agent: str = "a", queue: str = "q") -> e.MembershipAdded:
    return e.MembershipAdded(queue, agent, dynamic=True)


def rows(**more: object) -> e.SnapshotTaken:
    """A snapshot with agent a in queue q."""
    lists: dict[str, object] = {
        "queues": [e.QueueRow("q")], "members": [e.MemberRow("q", "a", dynamic=True)], "waiting": [], "offers": [],
        "handlings": [], "own_calls": [], "monitorings": [],
    }  # fmt: skip
    return e.SnapshotTaken(**(lists | more))  # type: ignore[arg-type]


def test_a_link_from_first_contact_to_loss_and_back() -> None:
    site = Site(linked=False)
    assert links(site.floor, T0) == []
    site.tell(0, e.SourceAlive())
    assert links(site.floor, T0)[0].state == "resync"
    site.tell(1, EMPTY)
    site.tell(3, e.SourceAlive(skew_ms=2500, round_trip_ms=4))
    (link,) = links(site.floor, T0)
    assert (link.switch, link.state, link.alive_ms, link.skew_ms) == ("pbx1", "live", T0 + 3000, 2500)
    site.tell(11, e.LinkLost("timeout", T0 + 3000))
    (link,) = links(site.floor, T0)
    assert (link.state, link.reason, link.alive_ms, link.since_ms) == ("lost", "timeout", T0 + 3000, T0 + 3000)
    site.tell(12, e.LinkLost("refused", T0 + 3000))
    assert links(site.floor, T0)[0].reason == "refused"
    site.tell(20, e.LinkRestored(T0 + 3000))
    assert links(site.floor, T0)[0].state == "resync"
    site.tell(21, EMPTY)
    assert (links(site.floor, T0)[0].state, links(site.floor, T0)[0].since_ms) == ("live", T0 + 21_000)


def test_a_gap_counts_in_every_window_that_contains_it() -> None:
    site = Site()
    site.tell(100, e.LinkLost("timeout", T0 + 95_000))
    assert site.look("offered", 105).gap_s == 10
    site.tell(115, e.LinkRestored(T0 + 95_000), rows(gap_from_ms=T0 + 95_000))
    site.tell(500, e.SourceAlive())
    for window, seconds in (("day", 20), ("last_15_min", 20), ("last_5_min", 0), ("interval", 0), ("interval:-1", 20)):
        found = site.look("offered", window=window)
        assert found.gap_s == seconds, window
    assert site.look("offered").window_s == 500
    assert site.look("waiting").gap_s == 0
    site.tell(501, e.GapFilled(T0 + 95_000, T0 + 100_000))
    assert site.look("offered").gap_s == 15
    assert site.tell(502, e.GapFilled(T0 + 90_000, T0 + 200_000)).settings
    assert site.look("offered").gap_s == 0


def test_silence_is_a_gap_that_runs() -> None:
    site = Site()
    site.tell(10, e.SourceAlive())
    assert site.look("offered", 15).gap_s == 0
    assert site.look("offered", 16).gap_s == 6


def test_two_links_gaps_are_not_added_twice() -> None:
    site = Site()
    site.tell(1, EMPTY, switch="pbx2")
    for switch in ("pbx1", "pbx2"):
        site.tell(20, e.LinkLost("closed", T0 + 10_000), switch=switch)
        site.tell(30, rows(), switch=switch)
    assert site.look("offered").gap_s == 20


def test_the_settings_are_no_link() -> None:
    site = Site(e.FloorSettings())
    assert [link.switch for link in links(site.floor, T0)] == ["pbx1"]


def test_what_the_snapshot_lets_us_know_is_counted_and_nothing_else() -> None:
    site = Site()
    site.tell(0, member(), e.QueueEntered(*KEY), e.QueueEntered("q", "c2", 1), e.QueueEntered("q", "c3", 1))
    site.tell(1, e.OfferStarted("q", "c3", 1, "a"))
    site.tell(10, e.LinkLost("timeout", T0 + 9_000))
    snapshot = rows(
        waiting=[e.WaitingRow("q", "c9", 1, T0 + 15_000)],
        handlings=[e.HandlingRow("q", "c2", 1, "a"), e.HandlingRow("q", "c8", 1, "b")],
        gap_from_ms=T0 + 9_000,
    )
    site.tell(30, e.LinkRestored(), snapshot)
    queue = site.floor.queues["q"].today.counts
    assert (queue[c.OFFERED], queue[c.ANSWERED], queue[c.LEFT_UNKNOWN]) == (4, 1, 2)
    assert (site.of("abandoned"), site.of("asa"), site.of("max_wait")) == (0, None, None)
    assert (site.of("waiting"), site.of("in_progress")) == (1, 2)
    assert site.agent("a").state == "talking"
    assert site.agent("b").state == "talking"
    site.tell(40, e.HandlingEnded("q", "c8", 1, "b", "caller", 33))
    assert (site.of("avg_talk"), site.of("offered")) == (33, 4)


def test_a_handling_missing_in_a_snapshot_ends_unknown_until_a_back_fill_tells() -> None:
    site = Site()
    site.tell(0, member(), e.QueueEntered(*KEY), e.Answered(*KEY, "a", 0))
    site.tell(30, rows(gap_from_ms=T0 + 10_000))
    assert (site.of("calls_handled", agents=["a"]), site.of("avg_talk"), site.of("in_progress")) == (1, None, 0)
    assert site.agent("a").state == "available"
    site.tell(12, e.HandlingEnded(*KEY, "a", "agent", 12), backfilled=True)
    assert (site.of("calls_handled", agents=["a"]), site.of("avg_talk"), site.of("hung_up_by_agent")) == (1, 12, 1)
    assert (site.of("talk", agents=["a"]), site.of("available", agents=["a"])) == (12, 18)
    site.tell(12, e.HandlingEnded(*KEY, "a", "agent", 12), backfilled=True)
    assert (site.of("calls_handled", agents=["a"]), site.of("talk_total", agents=["a"])) == (1, 12)


@pytest.mark.parametrize("reason", ["timeout", "abandoned"])
def test_a_visit_closed_by_a_snapshot_is_unknown_until_explained(reason: str) -> None:
    site = Site()
    site.tell(0, e.QueueEntered(*KEY))
    site.tell(30, rows(gap_from_ms=T0 + 10_000))
    assert (site.of("left_otherwise"), site.of("abandoned")) == (1, 0)
    event: e.AnyEvent = e.QueueAbandoned(*KEY, 14) if reason == "abandoned" else e.QueueLeft(*KEY, "timeout", 14)
    for _ in range(2):
        site.tell(14, event, backfilled=True)
        gone = (site.of("left_otherwise"), site.of("abandoned"))
        assert gone == ((0, 1) if reason == "abandoned" else (1, 0))
        assert site.floor.queues["q"].today.counts[c.LEFT_UNKNOWN] == 0
        assert (site.of("offered"), site.of("max_wait"), site.of("waiting")) == (1, 14, 0)


@pytest.mark.parametrize("is_before_snapshot", [True, False])
def test_a_whole_call_inside_a_gap_is_back_filled(*, is_before_snapshot: bool) -> None:
    site = Site()
    site.tell(0, member())
    site.tell(10, e.LinkLost("timeout", T0 + 10_000))
    site.tell(60, e.LinkRestored())
    if not is_before_snapshot:
        site.tell(60, rows(gap_from_ms=T0 + 10_000))
    site.tell(20, e.QueueEntered(*KEY, "555"), backfilled=True)
    site.tell(25, e.Answered(*KEY, "a", 5), backfilled=True)
    site.tell(45, e.HandlingEnded(*KEY, "a", "caller", 20), backfilled=True)
    if is_before_snapshot:
        site.tell(60, rows(gap_from_ms=T0 + 10_000))
    site.tell(61, e.GapFilled(T0 + 10_000, T0 + 60_000))
    assert (site.of("offered"), site.of("answered"), site.of("asa"), site.of("avg_talk")) == (1, 1, 5, 20)
    assert (site.of("waiting"), site.of("in_progress"), site.agent("a").state) == (0, 0, "available")
    assert site.look("offered").gap_s == 0
    assert site.of("talk", agents=["a"]) == 20
    assert site.of("signed_in", agents=["a"]) == 61


def test_the_day_before_the_first_link_is_back_filled() -> None:
    site = Site(e.FloorSettings(default_queue=e.QueueSettings(wrap_up_s=10)), linked=False)
    site.tell(7200, e.LinkRestored(T0))
    for n, at_s in enumerate((0, 300, 4000)):
        key = ("q", f"c{n}", 1)
        site.tell(at_s, e.QueueEntered(*key, "555"), backfilled=True)
        site.tell(at_s + 5, e.Answered(*key, "a", 5), backfilled=True)
        site.tell(at_s + 65, e.HandlingEnded(*key, "a", "caller", 60), backfilled=True)
        if not n:
            site.tell(70, e.MembershipAdded("q", "a", dynamic=True), backfilled=True)
    site.tell(7201, rows(gap_from_ms=T0))
    assert site.look("offered").gap_s == 7201
    assert site.look("offered").window_s == 7201
    site.tell(7202, e.GapFilled(T0, T0 + 7_201_000))
    assert (site.of("offered"), site.of("answered"), site.of("aht"), site.of("avg_wrap_up")) == (
        3,
        3,
        68.3333333333333333,
        8.333333333333334,
    )
    assert (site.of("repeat_callers"), site.look("offered").gap_s) == (2, 0)
    parts = [site.of(part, agents=["a"]) for part in ("talk", "wrap_up", "signed_in")]
    assert parts == [180, 25, 7202 - 70 + 60]
    assert site.of("offered", window="last_60_min") == 1
    site.tell(7300, e.QueueEntered("q", "c9", 1, "555"))
    assert site.of("repeat_callers") == 3


def test_the_past_does_not_disturb_the_present() -> None:
    site = Site()
    site.tell(0, member())
    snapshot = rows(
        members=[e.MemberRow("q", "a", dynamic=True, paused=True, reason="lunch", paused_at_ms=T0 + 50_000)],
        waiting=[e.WaitingRow(*KEY, T0 + 55_000)],
        gap_from_ms=T0 + 10_000,
    )
    site.tell(60, e.LinkRestored(), snapshot)
    past: list[tuple[float, e.AnyEvent]] = [
        (12, e.MembershipRemoved("q", "a")), (13, member()), (20, e.MemberPaused("q", "a", "training")),
        (25, e.MemberResumed("q", "a")), (30, e.DeviceChanged("a", "unavailable")), (31, e.QueueEntered("q", "c0", 1)),
        (32, e.OfferStarted("q", "c0", 1, "a")), (33, e.OwnCallStarted("a", "x", "outbound")),
        (35, e.QueueAbandoned("q", "c0", 1)), (36, e.QueueAbandoned(*KEY)), (37, e.Answered(*KEY, "a")),
    ]  # fmt: skip
    for at_s, event in past:
        site.tell(at_s, event, backfilled=True)
        now = site.agent("a")
        assert (now.state, now.reason, now.since_ms) == ("paused", "lunch", T0 + 50_000)
        assert (site.of("waiting"), site.of("in_progress")) == (1, 0)
    assert (site.of("offered"), site.of("abandoned")) == (2, 1)


def test_pauses_inside_a_gap_are_spliced_in() -> None:
    site = Site()
    site.tell(0, member())
    site.tell(5, e.MemberPaused("q", "a", "training"))
    site.tell(60, e.LinkRestored(), rows(gap_from_ms=T0 + 10_000))
    assert (site.of("paused", agents=["a"]), site.of("available", agents=["a"])) == (55, 5)
    site.tell(12, e.MemberResumed("q", "a"), backfilled=True)
    site.tell(20, e.MemberPaused("q", "a", "lunch"), backfilled=True)
    site.tell(30, e.MemberResumed("q", "a"), backfilled=True)
    site.tell(70, e.SourceAlive())
    assert (site.of("paused", agents=["a"]), site.of("available", agents=["a"])) == (17, 53)
    assert site.of("paused", agents=["a"], window="last_5_min") == 17
    from dashboard.floor.summary import summary

    told = summary(site.floor, T0 + 70_000)["agents"]["a"]
    spans = [(a - T0 / 1000, b - T0 / 1000, reason) for a, b, reason in told["pauses"]["q"]["intervals"] if b > a]
    assert spans == [(5, 12, "training"), (20, 30, "lunch")]
    assert (told["paused_any_queue"], told["paused_by_queue"]) == (17, {"q": 17})
    assert told["paused_by_reason"] == {"training": 7, "lunch": 10}


def test_a_pause_found_by_the_snapshot_began_when_the_switch_says() -> None:
    site = Site()
    site.tell(0, member())
    paused = [e.MemberRow("q", "a", dynamic=True, paused=True, reason="lunch", paused_at_ms=T0 + 40_000)]
    site.tell(60, rows(members=paused, gap_from_ms=T0 + 10_000))
    site.tell(70, e.MemberResumed("q", "a"))
    assert (site.of("paused", agents=["a"]), site.of("available", agents=["a"])) == (30, 40)


def test_a_dead_switch_loses_who_waited_and_cuts_off_who_talked() -> None:
    site = Site()
    site.tell(0, member(), e.QueueEntered(*KEY), e.QueueEntered("q", "c2", 1), e.Answered("q", "c2", 1, "a", 0))
    site.tell(
        1, e.OfferStarted(*KEY, "b"), e.OwnCallStarted("b", "x1", "outbound"), e.MonitoringStarted("s1", "a", "b")
    )
    site.boot = "boot-2"
    site.tell(40, e.SwitchRestarted())
    assert (site.of("lost"), site.of("left_otherwise"), site.of("waiting"), site.of("in_progress")) == (1, 0, 0, 0)
    assert (site.of("calls_handled", agents=["a"]), site.of("avg_talk")) == (1, None)
    assert site.agent("a").state == "available"
    assert (site.agent("b").state, site.agent("a").monitored_by) == ("signed_out", ())
    site.tell(41, e.QueueEntered(*KEY))
    assert (site.of("waiting"), site.of("offered")) == (1, 3)


def test_a_phone_does_not_ring_on_for_a_caller_of_a_dead_switch() -> None:
    site = Site()
    site.tell(0, member(), e.QueueEntered(*KEY), e.OfferStarted(*KEY, "a"))
    site.tell(5, e.QueueAbandoned(*KEY))
    assert site.agent("a").state == "ringing"
    site.boot = "boot-2"
    site.tell(9, e.SwitchRestarted())
    assert site.agent("a").state == "available"


def test_a_hold_that_ended_unheard_ends_with_the_snapshot() -> None:
    site = Site()
    site.tell(0, member(), e.QueueEntered(*KEY), e.Answered(*KEY, "a", 0))
    site.tell(10, e.Held("c1", 1, "a"))
    site.tell(30, rows(handlings=[e.HandlingRow(*KEY, "a")], gap_from_ms=T0 + 15_000))
    assert site.agent("a").state == "talking"
    site.tell(50, e.HandlingEnded(*KEY, "a", "caller", 50))
    assert (site.of("avg_hold"), site.of("avg_talk")) == (20, 30)


def test_another_boot_without_a_word_is_a_restart_too() -> None:
    site = Site()
    site.tell(0, e.QueueEntered(*KEY))
    site.boot = "boot-2"
    site.tell(40, e.SourceAlive())
    assert (site.of("lost"), site.of("waiting")) == (1, 0)


def test_back_filled_facts_of_an_earlier_boot_are_no_restart() -> None:
    site = Site()
    site.tell(0, e.QueueEntered(*KEY))
    site.boot = "boot-2"
    site.tell(40, e.SwitchRestarted(), rows())
    site.boot = "boot-1"
    site.tell(20, e.QueueEntered("q", "c7", 1), backfilled=True)
    site.tell(30, e.QueueAbandoned("q", "c7", 1, 10), backfilled=True)
    assert (site.of("offered"), site.of("lost"), site.of("abandoned")) == (2, 1, 1)
    assert links(site.floor, T0)[0].boot == "boot-2"


@pytest.mark.parametrize("event", [
    e.OfferStarted(*KEY, "a"), e.OfferEnded(*KEY, "a", "missed"), e.Answered(*KEY, "a", 4), e.Answered(*KEY, "a"),
    e.Held("c1", 1, "a"), e.Resumed("c1", 1, "a"), e.Held("c1", 0, "a"), e.Transferred(*KEY, "a", "blind"),
    e.HandlingEnded(*KEY, "a", "caller", 7), e.HandlingEnded(*KEY, "a", "caller"), e.QueueAbandoned(*KEY, 3),
    e.QueueAbandoned(*KEY), e.QueueLeft(*KEY, "key"), e.QueueLeftExplained(*KEY, "key"), e.CallerMoved(*KEY, 1),
    e.MembershipRemoved("q", "a"), e.MemberPaused("q", "a"), e.MemberResumed("q", "a"), e.OwnCallConnected("a", "x"),
    e.OwnCallEnded("a", "x"), e.MonitoringStopped("s", "a"), e.GapFilled(T0, T0 + 1), e.LinkRestored(),
], ids=lambda event: type(event).__name__)  # fmt: skip
@pytest.mark.parametrize("backfilled", [False, True])
def test_an_event_about_something_unknown_is_never_an_error(event: e.AnyEvent, *, backfilled: bool) -> None:
    site = Site()
    site.tell(10, rows(members=[]))
    site.tell(9 if backfilled else 11, event, backfilled=backfilled)
    counts = site.floor.queues["q"].today.counts
    left = counts[c.ANSWERED] + counts[c.ABANDONED] + sum(counts[c.LEFT_TIMEOUT : c.LOST + 1])
    assert counts[c.OFFERED] == left
    if isinstance(event, e.Answered | e.QueueAbandoned) and event.wait_s is not None:
        assert counts[c.OFFERED] == 1


def test_nothing_leaks() -> None:
    site = Site()
    site.tell(0, member())
    for n in range(300):
        key = ("q", f"c{n}", 1)
        site.tell(n * 60, e.QueueEntered(*key, f"{n}"), e.OfferStarted(*key, "a"))
        site.tell(n * 60 + 5, e.OfferEnded(*key, "a", "answered"), e.Answered(*key, "a"))
        site.tell(n * 60 + 50, e.HandlingEnded(*key, "a", "caller"))
    floor = site.floor
    assert len(floor.visits) <= 12
    assert len(floor.core.endings) <= 12
    assert len(floor.queues["q"].tens) < 500
    assert len(floor.agents["a"].log) < 400
    assert len(floor.agents["a"].facts) < 1000
    for day in range(1, 4):
        site.tell(86_400 * day, e.SourceAlive())
    queue = floor.queues["q"]
    assert (len(floor.visits), len(queue.quarters), len(queue.tens)) == (0, 0, 0)
    assert not floor.core.callers_by_hour


def test_a_wrong_clock_counts_for_a_week_at_most() -> None:
    site = Site()
    waits = [e.WaitingRow("q", "c1", 1, 0), e.WaitingRow("q", "c2", 1, 1)]
    site.tell(0, member(), rows(waiting=waits))
    site.tell(1, e.QueueAbandoned("q", "c1", 1), e.QueueEntered("q", "c3", 1), e.QueueAbandoned("q", "c3", 1, 10**12))
    site.tell(2, e.Answered("q", "c2", 1, "a", -5), e.HandlingEnded("q", "c2", 1, "a", "caller", 10**12))
    assert site.of("max_wait") == 7 * 86_400
    assert site.of("avg_talk", window="last_5_min") == site.of("avg_talk") == 7 * 86_400
    assert (site.of("offered"), site.of("waiting")) == (1, 0)
