"""The audit log is written as it promises: one line with each change, without a hole, one line each, no whole number, one writer."""

from __future__ import annotations

import json
import logging
import socket
import stat
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from dashboard.access.actor import Actor, Grant, system
from dashboard.access.audit import Audit, Target
from dashboard.access.audit_anchor import Anchor, Head
from dashboard.access.audit_line import FIRST_HASH
from dashboard.access.audit_repeats import DIFFERENT
from dashboard.access.permissions import Permission, Role
from dashboard.store import StoreError, open_store
from dashboard.store.engine import reading
from dashboard.store.schema import teams
from tests.access.ledger import Clock, lines_of
from tests.patience import HANG_S

WANG = Actor("person", "a1", "王芳", (Grant.of(Role.SUPERVISOR),), account_id="a1", address="10.0.0.9")


def test_a_change_and_its_line_are_one_transaction(audit: Audit) -> None:
    with audit.writing() as connection:
        connection.execute(teams.insert().values(id="sales"))
        audit.append(
            connection,
            WANG,
            "team.added",
            Target("team", "sales", "销售"),
            reason="新组",
            details={"after": {"id": "sales"}},
        )

    def fail_halfway() -> None:
        with audit.writing() as connection:
            connection.execute(teams.insert().values(id="support"))
            audit.append(connection, WANG, "team.added", Target("team", "support"))
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        fail_halfway()
    (line,) = lines_of(audit.engine)
    assert (line.seq, line.actor_name, line.role, line.action, line.reason) == (
        1,
        "王芳",
        "supervisor",
        "team.added",
        "新组",
    )
    assert (line.target_kind, line.target_id, line.target_name, line.address, line.result) == (
        "team", "sales", "销售", "10.0.0.9", "ok",
    )  # fmt: skip
    assert json.loads(line.details) == {"after": {"id": "sales"}}
    with reading(audit.engine) as connection:
        assert connection.execute(select(teams.c.id)).scalars().all() == ["sales"]


def test_rows_changed_without_a_line_are_not_changed(audit: Audit) -> None:
    with pytest.raises(RuntimeError, match="without a line"), audit.writing() as connection:
        connection.execute(teams.insert().values(id="sales"))
    with audit.writing() as connection:  # nothing changed: nothing to say
        connection.execute(teams.update().where(teams.c.id == "nobody").values(name_zh="x"))
    with reading(audit.engine) as connection:
        assert connection.execute(select(teams.c.id)).scalars().all() == []
    assert lines_of(audit.engine) == []


def test_a_line_outside_its_transaction_is_refused(audit: Audit) -> None:
    with audit.engine.connect() as connection, pytest.raises(RuntimeError, match="did not open"):
        audit.append(connection, WANG, "team.added")


def test_each_line_holds_the_hash_of_the_one_before(audit: Audit) -> None:
    for n in range(3):
        audit.record(WANG, "account.sign_in", details={"n": n})
    first, second, third = lines_of(audit.engine)
    assert [first.previous_hash, second.previous_hash, third.previous_hash] == [FIRST_HASH, first.hash, second.hash]
    assert [line.hash for line in (first, second, third)] == [line.hash_of_fields() for line in (first, second, third)]
    assert [head.hash for head in _anchored(audit)] == [first.hash, second.hash, third.hash]


