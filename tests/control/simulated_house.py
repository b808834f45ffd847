"""A house in simulated time: the simulated switch, a floor that a collector's own code keeps a little behind it, SQLite with people and
rules, Valkey with their sessions, and everything of the control except its way to Redis: commands are handed in, what is told is heard.

Here the truth is written down while it happens: whoever is joined to a call by the switch must stand in the audit log by then.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import structs
from sqlalchemy import delete, event, insert, select

from collectors.asterisk.login import LinkConfig
from collectors.asterisk.queue_log import QueueLogLine
from collectors.asterisk.switch import AsteriskSwitch
from collectors.asterisk.translate import WANTED_EVENTS, Translator
from collectors.events import (
    AnyEvent,
    CommandChanged,
    CommandKind,
    ControlChanged,
    Device,
    Entry,
    Fact,
    control_writer,
)
from collectors.simulator import SimulatorConfig
from collectors.simulator.channels import Channel
from collectors.simulator.server import SimulatorServer
from collectors.source import Source
from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Actor
from dashboard.access.notices import Notice
from dashboard.access.permissions import Role
from dashboard.access.proxies import Proxies
from dashboard.access.scope import EVERYTHING
from dashboard.control.asking import Asking
from dashboard.control.beat import Beat
from dashboard.control.config import SwitchConfig
from dashboard.control.desk import Desk
from dashboard.control.inbox import Inbox
from dashboard.control.media import Media, MediaConfig
from dashboard.control.media.recognition import Recognition
from dashboard.control.process import Controls
from dashboard.control.records import Records
from dashboard.control.room import Room
from dashboard.control.teller import Teller
from dashboard.control.told import left_open
from dashboard.control.watch import Watch
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor, Visit
from dashboard.settings import Settings, SwitchSettings
from dashboard.store.engine import writing
from dashboard.store.schema import account_roles, audit_lines, monitoring_sessions
from dashboard.supervision.commands import FIELD, Request, encode, new_id
from dashboard.supervision.policies import General, Marks
from dashboard.supervision.standing import Standing, Standings
from tests.control.house import COLLECTOR, CONTROL, SITE, SWITCH
from tests.control.simulated_time import SimulatedClock, SimulatedLoop
from tests.keyring import ADDRESS, HERE, Keyring
from tests.redis_server import RedisServer

FLOOR_LAG_S = 0.05
"""By how much the floor may be behind the switch."""


class Tray(Inbox):
    """Requests as they lie in the stream, without a stream: encoded, read, claimed once by whoever is first."""

    def __init__(self, claimed: set[str], rng: random.Random) -> None:
        self.unreadable = 0
        self.rows: asyncio.Queue[tuple[bytes, list[bytes]]] = asyncio.Queue()
        self._switch = SWITCH
        self._claimed = claimed
        self._rng = rng

    async def begin(self) -> None:
        while not self.rows.empty():
            self.rows.get_nowait()

    async def read(self) -> list[Request]:
        request = self._taken(await self.rows.get())
        return [] if request is None else [request]

    async def claim(self, request: Request) -> bool:
        await asyncio.sleep(self._rng.uniform(0, 0.003))
        is_first = request.id not in self._claimed
        self._claimed.add(request.id)
        return is_first


class Heard(Teller):
    """What control tells is folded into the floor."""

    def __init__(self, house: SimulatedHouse) -> None:
        self._house = house

    def command(self, changed: CommandChanged) -> None:
        self._house.heard(changed)

    def control(self, switch: str, why_not: str, why_no_browser: str, phones: dict[str, Device], version: str) -> None:
        self._house.fold(control_writer(SWITCH), "", ControlChanged(switch, why_not, why_no_browser, phones, version))


@dataclass(frozen=True, slots=True)
class Seat:
    """A supervisor with their phone."""

    actor: Actor
    phone: str
    role: Role


@dataclass(frozen=True, slots=True)
class Told:
    """`at_s`: the loop's time."""

    at_s: float
    changed: CommandChanged


