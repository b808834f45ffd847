"""The page of monitoring: who is in whose call, and one's own session."""

from layouts.monitor.layout import MonitorView, monitor

__all__ = ["MonitorView", "monitor"]
