"""Holes cut into a real recording: with the log read, every count is as if the link had never been lost.

Each hole ends where the recorder asked for its lists, because a resync needs them. The bytes before it end anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from collectors.asterisk.queue_log import QueueLogLine
from collectors.asterisk.recording import Action, Connection, _Replay, connections, log_lines
from collectors.events import Entry, GapFilled, SnapshotTaken
from tests.asterisk.order import Order
from tests.asterisk.tally import RECORDINGS, Tally, count
from tests.asterisk.test_recording_truth import check_agents, check_exits, check_queues

HOLES = [(1, 20), (4, 3), (6, 29), (9, 11), (12, 20), (14, 25)]
"""(which poll of the recorder ends it, how many seconds it is long)"""


@cache
def normal() -> Connection:
    (whole,) = connections(RECORDINGS / "normal")
    return whole


def polls() -> list[tuple[int, int]]:
    """(ms, offset) of the recorder's questions for all queues, without the first."""
    asked = [a.at_ms for a in normal().actions.values() if a.name == "QueueStatus" and a.is_whole]
    runs = normal().runs
    return [(at_ms, next(offset for offset, run_ms in runs if run_ms >= at_ms)) for at_ms in sorted(asked)[1:]]


def login() -> bytes:
    """The replies to Login and CoreStatus, as the recording has them."""
    messages = normal().raw.split(b"\r\n\r\n")
    replies = [m for m in messages[:60] if b"Authentication accepted" in m or b"CoreStartupTime" in m]
    assert len(replies) == 2
    return b"".join(reply.removeprefix(b"Asterisk Call Manager/12.0.0\r\n") + b"\r\n\r\n" for reply in replies)


def with_hole(poll: int, seconds: int) -> list[Connection]:
    """The recording as two connections."""
    whole = normal()
    to_ms, to_offset = polls()[poll]
    first = [run for run in whole.runs if run[1] < to_ms - seconds * 1000]
    cut = first[-1][0] + 7
    start = login()
    shift = to_offset - len(start)
    second = [(0, to_ms), *((offset - shift, run_ms) for offset, run_ms in whole.runs if offset >= to_offset)]
    return [
        Connection(1, whole.raw[:cut], first, whole.actions),
        Connection(2, start + whole.raw[to_offset:], second, whole.actions),
    ]


def stream(
    found: list[Connection], *, queue_log: bool, restarted: bool = False, log_lag_ms: int = 1_000
) -> Iterator[Entry]:
    lines = log_lines(RECORDINGS / "normal" / "queue_log") if queue_log else []
    replay = _Replay(found, lines, frozenset(), every_list=False)
    replay.log_lag_ms = log_lag_ms
    written: list[Entry] = []
    if restarted:
        replay.stream = written
    for n, fact in enumerate(replay.facts(), 1):
        entry = Entry(
            "s", "pbx", fact.boot, 1, n, fact.at_ms, fact.event, fact.switch_at_ms, backfilled=fact.backfilled
        )
        written.append(entry)
        yield entry


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(("poll", "seconds"), HOLES)
def test_a_hole_changes_no_count(poll: int, seconds: int, *, restarted: bool) -> None:
    told = list(stream(with_hole(poll, seconds), queue_log=True, restarted=restarted))
    Order().check(told)
    tally: Tally = count(told)
    check_queues("normal", tally)
    check_exits("normal", tally)
    check_agents("normal", tally)
    assert any(isinstance(entry.event, GapFilled) for entry in told)
    assert any(entry.backfilled for entry in told)


@pytest.mark.parametrize("log_lag_ms", [0, 300, 2_500])
@pytest.mark.parametrize(("poll", "seconds"), HOLES[:3])
def test_the_log_may_be_read_before_the_events_or_after_them(poll: int, seconds: int, log_lag_ms: int) -> None:
    told = list(stream(with_hole(poll, seconds), queue_log=True, log_lag_ms=log_lag_ms))
    Order().check(told)
    tally = count(told)
    check_queues("normal", tally)
    check_exits("normal", tally)
    check_agents("normal", tally)