def test_many_writers_leave_no_hole(audit: Audit, database_url: str) -> None:
    """Two engines with four threads each: as web workers and gateways write, all at once."""
    engines = [open_store(database_url) for _ in range(2)]

    def write(engine: Engine) -> None:
        room = Audit(engine, audit.anchor, now_ms=audit.now_ms)
        for _ in range(5):
            room.record(WANG, "account.sign_in")

    threads = [threading.Thread(target=write, args=(engine,)) for engine in engines for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = lines_of(audit.engine)
    assert [line.seq for line in lines] == list(range(1, 41))
    assert all(line.previous_hash == before.hash for before, line in pairwise(lines))
    assert {head.seq for head in _anchored(audit)} == set(range(1, 41))
    for engine in engines:
        engine.dispose()


def test_a_line_is_one_line_whatever_comes_in(audit: Audit) -> None:
    hostile = "a\r\nSet-Cookie: x\x00\x1b[2J\u202egnp\u2028b\ud800"
    actor = Actor("person", "a\n1", hostile, address="1.2.3.4\r\nX: y")
    audit.record(
        actor, "account.sign_in", Target("account", hostile, hostile), reason=hostile, details={hostile: [hostile]}
    )
    (line,) = lines_of(audit.engine)
    for value in (
        line.actor_id,
        line.actor_name,
        line.target_id,
        line.target_name,
        line.reason,
        line.address,
        line.details,
    ):
        assert value.isprintable(), value
    assert line.hash == line.hash_of_fields()
    with pytest.raises(ValueError, match=r"room\.deed"):
        audit.record(WANG, "account.sign_in\nx")


def test_a_line_has_a_bounded_size(audit: Audit) -> None:
    deep: dict[str, object] = {}
    deep["again"] = deep
    details = {"text": "x" * 10_000, "many": list(range(10_000)), "bytes": b"secret", "deep": deep, "far": float("inf")}
    audit.record(WANG, "queue.changed", Target("queue", "q" * 999, "n" * 999), reason="r" * 9999, details=details)
    audit.record(WANG, "queue.changed", details={str(n): "x" * 500 for n in range(99)})
    line, huge = lines_of(audit.engine)
    assert (len(line.target_id), len(line.target_name), len(line.reason)) == (200, 200, 500)
    kept = json.loads(line.details)
    assert (len(kept["text"]), kept["many"][-1], kept["bytes"], kept["far"]) == (500, "… +9900", "6 bytes", "inf")
    assert json.loads(huge.details)["left_out"] > 20_000


def test_no_line_holds_a_whole_number(audit: Audit) -> None:
    audit.record(
        WANG, "number.revealed", Target("visit", "17", "13812345678"), reason="回拨13812345678，或 0571-88889999。也可 88889999",
        details={"caller": "+86 138 1234 5678", "channel": "1700000000.123", "on": "2026-11-21 23:50", "ms": 1700000000000},
    )  # fmt: skip
    (line,) = lines_of(audit.engine)
    assert line.target_name == "138****5678"
    assert line.reason == "回拨138****5678，或 0571-****9999。也可 ****9999"
    assert json.loads(line.details) == {
        "caller": "+86 13****5678", "channel": "1700000000.123", "on": "2026-11-21 23:50", "ms": 1700000000000,
    }  # fmt: skip


def test_the_same_from_elsewhere_is_another_denial(audit: Audit) -> None:
    for address in ("10.0.0.9", "10.0.0.9", "203.0.113.5"):
        audit.denied(Actor("person", "a1", "王芳", address=address), "audit.view", Target("route", "audit"))
    assert [line.address for line in lines_of(audit.engine)] == ["10.0.0.9", "203.0.113.5"]


def test_the_same_denial_is_counted_not_repeated(audit: Audit, clock: Clock) -> None:
    for _ in range(50):
        audit.denied(WANG, Permission.AUDIT_VIEW, "/audit/")
    audit.denied(WANG, Permission.AUDIT_EXPORT)
    assert [(line.action, line.result, line.target_id) for line in lines_of(audit.engine)] == [
        ("audit.view", "denied", "/audit/"), ("audit.export", "denied", ""),
    ]  # fmt: skip
    clock.ms += 60_000
    audit.record(WANG, "account.sign_in")  # any other line brings the count with it
    counted = lines_of(audit.engine)[2]
    assert (counted.action, counted.result, json.loads(counted.details)) == (
        "audit.view", "denied", {"repeated": 49, "within_s": 60},
    )  # fmt: skip
    audit.denied(WANG, Permission.AUDIT_VIEW, "/audit/")
    assert len(lines_of(audit.engine)) == 5


def test_nobody_floods_the_log_with_different_denials(audit: Audit, clock: Clock) -> None:
    for n in range(200):
        audit.denied(WANG, Permission.SCREENS_MANAGE, Target("screen", f"{n}"))
    audit.denied(Actor("person", "a2", "李雷", address="10.0.0.10"), Permission.SCREENS_MANAGE, Target("screen", "1"))
    lines = lines_of(audit.engine)
    assert [line.action for line in lines] == ["screens.manage"] * DIFFERENT + ["access.denied", "screens.manage"]
    clock.ms += 60_000
    audit.tell_repeats()
    assert json.loads(lines_of(audit.engine)[-1].details) == {"repeated": 200 - DIFFERENT - 1, "within_s": 60}


def test_a_denial_stands_while_the_database_is_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "floor.sqlite").mkdir()
    room = Audit(open_store(f"sqlite:///{tmp_path}/floor.sqlite"), Anchor(tmp_path / "heads"))
    room.denied(WANG, Permission.AUDIT_VIEW)
    assert "not on record" in caplog.text
    with pytest.raises(StoreError):
        room.record(WANG, "number.revealed")


