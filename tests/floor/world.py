"""A small switch for tests: it makes legal streams of events and knows the truth about itself.

It shares no code with the fold. `World.act` does something that its state allows, chosen by two numbers, and returns the
events of it; `World.live` is what a floor must show, `World.snapshot` what a collector would list.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass, field
from typing import Any

import msgspec

from collectors import events as e
from dashboard.floor.state import Floor

QUEUES = ("sales", "support", "vip")
AGENTS = tuple(f"PJSIP/{n}" for n in range(1001, 1007))
T0 = 1_795_285_400_000
BUSINESS = typing.get_args(e.BusinessKind)
_WRITERS: dict[type[e.Event], str] = {
    e.CommandChanged: e.control_writer("pbx1"),
    e.ControlChanged: e.control_writer("pbx1"),
    e.BusinessTold: e.BUSINESS_WRITER,
    e.CelebrationCalled: e.LEADERBOARDS_WRITER,
}
Live = dict[str, list[tuple[Any, ...]]]


@dataclass
class Call:
    """One visit as the switch has it."""

    queue: str
    call: str
    visit: int
    entered_ms: int
    number: str | None
    state: str = "waiting"
    ringing: set[str] = field(default_factory=set)
    agent: str = ""
    answered_ms: int = 0
    wait_s: int = 0
    is_held: bool = False
    position: int | None = None


class World:
    """One switch. Times are milliseconds; `now_ms` moves by what `act` is told."""

    def __init__(self) -> None:
        self.now_ms = T0
        self.boot = "boot-1"
        self.calls: list[Call] = []
        self.over: list[Call] = []
        self.unexplained: list[Call] = []
        self.members: dict[tuple[str, str], list[Any]] = {}
        self.devices: dict[str, e.Device] = dict.fromkeys(AGENTS, "free")
        self.own: dict[str, list[Any]] = {}
        self.monitorings: dict[str, tuple[str, str, e.MonitorMode, int]] = {}
        self.commands: dict[str, e.CommandChanged] = {}
        self.facts: dict[str, e.BusinessFact] = {}
        self.serial = 0
        self.n = 0

    # -- what is true

    def waiting(self) -> list[Call]:
        return [call for call in self.calls if call.state == "waiting"]

    def talking(self) -> list[Call]:
        return [call for call in self.calls if call.state == "answered"]

    def live(self) -> Live:
        """Everything that is so now, in a form that a floor can be compared with."""
        return {
            "waiting": sorted((c.queue, c.call, c.visit, c.entered_ms, c.number) for c in self.waiting()),
            "offers": sorted((c.call, c.visit, agent) for c in self.calls for agent in c.ringing),
            "handlings": sorted((c.queue, c.call, c.visit, c.agent, c.answered_ms, c.is_held) for c in self.talking()),
            "members": sorted((agent, queue, m[0], m[1], m[2]) for (agent, queue), m in self.members.items()),
            "devices": sorted({(agent, self.devices[agent]) for agent, _ in self.members}),
            "own": sorted(
                (agent, call, kind, connected, held) for call, (agent, kind, connected, held) in self.own.items()
            ),
            "monitorings": sorted((session, *facts) for session, facts in self.monitorings.items()),
        }

    def snapshot(self, gap_from_ms: int | None = None) -> e.SnapshotTaken:
        return e.SnapshotTaken(
            queues=[e.QueueRow(queue, strategy="ringall") for queue in QUEUES],
            members=[
                e.MemberRow(
                    queue, agent, dynamic=m[0], paused=m[1], reason=m[2], paused_at_ms=m[3], device=self.devices[agent]
                )
                for (agent, queue), m in self.members.items()
            ],
            waiting=[
                e.WaitingRow(c.queue, c.call, c.visit, c.entered_ms, c.number, position=c.position)
                for c in self.waiting()
            ],
            offers=[
                e.OfferRow(c.queue, c.call, c.visit, a, self.now_ms) for c in self.waiting() for a in sorted(c.ringing)
            ],
            handlings=[
                e.HandlingRow(
                    c.queue, c.call, c.visit, c.agent, c.entered_ms, c.answered_ms, c.wait_s, c.is_held, c.number
                )
                for c in self.talking()
            ],
            own_calls=[
                e.OwnCallRow(agent, call, kind, connected_at_ms=connected, on_hold=held)
                for call, (agent, kind, connected, held) in self.own.items()
            ],
            monitorings=[e.MonitoringRow(session, *facts) for session, facts in self.monitorings.items()],
            gap_from_ms=gap_from_ms,
        )

    # -- writing it down

    def entry(self, event: e.AnyEvent, at_ms: int | None = None, *, backfilled: bool = False) -> e.Entry:
        """The event as the next record of the stream."""
        self.n += 1
        switch, boot = _WRITERS.get(type(event), "pbx1"), ""
        if switch == "pbx1":
            boot = self.boot
        return e.Entry("site", switch, boot, 1, self.n, at_ms or self.now_ms, event, backfilled=backfilled)

    def start(self) -> list[e.Entry]:
        for i, agent in enumerate(AGENTS[:4]):
            for queue in QUEUES[: 1 + i % 3]:
                self.members[agent, queue] = [i % 2 == 0, False, None, None]
        settings = e.FloorSettings(
            default_queue=e.QueueSettings(wrap_up_s=7),
            pause_reasons={"wrap": e.PauseReasonSettings(category="work_after_call")},
        )
        first = e.Entry("site", "settings", "", 1, 1, self.now_ms, e.SettingsChanged(settings))
        return [first, self.entry(e.LinkRestored()), self.entry(self.snapshot())]

    # -- what can happen

    def act(self, what: int, which: int, ms: int) -> list[e.AnyEvent]:
        """Let `ms` pass, then do what the first number says, to what the second says; [] if that is not possible now."""
        self.now_ms += ms
        act = ACTS[what % len(ACTS)]
        return list(act(self, which))


def _pick(items: Any, which: int) -> Any:
    items = sorted(items, key=repr) if not isinstance(items, list | tuple) else items
    return items[which % len(items)] if items else None


def _enter(world: World, which: int) -> list[e.AnyEvent]:
    again = (
        _pick([c for c in world.over if c.state == "left" and not _is_in(world, c.call)], which)
        if which % 5 == 0
        else None
    )
    world.serial += 1
    visit = 1 + max(c.visit for c in [*world.over, *world.calls] if c.call == again.call) if again else 1
    call = again.call if again else f"{T0}.{world.serial}"
    number = f"138000{which % 40:05}" if which % 3 else None
    new = Call(_pick(QUEUES, which), call, visit, world.now_ms, number)
    world.calls.append(new)
    return [e.QueueEntered(new.queue, call, visit, number)]


def _is_in(world: World, call: str) -> bool:
    return any(c.call == call for c in world.calls)


def _offer(world: World, which: int) -> list[e.AnyEvent]:
    call = _pick(world.waiting(), which)
    if call is None:
        return []
    agent = _pick([a for a, q in world.members if q == call.queue and a not in call.ringing], which)
    if agent is None:
        return []
    call.ringing.add(agent)
    return [e.OfferStarted(call.queue, call.call, call.visit, agent)]


def _offer_ends(world: World, which: int) -> list[e.AnyEvent]:
    call = _pick([c for c in world.waiting() if c.ringing], which)
    if call is None:
        return []
    agent = _pick(call.ringing, which)
    call.ringing.discard(agent)
    return [e.OfferEnded(call.queue, call.call, call.visit, agent, "missed" if which % 2 else "rejected")]


def _answer(world: World, which: int) -> list[e.AnyEvent]:
    call = _pick([c for c in world.waiting() if c.ringing], which)
    if call is None:
        return []
    agent = _pick(call.ringing, which)
    losers = sorted(call.ringing - {agent})
    call.ringing.clear()
    call.state, call.agent, call.answered_ms = "answered", agent, world.now_ms
    call.wait_s = (world.now_ms - call.entered_ms) // 1000 + which % 2
    stated = call.wait_s if which % 2 else None
    call.wait_s = call.wait_s if which % 2 else (world.now_ms - call.entered_ms) // 1000
    key = (call.queue, call.call, call.visit)
    won: list[e.AnyEvent] = [e.OfferEnded(*key, agent, "answered"), e.Answered(*key, agent, stated)]
    return [*won, *(e.OfferEnded(*key, loser, "lost") for loser in losers)]


def _go(world: World, call: Call, event: e.AnyEvent) -> list[e.AnyEvent]:
    cut = [e.OfferEnded(call.queue, call.call, call.visit, agent, "cut_short") for agent in sorted(call.ringing)]
    call.ringing.clear()
    call.wait_s = (world.now_ms - call.entered_ms) // 1000
    world.calls.remove(call)
    world.over.append(call)
    return [event, *cut]


def _abandon(world: World, which: int) -> list[e.AnyEvent]:
    call = _pick(world.waiting(), which)
    if call is None:
        return []
    call.state = "abandoned"
    return _go(world, call, e.QueueAbandoned(call.queue, call.call, call.visit))


def _leave(world: World, which: int) -> list[e.AnyEvent]:
    call = _pick(world.waiting(), which)
    if call is None:
        return []
    call.state = "left"
    reason: e.LeftReason = _pick(("timeout", "key", "empty", "withdraw", "transfer", "callback", "unknown"), which)
    if reason == "unknown":
        world.unexplained.append(call)
    return _go(world, call, e.QueueLeft(call.queue, call.call, call.visit, reason))


def _explain(world: World, which: int) -> list[e.AnyEvent]:
    call = _pick(world.unexplained, which)
    if call is None:
        return []
    world.unexplained.remove(call)
    if which % 2:
        call.state = "abandoned"
    return [e.QueueLeftExplained(call.queue, call.call, call.visit, "abandoned" if which % 2 else "timeout")]


def _hold(world: World, which: int) -> list[e.AnyEvent]:
    call = _pick(world.talking(), which)
    if call is None:
        return []
    call.is_held = not call.is_held
    kind = e.Held if call.is_held else e.Resumed
    return [kind(call.call, call.visit, call.agent)]


def _hang_up(world: World, which: int) -> list[e.AnyEvent]:
    call = _pick(world.talking(), which)
    if call is None:
        return []
    world.calls.remove(call)
    world.over.append(call)
    key = (call.queue, call.call, call.visit)
    ended = e.HandlingEnded(*key, call.agent, _pick(("caller", "agent", "transfer"), which))
    return [e.Transferred(*key, call.agent, "blind", "8001"), ended] if which % 3 == 2 else [ended]


def _join(world: World, which: int) -> list[e.AnyEvent]:
    agent, queue = _pick(AGENTS, which), _pick(QUEUES, which // 7)
    if (agent, queue) in world.members:
        return []
    world.members[agent, queue] = [True, False, None, None]
    return [e.MembershipAdded(queue, agent, dynamic=True)]


def _quit(world: World, which: int) -> list[e.AnyEvent]:
    member = _pick([m for m, fact in world.members.items() if fact[0]], which)
    if member is None:
        return []
    del world.members[member]
    return [e.MembershipRemoved(member[1], member[0])]


def _pause(world: World, which: int) -> list[e.AnyEvent]:
    member = _pick(list(world.members), which)
    reason = _pick((None, "lunch", "training", "wrap"), which // 3)
    fact = world.members[member]
    if not fact[1] or fact[2] != reason:
        fact[1:] = [True, reason, world.now_ms]
    return [e.MemberPaused(member[1], member[0], reason)]


def _resume(world: World, which: int) -> list[e.AnyEvent]:
    member = _pick(list(world.members), which)
    world.members[member][1:] = [False, None, None]
    return [e.MemberResumed(member[1], member[0])]


def _device(world: World, which: int) -> list[e.AnyEvent]:
    agent = _pick(sorted({agent for agent, _ in world.members}), which)
    world.devices[agent] = device = _pick(("free", "in_use", "unavailable", "ringing"), which // 3)
    return [e.DeviceChanged(agent, device)]


def _dial(world: World, which: int) -> list[e.AnyEvent]:
    agent = _pick(AGENTS, which)
    world.serial += 1
    call, kind = f"own.{world.serial}", _pick(("outbound", "inbound", "internal"), which // 3)
    world.own[call] = [agent, kind, None, False]
    return [e.OwnCallStarted(agent, call, kind)]


def _dial_goes_on(world: World, which: int) -> list[e.AnyEvent]:
    call = _pick(sorted(world.own), which)
    if call is None:
        return []
    fact = world.own[call]
    if fact[2] is None:
        fact[2] = world.now_ms
        return [e.OwnCallConnected(fact[0], call)]
    if which % 3 == 0:
        del world.own[call]
        return [e.OwnCallEnded(fact[0], call)]
    fact[3] = not fact[3]
    return [(e.Held if fact[3] else e.Resumed)(call, 0, fact[0])]


MODES: tuple[e.MonitorMode, ...] = ("listen", "whisper", "barge", "private", "takeover")


def _listen(world: World, which: int) -> list[e.AnyEvent]:
    session = _pick(sorted(world.monitorings), which)
    if session is not None and which % 3 == 1:
        agent, *_ = world.monitorings.pop(session)
        return [e.MonitoringStopped(session, agent)]
    if session is not None and which % 3 == 2:
        return _listen_otherwise(world, session, which)
    world.serial += 1
    session, agent, who = f"spy.{world.serial}", _pick(AGENTS, which), _pick((*AGENTS, "2001"), which // 2 + 1)
    world.monitorings[session] = (agent, who, "listen", world.now_ms)
    return [e.MonitoringStarted(session, agent, who, "listen")]


def _listen_otherwise(world: World, session: str, which: int) -> list[e.AnyEvent]:
    agent, who, _, started_ms = world.monitorings[session]
    mode: e.MonitorMode = _pick(MODES, which // 3)
    if which % 4 == 0:
        other: str = _pick(AGENTS, which // 5)
        agent, started_ms = other, started_ms if other == agent else world.now_ms
    world.monitorings[session] = (agent, who, mode, started_ms)
    return [e.MonitoringStarted(session, agent, who, mode)]


STATES: tuple[e.CommandState, ...] = (
    "authorised", "audited", "sent", "confirmed", "refused", "failed", "expired", "ended",
)  # fmt: skip


def _ask(world: World, which: int) -> list[e.AnyEvent]:
    if which % 5 == 0:
        phones: dict[str, e.Device] = {"PJSIP/2001": _pick(("free", "in_use"), which)}
        return [e.ControlChanged("pbx1", "switch_down" if which % 2 else "", "", phones, str(which))]
    known = world.commands.get(_pick(sorted(world.commands), which) or "")
    if known is None or which % 3 == 0:
        world.serial += 1
        command = f"{world.serial:016x}"
        ends_ms = world.now_ms + 60_000 if which % 2 else None
        known = e.CommandChanged(command, "monitor.start", "authorised", "pbx1", "a1", "王芳", session=f"fw-{command}")
        known = msgspec.structs.replace(known, mode="listen", ends_at_ms=ends_ms)
    else:
        known = msgspec.structs.replace(known, state=_pick(STATES, which // 3), reason=_pick(("", "stopped"), which))
    world.commands[known.command] = known
    return [known]


def _tell(world: World, which: int) -> list[e.AnyEvent]:
    """Business: something new, something else of what was told (of earlier, too), or nothing of it any more."""
    name = f"b{which % 40}"
    known, fact = world.facts.get(name), None
    if known is None or which % 3:
        at_ms = world.now_ms - (which * 7_919_000 if which % 4 == 0 else which * 5_000)
        kind: e.BusinessKind = _pick(BUSINESS, which)
        agent, queue = _pick((*AGENTS, None), which), _pick((*QUEUES, None), which // 2)
        fact = e.BusinessFact(
            kind, at_ms, agent, queue, which * 100, which % 2 == 0, "seats" if kind == "custom" else ""
        )
        world.facts[name] = fact
    else:
        del world.facts[name]
    return [e.BusinessTold("crm", name, fact, known)]


def _celebrate(world: World, which: int) -> list[e.AnyEvent]:
    world.serial += 1
    return [e.CelebrationCalled(f"c{world.serial}", "l1", "leader", _pick(AGENTS, which))]


def _move(world: World, which: int) -> list[e.AnyEvent]:
    call = _pick(world.waiting(), which)
    if call is None:
        return []
    call.position = 1 + which % 4
    return [e.CallerMoved(call.queue, call.call, call.visit, call.position)]


def _say(world: World, which: int) -> list[e.AnyEvent]:
    agent, queue = _pick(AGENTS, which), _pick(QUEUES, which)
    said: list[e.AnyEvent] = [
        e.SourceAlive(skew_ms=which), e.AgentNamed(agent, f"Agent {which}"), e.CallerRefused(queue, f"r{which}", "full"),
        e.QueueConfigured(queue, strategy=f"s{which}"),
    ]  # fmt: skip
    del world
    return [said[which % 4]]


ACTS = (
    _enter, _enter, _enter, _offer, _offer, _offer, _offer_ends, _answer, _answer, _answer, _abandon, _leave, _explain, _hold,
    _hang_up, _hang_up, _join, _quit, _pause, _resume, _device, _dial, _dial_goes_on, _dial_goes_on, _listen, _listen, _move, _say,
    _ask, _ask, _tell, _tell, _celebrate,
)  # fmt: skip


def live(floor: Floor) -> Live:
    """What a floor shows, in the form of `World.live`."""
    visits = floor.visits
    return {
        "waiting": sorted(
            (q.id, visits[k].call, visits[k].visit, since, visits[k].number)
            for q in floor.queues.values()
            for k, since in q.waiting.items()
        ),
        "offers": sorted((visits[k].call, visits[k].visit, a.id) for a in floor.agents.values() for k in a.offers),
        "handlings": sorted(
            (visits[k].queue, visits[k].call, visits[k].visit, a.id, visits[k].answered_ms, held)
            for a in floor.agents.values() for k, held in a.handlings.items()
        ),
        "members": sorted(
            (a.id, m.queue, m.is_dynamic, m.is_paused, m.reason) for a in floor.agents.values() for m in a.memberships.values()
        ),
        "devices": sorted((a.id, a.devices.get("pbx1", "free")) for a in floor.agents.values() if a.memberships),
        "own": sorted(
            (a.id, key.split("/")[2], call.kind, call.connected_ms, call.is_on_hold)
            for a in floor.agents.values() for key, call in a.own_calls.items()
        ),
        "monitorings": sorted(
            (m.session, m.agent, m.supervisor, m.mode, m.started_ms) for m in floor.core.monitorings.values()
        ),
    }  # fmt: skip
