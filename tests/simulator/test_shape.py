"""What the simulator prints has the shape of a real switch's bytes: header names and their order, privileges, escapes."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from collectors.simulator import NOISES

from .worlds import Event, Headers, Run, recorded

LIVELY = {"pauses_per_hour": 4, "own_calls_per_hour": 6, "talk_mean_s": 50, "patience_mean_s": 40, "missed_share": 0.2}


def shape(message: Headers) -> tuple[str, ...]:
    """Header names in order, without what configuration adds to every event."""
    names: list[str] = []
    for name, _ in message:
        if name.endswith("ChanVariable"):
            if names[-1] != "*":
                names.append("*")
        elif name not in {"Timestamp", "SystemName"}:
            names.append(name)
    return tuple(name for name in names if name != "*")


@cache
def real_shapes() -> dict[str, set[tuple[str, ...]]]:
    shapes: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for message in recorded():
        if message[0][0] == "Event":
            shapes[message[0][1]].add(shape(message))
    return shapes


@cache
def real_privileges() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for message in recorded():
        if message[0][0] == "Event" and message[1][0] == "Privilege":
            found[message[0][1]].add(message[1][1])
    return found


@cache
def lively() -> Run:
    traps = frozenset({1, 2, 10, 12, 18, 20, 24, 26, 29, 30, 31, 36, 39})
    return Run(
        700, warm_up_s=60, agents=40, noise=NOISES, traps=traps, report_exits=True, system_name="bj-pbx1", **LIVELY
    )


SENT = (
    "AgentCalled AgentComplete AgentConnect AgentRingNoAnswer AttendedTransfer BlindTransfer BridgeCreate BridgeDestroy BridgeEnter "
    "BridgeLeave CEL Cdr ChanSpyStart ChanSpyStop ContactStatus DTMFEnd DeviceStateChange DialBegin DialEnd DialState ExtensionStatus "
    "Hangup HangupRequest Hold LocalBridge LocalOptimizationBegin LocalOptimizationEnd MusicOnHoldStart MusicOnHoldStop NewCallerid "
    "NewConnectedLine Newchannel Newexten Newstate OriginateResponse PeerStatus QueueCallerAbandon QueueCallerJoin QueueCallerLeave "
    "QueueMemberAdded QueueMemberPause QueueMemberRemoved QueueMemberStatus RTCPReceived RTCPSent SoftHangupRequest Unhold UserEvent "
    "VarSet"
)


@pytest.mark.parametrize("name", SENT.split(" "))
def test_headers_are_those_of_a_real_switch_in_their_order(name: str) -> None:
    events = lively().named(name)
    assert events, f"{name} was not sent at all"
    for wrong in [event for event in events if shape(event.headers) not in real_shapes()[name]]:
        assert shape(wrong.headers) in real_shapes()[name]
    assert {event["Privilege"] for event in events} <= real_privileges()[name]


def test_nothing_is_sent_that_a_real_switch_does_not_send() -> None:
    assert {sent.name for sent in lively().sent} <= set(real_shapes())


def test_common_headers_come_first_in_a_real_switchs_order() -> None:
    for event in [Event(sent.data) for sent in lively().sent[:2000]]:
        assert [name for name, _ in event.headers[:4]] == ["Event", "Privilege", "Timestamp", "SystemName"]


def test_without_timestamps_there_are_none() -> None:
    events = Run(120, timestamps=False).events
    assert events
    assert not [event for event in events if event.get("Timestamp")]


def test_point_45_the_noise_is_most_of_the_volume() -> None:
    run = Run(900, warm_up_s=60, noise=NOISES)
    quiet = Run(900, warm_up_s=60)
    total = sum(len(sent.data) for sent in run.sent)
    varset = sum(len(sent.data) for sent in run.sent if sent.name == "VarSet")
    joins = len(run.named("QueueCallerJoin"))
    assert len(run.named("QueueCallerJoin")) == len(quiet.named("QueueCallerJoin"))
    assert 0.2 < varset / total < 0.6
    assert len(run.sent) / joins > 150
    assert len(quiet.sent) / joins < 80
