"""Time left until a moment."""

from layouts.widgets.countdown.layout import countdown
from layouts.widgets.countdown.view import CountdownView

__all__ = ["CountdownView", "countdown"]
