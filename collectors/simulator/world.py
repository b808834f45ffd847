"""The simulated switch as a whole: its floor, its rooms, and how time passes for them. Pure: whoever runs it says how far.

Invariants: the same config and `start_at` give the same events, byte by byte, as long as no outside action comes in between;
after `run_until(t)` nothing that is due by `t` is left undone.
"""

from __future__ import annotations

import random

from .callers import Callers
from .channels import Channel, Exchange
from .config import SimulatorConfig
from .dialplan import Dialplan
from .dialplan.site import SITE
from .disasters import Disasters
from .engine import Engine
from .floor import Agent, Call, Queue, Talk
from .hands import Hands
from .media.lines import Lines
from .members import Members
from .monitoring.bridging import Bridgings
from .monitoring.courses import Courses
from .monitoring.dialling import Diallings
from .monitoring.joins import Joins
from .monitoring.local_calls import LocalCalls
from .monitoring.originations import Originations
from .monitoring.pauses import Pauses
from .monitoring.phones import Phones
from .monitoring.queueing import Queueing
from .monitoring.spying import Spyings
from .names import REASONS
from .offers import Offers
from .own_calls import OwnCalls
from .queue_log import QueueLog
from .shifts import Shifts
from .staff import plan
from .talks import Talks, rest_of_talk
from .transfers import Transfers
from .truth import Truth
from .wire import Wire


