"""A rebuild from the recordings' own queue_log gives what live folding gave, where the log knows; interrupted or not."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, Table, select

from collectors.asterisk.log_facts import Name
from collectors.asterisk.recording import entries
from collectors.events import SETTINGS_WRITER, Entry, FloorSettings, QueueSettings, SettingsChanged
from dashboard.floor.counters import AGENT_NAMES, QUEUE_NAMES
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.history.numbers import Numbers
from dashboard.history.offline import numbered, record
from dashboard.history.rebuild import LogFiles, LogSource, Made, RebuildError, Rebuilding, Wish
from dashboard.store.coverage import QUEUE_LOG, lacking
from dashboard.store.engine import reading, writing
from dashboard.store.schema.history import (
    agent_intervals,
    agent_states,
    history_rebuilds,
    offers,
    own_calls,
    queue_intervals,
    visits,
)

RECORDINGS = Path("tests/recordings")
SETTINGS = FloorSettings(default_queue=QueueSettings(wrap_up_s=5))
NUMBERS = Numbers(b"k" * 32)
END_MS = 1 << 60
TABLES = (visits, offers, own_calls, agent_states, queue_intervals, agent_intervals)

Row = dict[str, Any]


def rows_of(engine: Engine, table: Table, site: str) -> list[Row]:
    keys = [column for column in table.columns if column.name != "id"]
    with reading(engine) as connection:
        rows = connection.execute(select(*keys).where(table.c.site == site)).mappings().all()
    return sorted((dict(row) for row in rows), key=lambda row: repr([row[key.name] for key in keys]))


def live(engine: Engine, recording: str) -> Floor:
    """What the historian would have written of it, under the site `live`."""
    told = Entry("live", SETTINGS_WRITER, "", 1, 1, 0, SettingsChanged(SETTINGS))
    return record(engine, "live", numbered([told, *entries(RECORDINGS / recording)]), NUMBERS)


def names_of(floor: Floor) -> list[Name]:
    return [(agent.id, agent.name, "") for agent in floor.agents.values() if agent.name]


def rebuilt(
    engine: Engine,
    logs: list[LogFiles],
    names: Iterable[Name] = (),
    *,
    wish: Wish | None = None,
    at_once: int = 20_000,
    **more: Any,
) -> tuple[Made, LogSource]:
    source = LogSource("log", logs, {log.switch: list(names) for log in logs})
    wished = wish or Wish("these logs", QUEUE_LOG, 0, END_MS)
    rebuilding = Rebuilding(engine, "log", NUMBERS, SETTINGS, lines_at_once=at_once, **more)
    return rebuilding.run(source, wished), source


def half_hours(rows: Iterable[Row], table: Table, columns: Iterable[str], *, keys: tuple[str, ...]) -> dict[Any, Row]:
    """Only what a log knows: talk with its holds, offers that came to nothing whichever way."""
    known = [name for name in columns if name not in lacking(QUEUE_LOG, table)]
    found = {}
    for row in rows:
        kept = {name: row[name] for name in known}
        kept["talk_s"] = row["talk_s"] + row["hold_s"]
        kept["missed"] = row["missed"] + row["rejected"]
        if any(kept.values()):
            found[tuple(row[key] for key in keys)] = kept
    return found


@pytest.mark.parametrize("recording", ["small", "normal", "exits", "nasty"])
def test_the_half_hours_of_a_log_are_those_of_live_folding_where_the_log_knows(recording: str, tmp_path: Path) -> None:
    engine = _sqlite(tmp_path)
    floor = live(engine, recording)
    names = [*names_of(floor), *_NAMES_OF.get(recording, [])]
    made, source = rebuilt(engine, [LogFiles.found("switch", [RECORDINGS / recording / "queue_log"])], names)
    assert made.lines > 40
    assert source.unknown_names == []
    for table, columns in ((queue_intervals, QUEUE_NAMES), (agent_intervals, AGENT_NAMES)):
        is_agents = table is agent_intervals
        keys = ("agent", "start_ms", "queue") if is_agents else ("queue", "start_ms")
        # Of a transfer by the phone itself, or by a manager, the log has no line; and its clock has whole seconds.
        apart = {"transferred_out", "transferred_in", "transfers", "last_call_ms", "longest_s", "paused_ms"}
        asked = [name for name in columns if name not in apart]
        was, now = (rows_of(engine, table, site) for site in ("live", "log"))
        live_rows, log_rows = (half_hours(rows, table, asked, keys=keys) for rows in (was, now))
        # What was passed on is timed by the log in whole seconds of its own.
        apart_s = {
            key: live_rows[key].pop("talk_s") - log_rows[key].pop("talk_s")
            for key in live_rows.keys() & log_rows.keys()
        }
        assert max(map(abs, apart_s.values())) <= 1
        assert log_rows == live_rows
        assert {row["coverage"] for row in now} == {QUEUE_LOG}
        assert not any(row[name] for row in now for name in lacking(QUEUE_LOG, table))
    by_start = {(row["queue"], row["start_ms"]): row for row in rows_of(engine, queue_intervals, "live")}
    for row in rows_of(engine, queue_intervals, "log"):
        for waits in ("waits_answered", "waits_abandoned", "waits_left", "max_wait_s"):
            assert row[waits] == by_start[row["queue"], row["start_ms"]][waits]
    told = {(row["call"], row["visit"]): row for row in rows_of(engine, visits, "live")}
    for row in rows_of(engine, visits, "log"):
        was_row = told[row["call"], row["visit"]]
        for name in ("queue", "wait_s", "outcome", "reason", "agent", "is_repeat", "number_hash", "ended_by"):
            assert row[name] == was_row[name], (name, row["call"])
        if row["talk_s"] is not None or was_row["talk_s"] is not None:
            assert abs(row["talk_s"] - was_row["talk_s"] - was_row["hold_s"]) <= (row["ended_by"] == "transfer")
        assert row["hold_s"] is row["wrap_ms"] is row["caller_name"] is None
        assert row["coverage"] == QUEUE_LOG
    assert {row["state"] for row in rows_of(engine, agent_states, "log")} <= {"talking", "paused"}
    assert rows_of(engine, own_calls, "log") == []
    engine.dispose()


_NAMES_OF: dict[str, list[Name]] = {
    "nasty": [("PJSIP/1008", "Heidi Sand", ""), ("PJSIP/1008", '张伟 "H", x', "")],
}
"""He was renamed while it was recorded."""


def _sqlite(folder: Path) -> Engine:
    from tests.store.databases import Databases

    made = Databases("sqlite", folder)
    from dashboard.store import open_store

    return open_store(made.migrated())


class _Cut(Exception):  # noqa: N818
    """The process is gone."""


def year(folder: Path, copies: int = 5) -> list[Path]:
    """The `normal` recording's log again and again, an hour and a half apart, in files as logrotate leaves them."""
    lines = (RECORDINGS / "normal" / "queue_log").read_text(encoding="utf-8").splitlines()
    files = []
    for number in range(copies):
        shift_s = number * 5_400
        text = "".join(f"{_shifted(line, shift_s)}\n" for line in lines)
        path = folder / f"queue_log.{copies - number}{'.gz' if number % 2 else ''}"
        path.write_bytes(gzip.compress(text.encode()) if number % 2 else text.encode())
        files.append(path)
    return files


