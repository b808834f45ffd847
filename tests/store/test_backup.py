"""Backup and restore: everything comes back, on either database and across; what is damaged or breaks off changes nothing."""

from __future__ import annotations

import io
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, Engine, insert, select, text, update

from dashboard.access.actor import Actor, system
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor, Head
from dashboard.access.audit_check import verify
from dashboard.access.audit_restore import take_over
from dashboard.store import Checkpoints, StoreError, open_store
from dashboard.store.backup import back_up, restore
from dashboard.store.backup_file import BackupError, Manifest
from dashboard.store.engine import reading, writing
from dashboard.store.migrate import newest, revision_of, upgrade_to
from dashboard.store.schema import audit_lines, queues, settings_outbox, teams
from tests.access.ledger import lines_of
from tests.store.databases import Databases
from tests.store.filling import contents, fill

WANG = Actor("person", "a1", "王芳")
MADE_AT_MS = 1_700_000_000_000
Open = Callable[[str], Engine]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens databases that are closed at the end."""
    engines: list[Engine] = []

    def open_one(url: str) -> Engine:
        engines.append(open_store(url))
        return engines[-1]

    yield open_one
    for engine in engines:
        engine.dispose()


@pytest.fixture
def filled(engine: Engine, tmp_path: Path) -> Engine:
    """A database with rows everywhere and five lines in its audit log."""
    fill(engine)
    room = _audit(engine, tmp_path)
    for _ in range(5):
        room.record(WANG, "queue.changed", details={"号码": "13812345678"})
    return engine


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_everything_comes_back_in_either_database(
    filled: Engine, other: str, opened: Open, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "floor.backup"
    written = back_up(filled, file, MADE_AT_MS)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    target_databases = Databases(other, tmp_path)  # type: ignore[arg-type]
    request.addfinalizer(target_databases.close)
    target = opened(target_databases.empty())
    assert restore(target, file, replaces=False) == written
    assert contents(target) == contents(filled)
    assert all(contents(target).values())
    tokens = next(table for table in written.tables if table.name == "api_tokens")
    assert "scope" in {column.name for column in tokens.columns}, "a token without its limit would reach everything"
    assert revision_of(target) == newest()
    with writing(target) as connection:  # numbering goes on after the highest number
        connection.execute(text("DELETE FROM account_roles WHERE id < (SELECT max(id) FROM account_roles)"))
    Checkpoints(target, "north", 1).save("1-0", b"s", 0)


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_rows_are_numbered_on_after_a_restore(
    filled: Engine, other: str, opened: Open, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Else the first thing that somebody does there fails, with a number that is taken."""
    file = tmp_path / "floor.backup"
    back_up(filled, file, MADE_AT_MS)
    target_databases = Databases(other, tmp_path)  # type: ignore[arg-type]
    request.addfinalizer(target_databases.close)
    target = opened(target_databases.empty())
    restore(target, file, replaces=False)
    row = {"site": "main", "made_at_ms": MADE_AT_MS, "made_by": "tests", "settings": b"x"}
    with writing(target) as connection:
        taken = set(connection.execute(select(settings_outbox.c.id)).scalars())
        made = connection.execute(insert(settings_outbox).values(row)).inserted_primary_key
        assert made is not None
        assert taken
        assert made[0] > max(taken)


def test_what_is_written_meanwhile_is_not_in_it(filled: Engine, tmp_path: Path) -> None:
    """All tables as they were at one moment: the writer comes after the first table, before the last."""
    before = contents(filled)
    file = tmp_path / "floor.backup"
    import dashboard.store.backup as room

    taken = room._rows
    names: list[str] = []

    def disturbed(connection: Connection, table: object) -> object:
        names.append(str(table))
        if len(names) == 2:
            with writing(filled) as other:
                other.execute(update(queues).values(name_en="later"))
                other.execute(insert(teams).values(id="later"))
        return taken(connection, table)  # type: ignore[arg-type]

    room._rows = disturbed  # type: ignore[assignment]
    try:
        back_up(filled, file, MADE_AT_MS)
    finally:
        room._rows = taken
    assert contents(filled) != before
    restore(filled, file, replaces=True)
    assert contents(filled) == before


