"""Races between a supervisor and the rest of the world, from seeds: at a point of a session's way something else happens.

Every deed is tried at every point, a moment after it. What must hold afterwards is judged by the switch's truth (`judge.py`).
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from dashboard.access.notices import Notice
from dashboard.store import StoreError
from tests.control.judge import Judge
from tests.control.simulated_house import Seat, SimulatedHouse

WORKERS: Final = 8
MODES: Final = ("listen", "whisper", "barge", "private")
AFTER_S: Final = (0.0, 0.0, 0.003, 0.02, 0.06, 0.12, 0.3, 0.7)

POINTS: Final = (
    "asked", "authorised", "audited", "sent", "ringing", "answered", "confirmed", "mode_asked", "mode_authorised",
    "mode_sent", "mode_confirmed", "take_asked", "take_sent", "taken", "taken_at_once", "stopping",
)  # fmt: skip
"""How far the session is when it happens."""


@dataclass(slots=True)
class Race:
    """One supervisor's attempt at one call. `other`: another supervisor, who may want the same."""

    house: SimulatedHouse
    rng: random.Random
    seat: Seat
    other: Seat
    visit: str = ""
    agent: str = ""
    caller: str = ""
    queue: str = ""
    session: str = ""
    name: str = ""
    next_caller: str = ""
    callers: list[str] = None  # type: ignore[assignment]

    def extension(self, agent: str = "") -> str:
        agents = self.house.world.agents
        return next(one.plan.extension for one in agents if one.interface == (agent or self.agent))

    def idle(self) -> str:
        """An agent who could take a call."""
        agents = self.house.world.agents
        free = [one.plan.extension for one in agents if one.talk is None and one.is_reachable and not one.is_busy]
        return self.rng.choice(free) if free else ""

    def ask(self, kind: Any, seat: Seat | None = None, **more: Any) -> str:
        who = seat or self.seat
        command = self.house.ask(who.actor, kind, **more)
        self.house.stories[command] = f"[{self.name}]"
        return command

    def start(self, seat: Seat, mode: str, **more: Any) -> str:
        return self.ask("monitor.start", seat, agent=self.agent, visit=self.visit, mode=mode, **more)

    def take(self, seat: Seat, **more: Any) -> str:
        return self.ask("call.take_over", seat, agent=self.agent, visit=self.visit, **more)

    def flush(self) -> None:
        self.house.simulator.flush()

    # -- the way of a session

    async def talk(self) -> bool:
        """A caller talks with an agent, and the floor knows it."""
        house = self.house
        self.queue = self.rng.choice(list(house.world.queues))
        self.caller = house.call(self.queue)
        self.callers = [self.caller]
        self.flush()
        if not await house.until(lambda: house.visit_of(self.caller), 6):
            return False
        found = house.visit_of(self.caller)
        if found is None or not found.agent:
            return False
        self.visit, self.agent = found.key, found.agent
        if self.rng.random() < 0.4:  # somebody is next
            self.callers.append(house.call(self.queue))
            self.flush()
        return True

    async def prepare_next(self) -> None:
        """A caller of a colleague's, who can be put through at any moment."""
        house = self.house
        self.next_caller = house.call(self.rng.choice(list(house.world.queues)))
        self.callers.append(self.next_caller)
        self.flush()
        await house.until(lambda: house.world.talks_by_call.get(self.next_caller), 2)

    async def come_to(self, point: str, deadline_in_ms: int | None) -> None:
        """As far as this point, or as far as it goes."""
        house, rng = self.house, self.rng
        late: dict[str, Any] = {}
        if deadline_in_ms is not None:
            late["asked_at_ms"] = house.clock.now_ms() - 5_000 + deadline_in_ms
        follow = rng.choice(("none", "none", "caller", "agent"))
        house.world.phones.set(self.seat.phone, "answer", rng.choice((0.0, 0.05, 0.3, 0.3, 1.2)))
        if point == "taken_at_once":
            self.session = self.take(self.seat, value=follow, **late)
            await self._reach("confirmed")
            return
        is_early = point in POINTS[:7]
        self.session = self.start(self.seat, rng.choice(MODES), value=follow, **(late if is_early else {}))
        if point in {"authorised", "audited", "sent"}:
            await self._reach(point)
        elif point in {"ringing", "answered"}:
            wanted = 5 if point == "ringing" else 6
            await house.until(lambda: self._leg_state() >= wanted or self._is_over(), 4)
        elif point != "asked":
            await self._reach("confirmed")
            await self._go_further(point, late if deadline_in_ms is not None else {})

    async def _go_further(self, point: str, late: dict[str, Any]) -> None:
        if late:
            late = {"asked_at_ms": self.house.clock.now_ms() - 5_000 + self.rng.randrange(120)}
        if point.startswith("mode_"):
            change = self.ask("monitor.mode", opened=self.session, mode=self.rng.choice(MODES), **late)
        elif point.startswith("take"):
            change = self.take(self.seat, opened=self.session, **late)
        elif point == "stopping":
            change = self.ask("monitor.stop", opened=self.session, **late)
        else:
            return
        wanted = {"mode_authorised": "authorised", "mode_sent": "sent", "take_sent": "sent"}.get(point, "confirmed")
        if not point.endswith("asked") and point != "stopping":
            await self._reach(wanted, change)

    async def _reach(self, state: str, command: str = "") -> None:
        command = command or self.session
        final = {"refused", "failed", "expired", "ended"}
        await self.house.until(lambda: self.house.state(command) in {state} | final, 6)

    def _leg_state(self) -> int:
        leg = self.house.world.exchange.find(f"fw-{self.session}")
        return 0 if leg is None else leg.state

    def _is_over(self) -> bool:
        return self.house.state(self.session) in {"refused", "failed", "expired", "ended"}

    # -- its end

    async def settle(self) -> None:
        """Whatever is open comes to its end, one way or the other; the next race begins with a clean desk."""
        house, hands = self.house, self.house.hands
        if self.rng.random() < 0.4 and not self._is_over():
            self.ask("monitor.stop", opened=self.session)
            await asyncio.sleep(self.rng.uniform(0, 0.6))
        await asyncio.sleep(self.rng.uniform(0, 0.4))
        for caller in self.callers:
            hands.caller_hangs_up(caller)
        self.flush()
        mine = {self.seat.actor.account_id, self.other.actor.account_id}
        for _ in range(3):
            waiting = [one for one in house.room.book if one.request.account in mine]
            for one in waiting:
                house.ask(one.actor, "monitor.stop", opened=one.request.id)
            if await house.until(lambda: not self._open(mine), 6):
                break
            for caller in self.callers:
                hands.caller_hangs_up(caller)
            self.flush()
        if self._open(mine):
            house.faults.append(f"stuck: {[one.session for one in house.room.book if one.request.account in mine]}")
        for seat in (self.seat, self.other):
            hands.supervisor_hangs_up(seat.phone)
            hands.register(seat.phone, is_registered=True)
            house.world.phones.set(seat.phone, "answer", 0.3)
        self.flush()
        await asyncio.sleep(0.1)

    def _open(self, accounts: set[str]) -> bool:
        return any(one.request.account in accounts for one in self.house.room.book)


