"""Each metric of agents, and the display state from two axes."""

from __future__ import annotations

import pytest

from collectors import events as e
from dashboard.floor.display import CODES, NAMES, TABLE
from dashboard.floor.metrics import agent_ids, team_agents
from tests.floor.site import Site, handled
from tests.floor.world import T0


def member(queue: str, agent: str) -> e.MembershipAdded:
    return e.MembershipAdded(queue, agent, "Li Na", dynamic=True)


def test_the_table_decides_for_every_set_of_flags() -> None:
    assert len(CODES) == 1024
    for mask in range(1024):
        first = next(code for flags, code in TABLE if mask & flags == flags)
        assert CODES[mask] == first
    assert {NAMES[code] for code in CODES} == {
        "talking", "holding", "monitoring", "ringing", "wrapping_up", "unreachable", "paused", "available", "signed_out",
    }  # fmt: skip


def test_bridge_evidence_comes_first() -> None:
    site = Site()
    site.tell(0, member("q", "a"), e.QueueEntered("q", "c1", 1, "555"), e.Answered("q", "c1", 1, "a"))
    site.tell(5, e.DeviceChanged("a", "unavailable"))
    now = site.agent("a")
    assert (now.state, now.name, now.queue, now.number, now.call_since_ms) == ("talking", "Li Na", "q", "555", T0)
    site.tell(6, e.HandlingEnded("q", "c1", 1, "a", "caller"))
    assert (site.agent("a").state, site.agent("a").since_ms) == ("unreachable", T0 + 6000)
    site.tell(7, e.DeviceChanged("a", "free"), e.MemberPaused("q", "a", "lunch"))
    now = site.agent("a")
    assert (now.state, now.reason, now.presence, now.activity) == ("paused", "lunch", "paused", "idle")


def test_each_axis_has_its_own_since() -> None:
    site = Site()
    site.tell(0, member("q", "a"))
    site.tell(10, e.QueueEntered("q", "c1", 1), e.Answered("q", "c1", 1, "a"))
    site.tell(20, e.MemberPaused("q", "a", "lunch"))
    now = site.agent("a")
    assert (now.state, now.since_ms) == ("talking", T0 + 10_000)
    assert (now.presence, now.presence_since_ms) == ("paused", T0 + 20_000)
    assert (now.activity, now.activity_since_ms) == ("talking", T0 + 10_000)
    site.tell(30, e.HandlingEnded("q", "c1", 1, "a", "agent"))
    assert (site.agent("a").state, site.agent("a").since_ms) == ("paused", T0 + 30_000)
    site.tell(40, e.MemberPaused("q", "a", "lunch"))
    assert site.agent("a").since_ms == T0 + 30_000
    site.tell(50, e.MemberPaused("q", "a", "training"))
    assert (site.agent("a").since_ms, site.agent("a").reason) == (T0 + 50_000, "training")
    in_state = site.look("in_state", 61, agents=["a"])
    assert (in_state.value, in_state.since_ms) == (11, T0 + 50_000)
    assert (site.of("state", agents=["a"]), site.of("pause_reason", agents=["a"])) == ("paused", "training")
    assert site.of("state", agents=["a", "b"]) == "paused"
    assert site.of("state", agents=["b"]) is None


def test_time_in_state_by_part_and_reason() -> None:
    site = Site()
    site.tell(0, member("q", "a"))
    site.tell(10, e.QueueEntered("q", "c1", 1), e.OfferStarted("q", "c1", 1, "a"))
    site.tell(14, e.OfferEnded("q", "c1", 1, "a", "answered"), e.Answered("q", "c1", 1, "a"))
    site.tell(30, e.Held("c1", 1, "a"))
    site.tell(35, e.Resumed("c1", 1, "a"))
    site.tell(50, e.HandlingEnded("q", "c1", 1, "a", "caller"), e.MemberPaused("q", "a", "lunch"))
    site.tell(70, e.MemberPaused("q", "a", "training"))
    site.tell(80, e.MemberResumed("q", "a"), e.OwnCallStarted("a", "x1", "internal"))
    site.tell(85, e.OwnCallEnded("a", "x1"), e.MonitoringStarted("s1", "b", "a"))
    site.tell(95, e.MonitoringStopped("s1", "b"), e.DeviceChanged("a", "unavailable"))
    site.tell(99, e.DeviceChanged("a", "free"))
    expected = {
        "available": 10 + 1, "ring": 4, "talk": 31, "hold": 5, "paused": 30, "other_call": 5, "monitoring": 10,
        "unreachable": 4, "wrap_up": 0, "signed_in": 100,
    }  # fmt: skip
    for window in ("day", "last_5_min", "interval"):
        for name, seconds in expected.items():
            assert site.of(name, 100, agents=["a"], window=window) == seconds, (name, window)
    assert site.of("occupancy", 100, agents=["a"]) == pytest.approx(36 / 47)
    assert site.of("utilisation", 100, agents=["a"]) == pytest.approx(47 / 100)
    site.tell(100, e.MembershipRemoved("q", "a"))
    assert site.of("signed_in", 200, agents=["a"]) == 100
    assert site.agent("a").presence == "signed_out"


def test_a_long_call_gives_a_short_window_no_more_than_the_window() -> None:
    site = Site()
    site.tell(0, member("q", "a"), e.QueueEntered("q", "c1", 1), e.Answered("q", "c1", 1, "a"))
    site.tell(2400, e.SourceAlive())
    talk = site.look("talk", 2400, agents=["a"], window="last_5_min")
    assert talk.value == 290  # 29 whole buckets, and the one that begins now
    assert talk.value <= talk.window_s <= 300
    assert site.of("talk", 2405, agents=["a"], window="last_5_min") == 295
    site.tell(2406, e.HandlingEnded("q", "c1", 1, "a", "caller"))
    assert site.of("talk", 2409, agents=["a"], window="last_5_min") == 296
    assert site.of("avg_talk", 2409, agents=["a"], window="last_5_min") == 2406