def test_a_database_that_holds_something_is_only_replaced_if_that_is_wanted(filled: Engine, tmp_path: Path) -> None:
    file = tmp_path / "floor.backup"
    back_up(filled, file, MADE_AT_MS)
    with writing(filled) as connection:
        connection.execute(insert(teams).values(id="later"))
    after = contents(filled)
    with pytest.raises(BackupError, match="is not empty"):
        restore(filled, file, replaces=False)
    assert contents(filled) == after
    restore(filled, file, replaces=True)
    assert ("later", "", "", None) not in contents(filled)["teams"]


def test_a_backup_of_the_previous_schema_is_migrated(databases: Databases, opened: Open, tmp_path: Path) -> None:
    old = opened(databases.empty())
    with writing(old) as connection:
        upgrade_to(connection, "0001")
    Checkpoints(old, "main", 3).save("1700000000000-2", b"state", 1)
    back_up(old, tmp_path / "old.backup", MADE_AT_MS)
    new = opened(databases.empty())
    restore(new, tmp_path / "old.backup", replaces=False)
    assert revision_of(new) == newest()
    assert contents(new)["api_tokens"] == []
    found = Checkpoints(new, "main", 3).load("1700000000000-2")
    assert found is not None
    assert found.state == b"state"


def test_the_chain_is_intact_and_says_what_the_backup_did_not_have(filled: Engine, tmp_path: Path) -> None:
    file, room = tmp_path / "floor.backup", _audit(filled, tmp_path)
    back_up(filled, file, MADE_AT_MS)
    for _ in range(3):
        room.record(WANG, "team.changed")
    _restore_with_audit(filled, file, tmp_path)
    assert [line.action for line in lines_of(filled)] == ["queue.changed"] * 5 + ["database.restored"]
    report = verify(filled, room.anchor, room.now_ms())
    assert report.is_intact
    assert [(note.word, note.seq, note.to) for note in report.notes] == [("restored", 6, 8)]
    _restore_with_audit(filled, file, tmp_path)  # the same again
    room.record(WANG, "team.changed")
    report = verify(filled, room.anchor, room.now_ms())
    assert (report.broken, report.anchored, report.last) == ((), 7, 7)


def test_a_backup_with_a_broken_log_is_refused_unless_that_is_accepted(filled: Engine, tmp_path: Path) -> None:
    with writing(filled) as connection:
        connection.execute(update(audit_lines).where(audit_lines.c.seq == 2).values(reason="forged"))
    file = tmp_path / "floor.backup"
    back_up(filled, file, MADE_AT_MS)
    with writing(filled) as connection:
        connection.execute(insert(teams).values(id="later"))
    before = contents(filled)
    with pytest.raises(BackupError, match=r"Line 2 was changed.*--accept-broken-log"):
        _restore_with_audit(filled, file, tmp_path)
    assert contents(filled) == before
    _restore_with_audit(filled, file, tmp_path, accepts_broken=True)
    assert "Line 2 was changed" in lines_of(filled)[-1].details


