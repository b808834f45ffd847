"""The process `floorwatch control`: its start, its signs, its end; and what keeps it from starting."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from collectors.asterisk.login import LinkConfig
from collectors.events import ControlChanged
from collectors.simulator import SimulatorConfig
from collectors.simulator.server import SimulatorServer
from collectors.stream import START, Reader, Undecodable, connect
from dashboard.control import ControlConfig, ControlError, SwitchConfig, run
from dashboard.store import open_store, upgrade
from tests.control.house import CONTROL
from tests.patience import HANG_S
from tests.ports import free_port
from tests.redis_server import RedisServer, scenario


def config_for(folder: Path, server: RedisServer, port: int, **changes: Any) -> ControlConfig:
    link = LinkConfig("pbx", port=port, username=CONTROL.username, secret=CONTROL.secret)
    values: dict[str, Any] = {
        "site": "main",
        "redis_url": server.url,
        "database_url": f"sqlite:///{folder / 'floorwatch.sqlite'}",
        "switches": (SwitchConfig(link),),
        "audit_anchor": folder / "heads.log",
        "start_within_s": HANG_S,
    }
    return ControlConfig(**values | changes)


def answer(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=HANG_S) as found:
            return found.status, found.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


async def controls(server: RedisServer) -> list[ControlChanged]:
    """What was told of what can be done."""
    client = connect(server.url)
    try:
        rows = await Reader(client, "main").read(START)
    finally:
        await client.aclose()
    entries = [entry for _, entry in rows if not isinstance(entry, Undecodable)]
    assert all(entry.switch == "control:pbx" for entry in entries)
    return [entry.event for entry in entries if isinstance(entry.event, ControlChanged)]


@scenario
async def test_it_starts_tells_what_it_can_and_says_goodbye(
    tmp_path: Path, valkey: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    engine = open_store(f"sqlite:///{tmp_path / 'floorwatch.sqlite'}")
    upgrade(engine)
    engine.dispose()
    port = free_port()
    wanted = SimulatorConfig(agents=4, queues=1, port=0, scripted=True, warm_up_s=0, accounts=(CONTROL,))
    async with SimulatorServer(wanted) as switch:
        task = asyncio.create_task(run(config_for(tmp_path, valkey, switch.port, vitals_port=port)))
        async with asyncio.timeout(HANG_S):
            while (await asyncio.to_thread(_ready, port)) != 200:
                await asyncio.sleep(0.05)
        health, _ = await asyncio.to_thread(answer, port, "/healthz")
        assert health == 200
        _, metrics = await asyncio.to_thread(answer, port, "/metrics")
        assert 'floorwatch_control_link_up{switch="pbx"} 1' in metrics
        async with asyncio.timeout(HANG_S):
            while (await controls(valkey))[-1].why_not:
                await asyncio.sleep(0.05)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        last = (await controls(valkey))[-1]
        assert (last.why_not, last.why_no_browser) == ("control_down", "control_down")
        assert [one.version for one in await controls(valkey)][-2] == "23.4.1"
    assert CONTROL.secret not in caplog.text


def _ready(port: int) -> int:
    try:
        return answer(port, "/readyz")[0]
    except OSError:
        return 0


@scenario
async def test_a_switch_without_an_account_is_told(tmp_path: Path, valkey: RedisServer) -> None:
    task = asyncio.create_task(run(config_for(tmp_path, valkey, 1, switches=(), without=("pbx",))))
    async with asyncio.timeout(HANG_S):
        while not await controls(valkey):
            await asyncio.sleep(0.05)
    assert [(one.switch, one.why_not) for one in await controls(valkey)] == [("pbx", "control_off")]
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@scenario
async def test_what_keeps_it_from_starting_is_said_in_words(tmp_path: Path, valkey: RedisServer) -> None:
    with pytest.raises(ControlError, match="no switch is configured"):
        await run(config_for(tmp_path, valkey, 1, switches=()))
    with pytest.raises(ControlError, match="Redis"):
        await run(config_for(tmp_path, valkey, 1, redis_url="unix:///nowhere.sock", start_within_s=0.5))
    taken = free_port()
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", taken)
    async with server:
        with pytest.raises(ControlError, match=r"vitals\.control_port"):
            await run(config_for(tmp_path, valkey, 1, vitals_port=taken))
    wanted = SimulatorConfig(agents=4, queues=1, port=0, scripted=True, warm_up_s=0, accounts=())
    engine = open_store(f"sqlite:///{tmp_path / 'floorwatch.sqlite'}")
    upgrade(engine)
    engine.dispose()
    async with SimulatorServer(wanted) as switch:
        with pytest.raises(ControlError, match="refused the login") as refused:
            await run(config_for(tmp_path, valkey, switch.port))
        assert CONTROL.secret not in str(refused.value)
