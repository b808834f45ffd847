"""Figures of the past: any window metric of queues or agents, over any days in any steps, by the registry's own formulas.

A figure of a set is made from the sums of its counters, never from other figures. What is now (`waiting`, `state`) has no past: None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors.events import SlFormula
from dashboard.access.actor import Actor
from dashboard.floor.metrics import Value
from dashboard.reports.period import Period, Step, Stretch
from dashboard.reports.room import Room


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one step of one queue, agent or team, or of all that was asked for together (None). `values`: by metric id.
    `paused_s`: seconds paused by reason ("" for none given), of agents."""

    stretch: Stretch
    values: dict[str, Value]
    queue: str | None = None
    agent: str | None = None
    team: str | None = None
    paused_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FigureTable:
    """`lines`: by step, then by id; steps in which nothing was written are there for sets together, and not for single ones. `total`:
    of everything over the whole period. `unsure`: how many of the half-hours were revised, or made of something else than live
    events."""

    lines: tuple[Figures, ...]
    total: Figures
    revised: int
    not_live: int


class FigureRoom:
    """Reads half-hours. Every call: `Denied` for queues or teams that were named and are out of scope."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def queues(
        self,
        actor: Actor,
        metrics: Sequence[str],
        period: Period,
        step: Step = "total",
        *,
        queues: Sequence[str] = (),
        each: bool = False,
        formula: SlFormula | None = None,
        threshold_s: int | None = None,
    ) -> FigureTable:
        """Of queues together, or of `each`. `queues` none: all in scope."""
        raise NotImplementedError

    def agents(
        self,
        actor: Actor,
        metrics: Sequence[str],
        period: Period,
        step: Step = "total",
        *,
        queues: Sequence[str] = (),
        teams: Sequence[str] = (),
        agents: Sequence[str] = (),
        each: str = "agent",
    ) -> FigureTable:
        """Of each agent, each team (`each` "agent", "team") or all together ("all"). `queues`: only who worked for them, and only that
        work; time in state belongs to no queue and stays whole. `teams`: by the team that the agent was in then, subteams with it."""
        raise NotImplementedError
