"""Recordings as streams: what is missing is said in one sentence, and what is there is in order."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.asterisk.recording import RecordingError, connections, entries
from collectors.events import (
    GapFilled,
    LinkLost,
    LinkRestored,
    QueueEntered,
    SnapshotTaken,
    SourceAlive,
    SwitchRestarted,
)
from tests.asterisk.tally import RECORDINGS, count


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RECORDINGS / "small", tmp_path / "small"))


def test_entries_are_stamped_in_order() -> None:
    told = list(entries(RECORDINGS / "small", site="beijing", switch="pbx1"))
    assert [entry.n for entry in told] == list(range(1, len(told) + 1))
    assert {(entry.site, entry.switch, entry.epoch) for entry in told} == {("beijing", "pbx1", 1)}
    assert {entry.boot for entry in told[1:]} == {"2026-11-21 18:39:53"}
    assert isinstance(told[0].event, LinkRestored)
    assert isinstance(told[1].event, SnapshotTaken)
    assert any(isinstance(entry.event, SourceAlive) for entry in told)


def test_the_same_twice() -> None:
    assert list(entries(RECORDINGS / "nasty")) == list(entries(RECORDINGS / "nasty"))


def test_holes_are_lost_links_and_are_filled() -> None:
    told = list(entries(RECORDINGS / "nasty"))
    link = [e.event for e in told if isinstance(e.event, LinkLost | LinkRestored | GapFilled | SwitchRestarted)]
    assert [type(event).__name__ for event in link] == [
        "LinkRestored",
        *["LinkLost", "LinkRestored", "GapFilled"],
        *["LinkLost", "LinkRestored", "SwitchRestarted", "GapFilled"],
        *["LinkLost", "LinkRestored", "GapFilled"],
        *["LinkLost", "LinkRestored", "SwitchRestarted", "GapFilled"],
    ]
    gaps = [(event.from_ms, event.to_ms) for event in link if isinstance(event, GapFilled)]
    assert gaps[0] == (1795286109020, 1795286129610)
    for entry in told:
        if entry.backfilled and not isinstance(entry.event, SwitchRestarted):
            assert any(from_ms - 30_000 <= entry.at_ms <= to_ms for from_ms, to_ms in gaps), entry
    entered = [e for e in told if isinstance(e.event, QueueEntered) and e.backfilled]
    assert len(entered) == 17


def test_snapshots_come_after_what_happened_in_the_hole() -> None:
    told = list(entries(RECORDINGS / "nasty"))
    restored = [index for index, entry in enumerate(told) if isinstance(entry.event, LinkRestored)]
    for start in restored[1:]:
        later = told[start:]
        taken = next(index for index, entry in enumerate(later) if isinstance(entry.event, SnapshotTaken))
        filled = [index for index, entry in enumerate(later[:200]) if entry.backfilled]
        assert not filled or min(filled) < taken


def test_without_a_log_nothing_is_filled_and_it_is_said(small: Path) -> None:
    (small / "queue_log").unlink()
    notices: list[str] = []
    tally = count(entries(small, notice=notices.append, strip=("UserEvent",)))
    assert tally.left["sales"] == {"unknown": 1}
    assert len(notices) == 1
    assert "queue_log" in notices[0]


def test_another_log_can_be_named(small: Path) -> None:
    log = small / "queue_log"
    log.rename(small / "elsewhere")
    assert +count(entries(small, queue_log=small / "elsewhere", strip=("UserEvent",))).left["sales"] == {"timeout": 1}


def cut(path: Path, bytes_left_out: int) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-bytes_left_out]))


def test_a_recording_that_ends_in_the_middle_of_a_line(small: Path) -> None:
    cut(small / "ami-1.raw.gz", 40_007)
    notices: list[str] = []
    tally = count(entries(small, notice=notices.append))
    assert len(notices) == 1
    assert "ami-1.raw.gz ends in the middle of a message" in notices[0]
    assert tally.offered["sales"] == 10


def test_a_recording_that_stops_early(small: Path) -> None:
    cut(small / "ami-1.raw.gz", 2_300_000)
    tally = count(entries(small, queue_log=False))
    assert (tally.offered.total(), len(tally.waiting)) == (1, 1)


def no_directory(small: Path) -> None:
    shutil.rmtree(small)


def no_connections(small: Path) -> None:
    (small / "ami-1.raw.gz").unlink()


def no_arrivals(small: Path) -> None:
    (small / "ami-1.arrival.tsv.gz").unlink()


def no_sent(small: Path) -> None:
    (small / "ami-sent.jsonl").unlink()


def half_packed(small: Path) -> None:
    path = small / "ami-1.raw.gz"
    path.write_bytes(path.read_bytes()[:5000])


def not_packed(small: Path) -> None:
    (small / "ami-1.raw.gz").write_bytes(b"Asterisk Call Manager\r\n")


def odd_arrivals(small: Path) -> None:
    (small / "ami-1.arrival.tsv.gz").write_bytes(gzip.compress(b"0\t1.5\nnonsense\n"))


def falling_arrivals(small: Path) -> None:
    (small / "ami-1.arrival.tsv.gz").write_bytes(gzip.compress(b"0\t1.5\n30\t1.6\n20\t1.7\n"))


def odd_sent(small: Path) -> None:
    (small / "ami-sent.jsonl").write_text('{"t": 1}\n', "utf-8")


def no_json(small: Path) -> None:
    (small / "ami-sent.jsonl").write_text("nonsense\n", "utf-8")


def no_ami(small: Path) -> None:
    (small / "ami-1.raw.gz").write_bytes(gzip.compress(b"\r\n" + b"x" * 2_000_000))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_directory, "not a directory"),
        (no_connections, "holds no ami-1.raw.gz"),
        (no_arrivals, "lacks"),
        (no_sent, "ami-sent.jsonl"),
        (half_packed, "copy the recording again"),
        (not_packed, "cannot be unpacked"),
        (odd_arrivals, "not an offset and a time"),
        (falling_arrivals, "does not rise"),
        (odd_sent, "line 1"),
        (no_json, "line 1"),
        (no_ami, "is no AMI"),
    ],
)
def test_what_is_no_recording_is_said_in_one_sentence(small: Path, spoil: Callable[[Path], None], said: str) -> None:
    spoil(small)
    with pytest.raises(RecordingError, match=said) as caught:
        list(entries(small))
    assert "\n" not in str(caught.value)


def test_connections_are_in_order_of_time() -> None:
    found = connections(RECORDINGS / "nasty")
    assert [one.number for one in found] == [1, 2, 3, 4, 5]
    assert [len(one.raw) for one in found] == [5280820, 3075013, 962410, 1950855, 393399]
    for one in found:
        assert b"".join(chunk for _, chunk in one.chunks()) == one.raw
