"""One clock, or several places'."""

from layouts.widgets.clock.layout import clock
from layouts.widgets.clock.view import ClockFace, ClockView

__all__ = ["ClockFace", "ClockView", "clock"]
