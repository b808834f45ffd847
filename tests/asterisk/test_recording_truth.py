"""Every count that the recorded switches' own logs give, from the entries alone."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from collectors.asterisk.recording import entries
from tests.asterisk.tally import EXITS, RECORDINGS, Tally, Truth, count, truth_of

LOGGED = ["small", "normal", "exits", "nasty"]


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
