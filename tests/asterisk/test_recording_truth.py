"""Every count that the recorded switches' own logs give, from the entries alone."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from collectors.asterisk.recording import entries
from collectors.events import SnapshotTaken
from tests.asterisk.order import Order
from tests.asterisk.tally import EXITS, RECORDINGS, Tally, Truth, count, truth_of

LOGGED = ["small", "normal", "exits", "nasty"]

NAMED_ELSEWHERE = {("normal", ("vip", "PJSIP/1008")): 1795285583, ("nasty", ("vip", "PJSIP/1008")): 1795286137}
"""Ends of pauses where the truth is wrong: PJSIP/1008 is added to vip by interface and resumed by its name (Heidi Sand), so a
count by names alone runs on to the REMOVEMEMBER line of the interface. The member's own event says when it ended."""


@cache
def with_log(name: str) -> Tally:
    return count(entries(RECORDINGS / name))


@cache
def without_log(name: str, strip: str = "") -> Tally:
    return count(entries(RECORDINGS / name, queue_log=False, strip=(strip,)))


@cache
def truth(name: str) -> Truth:
    return truth_of(name)


def talks_that_the_log_counts_right(name: str, tally: Tally, queue: str) -> tuple[Counter[int], Counter[int]]:
    """(ours, the log's) without the talks that it runs on with after a redirect."""
    moved = [one for one in truth(name).overcounted if one.queue == queue]
    logged = Counter(truth(name).queues[queue]["talks"])
    logged.subtract(Counter(one.logged_s for one in moved))
    ours: Counter[int] = Counter()
    calls = Counter(one.call for one in moved)
    for talk in tally.talks_of(queue):
        if calls[talk.call]:
            calls[talk.call] -= 1
        else:
            ours[talk.seconds] += 1
    return ours, +logged


def check_queues(name: str, tally: Tally) -> None:
    for queue, true in truth(name).queues.items():
        assert tally.offered[queue] == true["offered"], queue
        assert len(tally.waits(queue)) == true["answered"], queue
        assert Counter(tally.waits(queue)) == Counter(true["waits"]), queue
        assert sum(1 for wait in tally.waits(queue) if wait is not None and wait <= 20) == true["answered_in_20s"], (
            queue
        )
        assert tally.not_answered[queue] == true["ringnoanswer"], queue
        ours, logged = talks_that_the_log_counts_right(name, tally, queue)
        assert ours == logged, queue
    assert set(tally.offered) == {queue for queue, true in truth(name).queues.items() if true["offered"]}


def check_exits(name: str, tally: Tally) -> None:
    for queue, true in truth(name).queues.items():
        left = {EXITS[reason]: number for reason, number in tally.left[queue].items() if number}
        assert left == true["exits"], queue
        assert len(tally.abandon_waits[queue]) == true["abandoned"], queue
        assert Counter(tally.abandon_waits[queue]) == Counter(true["abandon_waits"]), queue
        assert tally.lost_waiting[queue] == true["lost_waiting"], queue
        assert tally.lost_talking[queue] == true["lost_talking"], queue


def interfaces(tally: Tally, name: str) -> set[str]:
    """Whom the log means: names first, because an interface can be another's name."""
    return tally.names.get(name) or {name}


def check_agents(name: str, tally: Tally) -> None:
    calls: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    talked: Counter[str] = Counter()
    for agent, true in truth(name).agents.items():
        (interface,) = interfaces(tally, agent)
        calls[interface] += true["calls_taken"]
        missed[interface] += true["ringnoanswer"]
        talked[interface] += true["talk_seconds"]
    by_bridge = {(one.call, one.queue): one for one in truth(name).overcounted}
    for interface in calls:
        assert sum(1 for talk in tally.answered if talk.agent == interface) == calls[interface], interface
        assert tally.missed_by[interface] == missed[interface], interface
        mine = [talk for talk in tally.ended if talk.agent == interface]
        too_much = 0
        for talk in mine:
            one = by_bridge.pop((talk.call, talk.queue), None)
            too_much += one.logged_s - talk.seconds if one is not None else 0
        assert sum(talk.seconds for talk in mine) == talked[interface] - too_much, interface


@pytest.mark.parametrize("name", LOGGED)
def test_every_count_of_a_queue(name: str) -> None:
    check_queues(name, with_log(name))


@pytest.mark.parametrize("name", LOGGED)
def test_every_way_out_of_a_queue(name: str) -> None:
    check_exits(name, with_log(name))


@pytest.mark.parametrize("name", LOGGED)
def test_every_count_of_an_agent(name: str) -> None:
    check_agents(name, with_log(name))


# -- without the log ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strip", ["", "UserEvent"])
@pytest.mark.parametrize("name", ["small", "normal", "exits"])
def test_every_count_without_the_log(name: str, strip: str) -> None:
    check_queues(name, without_log(name, strip))
    check_agents(name, without_log(name, strip))


