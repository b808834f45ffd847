"""What a rule is about, as the floor has it, and how much its numbers can be trusted now. Pure.

A number is unknown while the link of a switch that it comes from is not live, or more than a hundredth of its window is missing: then
nothing fires and nothing recovers. What business systems tell comes from no switch. "No value" (nobody called, so no service level) is
known: there is nothing to be alarmed about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from collectors.events import is_switch
from dashboard.alerts.rule import Measured
from dashboard.floor.links import SILENT_MS
from dashboard.floor.metrics import agent_ids, needed, queue_ids, team_agents, value
from dashboard.floor.state import Floor
from dashboard.floor.switches import switches_of_queues

MOST_MISSING: Final = 0.01
"""Of a window, before its number is not trusted: the same as where tiles are hatched."""

TOGETHER: Final = ""
"""What an alert about the whole set is about."""

_Ids = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A number of one cause now; None: no value. `is_known` False: it may be wrong, whatever it says."""

    about: str
    value: float | None
    is_known: bool = True


class Moment:
    """A floor at one moment, for every rule that is held against it."""

    def __init__(self, floor: Floor, now_ms: int) -> None:
        self.floor = floor
        self.now_ms = now_ms

    def readings(self, measured: Measured) -> Iterator[Reading]:
        """One for each cause that these can have now."""
        for about, queues, agents in self._sets(measured):
            yield self._reading(measured, about, queues, agents)

    @cached_property
    def is_all_live(self) -> bool:
        """Whether every switch tells what happens there, so that what is not there is gone."""
        return bool(self._links) and all(self._links.values())

    @cached_property
    def _links(self) -> dict[str, bool]:
        """Switch → whether its link is live."""
        return {
            name: link.state == "live" and self.now_ms - link.alive_ms <= SILENT_MS
            for name, link in self.floor.core.links.items()
            if is_switch(name)
        }

    @cached_property
    def _of_queues(self) -> dict[str, set[str]]:
        return switches_of_queues(self.floor)

    def _reading(self, measured: Measured, about: str, queues: _Ids, agents: _Ids) -> Reading:
        found = value(
            self.floor, measured.metric, queues=queues, agents=agents, window=measured.window, now_ms=self.now_ms
        )
        number = float(found.value) if isinstance(found.value, int | float) else None
        is_whole = found.gap_s <= MOST_MISSING * found.window_s
        is_of_switches = needed(measured.metric).basis != "business"
        return Reading(about, number, is_whole and (not is_of_switches or self._is_live(queues, agents)))

    def _sets(self, measured: Measured) -> Iterator[tuple[str, _Ids, _Ids]]:
        """(about, queues, agents) as the registry takes them."""
        floor, ids = self.floor, measured.ids or tuple(self._all(measured))
        match measured.of, measured.each:
            case "queues", True:
                yield from ((queue, (queue,), None) for queue in ids)
            case "queues", False:
                yield TOGETHER, measured.ids or None, None
            case "teams", True:
                yield from ((team, None, tuple(team_agents(floor, team))) for team in ids)
            case "teams", False:
                yield TOGETHER, None, tuple(dict.fromkeys(one for team in ids for one in team_agents(floor, team)))
            case _, True:
                yield from ((agent, None, (agent,)) for agent in ids if agent in floor.agents)
            case _:
                yield TOGETHER, None, ids

    def _all(self, measured: Measured) -> Iterable[str]:
        match measured.of:
            case "queues":
                return queue_ids(self.floor)
            case "teams":
                return sorted(self.floor.settings.teams)
            case _:
                return agent_ids(self.floor)

    def _is_live(self, queues: _Ids, agents: _Ids) -> bool:
        asked = self._switches(queues, agents)
        return self.is_all_live if asked is None else all(self._links.get(name, False) for name in asked)

    def _switches(self, queues: _Ids, agents: _Ids) -> set[str] | None:
        """None: all of them."""
        if len(self._links) < 2:
            return None
        if agents is not None:
            known = (self.floor.agents[one] for one in agents if one in self.floor.agents)
            return {membership.switch for agent in known for membership in agent.memberships.values()} or None
        if queues is None or not all(queue in self._of_queues for queue in queues):
            return None
        return set[str]().union(*(self._of_queues[queue] for queue in queues))
