"""What people on the floor may be told to do: pick up, hang up, hold, transfer. For tests, the control port, and AMI transfers.

Invariant: everything goes the way that the floor's own people go; an order that cannot be followed is False and changes nothing.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from .floor import Agent, Talk

if TYPE_CHECKING:
    from .world import World


class Hands:
    """Agents and supervisors are named by extension, callers by unique id, queues by id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._made = 0

    # -- callers

    def call(self, queue: str, *, number: str = "", is_private: bool = False) -> str:
        """A caller who waits, and talks, until somebody ends it; who rings for him answers at once. His unique id, or "".

        `is_private`: the dialplan gives him no SPYGROUP."""
        world, found = self._world, self._world.queues.get(queue)
        if found is None:
            return ""
        self._made += 1
        call = world.callers.call_in(found, zlib.crc32(f"hands:{self._made}".encode()), stays=True, number=number)
        if is_private:
            call.channel.values.pop("SPYGROUP", None)
            call.channel.passed_on.discard("SPYGROUP")
        return call.channel.unique_id

    def caller_hangs_up(self, unique_id: str) -> bool:
        world, call = self._world, self._world.calls.get(unique_id)
        if call is None:
            return False
        talk = world.talks_by_call.get(unique_id)
        if talk is not None and talk.is_open:
            world.talks.end(talk, "caller")
            return True
        for queue in world.queues.values():
            for visit in queue.waiting:
                if visit.call is call and visit.channel is call.channel:
                    world.callers.abandon(visit)
                    return True
        world.exchange.hangup_requested(call.channel)
        world.own_calls.let_go(call)
        world.callers.hang_up(call)
        return True

    # -- agents

    def _agent(self, extension: str) -> Agent | None:
        return self._world.exchange.phones.get(f"PJSIP/{extension.removeprefix('PJSIP/')}")

    def _talk(self, extension: str) -> Talk | None:
        agent = self._agent(extension)
        return agent.talk if agent is not None and agent.talk is not None and agent.talk.is_open else None

    def answer(self, extension: str) -> bool:
        """He picks up what rings for him."""
        agent = self._agent(extension)
        if agent is None or agent.offer is None or agent.offer.phone.state != 5:
            return False
        self._world.offers.answer(agent.offer)
        return True

    def hold(self, extension: str) -> bool:
        talk = self._talk(extension)
        if talk is None or talk.held_at is not None or talk.consult is not None:
            return False
        self._world.talks.hold(talk)
        return True

    def unhold(self, extension: str) -> bool:
        talk = self._talk(extension)
        if talk is None or talk.held_at is None:
            return False
        self._world.talks.resume(talk)
        return True

    def agent_hangs_up(self, extension: str) -> bool:
        agent, talk = self._agent(extension), self._talk(extension)
        if talk is not None:
            self._world.talks.end(talk, "agent")
            return True
        if agent is not None and agent.own is not None:
            self._world.own_calls.end_any(agent.own)
            return True
        return False

    def blind_transfer(self, extension: str, to: str) -> bool:
        """To a queue's id or number, or to a colleague's extension."""
        talk, world = self._talk(extension), self._world
        if talk is None:
            return False
        queues = list(world.queues)
        if to in queues:
            to = str(800 + queues.index(to))
        if to.isdigit() and 0 <= int(to) - 800 < len(queues):
            world.transfers.to_queue(talk, to)
            return True
        target = self._agent(to)
        if target is None or target is talk.member.agent or target.is_busy or not target.is_reachable:
            return False
        world.transfers.to_agent(talk, target)
        return True

    def consult(self, extension: str, to: str) -> bool:
        """He asks a colleague, the caller on hold; `complete` hands the caller over."""
        talk, target = self._talk(extension), self._agent(to)
        if (
            talk is None
            or talk.consult is not None
            or target is None
            or target is talk.member.agent
            or target.is_busy
            or not target.is_reachable
        ):
            return False
        self._world.transfers.consult(talk, target)
        return True

    def complete(self, extension: str) -> bool:
        talk = self._talk(extension)
        if talk is None or talk.consult is None:
            return False
        self._world.transfers.hand_over(talk)
        return True

    def register(self, extension: str, *, is_registered: bool) -> bool:
        """An agent's, or a supervisor's, phone comes or goes."""
        agent = self._agent(extension)
        if agent is not None:
            self._world.members.reachable(agent, is_reachable=is_registered)
            return True
        return self._world.phones.register(extension, is_registered=is_registered)

    # -- supervisors

    def supervisor_hangs_up(self, extension: str) -> bool:
        """The supervisor's phone goes down: it declines what rings, or ends what it is in."""
        world, phone = self._world, self._world.phones.find(extension)
        if phone is None:
            return False
        legs = phone.legs if phone.agent is None else phone.agent.legs
        hung_up = [
            leg for leg in list(legs) if world.originations.phone_hangs_up(leg) or world.diallings.phone_hangs_up(leg)
        ]
        return bool(hung_up)