def test_own_calls() -> None:
    site = Site()
    site.tell(0, member("q", "a"))
    calls: list[tuple[float, str, e.CallKind, float | None, float]] = [
        (10, "x1", "outbound", 15, 60), (70, "x2", "outbound", None, 80), (90, "x3", "outbound", 92, 100),
        (110, "x4", "inbound", 115, 175), (200, "x5", "internal", 201, 230),
    ]  # fmt: skip
    for began_s, call, kind, connected_s, ended_s in calls:
        site.tell(began_s, e.OwnCallStarted("a", call, kind, "555"))
        assert site.agent("a").state == ("ringing" if kind == "inbound" else "talking")
        assert (site.agent("a").own_call, site.agent("a").number) == (kind, "555")
        if connected_s is not None:
            site.tell(connected_s, e.OwnCallConnected("a", call))
            assert site.agent("a").state == "talking"
        site.tell(ended_s, e.OwnCallEnded("a", call))
    assert [site.of(name, agents=["a"]) for name in ("calls_dialled", "calls_connected", "effective_calls")] == [
        3,
        2,
        1,
    ]
    assert site.of("connect_rate", agents=["a"]) == 2 / 3
    assert [site.of(name, agents=["a"]) for name in ("talk_total", "call_count")] == [45 + 8 + 60, 3]
    assert [site.of(name, agents=["a"]) for name in ("longest_call", "calls_handled")] == [60, 0]
    last = site.look("last_call_at", agents=["a"])
    assert last.since_ms == T0 + 175_000
    assert site.of("other_call", agents=["a"]) == 30


def test_an_own_call_on_hold_is_holding() -> None:
    site = Site()
    site.tell(0, member("q", "a"), e.OwnCallStarted("a", "x1", "outbound"), e.OwnCallConnected("a", "x1"))
    site.tell(5, e.Held("x1", 0, "a"))
    assert site.agent("a").state == "holding"
    site.tell(9, e.Resumed("x1", 0, "a"))
    assert (site.agent("a").state, site.of("hold", agents=["a"])) == ("talking", 4)


def test_who_is_heard_and_who_listens() -> None:
    site = Site()
    site.tell(0, member("q", "a"), member("q", "boss"))
    site.tell(1, e.MonitoringStarted("s1", "a", "boss", "whisper"), e.MonitoringStarted("s2", "a", "2001"))
    assert site.agent("a").monitored_by == ("boss", "2001")
    assert (site.agent("boss").state, site.agent("a").state) == ("monitoring", "available")
    site.tell(2, e.MonitoringStopped("s1", "a"))
    assert (site.agent("boss").state, site.agent("a").monitored_by) == ("available", ("2001",))


def test_sums_over_a_team() -> None:
    agents = {"a": e.AgentSettings(team="t1"), "b": e.AgentSettings(team="t2"), "z": e.AgentSettings(team="t9")}
    teams = {"all": e.TeamSettings(), "t1": e.TeamSettings(parent="all"), "t2": e.TeamSettings(parent="t1")}
    site = Site(e.FloorSettings(agents=agents, teams=teams))
    assert team_agents(site.floor, "all") == ["a", "b"]
    assert team_agents(site.floor, "t2") == ["b"]
    for call, agent, seconds in (("c1", "a", 10), ("c2", "b", 30), ("c3", "z", 1000)):
        joined, answered, ended = handled(call, agent)
        site.tell(0, member("q", agent), *joined, *answered)
        site.tell(seconds, *ended)
    assert agent_ids(site.floor) == ["a", "b", "z"]
    team = team_agents(site.floor, "all")
    assert [site.of(name, agents=team) for name in ("calls_handled", "aht", "longest_call")] == [2, 20, 30]
    many = [*team, *(f"nobody{n}" for n in range(10))]
    assert [site.of(name, agents=many) for name in ("calls_handled", "aht", "longest_call")] == [2, 20, 30]


def test_what_nobody_tells_of_has_no_value() -> None:
    site = Site()
    for name in ("csat", "first_contact_resolution", "complaints_per_10k", "sales", "sales_amount", "tickets_done_in_time",
                 "qa_score", "adherence", "conformance"):  # fmt: skip
        assert site.of(name, agents=["a"]) is None


def test_a_call_goes_on_after_signing_out() -> None:
    site = Site()
    site.tell(0, member("q", "a"), e.QueueEntered("q", "c1", 1), e.Answered("q", "c1", 1, "a"))
    site.tell(10, e.MembershipRemoved("q", "a"))
    assert (site.agent("a").state, site.of("agents_staffed")) == ("talking", 0)
    site.tell(30, e.HandlingEnded("q", "c1", 1, "a", "caller"))
    assert site.agent("a").state == "signed_out"
    assert (site.of("signed_in", 99, agents=["a"]), site.of("talk", 99, agents=["a"])) == (30, 30)


def test_more_pause_reasons_than_a_log_can_tell_apart() -> None:
    site = Site()
    site.tell(0, member("q", "a"))
    for n in range(300):
        site.tell(n, e.MemberPaused("q", "a", f"reason {n}"))
    assert (site.agent("a").state, site.agent("a").reason) == ("paused", "reason 299")
    assert site.of("paused", 300, agents=["a"]) == 300
