"""What a leaderboard is about."""

from layouts.widgets.leaderboard_head.layout import leaderboard_head

__all__ = ["leaderboard_head"]
