"""Sessions in calls on the simulated switch: modes, take over, following, ends, and who is taken out when rights go."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import delete

from dashboard.access.actor import Actor
from dashboard.access.permissions import Role
from dashboard.store.engine import writing
from dashboard.store.schema import account_roles
from tests.control.house import House, house
from tests.redis_server import RedisServer, scenario


@scenario
async def test_modes_take_over_and_ends(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.MANAGER, phone="PJSIP/8001")
        boris = at.person(Role.SUPERVISOR, phone="PJSIP/8002")

        # listen → whisper → barge → private, each by the switch's own word
        visit, agent, caller = await at.talk()
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "confirmed")
        for mode in ("whisper", "barge", "private"):
            change = await at.ask(anna, "monitor.mode", opened=start, mode=mode)
            confirmed = await at.becomes(change, "confirmed")
            assert (confirmed.mode, confirmed.session) == (mode, f"fw-{start}")
            assert at.last(start).mode == mode
        same = await at.ask(anna, "monitor.mode", opened=start, mode="private")
        await at.becomes(same, "refused", "same_mode")
        second = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(second, "refused", "already_in")
        not_hers = await at.ask(boris, "monitor.stop", opened=start)
        await at.becomes(not_hers, "refused", "not_yours")

        # two listeners, one taker
        other = await at.ask(boris, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(other, "confirmed")
        take = await at.ask(anna, "call.take_over", opened=start)
        await at.becomes(take, "confirmed")
        await at.becomes(other, "ended", "taken_over")
        assert at.last(start).mode == "takeover"
        assert [one["mode"] for one in at.joins if one["session"] == f"fw-{start}"][-1] == "takeover"
        at.simulator.world.hands.caller_hangs_up(caller)
        await at.becomes(start, "ended", "call_ended")
        await at.until(lambda: at.row(start)["ended_at_ms"] is not None)
        row = at.row(start)
        assert (row["state"], row["reason"], row["account_id"]) == ("ended", "call_ended", anna.account_id)
        assert row["began_at_ms"] is not None
        for word in ("listen", "whisper", "barge", "private", "takeover"):
            assert word in row["modes"]

        # take over without having listened; the supervisor leaves first, and the caller is in the queue again
        visit, agent, caller = await at.talk()
        take = await at.ask(boris, "call.take_over", agent=agent, visit=visit)
        await at.becomes(take, "confirmed")
        late = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        refused = await at.becomes(late, "refused", None)
        assert refused.reason in {"not_on_call", "taken_over"}
        at.simulator.world.hands.supervisor_hangs_up("8002")
        await at.becomes(take, "ended", "hung_up")
        again, agent, same_caller = await at.talking(caller)
        assert (same_caller, again != visit) == (caller, True)

        # the call ends while somebody listens
        start = await at.ask(boris, "monitor.start", agent=agent, visit=again, mode="listen")
        await at.becomes(start, "confirmed")
        at.simulator.world.hands.caller_hangs_up(caller)
        await at.becomes(start, "ended", "call_ended")
        assert [line["actor_id"] for line in at.audit("monitor.start")].count(boris.account_id) == 2
        assert len(at.audit("monitoring.ended")) >= 3


@scenario
async def test_each_failure_says_why(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        visit, agent, _ = await at.talk()
        phones, hands = at.simulator.world.phones, at.simulator.world.hands
        for behaviour, reason in (("busy", "phone_busy"), ("decline", "phone_declined")):
            phones.set("8001", behaviour, 0.1)
            start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
            await at.becomes(start, "failed", reason)
        phones.set("8001", "answer", 0.3)
        for wrong, reason in (
            ({"visit": visit + "1"}, "call_changed"),
            ({"agent": "PJSIP/4711"}, "not_there"),
            ({"mode": None}, "wrong_value"),
        ):
            more = {"agent": agent, "visit": visit, "mode": "listen"} | wrong
            await at.becomes(await at.ask(anna, "monitor.start", **more), "refused", reason)
        old = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen", asked_at_ms=1)
        await at.becomes(old, "expired", "too_late")
        hands.register("8001", is_registered=False)
        await at.until(lambda: at.control.room.link.devices.get("PJSIP/8001") == "unavailable")
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "refused", "phone_unregistered")
        hands.register("8001", is_registered=True)
        await at.until(lambda: at.control.room.link.devices.get("PJSIP/8001") == "free")

        # our stop while it rings; a mode that is wished too early waits for the phone
        phones.set("8001", "answer", 1.0)
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "sent")
        change = await at.ask(anna, "monitor.mode", opened=start, mode="whisper")
        await at.becomes(change, "confirmed")
        assert at.states(start).index("confirmed") < len(at.states(start))
        await at.ask(anna, "monitor.stop", opened=start)
        await at.becomes(start, "ended", "stopped")
        await at.until(lambda: at.control.room.link.devices.get("PJSIP/8001") == "free")  # it hears that a moment later
        phones.set("8001", "ignore")
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "sent")
        await at.ask(anna, "monitor.stop", opened=start)
        await at.becomes(start, "failed", "stopped")
        assert at.simulator.world.exchange.find(f"fw-{start}") is None
        assert len(at.control.room.book) == 0


@scenario
async def test_following_the_caller_and_the_agent(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        visit, agent, caller = await at.talk()
        hands = at.simulator.world.hands
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="barge", value="caller")
        await at.becomes(start, "confirmed")
        idle = next(
            one for one in at.simulator.world.agents if one.talk is None and one.is_reachable and one.interface != agent
        )
        assert hands.blind_transfer(at.extension(agent), idle.plan.extension)
        await at.until(lambda: at.last(start).agent == idle.interface)
        await at.until(lambda: at.joins[-1]["to"] is None and at.joins[-1]["call"] == caller)
        assert at.joins[-1]["mode"] == "barge"
        await at.becomes(await at.ask(anna, "monitor.mode", opened=start, mode="whisper"), "confirmed")
        assert at.joins[-1]["mode"] == "whisper"
        hands.caller_hangs_up(caller)
        await at.becomes(start, "ended", "call_ended")

        # the agent's next call: a new command of the same person, with all rules
        visit, agent, caller = await at.talk()
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "confirmed")
        follow = await at.ask(anna, "monitor.follow", opened=start, value="agent")
        await at.becomes(follow, "confirmed")
        assert at.last(start).follow == "agent"
        hands.caller_hangs_up(caller)
        await at.until(lambda: any(one.session.state == "waiting" for one in at.control.room.book))
        before = {one.command for one in at.told}
        devices = at.control.room.link.devices
        await at.until(lambda: devices.get("PJSIP/8001") == "free")
        devices["PJSIP/8001"] = "in_use"  # the phone's state comes later than the agent's next call
        while True:
            next_visit, next_agent, next_caller = await at.talk()
            if next_agent == agent:
                break
        devices["PJSIP/8001"] = "free"
        await at.becomes(start, "ended", "call_ended")
        new = [one for one in at.told if one.command not in before and one.kind == "monitor.start"]
        await at.becomes(new[0].command, "confirmed")
        assert (new[0].visit, new[0].account, new[0].follow) == (next_visit, anna.account_id, "agent")
        assert at.joins[-1]["call"] == next_caller
        assert [line["actor_id"] for line in at.audit("monitor.start")] == [anna.account_id] * 3
        await at.ask(anna, "monitor.stop", opened=new[0].command)
        await at.becomes(new[0].command, "ended", "stopped")


async def listening(at: House, *, who: Role = Role.SUPERVISOR) -> tuple[str, Actor]:
    actor = at.person(who, phone="PJSIP/8001")
    visit, agent, _ = await at.talk()
    start = await at.ask(actor, "monitor.start", agent=agent, visit=visit, mode="listen")
    await at.becomes(start, "confirmed")
    return start, actor


@scenario
async def test_who_may_no_more_is_taken_out_within_five_seconds(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        services = at.keyring.services
        start, _ = await listening(at)
        at.announce()  # no queue's callers are told any more
        await at.becomes(start, "ended", "rules_changed", within_s=5)
        at.announce(*at.queues())

        start, actor = await listening(at)
        began = asyncio.get_running_loop().time()
        services.sessions.end_all(actor.account_id)
        await at.becomes(start, "ended", "signed_out", within_s=5)
        assert asyncio.get_running_loop().time() - began < 1.5, "a notice tells of it at once"

        start, actor = await listening(at)
        with writing(services.engine) as connection:  # behind everybody's back: no notice tells of it
            connection.execute(delete(account_roles).where(account_roles.c.account_id == actor.account_id))
        await at.becomes(start, "ended", "rights_withdrawn", within_s=5)
        last = at.joins[-1]
        await at.until(lambda: last["to"] is not None)


@scenario
async def test_the_longest_time(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        start, _ = await listening(at)
        at.control.room.book.get(start).ends_at_ms = at.control.records._clock.now_ms() + 300  # type: ignore[union-attr]
        await at.becomes(start, "ended", "time_up")
