"""Membership: QueueAdd, QueueRemove, pauses, device states, and the events that each prints, one per queue.

Invariants: an agent's memberships in `Agent.members` and `Queue.members` agree; one change of a device is one
QueueMemberStatus for every queue he is in, sent a moment after its cause.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .floor import UNAVAILABLE, Agent, Member, Queue

if TYPE_CHECKING:
    from .world import World

DEVICE_NAMES = {1: "NOT_INUSE", 2: "INUSE", 3: "BUSY", 5: "UNAVAILABLE", 6: "RINGING", 7: "RINGINUSE"}
HINTS = {
    1: (0, "Idle"),
    2: (1, "InUse"),
    3: (2, "Busy"),
    5: (4, "Unavailable"),
    6: (8, "Ringing"),
    7: (9, "InUse&Ringing"),
}
DEVICE_LAG_S = 0.002


class Members:
    """The members of all queues."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng = random.Random(f"{world.config.seed}:members")
        traps = world.config.traps
        self._busy_at_one = 15 in traps
        self._stale_in_call = 16 in traps
        self._varied_names = 17 in traps
        self._places = 0

    # -- membership

    def add(
        self, queue: Queue, agent: Agent, *, dynamic: bool, name: str = "", penalty: int = 0, paused: str | None = None
    ) -> Member:
        """Make a member silently (as at start-up): the caller prints what it likes."""
        now = self._world.engine.now
        shown = name or agent.plan.name
        if self._varied_names and agent.members and not name:
            shown = f"{shown} ({queue.id})"
        member = Member(queue, agent, shown, dynamic, int(now), penalty=penalty)
        if paused is not None:
            member.is_paused, member.reason, member.paused_at, member.last_pause = True, paused, now, int(now)
        member.place = self._places = self._places + 1
        queue.members[agent.interface] = queue.idle[agent.interface] = member
        agent.members.append(member)
        return member

    def sign_in(
        self, queue: Queue, agent: Agent, *, name: str = "", penalty: int = 0, paused: str | None = None
    ) -> Member:
        """QueueAdd by a manager."""
        member = self.add(queue, agent, dynamic=True, name=name, penalty=penalty, paused=paused)
        world = self._world
        world.log.write("MANAGER", queue.id, agent.interface, "ADDMEMBER", "PAUSED" if member.is_paused else "")
        world.wire.event("QueueMemberAdded", self.lines(member))
        if paused is not None:
            world.truth.paused(member)
        world.serve_soon(agent)
        return member

    def sign_out(self, member: Member) -> None:
        """QueueRemove: allowed at any time; a call in progress goes on."""
        world = self._world
        if member.is_paused:
            world.truth.resumed(member)
        member.queue.members.pop(member.agent.interface, None)
        member.queue.idle.pop(member.agent.interface, None)
        member.agent.members.remove(member)
        world.log.write("MANAGER", member.queue.id, member.agent.interface, "REMOVEMEMBER", "")
        world.wire.event("QueueMemberRemoved", self.lines(member))

    def set_penalty(self, member: Member, penalty: int) -> None:
        member.penalty = penalty
        self._world.log.write("NONE", member.queue.id, member.agent.interface, "PENALTY", penalty)
        self._world.wire.event("QueueMemberPenalty", self.lines(member))

    # -- pauses

    def pause(self, agent: Agent, reason: str, *, queue: Queue | None = None, paused: bool = True) -> bool:
        """QueuePause: in one queue, or in all that he is in. Repeating it prints it again. False: no such member."""
        members = [m for m in agent.members if queue is None or m.queue is queue]
        if not members:
            return False
        world = self._world
        word = "PAUSE" if paused else "UNPAUSE"
        if queue is None:
            world.log.write("NONE", "NONE", members[0].name, f"{word}ALL", reason)
        for member in members:
            self._set_pause(member, reason, paused=paused)
            world.log.write("NONE", member.queue.id, member.name, word, reason)
            state = "INUSE" if paused else "NOT_INUSE"
            device = f"Queue:{member.queue.id}_pause_{agent.interface}"
            world.wire.event("DeviceStateChange", f"Device: {device}\r\nState: {state}\r\n")
            world.wire.event("QueueMemberPause", self.lines(member))
        if not paused:
            world.serve_soon(agent)
        return True

    def _set_pause(self, member: Member, reason: str, *, paused: bool) -> None:
        now = self._world.engine.now
        if member.is_paused:
            self._world.truth.resumed(member)
        member.is_paused, member.reason = paused, reason
        if paused:
            member.paused_at, member.last_pause = now, int(now)
            self._world.truth.paused(member)

    # -- devices

    def touch(self, agent: Agent) -> None:
        """Something happened at his phone: look at its state a moment later."""
        if agent.status_step is None:
            agent.status_step = self._world.engine.after(DEVICE_LAG_S, self._look, agent)

    def _look(self, agent: Agent) -> None:
        agent.status_step = None
        local = agent.plan.kind != "phone" or int(agent.plan.extension) % 5 == 0
        status = agent.device(busy_at_one=self._busy_at_one and local)
        if status == agent.status:
            return
        agent.status = status
        wire = self._world.wire
        number, text = HINTS[status]
        plan = agent.plan
        wire.event(
            "ExtensionStatus",
            f"Exten: {plan.extension}\r\nContext: hints\r\nHint: {plan.phone}\r\nStatus: {number}\r\nStatusText: {text}\r\n",
        )
        wire.event("DeviceStateChange", f"Device: {plan.phone}\r\nState: {DEVICE_NAMES[status]}\r\n")
        for member in agent.members:
            wire.event("QueueMemberStatus", self.lines(member))

    def reachable(self, agent: Agent, *, is_reachable: bool) -> None:
        """The phone registers or is lost: PeerStatus, the device burst, ContactStatus, in that order."""
        if agent.is_reachable == is_reachable:
            return
        agent.is_reachable = is_reachable
        wire = self._world.wire
        word = "Reachable" if is_reachable else "Unreachable"
        plan = agent.plan
        wire.event("PeerStatus", f"ChannelType: PJSIP\r\nPeer: {plan.phone}\r\nPeerStatus: {word}\r\n")
        if agent.status_step is not None:
            agent.status_step.cancel()
        self._look(agent)
        contact = "NonQualified" if is_reachable else "Removed"
        wire.event(
            "ContactStatus",
            f"URI: sip:{plan.extension}@10.0.{int(plan.extension) // 250 % 250}.{int(plan.extension) % 250}:5060\r\n"
            f"ContactStatus: {contact}\r\nAOR: {plan.extension}\r\nEndpointName: {plan.extension}\r\nRoundtripUsec: 0\r\n",
        )
        if is_reachable:
            self._world.serve_soon(agent)

    # -- how members print

    def lines(self, member: Member) -> str:
        """A member's block in a live event."""
        agent = member.agent
        in_call = member.in_call
        if self._stale_in_call and in_call and self._rng.random() < 0.82:
            in_call = 0
        return (
            f"Queue: {member.queue.id}\r\nMemberName: {member.name}\r\nInterface: {agent.interface}\r\n"
            f"StateInterface: {agent.plan.state_interface}\r\nMembership: {'dynamic' if member.dynamic else 'static'}\r\n"
            f"Penalty: {member.penalty}\r\nCallsTaken: {member.calls_taken}\r\nLastCall: {member.last_call}\r\n"
            f"LastPause: {member.last_pause}\r\nLoginTime: {member.login_at}\r\nInCall: {in_call}\r\nStatus: {agent.status}\r\n"
            f"Paused: {int(member.is_paused)}\r\nPausedReason: {member.reason}\r\nRinginuse: 0\r\nWrapuptime: 0\r\n"
        )

    def row(self, member: Member) -> str:
        """The same member in QueueStatus, where several headers have other names."""
        agent = member.agent
        return (
            f"Queue: {member.queue.id}\r\nName: {member.name}\r\nLocation: {agent.interface}\r\n"
            f"StateInterface: {agent.plan.state_interface}\r\nMembership: {'dynamic' if member.dynamic else 'static'}\r\n"
            f"Penalty: {member.penalty}\r\nCallsTaken: {member.calls_taken}\r\nLastCall: {member.last_call}\r\n"
            f"LastPause: {member.last_pause}\r\nLoginTime: {member.login_at}\r\nInCall: {member.in_call}\r\n"
            f"Status: {agent.status}\r\nPaused: {int(member.is_paused)}\r\nPausedReason: {member.reason}\r\nWrapuptime: 0\r\n"
        )


def is_available(member: Member, now: float) -> bool:
    """Whether app_queue would ring him: reachable, not paused in this queue, free, and past his wrap-up."""
    agent = member.agent
    if (
        member.is_paused
        or not agent.is_reachable
        or agent.is_busy
        or now < agent.ready_at
        or agent.status == UNAVAILABLE
    ):
        return False
    return not (agent.legs and (agent.up or agent.ringing))
