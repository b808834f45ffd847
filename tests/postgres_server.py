"""A real PostgreSQL for tests: one server for the whole run, started at the first need, in a folder of its own on a Unix socket.

It sorts text as ICU does, not by bytes, so that code which leans on SQLite's order shows. It keeps nothing through a power cut,
which no test of ours needs. PostgreSQL refuses to run as root: then it runs as Debian's user `postgres`.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.patience import HANG_S

_USER = "floorwatch"
_INITDB = (
    "--no-sync",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=icu",
    "--icu-locale=und",
)
_OPTIONS = {
    "listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
    "shared_buffers": "16MB", "autovacuum": "off", "logging_collector": "off", "wal_level": "minimal", "max_wal_senders": "0",
}  # fmt: skip
_COPIES_FILES = 15
"""The first version that is asked to copy a template file by file: by its log, as it does unasked, takes ten times as long."""


class PostgresServer:
    """One server process; its databases survive `kill` and `start`."""

    def __init__(self, programs: Path, account: pwd.struct_passwd | None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="floorwatch-"))
        self._programs = programs
        self._as: dict[str, Any] = {}
        self._made = 0
        self._process: subprocess.Popen[bytes] | None = None
        if account is not None:
            self._as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        command = [str(programs / "initdb"), "-D", str(self.folder / "data"), f"--username={_USER}", *_INITDB]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **self._as)
        is_able = int((self.folder / "data" / "PG_VERSION").read_text()) >= _COPIES_FILES
        self._how = "STRATEGY FILE_COPY" if is_able else ""

    def start(self) -> None:
        """Returns when it answers."""
        options = [word for name, value in _OPTIONS.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd="/", stdout=log, stderr=log, **self._as)
        deadline = time.monotonic() + HANG_S
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.02)

    def kill(self) -> None:
        """Ends it at once, as the server's own word for it is: sessions are cut, nothing is written down."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def hang(self) -> None:
        """It does nothing more, as with a disk that stalls: its links stay open, nobody gets an answer."""
        self._signal_all(signal.SIGSTOP)

    def go_on(self) -> None:
        """After `hang`."""
        self._signal_all(signal.SIGCONT)

    def close(self) -> None:
        """Ends it and removes its folder."""
        if self._process is not None and self._process.poll() is None:
            self.go_on()
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """As settings name it."""
        return f"postgresql+psycopg://{_USER}@/{database}?host={self.folder}"

    def make(self, template: str = "template0") -> str:
        """Makes a database and gives its name."""
        self._made += 1
        name = f"floor_{self._made}"
        self._say(f'CREATE DATABASE {name} TEMPLATE "{template}" {self._how}')
        return name

    def drop(self, database: str) -> None:
        """Removes it, whoever still uses it."""
        self._say(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _signal_all(self, what: signal.Signals) -> None:
        assert self._process is not None
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, what)

    def _say(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user=_USER, dbname="postgres", autocommit=True) as link:
            link.execute(statement.encode())

    def _answers(self) -> bool:
        try:
            self._say("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


def programs() -> Path | None:
    """The folder with PostgreSQL's programs: on the path, else the newest of Debian's."""
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def reason_for_none() -> str:
    """Why there can be no server here; "" if there can."""
    if programs() is None:
        return "No PostgreSQL on this machine: only SQLite is tested. On Debian: apt-get install postgresql"
    if os.geteuid() == 0 and _account() is None:
        return "PostgreSQL refuses to run as root, and there is no user `postgres`: only SQLite is tested."
    return ""


@functools.cache
def shared() -> PostgresServer:
    """The run's server, ended with the run. Ask `reason_for_none` first."""
    found = programs()
    assert found is not None
    server = PostgresServer(found, _account() if os.geteuid() == 0 else None)
    atexit.register(server.close)
    server.start()
    return server


@contextlib.contextmanager
def own() -> Iterator[PostgresServer]:
    """A server for one test, which may stop it. Skips the test where there can be none."""
    found, reason = programs(), reason_for_none()
    if found is None or reason:
        pytest.skip(reason)
    server = PostgresServer(found, _account() if os.geteuid() == 0 else None)
    try:
        server.start()
        yield server
    finally:
        server.close()


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None
