"""AMI messages, queue_log lines and lists → the facts of the stream. Pure: no I/O, no clock, no logging.

Invariants:

* Facts come out in the order in which they must be appended. Nothing that a switch sends, however odd, raises.
* Between `linked` and `booted` live messages are held, because a fact must name the boot of the switch that it belongs to.
* A hole (`link_lost` … `linked`) is filled from the queue_log lines of that time, before what came after it is told.
* Dispatch is one dictionary look-up by the event's name; an event that is not in `WANTED_EVENTS` does nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from collectors.asterisk.backfill import Backfill
from collectors.asterisk.codec import Message
from collectors.asterisk.legs import Legs
from collectors.asterisk.memberships import Memberships
from collectors.asterisk.monitoring import Monitoring
from collectors.asterisk.own_calls import OwnCalls
from collectors.asterisk.queue_calls import QueueCalls
from collectors.asterisk.queue_log import QueueLogLine
from collectors.asterisk.reasons import Reasons
from collectors.asterisk.recall import Recall
from collectors.asterisk.reconcile import Reconcile
from collectors.asterisk.snapshot import SwitchLists, read
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.tables import WANTED_EVENTS
from collectors.asterisk.talks import Talks
from collectors.events import Entry, Fact, GapFilled, LinkLost, LinkRestored, SnapshotTaken, SwitchRestarted

__all__ = ["WANTED_EVENTS", "TranslateConfig", "Translator", "boot_of"]

_FORGET_AFTER_MS = 3_600_000
_FORGET_EVERY_MS = 60_000
_LATE_LINES_MS = 1_500
"""How long after a hole its last lines may still come, and how long an event may come after its line."""
_PATIENCE_MS = 10_000
"""How long a line outside of any hole waits for its event before it is dropped."""


@dataclass(frozen=True, slots=True)
class TranslateConfig:
    """`monitor_context`: the dialplan context whose extensions are monitoring modes. `kept_lines`: queue_log lines that are kept
    for a hole; more than that and the hole is not called filled."""

    monitor_context: str = "floorwatch-monitor"
    kept_lines: int = 100_000


@dataclass(slots=True)
class _Gap:
    from_ms: int
    to_ms: int


def boot_of(core_status: Message) -> str:
    """The identity of the switch's process: its start, in its own words; "" where the reply does not tell."""
    date, time = core_status.get("CoreStartupDate"), core_status.get("CoreStartupTime")
    return f"{date} {time}" if date and time else ""


