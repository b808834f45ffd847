"""A switch's lists against what is known: the one `SnapshotTaken` that holds for both.

Invariants: whatever a live event touched since the lists were asked for keeps the event's value; what the lists do not hold any more
is no longer known (a queue_log line may still tell how it ended); nothing is made up: unknown times are None. A pause that a restart
of the switch forgot ended with the restart.
"""

from __future__ import annotations

from collectors.asterisk.channels import Channel, known
from collectors.asterisk.codec import Message, unescape
from collectors.asterisk.listed_sessions import bring_in_line, is_supervisors
from collectors.asterisk.memberships import Memberships
from collectors.asterisk.monitoring import Monitoring
from collectors.asterisk.own_calls import OwnCall, OwnCalls
from collectors.asterisk.snapshot import ListedChannel, SwitchLists
from collectors.asterisk.switchboard import Switchboard, seconds
from collectors.asterisk.tables import DEVICES
from collectors.asterisk.visits import OVER, SAME_MS, Offer, Visit
from collectors.events import (
    HandlingRow,
    MemberRow,
    OfferRow,
    OwnCallRow,
    SnapshotTaken,
    WaitingRow,
)


class Reconcile:
    """One resync."""

    def __init__(
        self,
        board: Switchboard,
        memberships: Memberships,
        own_calls: OwnCalls,
        monitoring: Monitoring,
        lists: SwitchLists,
        listing_ms: int,
        restarted_ms: int | None = None,
    ) -> None:
        self.board = board
        self.memberships = memberships
        self.own_calls = own_calls
        self.monitoring = monitoring
        self.lists = lists
        self.listing_ms = listing_ms
        self.restarted_ms = restarted_ms

    def snapshot(self, gap_from_ms: int | None) -> SnapshotTaken:
        """Bring what is known in line with the lists, and tell all of it."""
        for hint, device in self.lists.hints:
            self.board.members.hint(hint, device)
        self._members()
        if self.lists.has_channels:
            self._channels()
        self._waiting()
        if self.lists.has_channels:
            self._talks()
            self._offers()
            self._own_calls()
            bring_in_line(self.board, self.monitoring, self.lists, self.listing_ms)
        return self._rows(gap_from_ms)

    # -- members ----------------------------------------------------------------------------------------------------------

    def _members(self) -> None:
        members = self.board.members
        listed = set()
        for item in self.lists.members:
            queue, agent = item.get("Queue"), item.get("Location")
            listed.add((queue, agent))
            member = members.get(queue, agent) or members.add(queue, agent)
            if member.touched_ms >= self.listing_ms:
                continue
            if self.restarted_ms is not None and item.get("Paused") != "1":
                self.memberships.resume(member, self.restarted_ms)
            member.dynamic = item.get("Membership") != "static"
            self.memberships.describe(member, item, item.get("Name"))
            members.device(agent, DEVICES.get(item.get("Status"), "unknown"))
        for member in members.all():
            if (member.queue, member.agent) not in listed and member.touched_ms < self.listing_ms:
                members.remove(member.queue, member.agent)

    # -- channels ---------------------------------------------------------------------------------------------------------

    def _channels(self) -> None:
        channels = self.board.channels
        for channel in channels.all():
            if channel.uniqueid not in self.lists.channels and channel.seen_ms < self.listing_ms:
                channels.forget(channel.uniqueid)
                self.board.legs.pop(channel.uniqueid, None)
        for listed in self.lists.channels.values():
            if channels.is_gone(listed.uniqueid):
                continue
            channel = channels.get(listed.uniqueid) or channels.add(listed.message, listed.uniqueid)
            channel.is_up = channel.is_up or listed.is_up
            if listed.bridge and not channel.bridge:
                channels.enter(channel, listed.bridge)
            is_of_ours = listed.message.get("Context") == self.monitoring.context
            channel.is_supervisors = channel.is_supervisors or listed.application == "ChanSpy" or is_of_ours
        for listed in self.lists.channels.values():
            self._link(listed)

    def _link(self, listed: ListedChannel) -> None:
        """Local halves belong together, and what is bridged with `;2` is the phone behind `;1`."""
        other = self.lists.other_half(listed)
        if other is None or not listed.name.endswith(";2"):
            return
        two, one = self.board.channels.get(listed.uniqueid), self.board.channels.get(other.uniqueid)
        if one is None or two is None:
            return
        self.board.channels.pair(one, two)
        phone = self.lists.phone_behind(other)
        behind: Channel | None = self.board.channels.get(phone.uniqueid) if phone is not None else None
        if behind is not None and not two.dialling:
            two.dialling, behind.dialled_by = behind.uniqueid, two.uniqueid
            self.board.members.rings_at(self.board.agent_of(other.device) or behind.device, behind.device)

    # -- visits -----------------------------------------------------------------------------------------------------------

    def _waiting(self) -> None:
        listed = set()
        for entry in self.lists.entries:
            queue, call = entry.get("Queue"), entry.get("Uniqueid")
            listed.add((queue, call))
            self._entry(queue, call, entry)
        for visit in self.board.visits.all():
            if visit.is_waiting and visit.live_ms < self.listing_ms and (visit.queue, visit.call) not in listed:
                visit.state = "lost_sight"

    def _entry(self, queue: str, call: str, entry: Message) -> None:
        if self.board.channels.is_gone(call):
            return
        visit = self.board.visits.waiting(call, queue)
        entered_ms = max(self.board.out.now_ms - (seconds(entry.get("Wait")) or 0) * 1000, 0)
        if visit is None and (self._is_newer(call, queue) or self._has_gone_on(call, queue, entered_ms)):
            return
        if visit is None:
            visit = self.board.visits.open(queue, call, entered_ms)
            visit.guessed = True
        elif visit.guessed:
            visit.entered_ms = min(visit.entered_ms, entered_ms)
        visit.state = "waiting"
        visit.number = visit.number or known(entry.get("CallerIDNum"))
        name = known(entry.get("CallerIDName"))
        visit.name = visit.name or (unescape(name) if name is not None else None)
        visit.position, visit.priority = seconds(entry.get("Position")), seconds(entry.get("Priority"))

    def _is_newer(self, call: str, queue: str) -> bool:
        """Whether an event touched the call since the lists were asked for, or the log just told its end there."""
        for visit in self.board.visits.of_call(call):
            is_just_over = visit.queue == queue and visit.state in OVER and visit.touched_ms + SAME_MS > self.listing_ms
            if visit.live_ms >= self.listing_ms or is_just_over:
                return True
        return False

    def _has_gone_on(self, call: str, queue: str, entered_ms: int) -> bool:
        """Whether the listed stay is one that is known to have ended since: a second one would have begun after that."""
        for visit in self.board.visits.of_call(call):
            went_on_ms = visit.answered_ms if visit.agent else visit.touched_ms if visit.state in OVER else None
            if visit.queue == queue and went_on_ms is not None and entered_ms <= went_on_ms:
                return True
        return False

    def _talks(self) -> None:
        talking = set()
        for visit in self.board.visits.all():
            if not visit.is_handled:
                continue
            if visit.live_ms < self.listing_ms and not self._goes_on(visit):
                visit.state = "lost_sight"
                self.board.visits.finish(visit)
            else:
                talking.add((visit.call, visit.queue))
        for channel in self.lists.channels.values():
            if channel.queue and channel.bridge and (channel.uniqueid, channel.queue) not in talking:
                self._talk(channel)

    def _goes_on(self, visit: Visit) -> bool:
        """Whether a known talk can still be going on: the caller is there, and a leg of the agent's."""
        caller = self.lists.channels.get(visit.call)
        if caller is None:
            return False
        listed = {leg for leg in visit.legs if leg in self.lists.channels}
        if not listed:
            listed = {
                leg.uniqueid
                for leg in self.lists.bridged_with(caller)
                if self.board.agent_of(leg.device) == visit.agent and not is_supervisors(self.board, leg)
            }
        if not listed and visit.legs:
            return False
        visit.legs = listed
        for leg in listed:
            self.board.legs[leg] = (visit, visit.agent)
        return True

    def _talk(self, caller: ListedChannel) -> None:
        """A caller of a queue in a bridge, of whose answer nothing was heard."""
        visits = self.board.visits
        if self.board.channels.is_gone(caller.uniqueid) or visits.handled(caller.uniqueid):
            return
        if self._is_newer(caller.uniqueid, caller.queue):
            return
        for leg in self.lists.bridged_with(caller):
            agent = self._talking_agent(leg, caller.queue) if not is_supervisors(self.board, leg) else None
            if agent is None:
                continue
            visit = visits.waiting(caller.uniqueid, caller.queue)
            if visit is None:
                visit = visits.open(caller.queue, caller.uniqueid, self.board.out.now_ms)
                visit.guessed = True
                visit.number = known(caller.number)
                visit.log_entered = False
                visit.entered_ms = 0
            phone = self.lists.phone_behind(leg)
            legs = {leg.uniqueid} | ({phone.uniqueid} if phone is not None else set())
            visits.answered(visit, agent, None, legs, None)
            for uniqueid in legs:
                self.board.legs[uniqueid] = (visit, agent)
            return

    def _talking_agent(self, leg: ListedChannel, queue: str) -> str | None:
        """Whose leg of a queue's talk it is. A caller who was passed on is bridged with somebody the queue knows nothing of: what
        `Dial` rang is a member's only behind a Local channel that was optimised away."""
        agent = self.board.agent_of(leg.device)
        if agent is None or self.board.members.get(queue, agent) is None:
            return None
        return None if leg.application == "AppDial" and agent == leg.device else agent

    def _offers(self) -> None:
        """Legs that ring for a waiting caller; known ones that do not ring any more are forgotten."""
        for visit in self.board.visits.all():
            if not visit.is_waiting:
                continue
            for agent, offer in list(visit.offers.items()):
                if offer.started_ms < self.listing_ms and offer.leg not in self.lists.channels:
                    del visit.offers[agent]
        for leg in self.lists.channels.values():
            if leg.application != "AppQueue" or leg.is_up or self.board.channels.is_gone(leg.uniqueid):
                continue
            self._offer(leg)

    def _offer(self, leg: ListedChannel) -> None:
        agent = self.board.agent_of(leg.device)
        visit = self._waiting_for(leg, agent) if agent is not None else None
        if visit is not None and agent is not None and agent not in visit.offers:
            visit.offers[agent] = Offer(agent, leg.uniqueid, self.board.out.now_ms - leg.age_s * 1000)
            self.board.legs[leg.uniqueid] = (visit, agent)

    def _waiting_for(self, leg: ListedChannel, agent: str | None) -> Visit | None:
        """The waiting visit that rings at this leg: the same chain of calls, in a queue of the agent's."""
        for entry in self.lists.entries:
            caller = self.lists.channels.get(entry.get("Uniqueid"))
            queue = entry.get("Queue")
            if caller is None or caller.linked != leg.linked or agent is None:
                continue
            if self.board.members.get(queue, agent) is not None:
                return self.board.visits.waiting(caller.uniqueid, queue)
        return None

    # -- calls outside the queues -----------------------------------------------------------------------------------------

    def _own_calls(self) -> None:
        calls = self.own_calls.calls
        for uniqueid, call in list(calls.items()):
            if uniqueid not in self.lists.channels and call.started_ms < self.listing_ms:
                del calls[uniqueid]
        for leg in self.lists.channels.values():
            agent = self.board.members.agent_at(leg.device)
            is_call = leg.application != "AppQueue" and not is_supervisors(self.board, leg)
            if agent is None or not is_call or leg.uniqueid in calls or self.board.channels.is_gone(leg.uniqueid):
                continue
            if self.board.serves(leg.uniqueid) is None:
                calls[leg.uniqueid] = self._own_call(agent, leg)

    def _own_call(self, agent: str, leg: ListedChannel) -> OwnCall:
        """A call of which only the list tells: `Dial` is what dials, `AppDial` is what was dialled."""
        started_ms = self.board.out.now_ms - leg.age_s * 1000
        peers = self.lists.bridged_with(leg)
        other = peers[0] if peers else self.lists.channels.get(leg.linked)
        call = OwnCall(agent, leg.uniqueid, known(other.number) if other is not None else None, started_ms)
        is_phone = other is None or self.board.members.agent_at(other.device) is not None
        is_phone = is_phone or (other is not None and other.device.rpartition("/")[2] == other.number)
        if not is_phone:
            call.kind = "outbound" if leg.application == "Dial" else "inbound"
        call.is_told = True
        call.connected_ms = started_ms if leg.is_up and leg.bridge else None
        return call

    # -- all of it --------------------------------------------------------------------------------------------------------

    def _rows(self, gap_from_ms: int | None) -> SnapshotTaken:
        visits = self.board.visits.all()
        return SnapshotTaken(
            queues=self.lists.queues,
            members=[
                MemberRow(m.queue, m.agent, m.name, m.dynamic, m.penalty, m.paused, m.reason, m.paused_at_ms, device)
                for m in self.board.members.all()
                for device in (self.board.members.device_of(m.agent),)
            ],
            waiting=[
                WaitingRow(v.queue, v.call, v.visit, v.entered_ms, v.number, v.name, v.position, v.priority)
                for v in visits
                if v.is_waiting
            ],
            offers=[
                OfferRow(v.queue, v.call, v.visit, offer.agent, offer.started_ms)
                for v in visits
                if v.is_waiting
                for offer in v.offers.values()
            ],
            handlings=[_handling_row(v) for v in visits if v.is_handled],
            own_calls=[
                OwnCallRow(c.agent, c.call, c.kind, c.number, c.started_ms, c.connected_ms, c.held)
                for c in self.own_calls.calls.values()
                if c.is_told
            ],
            monitorings=[session.row() for session in self.monitoring.sessions.values()],
            gap_from_ms=gap_from_ms,
        )


def _handling_row(visit: Visit) -> HandlingRow:
    return HandlingRow(
        visit.queue,
        visit.call,
        visit.visit,
        visit.agent,
        visit.entered_ms or None,
        visit.answered_ms,
        visit.wait_s,
        visit.held,
        visit.number,
        visit.name,
    )
