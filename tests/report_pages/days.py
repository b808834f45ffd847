"""The day that these tests are about, and the pages' clock: it was noon when they began, so that no midnight comes in between."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from tests.reports.past import SHANGHAI

_BEGAN = datetime.now(SHANGHAI)
TODAY = _BEGAN.date()
YESTERDAY = TODAY - timedelta(days=1)
_AHEAD_NS = int((_BEGAN.replace(hour=12, minute=0) - _BEGAN).total_seconds()) * 1_000_000_000


class FromNoon:
    """In place of the module `time`, as far as the pages ask it."""

    @staticmethod
    def time_ns() -> int:
        return time.time_ns() + _AHEAD_NS