Deed = Callable[[Race], Awaitable[None]]


async def _caller_goes(race: Race) -> None:
    race.house.hands.caller_hangs_up(race.caller)


async def _agent_goes(race: Race) -> None:
    race.house.hands.agent_hangs_up(race.extension())


async def _agent_has_the_next_call(race: Race) -> None:
    """The call ends, and at once somebody else's caller is put through to the same agent."""
    house, talk = race.house, race.house.world.talks_by_call.get(race.next_caller)
    house.hands.caller_hangs_up(race.caller)
    for _ in range(20):
        if talk is None or house.hands.blind_transfer(talk.member.agent.plan.extension, race.extension()):
            break
        race.flush()
        await asyncio.sleep(0.005)


async def _blind_to_agent(race: Race) -> None:
    race.house.hands.blind_transfer(race.extension(), race.idle() or "support")


async def _blind_to_queue(race: Race) -> None:
    race.house.hands.blind_transfer(race.extension(), race.rng.choice(list(race.house.world.queues)))


async def _attended(race: Race) -> None:
    idle = race.idle()
    if idle and race.house.hands.consult(race.extension(), idle):
        race.flush()
        await asyncio.sleep(race.rng.choice((0.05, 0.4, 1.0)))
        race.house.hands.complete(race.extension())


