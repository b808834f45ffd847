"""What the sights of one floor share: where everybody is, whose team they are in, and figures that no scope changes.

A hundred supervisors with a team each must not go through the whole floor a hundred times: what changed of somebody's place is
found here once per move, and each sight asks whether that somebody is theirs. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from collectors.events import FloorSettings
from dashboard.floor.metrics import Value, needed, value, values
from dashboard.floor.state import Floor
from dashboard.floor.windows import span_of
from dashboard.live.day_lines import DayLines

if TYPE_CHECKING:
    from dashboard.live.dirty import Dirty

ROTATION_S: Final = 60
"""Seconds that grow by themselves are at most so old."""
AGENT_METRICS: Final = ("calls_handled", "calls_missed", "aht", "talk", "occupancy")


@dataclass(slots=True)
class _OfAgents:
    """A metric by agent over a window that began at `start_ms`."""

    start_ms: int
    made_ms: int
    figures: dict[str, Value] = field(default_factory=dict)


class People:
    """The agents of one floor. `moved`: who came, went to other queues, or is called otherwise since the move before;
    `has_more_queues`: there are other queues than before."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.moved: set[str] = set()
        self.has_more_queues = False
        self._places: dict[str, tuple[str, frozenset[str], frozenset[str]]] = {}
        self._queues = 0
        self._settings: FloorSettings | None = None
        self._parents: dict[str, str] = {}
        self._teams: dict[str, list[str]] = {}
        self._days: dict[str, dict[str, Value]] = {}
        self._figures: dict[tuple[object, ...], dict[str, Value]] = {}
        self._of_agents: dict[tuple[str, str], _OfAgents] = {}
        self.lines = DayLines(floor)

    def watch(self) -> People:
        """Note where everybody is, so that `move` sees it change."""
        self.moved = set()
        self.has_more_queues = False
        self._queues = len(self.floor.queues)
        self._places = {agent: self._place_of(agent) for agent in self.floor.agents}
        return self

    def move(self, dirty: Dirty) -> None:
        """The floor changed as `dirty` says, or time passed. After `watch`."""
        self._days.clear()
        self._figures.clear()
        if dirty.everything or dirty.settings:
            self._of_agents.clear()
            self.lines.forget()
            self.watch()
            return
        for known in self._of_agents.values():
            for agent in dirty.agents & known.figures.keys():
                del known.figures[agent]
        self.has_more_queues = self._queues != len(self.floor.queues)
        self._queues = len(self.floor.queues)
        doubtful: Iterable[str] = dirty.agents
        if len(self._places) != len(self.floor.agents):
            doubtful = dirty.agents | (self.floor.agents.keys() - self._places.keys())
        self.moved = {agent for agent in doubtful if self._has_moved(agent)}

    def day_of(self, agent: str, now_ms: int) -> dict[str, Value]:
        """What a row tells of an agent's day, over all queues. Computed once per move, whoever sees the row."""
        day = self._days.get(agent)
        if day is None:
            day = values(self.floor, AGENT_METRICS, agents=(agent,), window="day", now_ms=now_ms)
            self._days[agent] = day
        return day

    def figures(self, asked: tuple[object, ...]) -> dict[str, Value]:
        """Metrics of one set as far as they are known since the last move: by the set and how it is asked, for all who see it."""
        return self._figures.setdefault(asked, {})

    def of_agents(self, metric: str, window: str, agents: Iterable[str], now_ms: int) -> dict[str, Value]:
        """One metric of each of these agents, over all queues. Kept until the agent changes, the window begins elsewhere, or (for
        seconds that grow by themselves) `ROTATION_S` have passed."""
        start_ms = span_of(self.floor, window, now_ms).start_ms
        known = self._of_agents.get((metric, window))
        grows = needed(metric).basis == "C"
        if known is None or known.start_ms != start_ms or (grows and now_ms - known.made_ms >= ROTATION_S * 1000):
            known = self._of_agents[metric, window] = _OfAgents(start_ms, now_ms)
        for agent in agents:
            if agent not in known.figures:
                known.figures[agent] = value(self.floor, metric, agents=(agent,), window=window, now_ms=now_ms)
        return known.figures

    def of_team(self, team: str) -> list[str]:
        """The agents of one team, as the settings have it; "" has those whom the settings put into none."""
        if not team:
            known = self.floor.settings.agents
            return [agent for agent in self.floor.agents if agent not in known or not known[agent].team]
        self._read_settings()
        return self._teams.get(team, [])

    @property
    def parents(self) -> Mapping[str, str]:
        """Each team's parent ("" for none)."""
        self._read_settings()
        return self._parents

    def _read_settings(self) -> None:
        settings = self.floor.settings
        if settings is self._settings:
            return
        self._settings = settings
        self._parents = {team: own.parent for team, own in settings.teams.items()}
        self._teams = {}
        for agent, own in settings.agents.items():
            self._teams.setdefault(own.team, []).append(agent)

    def _has_moved(self, agent: str) -> bool:
        place = self._place_of(agent)
        if place == self._places.get(agent):
            return False
        self._places[agent] = place
        return True

    def _place_of(self, agent: str) -> tuple[str, frozenset[str], frozenset[str]]:
        """With the queues that they served earlier today: who came and went between two looks has a place among their crew."""
        known = self.floor.agents[agent]
        members = frozenset(membership.queue for membership in known.memberships.values())
        return known.name, members, self.floor.queues_of(agent)
