"""Reports that go out by themselves: when they are due, to whom, and what became of each.

At most once per due time: a run is a row, made when it is due, and sent by whoever holds its newest try. What it shows is what its
owner may see at the moment of sending; an owner who may not any more sends nothing, and the run says so.
"""

from dashboard.reports.schedules.mailing import Mailing
from dashboard.reports.schedules.schedule import Draft, Run, Schedule, Sentence
from dashboard.reports.schedules.schedules import Schedules
from dashboard.reports.schedules.timing import Every, Timing

__all__ = ["Draft", "Every", "Mailing", "Run", "Schedule", "Schedules", "Sentence", "Timing"]
