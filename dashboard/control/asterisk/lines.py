"""Who is on which leg of the switch now, by our own link's knowledge: where a supervisor goes in, who waits, who is a member.

Invariant: the agent's leg is found in the caller's bridge, never by the interface's name: members are `Local/…`, `hint:…` or renamed,
and a Local half may be optimised away. What is not beyond doubt is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from collectors.asterisk.channels import Channel
from collectors.asterisk.translate import Translator
from dashboard.control.asterisk.recipes import Spot
from dashboard.supervision.facts import Membership

OURS: Final = "fw-"


@dataclass(frozen=True, slots=True)
class CallKey:
    """A visit's key (`switch/boot/call/visit`), taken apart. `visit` 0: an agent's own call."""

    switch: str
    boot: str
    call: str
    visit: int

    @classmethod
    def of(cls, key: str) -> CallKey | None:
        """None for what is no key. A boot may hold slashes."""
        switch, _, rest = key.partition("/")
        boot, _, call_and_visit = rest.rpartition("/")
        boot, _, call = boot.rpartition("/")
        if not (switch and call and call_and_visit.isascii() and call_and_visit.isdigit() and len(call_and_visit) < 8):
            return None
        return cls(switch, boot, call, int(call_and_visit))


class Lines:
    """What a translator of our own link knows, asked in our words."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._board = translator.board

    @property
    def boot(self) -> str:
        """Which process of the switch it is."""
        return self._translator.boot

    # -- calls -------------------------------------------------------------------------------------------------------

    def spot(self, key: CallKey, queue: str | None, agent: str) -> Spot | None:
        """Where to go into this agent's call, now. `queue` None: an own call."""
        if key.boot != self.boot:
            return None
        return self._own_call(key.call, agent) if queue is None else self._queue_call(key.call, queue, agent)

    def _queue_call(self, call: str, queue: str, agent: str) -> Spot | None:
        visits = [one for one in self._board.visits.handled(call) if one.queue == queue and one.agent == agent]
        caller = self._board.channels.get(call)
        if len(visits) != 1 or caller is None:
            return None
        legs = [peer for peer in self._others(caller) if self._whose(peer) == agent]
        return Spot(self._phone_behind(legs[0].uniqueid), caller.uniqueid, queue) if len(legs) == 1 else None

    def _phone_behind(self, leg: str) -> str:
        """The agent's phone itself: a Local channel before it may be optimised away a moment after the call is connected."""
        behind = [one for one in self._board.channels.behind(leg) if self.is_up(one)]
        return behind[-1] if behind else leg

    def _own_call(self, call: str, agent: str) -> Spot | None:
        own, leg = self._translator.own_calls.calls.get(call), self._board.channels.get(call)
        if own is None or own.agent != agent or leg is None:
            return None
        others = self._others(leg)
        return Spot(leg.uniqueid, others[0].uniqueid) if len(others) == 1 else None

    def successor(self, caller: str, but: str) -> tuple[str, str] | None:
        """Who is with a caller after a transfer: agent and leg; `but`: the leg that was. None: nobody, or nobody's phone."""
        channel = self._board.channels.get(caller)
        if channel is None:
            return None
        found = [
            (agent, peer.uniqueid)
            for peer in self._others(channel)
            if peer.uniqueid != but and (agent := self._whose(peer))
        ]
        return found[0] if len(found) == 1 else None

    def latest_queue(self, caller: str, agent: str) -> tuple[str, int] | None:
        """The queue that a caller went to last, and the number of that visit, 0 unless this agent has it. None: to none."""
        visits = self._board.visits.of_call(caller)
        if not visits:
            return None
        last = visits[-1]
        return last.queue, last.visit if last.agent == agent else 0

    def agents_with(self, leg: str) -> set[str]:
        """The agents whose phones are in one bridge with this leg, directly or behind a Local channel."""
        channel = self._board.channels.get(leg)
        legs = [] if channel is None else self._others(channel)
        found = {self._whose(one) for one in legs}
        found |= {self.whose(one) for leg in legs for one in self._board.channels.behind(leg.uniqueid)}
        return {agent for agent in found if agent is not None}

    def waits(self, key: CallKey) -> str | None:
        """The caller's leg while they wait in the queue that was meant."""
        is_known = key.boot == self.boot and self.is_up(key.call)
        return key.call if is_known and self._waits_on(key) else None

    def _waits_on(self, key: CallKey) -> bool:
        visits = [one for one in self._board.visits.of_call(key.call) if one.state == "waiting"]
        return any(one.visit == key.visit for one in visits)

    def queue_of(self, caller: str) -> str:
        """The queue in which a caller waits now; "" for none."""
        return next((one.queue for one in self._board.visits.of_call(caller) if one.state == "waiting"), "")

    def caller(self, key: CallKey) -> str | None:
        """The caller's leg, whatever they do, but not once they are in another queue than the one that was meant."""
        visits = self._board.visits.of_call(key.call)
        is_it = not key.visit or not visits or visits[-1].visit == key.visit
        return key.call if is_it and key.boot == self.boot and self.is_up(key.call) else None

    def is_in_call(self, leg: str, caller: str) -> bool:
        """Whether a leg talks with this caller, directly or behind Local channels."""
        return any(self.is_together(one, caller) for one in self._board.channels.towards_caller(leg))

    def is_together(self, one: str, other: str) -> bool:
        """Whether two legs are in one bridge."""
        first, second = self._board.channels.get(one), self._board.channels.get(other)
        return first is not None and second is not None and bool(first.bridge) and first.bridge == second.bridge

    def has_company(self, leg: str) -> bool:
        """Whether anybody is in one bridge with this leg."""
        channel = self._board.channels.get(leg)
        return channel is not None and bool(self._board.channels.peers(channel))

    def is_with_another_caller(self, leg: str, caller: str) -> bool:
        """Whether a leg is in one bridge with a caller of a queue who is not this one."""
        channel = self._board.channels.get(leg)
        peers = [] if channel is None else self._board.channels.peers(channel)
        return any(peer.uniqueid != caller and bool(self._board.visits.of_call(peer.uniqueid)) for peer in peers)

    def whose(self, leg: str) -> str | None:
        """The agent whose leg it is; None: nobody's."""
        channel = self._board.channels.get(leg)
        return None if channel is None else self._whose(channel)

    def spies(self) -> list[tuple[str, str, str]]:
        """Who is in agents' calls: leg, device, agent."""
        return [(one.session, one.supervisor or "", one.agent) for one in self._translator.monitoring.sessions.values()]

    def is_up(self, leg: str) -> bool:
        """Whether the leg exists."""
        return self._board.channels.get(leg) is not None

    def device(self, leg: str) -> str:
        """Whose phone a leg is, as the switch names it; "" if it is gone."""
        channel = self._board.channels.get(leg)
        return "" if channel is None else channel.device

    def legs_of_ours(self) -> dict[str, bool]:
        """Every leg that a control process opened, and whether somebody talks on it."""
        return {
            one.uniqueid: bool(one.bridge) and bool(self._others(one))
            for one in self._board.channels.all()
            if one.uniqueid.startswith(OURS)
        }

    def _others(self, channel: Channel) -> list[Channel]:
        return [peer for peer in self._board.channels.peers(channel) if not peer.uniqueid.startswith(OURS)]

    def _whose(self, channel: Channel) -> str | None:
        served = self._board.serves(channel.uniqueid)
        return served[1] if served is not None else self._board.agent_of(channel.device)

    # -- members -----------------------------------------------------------------------------------------------------

    def memberships(self, agent: str) -> Mapping[str, Membership]:
        """By queue."""
        return {
            one.queue: Membership(one.dynamic, one.paused, one.reason if one.paused else None, one.penalty)
            for one in self._board.members.all()
            if one.agent == agent
        }

    def member_name(self, agent: str) -> str:
        """As the switch's own lists call the agent; "" where it does not say."""
        return next((one.name for one in self._board.members.all() if one.agent == agent and one.name), "")
