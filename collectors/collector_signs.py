"""The collector's vital signs: what its port says to people and to Prometheus."""

from __future__ import annotations

from typing import Any

from collectors.clock import Clock
from collectors.outbox import Outbox
from collectors.source import Source
from collectors.vitals import Vitals


class CollectorSigns:
    """One per process; follows the source and the outbox of the present term. Read at each scrape, nothing is counted on the way."""

    def __init__(self, switch: str, clock: Clock) -> None:
        self.vitals = Vitals()
        self.vitals.why_not_ready = self._why_not_ready
        self.vitals.before_scrape.append(self._refresh)
        self._switch = switch
        self._clock = clock
        new = self.vitals
        self._active = new.gauge("floorwatch_collector_active", "1 while this collector holds the lease.", "switch")
        self._up = new.gauge("floorwatch_link_up", "1 while the link is up and its snapshot is taken.", "switch")
        self._age = new.gauge("floorwatch_link_age_seconds", "Since the switch's last sign of life.", "switch")
        self._attempts = new.counter("floorwatch_link_attempts_total", "Attempts to connect.", "switch")
        self._lives = new.counter(
            "floorwatch_links_total", "Links that came up; all but the first are reconnects.", "switch"
        )
        self._dropped = new.counter(
            "floorwatch_ring_overflows_total", "Times that unread messages were dropped.", "switch"
        )
        self._snapshots = new.counter("floorwatch_snapshots_total", "Snapshots taken of the whole switch.", "switch")
        self._surprises = new.counter(
            "floorwatch_surprises_total", "Messages or logs that were not understood.", "switch"
        )
        self._read = new.counter(
            "floorwatch_ami_read_total", "What was read from the switch: bytes, messages, unwanted.", "what"
        )
        self._events = new.counter("floorwatch_events_total", "Entries written since the term began, by type.", "type")
        self._pending = new.gauge("floorwatch_outbox_entries", "Facts that are not in the stream yet.", "switch")
        self._lag = new.gauge(
            "floorwatch_collector_lag_seconds", "From hearing to the stream, of the newest batch.", "switch"
        )
        self._lost = new.counter(
            "floorwatch_outbox_overflows_total", "Times that Redis was away for too long.", "switch"
        )
        self._source: Source[Any, Any] | None = None
        self._outbox: Outbox | None = None

    def follow(self, source: Source[Any, Any], outbox: Outbox) -> None:
        """A term begins."""
        self._source, self._outbox = source, outbox

    def stand_by(self) -> None:
        """A term has ended, or none has begun."""
        self._source = self._outbox = None

    def _why_not_ready(self) -> str:
        if self._source is None or self._outbox is None:
            return "Standing by: another collector is active, or Redis is away."
        return self._source.why_not_live or self._outbox.why_not_written

    def _refresh(self) -> None:
        source, outbox, switch = self._source, self._outbox, self._switch
        self._active.set(0 if source is None else 1, switch)
        self._up.set(1 if source is not None and not source.why_not_live else 0, switch)
        if source is None or outbox is None:
            return
        counts = source.counts
        self._read.set_all(source.read_counts())
        self._events.set_all(outbox.events_by_type)
        if source.last_heard_ms is not None:
            self._age.set(max(0, self._clock.now_ms() - source.last_heard_ms) / 1000, switch)
        for series, value in (
            (self._attempts, counts.attempts),
            (self._lives, counts.lives),
            (self._dropped, counts.overflows),
            (self._snapshots, counts.snapshots),
            (self._surprises, counts.surprises),
            (self._pending, outbox.pending),
            (self._lag, outbox.lag_ms / 1000),
            (self._lost, outbox.overflows),
        ):
            series.set(value, switch)