async def _hold(race: Race) -> None:
    race.house.hands.hold(race.extension())
    race.flush()
    await asyncio.sleep(race.rng.uniform(0, 0.3))
    race.house.hands.unhold(race.extension())


async def _second_listens(race: Race) -> None:
    race.start(race.other, race.rng.choice(MODES))
    await asyncio.sleep(1)


async def _second_takes_over(race: Race) -> None:
    race.take(race.other)
    if race.rng.random() < 0.5:
        race.take(race.seat, opened=race.session)
    await asyncio.sleep(1)


async def _twice(race: Race) -> None:
    """The same person asks for more at once; and one command comes twice."""
    race.start(race.seat, "listen")
    race.start(race.seat, "barge", id=race.session)
    race.take(race.seat)
    race.ask("monitor.mode", opened=race.session, mode="whisper")
    race.ask("monitor.mode", opened=race.session, mode="barge")
    race.ask("monitor.mode", opened=race.session, mode="listen")


async def _stop_and_mode(race: Race) -> None:
    both: list[Callable[[], str]] = [
        lambda: race.ask("monitor.stop", opened=race.session),
        lambda: race.ask("monitor.mode", opened=race.session, mode=race.rng.choice(MODES)),
        lambda: race.take(race.seat, opened=race.session),
    ]
    race.rng.shuffle(both)
    for one in both[:2]:
        one()
        await asyncio.sleep(race.rng.choice((0, 0, 0.01, 0.05)))


async def _follow(race: Race) -> None:
    race.ask("monitor.follow", opened=race.session, value=race.rng.choice(("none", "caller", "agent")))
    await asyncio.sleep(race.rng.choice((0, 0.01, 0.1)))
    await race.rng.choice((_caller_goes, _blind_to_agent, _agent_has_the_next_call))(race)


async def _phone_hangs_up(race: Race) -> None:
    race.house.hands.supervisor_hangs_up(race.seat.phone)


async def _phone_does_not_answer(race: Race) -> None:
    race.house.world.phones.set(race.seat.phone, race.rng.choice(("busy", "decline", "ignore")), 0.1)


async def _phone_is_lost(race: Race) -> None:
    race.house.hands.register(race.seat.phone, is_registered=False)


async def _role_revoked(race: Race) -> None:
    await _withdrawn(race, lambda: race.house.set_role(race.seat, is_given=False), "account")
    race.house.set_role(race.seat, is_given=True)


async def _session_over(race: Race) -> None:
    house, account = race.house, race.seat.actor.account_id
    await _withdrawn(race, lambda: house.keyring.services.sessions.end_all(account), "session")
    race.seat = Seat(house.sign_in(account), race.seat.phone, race.seat.role)
    house.seats[int(race.seat.phone) - 8001] = race.seat


async def _rules_changed(race: Race) -> None:
    house = race.house
    await _withdrawn(race, lambda: house.announce({race.queue: False}), "supervision")
    house.announce({race.queue: True})


async def _withdrawn(race: Race, withdraw: Callable[[], object], kind: Any) -> None:
    """Within five seconds nobody hears any more by this right; who talks with a caller goes on where the rules say so."""
    house = race.house
    withdraw()
    if race.rng.random() < 0.5:
        house.notice(Notice(kind, race.seat.actor.account_id))
    await asyncio.sleep(5.0)
    for row in race.house.world.joins.rows[-60:]:
        is_spared = kind == "supervision" and row["mode"] == "takeover"
        if row["session"] == f"fw-{race.session}" and row["to"] is None and not is_spared:
            house.faults.append(f"still in after 5 s: {kind} {row}")


async def _nothing(_race: Race) -> None:
    """The deadline alone: it passes at about this point."""


DEEDS: Final[dict[str, Deed]] = {
    "caller goes": _caller_goes,
    "agent goes": _agent_goes,
    "agent has the next call": _agent_has_the_next_call,
    "blind to agent": _blind_to_agent,
    "blind to queue": _blind_to_queue,
    "attended": _attended,
    "hold": _hold,
    "second listens": _second_listens,
    "second takes over": _second_takes_over,
    "twice": _twice,
    "stop and mode": _stop_and_mode,
    "follow": _follow,
    "phone hangs up": _phone_hangs_up,
    "phone does not answer": _phone_does_not_answer,
    "phone is lost": _phone_is_lost,
    "role revoked": _role_revoked,
    "session over": _session_over,
    "rules changed": _rules_changed,
    "deadline": _nothing,
}
"""What befalls one race."""


