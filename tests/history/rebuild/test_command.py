"""`floorwatch rebuild …` as people type it: from the stream, from logs, stopped, killed, and refused."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, delete, select, update
from typer.testing import CliRunner, Result

from collectors import events as e
from collectors.stream import Lease, connect
from dashboard.cli import app
from dashboard.history.historian import LEASE
from dashboard.history.numbers import Numbers, key_of
from dashboard.history.offline import record
from dashboard.store import open_store, upgrade
from dashboard.store.engine import reading, writing
from dashboard.store.schema.history import (
    business_intervals,
    history_cursors,
    history_rebuilds,
    queue_intervals,
    visits,
)
from tests.access.ledger import lines_of
from tests.history.kept import TABLES, kept, whole
from tests.history.rebuild.test_from_queue_log import year
from tests.patience import HANG_S
from tests.redis_server import RedisServer
from tests.replica.recorded import facts, records, writer

Typed = Callable[..., Result]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A site with one switch, and a Redis that is not there."""
    file = tmp_path / "floorwatch.toml"
    file.write_text(f'data = "{tmp_path / "data"}"\n[switches.pbx]\nhost = "127.0.0.1"\nusername = "u"\nsecret = "s"\n')
    return file


@pytest.fixture
def typed(config: Path) -> Typed:
    return lambda *words: CliRunner().invoke(app, ["rebuild", *map(str, words), "--config", str(config)])


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    opened = open_store(f"sqlite:///{tmp_path}/data/floorwatch.sqlite")
    upgrade(opened)
    return opened


def first_half_hour(engine: Engine) -> int:
    with reading(engine) as connection:
        found: int = min(connection.execute(select(queue_intervals.c.start_ms)).scalars())
    return found


def test_the_stream_gives_back_what_was_lost_and_leaves_what_it_cannot_tell(
    valkey: RedisServer, typed: Typed, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOORWATCH_REDIS_URL", valkey.url)
    numbers = Numbers(key_of(tmp_path / "data" / "secrets" / "history.key"))

    async def watched() -> None:
        client = connect(valkey.url)
        written = await writer(client, "pbx")
        day = facts("normal")
        await written.append(day)
        crm = await writer(client, e.BUSINESS_WRITER)
        sold = e.BusinessFact("sale", day[-1].at_ms - 60_000, "PJSIP/1001", "support", 9_900)
        more = msgspec.structs.replace(sold, occurred_ms=day[0].at_ms + 1_000)
        told = (
            e.BusinessTold("crm", "1", sold),
            e.BusinessTold("crm", "2", sold),
            e.BusinessTold("crm", "1", more, sold),
        )
        await crm.append([e.Fact(one, day[-1].at_ms) for one in told])
        record(engine, "main", await records(client), numbers)
        await client.aclose()

    asyncio.run(watched())
    wanted, cursor = whole(engine)
    assert len(wanted["visits"]) > 60
    assert sum(row["amount"] for row in wanted["business_intervals"] if row["measure"] == "sales") == 2
    start_ms = first_half_hour(engine)
    with writing(engine) as connection:
        connection.execute(update(queue_intervals).values(offered=77))
        connection.execute(update(business_intervals).values(amount=77))
        connection.execute(delete(visits).where(visits.c.at_ms >= start_ms + 1_800_000))
    done = typed("stream")
    assert done.exit_code == 0, done.output
    assert "entries read. Written:" in done.stdout
    for row in kept(engine)["queue_intervals"]:
        assert (row["offered"] == 77) == (row["start_ms"] == start_ms)
    assert {row["start_ms"] for row in kept(engine)["business_intervals"] if row["amount"] == 77} <= {start_ms}
    with writing(engine) as connection:
        for table in (*TABLES, history_cursors):
            connection.execute(delete(table))
    done = typed("stream")
    assert done.exit_code == 0, done.output
    again, stands = whole(engine)
    assert again == wanted
    assert stands is not None
    assert cursor is not None
    assert stands[:2] == cursor[:2]

    async def active() -> None:
        client = connect(valkey.url)
        assert await Lease(client, "main", LEASE, ttl_ms=600_000).try_acquire()
        await client.aclose()

    asyncio.run(active())
    for words in (("stream",), ("queue-log", "tests/recordings/small/queue_log")):
        refused = typed(*words)
        assert refused.exit_code == 1
    assert "A historian of main is active: stop floorwatch history first." in typed("stream").stderr


def test_a_log_is_gone_on_with_after_ctrl_c_and_kill_9(
    config: Path, typed: Typed, engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    year(folder, 30)

    def cut_by(number: signal.Signals) -> tuple[int, str]:
        command = [sys.executable, "-m", "dashboard.cli", "rebuild", "queue-log", str(folder), "--config", str(config)]
        before = position(engine)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            deadline = time.monotonic() + HANG_S
            while position(engine) == before and process.poll() is None:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(number)
            said, _ = process.communicate(timeout=HANG_S)
        return process.returncode, said

    code, said = cut_by(signal.SIGINT)
    assert (code, "go on from there" in said) == (0, True), said
    assert position(engine)
    assert cut_by(signal.SIGKILL)[0] == -signal.SIGKILL
    other = typed("queue-log", "tests/recordings/small/queue_log")
    assert other.exit_code == 1
    assert "give it up with --anew" in other.stderr
    done = typed("queue-log", folder)
    assert done.exit_code == 0, done.output
    assert "11,010 lines read (from line " in done.stdout
    assert "names are nobody's that the floor or the directory knows (Alice Martin, " in done.stdout
    cut = kept(engine)
    assert typed("queue-log", folder, "--anew").exit_code == 0
    assert kept(engine) == cut
    assert position(engine) == ""
    assert [line.action for line in lines_of(engine)] == ["history.rebuilt"] * 2


def position(engine: Engine) -> str:
    with reading(engine) as connection:
        return connection.execute(select(history_rebuilds.c.position)).scalar() or ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "nowhere: there is no such file."),
        (["west=tests/recordings/small/queue_log"], "there is no switch west in the settings (pbx)"),
        ([], "No switch has a queue_log in the settings"),
        (["tests/recordings/small/queue_log", "--until", "2020-01-01"], "there is nothing to make"),
        (["tests/recordings/small/queue_log", "--names", "pyproject.toml"], "pyproject.toml, line 1: write the name"),
    ],
)
def test_each_bad_word_has_its_sentence(typed: Typed, words: list[str], sentence: str) -> None:
    refused = typed("queue-log", *words)
    assert (refused.exit_code, sentence in refused.stderr) == (1, True), refused.output


def test_names_of_a_file_join_what_was_done_with_its_interface(typed: Typed, engine: Engine, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("﻿Alice Martin,PJSIP/1001\n\nDave Lee, PJSIP/1004\n", encoding="utf-8")
    done = typed("queue-log", "tests/recordings/small/queue_log", "--names", names)
    assert done.exit_code == 0, done.output
    agents = {row["agent"] for row in kept(engine)["agent_intervals"]}
    assert {"PJSIP/1001", "PJSIP/1004", "Erin Fox"} <= agents
    assert not agents & {"Alice Martin", "Dave Lee"}