def _cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _one_byte(body: bytes) -> bytes:
    middle = body.index(b"tables/people.ndjson") + 60
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def _repacked(change: Callable[[str, bytes], bytes | None]) -> Callable[[bytes], bytes]:
    """A zip that is whole as a zip, with other members."""

    def repack(body: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(made, "w") as new:
            for name in old.namelist():
                changed = change(name, old.read(name))
                if changed is not None:
                    new.writestr(name, changed)
        return made.getvalue()

    return repack


def _manifest(**values: object) -> Callable[[bytes], bytes]:
    def change(name: str, body: bytes) -> bytes:
        if name != "manifest.json":
            return body
        return msgspec.json.encode(msgspec.json.decode(body) | values)

    return _repacked(change)


DAMAGES: list[tuple[Callable[[bytes], bytes], str]] = [
    (_cut, "damaged, or is none"),
    (lambda _: b"", "damaged, or is none"),
    (lambda _: b"nonsense" * 100, "damaged, or is none"),
    (_one_byte, "damaged"),
    (
        _repacked(lambda name, body: body.replace("王芳".encode(), "李雷".encode()) if "people" in name else body),
        "people",
    ),
    (_repacked(lambda name, body: body.split(b"\n")[0] + b"\n" if "queues" in name else body), "queues"),
    (_repacked(lambda name, body: b'["short"]\n' if "queues" in name else body), "damaged"),
    (_repacked(lambda name, body: None if "queues" in name else body), "queues"),
    (_repacked(lambda name, body: None if name == "manifest.json" else body), "manifest"),
    (_manifest(format="other"), "no backup of this product"),
    (_manifest(version=99), "newer release"),
    (_manifest(revision="9999"), "newer release"),
    (_manifest(tables=7), "damaged"),
]
"""What is done to the file, and a word of the sentence that refuses it."""


def test_a_damaged_file_is_refused_in_words_and_nothing_changes(filled: Engine, tmp_path: Path) -> None:
    file = tmp_path / "floor.backup"
    back_up(filled, file, MADE_AT_MS)
    whole, before = file.read_bytes(), contents(filled)
    for damage, words in DAMAGES:
        file.write_bytes(damage(whole))
        with pytest.raises(BackupError, match=words):
            restore(filled, file, replaces=True)
        assert contents(filled) == before
    file.write_bytes(whole)
    restore(filled, file, replaces=True)


def test_files_that_cannot_be_are_told_in_words(filled: Engine, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no such file"):
        restore(filled, tmp_path / "none", replaces=True)
    with pytest.raises(BackupError, match="cannot be read"):
        restore(filled, tmp_path, replaces=True)
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(filled, tmp_path / "no folder" / "x", MADE_AT_MS)
    (tmp_path / "there").write_text("")
    with pytest.raises(BackupError, match="name a new file"):
        back_up(filled, tmp_path / "there", MADE_AT_MS)


def test_a_backup_that_fails_leaves_no_file(databases: Databases, opened: Open, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is empty"):
        back_up(opened(databases.empty()), tmp_path / "floor.backup", MADE_AT_MS)
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


_KILLED = """
import sys, time
from pathlib import Path
from dashboard.store import open_store
from dashboard.store.backup import restore
def then(connection, manifest):
    print("all rows are in", flush=True)
    time.sleep(60)
restore(open_store(sys.argv[1]), Path(sys.argv[2]), replaces=True, then=then)
"""


def test_a_restore_that_is_killed_leaves_nothing_half_done(filled: Engine, database_url: str, tmp_path: Path) -> None:
    """kill -9 when all is replaced and only the commit is missing."""
    file = tmp_path / "floor.backup"
    back_up(filled, file, MADE_AT_MS)
    with writing(filled) as connection:
        connection.execute(insert(teams).values(id="later"))
    before = contents(filled)
    filled.dispose()
    process = subprocess.Popen([sys.executable, "-c", _KILLED, database_url, str(file)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"all rows are in\n"
    process.kill()
    process.wait()
    process.stdout.close()
    assert contents(filled) == before
    with reading(filled) as connection:
        assert connection.execute(select(teams.c.id).where(teams.c.id == "later")).scalar() == "later"


def _audit(engine: Engine, folder: Path) -> Audit:
    return Audit(engine, Anchor(folder / "audit-heads.log"))


def _restore_with_audit(engine: Engine, file: Path, folder: Path, *, accepts_broken: bool = False) -> None:
    """As the command does it."""
    room, heads = _audit(engine, folder), list[Head]()

    def then(connection: Connection, manifest: Manifest) -> None:
        words = {"file": file.name, "now_ms": room.now_ms(), "accepts_broken": accepts_broken}
        heads.append(take_over(connection, room.anchor, system("test"), manifest, **words))  # type: ignore[arg-type]

    restore(engine, file, replaces=True, then=then)
    room.anchor.keep(heads[-1])


def test_tables_with_many_rows_get_their_indexes_at_the_end(
    filled: Engine, databases: Databases, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if three rows were many: the same rows, and every index there is, the partial ones too."""
    monkeypatch.setattr("dashboard.store.backup._MANY", 3)
    back_up(filled, tmp_path / "floor.backup", MADE_AT_MS)
    target, whole = opened(databases.empty()), opened(databases.migrated())
    restore(target, tmp_path / "floor.backup", replaces=False)
    assert contents(target) == contents(filled)
    assert _indexes(target) == _indexes(whole)
    assert len(_indexes(whole)) > 30


def _indexes(engine: Engine) -> set[tuple[str, str]]:
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if engine.dialect.name == "sqlite"
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    with reading(engine) as connection:
        return {(row[0], " ".join(row[1].split())) for row in connection.execute(text(query))}