async def _link_cut(house: SimulatedHouse) -> None:
    house.simulator.cut()


async def _switch_killed(house: SimulatedHouse) -> None:
    house.world.disasters.kill()


async def _switch_stopped(house: SimulatedHouse) -> None:
    house.world.disasters.stop()
    house.simulator.flush()


async def _control_killed(house: SimulatedHouse) -> None:
    await house.stop_control(is_killed=True)
    await asyncio.sleep(house.rng.uniform(0, 2))
    house.start_control()


async def _control_stopped(house: SimulatedHouse) -> None:
    await house.stop_control(is_killed=False)
    house.start_control()


async def _audit_away(house: SimulatedHouse) -> None:
    audit = house.keyring.services.audit

    def away(*_: Any, **__: Any) -> Any:
        raise StoreError("The database is away.")

    audit.writing = away  # type: ignore[method-assign]
    await asyncio.sleep(house.rng.uniform(0.2, 2))
    del audit.writing


DISASTERS: Final[dict[str, Callable[[SimulatedHouse], Awaitable[None]]]] = {
    "link cut": _link_cut,
    "switch killed": _switch_killed,
    "switch stopped": _switch_stopped,
    "control killed": _control_killed,
    "control stopped": _control_stopped,
    "audit away": _audit_away,
}
"""What befalls all races that are under way."""


async def run_races(
    house: SimulatedHouse,
    count: int,
    seed: int,
    *,
    points: Sequence[str] = POINTS,
    deeds: Iterable[str] = DEEDS,
    befall: Sequence[str] = tuple(DISASTERS),
    workers: int = WORKERS,
) -> Judge:
    """So many: four of five by themselves, each deed at each point in turn; the rest in groups that a disaster hits. Without deeds:
    all of them in groups."""
    judge = Judge(house)
    judge.begin()
    rng = random.Random(seed)
    pairs = list(itertools.product(points, deeds))
    rng.shuffle(pairs)
    disasters = itertools.cycle(befall)
    together = 0 if not befall else max(1, count // (5 if pairs else 1) // workers)
    own = list(itertools.islice(itertools.cycle(pairs), count - together * workers))

    async def work(number: int) -> None:
        while own:
            point, deed = own.pop()
            await run_race(house, random.Random(rng.random()), number, point, deed)

    await asyncio.gather(*(work(number) for number in range(workers)))
    for _ in range(together):
        name = next(disasters)
        at = [rng.choice(points) for _ in range(workers)]
        races = [
            asyncio.create_task(run_race(house, random.Random(rng.random()), number, point, "deadline"))
            for number, point in enumerate(at)
        ]
        await asyncio.sleep(rng.uniform(0.35, 2.2))
        judge.disaster(name)
        await DISASTERS[name](house)
        await asyncio.gather(*races)
        assert await house.until(lambda: house.room.why_not is None, 20)
        await asyncio.sleep(2)
    await asyncio.sleep(8)
    await judge.judge()
    return judge


async def run_race(house: SimulatedHouse, rng: random.Random, number: int, point: str, deed: str) -> None:
    """One of them, from the call to a clean desk."""
    race = Race(house, rng, house.seats[number * 2], house.seats[number * 2 + 1], name=f"{point} / {deed}")
    if not await race.talk():
        house.untried += 1
        for caller in race.callers:
            house.hands.caller_hangs_up(caller)
        race.flush()
        await asyncio.sleep(0.5)
        return
    house.races += 1
    if deed in {"agent has the next call", "follow"}:
        await race.prepare_next()
    with suppress(asyncio.CancelledError):
        await race.come_to(
            point, rng.choice((5, 20, 40, 60, 90, 200, 700)) if deed == "deadline" and rng.random() < 0.7 else None
        )
        await asyncio.sleep(rng.choice(AFTER_S))
        await DEEDS[deed](race)
        race.flush()
        await asyncio.sleep(rng.choice((0.05, 0.3, 0.6)))
    await race.settle()
