"""The historian process: follows the stream and keeps what it says.

One is active, by lease; others stand by and take over within seconds. Its work is idempotent (the same position has the same
state), so that even two active ones for a moment do no harm. Outages of Redis and the database after a good start are
waited out, not died of.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from redis import Redis
from sqlalchemy import Engine

from collectors import vitals
from collectors.events import SETTINGS_WRITER
from collectors.stream import (
    Client,
    DeadLetters,
    Lease,
    LeaseLost,
    Reader,
    StreamError,
    Writer,
    await_redis,
    connect,
)
from collectors.together import cancellable, first_error
from dashboard.access import redis_link
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.directory.outbox import Outbox
from dashboard.directory.seeding import seed
from dashboard.directory.seen import SeenRecord
from dashboard.floor.changes import Changes
from dashboard.floor.checkpoint import FOLD_VERSION
from dashboard.floor.state import Floor
from dashboard.history.alerting import Alerting
from dashboard.history.audit_retention import AuditRetention
from dashboard.history.business import BusinessRounds
from dashboard.history.chronicle import Chronicle
from dashboard.history.config import HistoryConfig, HistoryError
from dashboard.history.keeping import CheckpointKeeper
from dashboard.history.leaderboards import LeaderboardRounds
from dashboard.history.memory import StreamKeeper
from dashboard.history.numbers import Numbers, key_of
from dashboard.history.report_mail import ReportMail
from dashboard.history.retention import Retention
from dashboard.history.seen_keeper import SeenKeeper
from dashboard.history.settings_outbox import SettingsOutbox
from dashboard.history.signs import HistorianSigns
from dashboard.history.writing import HistoryTables
from dashboard.mail import MailServer
from dashboard.replica import Replica
from dashboard.reports import Archive
from dashboard.reports.schedules import Mailing
from dashboard.store import Checkpoints, StoreError, open_store, upgrade

log = logging.getLogger("floorwatch.history")

LEASE = "process:historian"
"""Not a name that a switch link can have."""


async def run(config: HistoryConfig) -> None:
    """Runs until cancelled; then keeps a last checkpoint and gives the lease back.

    Raises `HistoryError` (one sentence) if it cannot start: Redis refused or away, database unusable, port taken.
    """
    client = connect(config.redis_url, name="floorwatch-history")
    lease = Lease(client, config.site, LEASE)
    engine: Engine | None = None
    server: asyncio.Server | None = None
    signs = HistorianSigns()
    try:
        server = await _serve_signs(config, signs)
        numbers = _numbers(config)
        engine = await _open(config, client)
        while True:
            signs.stand_by()
            await lease.acquire()
            log.info("Active historian of %s, epoch %d", config.site, lease.epoch)
            with suppress(LeaseLost):
                await cancellable(_Term(config, client, engine, numbers, lease, signs).serve())
            log.warning("Another historian is active: standing by")
    except (StreamError, StoreError) as error:
        raise HistoryError(str(error)) from error
    finally:
        if server is not None:
            server.close()
        with suppress(StreamError):
            await lease.release()
        await client.aclose()
        if engine is not None:
            engine.dispose()


class _Term:
    """One time of being the active historian, from taking the lease to losing it."""

    def __init__(
        self,
        config: HistoryConfig,
        client: Client,
        engine: Engine,
        numbers: Numbers,
        lease: Lease,
        signs: HistorianSigns,
    ) -> None:
        self._config = config
        self._lease = lease
        checkpoints = Checkpoints(engine, config.site, FOLD_VERSION)
        self._chronicle = Chronicle(HistoryTables(engine, config.site, numbers), every_s=config.write_every_s)
        self._replica = Replica(
            Reader(client, config.site),
            checkpoints,
            dead_letters=DeadLetters(client, config.site),
            companion=self._chronicle,
            retention_ms=config.retention_ms,
        )
        self._keeper = CheckpointKeeper(
            self._replica,
            checkpoints,
            every_s=config.checkpoint_every_s,
            every_events=config.checkpoint_every_events,
            kept=config.checkpoints_kept,
            after_history=self._chronicle.write_and,
        )
        self._chronicle.follow(self._replica)
        self._stream = StreamKeeper(
            client, config.site, config.retention_ms, config.trim_every_s, lambda: self._keeper.kept_position
        )
        self._settings = SettingsOutbox(
            self._replica,
            Writer(client, lease, SETTINGS_WRITER),
            Outbox(engine, config.site),
            config.restate_settings_every_s,
            prepare=_seeding(config, engine),
        )
        self._seen = SeenKeeper(client, config.site, self._replica)
        self._audit = (
            AuditRetention(_audit(config, engine), config.audit_retention_days) if config.audit_anchor else None
        )
        self._alerting = (
            Alerting(
                client, engine, config.site, self._replica, key_file=Path(config.access_key_file), mail=config.mail
            )
            if config.access_key_file
            else None
        )
        self._names = redis_link.connect(config.redis_url, name="floorwatch-report-names")
        self._business = BusinessRounds(client, lease, engine, config.site, self._names)
        self._leaderboards = LeaderboardRounds(client, lease, engine, config.site, self._replica)
        self._report_mail = _report_mail(config, engine, self._names) if config.audit_anchor else None
        self._retention = Retention(engine, config.site, config.kept_days) if config.kept_days is not None else None
        signs.follow(self._replica, self._keeper, self._stream, self._chronicle)

    async def serve(self) -> None:
        """Raises `LeaseLost` when another has taken over. On being cancelled, keeps a last checkpoint first."""
        try:
            async with first_error(), asyncio.TaskGroup() as tasks:
                tasks.create_task(self._lease.keep())
                tasks.create_task(self._replica.run(self._folded))
                tasks.create_task(self._keeper.run())
                tasks.create_task(self._chronicle.run())
                tasks.create_task(self._stream.run())
                tasks.create_task(self._settings.watch())
                tasks.create_task(self._settings.run())
                tasks.create_task(self._seen.run())
                for one in (*self._business.rounds(), *self._leaderboards.rounds()):
                    tasks.create_task(one)
                if self._audit is not None:
                    tasks.create_task(self._audit.run())
                if self._retention is not None:
                    tasks.create_task(self._retention.run())
                if self._report_mail is not None:
                    tasks.create_task(self._report_mail.run())
                if self._alerting is not None:
                    tasks.create_task(self._alerting.run())
        finally:
            self._names.close()
            with suppress(StoreError):
                await self._keeper.keep_now()

    def _folded(self, changes: Changes, floor: Floor, _position: str) -> None:
        self._keeper.folded()
        self._leaderboards.folded(changes, floor)


def _audit(config: HistoryConfig, engine: Engine) -> Audit:
    return Audit(engine, Anchor(Path(config.audit_anchor), config.audit_syslog))


def _numbers(config: HistoryConfig) -> Numbers:
    """Without a file, numbers have a key of this life alone: they are found again until the next start."""
    key = key_of(Path(config.number_key_file)) if config.number_key_file else os.urandom(32)
    return Numbers(key, keeps=config.keep_numbers)


def _report_mail(config: HistoryConfig, engine: Engine, names: Redis) -> ReportMail:
    """Names that the directory lacks come from what the switch shows (`names`), as on the pages."""
    archive = Archive(engine, config.site, _now_ms, SeenRecord(names, config.site).read)
    audit, mail = _audit(config, engine), MailServer(config.mail)
    return ReportMail(Mailing(engine, audit, config.site, archive, mail, _now_ms, page=config.pages_url))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _seeding(config: HistoryConfig, engine: Engine) -> Callable[[], None]:
    """What brings the floor file into the directory, once the database is there."""

    def prepare() -> None:
        if config.floor_settings is None:
            return
        seeded = seed(_audit(config, engine), config.site, config.floor_settings, time.time_ns() // 1_000_000)
        if seeded == "imported":
            log.info("The floor file was brought into the directory")
        elif seeded == "left_to_people":
            log.warning("The directory was changed by hand since: the changed floor file is not read any more")

    return prepare


async def _open(config: HistoryConfig, client: Client) -> Engine:
    facts = await await_redis(client, config.site, config.start_within_s)
    for warning in facts.warnings:
        log.warning("%s", warning)
    engine = open_store(config.database_url)
    await asyncio.to_thread(upgrade, engine)
    return engine


async def _serve_signs(config: HistoryConfig, signs: HistorianSigns) -> asyncio.Server | None:
    if not config.vitals_port:
        return None
    try:
        return await vitals.serve(signs.vitals, config.vitals_host, config.vitals_port)
    except OSError as error:
        raise HistoryError(
            f"The historian's vitals cannot listen on {config.vitals_host}:{config.vitals_port} "
            f"({error.strerror or error}): set vitals.history_port to a free port, or 0."
        ) from error
