"""Who waits, oldest first."""

from layouts.widgets.waiting_callers.layout import waiting_callers

__all__ = ["waiting_callers"]
