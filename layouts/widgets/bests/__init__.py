"""Reasons to smile."""

from layouts.widgets.bests.layout import bests

__all__ = ["bests"]
