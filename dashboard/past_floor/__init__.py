"""A simulated centre's past, written into the history's tables as if this product had watched it: for the demo, tests and benches."""

from dashboard.past_floor.half_hours import HalfHours
from dashboard.past_floor.making import Made, Telling, make_past
from dashboard.past_floor.rows import Naming

__all__ = ["HalfHours", "Made", "Naming", "Telling", "make_past"]