def _shifted(line: str, by_s: int) -> str:
    second, call, *rest = line.split("|")
    head, dot, tail = call.partition(".")
    moved = f"{int(head) + by_s}{dot}{tail}" if dot and head.isdigit() else call
    return "|".join([str(int(second) + by_s), moved, *rest])


def test_a_rebuild_that_is_cut_again_and_again_gives_the_same_rows(engine: Engine, tmp_path: Path) -> None:
    """Files named in any order, two of three packed, on both databases."""
    paths = year(tmp_path)
    logs = [LogFiles.found("pbx", [*paths[2:], *paths[:2]])]
    whole, _ = rebuilt(engine, logs)
    wanted = {table.name: rows_of(engine, table, "log") for table in TABLES}
    assert whole.lines == 5 * 367
    assert len(wanted["visits"]) == whole.rows["visits"] > 5 * 60
    assert len({row["start_ms"] for row in wanted["queue_intervals"]}) >= 5

    cuts = 0
    steps: Iterator[int] = iter(range(1, 10_000))

    def cut(_done: int, _total: int, _lines: int) -> None:
        if next(steps) % 4 == 0:
            raise _Cut

    made = None
    while made is None:
        try:
            made, _ = rebuilt(engine, [LogFiles.found("pbx", paths)], wish=_wish("again"), at_once=100, progress=cut)
        except _Cut:
            cuts += 1
    assert cuts > 3
    assert made.was_resumed
    assert made.new < made.lines == whole.lines
    assert {table.name: rows_of(engine, table, "log") for table in TABLES} == wanted
    with reading(engine) as connection:
        assert connection.execute(select(history_rebuilds)).first() is None


def _wish(words: str, from_ms: int = 0, until_ms: int = END_MS) -> Wish:
    return Wish(words, QUEUE_LOG, from_ms, until_ms)


