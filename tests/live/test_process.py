"""The whole process: a real stream in a real server, a real websocket."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect as connect_screen

from collectors import events as e
from collectors.stream import Client, Lease, Writer
from dashboard import live
from dashboard.access.permissions import Role
from dashboard.live.patches import apply
from dashboard.live.process import run
from dashboard.settings import Settings
from tests.keyring import Keyring
from tests.live.running import HELLO, frame
from tests.live.scene import AGENTS, QUEUES, SETTINGS
from tests.patience import HANG_S
from tests.ports import free_port
from tests.redis_server import RedisServer, scenario
from tests.store.databases import Databases


def config(server: RedisServer, folder: Path, **options: object) -> live.LiveConfig:
    fields: dict[str, object] = {
        "site": "main",
        "redis_url": server.url,
        "database_url": Databases("sqlite", folder).migrated(),
        "port": free_port(),
        "release": "0.1.0",
        "start_within_s": HANG_S,
        "audit_anchor": folder / "audit-heads.log",
    }
    return live.LiveConfig(**(fields | options))  # type: ignore[arg-type]


@asynccontextmanager
async def process(settings: live.LiveConfig) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.ensure_future(run(settings))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def screen_of(settings: live.LiveConfig) -> connect_screen:
    """A program with a token that sees everything, once the port is there."""
    url = f"ws://127.0.0.1:{settings.port}/live"
    headers = {"Authorization": f"Bearer {await asyncio.to_thread(token_of, settings)}"}
    async with asyncio.timeout(HANG_S):
        while not await _listens(settings.port):
            await asyncio.sleep(0.02)
    return connect_screen(url, compression=None, additional_headers=headers)


async def _listens(port: int) -> bool:
    with suppress(OSError):
        async with connect_screen(f"ws://127.0.0.1:{port}/live", compression=None):
            return True
    return False


def token_of(settings: live.LiveConfig) -> str:
    wanted = Settings(
        redis_url=settings.redis_url, database_url=settings.database_url, data=settings.audit_anchor.parent
    )
    with Keyring(wanted) as keys:
        return keys.token(Role.MANAGER)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


async def writer_of(client: Client, name: str) -> Writer:
    lease = Lease(client, "main", name)
    await lease.acquire()
    return Writer(client, lease, name)


def fact(event: e.AnyEvent) -> e.Fact:
    return e.Fact(event, now_ms(), boot="b")


async def open_floor(client: Client) -> Writer:
    await (await writer_of(client, "settings")).append([fact(e.SettingsChanged(SETTINGS))])
    writer = await writer_of(client, "pbx1")
    members = [e.MemberRow(queue, agent, agent, dynamic=True, device="free") for queue in QUEUES for agent in AGENTS]
    queues = [e.QueueRow(queue) for queue in QUEUES]
    await writer.append([fact(e.SnapshotTaken(queues, members, [], [], [], [], [])), fact(e.SourceAlive())])
    return writer


@scenario
async def test_from_the_stream_to_a_screen_and_again_after_redis_was_killed(
    valkey: RedisServer, tmp_path: Path
) -> None:
    settings = config(valkey, tmp_path)
    async with valkey.client() as client, process(settings), await screen_of(settings) as screen:
        writer = await open_floor(client)
        await screen.send(HELLO)
        view: dict[str, Any] = {}
        while not view or view["agent_states"]["staffed"] < len(AGENTS):
            found = await frame(screen, "snapshot", "patch")
            view = found["view"] if found["t"] == "snapshot" else apply(view, found["view"])
        position = await writer.append([fact(e.QueueEntered("sales", "c1", 1, "13812345678"))])
        while "waiting_callers" not in (patch := await frame(screen, "patch"))["view"]:
            pass
        assert patch["position"] == position
        assert patch["view"]["waiting_callers"]["set"][0]["number"] == "138****5678"
        valkey.kill()
        assert (await frame(screen, "beat"))["links"][0]["state"] == "live", (
            "the screen goes on, its age tells the rest"
        )
        valkey.start()
        await writer.append([fact(e.QueueAbandoned("sales", "c1", 1, 3))])
        while True:
            patch = await frame(screen, "patch")
            if "waiting" in patch["view"] and patch["view"]["waiting"]["v"] == 0:
                break


@scenario
async def test_full_searches_for_garbage_are_its_own_to_time(valkey: RedisServer, tmp_path: Path) -> None:
    usual = gc.get_threshold()
    settings = config(valkey, tmp_path)
    async with process(settings), await screen_of(settings):
        assert gc.get_threshold()[:2] == usual[:2]
        assert gc.get_threshold()[2] > 1000 * usual[2]
    assert gc.get_threshold() == usual


@scenario
async def test_it_starts_on_an_empty_stream_and_comes_alive(valkey: RedisServer, tmp_path: Path) -> None:
    settings = config(valkey, tmp_path)
    async with valkey.client() as client, process(settings), await screen_of(settings) as screen:
        await screen.send(HELLO)
        assert (await frame(screen, "snapshot"))["view"]["agent_states"]["staffed"] == 0
        await open_floor(client)
        snapshot = await frame(screen, "snapshot")
        assert snapshot["names"]["queues"]["sales"]["zh"] == "销售"


@scenario
async def test_what_is_wrong_is_said_in_one_sentence(valkey: RedisServer, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(live.LiveError, match=r"live\.port"):
            await run(config(valkey, tmp_path, port=taken.getsockname()[1]))
    with pytest.raises(live.LiveError, match=r"live\.origins"):
        await run(config(valkey, tmp_path, origins=("everybody",)))
    with pytest.raises(live.LiveError, match="Redis"):
        await run(config(valkey, tmp_path, redis_url="http://nowhere"))
    with pytest.raises(live.LiveError, match="database"):
        await run(config(valkey, tmp_path, database_url="nonsense"))
    valkey.kill()
    with pytest.raises(live.LiveError):
        await run(config(valkey, tmp_path, start_within_s=0.5))
