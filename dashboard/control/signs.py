"""The control process's vital signs: what its port says to people and to Prometheus. No name, number or secret is in it."""

from __future__ import annotations

from collectors.vitals import Vitals
from dashboard.control.control import Control
from dashboard.replica import Replica


class ControlSigns:
    """One per process. Read at each scrape, nothing is counted on the way."""

    def __init__(self, replica: Replica, switches: tuple[str, ...]) -> None:
        self.vitals = Vitals()
        self.vitals.why_not_ready = self._why_not_ready
        self.vitals.before_scrape.append(self._refresh)
        self._replica = replica
        self._active: dict[str, Control | None] = dict.fromkeys(switches)
        new = self.vitals
        self._is_active = new.gauge("floorwatch_control_active", "1 while this process controls the switch.", "switch")
        self._is_up = new.gauge("floorwatch_control_link_up", "1 while the switch can be told something.", "switch")
        self._sessions = new.gauge("floorwatch_control_sessions", "Supervisors in calls, or on their way.", "switch")
        self._commands = new.counter(
            "floorwatch_control_commands_total", "Commands answered at the desk.", "switch", "kind", "state"
        )
        self._sent = new.counter("floorwatch_control_actions_total", "Actions sent to the switch.", "switch")
        self._unexplained = new.counter(
            "floorwatch_control_unexplained_total", "Supervisors in calls whom nobody asked us for.", "switch"
        )
        self._cleaned = new.counter(
            "floorwatch_control_cleaned_legs_total", "Legs of ours without a session.", "switch"
        )
        self._unread = new.counter("floorwatch_control_unreadable_total", "Entries that were no command.", "switch")
        self._unwritten = new.gauge("floorwatch_control_unwritten", "Records that wait for the database.", "switch")

    def follow(self, control: Control) -> None:
        """A term begins."""
        self._active[control.name] = control

    def stand_by(self, switch: str) -> None:
        """A term has ended, or none has begun."""
        self._active[switch] = None

    def _why_not_ready(self) -> str:
        if not self._replica.is_current:
            return "The stream cannot be read, or is read behind its end."
        for switch, control in self._active.items():
            if control is None:
                return f"Standing by: another process controls {switch}."
            if not control.room.link.is_live:
                return f"{switch}: {control.room.link.source.why_not_live or 'its floor is being read.'}"
            if not control.room.is_open:
                return f"{switch}: no command is taken yet, because the database or Redis is away."
        return ""

    def _refresh(self) -> None:
        for switch, control in self._active.items():
            self._is_active.set(0 if control is None else 1, switch)
            self._is_up.set(0 if control is None or not control.room.link.is_live else 1, switch)
            if control is None:
                continue
            self._sessions.set(len(control.room.book), switch)
            for (kind, state), count in control.desk.counts.items():
                self._commands.set(count, switch, kind, state)
            self._sent.set(control.room.link.sent, switch)
            self._unexplained.set(control.room.unexplained, switch)
            self._cleaned.set(control.room.unknown_legs, switch)
            self._unread.set(control.inbox.unreadable, switch)
            self._unwritten.set(control.records.unwritten, switch)
