"""Listening in a browser: the page's socket first, then the switch; and what ends it from each side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from collectors.clock import SystemClock
from dashboard.access.actor import Actor
from dashboard.access.keys import digest
from dashboard.access.permissions import Role
from tests.control.house import House, house
from tests.redis_server import RedisServer, scenario

TICKET = "a ticket that only this page was given"


async def text(socket: ClientConnection, kind: str) -> dict[str, object]:
    """The next text frame of this kind; sound is passed over."""
    while True:
        frame = await socket.recv()
        if isinstance(frame, str):
            found: dict[str, object] = json.loads(frame)
            if found["t"] == kind:
                return found


async def sound(socket: ClientConnection) -> bytes:
    """The next piece of sound."""
    while True:
        frame = await socket.recv()
        if isinstance(frame, bytes):
            return frame


async def asked_long_ago(at: House, anna: Actor, **more: Any) -> str:
    """A request of seconds ago, so that nobody waits for its end; of less than that, where the machine was too slow for it."""
    for ago_ms in (4_000, 2_000, 0):
        found = await at.ask(anna, "monitor.start", asked_at_ms=SystemClock().now_ms() - ago_ms, **more)
        if (await at.becomes(found, "expired", None)).reason != "too_late":
            break
    return found


@scenario
async def test_a_browser_hears_changes_mode_and_follows_the_agent(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        anna, headers = at.at_browser(Role.SUPERVISOR)
        visit, agent, caller = await at.talk()
        more = {"agent": agent, "visit": visit, "via": "browser", "ticket": digest(TICKET), "mode": "listen"}
        nobody = await asked_long_ago(at, anna, **more)
        await at.becomes(nobody, "expired", "browser_not_connected")
        assert not at.joins

        start = await at.ask(anna, "monitor.start", value="agent", **more)
        async with at.sound(headers, start, TICKET) as socket:
            ready = await text(socket, "ready")
            assert ready["may_talk"] is False
            confirmed = await at.becomes(start, "confirmed")
            assert (confirmed.via, confirmed.supervisor, confirmed.session) == ("browser", "browser", f"fw-{start}")
            assert len(await sound(socket)) > 0
            change = await at.ask(anna, "monitor.mode", opened=start, mode="whisper")
            await at.becomes(change, "confirmed")
            assert (await text(socket, "mode"))["may_talk"] is True

            # the agent's next call, on the same socket
            at.simulator.world.hands.caller_hangs_up(caller)
            await at.until(lambda: any(one.session.state == "waiting" for one in at.control.room.book))
            while True:
                visit, somebody, _ = await at.talk()
                if somebody == agent:
                    break
            moved = await text(socket, "moved")
            new = str(moved["id"])
            await at.becomes(new, "confirmed")
            await at.becomes(start, "ended", "call_ended")
            assert (at.last(new).mode, at.last(new).follow) == ("whisper", "agent")
            assert len(await sound(socket)) > 0
            await at.ask(anna, "monitor.stop", opened=new)
            over = await text(socket, "over")
            assert over["reason"] == "stopped"
        await at.becomes(new, "ended", "stopped")

        # the page goes: so does the leg
        start = await at.ask(anna, "monitor.start", **more | {"agent": agent, "visit": visit})
        async with at.sound(headers, start, TICKET):
            await at.becomes(start, "confirmed")
        await at.becomes(start, "ended", "browser_gone")
        await at.until(lambda: at.simulator.world.exchange.find(f"fw-{start}") is None)

        # somebody else's ticket opens nothing
        long_ago = SystemClock().now_ms() - 3_500
        start = await at.ask(anna, "monitor.start", asked_at_ms=long_ago, **more | {"agent": agent, "visit": visit})
        async with at.sound(headers, start, "another") as socket:
            try:
                await text(socket, "ready")
                raise AssertionError("a wrong ticket was let in")
            except ConnectionClosed:
                pass
        await at.becomes(start, "expired", "browser_not_connected")


@scenario
async def test_an_older_switch_has_phones_only(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey, asterisk="20.10.0") as at:
        anna, _ = at.at_browser(Role.SUPERVISOR)
        visit, agent, _ = await at.talk()
        start = await at.ask(
            anna, "monitor.start", agent=agent, visit=visit, via="browser", ticket=digest(TICKET), mode="listen"
        )
        await at.becomes(start, "refused", "browser_unsupported")
