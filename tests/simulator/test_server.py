"""The server: real sockets, the world in real time, slow clients, death and return, the control endpoint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from collectors.simulator import SimulatorConfig, SimulatorError, SimulatorServer
from tests.patience import HANG_S

LOGIN = b"Action: Login\r\nUsername: sup\r\nSecret: ami-secret\r\n\r\n"


@asynccontextmanager
async def simulator(**values: Any) -> AsyncIterator[SimulatorServer]:
    config = SimulatorConfig(**{"agents": 20, "port": 0, "warm_up_s": 20, "speed": 20.0, **values})
    async with SimulatorServer(config) as server:
        yield server


@asynccontextmanager
async def client(server: SimulatorServer) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(LOGIN)
        yield reader, writer
    finally:
        writer.close()


async def until(condition: Any) -> None:
    async with asyncio.timeout(HANG_S):
        while not condition():
            await asyncio.sleep(0.01)


async def http(port: int, request: str) -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{request} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def test_two_clients_see_the_same_living_floor() -> None:
    async def scenario() -> None:
        async with simulator() as server, client(server) as (one, _), client(server) as (two, _):
            streams = []
            for reader in (one, two):
                head = await reader.readuntil(b"Status: Fully Booted\r\n\r\n")
                assert head.startswith(b"Asterisk Call Manager/12.0.0\r\nResponse: Success\r\n")
                streams.append((await reader.readexactly(60_000)).split(b"\r\n\r\n")[:-1])
            first, second = streams
            start = first.index(second[3])
            both = min(len(first) - start, len(second) - 3)
            assert both > 20
            assert first[start : start + both] == second[3 : 3 + both]

    asyncio.run(scenario())


def test_a_client_that_does_not_read_is_closed_in_mid_line_and_the_others_are_not() -> None:
    async def scenario() -> None:
        config = {"write_limit_bytes": 50_000, "noise": frozenset({"varset", "rtcp"}), "speed": 60.0}
        async with simulator(**config) as server, client(server) as (good, _), client(server) as (lazy, lazy_writer):
            lazy_writer.transport.pause_reading()  # type: ignore[attr-defined]
            lazy_writer.write(b"Action: QueueStatus\r\n\r\n" * 1000)

            async def drain() -> None:
                while await good.read(65536):
                    pass

            draining = asyncio.create_task(drain())
            await until(lambda: server.slow_clients_closed == 1)
            assert len(server.manager.sessions) == 1
            lazy_writer.transport.resume_reading()  # type: ignore[attr-defined]
            rest = await lazy.read()
            assert rest
            assert not rest.endswith(b"\r\n\r\n")
            draining.cancel()

    asyncio.run(scenario())


def test_killed_it_refuses_and_comes_back_as_a_new_process() -> None:
    async def scenario() -> None:
        async with simulator(control_port=0, speed=40.0) as server:
            async with client(server) as (reader, _):
                await reader.readuntil(b"Status: Fully Booted\r\n")
                born = server.world.startup_at
                server.hold()  # so that it stays down for as long as one looks
                assert await http(server.control.port, "POST /kill") == {"done": "kill"}
                rest = await reader.read()
                assert b"Event: Shutdown" not in rest
                assert server.world.is_down
                with pytest.raises(ConnectionRefusedError):
                    await asyncio.open_connection("127.0.0.1", server.port)
                server.go_on()
                await until(lambda: not server.world.is_down)
            await asyncio.sleep(0.05)
            async with client(server) as (reader, _):
                await reader.readuntil(b"Status: Fully Booted\r\n")
            assert server.world.startup_at > born
            truth = await http(server.control.port, "GET /truth")
            assert truth["restarts"] == 1
            assert truth["boot"] == server.world.startup_at
            stats = await http(server.control.port, "GET /stats")
            assert stats["actions"]["login"] == 2
            assert "error" in await http(server.control.port, "GET /nothing")

    asyncio.run(scenario())


def test_a_clean_stop_says_so_before_it_closes() -> None:
    async def scenario() -> None:
        async with simulator(control_port=0, speed=40.0) as server, client(server) as (reader, _):
            await reader.readuntil(b"Status: Fully Booted\r\n")
            await http(server.control.port, "POST /stop")
            assert (await reader.read()).endswith(b"Shutdown: Cleanly\r\nRestart: False\r\n\r\n")

    asyncio.run(scenario())


def test_the_truth_and_the_log_are_written_at_the_end(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with simulator(truth_path=tmp_path / "truth.json", queue_log_path=tmp_path / "queue_log") as server:
            await until(lambda: server.world.engine.now > server.world.start_at + 20)

    asyncio.run(scenario())
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    joins = (tmp_path / "queue_log").read_text(encoding="utf-8").count("|ENTERQUEUE|")
    assert joins == sum(queue["offered"] for queue in truth["queues"].values()) > 0
    assert not list(tmp_path.glob("*.tmp"))


def test_a_taken_port_is_one_sentence() -> None:
    async def scenario() -> str:
        async with simulator() as server:
            with pytest.raises(SimulatorError) as error:
                async with simulator(port=server.port):
                    raise AssertionError
            return str(error.value).replace(str(server.port), "PORT")

    expected = "The simulator cannot listen on 127.0.0.1:PORT: address already in use. Choose another port."
    assert asyncio.run(scenario()).lower() == expected.lower()