class SimulatedHouse:
    """See the module. `faults`: what was seen that must never be."""

    def __init__(self, loop: SimulatedLoop, folder: Path, valkey: RedisServer, *, seed: int, **switch: Any) -> None:
        self.loop = loop
        self.clock = SimulatedClock(loop)
        self.rng = random.Random(seed)
        self.settings = Settings(site=SITE, data=folder, redis_url=valkey.url, switches={SWITCH: SwitchSettings()})
        self.keyring = Keyring(self.settings)
        event.listen(self.keyring.services.engine, "connect", _hurried, insert=False)
        self.keyring.services.engine.dispose()
        config: dict[str, Any] = {
            "agents": 12, "queues": 4, "port": 0, "scripted": True, "supervisors": 24, "listens_per_hour": 0, "warm_up_s": 0,
            "accounts": (CONTROL, COLLECTOR), "wrap_up_s": 0, "seed": seed,
        }  # fmt: skip
        self.simulator = SimulatorServer(SimulatorConfig(**config | switch))
        self.world = self.simulator.world
        self.hands = self.world.hands
        self.floor = Floor(SITE)
        self.told: dict[str, list[Told]] = {}
        self.asked: dict[str, Request] = {}
        self.faults: list[str] = []
        self.stories: dict[str, str] = {}
        self.customers: set[str] = set()
        self.races = self.untried = 0
        self.on_record: dict[str, set[str]] = {}
        """Modes that the audit log has, by the command that opened the session."""
        self.room: Room
        self.watch: Watch
        self.desk: Desk
        self.tray: Tray
        self.records: Records
        self._claimed: set[str] = set()
        self._counts: dict[str, int] = {}
        self._later: deque[tuple[str, Fact]] = deque()
        self._epoch = 1
        self._read_up_to = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._control: list[asyncio.Task[None]] = []
        self._media = Media(MediaConfig(""), Recognition(self.keyring.services.doorkeeper, Proxies.of(())), Controls())
        services = self.keyring.services
        self._asking = Asking(services.doorkeeper, Standings(SITE, services.redis, services.engine))
        self._begin_join = self.world.joins.begin
        self.world.joins.begin = self._joined  # type: ignore[method-assign]

    # -- people and rules

    def seat(self, number: int, role: Role = Role.SUPERVISOR) -> Seat:
        """Somebody of their own, signed in, with a phone of their own."""
        services = self.keyring.services
        account = services.accounts.create(HERE, f"sup{number}", f"Sup {number}", roles=[RoleGiven(role, EVERYTHING)])
        phone = f"{8001 + number}"
        actor = self.sign_in(account)
        services.phones.choose(actor, SWITCH, f"PJSIP/{phone}", answers_itself=False)
        return Seat(actor, phone, role)

    def sign_in(self, account: str) -> Actor:
        services = self.keyring.services
        cookie = services.sessions.begin(account, ADDRESS, "tests", stage="full", second_factor="totp")
        found = services.doorkeeper.by_session(cookie, ADDRESS)
        assert found is not None
        return found

    def announce(self, marks: dict[str, bool]) -> None:
        """Which queues' callers are told, from now on; nobody hears of it but who looks."""
        manager = self.keyring.actor(Role.MANAGER)
        self.keyring.services.policies.put_queues(manager, {name: Marks(is_announced=so) for name, so in marks.items()})

    def standing(self) -> Standing:
        """The rules as the database has them."""
        return self._asking.standing()

    def set_role(self, seat: Seat, *, is_given: bool) -> None:
        """Behind everybody's back."""
        with writing(self.keyring.services.engine) as connection:
            connection.execute(delete(account_roles).where(account_roles.c.account_id == seat.actor.account_id))
            if is_given:
                rows = self._role_rows
                connection.execute(
                    insert(account_roles).values([row | {"account_id": seat.actor.account_id} for row in rows])
                )

    def notice(self, notice: Notice) -> None:
        self.watch.noticed(notice)

    # -- asking

    def ask(self, seat: Actor, kind: CommandKind, **more: Any) -> str:
        """Hands a request in."""
        request = Request(new_id(), kind, SWITCH, seat.account_id, seat.session, seat.address, self.clock.now_ms())
        request = structs.replace(request, **more)
        self.asked.setdefault(request.id, request)
        self.tray.rows.put_nowait((b"1-1", [FIELD, encode(request)]))
        return request.id

    def heard(self, changed: CommandChanged) -> None:
        self.told.setdefault(changed.command, []).append(Told(self.loop.now_s, changed))
        self.fold(control_writer(SWITCH), "", changed)

    def state(self, command: str) -> str:
        """As it was told last; "" for nothing yet."""
        rows = self.told.get(command)
        return rows[-1].changed.state if rows else ""

    async def until(self, is_so: Any, within_s: float = 15.0) -> bool:
        """Whether it came to be so in time."""
        ends = self.loop.now_s + within_s
        while not is_so():
            if self.loop.now_s > ends:
                return False
            await asyncio.sleep(0.002)
        return True

    # -- the floor

    def fold(self, writer: str, boot: str, told: AnyEvent, at_ms: int | None = None) -> None:
        count = self._counts[writer] = self._counts.get(writer, 0) + 1
        now_ms = self.clock.now_ms() if at_ms is None else at_ms
        fold(self.floor, Entry(SITE, writer, boot, 1, count, now_ms, told))

    def _collected(self, facts: list[Fact]) -> None:
        self._later.extend((self._translator.boot, fact) for fact in facts)
        for _ in facts:
            self.loop.call_later(FLOOR_LAG_S, self._fold_next)

    def _fold_next(self) -> None:
        boot, fact = self._later.popleft()  # timers of one moment come in any order
        self.fold(SWITCH, boot, fact.event, fact.at_ms)

    def visit_of(self, caller: str) -> Visit | None:
        """The caller's conversation, as people see it on the floor."""
        return next((one for one in self.floor.visits.values() if one.call == caller and one.live and one.agent), None)

    # -- the truth

    def call(self, queue: str) -> str:
        """A customer calls."""
        caller = self.hands.call(queue)
        self.customers.add(caller)
        return caller

    def heard_with(self, leg: Channel) -> set[str]:
        """Whom one hears on this leg: customers in its bridge, and behind Local channels."""
        found, looked, open_ones = set[str](), set[str](), [leg]
        while open_ones:
            one = open_ones.pop()
            if one.unique_id in looked or one.unique_id.startswith("fw-"):
                continue
            looked.add(one.unique_id)
            if one is not leg and one.unique_id in self.customers:
                found.add(one.unique_id)
            open_ones.extend([] if one.bridge is None else one.bridge.channels)
            other = self.world.exchange.channels.get(_other_half(one.name))
            open_ones.extend([] if other is None else [other])
        return found

    def _joined(self, supervisor: Channel, target: Channel, mode: str) -> dict[str, Any]:
        row = self._begin_join(supervisor, target, mode)
        row["at_s"] = self.loop.now_s
        row["customers"] = {target.unique_id} if target.unique_id in self.customers else self.heard_with(target)
        if mode != "pull":
            self._read_log()
            session = row["session"]
            if mode not in self.on_record.get(session.removeprefix("fw-"), ()):
                self.faults.append(f"unaudited: {session} {mode}")
        return row

    def _read_log(self) -> None:
        """What was put on record since the last look: which session, which mode."""
        with self.keyring.services.engine.connect() as connection:
            query = select(audit_lines.c.seq, audit_lines.c.action, audit_lines.c.result, audit_lines.c.details)
            for seq, action, result, details in connection.execute(query.where(audit_lines.c.seq > self._read_up_to)):
                self._read_up_to = seq
                if action in {"monitor.start", "monitor.mode", "call.take_over"} and result == "ok":
                    found = details if isinstance(details, dict) else json.loads(details)
                    self.on_record.setdefault(found.get("session") or found["command"], set()).add(found["mode"])

    def rows(self) -> list[Any]:
        """Of monitoring_sessions."""
        with self.keyring.services.engine.connect() as connection:
            return list(connection.execute(select(monitoring_sessions)).mappings())

    def endings(self) -> dict[str, int]:
        """How many lines tell each session's end."""
        with self.keyring.services.engine.connect() as connection:
            found: dict[str, int] = {}
            query = select(audit_lines.c.details).where(audit_lines.c.action == "monitoring.ended")
            for (details,) in connection.execute(query):
                told = details if isinstance(details, dict) else json.loads(details)
                found[told["command"]] = found.get(told["command"], 0) + 1
            return found

    def denied(self) -> list[Any]:
        """Lines of what was not allowed."""
        with self.keyring.services.engine.connect() as connection:
            return list(connection.execute(select(audit_lines).where(audit_lines.c.result == "denied")).mappings())

    def unexplained(self) -> int:
        with self.keyring.services.engine.connect() as connection:
            query = select(audit_lines.c.seq).where(audit_lines.c.action == "monitoring.unexplained")
            return len(connection.execute(query).all())

    # -- life

    async def begin(self) -> None:
        await self.simulator.__aenter__()
        self._translator = Translator()
        link = LinkConfig(SWITCH, port=self.simulator.port, username=COLLECTOR.username, secret=COLLECTOR.secret)
        source: Source[Any, QueueLogLine] = Source(
            AsteriskSwitch(link, self.clock, WANTED_EVENTS), self._translator, self._collected, self.clock
        )
        self._tasks.append(asyncio.create_task(source.run()))
        services = self.keyring.services
        services.policies.put_general(self.keyring.actor(Role.MANAGER), General(True, False, False, 30, False))
        self.announce(dict.fromkeys(self.world.queues, True))
        self.start_control()
        assert await self.until(lambda: self.room.why_not is None and self.floor.agents)
        self.seats = [self.seat(number) for number in range(24)]
        with services.engine.connect() as connection:
            query = select(account_roles).where(account_roles.c.account_id == self.seats[0].actor.account_id)
            self._role_rows = [
                {name: value for name, value in row.items() if name != "id"}
                for row in connection.execute(query).mappings()
            ]

    def start_control(self) -> None:
        """As a process that begins: with what stands in the database."""
        link = LinkConfig(SWITCH, port=self.simulator.port, username=CONTROL.username, secret=CONTROL.secret)
        teller = Heard(self)
        self.records = Records(self.keyring.services.audit, SITE, SWITCH, self.clock)
        self.room = Room(SwitchConfig(link), self._media, self.records, teller.command, self.clock)
        self.tray = Tray(self._claimed, self.rng)
        self.desk = Desk(self.room, self.tray, self._asking, self.records, lambda: self.floor, self.clock)
        self.watch = Watch(self.room, self._asking, lambda: self.floor, self.clock)
        beat = Beat(self.room, teller, self.clock)
        runs = (self.room.link.run(), beat.run(), self.watch.run(), self._work())
        self._control = [asyncio.create_task(one) for one in runs]

    async def _work(self) -> None:
        await asyncio.to_thread(self.records.left_open)
        for changed in left_open(self.floor, SWITCH):
            self.heard(changed)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.records.run())
            tasks.create_task(self.desk.run())

    async def stop_control(self, *, is_killed: bool) -> None:
        """Killed: nothing is said any more, and nothing written."""
        if is_killed:
            self.records._later.clear()
            for task in self.room._tasks:
                task.cancel()
        else:
            await self.room.close()
            await self.records.flush()
        for task in self._control:
            task.cancel()
        await asyncio.gather(*self._control, return_exceptions=True)

    async def end(self) -> None:
        for task in (*self._tasks, *self._control):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._control, return_exceptions=True)
        await self.simulator.__aexit__(None, None, None)
        self.keyring.close()


def _other_half(name: str) -> str:
    """Of a Local channel."""
    stem, mark, half = name.rpartition(";")
    return f"{stem};{3 - int(half)}" if mark and half in {"1", "2"} else ""


def _hurried(connection: Any, _record: Any) -> None:
    """The disk's own pace is nobody's race here."""
    connection.execute("PRAGMA synchronous = OFF")


@asynccontextmanager
async def simulated_house(
    loop: SimulatedLoop, folder: Path, valkey: RedisServer, *, seed: int = 1, **switch: Any
) -> AsyncIterator[SimulatedHouse]:
    """A house at work, in whose loop time does not wait."""
    one = SimulatedHouse(loop, folder, valkey, seed=seed, **switch)
    try:
        await one.begin()
        yield one
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await one.end()
