"""What the gateway counts about itself, as Prometheus series.

"Encoded" counts once per view, "sent" once per screen: their ratio shows that a view is encoded once for all its screens.
"""

from __future__ import annotations

from collectors.vitals import Vitals


class Tally:
    """The gateway's series; counters only rise."""

    def __init__(self, vitals: Vitals) -> None:
        self.vitals = vitals
        counter, gauge = vitals.counter, vitals.gauge
        self.frames = counter("floorwatch_live_frames_sent_total", "Frames sent to screens.", "kind")
        self.encoded = counter("floorwatch_live_frames_encoded_total", "Frames encoded, once per view.", "kind")
        self.sent_bytes = counter("floorwatch_live_sent_bytes_total", "Bytes of frames sent to screens.")
        self.skipped = counter("floorwatch_live_frames_skipped_total", "Frames that a screen was too slow for.")
        self.closed = counter("floorwatch_live_screens_closed_total", "Sockets closed by the gateway.", "code")
        self.refused = counter("floorwatch_live_handshakes_refused_total", "Handshakes refused.", "reason")
        self.denied = counter("floorwatch_live_denied_total", "What somebody known was not allowed.", "need")
        self.unrecorded = counter("floorwatch_live_denials_unrecorded_total", "Refusals too many for the audit log.")
        self.commands = counter(
            "floorwatch_live_commands_total", "Commands of people, by what became of them here.", "kind", "result"
        )
        self.requests = counter("floorwatch_live_requests_total", "HTTP answers.", "path", "status")
        self.ticks = counter("floorwatch_live_ticks_total", "Ticks: views brought up to date and sent.")
        self.tick_s = counter("floorwatch_live_tick_seconds_total", "Time spent in ticks.")
        self.longest_tick_s = gauge("floorwatch_live_longest_tick_seconds", "The longest tick since the start.")
        self.views = counter("floorwatch_live_views_computed_total", "Distinct views brought up to date.")
        self.screens = gauge("floorwatch_live_screens", "Screens connected.")
        self.channels = gauge("floorwatch_live_views", "Distinct views kept up to date.")
        self.lag_s = gauge("floorwatch_live_lag_seconds", "Age of the newest stream entry when it was folded.")
        self.events = counter("floorwatch_live_events_total", "Entries folded since the start.", "type")
        self.link_age_s = gauge("floorwatch_link_age_seconds", "Age of the switch's last sign of life.", "switch")

    def sent(self, kind: str, screens: int, size: int) -> None:
        """One encoded frame went to so many screens."""
        self.frames.add(screens, kind)
        self.sent_bytes.add(size * screens)

    def tick_took(self, seconds: float, views: int) -> None:
        """One tick computed so many distinct views."""
        self.ticks.add()
        self.tick_s.add(seconds)
        self.views.add(views)
        self.longest_tick_s.set(max(self.longest_tick_s.value(), seconds))
