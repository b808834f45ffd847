"""Keeping the audit log as long as the settings say, and no longer: looked at a few times a day."""

from __future__ import annotations

import asyncio
import logging

from dashboard.access.actor import system
from dashboard.access.audit import Audit
from dashboard.access.audit_keeping import Purged, purge
from dashboard.store import StoreError

log = logging.getLogger("floorwatch.history")

EVERY_S = 6 * 3600.0
_US = system("floorwatch history")


class AuditRetention:
    """Purges `audit` of what is older than `days`. Run `run` as a task. A database outage is only noted: the next look comes."""

    def __init__(self, audit: Audit, days: int, *, every_s: float = EVERY_S) -> None:
        self._audit = audit
        self._days = days
        self._every_s = every_s

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    async def look(self) -> Purged | None:
        """Purges now; what went."""
        try:
            gone = await asyncio.to_thread(purge, self._audit, _US, self._days)
        except StoreError as error:
            log.warning("The audit log was not looked at for what is too old: %s", error)
            return None
        if gone is not None:
            log.info(
                "Lines %d to %d of the audit log were older than %d days: purged", gone.first, gone.last, self._days
            )
        return gone