class World:
    """`engine` and `wire` are its time and voice; `truth` its books. Built asleep; `wake()` lives up to `start_at`."""

    def __init__(self, config: SimulatorConfig, start_at: float) -> None:
        self.config = config
        self.start_at = start_at
        self.staff = plan(config)
        self.born_at = start_at - config.warm_up_s - config.history_hours * 3600
        self.startup_at = int(self.born_at)
        self.is_down = False
        self.engine = Engine(self.born_at)
        self.wire = Wire(config, self.engine)
        self.log = QueueLog(self.engine, config.queue_log_path)
        self.exchange = Exchange(config, self.engine, self.wire)
        self.queues = {queue.id: Queue(queue) for queue in self.staff.queues}
        self.agents = [Agent(agent, since=self.born_at) for agent in self.staff.agents]
        self.calls: dict[str, Call] = {}
        self.talks_by_call: dict[str, Talk] = {}
        self.late_talks: dict[str, list[Talk]] = {}
        self.members = Members(self)
        self.offers = Offers(self)
        self.talks = Talks(self)
        self.transfers = Transfers(self)
        self.callers = Callers(self)
        self.own_calls = OwnCalls(self)
        self.shifts = Shifts(self)
        self.database: dict[str, str] = {}
        """AstDB."""
        self.globals: dict[str, str] = {}
        self.dialplan = Dialplan(SITE, config.dialplan)
        self.exchange.phones = {agent.plan.phone: agent for agent in self.agents}
        self.phones = Phones(self)
        self.joins = Joins(self)
        self.courses = Courses(self)
        self.originations = Originations(self)
        self.spying = Spyings(self)
        self.bridgings = Bridgings(self)
        self.diallings = Diallings(self)
        self.queueing = Queueing(self)
        self.pauses = Pauses(self)
        self.lines = Lines(self)
        self.local_calls = LocalCalls(self)
        self.hands = Hands(self)
        self.exchange.ended = self._channel_ended
        self.truth = Truth(self)
        self.disasters = Disasters(self)
        self._rng = random.Random(f"{config.seed}:world")
        self.exchange.phone_changed = self.members.touch
        self.callers.arrivals.anchor(start_at)
        self._hire()

    def _hire(self) -> None:
        for agent in self.agents:
            for place, queue in enumerate(agent.plan.queues):
                # Higher penalties in one queue of three, for members who only help out there.
                helps_out = place > 0 and list(self.queues).index(queue) % 3 == 1
                self.members.add(self.queues[queue], agent, dynamic=agent.plan.dynamic, penalty=int(helps_out))

    # -- time

    def wake(self) -> None:
        """Begin, and live the past (history, warm-up) in silence: nobody hears it, queue_log has it."""
        self.begin_boot()
        if self.config.warm_up_s > 0 and not self.config.scripted:
            self._settle()
        self.engine.run_until(self.start_at)
        self.log.flush()

    def run_until(self, now: float, limit: int = 0) -> bool:
        """Live up to `now` (epoch s); at most `limit` steps if given. False: not there yet."""
        return self.engine.run_until(now, limit)

    def begin_boot(self) -> None:
        """What a fresh process starts doing: take calls, ring agents."""
        self.log.write("NONE", "NONE", "NONE", "QUEUESTART", "")
        if self.config.scripted:
            return
        self.callers.begin()
        self.spying.begin()
        self.disasters.begin()
        for agent in self.agents:
            self.shifts.begin(agent)
            self.serve_soon(agent)

    def _settle(self) -> None:
        """A floor at work: as many calls as are usual at once, and the usual share on a break or without a phone."""
        config, arrivals = self.config, self.callers.arrivals
        length_s = config.talk_mean_s + config.wrap_up_s
        for _ in range(round(arrivals.rate(self.born_at) * length_s)):
            queue, seed = arrivals.draw()
            calls_at = self.born_at + self._rng.uniform(0, min(20.0, config.warm_up_s))
            talk_s = rest_of_talk(self._rng, config.talk_mean_s)
            self.engine.at(calls_at, self.callers.call_in, self.queues[queue], seed, talk_s)
        share = config.pauses_per_hour * sum(r.mean_min * r.share for r in REASONS) / 60
        for agent in self.agents:
            draw = self._rng.random()
            if draw < share:
                self.shifts.already_paused(agent)
            elif draw > 0.992:
                self.members.reachable(agent, is_reachable=False)

    # -- channels' variables

    def set_value(self, channel: Channel, name: str, value: str) -> None:
        """Set a channel's variable; underscores in front let dialled legs inherit it. `DB(family/key)` is written to AstDB."""
        if name.startswith("DB(") and name.endswith(")"):
            self.database[name[3:-1]] = value
            return
        plain = name.lstrip("_")
        if plain:
            channel.values[plain] = value
            if plain != name:
                channel.passed_on.add(plain)
            self.exchange.noise.variable(channel, plain, value)

    @staticmethod
    def inherited(channel: Channel) -> dict[str, str]:
        """What legs that `channel` dials get of its variables."""
        return {name: channel.values[name] for name in channel.passed_on}

    # -- monitoring

    def _channel_ended(self, channel: Channel) -> None:
        self.originations.gone(channel)
        self.courses.gone(channel)
        self.lines.gone(channel)
        self.local_calls.gone(channel)

    def end_monitoring(self) -> None:
        """A clean stop: every supervisor's leg ends now."""
        for course in list(self.courses.by_channel.values()):
            self.exchange.leave(course.channel)
            self.exchange.hang_up(course.channel, 16)

    def forget_monitoring(self) -> None:
        """The process is dead, and all of it with it."""
        self.joins.end_all()
        for room in (
            self.courses,
            self.originations,
            self.spying,
            self.bridgings,
            self.diallings,
            self.lines,
            self.local_calls,
        ):
            room.forget_all()
        self.phones.forget_legs()

    # -- agents coming free

    def serve_soon(self, agent: Agent) -> None:
        """He may be free: his queues look a moment later."""
        self.serve_at(agent, self.engine.now)

    def serve_at(self, agent: Agent, when: float) -> None:
        self.engine.at(max(when, self.engine.now) + 0.05 + 0.4 * self._rng.random(), self._serve, agent)

    def _serve(self, agent: Agent) -> None:
        for member in agent.members:
            member.queue.idle[agent.interface] = member
        queues = [member.queue for member in agent.members if member.queue.waiting]
        for queue in sorted(queues, key=lambda q: (-q.plan.weight, q.waiting[0].entered_at)):
            self.offers.serve(queue)
