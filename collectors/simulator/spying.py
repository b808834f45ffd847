"""Supervisors on agents' lines: sessions that an AMI client originates, and some that supervisors dial themselves.

Invariants: ChanSpyStart comes a moment after the supervisor's phone answered, Stop before his Hangup and before the spied
channel's; neither says the mode. A session whose target is gone at its start is hung up at once.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .channels import DOWN, RINGING, UP, Channel
from .floor import Spying

if TYPE_CHECKING:
    from .world import World

START_LAG_S, ANSWER_LAG_S = 0.1, 0.3
CONTEXT = "floorwatch-monitor"
MODES = {"listen": "uqES", "whisper": "uqESw", "barge": "uqESB", "private": "uqESW"}
"""The dialplan context's extensions and their ChanSpy options."""


class Spyings:
    """All monitoring sessions."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng = random.Random(f"{world.config.seed}:spying")
        self._per_hour = 3600 / (30 if 31 in world.config.traps else 900)
        self.sessions: dict[str, Spying] = {}
        self._made = 0

    def begin(self) -> None:
        """Supervisors listen in of their own accord, now and then."""
        self._world.engine.after(self._rng.expovariate(self._per_hour / 3600), self._listen_in)

    def _listen_in(self) -> None:
        self.begin()
        talking = [agent for agent in self._world.agents if agent.talk is not None]
        busy = {session.supervisor for session in self.sessions.values()}
        idle = [extension for extension in self._world.staff.supervisors if extension not in busy]
        if not talking or not idle:
            return
        agent = self._rng.choice(talking)
        target = agent.talk.offer.phone if agent.talk is not None else None
        if target is not None and target.is_up:
            extension = self._rng.choice(idle)
            self._made += 1
            session = f"spy-{self._made}-{int(self._world.engine.now)}"
            spying = self.originate(
                extension, session, "listen", target.unique_id, "Spy q",
                action_id=f"desk-{self._made}", application=f"{agent.plan.phone},q",
            )  # fmt: skip
            spying.steps.append(self._world.engine.after(self._rng.uniform(15, 90), self.hang_up, spying, "phone"))

    # -- starting

    def originate(
        self,
        extension: str,
        session: str,
        mode: str,
        target: str,
        name: str,
        *,
        action_id: str = "",
        application: str = "",
    ) -> Spying:
        """The supervisor's phone is called; when it answers, ChanSpy begins on the channel with unique id `target`."""
        exchange = self._world.exchange
        leg = exchange.open(f"PJSIP/{extension}", DOWN, extension, "Supervisor", "internal", "s", unique_id=session)
        exchange.renamed(leg, extension, name)
        exchange.connected_line(leg, extension, name)
        exchange.dial_begin(None, leg, extension)
        spying = Spying(
            session or leg.unique_id, leg, extension, mode, action_id=action_id, application=application,
            variables={"FW_TARGET": target},
        )  # fmt: skip
        self.sessions[spying.session] = spying
        after = self._world.engine.after
        spying.steps.append(after(0.01, self._rings, spying))
        spying.steps.append(after(ANSWER_LAG_S, self._answers, spying))
        return spying

    def _rings(self, spying: Spying) -> None:
        self._world.exchange.set_state(spying.channel, RINGING)
        self._world.exchange.dial_state(None, spying.channel)

    def _answers(self, spying: Spying) -> None:
        exchange = self._world.exchange
        exchange.set_state(spying.channel, UP)
        self._world.wire.event("OriginateResponse", *originate_response(spying))
        exchange.dial_end(None, spying.channel, "ANSWER")
        self._enter_mode(spying, spying.mode)

    def redirect(self, spying: Spying, mode: str) -> None:
        """The same session in another mode: Stop, and Start a moment later."""
        spying.application = ""
        self._stop(spying)
        if mode == "takeover":
            self._take_over(spying)
        else:
            self._enter_mode(spying, mode)

    def _enter_mode(self, spying: Spying, mode: str) -> None:
        spying.mode = mode
        spying.steps.append(self._world.engine.after(START_LAG_S, self._start, spying))
        if spying.application:  # called straight into ChanSpy, not through the dialplan
            spying.channel.goes_to("internal", "s", 1, "ChanSpy", spying.application)
            return
        target = spying.variables.get("FW_TARGET", "")
        spying.channel.goes_to(CONTEXT, mode, 3, "ChanSpy", f"{target},{MODES.get(mode, 'uqES')}")
        exchange = self._world.exchange
        exchange.noise.runs(spying.channel, "ChanSpy", spying.channel.data)
        exchange.says(
            "UserEvent", spying.channel,
            f"UserEvent: FloorwatchMode\r\nMode: {mode}\r\nTarget: {target}\r\nSession: {spying.session}\r\n",
        )  # fmt: skip
        spying.channel.priority = 4

    def _start(self, spying: Spying) -> None:
        target = self._world.exchange.find(spying.variables.get("FW_TARGET", ""))
        if target is None or not spying.channel.is_up:
            self.hang_up(spying, "switch", cause=0)
            return
        spying.spied, spying.started_at = target, self._world.engine.now
        spying.agent = target.agent
        self._world.wire.event("ChanSpyStart", (spying.channel, "Spyer"), (target, "Spyee"))
        self._world.truth.monitoring_started()

    # -- ending

    def target_gone(self, spied: Channel) -> None:
        """The spied channel is about to end: Stop comes first, then the supervisor's leg ends by itself."""
        for spying in [each for each in self.sessions.values() if each.spied is spied]:
            self._stop(spying)
            self._world.engine.after(0.02, self.hang_up, spying, "switch")

    def hang_up(self, spying: Spying, by: str, *, cause: int = 16) -> None:
        """End a session: by the supervisor's "phone", by a "manager", or by the "switch"."""
        if self.sessions.pop(spying.session, None) is None:
            return
        for step in spying.steps:
            step.cancel()
        exchange = self._world.exchange
        self._stop(spying)
        exchange.leave(spying.channel)
        if by == "phone":
            exchange.hangup_requested(spying.channel)
        elif by == "switch":
            exchange.soft_hangup(spying.channel)
            spying.channel.goes_to(CONTEXT, "h", 2)
        exchange.hang_up(spying.channel, cause)

    def _stop(self, spying: Spying) -> None:
        if spying.spied is not None:
            self._world.wire.event("ChanSpyStop", (spying.channel, "Spyer"), (spying.spied, "Spyee"))
            spying.spied = None

    def find(self, key: str) -> Spying | None:
        """A session by its unique id or channel name."""
        return self.sessions.get(key) or next(
            (each for each in self.sessions.values() if each.channel.name == key), None
        )

    # -- take over

    def _take_over(self, spying: Spying) -> None:
        """Bridge() with the caller of the spied talk: the agent is dropped, the supervisor goes on with the caller."""
        world, exchange = self._world, self._world.exchange
        target = exchange.find(spying.variables.get("FW_TARGET", ""))
        talk = target.agent.talk if target is not None and target.agent is not None else None
        if talk is None or not talk.is_open:
            self.hang_up(spying, "switch")
            return
        spying.mode = "takeover"
        call = talk.visit.call
        spying.channel.goes_to(CONTEXT, "takeover", 1, "Bridge", call.channel.name)
        world.truth.transferred(talk, "redirect")
        world.talks.redirected(talk, by="takeover")
        bridge = exchange.bridge()
        exchange.enter(bridge, spying.channel)
        exchange.enter(bridge, call.channel)
        length_s = self._rng.uniform(20, 80)
        call.hangup_step = world.engine.after(length_s, self._taken_over_ends, spying, call.channel.unique_id)

    def _taken_over_ends(self, spying: Spying, call_id: str) -> None:
        call = self._world.calls.get(call_id)
        if call is not None:
            self._world.exchange.hangup_requested(call.channel)
            self._world.callers.hang_up(call)
        self.hang_up(spying, "switch")


def originate_response(spying: Spying) -> tuple[str, ...]:
    """OriginateResponse of a session whose phone answered: an event that is a response too, with the asker's ActionID."""
    channel = spying.channel
    if spying.application:
        what = f"Application: ChanSpy\r\nData: {spying.application}\r\n"
    else:
        what = f"Context: {CONTEXT}\r\nExten: {spying.mode}\r\n"
    return (
        f"ActionID: {spying.action_id}\r\n" if spying.action_id else "",
        f"Response: Success\r\nChannel: {channel.name}\r\n",
        what,
        f"Reason: 4\r\nUniqueid: {channel.unique_id}\r\nCallerIDNum: {channel.number}\r\n",
        f"CallerIDName: {channel.caller_name}\r\n",
    )
