"""The first three of a leaderboard."""

from layouts.widgets.podium.layout import podium

__all__ = ["podium"]
