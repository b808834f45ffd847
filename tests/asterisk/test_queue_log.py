"""Lines of queue_log, and the file that they stand in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.asterisk.queue_log import QueueLogLine, parse
from collectors.asterisk.queue_log_tail import QueueLogTail
from tests.asterisk.tally import RECORDINGS


def test_a_line() -> None:
    assert parse("1795287261|ec2b|exitq|NONE|EXITWITHTIMEOUT|1|1|25\n") == QueueLogLine(
        1795287261, "ec2b", "exitq", "", "EXITWITHTIMEOUT", ("1", "1", "25")
    )


def test_names_hold_anything_but_a_bar() -> None:
    line = parse('1795286010|1.0|客服|张伟 "H", x|CONNECT|2|1.1|1')
    assert line is not None
    assert (line.queue, line.agent, line.number(0), line.field(1)) == ("客服", '张伟 "H", x', 2, "1.1")


def test_fields_that_are_not_there() -> None:
    line = parse("1|NONE|NONE|NONE|QUEUESTART|")
    assert line is not None
    assert (line.call, line.queue, line.agent, line.fields) == ("", "", "", ("",))
    assert (line.field(0), line.field(7), line.number(0), line.number(7)) == ("", "", None, None)


@pytest.mark.parametrize(
    "text", ["", "\n", "x|1|2|3|ABANDON", "1795|a|b|c", "1795|a|b|c|", "-5|a|b|c|ABANDON", "٣|a|b|c|ABANDON"]
)
def test_what_is_no_line(text: str) -> None:
    assert parse(text) is None


@given(st.text())
def test_any_text_is_a_line_or_none(text: str) -> None:
    line = parse(text)
    if line is not None:
        assert line.event
        assert all(line.number(index) is None or (line.number(index) or 0) >= 0 for index in range(-1, 5))


@pytest.mark.parametrize("name", ["small", "normal", "exits", "nasty", "monitoring"])
def test_every_line_of_the_recordings(name: str) -> None:
    raw = (RECORDINGS / name / "queue_log").read_text("utf-8", "replace").split("\n")
    assert sum(parse(line) is not None for line in raw) == sum(bool(line) for line in raw)


# -- the file -------------------------------------------------------------------------------------------------------------------


def line(second: int) -> str:
    return f"{second}|{second}.0|sales|NONE|ENTERQUEUE||139|1\n"


def seconds(lines: list[QueueLogLine]) -> list[int]:
    return [one.at_s for one in lines]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue_log"


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_file_that_grows(path: Path) -> None:
    tail = QueueLogTail(path)
    assert tail.read() == []
    append(path, line(1) + line(2))
    assert seconds(tail.read()) == [1, 2]
    assert tail.read() == []
    append(path, line(3))
    assert seconds(tail.read()) == [3]
    tail.close()


def test_a_line_is_given_when_its_end_is_there(path: Path) -> None:
    tail = QueueLogTail(path)
    text = line(1)
    for cut in (3, 17, len(text)):
        path.write_text(text[:cut], "utf-8")
        assert seconds(tail.read()) == ([1] if cut == len(text) else [])
    tail.close()


def test_only_from_a_second_on(path: Path) -> None:
    append(path, line(1) + line(2) + line(3))
    tail = QueueLogTail(path, from_s=2)
    assert seconds(tail.read()) == [2, 3]
    tail.close()


def test_rotation_reads_the_rest_of_the_old_file_first(path: Path) -> None:
    append(path, line(1))
    tail = QueueLogTail(path)
    assert seconds(tail.read()) == [1]
    append(path, line(2))
    path.rename(path.with_suffix(".1"))
    append(path, line(3))
    assert seconds(tail.read()) == [2, 3]
    append(path, line(4))
    assert seconds(tail.read()) == [4]
    tail.close()


def test_rotation_with_nothing_new_yet(path: Path) -> None:
    append(path, line(1))
    tail = QueueLogTail(path)
    tail.read()
    path.rename(path.with_suffix(".1"))
    assert tail.read() == []
    append(path, line(2))
    assert seconds(tail.read()) == [2]
    tail.close()


def test_truncation_starts_again(path: Path) -> None:
    append(path, line(1) + line(2) + line(3))
    tail = QueueLogTail(path)
    tail.read()
    os.truncate(path, 0)
    append(path, line(4))
    assert seconds(tail.read()) == [4]
    tail.close()


def test_bytes_that_are_no_text_and_lines_without_end(path: Path) -> None:
    path.write_bytes(b"\xff\xfe|||\n" + b"x" * 200_000)
    tail = QueueLogTail(path)
    assert tail.read() == []
    append(path, "\n" + line(5))
    assert seconds(tail.read()) == [5]
    tail.close()


def test_a_file_that_may_not_be_read(path: Path) -> None:
    path.mkdir()
    with pytest.raises(OSError, match="queue_log"):
        QueueLogTail(path).read()


def test_close_leaves_no_file_open(path: Path) -> None:
    append(path, line(1))
    tail = QueueLogTail(path)
    tail.read()
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    tail.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before - 1
