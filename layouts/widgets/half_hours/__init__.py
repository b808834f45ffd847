"""The day, interval by interval."""

from layouts.widgets.half_hours.layout import half_hours
from layouts.widgets.half_hours.view import HalfHoursView

__all__ = ["HalfHoursView", "half_hours"]
