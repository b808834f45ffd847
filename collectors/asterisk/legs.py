"""Events of single channels → what the other rooms need to know of them.

Invariants: a channel that was hung up is never brought back by an event that comes late; a hang-up is told to everybody who may
wait for it, once.
"""

from __future__ import annotations

from collectors.asterisk.codec import Message
from collectors.asterisk.monitoring import Monitoring
from collectors.asterisk.own_calls import OwnCalls
from collectors.asterisk.queue_calls import QueueCalls
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.tables import MOVING_CONTEXTS


class Legs:
    """Channels as their own events tell them."""

    def __init__(self, board: Switchboard, calls: QueueCalls, own_calls: OwnCalls, monitoring: Monitoring) -> None:
        self.board = board
        self.calls = calls
        self.own_calls = own_calls
        self.monitoring = monitoring

    def new_channel(self, message: Message) -> None:
        """Newchannel."""
        channel = self.board.channels.seen(message)
        if channel is not None:
            self.own_calls.began(channel, message.get("ChannelState"))

    def new_state(self, message: Message) -> None:
        """Newstate: only "up" matters here."""
        if message.get("ChannelState") != "6":
            return
        channel = self.board.channels.get(message.get("Uniqueid"))
        if channel is not None:
            channel.is_up = True
            self.own_calls.answered(channel.uniqueid)

    def dial_began(self, message: Message) -> None:
        """DialBegin. A dial behind a Local agent shows which phone is his."""
        channels = self.board.channels
        source, target = channels.seen(message), channels.seen(message, "Dest")
        if target is None:
            return
        if source is not None:
            source.dialling, target.dialled_by = target.uniqueid, source.uniqueid
            if message.get("Context") in MOVING_CONTEXTS and self.board.visits.waiting_now(source.uniqueid) is None:
                self.calls.moved(source.uniqueid, target.device)
            served = self.board.serves(target.uniqueid)
            if served is not None and source.other_half and not target.name.startswith("Local/"):
                self.board.members.rings_at(served[1], target.device)
        self.own_calls.dialled(source, target, message.get("Exten"))

    def dial_ended(self, message: Message) -> None:
        """DialEnd."""
        status, target = message.get("DialStatus"), message.get("DestUniqueid")
        self.calls.offers.dial_ended(target, status)
        if status == "ANSWER":
            self.own_calls.answered(message.get("Uniqueid"), target)

    def bridge_entered(self, message: Message) -> None:
        """BridgeEnter: the caller may be a supervisor's now, or another agent's."""
        channel = self.board.channels.seen(message)
        if channel is None:
            return
        self.board.channels.enter(channel, message.get("BridgeUniqueid"))
        if message.get("Context") == self.monitoring.context:
            channel.is_supervisors = True
        for visit in self.monitoring.bridged(channel):
            self.calls.taken_over(visit)

    def bridge_left(self, message: Message) -> None:
        """BridgeLeave."""
        channel = self.board.channels.get(message.get("Uniqueid"))
        if channel is not None and channel.bridge == message.get("BridgeUniqueid"):
            self.board.channels.leave(channel)
            self.calls.leg_left(channel.uniqueid)

    def hang_up_asked(self, message: Message) -> None:
        """HangupRequest: the far end of this leg wants out."""
        channel = self.board.channels.seen(message)
        if channel is not None:
            channel.hang_up_cause = message.get("Cause")
            self.calls.asked_to_hang_up(channel.uniqueid, channel.hang_up_cause)

    def hung_up(self, message: Message) -> None:
        """Hangup."""
        uniqueid = message.get("Uniqueid")
        channel = self.board.channels.drop(uniqueid)
        self.monitoring.leg_gone(uniqueid)
        if channel is not None:
            self.own_calls.hung_up(channel)
        self.calls.hung_up(uniqueid)

    def local_paired(self, message: Message) -> None:
        """LocalBridge: two halves of one Local channel."""
        channels = self.board.channels
        one, two = channels.seen(message, "LocalOne"), channels.seen(message, "LocalTwo")
        if one is not None and two is not None:
            channels.pair(one, two)

    def local_optimised(self, message: Message) -> None:
        """LocalOptimizationBegin. Its end says `Success: No` although it succeeds."""
        self.calls.optimised(message.get("LocalOneUniqueid"), message.get("SourceUniqueid"))

    def hinted(self, message: Message) -> None:
        """ExtensionStatus: which phone a hint watches."""
        self.board.members.hint(f"{message.get('Exten')}@{message.get('Context')}", message.get("Hint"))