@pytest.mark.parametrize("log_lag_ms", [0, 300, 2_500])
@pytest.mark.parametrize("name", ["exits", "nasty", "small"])
def test_the_log_of_a_recording_may_be_early_or_late(name: str, log_lag_ms: int) -> None:
    replay = _Replay(
        connections(RECORDINGS / name), log_lines(RECORDINGS / name / "queue_log"), frozenset(), every_list=False
    )
    replay.log_lag_ms = log_lag_ms
    told = [Entry("s", "pbx", f.boot, 1, n, f.at_ms, f.event) for n, f in enumerate(replay.facts(), 1)]
    Order().check(told)
    tally = count(told)
    check_queues(name, tally)
    check_exits(name, tally)
    check_agents(name, tally)


@pytest.mark.parametrize(("poll", "seconds"), HOLES)
def test_after_a_hole_without_the_log_the_switch_is_as_it_is(poll: int, seconds: int) -> None:
    """The lists after the hole say the same of who waits and who talks as a collector that saw everything."""
    holed = list(stream(with_hole(poll, seconds), queue_log=False))
    Order().check(holed)
    (seen,) = [e.event for e in holed if isinstance(e.event, SnapshotTaken)][1:]
    whole = _Replay([normal()], [], frozenset(), every_list=True)
    snapshots = [fact.event for fact in whole.facts() if isinstance(fact.event, SnapshotTaken)]
    true = snapshots[poll + 1]
    assert {(row.queue, row.call) for row in seen.waiting} == {(row.queue, row.call) for row in true.waiting}
    assert {(r.queue, r.call, r.agent) for r in seen.handlings} == {(r.queue, r.call, r.agent) for r in true.handlings}
    assert {(r.queue, r.call, r.agent) for r in seen.offers} == {(r.queue, r.call, r.agent) for r in true.offers}
    assert {row.call for row in seen.own_calls} == {row.call for row in true.own_calls}
    assert {(r.queue, r.agent, r.paused, r.reason) for r in seen.members} == {
        (r.queue, r.agent, r.paused, r.reason) for r in true.members
    }


# -- a recording that is served faster than it was --------------------------------------------------------------------------------

SPEED = 20
POLL_MS = 500


class Quick(_Replay):
    """At twenty times the speed: the log's clock runs away from ours, and a look at the log every half second is ten of its own."""

    def _read_ms(self, line: QueueLogLine) -> int:
        real_ms = BEGIN_MS + (line.at_s * 1000 + self.log_lag_ms - BEGIN_MS) // SPEED
        return -(-real_ms // POLL_MS) * POLL_MS


BEGIN_MS = 1_795_280_000_000


def quick(name: str, *, queue_log: bool = True) -> Iterator[Entry]:
    found = connections(RECORDINGS / name)
    for one in found:
        one.runs[:] = [(offset, BEGIN_MS + (run_ms - BEGIN_MS) // SPEED) for offset, run_ms in one.runs]
        one.actions = {
            key: Action(a.name, BEGIN_MS + (a.at_ms - BEGIN_MS) // SPEED, a.is_whole) for key, a in one.actions.items()
        }
    lines = log_lines(RECORDINGS / name / "queue_log") if queue_log else []
    replay = Quick(found, lines, frozenset(), every_list=False)
    for n, fact in enumerate(replay.facts(), 1):
        yield Entry("s", "pbx", fact.boot, 1, n, fact.at_ms, fact.event, backfilled=fact.backfilled)


@pytest.mark.parametrize("name", ["small", "normal", "exits", "nasty"])
def test_speed_changes_no_count(name: str) -> None:
    told = list(quick(name))
    Order().check(told)
    tally = count(told)
    check_queues(name, tally)
    check_exits(name, tally)
    check_agents(name, tally)
