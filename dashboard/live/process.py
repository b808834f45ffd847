"""The process `floorwatch live`: a replica, a gateway and a port, until it is cancelled.

It listens before the floor is there, so that screens hear "starting" and come alive by themselves. It outlives Redis and the
database: the floor stays on the screens, marked by its age, and moves on when the stream is back.
"""

from __future__ import annotations

import asyncio
import gc

from redis import Redis
from sqlalchemy import Engine

from collectors.stream import Client, DeadLetters, Reader, StreamError, await_redis, connect
from collectors.vitals import Vitals
from dashboard.access import redis_link
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.doorkeeper import Doorkeeper
from dashboard.access.hearing import hear
from dashboard.access.proxies import Proxies
from dashboard.access.revealing import RevealCount, Reveals
from dashboard.access.screen_record import Sightings
from dashboard.alerts.current import CurrentAlerts
from dashboard.floor.changes import Changes
from dashboard.floor.checkpoint import FOLD_VERSION
from dashboard.floor.state import Floor
from dashboard.live.admission import THREADS, Admission
from dashboard.live.clocks import read_clocks
from dashboard.live.config import LiveConfig, LiveError
from dashboard.live.denials import Denials
from dashboard.live.gateway import Gateway
from dashboard.live.leaderboard_reading import KeptLeaderboards
from dashboard.live.outbox import WITHIN_S, Outbox
from dashboard.live.positions import Positions
from dashboard.live.routes import Routes
from dashboard.live.screens import write_all
from dashboard.live.server import Access, LiveServer
from dashboard.live.tally import Tally
from dashboard.replica import Replica, everything
from dashboard.store import Checkpoints, StoreError, open_store
from dashboard.supervision.messages import Messages
from dashboard.supervision.standing import Standings
from dashboard.wallboards.current_announcements import CurrentAnnouncements
from dashboard.wallboards.published import PublishedBoards

LOOK_S = 0.02
IDLE_LOOK_S = 0.5
GARBAGE_EVERY_S = 600.0
NEVER = 1_000_000


ACCESS_THREADS = THREADS + 2
"""Connections to the database: those who come in, who are looked at again, and the checkpoints."""


async def run(config: LiveConfig) -> None:
    """Runs until cancelled. Raises `LiveError` (one sentence) if it cannot start: port taken, Redis refused, a bad setting."""
    try:
        client = connect(config.redis_url, name="floorwatch-live")
        subscriber = connect(config.redis_url, name="floorwatch-live-notices")
        sender = connect(config.redis_url, name="floorwatch-live-commands", answer_s=WITHIN_S, attempts=1)
        link = redis_link.connect(config.redis_url, name="floorwatch-live-access")
        engine = open_store(config.database_url, threads=ACCESS_THREADS)
        proxies = Proxies.of(config.access.trusted_proxies)
    except (StreamError, StoreError, ValueError) as error:
        raise LiveError(str(error)) from error
    replica = Replica(
        Reader(client, config.site),
        Checkpoints(engine, config.site, FOLD_VERSION),
        dead_letters=DeadLetters(client, config.site),
    )
    tally = Tally(Vitals())
    following = Following(config, replica, tally, _access(config, link, engine, proxies, tally, sender))
    try:
        await _serve(config, client, subscriber, following)
    finally:
        await subscriber.aclose()
        await client.aclose()
        await sender.aclose()
        link.close()
        engine.dispose()


def _access(config: LiveConfig, link: Redis, engine: Engine, proxies: Proxies, tally: Tally, sender: Client) -> Access:
    """Whom the gateway asks about people."""
    keeper = Doorkeeper(config.site, link, engine, config.access, _now_ms)
    audit = Audit(engine, Anchor(config.audit_anchor, config.audit_syslog))
    admission = Admission(keeper, proxies)
    count = RevealCount(link, config.site, _now_ms)
    return Access(
        admission,
        Denials(audit, admission.in_thread, tally.unrecorded.add),
        Reveals(audit, count.is_too_many),
        Sightings(config.site, link),
        CurrentAnnouncements(config.site, link, engine, _now_ms).current,
        PublishedBoards(config.site, link, engine),
        Standings(config.site, link, engine).shown,
        Outbox(sender, config.site),
        Messages(engine, audit, link, config.site, _now_ms),
        CurrentAlerts(engine, config.site).read,
        KeptLeaderboards(engine, config.site),
    )


def _now_ms() -> int:
    return read_clocks().at_ms


async def _serve(config: LiveConfig, client: Client, subscriber: Client, following: Following) -> None:
    server = following.server
    listening = await server.listen()
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.tick_forever())
            tasks.create_task(server.look_after_visitors())
            tasks.create_task(hear(subscriber, config.site, server.noticed, server.may_have_missed))
            tasks.create_task(collect_garbage_seldom())
            await await_redis(client, config.site, config.start_within_s)
            tasks.create_task(following.replica.run(following.moved))
            tasks.create_task(following.watch_for_a_new_floor())
    except* StreamError as group:
        raise LiveError(str(group.exceptions[0])) from None
    finally:
        await server.close(listening)


async def collect_garbage_seldom() -> None:
    """Full searches for garbage at our own pace, until cancelled.

    A full search looks at every object of the floor, and stops everything meanwhile: with 1,000 agents 90 ms, which Python's own
    rule wants each 20 s under load. Screens must not wait for that. Young objects are searched as ever.
    """
    usual = gc.get_threshold()
    gc.set_threshold(usual[0], usual[1], NEVER)
    try:
        while True:
            await asyncio.sleep(GARBAGE_EVERY_S)
            gc.collect()
    finally:
        gc.set_threshold(*usual)


class Following:
    """A gateway that follows a replica: shows a floor once it has caught up, and from then on as it moves."""

    def __init__(self, config: LiveConfig, replica: Replica, tally: Tally, access: Access) -> None:
        self.replica = replica
        self.gateway = Gateway(
            config.boards,
            config.release,
            write_all,
            config.most_views,
            tally,
            awaits_boards=True,
            controlled=config.controlled,
        )
        positions = Positions()
        routes = Routes(
            self.gateway,
            positions,
            read_clocks,
            self.why_not_current,
            access.admission,
            access.denials,
            open_metrics=config.open_metrics,
        )
        self.server = LiveServer(config, self.gateway, routes, positions, access)
        self._events = 0
        self.gateway.tally.vitals.before_scrape.append(self._count_events)

    def moved(self, changes: Changes, floor: Floor, position: str) -> None:
        """A floor that is being rebuilt is not shown: what was shown before stays until it has caught up."""
        if floor is not self.gateway.floor and not self.replica.is_caught_up:
            return
        total = self.replica.events_by_type.total()
        events, self._events = total - self._events, total
        self.gateway.lag_ms = self.replica.lag_ms
        self.server.folded(changes, floor, position, events)

    async def watch_for_a_new_floor(self) -> None:
        """A floor that needed no further entry to be up to date is told by nobody: look for it."""
        while True:
            is_new = self.gateway.floor is not self.replica.floor
            if is_new and self.replica.is_caught_up:
                self.moved(everything(self.replica.floor), self.replica.floor, self.replica.position)
            await asyncio.sleep(LOOK_S if is_new else IDLE_LOOK_S)

    def why_not_current(self) -> str:
        """A sentence while the stream is not being followed."""
        if not self.replica.is_current:
            return "The stream cannot be read, or is read behind its end."
        return ""

    def _count_events(self) -> None:
        self.gateway.tally.events.set_all({name: float(n) for name, n in self.replica.events_by_type.items()})
