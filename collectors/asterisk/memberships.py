"""Events of queue members → who is signed in, paused, reachable.

Invariants: a pause is a fact of one (agent, queue); a resume of who was not paused is not told; a phone's state is told once per
change, although the switch sends it once per queue; ringing and talking never come from a phone's state.
"""

from __future__ import annotations

from collections import deque

from collectors.asterisk.codec import Message
from collectors.asterisk.members import Member, is_interface
from collectors.asterisk.switchboard import Switchboard, seconds
from collectors.asterisk.tables import DEVICES
from collectors.events import (
    AgentNamed,
    DeviceChanged,
    MemberPaused,
    MemberResumed,
    MembershipAdded,
    MembershipRemoved,
)

_KEPT_LINES = 64
"""Lines of the log that are awaited per membership; where no log is read they are never asked for."""


class Memberships:
    """Members as the queue's own events tell them."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self._unlogged: dict[tuple[str, str], deque[str]] = {}

    def _told(self, message: Message, line: str) -> None:
        self.awaits(message.get("Queue"), message.get("Interface"), line)

    def awaits(self, queue: str, agent: str, line: str) -> None:
        """The log will say `line` of what was told already."""
        self._unlogged.setdefault((queue, agent), deque(maxlen=_KEPT_LINES)).append(line)

    def forget_lines(self) -> None:
        """Another process of the switch: what the old one did not log yet, it never will."""
        self._unlogged.clear()

    def is_logged(self, queue: str, agent: str, line: str) -> bool:
        """Whether an event told of what this line (`PAUSE` …) says, which no line had said yet."""
        told = self._unlogged.get((queue, agent))
        if told is None or line not in told:
            return False
        told.remove(line)
        return True

    def _member(self, message: Message) -> Member | None:
        """The membership that the event names; one that was not known is told of first."""
        queue, agent = message.get("Queue"), message.get("Interface")
        if not queue or not is_interface(agent):
            return None
        return self.board.members.get(queue, agent)

    def added(self, message: Message) -> None:
        """QueueMemberAdded, or QueueMemberPenalty, which restates."""
        queue, agent = message.get("Queue"), message.get("Interface")
        if not queue or not is_interface(agent):
            return
        if message.event == "QueueMemberAdded":
            self._told(message, "ADDMEMBER")
        member = self.board.members.add(queue, agent)
        member.dynamic = message.get("Membership") != "static"
        self.describe(member, message, message.get("MemberName"))
        self.told(member)
        self._device(member, message)

    def describe(self, member: Member, message: Message, name: str) -> None:
        """Take over what the headers of an event or of a list item say."""
        members = self.board.members
        member.touched_ms = self.board.out.now_ms
        members.named(member, name)
        members.watches(member.agent, message.get("StateInterface"))
        member.penalty = seconds(message.get("Penalty")) or 0
        paused = message.get("Paused") == "1"
        if paused and not member.paused:
            since_s = _epoch_s(message.get("LastPause"))
            member.paused_at_ms = since_s * 1000 if since_s else self.board.out.now_ms
        member.paused = paused
        member.reason = message.get("PausedReason") or None if paused else None
        if not paused:
            member.paused_at_ms = None

    def told(self, member: Member, past_ms: int | None = None) -> None:
        """Tell of the membership as it is known."""
        event = MembershipAdded(
            member.queue, member.agent, member.name, member.dynamic, member.penalty, member.paused, member.reason
        )
        if past_ms is None:
            self.board.out.tell(event)
        else:
            self.board.out.tell_past(event, past_ms)

    def removed(self, message: Message) -> None:
        """QueueMemberRemoved. A call in progress goes on, and so do its offers."""
        self._told(message, "REMOVEMEMBER")
        self.remove(message.get("Queue"), message.get("Interface"))

    def remove(self, queue: str, agent: str, past_ms: int | None = None) -> None:
        """`agent` is no member of `queue` any more; nothing where he was none."""
        if not self.board.members.remove(queue, agent):
            return
        if past_ms is None:
            self.board.out.tell(MembershipRemoved(queue, agent))
        else:
            self.board.out.tell_past(MembershipRemoved(queue, agent), past_ms)

    def paused(self, message: Message) -> None:
        """QueueMemberPause: one queue's pause or its end. At its end `PausedReason` is not the pause's."""
        member = self._member(message)
        if member is None:
            self.added(message)
            return
        self._told(message, "PAUSE" if message.get("Paused") == "1" else "UNPAUSE")
        self._name(member, message.get("MemberName"))
        if message.get("Paused") == "1":
            self.pause(member, message.get("PausedReason") or None)
        else:
            self.resume(member)

    def pause(self, member: Member, reason: str | None, past_ms: int | None = None) -> None:
        """A pause, or the same again, or another reason for it."""
        at_ms = self.board.out.now_ms if past_ms is None else past_ms
        if not member.paused or member.reason != reason:
            member.paused_at_ms = at_ms
        member.paused, member.reason = True, reason
        member.touched_ms = max(member.touched_ms, at_ms)
        event = MemberPaused(member.queue, member.agent, reason)
        if past_ms is None:
            self.board.out.tell(event)
        else:
            self.board.out.tell_past(event, past_ms)

    def resume(self, member: Member, past_ms: int | None = None) -> None:
        """The end of a pause; nothing where there was none."""
        if not member.paused:
            return
        member.paused, member.reason, member.paused_at_ms = False, None, None
        # A line about the past must not outweigh the switch's lists, which were taken after it.
        member.touched_ms = max(member.touched_ms, self.board.out.now_ms if past_ms is None else past_ms)
        event = MemberResumed(member.queue, member.agent)
        if past_ms is None:
            self.board.out.tell(event)
        else:
            self.board.out.tell_past(event, past_ms)

    def status(self, message: Message) -> None:
        """QueueMemberStatus: the phone's state, once per queue; told once."""
        member = self._member(message)
        if member is None:
            self.added(message)
            return
        member.touched_ms = self.board.out.now_ms
        self._device(member, message)

    def _device(self, member: Member, message: Message) -> None:
        device = DEVICES.get(message.get("Status"), "unknown")
        if self.board.members.device(member.agent, device):
            self.board.out.tell(DeviceChanged(member.agent, device))

    def _name(self, member: Member, name: str) -> None:
        if self.board.members.named(member, name):
            self.board.out.tell(AgentNamed(member.agent, name))


def _epoch_s(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
