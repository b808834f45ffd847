"""The pages of a day: `/today`, and a queue's own page."""

from layouts.today.layout import DayView, today
from layouts.today.parts import METRICS
from layouts.today.queue import queue, queues

__all__ = ["METRICS", "DayView", "queue", "queues", "today"]
