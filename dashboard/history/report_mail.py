"""Sending reports that are due, as long as this historian is the active one.

Making and sending block, so they are done in a thread of their own kind: neither a slow database nor a slow mail server holds up what
follows the stream. A second historian that does the same for a moment does no harm (`dashboard.reports.schedules.runs`).
"""

from __future__ import annotations

import asyncio
import logging

from dashboard.reports.schedules import Mailing
from dashboard.store import StoreError

log = logging.getLogger("floorwatch.history")

EVERY_S = 5.0


class ReportMail:
    """Looks for what is due. Run `run` as a task. A database outage is said once; what is due then goes later."""

    def __init__(self, mailing: Mailing, *, every_s: float = EVERY_S) -> None:
        self._mailing = mailing
        self._every_s = every_s
        self._is_away = False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Sends what is due now."""
        try:
            tried = await asyncio.to_thread(self._mailing.look)
        except StoreError as error:
            if not self._is_away:
                log.warning("Scheduled reports wait for the database: %s", error)
            self._is_away = True
            return
        self._is_away = False
        if tried:
            log.info("Scheduled reports: %d tried", tried)
