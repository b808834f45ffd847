"""A whole house in one process: a simulated switch, its collector, a real Valkey, SQLite with people and rules, and the control.

Nothing is replaced: requests go in by Redis as a gateway puts them, what became of them comes out of the stream, and the
simulator's own truth says who heard whom.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from msgspec import structs
from sqlalchemy import select
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as connect_socket
from websockets.typing import Origin

from collectors import collect
from collectors.asterisk.login import LinkConfig
from collectors.clock import SystemClock
from collectors.events import CommandChanged, CommandKind, control_writer
from collectors.simulator import SimulatorConfig, WebSocketClient
from collectors.simulator.config import Account
from collectors.simulator.server import SimulatorServer
from collectors.stream import START, Client, Lease, Reader, StreamDown, Undecodable, connect
from collectors.stream.keys import commands_key
from dashboard.access.actor import Actor
from dashboard.access.cookies import cookie_name
from dashboard.access.hearing import hear
from dashboard.access.permissions import Role
from dashboard.access.proxies import Proxies
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.control.asking import Asking
from dashboard.control.config import SwitchConfig
from dashboard.control.control import Control, Surroundings
from dashboard.control.media import Media, MediaConfig
from dashboard.control.media.recognition import Recognition
from dashboard.control.process import Controls
from dashboard.replica import Replica
from dashboard.settings import Settings, SwitchSettings
from dashboard.store.schema import audit_lines, monitoring_sessions
from dashboard.supervision.commands import FIELD, KEPT, Request, encode
from dashboard.supervision.policies import General, Marks
from dashboard.supervision.standing import Standings
from tests.keyring import ADDRESS, Keyring
from tests.patience import HANG_S
from tests.ports import free_port
from tests.redis_server import RedisServer

SITE, SWITCH = "main", "pbx"
READS = frozenset({"call", "agent", "user", "system"})
CONTROL = Account("fwc", "fwc-secret", READS, frozenset({"call", "agent", "originate", "reporting"}))
COLLECTOR = Account("fwr", "fwr-secret", READS, frozenset({"reporting"}))
PATIENCE_S = HANG_S
SECRET = "ws-secret"


class House:
    """See the module. `told`: every CommandChanged so far, in order."""

    def __init__(self, folder: Path, valkey: RedisServer, **switch: Any) -> None:
        self.valkey = valkey
        self.settings = Settings(site=SITE, data=folder, redis_url=valkey.url, switches={SWITCH: SwitchSettings()})
        self.keyring = Keyring(self.settings)
        self.media_port = free_port()
        client = WebSocketClient("floorwatch", f"ws://127.0.0.1:{self.media_port}/media", password=SECRET)
        config: dict[str, Any] = {
            "websocket_clients": (client,),
            "agents": 8, "queues": 3, "port": 0, "scripted": True, "supervisors": 4, "listens_per_hour": 0, "warm_up_s": 0,
            "accounts": (CONTROL, COLLECTOR), "wrap_up_s": 0,
        }  # fmt: skip
        self.simulator = SimulatorServer(SimulatorConfig(**config | switch))
        self.told: list[CommandChanged] = []
        self.replica: Replica
        self.control: Control
        self.controls = Controls()
        services = self.keyring.services
        self.media = Media(
            MediaConfig(SECRET, port=0, media_port=self.media_port),
            Recognition(services.doorkeeper, Proxies.of(())),
            self.controls,
        )
        self._client: Client
        self._notices: Client
        self._tasks: list[asyncio.Task[None]] = []
        self._serving: asyncio.Task[None] | None = None

    # -- people and rules

    def queues(self) -> list[str]:
        return list(self.simulator.world.queues)

    def announce(self, *queues: str, needs_purpose: bool = False, most_min: int = 30, own_calls: bool = False) -> None:
        """The company's rules: these queues' callers are told."""
        manager = self.keyring.actor(Role.MANAGER)
        policies = self.keyring.services.policies
        policies.put_general(manager, General(True, False, needs_purpose, most_min, own_calls))
        policies.put_queues(manager, {queue: Marks(is_announced=queue in queues) for queue in self.queues()})

    def person(self, *roles: Role, phone: str = "", scope: Scope = EVERYTHING) -> Actor:
        """Somebody who is signed in, and whose phone is this."""
        actor = self.keyring.actor(*roles, scope=scope)
        if phone:
            self.keyring.services.phones.choose(actor, SWITCH, phone, answers_itself=False)
        return actor

    def at_browser(self, *roles: Role) -> tuple[Actor, dict[str, str]]:
        """Somebody who is signed in, and what their browser sends."""
        cookie = self.keyring.cookie(*roles)
        actor = self.keyring.services.doorkeeper.by_session(cookie, ADDRESS)
        assert actor is not None
        return actor, {"Cookie": f"{cookie_name('session', is_secure=False)}={cookie}"}

    @asynccontextmanager
    async def sound(self, headers: dict[str, str], command: str, ticket: str) -> AsyncIterator[ClientConnection]:
        """The page's sound socket, asked for with this ticket."""
        port = self.media.page_port
        address, origin = f"ws://127.0.0.1:{port}/audio", Origin(f"http://127.0.0.1:{port}")
        async with connect_socket(address, additional_headers=headers, origin=origin) as socket:
            await socket.send(json.dumps({"ticket": ticket, "id": command}))
            yield socket

    # -- asking

    async def ask(self, actor: Actor, kind: CommandKind, **more: Any) -> str:
        """Puts a request into the stream, as a gateway does. Gives its id."""
        request = Request(
            secrets.token_hex(8), kind, SWITCH, actor.account_id, actor.session, actor.address, SystemClock().now_ms()
        )
        request = structs.replace(request, **more)
        await self._client.xadd(commands_key(SITE), {FIELD: encode(request)}, maxlen=KEPT)
        return request.id

    def states(self, command: str) -> list[str]:
        """What was told of a command so far."""
        return [one.state for one in self.told if one.command == command]

    def last(self, command: str) -> CommandChanged:
        return [one for one in self.told if one.command == command][-1]

    async def until(self, is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                await asyncio.sleep(0.01)

    async def becomes(
        self, command: str, state: str, reason: str | None = "", within_s: float = PATIENCE_S
    ) -> CommandChanged:
        """Waits for this state of a command. `reason` None: any."""
        try:
            async with asyncio.timeout(within_s):
                while not any(one.command == command and one.state == state for one in self.told):
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"{command}: {[(o.kind, o.state, o.reason) for o in self.told]}") from None
        found = [one for one in self.told if one.command == command and one.state == state][-1]
        assert reason in {None, found.reason}, found
        return found

    # -- the switch

    async def talk(self, queue: str = "") -> tuple[str, str, str]:
        """A caller who talks with somebody: visit's key, agent, the caller's id."""
        queue = queue or self.queues()[0]
        caller = self.simulator.world.hands.call(queue)
        self.simulator.flush()
        return await self.talking(caller)

    async def talking(self, caller: str) -> tuple[str, str, str]:
        """The same for a caller who is there: waits until floor and control know it."""

        def found() -> list[Any]:
            return [v for v in self.replica.floor.visits.values() if v.call == caller and v.live and v.agent]

        await self.until(found)
        visit = found()[0]
        await self.until(
            lambda: self.control.room.lines.is_up(caller) and self.spot(visit.key, visit.queue, visit.agent)
        )
        return visit.key, visit.agent, caller

    def spot(self, key: str, queue: str, agent: str) -> object:
        from dashboard.control.asterisk.lines import CallKey

        call_key = CallKey.of(key)
        assert call_key is not None
        return self.control.room.lines.spot(call_key, queue, agent)

    def extension(self, agent: str) -> str:
        """The simulator's name of an agent."""
        return next(one.plan.extension for one in self.simulator.world.agents if one.interface == agent)

    @property
    def joins(self) -> list[dict[str, Any]]:
        """The simulator's truth: who heard whom."""
        return self.simulator.world.joins.rows

    # -- records

    def audit(self, action: str) -> list[Any]:
        with self.keyring.services.engine.connect() as connection:
            rows = connection.execute(
                select(audit_lines).where(audit_lines.c.action == action).order_by(audit_lines.c.seq)
            )
            return list(rows.mappings())

    def row(self, command: str) -> Any:
        with self.keyring.services.engine.connect() as connection:
            query = select(monitoring_sessions).where(monitoring_sessions.c.command == command)
            return connection.execute(query).mappings().one_or_none()

    # -- life

    async def begin(self) -> None:
        await self.simulator.__aenter__()
        self._client, self._notices = connect(self.valkey.url), connect(self.valkey.url)
        link = LinkConfig(SWITCH, port=self.simulator.port, username=COLLECTOR.username, secret=COLLECTOR.secret)
        self._tasks.append(asyncio.create_task(collect.run(collect.CollectConfig(SITE, self.valkey.url, link))))
        self.replica = Replica(Reader(self._client, SITE))
        self._tasks.append(asyncio.create_task(self.replica.run(lambda *_: None)))
        self._tasks.append(asyncio.create_task(self._listen()))
        await self.media.listen()
        self._tasks.append(
            asyncio.create_task(hear(self._notices, SITE, self.controls.noticed, self.controls.may_have_missed))
        )
        await self.start_control()

    async def start_control(self) -> Control:
        """A control of its own lease; waits until it is live."""
        services = self.keyring.services
        around = Surroundings(
            site=SITE,
            client=self._client,
            audit=services.audit,
            asking=Asking(services.doorkeeper, Standings(SITE, services.redis, services.engine)),
            media=self.media,
            floor=lambda: self.replica.floor,
            clock=SystemClock(),
        )
        link = LinkConfig(SWITCH, port=self.simulator.port, username=CONTROL.username, secret=CONTROL.secret)
        lease = Lease(self._client, SITE, control_writer(SWITCH))
        await lease.acquire()
        self.control = self.controls.active[SWITCH] = Control(SwitchConfig(link, "floorwatch"), lease, around)
        self._serving = asyncio.create_task(self.control.serve())
        control = self.control
        await self.until(lambda: control.room.why_not is None and self.replica.floor.agents)
        return control

    async def stop_control(self) -> None:
        """A clean end."""
        assert self._serving is not None
        self._serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._serving
        await self.control.lease.release()

    async def _listen(self) -> None:
        reader, at = Reader(self._client, SITE), START
        while True:
            try:
                rows = await reader.read(at, block_ms=200)
            except StreamDown:
                await asyncio.sleep(0.05)
                continue
            for stream_id, entry in rows:
                at = stream_id
                if not isinstance(entry, Undecodable) and isinstance(entry.event, CommandChanged):
                    self.told.append(entry.event)

    async def end(self) -> None:
        if self._serving is not None and not self._serving.done():
            await self.stop_control()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.media.close()
        await self._client.aclose()
        await self._notices.aclose()
        await self.simulator.__aexit__(None, None, None)
        self.keyring.close()


@asynccontextmanager
async def house(folder: Path, valkey: RedisServer, **switch: Any) -> AsyncIterator[House]:
    """A house that is at work; every queue announced."""
    one = House(folder, valkey, **switch)
    try:
        await one.begin()
        one.announce(*one.queues())
        yield one
    finally:
        await one.end()
