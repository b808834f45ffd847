"""A switch's queue_log by itself → the facts of the stream: what was on a floor that nobody watched.

The same matching as where a log fills a hole (`backfill`), with nothing to match but the lines. Facts carry the log's whole seconds.
What the log does not say is not made up: holds, own calls, phones, who rang in vain because another answered. A member is known
from the first line that names him; names are turned into interfaces by what the caller knows of them, else the name is the id.

Pure, and its `state` is all that it remembers: one that was restored goes on as if it had never been away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from collectors.asterisk.backfill import Backfill
from collectors.asterisk.members import Member
from collectors.asterisk.memberships import Memberships
from collectors.asterisk.queue_calls import QueueCalls
from collectors.asterisk.queue_log import QueueLogLine
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.visits import Offer, Visit
from collectors.events import Fact, SwitchRestarted

Name = tuple[str, str, str]
"""Agent (interface), what the log calls it, and in which queue ("": in any)."""

_FORGET_EVERY_MS: Final = 600_000
_FORGET_AFTER_MS: Final = 7_200_000
_NAMING: Final = frozenset({"CONNECT", "RINGNOANSWER", "PAUSE", "UNPAUSE"})
"""Lines that say that somebody is a member."""
_PACK: Final = msgspec.msgpack.Encoder()


class LogFacts:
    """One switch. `line` in the order of the log; `state` and `restore` between two lines."""

    def __init__(self, names: Iterable[Name] = ()) -> None:
        self.unknown_names: set[str] = set()
        self._board = Switchboard()
        self._calls = QueueCalls(self._board)
        self._memberships = Memberships(self._board)
        self._backfill = Backfill(self._board, self._calls, self._memberships)
        self._removed: set[tuple[str, str]] = set()
        self._forget_ms = 0
        self._names = list(names)
        for agent, name, queue in self._names:
            self._board.members.named(Member(queue, agent), name)

    def line(self, line: QueueLogLine) -> list[Fact]:
        """What the line tells, each fact with the time that it says."""
        out = self._board.out
        past_ms = line.at_s * 1000
        out.now_ms = max(out.now_ms, past_ms)
        if line.event == "QUEUESTART":
            self._restarted(line)
        else:
            if not out.boot:
                out.boot = f"queue_log {line.at_s}"
            self._learn(line, past_ms)
            if line.event == "CONNECT":
                self._rang(line, past_ms)
            self._backfill.fill(line, past_ms)
            self._calls.clear()
        if out.now_ms >= self._forget_ms:
            self._forget_ms = out.now_ms + _FORGET_EVERY_MS
            self._board.visits.forget(out.now_ms - _FORGET_AFTER_MS)
        return out.take()

    def _restarted(self, line: QueueLogLine) -> None:
        board = self._board
        was_known = bool(board.out.boot)
        board.restart()
        board.out.boot = f"queue_log {line.at_s}"
        if was_known:
            board.out.tell_past(SwitchRestarted(), line.at_s * 1000)

    def _learn(self, line: QueueLogLine, past_ms: int) -> None:
        """Whom the line names is a member from here on, unless he was taken out of the queue."""
        if not line.agent or not line.queue:
            return
        members = self._board.members
        if not members.called(line.queue, line.agent):
            self.unknown_names.add(line.agent)
            members.named(Member(line.queue, line.agent), line.agent)
        agent = members.called(line.queue, line.agent)[0]
        key = (line.queue, agent)
        if line.event == "REMOVEMEMBER":
            self._removed.add(key)
        elif line.event == "ADDMEMBER":
            self._removed.discard(key)
        elif line.event in _NAMING and key not in self._removed and members.get(*key) is None:
            member = members.add(*key)
            members.named(member, line.agent)
            self._memberships.told(member, past_ms)

    def _rang(self, line: QueueLogLine, past_ms: int) -> None:
        """Whoever answers rang before, as long as the line says."""
        ring_s = line.number(2)
        visit = next((v for v in self._board.visits.of_call(line.call) if v.queue == line.queue and v.is_waiting), None)
        agents = self._board.members.called(line.queue, line.agent)
        if visit is not None and ring_s is not None and len(agents) == 1 and agents[0] not in visit.offers:
            self._calls.offers.started_before(visit, agents[0], past_ms - ring_s * 1000)

    # -- what it remembers ---------------------------------------------------------------------------------------------

    def state(self) -> bytes:
        """Everything that the next line may need."""
        board = self._board
        return _PACK.encode(
            {
                "boot": board.out.boot,
                "now_ms": board.out.now_ms,
                "forget_ms": self._forget_ms,
                "unknown_names": sorted(self.unknown_names),
                "removed": sorted(self._removed),
                "names": [
                    [queue, name, agent] for (queue, name), agents in board.members.names().items() for agent in agents
                ],
                "members": [_slots(member) for member in board.members.all()],
                "visits": [_visit_slots(visit) for visit in board.visits.all()],
            }
        )

    @classmethod
    def restored(cls, state: bytes) -> LogFacts:
        """The one whose `state` that was."""
        kept: dict[str, Any] = msgspec.msgpack.decode(state)
        found = cls([(agent, name, queue) for queue, name, agent in kept["names"] if queue])
        for queue, name, agent in kept["names"]:
            if not queue:
                found._board.members.named(Member("", agent), name)
        board = found._board
        board.out.boot, board.out.now_ms, found._forget_ms = kept["boot"], kept["now_ms"], kept["forget_ms"]
        found.unknown_names = set(kept["unknown_names"])
        found._removed = {(queue, agent) for queue, agent in kept["removed"]}
        for slots in kept["members"]:
            _fill(board.members.add(slots["queue"], slots["agent"]), slots)
        for slots in kept["visits"]:
            board.visits.count(slots["call"], slots["visit"] - 1)
            visit = board.visits.open(slots["queue"], slots["call"], slots["entered_ms"])
            offers = [Offer(one["agent"], one["leg"], one["started_ms"]) for one in slots.pop("offers")]
            slots["legs"] = set(slots["legs"])
            _fill(visit, slots)
            visit.offers = {offer.agent: offer for offer in offers}
            if visit.is_handled:
                board.visits.answered(visit, visit.agent, visit.answered_ms, visit.legs, visit.wait_s)
                for leg in visit.legs:
                    board.legs[leg] = (visit, visit.agent)
        return found


def _slots(thing: Member | Visit | Offer) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__slots__}


def _visit_slots(visit: Visit) -> dict[str, Any]:
    slots = _slots(visit)
    slots["offers"] = [_slots(offer) for offer in visit.offers.values()]
    slots["legs"] = sorted(visit.legs)
    return slots


def _fill(thing: Member | Visit, slots: dict[str, Any]) -> None:
    for name, value in slots.items():
        setattr(thing, name, value)
