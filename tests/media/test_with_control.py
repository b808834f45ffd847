"""The sound's whole way with the real control process: request in Redis, rules, audit, switch, ports, page. Tones say who hears."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from collectors.simulator.media.voices import tones
from collectors.supervisor_legs import leg_of
from dashboard.access.actor import Actor
from dashboard.access.cookies import cookie_name
from dashboard.access.keys import digest
from dashboard.access.permissions import Role
from dashboard.control.media.chan_websocket import FRAME_BYTES
from tests.control.house import SECRET, House, house
from tests.keyring import ADDRESS
from tests.media.listening import MICROPHONE_HZ
from tests.patience import HANG_S
from tests.redis_server import RedisServer, scenario

TICKET = "only my page has it"
WINDOW = 3_200


class Page:
    """A supervisor's page as a program: it says a tone all the time, whether it may or not, and hears."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.texts: list[dict[str, object]] = []
        self.frames = 0
        self._sound = np.zeros(WINDOW, dtype=np.int16)

    async def hear(self) -> None:
        with suppress(ConnectionClosed):
            async for message in self.socket:
                if isinstance(message, str):
                    self.texts.append(json.loads(message))
                    continue
                assert len(message) == FRAME_BYTES
                self.frames += 1
                self._sound = np.concatenate((self._sound[320:], np.frombuffer(message, dtype="<i2")))
                if self.frames % 25 == 0:
                    await self.socket.send(json.dumps({"heard": self.frames}))

    async def say(self) -> None:
        at = 0
        with suppress(ConnectionClosed):
            while True:
                wave = 6_000 * np.sin(2 * np.pi * MICROPHONE_HZ * np.arange(at, at + 320) / 16_000)
                await self.socket.send(wave.astype("<i2").tobytes())
                at += 320
                await asyncio.sleep(0.02)

    def hears(self) -> set[int]:
        return set(tones(self._sound))


@asynccontextmanager
async def page(at: House, cookie: str, command: str) -> AsyncIterator[Page]:
    """Open until the test leaves it."""
    shown = {"Cookie": f"{cookie_name('session', is_secure=False)}={cookie}"}
    address = f"ws://127.0.0.1:{at.media.page_port}/audio"
    async with connect(address, origin="http://127.0.0.1:8050", additional_headers=shown) as socket:  # type: ignore[arg-type]
        made = Page(socket)
        await socket.send(json.dumps({"ticket": TICKET, "id": command}))
        tasks = [asyncio.create_task(made.hear()), asyncio.create_task(made.say())]
        yield made
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def with_sound(at: House) -> None:
    """The switch's websocket_client.conf leads to this house's port."""
    clients = at.simulator.world.lines._clients
    uri = f"ws://127.0.0.1:{at.media.switch_port}/media"
    clients["floorwatch"] = replace(clients["floorwatch"], uri=uri, password=SECRET)


def somebody(at: House) -> tuple[str, Actor]:
    """A supervisor, with the cookie of their browser."""
    cookie = at.keyring.cookie(Role.SUPERVISOR)
    actor = at.keyring.services.doorkeeper.by_session(cookie, ADDRESS)
    assert actor is not None
    return cookie, actor


async def settles(at: House, one: Page, agent: str, caller: str, *expected: set[str]) -> None:
    """Supervisor, agent and caller come to hear these people, and go on so. (`me`: the supervisor.)"""
    exchange, voices = at.simulator.world.exchange, at.simulator.dialler.voices
    talk, calling = exchange.phones[agent].talk, exchange.find(caller)
    assert talk is not None
    assert calling is not None
    legs = {"agent": talk.offer.phone, "caller": calling}
    by_hertz = {MICROPHONE_HZ: "me", **{voices.hertz(leg): who for who, leg in legs.items()}}

    def now() -> tuple[set[str], ...]:
        heard = [one.hears(), *(set(voices.hears(leg, at.simulator.now())["hertz"]) for leg in legs.values())]
        return tuple({by_hertz.get(hertz, str(hertz)) for hertz in each} for each in heard)

    times = 0
    async with asyncio.timeout(HANG_S):
        while times < 5:
            times = times + 1 if now() == expected else 0
            await asyncio.sleep(0.05)


@scenario
async def test_from_the_request_to_the_sound_and_the_end(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        with_sound(at)
        cookie, anna = somebody(at)
        visit, agent, caller = await at.talk()
        wish = {"agent": agent, "visit": visit, "purpose": "new here", "via": "browser", "ticket": digest(TICKET)}
        start = await at.ask(anna, "monitor.start", mode="listen", **wish)
        async with page(at, cookie, start) as one:
            confirmed = await at.becomes(start, "confirmed")
            assert (confirmed.via, confirmed.session) == ("browser", leg_of(start))
            assert one.texts[0] == {"t": "ready", "rate": 16000, "mode": "listen", "may_talk": False}
            heard = {"agent", "caller"}
            await settles(at, one, agent, caller, heard, {"caller"}, {"agent"})
            for mode, *expected in (
                ("whisper", heard, {"caller", "me"}, {"agent"}),
                ("barge", heard, {"caller", "me"}, {"agent", "me"}),
                ("listen", heard, {"caller"}, {"agent"}),
            ):
                switch = await at.ask(anna, "monitor.mode", opened=start, mode=mode)
                await at.becomes(switch, "confirmed")
                await settles(at, one, agent, caller, *expected)
                assert one.texts[-1] == {"t": "mode", "mode": mode, "may_talk": mode != "listen"}
            stop = await at.ask(anna, "monitor.stop", opened=start)
            await at.becomes(stop, "confirmed")
            await at.until(lambda: one.texts[-1] == {"t": "over", "reason": "stopped"})
        assert at.media.bridges == {}


@scenario
async def test_a_page_that_goes_ends_its_session_and_a_call_that_ends_its_page(
    tmp_path: Path, valkey: RedisServer
) -> None:
    async with house(tmp_path, valkey) as at:
        with_sound(at)
        cookie, anna = somebody(at)
        visit, agent, caller = await at.talk()
        wish = {"agent": agent, "visit": visit, "purpose": "new here", "via": "browser", "ticket": digest(TICKET)}
        start = await at.ask(anna, "monitor.start", mode="listen", **wish)
        async with page(at, cookie, start) as one:
            await at.becomes(start, "confirmed")
            one.socket.transport.abort()
        await at.becomes(start, "ended", "browser_gone")
        again = await at.ask(anna, "monitor.start", mode="listen", **wish)
        async with page(at, cookie, again) as one:
            await at.becomes(again, "confirmed")
            at.simulator.world.hands.caller_hangs_up(caller)
            await at.becomes(again, "ended", "call_ended")
            await at.until(lambda: one.texts[-1] == {"t": "over", "reason": "call_ended"})
        assert at.media.bridges == {}
        assert not any(join["to"] is None for join in at.joins)
