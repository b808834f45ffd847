"""Messages, a page each."""

from layouts.widgets.ticker.layout import ticker
from layouts.widgets.ticker.view import TickerMessage, TickerView

__all__ = ["TickerMessage", "TickerView", "ticker"]
