"""`floorwatch control`: what people ask of the switches, done by one process for each switch; others stand by.

Invariants: only the holder of a switch's control lease has a link with control's account, takes commands and tells what became of
them; after a good start no outage of Redis, database or switch ends the process. A setting that is wrong at the start does.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from redis import Redis
from sqlalchemy import Engine

from collectors import vitals
from collectors.clock import Clock, SystemClock
from collectors.events import control_writer
from collectors.link import LinkError
from collectors.stream import (
    Client,
    Lease,
    LeaseLost,
    Reader,
    StreamError,
    await_redis,
    connect,
)
from collectors.together import cancellable, first_error
from dashboard.access import redis_link
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.doorkeeper import Doorkeeper
from dashboard.access.hearing import hear
from dashboard.access.notices import Notice
from dashboard.access.proxies import Proxies
from dashboard.control.asking import Asking
from dashboard.control.config import ControlConfig, ControlError, SwitchConfig
from dashboard.control.control import Control, Surroundings
from dashboard.control.media import Media, MediaError
from dashboard.control.media.recognition import Recognition
from dashboard.control.signs import ControlSigns
from dashboard.control.teller import Teller
from dashboard.floor.checkpoint import FOLD_VERSION
from dashboard.replica import Replica
from dashboard.store import Checkpoints, StoreError, open_store
from dashboard.supervision.reasons import Reason
from dashboard.supervision.standing import Standings

log = logging.getLogger("floorwatch.control")

LOOK_S = 0.05
OFF_S = 5.0
THREADS = 12
"""Connections to the database: those who are asked for and looked at again, records, checkpoints."""


class Controls:
    """All of a process: who is active, and where news from outside goes."""

    def __init__(self) -> None:
        self.active: dict[str, Control] = {}

    def noticed(self, notice: Notice) -> None:
        """Of access, to every watch."""
        for one in self.active.values():
            one.watch.noticed(notice)

    def may_have_missed(self) -> None:
        """Notices may have been lost."""
        for one in self.active.values():
            one.watch.may_have_missed()

    # -- the media server's news; whose command it is not ignores it

    def browser_came(self, command: str) -> None:
        for one in self.active.values():
            one.room.browser_came(command)

    def switch_came(self, command: str) -> None:
        for one in self.active.values():
            one.room.switch_came(command)

    def browser_left(self, command: str, reason: Reason) -> None:
        for one in self.active.values():
            one.room.browser_left(command, reason)

    def switch_left(self, command: str) -> None:
        for one in self.active.values():
            one.room.switch_left(command)


async def run(config: ControlConfig, clock: Clock | None = None) -> None:
    """Runs until cancelled. Raises ControlError (one sentence): no switch to control, Redis refused or away at the start, a port
    taken, login or right refused by a switch at the first link."""
    clock = clock or SystemClock()
    if not config.switches and not config.without:
        raise ControlError(
            "switches: no switch is configured. Add a table [switches.NAME] with control_username and control_secret; "
            "docs/switch-accounts.md says what that account needs."
        )
    try:
        client = connect(config.redis_url, name="floorwatch-control")
        subscriber = connect(config.redis_url, name="floorwatch-control-notices")
        link = redis_link.connect(config.redis_url, name="floorwatch-control-access")
        engine = open_store(config.database_url, threads=THREADS)
    except (StreamError, StoreError) as error:
        raise ControlError(str(error)) from error
    try:
        await _Process(config, clock, client, subscriber, link, engine).serve()
    except (StreamError, LinkError, MediaError) as error:
        raise ControlError(str(error)) from error
    finally:
        await subscriber.aclose()
        await client.aclose()
        link.close()
        engine.dispose()


class _Process:
    def __init__(
        self, config: ControlConfig, clock: Clock, client: Client, subscriber: Client, link: Redis, engine: Engine
    ) -> None:
        self._config = config
        self._client = client
        self._subscriber = subscriber
        self._controls = Controls()
        keeper = Doorkeeper(config.site, link, engine, config.access, clock.now_ms)
        self._media = Media(
            config.media, Recognition(keeper, Proxies.of(config.access.trusted_proxies)), self._controls
        )
        self._replica = Replica(Reader(client, config.site), Checkpoints(engine, config.site, FOLD_VERSION))
        self._signs = ControlSigns(self._replica, tuple(one.name for one in config.switches))
        self._around = Surroundings(
            site=config.site,
            client=client,
            audit=Audit(engine, Anchor(config.audit_anchor, config.audit_syslog)),
            asking=Asking(keeper, Standings(config.site, link, engine)),
            media=self._media,
            floor=lambda: self._replica.floor,
            clock=clock,
            pace=config.pace,
        )

    async def serve(self) -> None:
        """Raises StreamError, LinkError, MediaError, ControlError."""
        config = self._config
        facts = await await_redis(self._client, config.site, config.start_within_s)
        for warning in facts.warnings:
            log.warning("%s", warning)
        server = await self._serve_signs()
        await self._media.listen()
        try:
            async with first_error(StreamError, LinkError), asyncio.TaskGroup() as tasks:
                tasks.create_task(self._replica.run(lambda *_: None))
                tasks.create_task(
                    hear(self._subscriber, config.site, self._controls.noticed, self._controls.may_have_missed)
                )
                for switch in config.switches:
                    tasks.create_task(self._control(switch))
                for name in config.without:
                    tasks.create_task(self._off(name))
        finally:
            await self._media.close()
            if server is not None:
                server.close()

    async def _control(self, switch: SwitchConfig) -> None:
        """One switch, for ever: stands by, controls, stands by."""
        lease = Lease(self._client, self._config.site, control_writer(switch.name))
        try:
            while not self._replica.is_caught_up:  # who does not know the floor yet can allow nothing
                await self._around.clock.sleep(LOOK_S)
            while True:
                self._signs.stand_by(switch.name)
                await lease.acquire()
                log.info("Controlling %s, epoch %d", switch.link.place, lease.epoch)
                control = Control(switch, lease, self._around)
                self._controls.active[switch.name] = control
                self._signs.follow(control)
                try:
                    with suppress(LeaseLost):
                        await cancellable(control.serve())
                finally:
                    self._controls.active.pop(switch.name, None)
                log.warning("Another process controls %s: standing by", switch.name)
        finally:
            with suppress(StreamError):
                await lease.release()

    async def _off(self, switch: str) -> None:
        """A switch without an account of control's: all that can be done is to say so."""
        log.warning("Nobody steps into calls of %s: switches.%s.control_username is not set.", switch, switch)
        lease = Lease(self._client, self._config.site, control_writer(switch))
        teller = Teller(self._client, lease, switch, self._around.clock)
        try:
            while True:
                await lease.acquire()
                with suppress(LeaseLost):
                    await cancellable(self._say_off(switch, lease, teller))
        finally:
            with suppress(StreamError):
                await lease.release()

    async def _say_off(self, switch: str, lease: Lease, teller: Teller) -> None:
        async with first_error(LeaseLost, StreamError), asyncio.TaskGroup() as tasks:
            tasks.create_task(lease.keep())
            tasks.create_task(teller.outbox.run(lambda *_: None))
            while True:
                teller.control(switch, str(Reason.CONTROL_OFF), str(Reason.CONTROL_OFF), {}, "")
                await self._around.clock.sleep(OFF_S)

    async def _serve_signs(self) -> asyncio.Server | None:
        config = self._config
        if not config.vitals_port:
            return None
        try:
            return await vitals.serve(self._signs.vitals, config.vitals_host, config.vitals_port)
        except OSError as error:
            raise ControlError(
                f"The control's vitals cannot listen on {config.vitals_host}:{config.vitals_port} "
                f"({error.strerror or error}): set vitals.control_port to a free port, or 0."
            ) from error
