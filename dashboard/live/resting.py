"""How many agents of a tile rest, and why. Kept up to date as `dashboard.live.staffing` does: a move costs whom it puts in doubt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dashboard.live.agent_seen import ENDS_BY_ITSELF, agent_seen

if TYPE_CHECKING:
    from dashboard.live.reach import Aim
    from dashboard.live.sight import Sight


class Resting:
    """The counts over one aim of one sight, by pause reason ("" where none was given), as the viewer may see agents."""

    def __init__(self, sight: Sight, aim: Aim) -> None:
        self.counts: Counter[str] = Counter()
        self._sight = sight
        self._aim = aim
        self._reasons: dict[str, str] = {}
        self._busy: set[str] = set()
        """In a state that may end by itself, and then be a pause."""
        for agent in aim.agents:
            self._put_in(agent)

    def move(self) -> None:
        """The sight moved; who is visible is the same as before."""
        for agent in (self._sight.moved.agents & self._aim.agent_set) | self._busy:
            reason = self._reasons.pop(agent, None)
            if reason is not None:
                self.counts[reason] -= 1
            self._put_in(agent)

    def _put_in(self, agent: str) -> None:
        seen = agent_seen(self._sight, agent)
        if seen is not None and seen.state in ENDS_BY_ITSELF:
            self._busy.add(agent)
        else:
            self._busy.discard(agent)
        if seen is not None and seen.state == "paused":
            self._reasons[agent] = seen.reason or ""
            self.counts[seen.reason or ""] += 1
