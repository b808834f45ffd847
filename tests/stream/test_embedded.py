"""The bundled server as the demo uses it: private, durable, one owner, gone with its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing, suppress
from pathlib import Path

import pytest

from collectors.stream import START, Lease, Reader, StreamError, Writer, check_redis, connect
from collectors.stream.embedded import EmbeddedValkey, socket_path
from tests.patience import HANG_S
from tests.redis_server import entered, scenario


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    for leftover in (tmp_path / "pid",):
        with suppress(OSError, ValueError):
            os.kill(int(leftover.read_text()), signal.SIGKILL)


@scenario
async def test_it_is_durable_private_and_evicts_nothing(folder: Path) -> None:
    valkey = EmbeddedValkey(folder)
    await valkey.start()
    try:
        async with aclosing(connect(valkey.url)) as client:
            assert (await check_redis(client, "main")).warnings == ()
            assert (await client.config_get("port"))["port"] == "0"
            assert (await client.config_get("appendfsync"))["appendfsync"] == "everysec"
        assert stat.S_IMODE(valkey.socket.stat().st_mode) == 0o700
    finally:
        valkey.stop()
    assert valkey.pid is None


@scenario
async def test_a_restart_has_everything(folder: Path) -> None:
    for start in range(3):
        valkey = EmbeddedValkey(folder)
        await valkey.start()
        try:
            async with aclosing(connect(valkey.url)) as client:
                assert len(await Reader(client, "main").read(START)) == 5 * start
                lease = Lease(client, "main", "pbx")
                await lease.acquire()
                await Writer(client, lease, "pbx").append(entered(5))
                await lease.release()
        finally:
            valkey.stop()


@scenario
async def test_a_second_owner_of_the_folder_is_refused_in_words(folder: Path) -> None:
    valkey = EmbeddedValkey(folder)
    await valkey.start()
    try:
        with pytest.raises(StreamError, match=rf"in use by process {os.getpid()}.*--data"):
            await EmbeddedValkey(folder).start()
        assert valkey.pid is not None
    finally:
        valkey.stop()
    await valkey.start()  # let go of, it can be taken again
    valkey.stop()


@scenario
async def test_it_is_started_again_when_it_dies(folder: Path) -> None:
    valkey = EmbeddedValkey(folder)
    await valkey.start()
    keeping = asyncio.create_task(valkey.keep(check_s=0.02))
    try:
        async with aclosing(connect(valkey.url)) as client:
            await client.set("kept", 1)
            first = valkey.pid
            assert first is not None
            os.kill(first, signal.SIGKILL)
            while valkey.pid in (first, None):
                await asyncio.sleep(0.02)
            while True:
                with suppress(Exception):
                    assert await client.get("kept") == b"1"
                    break
    finally:
        keeping.cancel()
        valkey.stop()


_PARENT = """
import asyncio, sys
from pathlib import Path
from collectors.stream.embedded import EmbeddedValkey
async def main():
    valkey = EmbeddedValkey(Path(sys.argv[1]))
    await valkey.start()
    print(valkey.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def _parent(folder: Path) -> tuple[subprocess.Popen[str], int]:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(folder)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    server = int(parent.stdout.readline())
    parent.stdout.close()
    return parent, server


def _is_gone(pid: int, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if "State:\tZ" in Path(f"/proc/{pid}/status").read_text():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child whose parent was killed")
def test_it_ends_with_a_parent_that_was_killed(folder: Path) -> None:
    parent, server = _parent(folder)
    parent.kill()
    parent.wait()
    assert _is_gone(server, HANG_S)


@scenario
async def test_a_server_that_outlived_its_owner_is_ended_first(folder: Path) -> None:
    """What kill -9 of the owner leaves behind on systems without that mercy."""
    orphaned = EmbeddedValkey(folder)
    await orphaned.start()
    orphan = orphaned._process
    assert orphan is not None
    assert orphaned._lock is not None
    orphaned._lock.close()  # the owner is dead: its lock is gone, its server is not
    try:
        valkey = EmbeddedValkey(folder)
        await valkey.start()
        assert orphan.wait(HANG_S) == 0
        assert valkey.pid is not None
        valkey.stop()
    finally:
        orphan.kill()
        orphan.wait()


@scenario
async def test_a_damaged_file_is_told_in_words(folder: Path) -> None:
    valkey = EmbeddedValkey(folder)
    await valkey.start()
    async with aclosing(connect(valkey.url)) as client:
        for n in range(50):
            await client.set(f"key-{n}", "x" * 100)
    valkey.stop()
    (path,) = (folder / "appendonlydir").glob("*.incr.aof")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40] = b"\x00" * 40
    path.write_bytes(content)
    with pytest.raises(StreamError, match="does not start"):
        await EmbeddedValkey(folder).start()
    path.write_bytes(b"")
    await valkey.start()
    valkey.stop()


@scenario
async def test_a_folder_with_a_long_path_works(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20) / ("path" * 20)
    valkey = EmbeddedValkey(folder)
    await valkey.start()
    try:
        assert len(str(valkey.socket)) < 104
        assert socket_path(folder) == valkey.socket
        async with aclosing(connect(valkey.url)) as client:
            assert await client.ping()
    finally:
        valkey.stop()
