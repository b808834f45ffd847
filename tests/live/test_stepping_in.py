"""Stepping in, on a real gateway process with a real Redis and both databases: from the click to the stream, and back to the page. The
control process is played by this test; what the real one does is tested in tests/control."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from collectors import events as e
from collectors.stream.keys import commands_key
from dashboard.access.permissions import Role
from dashboard.settings import Settings, SwitchSettings
from dashboard.supervision.commands import FIELD, Request, decode
from dashboard.supervision.policies import General, Marks
from tests.keyring import Keyring
from tests.live.running import frame
from tests.live.test_handshake import House
from tests.live.test_process import fact, open_floor, writer_of
from tests.patience import HANG_S
from tests.redis_server import RedisServer, scenario
from tests.store.databases import database_url, databases

__all__ = ["database_url", "databases"]

AGENT, VISIT = "PJSIP/1001", "pbx1/b/c1/1"
LISTEN = {"kind": "monitor.start", "agent": AGENT, "visit": VISIT, "mode": "listen"}


@pytest.fixture
def house(valkey: RedisServer, tmp_path: Path, database_url: str) -> Iterator[House]:
    switches = {"pbx1": SwitchSettings()}
    settings = Settings(data=tmp_path, redis_url=valkey.url, database_url=database_url, switches=switches)
    with Keyring(settings) as keys:
        yield House(keys, tmp_path, valkey.url, database_url)


async def until(socket: ClientConnection, kind: str, is_it: Any) -> Any:
    async with asyncio.timeout(HANG_S):
        while True:
            found = await frame(socket, kind)
            if is_it(found):
                return found


def barred(view: dict[str, Any]) -> list[str | None]:
    changed = view.get("agents", {})
    return [one["barred"] for one in changed.get("rows", changed.get("set", ())) if one["id"] == AGENT]


async def ask(socket: ClientConnection, wish: dict[str, Any]) -> Any:
    await socket.send(json.dumps({"command": {"ref": 1, **wish}}))
    return await until(socket, "command", lambda one: one.get("ref") == 1)


@scenario
async def test_from_the_click_to_the_stream_and_back(house: House, valkey: RedisServer) -> None:
    services, supervisor = house.services, house.keys.actor(Role.SUPERVISOR)
    manager = house.keys.actor(Role.MANAGER)
    services.policies.put_general(manager, General(True, False, False, 20, False))
    services.policies.put_queues(manager, {"sales": Marks(is_announced=True)})
    services.phones.choose(supervisor, "pbx1", "PJSIP/8001", answers_itself=False)
    cookie, trainer = house.keys.cookie(Role.SUPERVISOR), house.keys.cookie(Role.TRAINER)
    async with house.gateway(controlled={"pbx1"}) as gate, valkey.client() as client, gate.browser(cookie) as page:
        switch = await open_floor(client)
        control = await writer_of(client, e.control_writer("pbx1"))
        await control.append([fact(e.ControlChanged("pbx1", phones={"PJSIP/8001": "free"}))])
        await page.send('{"board":"floor"}')
        desk = await until(page, "desk", lambda one: one["rules"] and one["phone"] and one["phone"]["why_not"] == "")
        assert desk["rules"] == {"needs_purpose": False, "most_min": 20, "tells_agents": True}
        assert desk["control"] == {"pbx1": {"why_not": "", "why_no_browser": ""}}
        await switch.append([fact(e.QueueEntered("sales", "c1", 1)), fact(e.Answered("sales", "c1", 1, AGENT, 0))])
        await until(page, "patch", lambda one: barred(one["view"]) == [None])
        told = await ask(page, LISTEN)
        assert told["state"] == "requested"
        entries: Any = await client.xrange(commands_key("main"))
        ((_, fields),) = entries
        request = decode(dict(zip(fields[::2], fields[1::2], strict=True))[FIELD])
        assert request is not None
        assert (request.id, request.account, request.session) == (told["id"], supervisor.account_id, request.session)
        for state in ("sent", "confirmed"):
            await control.append([fact(changed(request, state))])
            await until(
                page, "command", lambda one, state=state: one["state"] == state and one["session"] == request.id
            )
        desk = await until(page, "desk", lambda one: one["sessions"] and one["sessions"][0]["since"])
        assert desk["sessions"][0]["id"] == request.id
        assert (await ask(page, LISTEN))["reason"] == "already_in"
        services.policies.put_queues(manager, {"sales": Marks()})
        await until(page, "patch", lambda one: barred(one["view"]) == ["not_announced"])
        await page.send(json.dumps({"message": {"ref": 5, "agents": [AGENT], "text": "请看知识库"}}))
        assert (await frame(page, "message"))["state"] == "sent"
        await page.send(json.dumps({"message": {"ref": 6, "agents": ["PJSIP/none"], "text": "x"}}))
        assert (await frame(page, "message"))["reason"] == "not_there"
        async with gate.browser(trainer) as other:
            await other.send('{"board":"monitor"}')
            snapshot = await frame(other, "snapshot")
            assert [one["id"] for one in snapshot["view"]["sessions"]["rows"]] == [request.id]
            assert (await ask(other, LISTEN))["reason"] == "mode_not_permitted"
            async with asyncio.timeout(HANG_S):
                while ("monitor.start", "denied", AGENT) not in house.actions():
                    await asyncio.sleep(0.02)
        assert ("message.sent", "ok", AGENT) in house.actions()
        valkey.kill()
        told = await ask(page, {"kind": "monitor.stop", "opened": request.id})
        assert (told["state"], told["reason"]) == ("refused", "control_down")
        valkey.start()


def changed(request: Request, state: Any) -> e.CommandChanged:
    return e.CommandChanged(
        request.id, request.kind, state, "pbx1", request.account, "王芳", request.agent, "sales", request.visit,
        f"fw-{request.id}", request.mode, request.via, "PJSIP/8001",
    )  # fmt: skip
