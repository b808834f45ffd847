"""Good news."""

from layouts.widgets.celebration.layout import celebration

__all__ = ["celebration"]
