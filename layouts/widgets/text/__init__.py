"""A note."""

from layouts.widgets.text.layout import text
from layouts.widgets.text.view import TextView

__all__ = ["TextView", "text"]
