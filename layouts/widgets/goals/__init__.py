"""What all want to reach together."""

from layouts.widgets.goals.layout import goals

__all__ = ["goals"]
