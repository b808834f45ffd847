"""All queues, worst first."""

from layouts.widgets.queue_table.layout import queue_table
from layouts.widgets.queue_table.view import QueueTableView

__all__ = ["QueueTableView", "queue_table"]
