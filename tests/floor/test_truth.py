"""Recordings of a real switch, folded, against what its own queue_log says."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from collectors.asterisk.recording import entries
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.floor.summary import summary

RECORDINGS = Path(__file__).parent.parent / "recordings"
NAMES = ("small", "normal", "exits", "nasty")
EXITS = {"EXITWITHTIMEOUT": "timeout", "EXITWITHKEY": "key", "EXITEMPTY": "empty", "WITHDRAW": "withdraw"}


@lru_cache(maxsize=4)
def told(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The summary at the end of a recording, and its truth."""
    floor, last_ms = Floor("site"), 0
    for entry in entries(RECORDINGS / name):
        fold(floor, entry)
        last_ms = max(last_ms, entry.at_ms)
    return summary(floor, last_ms), json.loads((RECORDINGS / name / "truth.json").read_text())


@pytest.mark.parametrize("name", NAMES)
def test_queues(name: str) -> None:
    queues, truth = told(name)[0]["queues"], told(name)[1]["queues"]
    assert set(truth) <= set(queues)
    for queue, true in truth.items():
        mine = queues[queue]
        left = {EXITS[word]: n for word, n in true["exits"].items()}
        assert mine["offered"] == true["offered"]
        assert mine["answered"] == true["answered"]
        assert mine["abandoned"] == true["abandoned"]
        assert mine["left_otherwise_by_reason"] == left
        assert mine["left_otherwise"] == sum(left.values())
        assert mine["lost"] == true["lost_waiting"]
        assert mine["waiting"] == true["still_waiting"]
        assert mine["in_progress"] == true["still_talking"]
        assert mine["missed_offers"] + mine["rejected_offers"] == true["ringnoanswer"]
        assert mine["answered_within_t"] == true["answered_in_20s"]
        assert mine["asa"] == sum(true["waits"]) / len(true["waits"])
        assert mine["asa"] == pytest.approx(true["mean_wait_answered"], abs=0.0006)
        if true["abandon_waits"]:
            assert mine["avg_abandon_wait"] == sum(true["abandon_waits"]) / len(true["abandon_waits"])
        else:
            assert mine["avg_abandon_wait"] is None
        longest = max(true["waits"] + true["abandon_waits"])
        assert mine["max_wait"] >= longest if left else mine["max_wait"] == longest
        assert mine["service_level.answered_only"] == true["answered_in_20s"] / true["answered"]


def _by_name(agents: dict[str, Any]) -> dict[str, Any]:
    return {agent["name"]: agent for agent in agents.values()}


RENAMED: dict[str, set[str]] = {
    "normal": {"PJSIP/1008", "Heidi Sand"},
    "nasty": {"PJSIP/1008", '张伟 "H", x', '张伟 "H"'},
}
"""queue_log calls one agent by several names (its interface when it joins, its name later): compared as one."""


@pytest.mark.parametrize("name", NAMES)
def test_agents_calls_and_offers(name: str) -> None:
    mine, truth = _by_name(told(name)[0]["agents"]), told(name)[1]["agents"]
    pairs = [(("calls_handled",), "calls_taken"), (("calls_missed", "calls_rejected"), "ringnoanswer")]
    for ours, theirs in pairs:
        for agent, true in truth.items():
            if agent not in RENAMED.get(name, ()):
                assert sum(mine[agent][word] for word in ours) == true[theirs], (agent, theirs)
        total = sum(
            sum(agent[word] for word in ours)
            for who, agent in mine.items()
            if who in RENAMED.get(name, ()) or who in truth
        )
        assert total == sum(true[theirs] for true in truth.values())


@pytest.mark.parametrize("name", NAMES)
def test_agents_talk(name: str) -> None:
    mine, truth = _by_name(told(name)[0]["agents"]), told(name)[1]
    overcounted = {agent for case in truth["talk_overcounted_by_queue_log"] for agent in (case["agent"],)}
    compared = 0
    for agent, true in truth["agents"].items():
        if agent not in RENAMED.get(name, set()) | overcounted:
            assert mine[agent]["talk_handled"] == true["talk_seconds"], agent
            compared += 1
    assert compared >= 3


@pytest.mark.parametrize("name", NAMES)
def test_agents_pauses(name: str) -> None:
    mine, truth = _by_name(told(name)[0]["agents"]), told(name)[1]["agents"]
    for agent, true in truth.items():
        if agent in RENAMED.get(name, ()):
            continue
        for queue, pauses in true["pause"].items():
            ours = _merged(mine[agent]["pauses"][queue]["intervals"])
            theirs = _merged(pauses["intervals"])
            assert len(ours) == len(theirs), (agent, queue, ours, theirs)
            for (a, b), (x, y) in zip(ours, theirs, strict=True):
                assert abs(a - x) <= 1
                assert (b is None) == (y is None)
                assert b is None or abs(b - y) <= 1
        assert set(mine[agent]["pauses"]) == set(true["pause"])


def _merged(intervals: list[Any]) -> list[list[Any]]:
    """Intervals without reasons: where another reason only goes on, queue_log's reader made one of it."""
    merged: list[list[Any]] = []
    for start, end, _ in intervals:
        if merged and merged[-1][1] is not None and abs(merged[-1][1] - start) < 0.002:
            merged[-1][1] = end
        else:
            merged.append([start, end])
    return merged
