"""Alerts, as the active historian sees to them: rules held against its floor, and what came of it told.

Runs beside the historian's own work and never in its way: whatever goes wrong here is said and tried again.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from redis.exceptions import RedisError
from sqlalchemy import Engine

from collectors.events import FloorSettings
from collectors.stream import Client
from dashboard.access.keys import notices_channel
from dashboard.access.notices import Notice, encode
from dashboard.access.seal import Seal
from dashboard.alerts.delivering import Deliveries
from dashboard.alerts.ledger import Ledger
from dashboard.alerts.watch import Watch
from dashboard.floor.state import Floor
from dashboard.mail import MailServer
from dashboard.replica import Replica
from dashboard.settings import MailSettings


class Alerting:
    """One term's. `key_file`: what opens channels' addresses. Run `run` as a task."""

    def __init__(
        self, client: Client, engine: Engine, site: str, replica: Replica, *, key_file: Path, mail: MailSettings
    ) -> None:
        self._client = client
        self._site = site
        self._replica = replica
        self.watch = Watch(Ledger(engine, site), self._floor, self._told)
        self.deliveries = Deliveries(engine, site, Seal(key_file), MailServer(mail), self._settings)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.watch.run())
            tasks.create_task(self.deliveries.run())

    def _floor(self) -> Floor | None:
        return self._replica.floor if self._replica.is_current else None

    def _settings(self) -> FloorSettings:
        return self._replica.floor.settings

    async def _told(self) -> None:
        """Desks hear of it at once; without Redis they look by themselves."""
        try:
            await self._client.publish(notices_channel(self._site), encode(Notice("alerts")))
        except (RedisError, OSError):
            return
