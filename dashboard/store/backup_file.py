"""The backup's file: one zip with a table a member (a JSON array of values a line) and a manifest that says what has to be in it.

It is the same from SQLite and from PostgreSQL and goes into either, which is also how a site moves from one to the other. Each
member has its SHA-256 and its number of rows in the manifest: a damaged file is refused, not half believed.
"""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any, Final, Literal, Self

import msgspec
from sqlalchemy import Table

from dashboard.store.engine import StoreError

VERSION: Final = 1
_FORMAT: Final = "floorwatch-backup"
_MANIFEST: Final = "manifest.json"

_DAMAGES: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, RuntimeError, msgspec.MsgspecError,
)  # fmt: skip
"""What a damaged zip makes its reader raise."""

Kind = Literal["whole", "real", "text", "yes_no", "bytes", "date"]
_KINDS: Final[dict[type, Kind]] = {
    int: "whole",
    float: "real",
    str: "text",
    bool: "yes_no",
    bytes: "bytes",
    date: "date",
}


class BackupError(StoreError):
    """The backup cannot be written or read. The text is one sentence, with the remedy."""


class BackupColumn(msgspec.Struct, frozen=True):
    """A column and what it holds."""

    name: str
    kind: Kind


class BackupTable(msgspec.Struct, frozen=True):
    """A table in the backup, in the order in which rows may be put back."""

    name: str
    columns: tuple[BackupColumn, ...]
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What is in the file. `revision`: of the schema that the tables have."""

    format: str
    version: int
    made_at_ms: int
    release: str
    database: str
    revision: str
    tables: tuple[BackupTable, ...]

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(table.rows for table in self.tables)


def columns_of(table: Table) -> tuple[BackupColumn, ...]:
    """The columns of a table as the database has it."""
    return tuple(BackupColumn(str(column.name), _KINDS[column.type.python_type]) for column in table.columns)


class BackupWriter:
    """Writes one file. It appears under its name only when it is whole, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._tables: list[BackupTable] = []
        self._file: IO[bytes]
        self._zip: zipfile.ZipFile

    def __enter__(self) -> Self:
        if self._path.exists():
            raise BackupError(f"{self._path} is there already: name a new file.")
        try:
            self._part.unlink(missing_ok=True)
            self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        except OSError as error:
            raise BackupError(f"{self._path} cannot be written: {error.strerror or error}.") from error
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        return self

    def __exit__(self, *_failed: object) -> None:
        self._zip.close()
        self._file.close()
        self._part.unlink(missing_ok=True)

    def add(self, name: str, columns: tuple[BackupColumn, ...], rows: Iterable[Iterable[Any]]) -> None:
        """Writes a table's rows, one after the other."""
        digest, count = hashlib.sha256(), 0
        with self._zip.open(_member(name), "w", force_zip64=True) as member:
            for row in rows:
                line = msgspec.json.encode([_packed(value) for value in row]) + b"\n"
                digest.update(line)
                member.write(line)
                count += 1
        self._tables.append(BackupTable(name, columns, count, digest.hexdigest()))

    def finish(self, *, made_at_ms: int, release: str, database: str, revision: str) -> Manifest:
        """Writes the manifest and gives the file its name."""
        manifest = Manifest(_FORMAT, VERSION, made_at_ms, release, database, revision, tuple(self._tables))
        self._zip.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)
        return manifest


class BackupReader:
    """Reads one file. Whatever is wrong with it comes as `BackupError`."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._zip = archive
        self.manifest = self._manifest()

    def rows(self, table: BackupTable) -> Iterator[dict[str, Any]]:
        """The rows of a table by column. The end of the iteration has compared count and SHA-256."""
        digest, count = hashlib.sha256(), 0
        with _told_as_damaged(self._path), self._zip.open(_member(table.name)) as member:
            while line := member.readline():
                digest.update(line)
                count += 1
                yield self._row(table, line)
        if count != table.rows or digest.hexdigest() != table.sha256:
            raise BackupError(
                f"The backup {self._path} is damaged: {table.name} is not what its manifest says. Use another backup."
            )

    def _row(self, table: BackupTable, line: bytes) -> dict[str, Any]:
        values = msgspec.json.decode(line, type=list[Any])
        return {column.name: _unpacked(value, column.kind) for column, value in zip(table.columns, values, strict=True)}

    def _manifest(self) -> Manifest:
        body = self._zip.read(_MANIFEST)
        if msgspec.json.decode(body, type=dict[str, Any]).get("format") != _FORMAT:
            raise BackupError(f"{self._path} is no backup of this product.")
        if (version := msgspec.json.decode(body, type=dict[str, Any]).get("version")) != VERSION:
            raise BackupError(f"The backup {self._path} has format {version}: restore it with a newer release.")
        return msgspec.json.decode(body, type=Manifest)


@contextmanager
def reading_backup(path: Path) -> Iterator[BackupReader]:
    """The open file. Raises `BackupError`, as its reader does."""
    with _told_as_damaged(path):
        archive = zipfile.ZipFile(path)
    with archive:
        with _told_as_damaged(path):
            reader = BackupReader(path, archive)
        yield reader


@contextmanager
def _told_as_damaged(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise BackupError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from error
    except _DAMAGES as error:
        raise BackupError(f"The backup {path} is damaged, or is none ({error}): use another one.") from error


def _member(table: str) -> str:
    return f"tables/{table}.ndjson"


def _packed(value: Any) -> Any:
    match value:
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case date():
            return value.isoformat()
        case _:
            return value


def _unpacked(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    match kind:
        case "bytes":
            return base64.b64decode(value, validate=True)
        case "date":
            return date.fromisoformat(value)
        case _:
            return value
