"""Who works on the simulated floor: agents, teams and queues of one seed, before anything happens. Pure.

Invariants: the same (seed, agents, queues, traps) gives the same plan; every queue has members; extensions are 1001, 1002, …
in order, supervisors' phones follow 8001; the first agents show each kind of interface.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from .config import SimulatorConfig
from .names import FIRST_NAMES, GIVEN_NAMES, HOSTILE_MEMBERS, LAST_NAMES, QUEUES, REASONS, SURNAMES, QueueName

BUSY_SHARE = 0.84
"""The share of not-pausing time that the default volume keeps agents at work in the busiest hour."""
FEW, FEW_POWER = 24, 0.35
"""Below so many agents a floor cannot be that busy and still answer in time: nobody is free when two call at once."""


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """A queue as its queues.conf has it. Seconds; `max_callers` 0: no limit."""

    id: str
    zh: str
    en: str
    share: float
    strategy: str
    ring_s: int
    retry_s: int
    wrap_up_s: int
    max_callers: int
    weight: int
    autopause: bool
    give_up_s: int
    overflow_to: str


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """An agent, his phone and where he is a member. `kind`: "phone", "local" (…/n with a hint) or "optimised"."""

    extension: str
    interface: str
    state_interface: str
    phone: str
    kind: str
    name: str
    team: str
    dynamic: bool
    queues: tuple[str, ...]
    pace: float
    diligence: float


@dataclass(frozen=True, slots=True)
class TeamPlan:
    id: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Staff:
    queues: tuple[QueuePlan, ...]
    agents: tuple[AgentPlan, ...]
    teams: tuple[TeamPlan, ...]
    supervisors: tuple[str, ...]
    calls_per_hour: float


def plan(config: SimulatorConfig) -> Staff:
    """The floor that `config` describes."""
    rng = random.Random(f"{config.seed}:staff")
    queues = _queues(config)
    teams = _teams(config.agents)
    agents = tuple(_agent(config, rng, index, queues, teams) for index in range(config.agents))
    supervisors = tuple(str(8001 + index) for index in range(config.supervisors or max(1, config.agents // 40)))
    return Staff(queues, agents, teams, supervisors, config.calls_per_hour or _calls_per_hour(config))


def _calls_per_hour(config: SimulatorConfig) -> float:
    pausing = sum(r.mean_min * r.share for r in REASONS) / 60 * config.pauses_per_hour
    per_call_s = config.talk_mean_s + config.wrap_up_s + config.ring_mean_s + 10 * config.missed_share
    # Bigger groups keep the same service level at a higher occupancy.
    busy = min(0.97, BUSY_SHARE + 0.04 * math.sqrt(config.agents / 40)) * math.pow(
        min(1, config.agents / FEW), FEW_POWER
    )
    return config.agents * (1 - min(0.5, pausing)) * busy * 3600 / per_call_s


def _queues(config: SimulatorConfig) -> tuple[QueuePlan, ...]:
    wanted = min(config.agents, config.queues or max(3, min(len(QUEUES), config.agents // 12)))
    names = [_queue_name(index) for index in range(wanted)]
    total = sum(name.weight for name in names)
    rows = []
    for index, name in enumerate(names):
        is_small = name.strategy == "ringall" and config.agents * name.weight / total <= 12
        rows.append(
            QueuePlan(
                id=name.id,
                zh=name.zh,
                en=name.en,
                share=name.weight / total,
                strategy=name.strategy if name.strategy != "ringall" or is_small else "rrmemory",
                ring_s=(15, 12, 8)[index % 3],
                retry_s=2,
                wrap_up_s=config.wrap_up_s,
                max_callers=2 if 4 in config.traps and index == 0 else 0,
                weight=10 if name.id == "vip" else 0,
                autopause=12 in config.traps and index % 3 == 2,
                give_up_s=30 if 2 in config.traps and index % 2 == 0 else (180, 90, 0)[index % 3],
                overflow_to=names[(index + 1) % wanted].id,
            )
        )
    return tuple(rows)


def _queue_name(index: int) -> QueueName:
    if index < len(QUEUES):
        return QUEUES[index]
    return QueueName(f"queue{index + 1}", f"队列{index + 1}", f"Queue {index + 1}", 0.5, "leastrecent")


def _teams(agents: int) -> tuple[TeamPlan, ...]:
    digits = "一二三四五六七八九十"
    count = max(1, min(400, agents // 15))
    return tuple(
        TeamPlan(f"team{n + 1}", f"{digits[n]}组" if n < len(digits) else f"{n + 1}组", f"Team {n + 1}")
        for n in range(count)
    )


def _agent(
    config: SimulatorConfig, rng: random.Random, index: int, queues: tuple[QueuePlan, ...], teams: tuple[TeamPlan, ...]
) -> AgentPlan:
    extension = str(1001 + index)
    # Where a trap is about Local agents, there are more of them.
    kind = {4: "local", 5: "optimised"}.get(index % (6 if config.traps & {26, 27, 29} else 20), "phone")
    interface = {"phone": f"PJSIP/{extension}", "local": f"Local/{extension}@agents/n"}.get(
        kind, f"Local/{extension}@agents"
    )
    state = {"local": f"hint:{extension}@hints"}.get(kind, f"PJSIP/{extension}")
    return AgentPlan(
        extension=extension,
        interface=interface,
        state_interface=state,
        phone=f"PJSIP/{extension}",
        kind=kind,
        name=_name(config, rng, index),
        team=teams[index * len(teams) // config.agents].id,
        dynamic=index % 12 == 7,
        queues=_memberships(rng, index, queues),
        pace=rng.lognormvariate(0.0, 0.18),
        diligence=min(1.0, rng.uniform(0.3, 1.7) * config.missed_share),
    )


def _name(config: SimulatorConfig, rng: random.Random, index: int) -> str:
    hostile = [name for number in (23, 41) if number in config.traps for name in HOSTILE_MEMBERS]
    if hostile and index % 8 == 7:
        return hostile[index // 8 % len(hostile)]
    if rng.random() < 0.75:
        return rng.choice(SURNAMES) + rng.choice(GIVEN_NAMES)
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"


def _memberships(rng: random.Random, index: int, queues: tuple[QueuePlan, ...]) -> tuple[str, ...]:
    """One queue in turn by its share, and for most a second or third beside it."""
    bounds = list(accumulate(queue.share for queue in queues))
    by_share = min(bisect_right(bounds, (index * 0.618034) % 1.0), len(queues) - 1)
    home = index if index < len(queues) else by_share
    extra = rng.choices((0, 1, 2), (0.35, 0.45, 0.2))[0]
    picked = [(home + step) % len(queues) for step in range(min(extra + 1, len(queues)))]
    return tuple(queues[number].id for number in picked)
