"""How long the oldest caller waits."""

from layouts.widgets.longest_wait.layout import longest_wait
from layouts.widgets.longest_wait.view import LongestWaitView

__all__ = ["LongestWaitView", "longest_wait"]
