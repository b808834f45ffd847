"""Who stands where on a leaderboard."""

from layouts.widgets.ranking.layout import ranking

__all__ = ["ranking"]
