"""The floor: the supervisor's desk with every agent."""

from layouts.floor.layout import FloorView, floor

__all__ = ["FloorView", "floor"]
