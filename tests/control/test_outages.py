"""What holds while something is away: the audit's database, the link, the process itself; and what nobody asked for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from collectors.asterisk.control_actions import CONTROL as TABLE
from collectors.asterisk.login import LinkConfig, open_link
from collectors.clock import SystemClock
from collectors.events import control_writer
from collectors.stream import LeaseLost, lease_key
from dashboard.access.permissions import Role
from dashboard.control.asterisk.recipes import Spot, call_phone
from dashboard.store import StoreError
from dashboard.supervision.policy import Phone
from tests.control.house import CONTROL, SITE, SWITCH, house
from tests.patience import HANG_S
from tests.redis_server import RedisServer, scenario


@scenario
async def test_without_the_audit_log_nothing_is_done(
    tmp_path: Path, valkey: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        visit, agent, _ = await at.talk()
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "confirmed")
        sent = at.control.room.link.sent

        def away(*_: Any, **__: Any) -> Any:
            raise StoreError("The database is away.")

        with monkeypatch.context() as patch:
            patch.setattr(at.keyring.services.audit, "writing", away)
            change = await at.ask(anna, "monitor.mode", opened=start, mode="barge")
            await at.becomes(change, "refused", "audit_unavailable")
            pause = await at.ask(anna, "agent.pause", agent=agent)
            await at.becomes(pause, "refused", "audit_unavailable")
            assert at.control.room.link.sent == sent
            stop = await at.ask(anna, "monitor.stop", opened=start)
            await at.becomes(stop, "confirmed")
            await at.becomes(start, "ended", "stopped")
            await at.until(lambda: at.control.room.link.devices.get("PJSIP/8001") == "free")
            again = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
            await at.becomes(again, "refused", "audit_unavailable")
            assert at.row(again) is None
            assert at.row(start)["ended_at_ms"] is None
        await at.until(lambda: at.row(start)["ended_at_ms"] is not None)
        assert len(at.control.room.book) == 0
        assert len(at.joins) == 1


@scenario
async def test_a_lost_link_ends_sessions_and_their_legs(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        boris = at.person(Role.MANAGER, phone="PJSIP/8002")
        visit, agent, _ = await at.talk()
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "confirmed")
        other_visit, other, taken = await at.talk()
        take = await at.ask(boris, "call.take_over", agent=other, visit=other_visit)
        await at.becomes(take, "confirmed")
        at.simulator.cut()
        await at.becomes(start, "ended", "link_lost")
        await at.becomes(take, "ended", "link_lost")
        late = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(late, "refused", None)
        await at.until(lambda: at.control.room.why_not is None)
        await at.until(lambda: at.simulator.world.exchange.find(f"fw-{start}") is None)
        assert at.simulator.world.exchange.find(f"fw-{take}") is not None, "a caller is not cut off"
        assert at.simulator.world.exchange.find(taken) is not None

        # nothing is done again, and the next command works
        await at.until(lambda: at.replica.floor.visits[visit].live)
        await at.until(lambda: at.control.room.link.devices.get("PJSIP/8001") == "free")
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "confirmed")

        # the process is killed in the middle: the next one takes its legs out and closes its rows
        assert at._serving is not None
        control = at.control
        control.room.close = _nothing  # type: ignore[method-assign]
        await at.stop_control()
        assert at.simulator.world.exchange.find(f"fw-{start}") is not None
        await at.start_control()
        await at.until(lambda: at.simulator.world.exchange.find(f"fw-{start}") is None)
        await at.until(lambda: at.row(start)["reason"] == "control_restarted")

        # a clean end takes everybody out by itself, and says so
        await at.until(lambda: at.control.room.link.devices.get("PJSIP/8001") == "free")
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "confirmed")
        await at.stop_control()
        assert at.simulator.world.exchange.find(f"fw-{start}") is None
        assert at.simulator.world.exchange.find(f"fw-{take}") is not None
        await at.becomes(start, "ended", "control_restarted")
        assert at.row(start)["reason"] == "control_restarted"


async def _nothing() -> None:
    """As a process that is killed says goodbye."""


@scenario
async def test_legs_and_spies_of_nobody(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        visit, agent, caller = await at.talk()
        spot = at.spot(visit, at.replica.floor.visits[visit].queue, agent)
        assert isinstance(spot, Spot)
        link = LinkConfig(SWITCH, port=at.simulator.port, username=CONTROL.username, secret=CONTROL.secret)
        phone = Phone("", SWITCH, "PJSIP/8003")
        async with open_link(link, SystemClock(), None, table=TABLE) as session:
            await session.ask(*call_phone("fw-" + "0" * 16, phone, "listen", spot, stays=False))
            await at.until(lambda: at.joins)
            await at.until(lambda: at.joins[0]["to"] is not None)
        assert at.simulator.world.exchange.find("fw-" + "0" * 16) is None
        await at.until(lambda: at.audit("monitoring.unexplained"))
        (line,) = at.audit("monitoring.unexplained")
        assert (line["target_id"], line["result"]) == (agent, "alert")
        assert "PJSIP/8003" in line["details"]
        assert at.simulator.world.exchange.find(caller) is not None
        assert at.control.room.unexplained == 1


@scenario
async def test_commands_that_are_no_commands(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        visit, agent, _ = await at.talk()
        more = {"agent": agent, "visit": visit, "mode": "listen"}
        # the same id twice, an odd id, somebody else's account with one's own session, another switch
        first = await at.ask(anna, "monitor.start", **more)
        await at.becomes(first, "confirmed")
        again = await at.ask(anna, "monitor.start", id=first, **more)
        odd = await at.ask(anna, "monitor.start", id="../../../../etc/", **more)
        far = await at.ask(anna, "monitor.start", switch="other", **more)
        other = await at.ask(anna, "monitor.start", account="f" * 16, **more)
        await at.becomes(other, "refused", "signed_out")
        forged = await at.ask(anna, "monitor.start", session="f" * 64, **more)
        await at.becomes(forged, "refused", "signed_out")
        assert again == first
        assert at.states(first).count("confirmed") == 1
        assert not at.states(odd)
        assert not at.states(far)
        assert at.control.inbox.unreadable == 1
        assert len(at.joins) == 1

        # another process takes the lease while this one sleeps: nobody stays in a call that the other knows nothing of
        assert at._serving is not None
        await at._client.set(lease_key(SITE, control_writer(SWITCH)), "9:other", px=60_000)
        await at.until(at._serving.done)
        assert isinstance(at._serving.exception(), LeaseLost)
        assert at.simulator.world.exchange.find(f"fw-{first}") is None


@scenario
async def test_redis_goes_and_comes_back(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        visit, agent, _ = await at.talk()
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "confirmed")
        async with valkey.client(answer_s=HANG_S) as client:  # what Redis was told last is on its disk
            await client.execute_command("WAITAOF", 1, 0, 30_000)  # type: ignore[no-untyped-call]  # redis-py types no raw commands
        valkey.kill()
        await asyncio.sleep(1.0)
        assert at.simulator.world.exchange.find(f"fw-{start}") is not None
        valkey.start()
        await at.until(lambda: at.replica.is_current)
        change = await at.ask(anna, "monitor.mode", opened=start, mode="whisper")
        await at.becomes(change, "confirmed")
        await at.ask(anna, "monitor.stop", opened=start)
        await at.becomes(start, "ended", "stopped")
