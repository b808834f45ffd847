"""The historian's vital signs: what its port says to people and to Prometheus."""

from __future__ import annotations

import time

from collectors.stream import id_ms
from collectors.vitals import Vitals
from dashboard.history.chronicle import Chronicle
from dashboard.history.keeping import CheckpointKeeper
from dashboard.history.memory import StreamKeeper
from dashboard.replica import Replica


class HistorianSigns:
    """One per process; follows the replica of the present term. Read at each scrape, nothing is counted on the way."""

    def __init__(self) -> None:
        self.vitals = Vitals()
        self.vitals.why_not_ready = self._why_not_ready
        self.vitals.before_scrape.append(self._refresh)
        new = self.vitals
        self._active = new.gauge("floorwatch_history_active", "1 while this historian holds the lease.")
        self._events = new.counter("floorwatch_events_total", "Entries folded since the start, by type.", "type")
        self._lag = new.gauge("floorwatch_stream_lag_seconds", "From append to fold, of the newest entry.")
        self._age = new.gauge("floorwatch_stream_age_seconds", "Since the newest folded entry was appended.")
        self._outages = new.counter("floorwatch_redis_outages_total", "Times that Redis went away.")
        self._rebuilds = new.counter("floorwatch_rebuilds_total", "Times that the floor was built anew.", "why")
        self._left_out = new.counter("floorwatch_dead_letters_total", "Entries that could not be folded.")
        self._lag_warnings = new.counter(
            "floorwatch_lag_warnings_total", "Times reading was half the retention behind."
        )
        self._checkpoints = new.counter("floorwatch_checkpoints_total", "Checkpoints kept.")
        self._failures = new.counter("floorwatch_checkpoint_failures_total", "Checkpoints that could not be kept.")
        self._bytes = new.gauge("floorwatch_checkpoint_bytes", "Size of the newest checkpoint's state.")
        self._seconds = new.gauge("floorwatch_checkpoint_seconds", "Time that the newest checkpoint took.")
        self._trimmed = new.counter("floorwatch_trimmed_entries_total", "Entries trimmed from the stream.")
        self._young = new.counter("floorwatch_trimmed_young_entries_total", "Of these, early, as memory was short.")
        self._rows = new.counter("floorwatch_history_rows_total", "Rows of history written, by table.", "table")
        self._waiting = new.gauge("floorwatch_history_waiting_rows", "Rows of history that wait to be written.")
        self._not_written = new.counter("floorwatch_history_failures_total", "Writings of history that failed.")
        self._replica: Replica | None = None
        self._keeper: CheckpointKeeper | None = None
        self._stream: StreamKeeper | None = None
        self._chronicle: Chronicle | None = None

    def follow(
        self, replica: Replica, keeper: CheckpointKeeper, stream: StreamKeeper, chronicle: Chronicle | None = None
    ) -> None:
        """A term begins."""
        self._replica, self._keeper, self._stream, self._chronicle = replica, keeper, stream, chronicle

    def stand_by(self) -> None:
        """A term has ended, or none has begun."""
        self._replica = self._keeper = self._stream = self._chronicle = None

    def _why_not_ready(self) -> str:
        if self._replica is None:
            return "Standing by: another historian is active."
        if not self._replica.is_current:
            return "Redis is away, or the stream is not caught up with yet."
        return ""

    def _refresh(self) -> None:
        replica, keeper, stream = self._replica, self._keeper, self._stream
        self._active.set(0 if replica is None else 1)
        if replica is None or keeper is None or stream is None:
            return
        self._events.set_all(replica.events_by_type)
        self._rebuilds.set_all(replica.rebuilds)
        self._lag.set(replica.lag_ms / 1000)
        self._age.set(max(0.0, time.time() - id_ms(replica.position) / 1000))
        for series, value in (
            (self._outages, replica.outages),
            (self._left_out, replica.left_out),
            (self._lag_warnings, replica.lag_warnings),
            (self._checkpoints, keeper.written),
            (self._failures, keeper.failures),
            (self._bytes, keeper.last_bytes),
            (self._seconds, keeper.last_s),
            (self._trimmed, stream.trimmed),
            (self._young, stream.trimmed_young),
        ):
            series.set(value)
        if self._chronicle is not None:
            self._rows.set_all(self._chronicle.tables.rows_written)
            self._waiting.set(self._chronicle.waiting)
            self._not_written.set(self._chronicle.failures)