@pytest.mark.parametrize("strip", ["", "UserEvent"])
@pytest.mark.parametrize("name", ["small", "normal", "exits"])
def test_without_the_log_an_abandon_is_a_hang_up_and_the_rest_is_unknown(name: str, strip: str) -> None:
    tally = without_log(name, strip)
    for queue, true in truth(name).queues.items():
        assert Counter(tally.abandon_waits[queue]) == Counter(true["abandon_waits"]), queue
        assert sum(tally.left[queue].values()) == sum(true["exits"].values()), queue
        if strip:
            assert set(+tally.left[queue]) <= {"unknown"}, queue


def test_user_events_alone_explain_all_but_the_exit_key() -> None:
    left = +without_log("exits").left["exitq"]
    assert left == {"timeout": 2, "withdraw": 1, "empty": 2, "unknown": 1}


def test_the_holes_of_nasty_without_the_log_hold_nothing_made_up() -> None:
    tally = without_log("nasty")
    for queue, true in truth("nasty").queues.items():
        waits = Counter(tally.abandon_waits[queue])
        assert not waits - Counter(true["abandon_waits"]), queue
        assert 0 < tally.offered[queue] <= true["offered"], queue
        assert tally.not_answered[queue] <= true["ringnoanswer"], queue
        stated = Counter(wait for wait in tally.waits(queue) if wait is not None)
        assert not stated - Counter(true["waits"]), queue
    assert tally.first_seen_in_a_list > 0
    assert tally.lost_sight > 0


def test_nasty_without_the_log_knows_who_died_with_the_switch() -> None:
    tally = without_log("nasty")
    true = truth("nasty").queues
    assert tally.lost_waiting == {queue: one["lost_waiting"] for queue, one in true.items() if one["lost_waiting"]}
    assert tally.lost_talking == {queue: one["lost_talking"] for queue, one in true.items() if one["lost_talking"]}


# -- other views of the same minutes --------------------------------------------------------------------------------------------


def test_the_read_only_account_sees_the_same() -> None:
    tally = count(entries(RECORDINGS / "normal" / "readonly-account"))
    check_queues("normal", tally)
    check_exits("normal", tally)
    check_agents("normal", tally)
    assert tally.pauses == with_log("normal").pauses or len(tally.pauses) == len(with_log("normal").pauses)


def test_the_read_only_account_gives_the_same_events() -> None:
    """But for arrival times: its link is another one, and PeerStatus and FullyBooted are not there to be missed."""
    directory = RECORDINGS / "normal"
    log = directory / "queue_log"
    full = Counter(repr(entry.event) for entry in entries(directory) if not isinstance(entry.event, SnapshotTaken))
    narrow = Counter(
        repr(entry.event)
        for entry in entries(directory / "readonly-account", queue_log=log)
        if not isinstance(entry.event, SnapshotTaken)
    )
    assert full == narrow


@pytest.mark.parametrize("name", LOGGED)
def test_snapshots_between_change_no_count(name: str) -> None:
    tally = count(entries(RECORDINGS / name, every_list=True))
    check_queues(name, tally)
    check_exits(name, tally)
    check_agents(name, tally)


@pytest.mark.parametrize("name", [*LOGGED, "monitoring"])
@pytest.mark.parametrize("every_list", [False, True])
@pytest.mark.parametrize("queue_log", [False, True])
def test_the_promised_order(name: str, *, every_list: bool, queue_log: bool) -> None:
    Order().check(entries(RECORDINGS / name, queue_log=queue_log, every_list=every_list))


# -- pauses ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOGGED)
def test_every_pause(name: str) -> None:
    tally = with_log(name)
    true: dict[tuple[str, str], list[list[Any]]] = {}
    for agent, said in truth(name).agents.items():
        (interface,) = interfaces(tally, agent)
        for queue, pause in said["pause"].items():
            true.setdefault((queue, interface), []).extend(pause["intervals"])
    assert {key for key, pauses in tally.pauses.items() if pauses} == set(true)
    for key, intervals in true.items():
        logged = merged([(start, end, reason) for start, end, reason in sorted(intervals)])
        told = merged([(p.from_ms / 1000, p.to_ms and p.to_ms / 1000, p.reason) for p in tally.pauses[key]])
        assert len(told) == len(logged), key
        for (from_s, to_s, reason), (true_from_s, true_to_s, true_reason) in zip(told, logged, strict=True):
            end_s = NAMED_ELSEWHERE.get((name, key), true_to_s)
            assert abs(from_s - true_from_s) <= 1, key
            assert (to_s is None) == (end_s is None), key
            assert to_s is None or end_s is None or abs(to_s - end_s) <= 1, key
            assert true_reason in {reason, "ADDMEMBER"}, key


Interval = tuple[float, float | None, str | None]


def merged(intervals: list[Interval]) -> list[Interval]:
    """A pause that goes on under another reason, as one: two of the switches were told not to log such a change."""
    whole: list[Interval] = []
    for interval in intervals:
        if whole and whole[-1][1] is not None and abs(whole[-1][1] - interval[0]) <= 0.1:
            whole[-1] = (whole[-1][0], interval[1], whole[-1][2])
        else:
            whole.append(interval)
    return whole


def test_another_reason_begins_another_pause() -> None:
    reasons = [pause.reason for pause in with_log("normal").pauses["sales", "PJSIP/1003"]]
    assert reasons == ["Meeting, room 2", "Still meeting"]
