"""The best of a metric."""

from layouts.widgets.top_list.layout import top_list
from layouts.widgets.top_list.view import TopListView

__all__ = ["TopListView", "top_list"]
