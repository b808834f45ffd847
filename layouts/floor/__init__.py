"""The floor: the supervisor's desk with every agent."""

from layouts.floor.layout import METRICS, FloorView, floor

__all__ = ["METRICS", "FloorView", "floor"]
