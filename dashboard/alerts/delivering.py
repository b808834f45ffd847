"""The historian's part: what is to be told goes out, at least once, and what became of it is kept.

What is due for one channel goes as one message, so that forty queues are not forty messages. A channel that hangs holds up itself alone;
one that fails is tried again, later and later, `TRIES` times. During the rule's quiet hours and while a cause is snoozed nothing goes out:
what is still true then goes afterwards, what is over by then does not. Marked as sent is what was sent: an alert that ended meanwhile is
told its end.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

from sqlalchemy import Engine, select, update

from collectors.events import FloorSettings
from dashboard.access.scope import load_or_nothing
from dashboard.access.seal import Seal, SealBroken
from dashboard.alerts import addresses
from dashboard.alerts.addresses import Channel, Kind
from dashboard.alerts.ledger import is_held
from dashboard.alerts.message import Told, What, name_of, text_of
from dashboard.alerts.rule import measured_loaded
from dashboard.alerts.telling import Fate, tell
from dashboard.alerts.whereabouts import places_of
from dashboard.mail import MailServer
from dashboard.store.engine import StoreError, reading, writing
from dashboard.store.schema import alert_channels, alert_deliveries, alert_rules, alerts

log = logging.getLogger("floorwatch.alerts")

EVERY_S: Final = 1.0
DELAYS_S: Final = (10, 30, 60, 180, 600, 1800, 3600)
TRIES: Final = len(DELAYS_S) + 1
HELD_S: Final = 15
THREADS: Final = 4
AT_ONCE: Final = 200
_PENDING: Final = alert_deliveries.c.sent_at_ms.is_(None) & alert_deliveries.c.given_up_at_ms.is_(None)


@dataclass(frozen=True, slots=True)
class _Due:
    """One row, with what it is about. `told` None: this release cannot read the alert."""

    id: str
    alert_id: str
    what: What
    tries: int
    is_held: bool
    is_for: bool
    told: Told | None


class Deliveries:
    """One site's. `settings`: the floor's, for names and the clock of the site. Run `run` as a task."""

    def __init__(
        self,
        engine: Engine,
        site: str,
        seal: Seal,
        mail: MailServer,
        settings: Callable[[], FloorSettings],
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.sent = 0
        self.failed = 0
        self._engine = engine
        self._site = site
        self._seal = seal
        self._mail = mail
        self._settings = settings
        self._now_ms = now_ms
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="alerts")
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._is_away = False

    async def run(self) -> None:
        """Until cancelled; what is on its way then is sent again by the next one."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(EVERY_S)
        finally:
            for task in self._under_way.values():
                task.cancel()
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def look(self) -> None:
        """Starts what is due."""
        try:
            due = await asyncio.to_thread(self._channels_due)
        except StoreError as error:
            if not self._is_away:
                log.warning("Alerts wait to be told while the database is away: %s", error)
            self._is_away = True
            return
        self._is_away = False
        for channel_id in due:
            if channel_id not in self._under_way:
                task = asyncio.create_task(self._serve(channel_id))
                self._under_way[channel_id] = task
                task.add_done_callback(partial(self._served, channel_id))

    async def settle(self) -> None:
        """Waits for what is on its way."""
        while self._under_way:
            await asyncio.gather(*self._under_way.values())

    async def _serve(self, channel_id: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, self._send_due, channel_id)
        except StoreError as error:
            log.warning("What became of an alert's message could not be kept, so it may go out again: %s", error)

    def _served(self, channel_id: str, _task: asyncio.Task[None]) -> None:
        self._under_way.pop(channel_id, None)

    # -- in a thread ---------------------------------------------------------------------------------------------------

    def _channels_due(self) -> list[str]:
        query = select(alert_deliveries.c.channel_id).join(
            alert_channels, alert_channels.c.id == alert_deliveries.c.channel_id
        )
        is_due = _PENDING & (alert_deliveries.c.due_at_ms <= self._now_ms())
        with reading(self._engine) as connection:
            return list(
                connection.execute(query.where(is_due, alert_channels.c.site == self._site).distinct()).scalars()
            )

    def _send_due(self, channel_id: str) -> None:
        settings, now_ms = self._settings(), self._now_ms()
        row, due = self._read(channel_id, settings, now_ms)
        if row.removed_at_ms is not None:
            self._give_up(due, "address", now_ms)
            return
        self._give_up([one for one in due if not one.is_for or one.told is None], "scope", now_ms)
        self._hold([one for one in due if one.is_held], now_ms)
        ready = [one for one in due if one.told is not None and one.is_for and not one.is_held]
        if not ready:
            return
        try:
            channel = opened(row, self._seal)
        except (SealBroken, ValueError):
            self._keep(ready, Fate(False, "sealed"), now_ms)
            return
        told = [one.told for one in ready if one.told is not None]
        text = text_of(told, channel.lang, settings.time_zone, self._site)
        fate = tell(channel, text, self._mail, _facts(ready))
        self._keep(ready, fate, self._now_ms())

    def _read(self, channel_id: str, settings: FloorSettings, now_ms: int) -> tuple[Any, list[_Due]]:
        query = (
            select(alert_deliveries, alerts, alert_rules.c.name, alert_rules.c.document)
            .join(alerts, alerts.c.id == alert_deliveries.c.alert_id)
            .join(alert_rules, alert_rules.c.id == alerts.c.rule_id)
        )
        is_due = _PENDING & (alert_deliveries.c.due_at_ms <= now_ms) & (alert_deliveries.c.channel_id == channel_id)
        with reading(self._engine) as connection:
            channel = connection.execute(select(alert_channels).where(alert_channels.c.id == channel_id)).one()
            found = query.where(is_due).order_by(alert_deliveries.c.due_at_ms, alerts.c.began_at_ms).limit(AT_ONCE)
            rows = connection.execute(found).all()
        places = places_of(settings)
        scope = load_or_nothing(channel.scope)
        due = []
        for row in rows:
            measured = measured_loaded(row.measured)
            due.append(
                _Due(
                    row[0],
                    row.alert_id,
                    cast("What", row.what),
                    row.tries,
                    is_held(row.document, row.snoozed_until_ms, now_ms, settings.time_zone),
                    measured is not None and places.is_for(scope, measured, row.about),
                    None if measured is None else _told(row, channel.lang, settings),
                )
            )
        return channel, due

    def _keep(self, due: Sequence[_Due], fate: Fate, now_ms: int) -> None:
        with writing(self._engine) as connection:
            for one in due:
                this = alert_deliveries.c.id == one.id
                if fate.is_told:
                    self.sent += 1
                    as_it_was = this & (alert_deliveries.c.what == one.what)
                    sent = {"sent_at_ms": now_ms, "tries": one.tries + 1, "error": fate.kept}
                    if not connection.execute(update(alert_deliveries).where(as_it_was).values(sent)).rowcount:
                        # it ended while its beginning was on the way: what is left to say is its end
                        connection.execute(update(alert_deliveries).where(this).values(what="ended", tries=0))
                    continue
                self.failed += 1
                tries = one.tries + 1
                values: dict[str, Any] = {"tries": tries, "error": fate.kept}
                if fate.is_final or tries >= TRIES:
                    values["given_up_at_ms"] = now_ms
                else:
                    values["due_at_ms"] = now_ms + DELAYS_S[tries - 1] * 1000
                connection.execute(update(alert_deliveries).where(this).values(values))

    def _give_up(self, due: Sequence[_Due], why: str, now_ms: int) -> None:
        self._set(due, {"given_up_at_ms": now_ms, "error": why})

    def _hold(self, due: Sequence[_Due], now_ms: int) -> None:
        self._set(due, {"due_at_ms": now_ms + HELD_S * 1000})

    def _set(self, due: Sequence[_Due], values: dict[str, Any]) -> None:
        if due:
            with writing(self._engine) as connection:
                these = alert_deliveries.c.id.in_([one.id for one in due])
                connection.execute(update(alert_deliveries).where(these & _PENDING).values(values))


