"""Real servers for tests: the bundled Valkey and the system's Redis, each in a folder of its own on a Unix socket."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import ParamSpec

import pytest

from collectors.events import Fact, QueueEntered
from collectors.stream import Client, connect
from collectors.stream.embedded import bundled
from tests.patience import HANG_S

P = ParamSpec("P")
WHOLE_S = 200.0
"""No promise of anybody's: only so that what hangs is told with its place."""


def scenario(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Lets pytest run an `async def` test."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(_whole(test(*args, **kwargs)))

    return run


async def _whole(test: Awaitable[None]) -> None:
    async with asyncio.timeout(WHOLE_S):
        await test


class RedisServer:
    """One server process; the folder survives `kill` and `start`, as a disk would."""

    def __init__(self, program: Path, *options: str) -> None:
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="floorwatch-"))
        self.socket = self.folder / "s"
        self.url = f"unix://{self.socket}"
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers (it has then read its file)."""
        self.socket.unlink(missing_ok=True)
        fixed = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), "--save", ""]
        durable = ["--appendonly", "yes", "--appendfsync", "everysec", "--logfile", "log"]
        self._process = subprocess.Popen(
            [str(self.program), *fixed, *durable, *self._options], stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + HANG_S
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.01)

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Stopped as by SIGSTOP: links stay open, nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Ends it and removes its folder."""
        if self._process is not None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, **settings: float) -> contextlib.AbstractAsyncContextManager[Client]:
        """A client as the product makes it, closed at the end of the `async with`."""
        return contextlib.aclosing(connect(self.url, **settings))  # type: ignore[arg-type]

    async def written_bytes(self, client: Client) -> int:
        """The length of the append-only file, with everything in it that was acknowledged so far."""
        await client.config_set("appendfsync", "no")  # `everysec` may hold back what was acknowledged
        await client.ping()
        return self._append_only_file().stat().st_size

    def cut_power(self, kept_bytes: int) -> None:
        """What a power cut leaves: the file ends earlier than what was acknowledged."""
        self.kill()
        with self._append_only_file().open("r+b") as file:
            file.truncate(kept_bytes)
        self.start()

    def _append_only_file(self) -> Path:
        (path,) = (self.folder / "appendonlydir").glob("*.incr.aof")
        return path

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as link, contextlib.suppress(OSError):
            link.connect(str(self.socket))
            link.sendall(b"PING\r\n")
            return link.recv(64).startswith(b"+PONG")
        return False


def programs() -> list[tuple[str, Path | None]]:
    """The servers that the tests run on: a name, and the program if it is there."""
    system = shutil.which("redis-server")
    return [("valkey", bundled()), ("redis", Path(system) if system else None)]


@contextlib.contextmanager
def running(program: Path, *options: str) -> Iterator[RedisServer]:
    """A started server, ended afterwards."""
    server = RedisServer(program, *options)
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(params=programs(), ids=lambda param: param[0])
def server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """Each test that asks for it runs once on Valkey and once on Redis."""
    if request.param[1] is None:
        pytest.skip("no redis-server on this machine: the bundled Valkey alone is tested")
    with running(request.param[1]) as started:
        yield started


@pytest.fixture
def valkey() -> Iterator[RedisServer]:
    """The bundled server alone, where the other could not behave differently."""
    with running(bundled()) as started:
        yield started


@pytest.fixture(scope="module")
def valkey_server() -> Iterator[RedisServer]:
    """One for all tests of a file, which leave it running and empty it themselves."""
    with running(bundled()) as started:
        yield started


def entered(count: int, first: int = 1) -> list[Fact]:
    """`count` facts that can be told apart by their call."""
    return [
        Fact(QueueEntered("600", f"c{n}", 1, "13800138000"), 1_700_000_000_000 + n) for n in range(first, first + count)
    ]
