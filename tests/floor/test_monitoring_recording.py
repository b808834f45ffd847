"""The recording `monitoring`, folded entry by entry, against what was commanded and what the switch's bytes say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest

from collectors import events as e
from collectors.asterisk.recording import entries
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.floor.summary import summary
from tests.floor.monitoring_truth import RECORDING, TrueSession, raw_events, true_calls, true_sessions

LAG_MS = 20
"""Arrival after the switch's own time: in this recording 2 ms at the median and 8 at most."""


@dataclass
class Seen:
    """What a screen saw of one session: changes of (agent, mode), starts as shown, and when it was gone."""

    modes: list[tuple[int, str, str]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ended_ms: int = 0
    supervisor: str | None = None


class Watched:
    """The floor, looked at after every entry."""

    def __init__(self, *, every_list: bool = False) -> None:
        self.floor = Floor("site")
        self.sessions: dict[str, Seen] = {}
        self.told: list[e.Entry] = []
        self.heard_ms: dict[str, list[tuple[int, bool]]] = {}
        for entry in entries(RECORDING, every_list=every_list):
            fold(self.floor, entry)
            self.told.append(entry)
            self._look(entry.at_ms)

    def _look(self, at_ms: int) -> None:
        open_now = {m.session: m for m in self.floor.core.monitorings.values()}
        for session, now in open_now.items():
            seen = self.sessions.setdefault(session, Seen(supervisor=now.supervisor))
            assert not seen.ended_ms
            if not seen.modes or seen.modes[-1][1:] != (now.agent, now.mode):
                seen.modes.append((at_ms, now.agent, now.mode or ""))
            if now.started_ms not in seen.starts:
                seen.starts.append(now.started_ms)
        for session, seen in self.sessions.items():
            if session not in open_now and not seen.ended_ms:
                seen.ended_ms = at_ms
        for agent in self.floor.agents.values():
            history = self.heard_ms.setdefault(agent.id, [(at_ms, False)])
            if history[-1][1] != bool(agent.monitored):
                history.append((at_ms, bool(agent.monitored)))

    def of(self, kind: type[e.Event]) -> list[e.Entry]:
        return [entry for entry in self.told if isinstance(entry.event, kind)]


@pytest.fixture(scope="module")
def watched() -> Watched:
    return Watched()


@pytest.fixture(scope="module")
def truth() -> list[TrueSession]:
    return true_sessions(raw_events())


def test_eighteen_sessions_were_asked_for_and_twelve_began(watched: Watched, truth: list[TrueSession]) -> None:
    assert [session.id for session in truth] == [f"fw-s{n}" for n in range(1, 19)]
    assert {session.id for session in truth if session.modes} == set(watched.sessions)
    assert len(watched.sessions) == 12


def test_each_session_with_its_start_its_modes_and_its_end(watched: Watched, truth: list[TrueSession]) -> None:
    for true in truth:
        if not true.modes:
            continue
        seen = watched.sessions[true.id]
        assert [mode[1:] for mode in seen.modes] == [mode[1:] for mode in true.modes], true.id
        for shown, happened in zip(seen.modes, true.modes, strict=True):
            assert 0 <= shown[0] - happened[0] <= LAG_MS, true.id
        assert 0 <= seen.ended_ms - true.ended_ms <= LAG_MS, true.id
        assert seen.supervisor == true.phone.partition("/c(")[0], true.id


def test_lists_between_change_nothing(watched: Watched) -> None:
    again = Watched(every_list=True)
    assert len(again.of(e.SnapshotTaken)) > len(watched.of(e.SnapshotTaken)) == 1
    for session, seen in watched.sessions.items():
        assert [mode[1:] for mode in again.sessions[session].modes] == [mode[1:] for mode in seen.modes], session
        assert (again.sessions[session].starts, again.sessions[session].ended_ms) == (seen.starts, seen.ended_ms), (
            session
        )
    assert again.heard_ms == watched.heard_ms


def test_the_modes_that_were_commanded(truth: list[TrueSession]) -> None:
    """The oracle itself, by hand: what the recording's own description says."""
    modes = {session.id: [mode for _, _, mode in session.modes] for session in truth}
    assert modes["fw-s2"] == ["listen", "whisper", "barge", "listen"]
    assert (modes["fw-s4"], modes["fw-s13"]) == (["whisper"], ["listen", "barge", "takeover"])
    assert (modes["fw-s14"], modes["fw-s17"]) == (["whisper", "takeover"], ["listen", "whisper"])
    assert modes["fw-s12"] == ["listen", "listen", "barge"]


def test_since_when_stays_over_changes_of_mode(watched: Watched, truth: list[TrueSession]) -> None:
    for true in truth:
        if true.modes:
            starts = watched.sessions[true.id].starts
            assert len(starts) == len({agent for _, agent, _ in true.modes}), true.id
            assert abs(starts[0] - true.modes[0][0]) <= LAG_MS


def test_nobody_seems_to_have_left_while_a_mode_changes(watched: Watched) -> None:
    stops = Counter(
        e_.event.session for e_ in watched.of(e.MonitoringStopped) if isinstance(e_.event, e.MonitoringStopped)
    )
    assert set(stops.values()) == {1}
    heard = [is_heard for at_ms, is_heard in watched.heard_ms["PJSIP/1001"]]
    assert heard == [False, *[True, False] * 7][: len(heard)]
    assert heard.count(True) == 7  # s1, s2, s3 with s4, s11 with s12, s13, s14, s15


def test_a_take_over_by_ami_bridge_has_no_stop_and_ends_with_the_leg(
    watched: Watched, truth: list[TrueSession]
) -> None:
    true = next(session for session in truth if session.id == "fw-s14")
    raw = raw_events()
    assert not [event for event in raw if event["Event"] == "ChanSpyStop" and event["SpyerUniqueid"] == "fw-s14"]
    assert abs(watched.sessions["fw-s14"].ended_ms - true.ended_ms) <= LAG_MS
    assert not watched.floor.core.monitorings


@pytest.mark.parametrize(
    ("session", "failure"),
    [("fw-s5", "17"), ("fw-s6", "21"), ("fw-s7", "19"), ("fw-s8", "Failure"), ("fw-s9", "Failure"), ("fw-s10", "0")],
)
def test_each_failure_is_nobodys_session_and_nobodys_call(
    watched: Watched, truth: list[TrueSession], session: str, failure: str
) -> None:
    """Busy, declined, no answer, unregistered, no such endpoint, target gone."""
    true = next(one for one in truth if one.id == session)
    assert true.failure == failure
    assert not [entry for entry in watched.told if session in repr(entry.event)]


def test_supervisors_phones_have_no_calls_and_are_nobody(watched: Watched) -> None:
    own = [entry.event for entry in watched.of(e.OwnCallStarted)]
    assert [(call.agent, call.kind) for call in own if isinstance(call, e.OwnCallStarted)] == [
        ("PJSIP/1004", "inbound")
    ]
    assert not [agent for agent in watched.floor.agents if "200" in agent or "9999" in agent or "WebSocket" in agent]


def test_talks_end_when_the_bridge_says_so(watched: Watched) -> None:
    calls = true_calls(raw_events())
    ended = {
        entry.event.call: entry for entry in watched.of(e.HandlingEnded) if isinstance(entry.event, e.HandlingEnded)
    }
    answered = {entry.event.call: entry for entry in watched.of(e.Answered) if isinstance(entry.event, e.Answered)}
    assert set(ended) == {call.call for call in calls}
    for call in calls:
        began, over = answered[call.call], ended[call.call]
        assert isinstance(over.event, e.HandlingEnded)
        assert over.event.agent == call.agent
        assert abs(began.at_ms - call.connected_ms) <= LAG_MS
        assert abs(over.at_ms - call.ended_ms) <= LAG_MS, call.call
        if over.event.talk_s is not None:
            assert abs(over.event.talk_s - (call.ended_ms - call.connected_ms) / 1000) < 1.1, call.call
    by = [entry.event.by for entry in watched.of(e.HandlingEnded) if isinstance(entry.event, e.HandlingEnded)]
    assert by == ["caller", "transfer", "takeover", "takeover", "caller", "caller", "caller"]


def test_numbers_of_queues_and_agents(watched: Watched) -> None:
    calls = true_calls(raw_events())
    found = summary(watched.floor, watched.told[-1].at_ms)
    queues, agents = found["queues"], found["agents"]
    for queue, number in {"sales": 6, "support": 1}.items():
        assert (queues[queue]["offered"], queues[queue]["answered"], queues[queue]["abandoned"]) == (number, number, 0)
    for agent in {call.agent for call in calls}:
        mine = [call for call in calls if call.agent == agent]
        true_s = sum(call.ended_ms - call.connected_ms for call in mine) / 1000
        assert agents[agent]["calls_handled"] == len(mine), agent
        assert abs(agents[agent]["talk"] + agents[agent]["hold"] - true_s) < 0.02 * len(mine), agent
        assert abs(agents[agent]["talk_handled"] - true_s) <= len(mine), agent
        assert agents[agent]["monitoring"] == 0
