"""Pages and a gateway of one site, whole: a real stream, a real database, and people who answer calls on it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Coroutine, Iterator
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from collectors import events as e
from collectors.stream import Client, Lease, Writer, connect
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from dashboard.boards.document import Title
from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.shelf import Leaderboards
from dashboard.live.config import LiveConfig
from dashboard.live.process import run
from dashboard.pages.services import now_ms
from dashboard.settings import LiveSettings
from tests.access_pages.site import COOKIE, PageSite, page_site
from tests.own_place.conftest import person
from tests.own_place.test_pages import Person
from tests.patience import HANG_S
from tests.ports import free_port
from tests.store.databases import Databases

QUEUE = "sales"
MOST_CALLS = 5
SCHEME = Scheme(parts=(Part("calls_handled", target=MOST_CALLS),))

T = TypeVar("T")


class Stage:
    """`site`: its pages. People come by `arrives`, and have calls by `answers`."""

    def __init__(self, site: PageSite, port: int) -> None:
        self.site = site
        self._config = LiveConfig(
            site=site.services.site,
            redis_url=site.redis.url,
            database_url=site.settings.effective_database_url,
            port=port,
            audit_anchor=site.settings.data / "live-heads.log",
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._agents: list[str] = []
        self._calls = count(1)
        self._gateway: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self._writer: Writer | None = None

    def arrives(self, name: str, team: str = "sales") -> Person:
        """Somebody who works here, before the floor opens."""
        found = Person(self.site, name, team)
        self._agents.append(f"PJSIP/{name}")
        return found

    def open(self) -> None:
        """The gateway runs, the queue is there, everybody is signed in, and a leaderboard counts calls."""
        services = self.site.services
        document = Leaderboard(Title("接听榜", "Calls"), SCHEME)
        shelf = Leaderboards(services.engine, services.audit, services.redis, services.site, now_ms)
        shelf.make(person("boss", Role.MANAGER), document, EVERYTHING, is_on=True)
        self._thread.start()
        self._wait(self._begin())

    async def _begin(self) -> None:
        self._gateway = asyncio.ensure_future(run(self._config))
        client = self._client = connect(self.site.redis.url, name="stage")
        for name in ("settings", "pbx1"):
            lease = Lease(client, self._config.site, name)
            await lease.acquire()
            writer = Writer(client, lease, name)
            if name == "settings":
                people = {agent: e.AgentSettings(agent[6:], "", QUEUE) for agent in self._agents}
                settings = e.FloorSettings(agents=people, teams={QUEUE: e.TeamSettings(e.Names("销售", "Sales"))})
                await writer.append([_fact(e.SettingsChanged(settings))])
        self._writer = writer
        members = [e.MemberRow(QUEUE, agent, agent, dynamic=True, device="free") for agent in self._agents]
        opened = e.SnapshotTaken([e.QueueRow(QUEUE)], members, [], [], [], [], [])
        await writer.append([_fact(opened), _fact(e.SourceAlive())])

    def answers(self, who: Person, calls: int = 1) -> None:
        """They have so many calls, one after the other."""
        agent = f"PJSIP/{who.id.removeprefix('p-')}"
        facts: list[e.Fact] = []
        for _ in range(calls):
            call = f"c{next(self._calls)}"
            facts += [
                _fact(e.QueueEntered(QUEUE, call, 1, "13812345678")),
                _fact(e.Answered(QUEUE, call, 1, agent, 0)),
                _fact(e.HandlingEnded(QUEUE, call, 1, agent, "caller", 60)),
            ]
        assert self._writer is not None
        self._wait(self._writer.append(facts))

    def cookie(self, who: Person) -> str:
        """With which their browser is signed in."""
        found = who.client.get_cookie(COOKIE)
        assert found is not None
        return found.value

    def close(self) -> None:
        """Everything ends."""
        self._wait(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(HANG_S)
        self._loop.close()

    async def _end(self) -> None:
        if self._client is not None:
            await self._client.aclose()
        if self._gateway is not None:
            self._gateway.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._gateway

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(HANG_S)


def _fact(event: e.AnyEvent) -> e.Fact:
    return e.Fact(event, time.time_ns() // 1_000_000, boot="b")


@contextlib.contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """One that nobody has come to yet."""
    databases = Databases("sqlite", folder)
    port = free_port()
    with page_site(databases.migrated(), folder, live=LiveSettings(port=port)) as site:
        made = Stage(site, port)
        try:
            yield made
        finally:
            made.close()
    databases.close()