class Translator:
    """One switch, over all of its links. `boot`: the last one that the stream knows of this switch."""

    def __init__(self, config: TranslateConfig | None = None, boot: str = "") -> None:
        self.config = config or TranslateConfig()
        self.board = Switchboard(boot)
        self.calls = QueueCalls(self.board)
        self.own_calls = OwnCalls(self.board)
        self.talks = Talks(self.board, self.own_calls)
        self.memberships = Memberships(self.board)
        self.monitoring = Monitoring(self.board, self.own_calls, self.config.monitor_context)
        self.legs = Legs(self.board, self.calls, self.own_calls, self.monitoring)
        self.reasons = Reasons(self.board, self.calls)
        self.backfill = Backfill(self.board, self.calls, self.memberships)
        self.skew_ms = 0
        """Switch clock minus ours, for the whole seconds of its queue_log."""
        self.wants_resync = False
        """Set by a reload of the switch: its lists may hold what no event told. Cleared by `listing`."""
        self._core_status: Message | None = None
        self._is_up = False
        self._is_new_life = True
        self._was_linked = False
        self._is_overfull = False
        self._waits_for_lists = False
        self._held: list[tuple[Message, int]] | None = None
        self._lines: deque[tuple[QueueLogLine, int]] = deque()
        """Lines that nothing settled yet, and when each was read."""
        self._gap: _Gap | None = None
        self._told_gap_ms: int | None = None
        self._lost_ms: int | None = None
        self._linked_ms = 0
        self._listing_ms = 0
        self._restarted_ms: int | None = None
        self._shutdown_seen = False
        self._forget_ms = 0
        self._rooms = self._dispatch()

    def _dispatch(self) -> dict[str, Callable[[Message], None]]:
        calls, talks, legs = self.calls, self.talks, self.legs
        return {
            "QueueCallerJoin": calls.joined,
            "QueueCallerAbandon": calls.abandoned,
            "QueueCallerLeave": calls.left,
            "AgentCalled": calls.called,
            "AgentConnect": calls.connected,
            "AgentComplete": self._talk_ended,
            "AgentRingNoAnswer": calls.not_answered,
            "QueueMemberAdded": self.memberships.added,
            "QueueMemberPenalty": self.memberships.added,
            "QueueMemberRemoved": self.memberships.removed,
            "QueueMemberPause": self.memberships.paused,
            "QueueMemberStatus": self.memberships.status,
            "Hold": talks.hold,
            "Unhold": talks.unhold,
            "BlindTransfer": talks.blind_transfer,
            "AttendedTransfer": talks.attended_transfer,
            "ChanSpyStart": self.monitoring.started,
            "ChanSpyStop": self.monitoring.stopped,
            "Newchannel": legs.new_channel,
            "Newstate": legs.new_state,
            "DialBegin": legs.dial_began,
            "DialEnd": legs.dial_ended,
            "BridgeEnter": legs.bridge_entered,
            "BridgeLeave": legs.bridge_left,
            "HangupRequest": legs.hang_up_asked,
            "Hangup": legs.hung_up,
            "LocalBridge": legs.local_paired,
            "LocalOptimizationBegin": legs.local_optimised,
            "ExtensionStatus": legs.hinted,
            "UserEvent": self._user_event,
            "Reload": self._reloaded,
            "Shutdown": self._shut_down,
        }

    @property
    def boot(self) -> str:
        return self.board.out.boot

    # -- live ---------------------------------------------------------------------------------------------------------------

    def message(self, message: Message, at_ms: int) -> list[Fact]:
        """What one live event tells. List items and replies to actions are not for here."""
        room = self._rooms.get(message.event)
        if room is None:
            return []
        if self._held is not None:
            self._held.append((message, at_ms))
            return []
        out = self.board.out
        out.now_ms = self.board.channels.now_ms = at_ms
        self._due(at_ms)
        out.source = message
        room(message)
        out.source = None
        return out.take() if out.facts else []

    def tick(self, now_ms: int) -> list[Fact]:
        """What time alone decides. To be called about once a second."""
        out = self.board.out
        out.now_ms = self.board.channels.now_ms = now_ms
        if self._held is None:
            self._due(now_ms)
        if self._is_up and self._lines:
            self._read_waiting(now_ms)
        if now_ms >= self._forget_ms:
            self._forget_ms = now_ms + _FORGET_EVERY_MS
            self.board.visits.forget(now_ms - _FORGET_AFTER_MS)
        return out.take()

    def _due(self, now_ms: int) -> None:
        calls, own_calls, monitoring = self.calls, self.own_calls, self.monitoring
        if calls.next_due_ms is not None and calls.next_due_ms <= now_ms:
            calls.tick(now_ms)
        if own_calls.next_due_ms is not None and own_calls.next_due_ms <= now_ms:
            own_calls.tick(now_ms)
        if monitoring.next_due_ms is not None and monitoring.next_due_ms <= now_ms:
            monitoring.tick(now_ms)

    # -- the link -----------------------------------------------------------------------------------------------------------

    def link_lost(self, reason: str, since_ms: int, at_ms: int) -> list[Fact]:
        """The link is down since its last sign of life. `reason`: a word of `LINK_REASONS`."""
        facts = self._booted(at_ms) if self._waits_for_lists else self._release()
        self._is_up = False
        self.monitoring.link_lost()
        if self._lost_ms is None:
            self._lost_ms = since_ms
            while self._lines and self._lines[0][1] < since_ms - _LATE_LINES_MS:
                self._lines.popleft()
        self.board.out.now_ms = at_ms
        self.board.out.tell(LinkLost(reason, since_ms))
        return facts + self.board.out.take()

    def recall(self, entries: Iterable[Entry], log_from_ms: int | None = None) -> None:
        """What an earlier life told of this switch, oldest first: once, before the first `linked`.

        `log_from_ms`: the time from which the switch's log will be read (again); None: on from where it was.
        """
        Recall(self.board, self.memberships, self.monitoring).read(entries, log_from_ms)

    def linked(self, at_ms: int, gap_from_ms: int | None = None) -> list[Fact]:
        """A link is up and logged in; `gap_from_ms`: since when facts are missing, if that is before the link was lost."""
        self.board.out.now_ms = self._linked_ms = at_ms
        from_ms = min((ms for ms in (self._lost_ms, gap_from_ms) if ms is not None), default=None)
        self._is_new_life, self._was_linked = not self._was_linked, True
        self._lost_ms = None
        self._waits_for_lists = self._is_up = False
        self._gap = _Gap(from_ms, at_ms) if from_ms is not None else None
        self._told_gap_ms = from_ms
        self._held = []
        self.board.out.tell(LinkRestored(from_ms))
        return self.board.out.take()

    def booted(self, core_status: Message | None, at_ms: int) -> list[Fact]:
        """The switch told which process it is (None: it would not).

        Tells what happened and what was held meanwhile. Where names that the log writes are not known yet (a new life), or are
        shared, that waits for the lists of the next `snapshot`: they tell who is who.
        """
        self._core_status = core_status
        members = self.board.members
        is_nameless = self._is_new_life and not members.all()
        if self._gap is not None and self._lines and (is_nameless or members.has_namesakes()):
            self._waits_for_lists = True
            return []
        return self._booted(at_ms)

    def _booted(self, at_ms: int) -> list[Fact]:
        out, core_status = self.board.out, self._core_status
        self._waits_for_lists, self._is_up = False, True
        out.now_ms = self.board.channels.now_ms = at_ms
        lines = [line for line, _ in self._lines]
        self._lines.clear()
        start = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].event == "QUEUESTART"), None)
        boot = boot_of(core_status) if core_status is not None else self._guessed_boot(lines, start)
        if not out.boot or boot in {"", out.boot}:
            out.boot = boot or out.boot
            self._fill(lines)
        else:
            before = lines[: start if start is not None else len(lines)]
            self._fill(before)
            self._restarted(boot, self._line_ms(lines[start]) if start is not None else self._linked_ms)
            self._fill(lines[len(before) :])
        self._shutdown_seen = False
        return out.take() + self._release()

    def _guessed_boot(self, lines: list[QueueLogLine], start: int | None) -> str:
        """A switch that keeps its start time from us is another process where its log or its farewell says so."""
        if start is not None:
            return f"queue_log {lines[start].at_s}"
        return f"linked {self._linked_ms}" if self._shutdown_seen else ""

    def _restarted(self, boot: str, at_ms: int) -> None:
        out = self.board.out
        self.board.restart()
        self.own_calls.clear()
        self.monitoring.clear()
        self.calls.clear()
        self.memberships.forget_lines()
        out.boot = boot
        self._restarted_ms = at_ms
        out.tell_past(SwitchRestarted(self._shutdown_seen or (None if self._is_new_life else False)), at_ms)

    def _release(self) -> list[Fact]:
        """Read what was held back."""
        held, self._held = self._held, None
        facts: list[Fact] = []
        for message, at_ms in held or ():
            facts += self.message(message, at_ms)
        return facts

    def listing(self, at_ms: int) -> None:
        """The lists of a resync are asked for now: what events touch from here on is newer than they are."""
        self._listing_ms = at_ms
        self.wants_resync = False

    def snapshot(self, items: Iterable[Message] | SwitchLists, at_ms: int) -> list[Fact]:
        """The lists have come: one `SnapshotTaken`, and what else became known."""
        out = self.board.out
        lists = items if isinstance(items, SwitchLists) else read(items)
        facts: list[Fact] = []
        if self._waits_for_lists:
            self._learn_names(lists, at_ms)
            self.backfill.lists = lists
            facts = self._booted(at_ms)
            self.backfill.lists = SwitchLists()
        out.now_ms = self.board.channels.now_ms = at_ms
        reconcile = Reconcile(
            self.board,
            self.memberships,
            self.own_calls,
            self.monitoring,
            lists,
            self._listing_ms or at_ms,
            self._restarted_ms,
        )
        self._restarted_ms = None
        taken: SnapshotTaken = reconcile.snapshot(self._told_gap_ms)
        self._told_gap_ms = None
        out.tell(taken)
        return facts + out.take()

    def _learn_names(self, lists: SwitchLists, at_ms: int) -> None:
        """Who is called what, before the log's lines are read; the rest of the lists comes after them."""
        self.board.out.now_ms = at_ms
        for item in lists.members:
            member = self.board.members.add(item.get("Queue"), item.get("Location"))
            self.board.members.named(member, item.get("Name"))

    # -- queue_log ------------------------------------------------------------------------------------------------------------

    def log_line(self, line: QueueLogLine, at_ms: int) -> list[Fact]:
        """What one line of the switch's log adds. Lines that came while the link was down tell what happened then."""
        out = self.board.out
        out.now_ms = max(at_ms, out.now_ms)
        if self._is_up and line.event == "QUEUESTART":
            self._lines.clear()  # another process: what is left of the old one's lines is of calls that died with it
        if self._is_up and self._lines:
            self._read_waiting(out.now_ms)  # lines are matched in their order
        if not (self._is_up and self.backfill.settle(line, self._past_ms(line))):
            self._keep(line)
        return out.take()

    def _keep(self, line: QueueLogLine) -> None:
        if len(self._lines) >= self.config.kept_lines:
            self._lines.popleft()
            self._is_overfull = True
        self._lines.append((line, self.board.out.now_ms))

    def log_read_up_to(self, at_ms: int) -> list[Fact]:
        """The log was read to its end at that time (our clock): a hole that ended well before is filled."""
        gap, out = self._gap, self.board.out
        if gap is None or not self._is_up or at_ms < gap.to_ms + _LATE_LINES_MS:
            return []
        out.now_ms = max(at_ms, out.now_ms)
        self._read_waiting(at_ms)
        if any(read_ms < gap.to_ms + _LATE_LINES_MS for _, read_ms in self._lines):
            return out.take()
        self._gap = None
        if not self._is_overfull:
            out.tell(GapFilled(gap.from_ms, gap.to_ms))
        self._is_overfull = False
        return out.take()

    def _line_ms(self, line: QueueLogLine) -> int:
        return line.at_s * 1_000 - self.skew_ms

    def _past_ms(self, line: QueueLogLine) -> int:
        """When the line's event happened: by its second, but never outside of the hole."""
        gap = self._gap
        if gap is None:
            return min(self._line_ms(line), self.board.out.now_ms)
        return min(max(self._line_ms(line), gap.from_ms), gap.to_ms)

    def _fill(self, lines: Iterable[QueueLogLine]) -> None:
        """Read what came while no event could; without a hole nothing is missing and the lines are only matched."""
        for line in lines:
            past_ms = self._past_ms(line)
            if not self.backfill.settle(line, past_ms) and self._gap is not None:
                self.backfill.fill(line, past_ms)

    def _read_waiting(self, now_ms: int) -> None:
        """Lines that came before their event, and the last ones of a hole that come after it."""
        waiting, self._lines = self._lines, deque()
        for line, read_ms in waiting:
            if self.backfill.settle(line, self._past_ms(line)):
                continue
            is_of_gap = self._gap is not None and read_ms < self._gap.to_ms + _LATE_LINES_MS
            if is_of_gap and now_ms >= read_ms + _LATE_LINES_MS:
                self.backfill.fill(line, self._past_ms(line))
            elif now_ms < read_ms + _PATIENCE_MS:
                self._lines.append((line, read_ms))

    # -- the rest -------------------------------------------------------------------------------------------------------------

    def _talk_ended(self, message: Message) -> None:
        self.calls.completed(message)
        self.monitoring.talk_ended()

    def _user_event(self, message: Message) -> None:
        if message.get("UserEvent") == "QueueExit":
            self.reasons.dialplan_said(message)
        elif message.get("UserEvent") == "FloorwatchMoved":
            self.calls.moved(message.get("Uniqueid"), message.get("To"))

    def _reloaded(self, _message: Message) -> None:
        self.wants_resync = True

    def _shut_down(self, _message: Message) -> None:
        self._shutdown_seen = True
