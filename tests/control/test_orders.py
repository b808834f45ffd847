"""Agents and callers helped from the desk: pause, sign out, add, penalty; move, pull, hang up. Done is what the switch's events say."""

from __future__ import annotations

from pathlib import Path

from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from tests.control.house import House, house
from tests.redis_server import RedisServer, scenario


async def waiting(at: House, queue: str) -> tuple[str, str]:
    """A caller who waits, because everybody of the queue is paused: visit's key and call."""
    caller = at.simulator.world.hands.call(queue)

    def found() -> list[str]:
        return [
            v.key for v in at.replica.floor.visits.values() if v.call == caller and v.live and v.outcome == "waiting"
        ]

    await at.until(found)
    await at.until(lambda: at.control.room.lines.queue_of(caller))
    return found()[0], caller


@scenario
async def test_agents_and_callers(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        sales, support, *_ = at.queues()
        agents = at.simulator.world.agents
        for agent in agents:  # everybody rests, so that callers wait
            pause = await at.ask(anna, "agent.pause", agent=agent.interface)
            if agent.members:
                await at.becomes(pause, "confirmed")
        assert all(member.is_paused for agent in agents for member in agent.members)
        assert at.audit("agent.pause")[0]["actor_id"] == anna.account_id

        # a waiting caller is moved, pulled, and hung up on
        visit, caller = await waiting(at, sales)
        nowhere = await at.ask(anna, "call.move", visit=visit, queue="nowhere")
        await at.becomes(nowhere, "refused", "unknown_queue")
        move = await at.ask(anna, "call.move", visit=visit, queue=support)
        await at.becomes(move, "confirmed")
        await at.until(lambda: at.control.room.lines.queue_of(caller) == support)
        stale = await at.ask(anna, "call.move", visit=visit, queue=sales)
        await at.becomes(stale, "refused", None)
        await at.until(
            lambda: any(v.call == caller and v.live and v.queue == support for v in at.replica.floor.visits.values())
        )
        visit = next(v.key for v in at.replica.floor.visits.values() if v.call == caller and v.live)
        pull = await at.ask(anna, "call.pull", visit=visit)
        await at.becomes(pull, "confirmed")
        hands = at.simulator.world.hands
        hands.caller_hangs_up(caller)
        visit, caller = await waiting(at, sales)
        unsure = await at.ask(anna, "call.hang_up", visit=visit)
        await at.becomes(unsure, "refused", "not_confirmed_twice")
        sure = await at.ask(anna, "call.hang_up", visit=visit, is_sure=True)
        await at.becomes(sure, "confirmed")
        assert at.simulator.world.exchange.find(caller) is None

        # agents: back to work, other queues, another penalty; a static member cannot be signed out
        one = next(agent for agent in agents if any(member.dynamic for member in agent.members))
        resume = await at.ask(anna, "agent.resume", agent=one.interface)
        await at.becomes(resume, "confirmed")
        assert not any(member.is_paused for member in one.members)
        twice = await at.ask(anna, "agent.resume", agent=one.interface)
        await at.becomes(twice, "refused", "already_so")
        theirs = {member.queue.id for member in one.members}
        free = next(queue for queue in at.queues() if queue not in theirs)
        add = await at.ask(anna, "agent.add", agent=one.interface, queue=free, value="3")
        await at.becomes(add, "confirmed")
        penalty = await at.ask(anna, "agent.penalty", agent=one.interface, queue=free, value="7")
        await at.becomes(penalty, "confirmed")
        assert next(member.penalty for member in one.members if member.queue.id == free) == 7
        out = await at.ask(anna, "agent.sign_out", agent=one.interface, queue=free)
        await at.becomes(out, "confirmed")
        assert free not in {member.queue.id for member in one.members}
        static = next(agent for agent in agents if any(not member.dynamic for member in agent.members))
        stays = await at.ask(anna, "agent.sign_out", agent=static.interface)
        await at.becomes(stays, "refused", "static_member")
        odd = await at.ask(anna, "agent.pause", agent=one.interface, value="no such reason")
        await at.becomes(odd, "refused", "unknown_pause_reason")

        # whoever has nothing to say there is refused, and that is on record
        clara = at.person(Role.SUPERVISOR, scope=Scope(frozenset({"elsewhere"})))
        denied = await at.ask(clara, "agent.pause", agent=one.interface)
        await at.becomes(denied, "refused", "not_there")
        await at.until(lambda: [line for line in at.audit("agent.pause") if line["result"] == "denied"])
        boris = at.person(Role.QUALITY)
        denied = await at.ask(boris, "agent.pause", agent=one.interface)
        await at.becomes(denied, "refused", "not_permitted")