def test_the_anchor_is_private_and_one_line_a_commit(audit: Audit) -> None:
    with audit.writing() as connection:
        audit.append(connection, WANG, "team.added")
        audit.append(connection, WANG, "team.changed")
    assert audit.anchor.path.read_text().split(" ")[0] == "2"
    assert audit.anchor.path.read_text().count("\n") == 1
    assert stat.S_IMODE(audit.anchor.path.stat().st_mode) == 0o600
    with audit.anchor.path.open("a") as file:
        file.write("3 half a li")  # a process that was killed in its write
    audit.record(system("test"), "account.sign_in")
    found = audit.anchor.read()
    assert found is not None
    assert ([head.seq for head in found.heads], found.unreadable) == ([2, 3], (2,))


def test_an_anchor_that_cannot_be_written_is_said_and_the_change_stands(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = Audit(engine, Anchor(tmp_path, syslog="/nonexistent/log"))
    with caplog.at_level(logging.ERROR):
        room.record(WANG, "account.sign_in")
    assert [record.getMessage().split(" in ")[0].split(" to ")[0][:32] for record in caplog.records] == [
        "The audit log's head 1 " + lines_of(engine)[0].hash[:9]
    ] * 2
    assert len(lines_of(engine)) == 1


def test_the_head_reaches_syslog(engine: Engine, tmp_path: Path) -> None:
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as net,
    ):
        local.bind(str(tmp_path / "log"))
        net.bind(("127.0.0.1", 0))
        for server, address in ((local, str(tmp_path / "log")), (net, f"127.0.0.1:{net.getsockname()[1]}")):
            server.settimeout(HANG_S)
            room = Audit(engine, Anchor(tmp_path / "heads", address), now_ms=lambda: 1_700_000_000_000)
            seq = room.record(WANG, "account.sign_in")
            line = lines_of(engine)[-1]
            assert server.recv(512).decode() == f"<86>floorwatch-audit: {seq} {line.hash} 2023-11-14T22:13:20.000Z"


def test_a_savepoint_that_is_taken_back_leaves_no_hole(audit: Audit) -> None:
    with audit.writing() as connection:
        inner = connection.begin_nested()
        audit.append(connection, WANG, "team.added")
        inner.rollback()
        connection.execute(text("INSERT INTO teams (id) VALUES ('sales')"))
        audit.append(connection, WANG, "team.changed")
    assert [(line.seq, line.action) for line in lines_of(audit.engine)] == [(1, "team.changed")]


def _anchored(audit: Audit) -> tuple[Head, ...]:
    found = audit.anchor.read()
    assert found is not None
    return found.heads


def test_a_link_in_the_anchors_place_is_not_followed(audit: Audit, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("kept\n")
    audit.anchor.path.symlink_to(elsewhere)
    assert not audit.anchor.keep(Head(1, "f" * 64, 1_700_000_000_000))
    assert elsewhere.read_text() == "kept\n"
