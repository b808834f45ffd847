"""The page of monitoring: who is in whose call, and one's own session."""

from layouts.monitor.layout import METRICS, MonitorView, monitor

__all__ = ["METRICS", "MonitorView", "monitor"]