def opened(row: Any, seal: Seal) -> Channel:
    """A row of `alert_channels`. Raises `SealBroken`, or `ValueError` for what is no address of this release."""
    return Channel(row.id, row.name, cast("Kind", row.kind), addresses.loaded(seal.open(row.address)), row.lang)


def _told(row: Any, lang: str, settings: FloorSettings) -> Told | None:
    measured = measured_loaded(row.measured)
    if measured is None:
        return None
    what = cast("What", row.what)
    return Told(
        what,
        row.name,
        row.level,
        measured,
        name_of(row.about, measured, settings, lang),
        row.value,
        row.worst,
        row.began_at_ms,
        row.ended_at_ms if what != "began" else None,
        row.ended_why,
        settings.measures,
    )


def _facts(due: Sequence[_Due]) -> dict[str, str]:
    """For programs: of one alert what it is; of several their ids."""
    facts = {"alerts": " ".join(one.alert_id for one in due), "what": " ".join(one.what for one in due)}
    told = due[0].told
    if len(due) == 1 and told is not None:
        facts |= {
            "rule": told.rule,
            "level": told.level,
            "metric": told.measured.metric,
            "about": told.about,
            "value": "" if told.value is None else f"{told.value:g}",
            "worst": "" if told.worst is None else f"{told.worst:g}",
            "threshold": f"{told.measured.threshold:g}",
            "began_at_ms": str(told.began_at_ms),
            "ended_at_ms": "" if told.ended_at_ms is None else str(told.ended_at_ms),
        }
    return facts
