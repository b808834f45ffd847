"""Whenever a task inside a Redis command is cancelled, it ends."""

from __future__ import annotations

import asyncio

import pytest

from collectors.stream import Client
from collectors.stream.connection import command
from tests.cancelled import ends_when_cancelled
from tests.redis_server import RedisServer, scenario

TURNS = 60


async def _ask_for_ever(client: Client) -> None:
    while True:
        await command(client, "PING")


@pytest.mark.parametrize("connected", [True, False])
@scenario
async def test_a_cancel_in_any_turn_of_the_loop_ends_the_task(valkey: RedisServer, connected: bool) -> None:  # noqa: FBT001
    for turns in range(TURNS):
        async with valkey.client() as client:
            if connected:
                await command(client, "PING")
            task = asyncio.create_task(_ask_for_ever(client))
            await ends_when_cancelled(task, turns)


@scenario
async def test_a_timeout_around_a_command_still_times_out(valkey: RedisServer) -> None:
    async with valkey.client() as client:
        await command(client, "PING")
        with valkey.paused(), pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await command(client, "PING")
        assert await command(client, "PING")
