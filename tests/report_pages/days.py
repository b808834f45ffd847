"""The day that these tests are about: pages ask the real clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.reports.past import SHANGHAI

TODAY = datetime.now(SHANGHAI).date()
YESTERDAY = TODAY - timedelta(days=1)