def test_what_was_watched_live_stays_and_another_rebuild_is_not_mixed_in(engine: Engine, tmp_path: Path) -> None:
    paths = year(tmp_path, 4)
    log = LogFiles.found("pbx", [tmp_path])
    until_ms = (log.files[2].first_s - 600) * 1000
    rebuilt(engine, [log])
    with writing(engine) as connection:
        connection.execute(
            queue_intervals.update().where(queue_intervals.c.start_ms >= until_ms).values(coverage="live", offered=99)
        )
    before = rows_of(engine, queue_intervals, "log")
    rebuilt(engine, [LogFiles.found("pbx", paths[:3])], wish=_wish("these", 0, until_ms))
    assert rows_of(engine, queue_intervals, "log") == before
    assert all(
        (row["at_ms"] < until_ms) == (row["call"] < str(until_ms // 1000)) for row in rows_of(engine, visits, "log")
    )

    def cut(*_: int) -> None:
        raise _Cut

    with pytest.raises(_Cut):
        rebuilt(engine, [log], wish=_wish("one"), at_once=10, progress=cut)
    with pytest.raises(RebuildError, match="not done"):
        rebuilt(engine, [log], wish=_wish("another"))


def test_two_switches_with_the_same_extensions_are_folded_side_by_side(tmp_path: Path) -> None:
    engine = _sqlite(tmp_path)
    for switch in ("east", "west"):
        (tmp_path / switch).mkdir()
        year(tmp_path / switch, 2)
    logs = [LogFiles.found(switch, [tmp_path / switch]) for switch in ("east", "west")]
    rebuilt(engine, logs, [("PJSIP/1001", "Alice Martin", "")])
    found = rows_of(engine, visits, "log")
    east, west = ([row["call"] for row in found if row["switch"] == switch] for switch in ("east", "west"))
    assert east == west
    assert len(east) > 120
    single = _sqlite(tmp_path)
    rebuilt(single, logs[:1], [("PJSIP/1001", "Alice Martin", "")])
    both = {(row["queue"], row["start_ms"]): row["offered"] for row in rows_of(engine, queue_intervals, "log")}
    one = {(row["queue"], row["start_ms"]): row["offered"] for row in rows_of(single, queue_intervals, "log")}
    assert both == {key: 2 * offered for key, offered in one.items()}
    for opened in (engine, single):
        opened.dispose()


def test_each_bad_input_has_its_sentence(tmp_path: Path) -> None:
    good = year(tmp_path, 3)
    packed = tmp_path / "queue_log.2.gz"
    broken = tmp_path / "broken.gz"
    broken.write_bytes(packed.read_bytes()[:-2000] + b"\0" * 40)
    words = tmp_path / "words"
    words.write_text("no such thing\n" * 50)
    for paths, sentence in (
        ([tmp_path / "none"], "there is no such file"),
        ([words], "holds no line of a queue_log"),
        ([tmp_path / "empty"], "no file that begins with queue_log"),
        ([good[0], good[0]], "named twice"),
    ):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(RebuildError, match=sentence):
            LogFiles.found("pbx", paths)
    with pytest.raises(RebuildError, match="is damaged behind byte"):
        list(LogFiles.found("pbx", [broken]).lines())
    copy = tmp_path / "queue_log.copy"
    copy.write_bytes(good[0].read_bytes() + good[2].read_bytes())
    with pytest.raises(RebuildError, match="begins before the file before it ends"):
        list(LogFiles.found("pbx", [copy, *good]).lines())


def test_a_log_that_holds_anything_raises_nothing(tmp_path: Path) -> None:
    """Cut lines, other programs' lines, clocks that jump, names of every kind."""
    engine = _sqlite(tmp_path)
    lines = (RECORDINGS / "nasty" / "queue_log").read_text(encoding="utf-8", errors="replace").splitlines()
    strange = (
        [line[: len(line) * (number % 7) // 6] for number, line in enumerate(lines)]
        + lines[::-1]
        + ["|||||", "1|2|3|4|CONNECT|x|y|z"]
    )
    (tmp_path / "queue_log").write_text("\n".join(lines[:3] + strange + lines), encoding="utf-8")
    made, _ = rebuilt(engine, [LogFiles.found("pbx", [tmp_path / "queue_log"])], at_once=50)
    assert made.lines > 800
    assert msgspec.msgpack.decode(rows_of(engine, queue_intervals, "log")[0]["waits_answered"]) is not None
    engine.dispose()


def test_a_floor_that_is_folded_elsewhere_is_not_changed() -> None:
    """The recorder is taken off at the end: whoever folds on pays nothing."""
    floor = Floor("x")
    for entry in list(entries(RECORDINGS / "small"))[:50]:
        fold(floor, entry)
    assert floor.derived.recorder is None
